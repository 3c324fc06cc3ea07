"""What a graph knows that a finding may have meant: things by name, code or spelling, classes and their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pyoxigraph as ox

from mineralkg.errors import near_matches
from mineralkg.namespaces import PREFIXES, ROOT
from mineralkg.validation import Node
from mineralkg.validation.terms import RDF

__all__ = ["Known", "local_name"]

_NAMES = tuple(
    ox.NamedNode(PREFIXES[prefix] + name)
    for prefix, name in (("skos", "prefLabel"), ("rdfs", "label"), ("skos", "altLabel"), ("skos", "notation"))
)
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_DOMAIN = ox.NamedNode(PREFIXES["rdfs"] + "domain")


def local_name(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("/")[2].rpartition("#")[2]


class Known:
    """Look-ups in the graph of one check."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def objects(self, subject: Node, predicate: ox.NamedNode) -> list[Node]:
        """Return the values of a property."""
        if isinstance(subject, ox.Literal | ox.Triple):
            return []
        return [quad.object for quad in self._store.quads_for_pattern(subject, predicate, None)]

    def subjects(self, predicate: ox.NamedNode, value: Node | None) -> list[Node]:
        """Return what has a property, with a value if one is given."""
        return [quad.subject for quad in self._store.quads_for_pattern(None, predicate, value)]

    def describes(self, iri: str) -> bool:
        """Say whether anything is said of an IRI."""
        return any(True for _ in self._store.quads_for_pattern(ox.NamedNode(iri), None, None))

    def called(self, name: str) -> list[ox.NamedNode]:
        """Return the things that have a name or code, in any language and case, in a stable order."""
        wanted = name.strip().casefold()
        found = {
            quad.subject
            for predicate in _NAMES
            for quad in self._store.quads_for_pattern(None, predicate, None)
            if isinstance(quad.object, ox.Literal) and quad.object.value.casefold() == wanted
        }
        return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=lambda node: node.value)

    def near(self, iri: str, classes: Sequence[Node]) -> list[str]:
        """Return the things of ours beside an IRI that are spelt like it and belong to some classes, nearest first."""
        base = iri[: iri.rfind("/") + 1]
        beside = {thing[len(base) :]: thing for thing in self._things if thing.startswith(base)}
        near = [beside[name] for name in near_matches(iri[len(base) :], beside, most=2)]
        return [thing for thing in near if self.is_a(ox.NamedNode(thing), classes)]

    @cached_property
    def _things(self) -> list[str]:
        iris = {node.value for node in self.subjects(RDF.type, None) if isinstance(node, ox.NamedNode)}
        return sorted(iri for iri in iris if iri.startswith(ROOT))

    def is_a(self, node: Node, classes: Sequence[Node]) -> bool:
        """Say whether a thing belongs to all of some classes."""
        above = self._above(self.objects(node, RDF.type))
        return all(cls in above for cls in classes)

    def domain(self, predicates: Iterable[ox.NamedNode]) -> Node | None:
        """Return the one class that has all of some properties, None where it is not known or there are several."""
        domains = {cls for predicate in predicates for cls in self.objects(predicate, _DOMAIN)}
        lowest = [cls for cls in domains if set(self._above([cls])) >= domains]
        return lowest[0] if len(lowest) == 1 else None

    def _above(self, classes: Iterable[Node]) -> list[Node]:
        """Return some classes with all that are above them."""
        found = list(classes)
        for cls in found:
            found += [above for above in self.objects(cls, _SUBCLASS) if above not in found]
        return found
