"""Rows as a table to read, sized to the terminal."""

from __future__ import annotations

import io
import math
import shutil
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mineralkg.graph.view import View

__all__ = ["render"]


_GAP = 3  # columns between cells
_WIDEST_WORD = 20


def render(view: View) -> str:
    """Return the rows of *view* as plain text: a table where it fits the terminal, else one block of lines per row.

    Leading cells that repeat the row above are left blank, so that a long answer reads as an outline. Columns without
    any value are left out.
    """
    rows = [[text for text, _ in row] for row in view.rows()]
    if not rows:
        return "no rows\n"
    kept = [i for i in range(len(view.titles)) if any(row[i] for row in rows)]
    if not kept:
        return f"{len(rows)} row{'' if len(rows) == 1 else 's'} without a value\n"
    titles = [view.titles[i] for i in kept]
    cells = [[row[i] for i in kept] for row in rows]
    width = max(shutil.get_terminal_size((120, 24)).columns, 60)
    widths = _widths(list(zip(titles, *cells, strict=True)), width - _GAP * (len(titles) - 1))
    return _grid(titles, cells, widths, width) if widths else _records(titles, cells, width)


def _widths(columns: list[tuple[str, ...]], room: int) -> list[int] | None:
    """Return a width for each column, or None where the columns do not fit side by side.

    No column is narrower than its longest word (up to a bound), none wider than its longest cell; the room between is
    shared by the square root of the length, so that a long quote gets more lines and a name keeps its words whole.
    """
    longest = [max(map(len, column)) for column in columns]
    if sum(longest) <= room:
        return longest
    words = [max((len(w) for cell in column for w in cell.split()), default=1) + 1 for column in columns]
    widths = [min(full, max(8, min(word, _WIDEST_WORD))) for full, word in zip(longest, words, strict=True)]
    if sum(widths) > room:
        return None
    while (spare := room - sum(widths)) > 0:
        hungry = [i for i, full in enumerate(longest) if widths[i] < full]
        neediest = max(hungry, key=lambda i: math.sqrt(longest[i]) / widths[i])
        widths[neediest] += min(spare, 1)
    return widths


def _grid(titles: list[str], rows: list[list[str]], widths: list[int], width: int) -> str:
    from rich import box  # only a person's table needs it
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title, columns in zip(titles, widths, strict=True):
        table.add_column(title, width=columns, overflow="fold")
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
