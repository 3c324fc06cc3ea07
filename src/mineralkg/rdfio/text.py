"""A text by lines and columns, and changes to stretches of it."""

from __future__ import annotations

import weakref
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mineralkg.rdfio.opening import opened

__all__ = ["Change", "FileLines", "Lines", "Span", "changed"]


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

    def start(self, number: int) -> int:
        """Return the offset at which a line starts."""
        return self._starts[number - 1]

    def each(self) -> Iterator[str]:
        """Return the lines in order; what ends a line may be missing."""
        yield from self.text.split("\n")

    def line(self, number: int) -> str:
        """Return a line without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].removesuffix("\r")


class FileLines(Lines):
    """The lines of a file that is too large to be held as text; its ``text`` is empty.

    An offset is here the number of bytes before the line, and of characters before the place in it: like an offset in a
    text it grows from place to place, and leads to a line and a column.
    """

    def __init__(self, path: Path) -> None:
        super().__init__("")
        self._path = path

    @cached_property
    def _starts(self) -> array[int]:  # type: ignore[override]
        starts, at = array("Q", [0]), 0
        with opened(self._path) as file:
            for line in file:
                at += len(line)
                starts.append(at)
        return starts

    def each(self) -> Iterator[str]:
        """Return the lines in order; what ends a line may be missing."""
        with self._opened() as file:
            yield from file

    def pieces(self, size: int = 1024 * 1024) -> Iterator[str]:
        """Return the text in pieces of so many characters, which end anywhere."""
        with self._opened() as file:
            while piece := file.read(size):
                yield piece

    def line(self, number: int) -> str:
        """Return a line without its end; nothing for one that the file has lost since it was read."""
        if number >= len(self._starts):
            return ""
        start, end = self._starts[number - 1], self._starts[number]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8-sig", errors="replace").rstrip("\r\n")

    def _opened(self) -> TextIOWrapper:
        return TextIOWrapper(opened(self._path), encoding="utf-8-sig", errors="replace", newline="\n")

    @cached_property
    def _file(self) -> BinaryIO:
        file = opened(self._path)
        weakref.finalize(self, file.close)
        return file
