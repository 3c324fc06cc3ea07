"""The triples that are validated, as N-Triples: in memory while they are few, in a file where they are many.

Literals stand in it as they were written; an Oxigraph store would change some of them (``007`` to ``7``).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.validation.terms import Node

if TYPE_CHECKING:
    import rdflib

__all__ = ["Data", "Part"]

_IN_MEMORY = 32 * 1024 * 1024
# N-Triples puts a blank node first or last on a line, and a literal ends in a quote, a language tag or a datatype.
_LABEL = re.compile(rb"^_:(?=\S)|(?<= )_:(?=\S+ \.$)", re.MULTILINE)
_LABEL_THERE = re.compile(rb"^_:(\S+)|(?<= )_:(\S+)(?= \.$)", re.MULTILINE)


class Part:
    """Some triples as N-Triples, in memory or in a file of ours."""

    def __init__(self, content: bytes | Path) -> None:
        self._content = content

    @classmethod
    def of(
        cls, triples: Iterable[ox.Triple] | Iterable[ox.Quad], *, prefix: str = "", size: int = 0, folder: str = ""
    ) -> Part:
        """Return the part that *triples* make; the labels of blank nodes get *prefix*, so that parts do not share any.

        Quads must be those of a default graph. *size* is a guess at the number of bytes: a large part goes into a file
        in *folder*.
        """
        if size <= _IN_MEMORY or not folder:
            data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
            assert data is not None  # no output was given, so the bytes come back
            return cls(_relabelled(data, prefix))
        path = Path(tempfile.mkstemp(suffix=".nt", dir=folder)[1])
        ox.serialize(triples, str(path), format=ox.RdfFormat.N_TRIPLES)
        return cls(_relabelled_file(path, prefix))

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self._content) if isinstance(self._content, bytes) else self._content.stat().st_size

    def lines(self) -> Iterator[bytes]:
        """Return the lines, one triple each."""
        if isinstance(self._content, bytes):
            yield from self._content.splitlines(keepends=True)
            return
        with self._content.open("rb") as file:
            yield from file

    @cached_property
    def subjects(self) -> set[str]:
        """The subjects, in N-Triples form."""
        return {line.split(b" ", 1)[0].decode() for line in self.lines()}

    @cached_property
    def count(self) -> int:
        """The number of triples; one that is repeated counts once where the part is in memory."""
        lines = self.lines()
        return len(set(lines)) if isinstance(self._content, bytes) else sum(1 for _ in lines)

    def triples(self) -> Iterator[ox.Triple]:
        """Return the triples."""
        if isinstance(self._content, bytes):
            parsed = ox.parse(self._content, format=ox.RdfFormat.N_TRIPLES)
        else:
            parsed = ox.parse(path=str(self._content), format=ox.RdfFormat.N_TRIPLES)
        return (quad.triple for quad in parsed)

    @cached_property
    def labels(self) -> list[str]:
        """The labels of the blank nodes, in the order in which they first stand there."""
        if isinstance(self._content, bytes) and b"_:" not in self._content:
            return []
        found: dict[bytes, None] = {}
        for line in self.lines():
            if b"_:" in line:
                found.update(dict.fromkeys(first or last for first, last in _LABEL_THERE.findall(line)))
        return [label.decode() for label in found]

    def load(self, store: ox.Store) -> None:
        """Put the triples into the default graph of *store*; blank nodes keep their labels, which loading renames."""
        if self.labels:
            store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples())
        elif isinstance(self._content, bytes):
            store.load(input=self._content, format=ox.RdfFormat.N_TRIPLES)
        else:
            store.bulk_load(path=str(self._content), format=ox.RdfFormat.N_TRIPLES)

    def about(self, subjects: set[str]) -> list[ox.Triple]:
        """Return the triples of some subjects, given in N-Triples form, with literals as they were written."""
        wanted = {subject.encode() for subject in subjects}
        found = b"".join(line for line in self.lines() if line.split(b" ", 1)[0] in wanted)
        return [quad.triple for quad in ox.parse(found, format=ox.RdfFormat.N_TRIPLES)]


def _relabelled(data: bytes, prefix: str) -> bytes:
    return _LABEL.sub(b"_:" + prefix.encode(), data) if prefix and b"_:" in data else data


def _relabelled_file(path: Path, prefix: str) -> Path:
    if prefix:
        other = path.with_suffix(".labelled.nt")
        with path.open("rb") as old, other.open("wb") as new:
            new.writelines(_relabelled(line, prefix) for line in old)
        other.replace(path)
    return path


class Data:
    """The triples of several parts as one graph; a store and an rdflib graph of them are made when first asked for."""

    def __init__(self, parts: Iterable[Part], *, folder: str = "") -> None:
        self.parts = [part for part in parts if part.size]
        self._folder = folder

    @property
    def size(self) -> int:
        """The number of bytes."""
        return sum(part.size for part in self.parts)

    @property
    def is_large(self) -> bool:
        """Whether the graph is better handed on as a file than as a text."""
        return self.size > _IN_MEMORY and bool(self._folder)

    @property
    def labels(self) -> list[str]:
        """The labels of the blank nodes, part by part."""
        return [label for part in self.parts for label in part.labels]

    def write(self, more: str = "") -> Path:
        """Return a new file of N-Triples that holds all triples, and *more*."""
        path = Path(tempfile.mkstemp(suffix=".nt", dir=self._folder)[1])
        with path.open("wb") as out:
            for part in self.parts:
                out.writelines(part.lines())
            out.write(more.encode())
        return path

    @property
    def text(self) -> str:
        """All triples as one text of N-Triples."""
        return b"".join(line for part in self.parts for line in part.lines()).decode()

    @cached_property
    def store(self) -> ox.Store:
        """All triples in the default graph of a store."""
        store = ox.Store()
        for part in self.parts:
            part.load(store)
        return store

    @cached_property
    def rdflib(self) -> rdflib.Graph:
        """All triples as a plain rdflib graph."""
        return rdfio.to_rdflib(triple for part in self.parts for triple in part.triples())

    def about(self, nodes: Iterable[Node]) -> list[ox.Triple]:
        """Return the triples that have one of *nodes* as subject, with literals as they were written."""
        wanted = set(map(str, nodes))
        return [triple for part in self.parts for triple in part.about(wanted)]
