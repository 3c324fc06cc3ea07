"""Validate a change to a large graph in time that follows the change: the nodes it can affect, with what they can see.

For each triple that comes or goes, the automata of the shapes give the focus nodes from which a walk can follow it; no
other node's results can change. What the shapes can see from these nodes is gathered, and validated as a graph of its
own. A shape whose dependence cannot be bounded is named, and is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.validation.automaton import State, Step
from mineralkg.validation.data import Data, Part
from mineralkg.validation.dependencies import Dependencies, Root
from mineralkg.validation.engine import Engine
from mineralkg.validation.result import Result
from mineralkg.validation.sparql import Selector
from mineralkg.validation.terms import Node

__all__ = ["Affected", "Graph", "Incremental", "TooLarge"]

Find: TypeAlias = Callable[[Node | None, ox.NamedNode | None, Node | None], Iterable[ox.Triple]]


class TooLarge(Exception):
    """What the affected nodes can see is more than the limit: the whole graph is better validated as such."""


class Graph:
    """A graph that is made of stores: the triples of all, without some graphs and some triples."""

    def __init__(
        self, stores: Sequence[ox.Store], *, hidden: Iterable[ox.NamedNode] = (), gone: Iterable[ox.Triple] = ()
    ) -> None:
        self._stores = stores
        self._hidden = frozenset(hidden)
        self._gone = frozenset(gone)

    def find(self, subject: Node | None, predicate: ox.NamedNode | None, value: Node | None) -> Iterator[ox.Triple]:
        """Return the triples that match, each once or more often."""
        if isinstance(subject, ox.Literal | ox.Triple):
            return
        for store in self._stores:
            for quad in store.quads_for_pattern(subject, predicate, value):
                if quad.graph_name not in self._hidden:
                    triple = quad.triple
                    if triple not in self._gone:
                        yield triple


@dataclass
class Affected:
    """The pairs of a shape and a focus node whose results a change can alter, and the shapes that cannot be bounded."""

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
        """Return what a change can alter; *graph* holds all triples from before it and from after it."""
        found = Affected()
        reached: dict[Node, set[State]] = {}
        for triple in change:
            for step in self._steps(triple.predicate):
                source = triple.object if step.label.backwards else triple.subject
                reached.setdefault(source, set()).add(step.source)
            for root in self._dependencies.roots:
                if root.anything & {triple.predicate, None}:
                    found.unbounded[root.shape] = root.unbounded or ""
        self._trace(reached, graph, found)
        return found

    def _steps(self, predicate: ox.NamedNode) -> Iterator[Step]:
        yield from self._automaton.by_predicate.get(predicate, ())
        yield from self._automaton.by_predicate.get(None, ())

    def _trace(self, reached: dict[Node, set[State]], graph: Graph, found: Affected) -> None:
        """Go back from nodes in states to the focus nodes from which walks lead there."""
        seen: set[tuple[Node, State]] = set()
        waiting = list(self._arrived(reached, seen))
        elsewhere = {(node, state): root for root in self._dependencies.roots for node, state in root.elsewhere}
        while waiting:
            node, state = waiting.pop()
            if root := self._dependencies.by_start.get(state):
                found.pairs.add((root.shape, node))
            if root := elsewhere.get((node, state)):
                found.everywhere.add(root.shape)
            before: dict[Node, set[State]] = {}
            for step in self._automaton.steps_to.get(state, ()):
                for other in _sources(step, node, graph):
                    before.setdefault(other, set()).add(step.source)
            waiting += self._arrived(before, seen)
            if len(seen) > self._most:
                raise TooLarge

    def _arrived(self, nodes: dict[Node, set[State]], seen: set[tuple[Node, State]]) -> Iterator[tuple[Node, State]]:
        for node, states in nodes.items():
            for state in self._automaton.origins(states):
                if (node, state) not in seen:
                    seen.add((node, state))
                    yield node, state

    def visible(self, pairs: Iterable[tuple[Node, Node]], graph: Graph) -> tuple[set[ox.Triple], set[Node]]:
        """Return the triples that shapes can see from focus nodes, and the nodes that they judge on the way.

        Raises TooLarge beyond the limit.
        """
        starts = {root.shape: root for root in self._dependencies.roots}
        found: set[ox.Triple] = set()
        judged: set[Node] = set()
        seen: set[tuple[Node, State]] = set()
        waiting = [(node, starts[shape].start) for shape, node in pairs]
        waiting += [pair for shape in {shape for shape, _ in pairs} for pair in starts[shape].elsewhere]
        while waiting:
            node, arrived = waiting.pop()
            for state in self._automaton.closure([arrived]):
                if (node, state) in seen:
                    continue
                seen.add((node, state))
                if state in self._dependencies.judging:
                    judged.add(node)
                for step in self._automaton.steps_from.get(state, ()):
                    for triple, end in _followed(step, node, graph):
                        found.add(triple)
                        waiting.append((end, step.target))
            if len(found) > self._most or len(seen) > self._most:
                raise TooLarge
        return found, judged

    def validate(self, pairs: set[tuple[Node, Node]], graph: Graph, *, more: Iterable[Part] = ()) -> list[Result]:
        """Return the results for pairs of a shape and a focus node in *graph*; *more* are triples of it as written.

        Only pairs whose node the shape really looks at have results.
        """
        triples, _ = self.visible(pairs, graph)
        data = Data([*more, Part.of(triples)])
        selector = Selector(self._engine.shapes, data.store)
        aimed = {(shape, node) for shape, node in pairs if selector.is_target(shape, node)}
        return self._engine.validate_targets(data, aimed)

    @property
    def roots(self) -> list[Root]:
        """The shapes that look at nodes by themselves."""
        return self._dependencies.roots


def _followed(step: Step, node: Node, graph: Graph) -> Iterator[tuple[ox.Triple, Node]]:
    """Return the triples that a step follows from a node, and where each leads."""
    label = step.label
    if label.backwards:
        for triple in graph.find(None, label.predicate, node):
            yield triple, triple.subject
    else:
        for triple in graph.find(node, label.predicate, None):
            yield triple, triple.predicate if label.to == "predicate" else triple.object


def _sources(step: Step, node: Node, graph: Graph) -> Iterator[Node]:
    """Return the nodes from which a step leads to a node."""
    label = step.label
    if label.backwards:
        yield from (triple.object for triple in graph.find(node, label.predicate, None))
    elif label.to == "predicate":
        if isinstance(node, ox.NamedNode):
            yield from (triple.subject for triple in graph.find(None, node, None))
    else:
        yield from (triple.subject for triple in graph.find(None, label.predicate, node))
