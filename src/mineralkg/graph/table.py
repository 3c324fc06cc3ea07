"""Rows as a table to read, sized to the terminal."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mineralkg.graph.answer import View

__all__ = ["render"]


def render(view: View) -> str:
    """Return the rows of *view* as plain text, one group of lines per row.

    Leading cells that repeat the row above are left blank, so that a long answer reads as an outline.
    """
    from rich import box  # only a person's table needs it
    from rich.console import Console
    from rich.table import Table

    rows = [[text for text, _ in row] for row in view.rows()]
    if not rows:
        return "no rows\n"
    kept = [i for i in range(len(view.titles)) if any(row[i] for row in rows)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for i in kept:
        longest = max(len(row[i]) for row in rows)
        table.add_column(view.titles[i], ratio=None, min_width=min(longest, 10), overflow="fold")
    above: list[str] = []
    for row in rows:
        cells = [row[i] for i in kept]
        table.add_row(*_without_repeats(cells, above))
        above = cells
    out = io.StringIO()
    width = shutil.get_terminal_size((120, 24)).columns
    Console(file=out, width=max(width, 60), color_system=None, markup=False, highlight=False).print(table)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def _without_repeats(cells: list[str], above: list[str]) -> list[str]:
    shown = list(cells)
    for i, (cell, previous) in enumerate(zip(cells, above, strict=False)):
        if cell != previous:
            break
        shown[i] = ""
    return shown
