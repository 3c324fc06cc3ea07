"""Where the triples of N-Triples or N-Quads stand: one statement on each line, so that an index is enough.

Only the lines that are asked about are read for their tokens.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

import pyoxigraph as ox

from mineralkg.rdfio.places import Node, Place, Places, TextPlaces
from mineralkg.rdfio.text import Lines, Span

__all__ = ["LinePlaces", "is_regular"]

# A statement whose terms are written as N-Triples writes them canonically, so that no parser needs to be asked.
_IRI = r"<[^<>\\ ]*>"
_SUFFIX = rf"@[a-z]+(?:-[a-z0-9]+)*|\^\^(?!<http://www\.w3\.org/2001/XMLSchema#string>){_IRI}"
_CANONICAL = re.compile(rf'({_IRI}|_:\w+) ({_IRI}) ({_IRI}|_:\w+|"[^"\\\x00-\x1f\x7f\ufffe\uffff]*"(?:{_SUFFIX})?) \.')


# A line that does not begin as one of them does. What is fixed comes first, which is searched for many times faster.
_IRREGULAR = re.compile(r"\n(?!<[^<>\\ ]*> <|_:\S+ <|#|\r?\n|\r?\Z)")
_LONE_RETURN = re.compile(r"\r(?!\n)")  # an end of a line that other texts than these do not have


def is_regular(text: str) -> bool:
    """Say whether each line of a text of N-Triples or N-Quads begins as the canonical form has it."""
    return _IRREGULAR.search("\n" + text) is None and _LONE_RETURN.search(text) is None


class LinePlaces(Places):
    """The places of the triples of one text, with the offsets of its lines.

    A line that begins in another form than the canonical one of N-Triples has no place, not a wrong one.
    """

    def __init__(self, lines: Lines, *, quad_lines: bool) -> None:
        """Read places in *lines*; *quad_lines* says that they are N-Quads."""
        super().__init__()
        self._lines = lines
        self._quad_lines = quad_lines

    def about(self, subject: Node) -> list[tuple[str, str, Place]]:
        """Return what the text says of *subject*, in order: predicate and value in N-Triples form, and the place."""
        key = str(subject)
        if key not in self._said:
            self._said[key] = [said for number in self._index.get(key, ()) for said in self._read(number)]
        return self._said[key]

    def _read(self, number: int) -> list[tuple[str, str, Place]]:
        start, line = self._lines.start(number), self._lines.line(number)
        if match := _CANONICAL.fullmatch(line):
            return [(match[2], match[3], _moved(Place(*(Span(*match.span(group)) for group in (1, 2, 3))), start))]
        statements = TextPlaces(line, (), base="urn:x", quad_lines=self._quad_lines).all()
        return [(said, value, _moved(place, start)) for _, found in statements for said, value, place in found]

    def of(self, subject: Node, predicate: Node, value: Node) -> list[Place]:
        """Return where a triple stands."""
        self.about(subject)
        return super().of(subject, predicate, value)

    def of_object(self, value: Node) -> list[Span]:
        """Return where *value* stands as a value; a text that is not held is not searched."""
        text = str(value)
        lines = enumerate(self._lines.text.split("\n"), 1)
        many_forms = isinstance(value, ox.Literal)  # "é" or "\\u00e9", @en-GB or @en-gb
        likely = (number for number, line in lines if many_forms or text in line or "\\" in line)
        return [place.object for number in likely for _, found, place in self._read(number) if found == text]

    def __len__(self) -> int:
        said = ([said[:2] for number in numbers for said in self._read(number)] for numbers in self._index.values())
        return sum(len(set(each)) for each in said)

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """The numbers of the lines that begin with each subject."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self._lines.each(), 1):
            found[line.partition(" ")[0]].append(number)
        return found


def _moved(place: Place, by: int) -> Place:
    subject, predicate, value = place
    return Place(_further(subject, by), _further(predicate, by), _further(value, by))


def _further(span: Span, by: int) -> Span:
    return Span(span[0] + by, span[1] + by)
