"""What a graph knows that a finding may have meant: things by name, code or spelling, classes and their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pyoxigraph as ox

from mineralkg.errors import near_matches
from mineralkg.namespaces import PREFIXES, ROOT
from mineralkg.validation import Graph, Node
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
    """Look-ups in the graph of one check; only *near*, a part of it, is gone through for names."""

    def __init__(self, graph: Graph, near: Graph) -> None:
        self.objects = graph.objects
        self.subjects = graph.subjects
        self._graph = graph
        self._near = near

    def describes(self, iri: str) -> bool:
        """Say whether anything is said of an IRI."""
        return self._graph.has(ox.NamedNode(iri))

    def called(self, name: str) -> list[ox.NamedNode]:
        """Return the things that have a name or code, in any language and case, in a stable order.

        Of a graph that is not gone through, only those that have it as it is written, in one of our languages.
        """
        exact = [ox.Literal(name.strip(), language=language) for language in ("en", "es")] + [ox.Literal(name.strip())]
        wanted = name.strip().casefold()
        found = {
            triple.subject
            for predicate in _NAMES
            for triple in self._near.find(None, predicate, None)
            if isinstance(triple.object, ox.Literal) and triple.object.value.casefold() == wanted
        }
        found |= {subject for p in _NAMES for literal in exact for subject in self._graph.subjects(p, literal)}
        return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=lambda node: node.value)

    def near(self, iri: str, classes: Sequence[Node]) -> list[str]:
        """Return the things of ours beside an IRI that are spelt like it and belong to some classes, nearest first."""
        base = iri[: iri.rfind("/") + 1]
        beside = {thing[len(base) :]: thing for thing in self._things if thing.startswith(base)}
        near = [beside[name] for name in near_matches(iri[len(base) :], beside, most=2)]
        return [thing for thing in near if self.is_a(ox.NamedNode(thing), classes)]

    @cached_property
    def _things(self) -> list[str]:
        iris = {node.value for node in self._near.subjects(RDF.type) if isinstance(node, ox.NamedNode)}
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
