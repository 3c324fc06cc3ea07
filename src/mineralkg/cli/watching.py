"""Do something again whenever a file is saved."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mineralkg.errors import MineralKGError, UsageError

__all__ = ["watch"]

_PATIENCE = 250  # milliseconds: how often Ctrl-C is looked for


def watch(paths: Sequence[str | Path], again: Callable[[], int], note: Callable[[str], None]) -> int:
    """Call *again* now and after each change of *paths*, until Ctrl-C; return what it returned last.

    What it raises on purpose is told, and watching goes on: a file may be gone for a moment while it is saved. Raises
    UsageError where the library that watches is not installed.
    """
    code = 2
    try:
        for _ in _changes([Path(path) for path in paths]):
            try:
                code = again()
            except MineralKGError as error:
                code = 2
                print(f"mineralkg: {error}", file=sys.stderr)
            note(f"mineralkg: watching {', '.join(map(str, paths))}; Ctrl-C ends it.")
    except KeyboardInterrupt:
        note("")
    return code


def _changes(paths: Sequence[Path]) -> Iterator[None]:
    """Yield at once, and after each change. Folders are watched, because editors replace the file that they save."""
    try:
        import watchfiles
    except ImportError as error:
        raise UsageError('--watch needs the extra: pip install "mineralkg[watch]".') from error

    watched = {path.resolve() for path in paths}
    folders = {path for path in watched if path.is_dir()}

    def counts(_: object, name: str) -> bool:
        path = Path(name)
        if path in watched:
            return True
        return not path.name.startswith(".") and any(folder in path.parents for folder in folders)

    found = watchfiles.watch(
        *sorted({path if path.is_dir() else path.parent for path in watched}),
        watch_filter=counts,
        recursive=bool(folders),
        rust_timeout=_PATIENCE,
        yield_on_timeout=True,
    )
    next(found, None)  # from here on no change is missed, not even one that is made during the first run
    yield
    for changes in found:
        if changes:
            yield
