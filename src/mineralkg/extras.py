"""Libraries that are installed only where they are asked for, as extras of the package."""

from __future__ import annotations

from importlib.util import find_spec

from mineralkg.errors import UsageError

__all__ = ["lacking", "require"]


def require(extra: str, *libraries: str) -> None:
    """Do nothing where all *libraries* of an extra are installed. Raises UsageError that names the first that is not.

    None of them is imported.
    """
    for library in libraries:
        if find_spec(library) is None:
            raise lacking(extra, library)


def lacking(extra: str, library: str) -> UsageError:
    """Return the error that a library of an extra is not installed."""
    return UsageError(f'{library} is not installed. Install it with: pip install "mineralkg[{extra}]"')
