"""What a contribution is seen together with: the model, and what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.checking.files import CheckedFile
from mineralkg.graph import EmbeddedGraph
from mineralkg.rdfio import Document
from mineralkg.validation import Graph, Labels, Layer, Node, Part
from mineralkg.validation.terms import RDF

__all__ = ["Context", "context_of", "open_context"]

_BYTES_PER_TRIPLE = 150  # a guess


@dataclass(frozen=True)
class Context:
    """The triples of the context: ``parts`` to be joined with the files, and a ``resident`` graph that stays as it is.

    ``anew`` are the subjects of the contribution that it describes anew.

    A subject is described anew where the contribution repeats its type and another of its statements: an edited copy.
    Such a copy stands in the place of what the context says of the subject; else the context would fill in what the
    copy leaves out, and what it changes would be there twice. ``held`` are the texts of sources that a person holds,
    ``before`` is what the files said before a change.
    """

    parts: tuple[Part, ...]
    resident: EmbeddedGraph | None = None
    anew: frozenset[Node] = frozenset()
    model: tuple[ox.Triple, ...] = ()
    held: Part = field(default_factory=lambda: Part(b""))
    before: Part = field(default_factory=lambda: Part(b""))
    folder: str = ""

    @property
    def remaining(self) -> tuple[Part, ...]:
        """The parts without the statements about subjects that are described anew."""
        left_out = frozenset(map(str, self.anew))
        return (*(part.without(left_out) for part in self.parts), self.held)

    def joined(self) -> Context:
        """Return the same context with the triples of the resident graph copied out of it."""
        if self.resident is None:
            return self
        size = len(self.resident.store) * _BYTES_PER_TRIPLE
        copy = Part.of(self.resident.asserted(), labels=Labels("g"), size=size, folder=self.folder)
        return replace(self, parts=(*self.parts, copy), resident=None)


def context_of(
    files: Sequence[CheckedFile],
    against: Sequence[str | Path] | EmbeddedGraph | None,
    *,
    with_model: bool,
    alone: bool,
    folder: str,
) -> Context:
    """Return the context of *files*: the shipped graph, or *against* instead, or only the model where *alone*.

    A checked file that is itself one of the context counts once, as it is now. Raises LoadError for a file of the
    context that cannot be read.
    """
    parts = [_model(tuple(map(rdfio.read, resources.model_files())))] if with_model else []
    model = tuple(parts[0].triples()) if with_model else ()
    resident = against if isinstance(against, EmbeddedGraph) and not alone else None
    if not alone and not isinstance(against, EmbeddedGraph):
        known = _known(against, (file.path for file in files))
        parts.append(_part(map(rdfio.read, known), "c", folder))
    return Context(tuple(parts), resident, _described_anew(files, parts, resident), model, folder=folder)


def _known(against: Sequence[str | Path] | None, files: Iterable[Path]) -> Iterator[Path]:
    """Return the files of the context, without those that are checked."""
    checked = {rdfio.real_path(path) for path in files}
    known = resources.resource_files("data", ".ttl") if against is None else rdfio.documents(against)
    return (path for path in known if rdfio.real_path(path) not in checked)


def open_context(
    paths: Iterable[str | Path], against: Sequence[str | Path] | EmbeddedGraph | None
) -> EmbeddedGraph | None:
    """Return what *paths* are checked against as an open graph, to check them again and again; None where it is empty.

    Raises LoadError for a file that is not there or cannot be read.
    """
    if isinstance(against, EmbeddedGraph):
        return against
    known = list(_known(against, rdfio.documents(paths)))
    return EmbeddedGraph.of(known) if known else None


@lru_cache(maxsize=2)
def _model(documents: tuple[Document, ...]) -> Part:
    return _part(documents, "m", "")


def _part(documents: Iterable[Document], prefix: str, folder: str) -> Part:
    """Return the triples of some files as one part; blank nodes of different files stay apart."""
    pieces = [
        Part.of(
            (quad.triple for quad in rdfio.parse(document)),
            labels=Labels(f"{prefix}{number}"),
            size=len(document.data),
            folder=folder,
        )
        for number, document in enumerate(documents)
    ]
    return Part.joined(pieces, folder=folder)


def _described_anew(
    files: Sequence[CheckedFile], parts: Sequence[Part], resident: EmbeddedGraph | None
) -> frozenset[Node]:
    if any(file.part.is_large for file in files) or any(part.is_large for part in parts):
        return frozenset()
    shared = [*_shared(files, parts)]
    if resident is not None:
        known = Graph([Layer(resident.store, resident.added)])
        shared += [t for file in files for t in file.part.triples() if known.has(t.subject, t.predicate, t.object)]
    typed = {triple.subject for triple in shared if triple.predicate == RDF.type}
    return frozenset(triple.subject for triple in shared if triple.predicate != RDF.type and triple.subject in typed)


def _shared(files: Sequence[CheckedFile], parts: Sequence[Part]) -> Iterator[ox.Triple]:
    """Return the triples that files and context both have."""
    known = {line for part in parts for line in part.lines()}
    return Part(b"".join(line for file in files for line in file.part.lines() if line in known)).triples()
