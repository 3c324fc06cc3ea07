"""What a document says of one thing: enough to read it alone, with the words it rests on, and never without bound."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY, PREFIXES

__all__ = ["MOST_INCOMING", "Describer"]

MOST_INCOMING = 500  # statements that point to the thing; pages list the others
_MOST_CLAIMS = 100  # claims about it that are given in full
_MOST_BLANK = 1000

_LABELS = (
    ox.NamedNode(PREFIXES["rdfs"] + "label"),
    ox.NamedNode(PREFIXES["skos"] + "prefLabel"),
    ox.NamedNode(PREFIXES["dcterms"] + "title"),
)
_EVIDENCE = ox.NamedNode(ONTOLOGY + "evidence")


class Describer:
    """Describes the things of one store."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def thing(self, node: ox.NamedNode) -> list[ox.Triple]:
        """Return the description of one thing.

        Its own triples; up to MOST_INCOMING that point to it; the claims among these, and its own evidence, with their
        quoted words; and the labels of all that these name.
        """
        own = self._from(node)
        incoming = self._to(node)
        claims = list(dict.fromkeys(t.subject for t in incoming if self._is_claim(t.subject)))[:_MOST_CLAIMS]
        triples = dict.fromkeys([*own, *incoming])
        for claim in claims:
            triples.update(dict.fromkeys(self._from(claim)))
        evidence = [t.object for t in triples if t.predicate == _EVIDENCE]
        for passage in dict.fromkeys(evidence):
            triples.update(dict.fromkeys(self._from(passage)))
        return self.labelled(self.with_blank_nodes(triples))

    def with_blank_nodes(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return *triples* with all that is said of the blank nodes in them, and in that, up to a bound."""
        found = dict.fromkeys(triples)
        seen: set[ox.BlankNode] = set()
        waiting = [t.object for t in found if isinstance(t.object, ox.BlankNode)]
        while waiting and len(seen) < _MOST_BLANK:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            said = self._from(node)
            found.update(dict.fromkeys(said))
            waiting += [t.object for t in said if isinstance(t.object, ox.BlankNode)]
        return list(found)

    def labelled(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return *triples* with the labels of the things that they link."""
        found = dict.fromkeys(triples)
        linked = dict.fromkeys(node for t in found for node in (t.subject, t.object) if isinstance(node, ox.NamedNode))
        for node in linked:
            for predicate in _LABELS:
                quads = self._store.quads_for_pattern(node, predicate, None, None)
                found.update(dict.fromkeys(quad.triple for quad in quads))
        return list(found)

    def _from(self, node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> list[ox.Triple]:
        if not isinstance(node, ox.NamedNode | ox.BlankNode):
            return []
        return [quad.triple for quad in self._store.quads_for_pattern(node, None, None, None)]

    def _to(self, node: ox.NamedNode) -> list[ox.Triple]:
        """Return the first triples that point to *node*, in an order that the store does not decide."""
        quads = self._store.quads_for_pattern(None, None, node, None)
        named = (quad.triple for quad in quads if isinstance(quad.subject, ox.NamedNode))
        return heapq.nsmallest(MOST_INCOMING, named, key=lambda t: (str(t.predicate), str(t.subject)))

    def _is_claim(self, node: ox.NamedNode | ox.BlankNode | ox.Triple) -> bool:
        if not isinstance(node, ox.NamedNode):
            return False
        return next(self._store.quads_for_pattern(node, _EVIDENCE, None, None), None) is not None
