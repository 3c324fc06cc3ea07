"""The command new: write a scaffold, or list the kinds there are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mineralkg.cli.output import is_terminal, write
from mineralkg.errors import UsageError
from mineralkg.graph import Answer

__all__ = ["new"]


def new(options: argparse.Namespace) -> int:
    """Write a scaffold of a kind to a new file or to standard output; without a kind, list the kinds."""
    from mineralkg.formatting import laid_out
    from mineralkg.scaffolding import find_kind, kinds, scaffold

    if options.kind is None:
        rows = [(kind.name, kind.definition) for kind in kinds()]
        write(Answer.table(("kind", "definition"), rows).text(options.format or ("table" if is_terminal() else "csv")))
        return 0
    text = laid_out(scaffold(find_kind(options.kind), lang=options.lang))
    if options.out is None:
        write(text)
        return 0
    try:
        with Path(options.out).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{options.out} is there already. Name another file with --out.") from error
    except OSError as error:
        raise UsageError(f"{options.out}: the file cannot be written ({error.strerror or error}).") from error
    if not options.quiet:
        print(f"mineralkg: {options.out} written. mineralkg check {options.out} says what to fill in.", file=sys.stderr)
    return 0
