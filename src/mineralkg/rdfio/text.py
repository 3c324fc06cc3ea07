"""A text by lines and columns, and changes to stretches of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

__all__ = ["Change", "Lines", "Span", "changed"]


class Span(NamedTuple):
    """A stretch of text between two offsets in characters; the end is exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Change:
    """A stretch of a text, and what is to stand there instead."""

    span: Span
    text: str


def changed(text: str, changes: Iterable[Change]) -> str:
    """Return *text* with changes made; they must not overlap."""
    for change in sorted(changes, key=lambda change: change.span, reverse=True):
        text = text[: change.span.start] + change.text + text[change.span.end :]
    return text


class Lines:
    """The lines of a text: from offsets to lines and columns, which count from 1, and to what stands in them."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """Return a line without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].removesuffix("\r")
