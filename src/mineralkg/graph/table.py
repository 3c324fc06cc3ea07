"""Rows as a table to read, sized to the terminal."""

from __future__ import annotations

import io
import shutil
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mineralkg.graph.answer import View

__all__ = ["render"]


_GAP = 3  # columns between cells
_NARROWEST = 12


def render(view: View) -> str:
    """Return the rows of *view* as plain text: a table where it fits the terminal, else one block of lines per row.

    Leading cells that repeat the row above are left blank, so that a long answer reads as an outline. Columns without any
    value are left out.
    """
    rows = [[text for text, _ in row] for row in view.rows()]
    if not rows:
        return "no rows\n"
    kept = [i for i in range(len(view.titles)) if any(row[i] for row in rows)]
    titles = [view.titles[i] for i in kept]
    cells = [[row[i] for i in kept] for row in rows]
    width = max(shutil.get_terminal_size((120, 24)).columns, 60)
    narrowest = [min(_NARROWEST, max(map(len, column))) for column in zip(titles, *cells, strict=True)]
    if sum(narrowest) + _GAP * len(titles) > width:
        return _records(titles, cells, width)
    return _grid(titles, cells, narrowest, width)


def _grid(titles: list[str], rows: list[list[str]], narrowest: list[int], width: int) -> str:
    from rich import box  # only a person's table needs it
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title, least in zip(titles, narrowest, strict=True):
        table.add_column(title, min_width=least, overflow="fold")
    above: list[str] = []
    for row in rows:
        table.add_row(*_without_repeats(row, above))
        above = row
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, markup=False, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _records(titles: list[str], rows: list[list[str]], width: int) -> str:
    indent = max(map(len, titles)) + 2
    blocks = []
    for row in rows:
        lines = []
        for title, text in zip(titles, row, strict=True):
            if text:
                start = title.ljust(indent)
                lines += textwrap.wrap(text, width, initial_indent=start, subsequent_indent=" " * indent)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _without_repeats(cells: list[str], above: list[str]) -> list[str]:
    shown = list(cells)
    for i, (cell, previous) in enumerate(zip(cells, above, strict=False)):
        if cell != previous:
            break
        shown[i] = ""
    return shown
