"""What a node without a name is, told by what is said of it: the same in every run, whatever stands before it."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from mineralkg.validation import Graph, Node

__all__ = ["identity"]

_DEEPEST = 4


def identity(graph: Graph, node: Node) -> str:
    """Return an IRI or literal as text, for a blank node a digest of its statements and of those that point to it."""
    if not isinstance(node, ox.BlankNode):
        return str(node)
    said = [f"{t.predicate} {_described(graph, t.object, _DEEPEST)}" for t in graph.find(node, None, None)]
    named = [f"{_described(graph, t.subject, 0)} {t.predicate} ^" for t in graph.find(None, None, node)]
    return _digest([*said, *named])


def _described(graph: Graph, node: Node, depth: int) -> str:
    if not isinstance(node, ox.BlankNode):
        return str(node)
    if depth == 0:
        return "_:"
    return _digest([f"{t.predicate} {_described(graph, t.object, depth - 1)}" for t in graph.find(node, None, None)])


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
