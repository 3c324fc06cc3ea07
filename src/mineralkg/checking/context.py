"""What a contribution is seen together with: the model, and what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.checking.files import CheckedFile
from mineralkg.graph import EmbeddedGraph
from mineralkg.validation import Labels, Part

__all__ = ["Context", "context_of"]


@dataclass(frozen=True)
class Context:
    """The triples of the context. ``anew`` are the subjects of the contribution that it describes anew.

    A subject is described anew where the contribution repeats its type and another of its statements: an edited copy.
    Such a copy stands in the place of what the context says of the subject; else the context would fill in what the
    copy leaves out, and what it changes would be there twice. ``held`` are the texts of sources that a person holds,
    ``before`` is what the files said before a change.
    """

    parts: tuple[Part, ...]
    anew: frozenset[str] = frozenset()
    model: tuple[ox.Triple, ...] = ()
    held: Part = field(default_factory=lambda: Part(b""))
    before: Part = field(default_factory=lambda: Part(b""))

    @property
    def remaining(self) -> tuple[Part, ...]:
        """The parts without the statements about subjects that are described anew."""
        return (*(part.without(self.anew) for part in self.parts), self.held)


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
    parts = [_part(resources.model_files(), "m", folder)] if with_model else []
    model = tuple(parts[0].triples()) if with_model else ()
    if not alone:
        checked = {Path(file.name).resolve() for file in files}
        if isinstance(against, EmbeddedGraph):
            parts.append(Part.of(against.asserted(), labels=Labels("g")))
        else:
            known = resources.resource_files("data", ".ttl") if against is None else rdfio.documents(against)
            parts.append(_part((path for path in known if path.resolve() not in checked), "c", folder))
    return Context(tuple(parts), _described_anew(files, parts), model)


def _part(paths: Iterable[Path], prefix: str, folder: str) -> Part:
    """Return the triples of some files as one part; blank nodes of different files stay apart."""
    documents = [rdfio.read(path) for path in paths]
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


def _described_anew(files: Sequence[CheckedFile], parts: Sequence[Part]) -> frozenset[str]:
    if any(file.part.is_large for file in files) or any(part.is_large for part in parts):
        return frozenset()
    known = {line for part in parts for line in part.lines()}
    shared = [line for file in files for line in file.part.lines() if line in known]
    typed = {line.split(b" ", 1)[0] for line in shared if _IS_TYPE in line}
    more = {line.split(b" ", 1)[0] for line in shared if _IS_TYPE not in line}
    return frozenset(subject.decode() for subject in typed & more)


_IS_TYPE = b" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
