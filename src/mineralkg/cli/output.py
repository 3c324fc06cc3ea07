"""Where the command line prints: results to standard output, and all that is said about them to standard error."""

from __future__ import annotations

import os
import sys

from mineralkg.cli import deadline
from mineralkg.errors import UsageError
from mineralkg.plaintext import brief, printable

__all__ = ["in_colour", "is_terminal", "tell", "write"]

_LONGEST = 2_000  # characters of a sentence: it may quote what a user gave, and that may be of any length


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


def tell(text: str) -> None:
    """Print a sentence on standard error, on one line and of a length that can be read."""
    if sys.stderr is not None:
        print(f"mineralkg: {printable(brief(text, _LONGEST))}", file=sys.stderr, flush=True)
