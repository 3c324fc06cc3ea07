"""What a node without a name is, told by what is said of it: the same in every run, whatever stands before it."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from mineralkg.validation import Node

__all__ = ["identity"]

_DEEPEST = 4


def identity(store: ox.Store, node: Node) -> str:
    """Return an IRI or literal as text, for a blank node a digest of its statements and of those that point to it."""
    if not isinstance(node, ox.BlankNode):
        return str(node)
    said = [f"{q.predicate} {_described(store, q.object, _DEEPEST)}" for q in store.quads_for_pattern(node, None, None)]
    named = [f"{_described(store, q.subject, 0)} {q.predicate} ^" for q in store.quads_for_pattern(None, None, node)]
    return _digest([*said, *named])


def _described(store: ox.Store, node: Node, depth: int) -> str:
    if not isinstance(node, ox.BlankNode):
        return str(node)
    if depth == 0:
        return "_:"
    quads = store.quads_for_pattern(node, None, None)
    return _digest([f"{quad.predicate} {_described(store, quad.object, depth - 1)}" for quad in quads])


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
