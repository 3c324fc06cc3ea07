"""Whether two texts say the same: a pairing of their blank nodes under which they have the same statements."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.rdfio.pairing import Anonymous, Statement, pair

__all__ = ["same"]

_Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph


def same(these: Iterable[ox.Quad], those: Iterable[ox.Quad], labels: set[str]) -> bool:
    """Say whether two readings have the same statements; nodes of the *labels* have the same names in both.

    Nodes are paired in the order in which they first stand, which a layout seldom changes, else by what they say. A
    pairing is a proof where there is one: the nodes are put in the place of each other, and all must then agree.
    """
    left, right = ([_statement(quad, labels) for quad in quads] for quads in (these, those))
    return _numbered(left) == _numbered(right) or _same_by_what_they_say(set(left), set(right))


def _numbered(statements: Iterable[Statement]) -> set[Statement]:
    """Return the statements with their nodes numbered in the order in which they first stand."""
    numbers: dict[Hashable, Hashable] = {}
    for _, subject, _, value in statements:
        for key in (subject, value):
            if isinstance(key, Anonymous):
                numbers.setdefault(key.id, len(numbers))
    return {_renamed(statement, numbers) for statement in statements}


def _same_by_what_they_say(left: set[Statement], right: set[Statement]) -> bool:
    paired = pair(left, right)
    if len(set(paired.values())) != len(paired):
        return False
    return {_renamed(statement, paired) for statement in left} == right


def _statement(quad: ox.Quad, labels: set[str]) -> Statement:
    def key(term: _Node) -> str | Anonymous:
        anonymous = isinstance(term, ox.BlankNode) and str(term) not in labels
        return Anonymous(str(term)) if anonymous else str(term)

    return str(quad.graph_name), key(quad.subject), str(quad.predicate), key(quad.object)


def _renamed(statement: Statement, paired: Mapping[Hashable, Hashable]) -> Statement:
    def name(key: str | Anonymous) -> str | Anonymous:
        return Anonymous(paired.get(key.id)) if isinstance(key, Anonymous) else key

    graph, subject, predicate, value = statement
    return graph, name(subject), predicate, name(value)
