"""The command line: parse, call a room, print, exit.

Exit codes: 0 done and conforming; 1 findings at or above the level asked for; 2 could not run; 3 nothing was checked.
Results go to standard output and nothing else does; progress, warnings and errors go to standard error.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

from mineralkg.cli import collecting, deadline
from mineralkg.cli.commands import COMMANDS
from mineralkg.cli.language import fallback_note
from mineralkg.cli.output import tell
from mineralkg.cli.parser import parse
from mineralkg.errors import MineralKGError

__all__ = ["main", "run"]


def run() -> NoReturn:
    """Be the program: run the command that was given, and end with its exit code.

    The memory of a graph is left to the operating system: to free it thing by thing takes a tenth of the time of a
    check.
    """
    collecting.seldom()
    code = main()
    with contextlib.suppress(OSError):  # what cannot be written is told on the ordinary way out
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # it is None where it was closed before we began
                stream.flush()
        if threading.active_count() == 1 and not os.environ.get("MINERALKG_DEBUG"):
            atexit._run_exitfuncs()
            os._exit(code)
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names and quotations are not ASCII, whatever the locale; bytes that are no text are shown as escapes.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        options = parse(sys.argv[1:] if argv is None else argv)
        if (note := fallback_note(options)) and not options.quiet:
            tell(note)
        deadline.start(getattr(options, "timeout", 0), options.command)
        return COMMANDS[options.command](options)
    except MineralKGError as error:
        tell(str(error))
        return 2
    except MemoryError:
        tell("there is not enough memory for this. Give fewer data, or data in smaller files.")
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        # A fault of ours must not look like an answer: exit code 1 would say that data do not conform.
        if os.environ.get("MINERALKG_DEBUG"):
            raise
        tell(
            f"this is a fault of mineralkg itself ({type(error).__name__}: {error}). "
            "Please report it with the command; MINERALKG_DEBUG=1 shows where it happened."
        )
        return 2
    finally:
        deadline.finished()
