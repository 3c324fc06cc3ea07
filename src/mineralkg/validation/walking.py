"""Walk property paths in a graph, and remember by which triple each value was reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.validation.graph import Graph
from mineralkg.validation.paths import Alternative, Inverse, Path, Repeated, Sequence
from mineralkg.validation.terms import Node

__all__ = ["Step", "reached"]

Step: TypeAlias = tuple[Node, ox.NamedNode, Node]  # the triple that was followed, as it stands in the graph


def reached(graph: Graph, node: Node, path: Path, *, backwards: bool = False) -> Iterator[tuple[Node, Step | None]]:
    """Return the nodes that a path leads to from *node*, each with the last triple followed, None for an empty path."""
    if isinstance(path, ox.NamedNode):
        yield from _followed(graph, node, path, backwards=backwards)
    elif isinstance(path, Inverse):
        yield from reached(graph, node, path.path, backwards=not backwards)
    elif isinstance(path, Alternative):
        for choice in path.choices:
            yield from reached(graph, node, choice, backwards=backwards)
    elif isinstance(path, Sequence):
        yield from _in_sequence(graph, node, path.steps[::-1] if backwards else path.steps, backwards)
    else:
        yield from _repeated(graph, node, path, backwards)


def _followed(graph: Graph, node: Node, predicate: ox.NamedNode, *, backwards: bool) -> Iterator[tuple[Node, Step]]:
    if backwards:
        for triple in graph.find(None, predicate, node):
            yield triple.subject, (triple.subject, predicate, node)
    else:
        for triple in graph.find(node, predicate, None):
            yield triple.object, (node, predicate, triple.object)


def _in_sequence(
    graph: Graph, node: Node, steps: tuple[Path, ...], backwards: bool
) -> Iterator[tuple[Node, Step | None]]:
    ends: dict[Node, Step | None] = {node: None}
    for step in steps:
        following: dict[Node, Step | None] = {}
        for start, before in ends.items():
            for end, last in reached(graph, start, step, backwards=backwards):
                following.setdefault(end, last or before)
        ends = following
    yield from ends.items()


def _repeated(graph: Graph, node: Node, path: Repeated, backwards: bool) -> Iterator[tuple[Node, Step | None]]:
    found: dict[Node, Step | None] = {node: None} if path.may_be_empty else {}
    waiting, seen = [node], {node}
    while waiting:
        start = waiting.pop(0)
        for end, last in reached(graph, start, path.path, backwards=backwards):
            found.setdefault(end, last)
            if path.may_repeat and end not in seen:
                seen.add(end)
                waiting.append(end)
        if not path.may_repeat:
            break
    yield from found.items()
