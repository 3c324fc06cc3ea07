"""Validate a change to a large graph in time that follows the change: the nodes it can affect, with what they can see.

For each triple that comes or goes, the automata of the shapes give the focus nodes from which a walk can follow it; no
other node's results can change. What the shapes can see from these nodes is gathered, and validated as a graph of its
own. A shape whose dependence cannot be bounded is named, and is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from mineralkg.validation.automaton import State, Step
from mineralkg.validation.data import Data, Part
from mineralkg.validation.dependencies import Dependencies, Root
from mineralkg.validation.engine import Engine
from mineralkg.validation.graph import Graph
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph
from mineralkg.validation.sparql import Selector
from mineralkg.validation.terms import Node
from mineralkg.validation.tracing import seen_from, traced_back

__all__ = ["Affected", "Incremental", "Judging"]


@dataclass
class Affected:
    """The pairs of a shape and a focus node whose results a change can alter, and the shapes that cannot be bounded.

    A shape in ``everywhere`` can change for every node, one in ``unbounded`` has the reason with it.
    """

    pairs: set[tuple[Node, Node]] = field(default_factory=set)
    everywhere: set[Node] = field(default_factory=set)
    unbounded: dict[Node, str] = field(default_factory=dict)


class Incremental:
    """The shapes of an engine made ready to validate changes. *most* bounds the triples that are gathered."""

    def __init__(self, engine: Engine, *, most: int = 200_000) -> None:
        self._engine = engine
        self._most = most
        self._dependencies = Dependencies(engine.shapes, engine.constraints)
        self._automaton = self._dependencies.automaton

    def affected(self, change: Iterable[ox.Triple], graph: Graph) -> Affected:
        """Return what a change can alter; *graph* holds all triples from before it and from after it.

        Raises TooLarge beyond the limit.
        """
        found = Affected()
        reached: dict[Node, set[State]] = {}
        for triple in change:
            for step in self._steps(triple.predicate):
                source = triple.object if step.label.backwards else triple.subject
                reached.setdefault(source, set()).add(step.source)
            for root in self._dependencies.roots:
                if root.anything & {triple.predicate, None}:
                    found.unbounded[root.shape] = root.unbounded or ""
        elsewhere = {(node, state): root for root in self._dependencies.roots for node, state in root.elsewhere}
        for node, state in traced_back(self._automaton, reached, graph, self._most):
            if root_here := self._dependencies.by_start.get(state):
                found.pairs.add((root_here.shape, node))
            if root_there := elsewhere.get((node, state)):
                found.everywhere.add(root_there.shape)
        return found

    def _steps(self, predicate: ox.NamedNode) -> Iterator[Step]:
        yield from self._automaton.by_predicate.get(predicate, ())
        yield from self._automaton.by_predicate.get(None, ())

    def visible(self, pairs: Iterable[tuple[Node, Node]], graph: Graph) -> set[ox.Triple]:
        """Return the triples that shapes can see from focus nodes. Raises TooLarge beyond the limit."""
        starts = {root.shape: root for root in self._dependencies.roots}
        listed = list(pairs)
        begin = [(node, starts[shape].start) for shape, node in listed]
        begin += [pair for shape in {shape for shape, _ in listed} for pair in starts[shape].elsewhere]
        return seen_from(self._automaton, begin, graph, self._most)

    def validate(self, pairs: set[tuple[Node, Node]], graph: Graph) -> list[Result]:
        """Return the results for pairs of a shape and a focus node in *graph*.

        Only pairs whose node the shape really looks at have results. Raises TooLarge beyond the limit.
        """
        looked_at = self.targets(pairs, graph)
        return self.validate_in(Data([Part.of(self.visible(looked_at, graph))]), looked_at)

    def targets(self, pairs: Iterable[tuple[Node, Node]], graph: Graph) -> set[tuple[Node, Node]]:
        """Return those pairs of a shape and a node where the shape looks at the node by itself."""
        selector = Selector(self._engine.shapes, graph)
        return {pair for pair in pairs if selector.is_target(*pair)}

    def validate_in(self, data: Data, targets: set[tuple[Node, Node]]) -> list[Result]:
        """Return the results for pairs of a shape and a node that it looks at; *data* holds what is visible to them."""
        return self._engine.validate_targets(data, targets)

    @property
    def roots(self) -> list[Root]:
        """The shapes that look at nodes by themselves."""
        return self._dependencies.roots


class Judging:
    """Tells which nodes shapes judge: those they look at by themselves, and those they lead to from there."""

    def __init__(self, shapes: ShapesGraph, *, most: int = 10_000) -> None:
        self._shapes = shapes
        self._most = most
        self._dependencies = Dependencies(shapes, {})  # a query may pass through a node, but does not judge it

    def judges(self, node: Node, graph: Graph) -> bool:
        """Say whether a shape judges *node*. Raises TooLarge beyond the limit."""
        selector = Selector(self._shapes, graph)
        walks = traced_back(self._dependencies.automaton, {node: self._dependencies.judging}, graph, self._most)
        return any(
            (root := self._dependencies.by_start.get(state)) is not None and selector.is_target(root.shape, start)
            for start, state in walks
        )
