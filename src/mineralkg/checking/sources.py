"""Texts of sources that a person holds: the passages quoted from them are then checked against their words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mineralkg.checking.files import CheckedFile
from mineralkg.errors import LoadError
from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.validation import Node, Part
from mineralkg.validation.terms import RDF, parse_terms

__all__ = ["Held", "hold", "read_text"]

_TEXT = ox.NamedNode("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#isString")
_DOCUMENT = f" {RDF.type} <{ONTOLOGY}SourceDocument> .".encode()
_DIGEST = f" <{PREFIXES['schema']}sha256> ".encode()


@dataclass(frozen=True)
class Held:
    """The texts that are held as triples, and the names of those that fit no document, with their digests."""

    part: Part
    unknown: tuple[tuple[str, str], ...]


def read_text(path: str | Path) -> tuple[str, str]:
    """Return the text of a file and its SHA-256 digest. Raises LoadError where it cannot be read as UTF-8."""
    path = Path(path)
    try:
        data = path.read_bytes()
        return data.decode("utf-8"), hashlib.sha256(data).hexdigest()
    except OSError as error:
        raise LoadError(str(path), f"the file cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LoadError(str(path), "the text is not UTF-8. Save it as UTF-8 and try again.", line) from error


def hold(paths: Iterable[str | Path], files: Sequence[CheckedFile], context: Sequence[Part]) -> Held:
    """Return the texts at *paths* as the texts of the documents that have their digests.

    A text whose digest no document has is taken for that of the only document that the files describe, if there is only
    one; a shape then says that the digests differ.
    """
    known = _documents_by_digest([*(file.part for file in files), *context])
    described = {line.split(b" ", 1)[0] for file in files for line in file.part.lines() if _DOCUMENT in line}
    triples, unknown = [], []
    for path in paths:
        text, digest = read_text(path)
        node = known.get(digest)
        if node is None and len(described) == 1:
            node = _node(next(iter(described)))
        if node is None:
            unknown.append((str(path), digest))
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            triples.append(ox.Triple(node, _TEXT, ox.Literal(text)))
    return Held(Part.of(triples), tuple(unknown))


def _documents_by_digest(parts: Iterable[Part]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for part in parts:
        for line in part.lines():
            if _DIGEST in line:
                subject, _, value = line.partition(_DIGEST)
                found[value.decode().strip(' ."\n').partition('"')[0]] = _node(subject)
    return found


def _node(text: bytes) -> Node:
    written = text.decode()
    return ox.BlankNode(written[2:]) if written.startswith("_:") else parse_terms([written])[written]
