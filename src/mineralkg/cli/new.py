"""The command new: write a scaffold, or list the kinds there are."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from mineralkg import formats
from mineralkg.cli.output import is_terminal, tell, write
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
    _create(options.out, text)
    if not options.quiet:
        tell(f"{options.out} written. mineralkg check {_as_argument(options.out)} says what to fill in.")
    return 0


def _create(name: str, text: str) -> None:
    """Write a new file. Nothing that is there is touched, nor what a link leads to."""
    suffixes = formats.by_name("ttl", "rdf").suffixes
    if Path(name).suffix.lower() not in suffixes:
        raise UsageError(
            f"“{name}”: a scaffold is Turtle. Name a file that ends in {' or '.join(suffixes)} with --out."
        )
    try:
        with Path(name).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{name} is there already. Name another file with --out.") from error
    except OSError as error:
        raise UsageError(f"{name}: the file cannot be written ({error.strerror or error}).") from error


def _as_argument(name: str) -> str:
    """Return a file name as it can be typed after a command; one that begins with a hyphen would be an option there."""
    return shlex.quote(f"./{name}" if name.startswith("-") else name)
