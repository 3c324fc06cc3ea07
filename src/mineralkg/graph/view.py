"""An answer as people read it: names instead of IRIs, and nothing that is more than text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pyoxigraph as ox

from mineralkg.graph.answer import Answer, Row, Term, cell
from mineralkg.namespaces import shorten
from mineralkg.plaintext import printable

__all__ = ["View", "markdown"]


class View:
    """The rows as people read them: a column ``x`` shows its companion ``x_label`` or ``x_code``, which links to x."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        names = answer.columns
        self._subjects = {f"{c}_{kind}": c for c in names for kind in ("label", "code") if f"{c}_{kind}" in names}
        self._shown = [c for c in names if c not in self._subjects.values()]
        self.titles = [self._subjects.get(c, c).replace("_", " ") for c in self._shown]

    def rows(self) -> Iterator[list[tuple[str, str | None]]]:
        """Return for each row the cells as (text, IRI or None)."""
        for row in self._answer:
            yield [self._cell(row, column) for column in self._shown]

    def _cell(self, row: Row, column: str) -> tuple[str, str | None]:
        terms = row.terms
        subject = terms[self._subjects[column]] if column in self._subjects else None
        term = subject if terms[column] is None else terms[column]
        linked = subject or term
        link = linked.value if isinstance(linked, ox.NamedNode) else None
        text, link = self._text(term), None if link is None or printable(link) != link else link
        return printable(text.replace("\n", " ")), link

    def _text(self, term: Term | None) -> str:
        if isinstance(term, ox.NamedNode):
            return shorten(term.value)
        value = cell(term)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, dt.datetime):
            return value.isoformat()
        return "" if value is None else str(value)


def markdown(view: View) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| " + " | ".join(view.titles) + " |", "|" + " --- |" * len(view.titles)]
    for row in view.rows():
        lines.append("| " + " | ".join(_md_cell(text, link) for text, link in row) + " |")
    return "\n".join(lines) + "\n"


# What Markdown or HTML would take for more than the letter it is.
_MD_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~#])")


def _md_cell(text: str, link: str | None) -> str:
    shown = _MD_SPECIAL.sub(lambda match: f"&#{ord(match[1])};", text)
    return f"[{shown}](<{link}>)" if link and shown else shown
