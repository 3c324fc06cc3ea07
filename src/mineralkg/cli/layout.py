"""The command fmt: lay out files, or say which would change."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mineralkg.cli.output import in_colour, tell, write
from mineralkg.errors import LayoutRefused, LoadError
from mineralkg.plaintext import printable

if TYPE_CHECKING:
    from mineralkg.formatting import Layout

__all__ = ["fmt"]


def fmt(options: argparse.Namespace) -> int:
    """Lay out files. What breaks the syntax is reported as by check; what cannot be kept is left alone, and named."""
    from mineralkg.formatting import find, lay_out

    dry = options.check or options.diff
    layouts: list[Layout] = []
    failed: list[LoadError] = []
    for path in find(options.files):
        try:
            layout = lay_out(path)
            if layout.is_new and not dry:
                layout.write()
            layouts.append(layout)
        except LoadError as error:
            failed.append(error)
    new = [layout for layout in layouts if layout.is_new]
    for layout in new:
        write(_diff(layout) if options.diff else f"{printable(layout.document.path)}\n")
    _report([error for error in failed if error.problem is not None])
    for other in failed:
        if other.problem is None:
            tell(str(other))
    if not options.quiet:
        tell(_summary(layouts, new, failed, dry=dry))
    if failed:
        return 2
    return 3 if not layouts else int(dry and bool(new))


def _diff(layout: Layout) -> str:
    name = printable(layout.document.path)
    before, after = layout.document.text.splitlines(keepends=True), layout.text.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _report(errors: Iterable[LoadError]) -> None:
    """Print the report that check has on files that break the syntax."""
    from mineralkg.checking import check

    if paths := [error.path for error in errors]:
        write(check(paths, alone=True).text("text", colour=in_colour()))


def _summary(layouts: Sequence[Layout], new: Sequence[Layout], failed: Sequence[LoadError], *, dry: bool) -> str:
    if not layouts and not failed:
        return "nothing was laid out: there is no Turtle or TriG file."
    refused = sum(isinstance(error, LayoutRefused) for error in failed)
    parts = [
        (len(new), "would be laid out anew" if dry else "laid out anew"),
        (len(layouts) - len(new), "as they should be"),
        (refused, "left as they are"),
        (len(failed) - refused, "not read"),
    ]
    told = [f"{number} {words}" for number, words in parts if number]
    return f"files: {', '.join(told)}."
