"""Turtle 1.2 with annotations: what reifies a statement stands behind it, as ``s p o ~ reifier``.

The engine reads this syntax and does not write it: it spells each reifier out as ``rdf:reifies <<( s p o )>>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES

__all__ = ["REIFIES", "turtle12"]

REIFIES = ox.NamedNode(PREFIXES["rdf"] + "reifies")
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_STRING = ox.NamedNode(PREFIXES["xsd"] + "string")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")  # a part of PN_LOCAL that needs no escapes
_VERSION = 'VERSION "1.2"\n'  # RDF 1.2 Turtle, 2.3: what cannot read triple terms need not try


def turtle12(triples: Sequence[ox.Triple], prefixes: Mapping[str, str]) -> bytes:
    """Return *triples*, each once, in their order; those of one subject stand together where they follow each other."""
    said = set(triples)
    reifiers: dict[ox.Triple, list[ox.NamedNode | ox.BlankNode]] = {}
    for t in triples:
        if _annotates(t, said):
            assert isinstance(t.object, ox.Triple)
            assert not isinstance(t.subject, ox.Triple)
            reifiers.setdefault(t.object, []).append(t.subject)
    writer = _Writer(prefixes, reifiers)
    head = "".join(f"PREFIX {name}: <{base}>\n" for name, base in prefixes.items())
    plain = (t for t in triples if not _annotates(t, said))
    blocks = (writer.block(subject, list(of)) for subject, of in groupby(plain, key=lambda t: t.subject))
    return "\n".join([_VERSION + head, *blocks]).encode()


def _annotates(triple: ox.Triple, said: set[ox.Triple]) -> bool:
    """Say whether a triple names a reifier of what is said, too; one of what is not said must be spelt out."""
    return triple.predicate == REIFIES and isinstance(triple.object, ox.Triple) and triple.object in said


class _Writer:
    def __init__(
        self, prefixes: Mapping[str, str], reifiers: Mapping[ox.Triple, Sequence[ox.NamedNode | ox.BlankNode]]
    ) -> None:
        self._bases = sorted(((base, name) for name, base in prefixes.items()), key=lambda b: -len(b[0]))
        self._reifiers = reifiers

    def block(self, subject: object, triples: Sequence[ox.Triple]) -> str:
        """Return all that is said of one subject."""
        by_predicate = groupby(triples, key=lambda t: t.predicate)
        lines = [f"{self._verb(verb)} " + " ,\n    ".join(self._objects(of)) for verb, of in by_predicate]
        return f"{self._term(subject)}\n  " + " ;\n  ".join(lines) + " .\n"

    def _objects(self, triples: Iterator[ox.Triple]) -> Iterator[str]:
        for t in triples:
            yield " ~ ".join([self._term(t.object), *map(self._term, self._reifiers.get(t, ()))])

    def _verb(self, predicate: ox.NamedNode) -> str:
        return "a" if predicate == _TYPE else self._term(predicate)

    def _term(self, term: object) -> str:
        if isinstance(term, ox.NamedNode):
            return self._name(term.value)
        if isinstance(term, ox.Triple):
            return f"<<( {self._term(term.subject)} {self._term(term.predicate)} {self._term(term.object)} )>>"
        if isinstance(term, ox.Literal) and term.language is None and term.datatype != _STRING:
            return f"{ox.Literal(term.value)}^^{self._term(term.datatype)}"
        return str(term)

    def _name(self, iri: str) -> str:
        for base, name in self._bases:
            if iri.startswith(base) and _LOCAL.fullmatch(iri, len(base)):
                return f"{name}:{iri[len(base) :]}"
        return f"<{iri}>"
