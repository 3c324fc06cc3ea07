"""The command line: parse, call a room, print, exit.

Exit codes: 0 done and conforming; 1 findings at or above the level asked for; 2 could not run; 3 nothing was checked.
Results go to standard output and nothing else does; progress, warnings and errors go to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mineralkg.cli.commands import COMMANDS
from mineralkg.cli.parser import parse
from mineralkg.errors import MineralKGError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # names and quotations are not ASCII, whatever the locale
    try:
        options = parse(sys.argv[1:] if argv is None else argv)
        code = COMMANDS[options.command](options)
        sys.stdout.flush()
        return code
    except MineralKGError as error:
        print(f"mineralkg: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has seen enough (`| head`); keep the interpreter from complaining when it flushes on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
