"""A graph that is made of stores, so that a large one need not be copied to be seen together with a small one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.validation.terms import Node

__all__ = ["Graph", "Layer"]


@dataclass(frozen=True)
class Layer:
    """The triples of a store: those of all its graphs but the *hidden* ones, without those about some subjects."""

    store: ox.Store
    hidden: frozenset[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = frozenset()
    without: frozenset[Node] = frozenset()

    def find(self, subject: Node | None, predicate: ox.NamedNode | None, value: Node | None) -> Iterator[ox.Triple]:
        """Return the triples that match."""
        for quad in self.store.quads_for_pattern(subject, predicate, value):  # type: ignore[arg-type]
            if quad.graph_name not in self.hidden and quad.subject not in self.without:
                yield quad.triple


class Graph:
    """The triples of some layers."""

    def __init__(self, layers: Iterable[Layer | ox.Store]) -> None:
        self._layers = [Layer(one) if isinstance(one, ox.Store) else one for one in layers]

    def find(self, subject: Node | None, predicate: ox.NamedNode | None, value: Node | None) -> Iterator[ox.Triple]:
        """Return the triples that match, one that stands in several places once for each."""
        if isinstance(subject, ox.Literal | ox.Triple):
            return
        for layer in self._layers:
            yield from layer.find(subject, predicate, value)

    def has(self, subject: Node | None, predicate: ox.NamedNode | None = None, value: Node | None = None) -> bool:
        """Say whether a triple matches."""
        return any(True for _ in self.find(subject, predicate, value))

    def objects(self, subject: Node, predicate: ox.NamedNode) -> list[Node]:
        """Return the values of a property."""
        return [triple.object for triple in self.find(subject, predicate, None)]

    def subjects(self, predicate: ox.NamedNode, value: Node | None = None) -> list[ox.NamedNode | ox.BlankNode]:
        """Return what has a property, with a value if one is given."""
        return [triple.subject for triple in self.find(None, predicate, value)]  # type: ignore[misc]
