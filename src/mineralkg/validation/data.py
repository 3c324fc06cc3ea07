"""The triples that are validated, as N-Triples: in memory while they are few, in a file where they are many.

Literals stand in it as they were written; an Oxigraph store would change some of them (``007`` to ``7``).
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.validation.graph import Graph
from mineralkg.validation.terms import Node

if TYPE_CHECKING:
    import rdflib

__all__ = ["Data", "Labels", "Part"]

_IN_MEMORY = 32 * 1024 * 1024
_PIECE = 4 * 1024 * 1024  # bytes of a large file that are looked at together
# N-Triples puts a blank node first or last on a line, and a literal ends in a quote, a language tag or a datatype.
# What is fixed comes first, which is searched for many times faster.
_LABEL = re.compile(rb"_:(?:(?<=^_:)(\S+)(?= )|(?<= _:)(\S+)(?= \.$))", re.MULTILINE)
_RANDOM = re.compile(rb"[0-9a-f]{24,32}")  # how the parser labels a node written with brackets


class Labels:
    """New labels for the blank nodes of one file: no other file has them, and they are the same in every run.

    A node that the file gives a label keeps it behind the prefix and “n”; one without a label, to which the parser
    gives a random one, gets a number behind the prefix and “a”.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._new: dict[bytes, bytes] = {}

    def __call__(self, match: re.Match[bytes]) -> bytes:
        """Return the new label for a match of a blank node in N-Triples."""
        old = match[1] or match[2]
        if old not in self._new:
            random = _RANDOM.fullmatch(old) is not None
            tail = f"a{len(self._new)}" if random else f"n{old.decode()}"
            self._new[old] = f"_:{self._prefix}{tail}".encode()
        return self._new[old]

    def old(self, node: ox.BlankNode) -> ox.BlankNode | None:
        """Return the node of the file that has this new label, or None where it is another file's."""
        known = self._old.get(f"_:{node.value}".encode())
        return None if known is None else ox.BlankNode(known.decode())

    def new(self, node: ox.BlankNode) -> ox.BlankNode:
        """Return the new label of a node of the file."""
        known = self._new.get(node.value.encode())
        return node if known is None else ox.BlankNode(known.decode().removeprefix("_:"))

    @cached_property
    def are_needed(self) -> bool:
        """Whether the file has nodes that it gives no label; asked when all of it has been read."""
        return any(map(_RANDOM.fullmatch, self._new))

    def are_without(self, node: Node) -> bool:
        """Say whether a node, by its new label, is one of the file that the file gives no label."""
        known = self._old.get(f"_:{node.value}".encode()) if isinstance(node, ox.BlankNode) else None
        return known is not None and _RANDOM.fullmatch(known) is not None

    @cached_property
    def _old(self) -> dict[bytes, bytes]:
        return {new: old for old, new in self._new.items()}


class Part:
    """Some triples as N-Triples, in memory or in a file of ours."""

    def __init__(self, content: bytes | Path) -> None:
        self._content = content

    def __getstate__(self) -> dict[str, Any]:
        return {"_content": self._content}  # what is made from it, another process makes itself

    @classmethod
    def of(
        cls,
        triples: Iterable[ox.Triple] | Iterable[ox.Quad],
        *,
        labels: Labels | None = None,
        size: int = 0,
        folder: str = "",
    ) -> Part:
        """Return the part that *triples* make; blank nodes get new labels from *labels*, so that parts share none.

        Quads must be those of a default graph. *size* is a guess at the number of bytes: a large part goes into a file
        in *folder*.
        """
        if size <= _IN_MEMORY or not folder:
            data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
            assert data is not None  # no output was given, so the bytes come back
            return cls(_relabelled(data, labels))
        path = Path(tempfile.mkstemp(suffix=".nt", dir=folder)[1])
        ox.serialize(triples, str(path), format=ox.RdfFormat.N_TRIPLES)
        return cls(_relabelled_file(path, labels))

    @classmethod
    def joined(cls, parts: Iterable[Part], *, folder: str = "") -> Part:
        """Return one part that holds the triples of several."""
        listed = list(parts)
        if sum(part.size for part in listed) <= _IN_MEMORY or not folder:
            return cls(b"".join(piece for part in listed for piece in part.pieces()))
        path = Path(tempfile.mkstemp(suffix=".nt", dir=folder)[1])
        with path.open("wb") as out:
            for part in listed:
                part.copy_to(out)
        return cls(path)

    def without(self, subjects: frozenset[str]) -> Part:
        """Return the triples whose subject is none of *subjects*, which are given in N-Triples form."""
        left_out = {subject.encode() for subject in subjects}
        if not left_out:
            return self
        return Part(b"".join(line for line in self.lines() if line.split(b" ", 1)[0] not in left_out))

    @property
    def is_large(self) -> bool:
        """Whether the triples lie in a file."""
        return isinstance(self._content, Path)

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

    def pieces(self) -> Iterator[bytes]:
        """Return the text in pieces of whole lines."""
        if isinstance(self._content, bytes):
            yield self._content
            return
        with self._content.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece + file.readline()

    def copy_to(self, out: IO[bytes]) -> None:
        """Write the text to a file."""
        for piece in self.pieces():
            out.write(piece)

    @cached_property
    def subjects(self) -> set[str]:
        """The subjects, in N-Triples form."""
        found: set[bytes] = set()
        for piece in self.pieces():
            found.update(line.partition(b" ")[0] for line in piece.splitlines())
        return {subject.decode() for subject in found}

    @cached_property
    def count(self) -> int:
        """The number of triples; one that is repeated counts once where the part is in memory."""
        if isinstance(self._content, bytes):
            return len(set(self.lines()))
        return sum(piece.count(b"\n") for piece in self.pieces())

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
        for piece in self.pieces():
            if b"_:" in piece:
                found.update(dict.fromkeys(first or last for first, last in _LABEL.findall(piece)))
        return [label.decode() for label in found]

    def load(self, store: ox.Store) -> None:
        """Put the triples into the default graph of *store*; blank nodes keep their labels, which loading renames."""
        if self.labels:
            store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples())
        elif isinstance(self._content, bytes):
            store.load(input=self._content, format=ox.RdfFormat.N_TRIPLES)
        else:
            store.bulk_load(path=str(self._content), format=ox.RdfFormat.N_TRIPLES)

    @cached_property
    def store(self) -> ox.Store:
        """The triples in the default graph of a store."""
        store = ox.Store()
        self.load(store)
        return store

    def about(self, subjects: set[str]) -> list[ox.Triple]:
        """Return the triples of some subjects, given in N-Triples form, with literals as they were written."""
        wanted = {subject.encode() for subject in subjects}
        found = b"".join(line for line in self.lines() if line.split(b" ", 1)[0] in wanted)
        return [quad.triple for quad in ox.parse(found, format=ox.RdfFormat.N_TRIPLES)]


def _data_of(parts: list[Part], folder: str) -> Data:
    return Data(parts, folder=folder)


def _relabelled(data: bytes, labels: Labels | None) -> bytes:
    return _LABEL.sub(labels, data) if labels and b"_:" in data else data


def _relabelled_file(path: Path, labels: Labels | None) -> Path:
    if labels:
        other = path.with_suffix(".labelled.nt")
        with path.open("rb") as old, other.open("wb") as new:
            while piece := old.read(_PIECE):
                new.write(_relabelled(piece + old.readline(), labels))
        other.replace(path)
    return path


class Data:
    """The triples of several parts as one graph; a store and an rdflib graph of them are made when first asked for."""

    def __init__(self, parts: Iterable[Part], *, folder: str = "") -> None:
        self.parts = [part for part in parts if part.size]
        self._folder = folder
        self._loading = threading.Lock()
        self._store: ox.Store | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _data_of, (self.parts, self._folder)  # what is made from them, another process makes itself

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
                part.copy_to(out)
            out.write(more.encode())
        return path

    @property
    def text(self) -> str:
        """All triples as one text of N-Triples."""
        return b"".join(piece for part in self.parts for piece in part.pieces()).decode()

    @property
    def store(self) -> ox.Store:
        """All triples in the default graph of a store; threads that ask for it at once wait for the same."""
        with self._loading:
            if self._store is None:
                self._store = ox.Store()
                for part in self.parts:
                    part.load(self._store)
            return self._store

    @property
    def graph(self) -> Graph:
        """All triples, to look some of them up."""
        return Graph([self.store])

    @cached_property
    def rdflib(self) -> rdflib.Graph:
        """All triples as a plain rdflib graph."""
        return rdfio.to_rdflib(triple for part in self.parts for triple in part.triples())

    def about(self, nodes: Iterable[Node]) -> list[ox.Triple]:
        """Return the triples that have one of *nodes* as subject, with literals as they were written."""
        wanted = set(map(str, nodes))
        return [triple for part in self.parts for triple in part.about(wanted)]
