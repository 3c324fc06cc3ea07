"""Walks of an automaton over the triples of a graph, forwards to what is seen and backwards to who sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from mineralkg.validation.automaton import Automaton, State, Step
from mineralkg.validation.graph import Graph
from mineralkg.validation.terms import Node

__all__ = ["TooLarge", "seen_from", "traced_back"]


class TooLarge(Exception):
    """A walk leads to more places than the limit allows: the whole graph is better validated as such."""


def traced_back(
    automaton: Automaton, starts: dict[Node, set[State]], graph: Graph, most: int
) -> Iterator[tuple[Node, State]]:
    """Return the nodes, with states, from which walks lead to given nodes in given states, and these themselves.

    Raises TooLarge beyond *most* of them.
    """
    seen: set[tuple[Node, State]] = set()
    waiting = list(_arrived(automaton, starts, seen))
    while waiting:
        node, state = waiting.pop()
        yield node, state
        before: dict[Node, set[State]] = {}
        for step in automaton.steps_to.get(state, ()):
            for other in _sources(step, node, graph):
                before.setdefault(other, set()).add(step.source)
        waiting += _arrived(automaton, before, seen)
        if len(seen) > most:
            raise TooLarge


def _arrived(
    automaton: Automaton, nodes: dict[Node, set[State]], seen: set[tuple[Node, State]]
) -> Iterator[tuple[Node, State]]:
    for node, states in nodes.items():
        for state in automaton.origins(states):
            if (node, state) not in seen:
                seen.add((node, state))
                yield node, state


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


def seen_from(automaton: Automaton, starts: Iterable[tuple[Node, State]], graph: Graph, most: int) -> set[ox.Triple]:
    """Return the triples that walks follow from given nodes in given states. Raises TooLarge beyond *most*."""
    found: set[ox.Triple] = set()
    seen: set[tuple[Node, State]] = set()
    waiting = list(starts)
    while waiting:
        node, arrived = waiting.pop()
        for state in automaton.closure([arrived]):
            if (node, state) in seen:
                continue
            seen.add((node, state))
            for step in automaton.steps_from.get(state, ()):
                for triple, end in _followed(step, node, graph):
                    found.add(triple)
                    waiting.append((end, step.target))
        if len(found) > most or len(seen) > most:
            raise TooLarge
    return found


def _followed(step: Step, node: Node, graph: Graph) -> Iterator[tuple[ox.Triple, Node]]:
    """Return the triples that a step follows from a node, and where each leads."""
    label = step.label
    if label.backwards:
        for triple in graph.find(None, label.predicate, node):
            yield triple, triple.subject
    else:
        for triple in graph.find(node, label.predicate, None):
            yield triple, triple.predicate if label.to == "predicate" else triple.object
