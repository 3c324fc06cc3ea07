"""Our data seen through the vocabularies of others: what an alignment, its CONSTRUCT and OWL 2 RL make of a graph."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.errors import UnknownResource, near_matches
from mineralkg.namespaces import PREFIXES
from mineralkg.reasoning.closure import materialise, triples_of

__all__ = ["alignments", "seen_through"]


def alignments() -> list[str]:
    """Return the names of the vocabularies that mineralkg is aligned to: the files of ontology/alignments."""
    return sorted(path.stem for path in _folder().glob("*.ttl"))


def seen_through(name: str, statements: Iterable[ox.Triple | ox.Quad]) -> list[ox.Triple]:
    """Return what the alignment *name* adds to *statements*, in a stable order.

    That is the alignment itself, the nodes that its CONSTRUCT names where it has one, and all that OWL 2 RL makes of
    these and the statements together. Raises UnknownResource where there is no such alignment.
    """
    if name not in (known := alignments()):
        raise UnknownResource(name, "alignment", near_matches(name, known) or known)
    given = triples_of(statements)
    mapped = given | triples_of(rdfio.parse(rdfio.read(_folder() / f"{name}.ttl")))
    construct = _folder() / f"{name}.rq"
    if construct.is_file():
        mapped |= _constructed(construct.read_text(encoding="utf-8"), mapped)
    return sorted((mapped | set(materialise(mapped))) - given, key=str)


def _folder() -> Path:
    return resources.folder("ontology") / "alignments"


def _constructed(text: str, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    found = store.query(text, prefixes=PREFIXES)
    assert isinstance(found, ox.QueryTriples)  # the files are CONSTRUCT queries
    return set(found)
