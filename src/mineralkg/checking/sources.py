"""Texts of sources that a person holds: the passages quoted from them are then checked against their words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mineralkg.checking.context import Context
from mineralkg.checking.files import CheckedFile
from mineralkg.errors import LoadError
from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.rdfio import content
from mineralkg.validation import Graph, Layer, Part
from mineralkg.validation.terms import RDF

__all__ = ["Held", "hold", "read_text"]

_TEXT = ox.NamedNode("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#isString")
_DOCUMENT = ox.NamedNode(ONTOLOGY + "SourceDocument")
_SHA256 = ox.NamedNode(PREFIXES["schema"] + "sha256")
_MOST = 64 * 1024 * 1024  # bytes of a text


@dataclass(frozen=True)
class Held:
    """The texts that are held as triples, and the names of those that fit no document, with their digests."""

    part: Part
    unknown: tuple[tuple[str, str], ...]


def read_text(path: str | Path) -> tuple[str, str]:
    """Return the text of a file and its SHA-256 digest.

    Raises LoadError where it cannot be read as UTF-8, or is too large to be a text that somebody quotes from.
    """
    path = Path(path)
    data = content(path, _MOST)
    if len(data) > _MOST:
        raise LoadError(str(path), f"the text has more than {_MOST} bytes. Give only the part that is quoted from.")
    try:
        return data.decode("utf-8"), hashlib.sha256(data).hexdigest()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LoadError(str(path), "the text is not UTF-8. Save it as UTF-8 and try again.", line) from error


def hold(paths: Sequence[str | Path], files: Sequence[CheckedFile], context: Context) -> Held:
    """Return the texts at *paths* as the texts of the documents that have their digests.

    A text whose digest no document has is taken for that of the only document that the files describe, if there is only
    one; a shape then says that the digests differ.
    """
    own = Graph([file.part.store for file in files] if paths else [])
    known = Graph(_layers(files, context) if paths else [])
    described = own.subjects(RDF.type, _DOCUMENT)
    triples, unknown = [], []
    for path in paths:
        text, digest = read_text(path)
        node = next(iter(known.subjects(_SHA256, ox.Literal(digest))), None)
        if node is None and len(described) == 1:
            node = described[0]
        if node is None:
            unknown.append((str(path), digest))
        else:
            triples.append(ox.Triple(node, _TEXT, ox.Literal(text)))
    return Held(Part.of(triples), tuple(unknown))


def _layers(files: Sequence[CheckedFile], context: Context) -> Iterator[Layer | ox.Store]:
    yield from (file.part.store for file in files)
    yield from (part.store for part in context.parts)
    if context.resident is not None:
        yield Layer(context.resident.store, context.resident.added)
