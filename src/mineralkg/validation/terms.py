"""The terms of RDF and SHACL as this package writes them: pyoxigraph's, and text in N-Triples form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES

__all__ = ["OWL_CLASS", "RDF", "RDFS_CLASS", "SH", "Node", "Vocabulary", "folded", "parse_terms"]

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Vocabulary:
    """A namespace whose terms are attributes: ``SH.path``; a trailing underscore is dropped (``SH.in_``)."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __getattr__(self, name: str) -> ox.NamedNode:
        term = ox.NamedNode(self.base + name.rstrip("_"))
        setattr(self, name, term)  # it is not asked for here again
        return term


SH = Vocabulary(PREFIXES["sh"])
RDF = Vocabulary(PREFIXES["rdf"])
RDFS_CLASS = ox.NamedNode(PREFIXES["rdfs"] + "Class")
OWL_CLASS = ox.NamedNode(PREFIXES["owl"] + "Class")


def parse_terms(texts: Iterable[str]) -> dict[str, Node]:
    """Return the terms that are written in N-Triples form in *texts*, by their text, read in one go."""
    wanted = list(dict.fromkeys(texts))
    lines = "".join(f"<urn:x> <urn:x> {text} .\n" for text in wanted)
    quads = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
    return dict(zip(wanted, (quad.object for quad in quads), strict=True))


def folded(term: Node | None) -> Node | None:
    """Return a term as two engines would both write it: RDF 1.1, 3.3 lets them change the case of a language tag."""
    if isinstance(term, ox.Literal) and term.language and term.language != term.language.lower():
        return ox.Literal(term.value, language=term.language.lower())
    return term
