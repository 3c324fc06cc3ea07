"""Where the triples of a large file of N-Triples or N-Quads stand: one statement on each line, so an index is enough.

Only the lines that are asked about are read for their tokens.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from mineralkg.rdfio.places import Node, Place, Places
from mineralkg.rdfio.text import FileLines, Span

__all__ = ["LinePlaces"]

# A statement whose terms are written as N-Triples writes them canonically, so that no parser needs to be asked.
_IRI = r"<[^<>\\ ]*>"
_SUFFIX = rf"@[a-z]+(?:-[a-z0-9]+)*|\^\^(?!<http://www\.w3\.org/2001/XMLSchema#string>){_IRI}"
_CANONICAL = re.compile(rf'({_IRI}|_:\w+) ({_IRI}) ({_IRI}|_:\w+|"[^"\\]*"(?:{_SUFFIX})?) \.')


class LinePlaces(Places):
    """The places of the triples of one file, whose offsets are those of its FileLines.

    What stands in the file in another form than the canonical one of N-Triples has no place, not a wrong one.
    """

    def __init__(self, path: Path, lines: FileLines, *, quad_lines: bool) -> None:
        """Read places in the file at *path*; *quad_lines* says that it is N-Quads."""
        super().__init__("", (), base="urn:x")
        self._path = path
        self._lines = lines
        self._quad_lines = quad_lines

    def about(self, subject: Node) -> list[tuple[str, str, Place]]:
        """Return what the file says of *subject*, in order: predicate and value in N-Triples form, and the place."""
        key = str(subject)
        if key not in self._said:
            for number in self._index.get(key.encode(), ()):
                self._said[key] += self._read(number, subject)
        return self._said[key]

    def _read(self, number: int, subject: Node) -> Iterator[tuple[str, str, Place]]:
        start, line = self._lines.start(number), self._lines.line(number)
        if match := _CANONICAL.fullmatch(line):
            spans = [Span(*match.span(group)) for group in (1, 2, 3)]
            yield match[2], match[3], _moved(Place(*spans), start)
            return
        for said, value, place in Places(line, (), base="urn:x", quad_lines=self._quad_lines).about(subject):
            yield said, value, _moved(place, start)

    def of(self, subject: Node, predicate: Node, value: Node) -> list[Place]:
        """Return where a triple stands."""
        self.about(subject)
        return super().of(subject, predicate, value)

    @cached_property
    def _index(self) -> dict[bytes, list[int]]:
        """The numbers of the lines that begin with each subject."""
        found: dict[bytes, list[int]] = defaultdict(list)
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                found[line.split(b" ", 1)[0]].append(number)
        return found


def _moved(place: Place, by: int) -> Place:
    return Place(*(Span(span.start + by, span.end + by) for span in place))
