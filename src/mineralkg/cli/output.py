"""Standard output: the only place where results are printed."""

from __future__ import annotations

import os
import sys

from mineralkg.cli import deadline
from mineralkg.errors import UsageError

__all__ = ["in_colour", "is_terminal", "write"]


def write(text: str) -> None:
    """Print *text* as it is. A reader that has seen enough (`| head`) is no error, and changes no exit code.

    Raises UsageError where the output cannot be written.
    """
    deadline.finished()
    if sys.stdout is None:
        raise UsageError("Standard output is closed. Open it, or send it to a file.")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whatever else is written, by the interpreter at its exit for one, goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageError(f"The output cannot be written ({error.strerror or error}).") from error


def is_terminal() -> bool:
    """Say whether a person reads along."""
    return sys.stdout is not None and sys.stdout.isatty()


def in_colour() -> bool:
    """Say whether a person reads along who has not asked for no colours (no-color.org)."""
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
