"""Pair the nodes that two readings of one text name differently.

A node written with brackets hangs in one place, so such nodes form trees. Two of them are the same where they say the
same and hang from the same; where several do, any pairing of them is right, for nothing tells them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

__all__ = ["Anonymous", "pair"]


class Anonymous(NamedTuple):
    """A node without a name that both readings share."""

    id: Hashable


Key: TypeAlias = str | Anonymous
Statement: TypeAlias = tuple[str, Key, str, Key]  # graph, subject, predicate, object


def pair(these: Iterable[Statement], those: Iterable[Statement]) -> dict[Hashable, Hashable]:
    """Return for each anonymous node of *these* statements the one of *those* that it is, as far as there is one."""
    signatures: dict[Hashable, int] = {}
    left, right = _Forest(these, signatures), _Forest(those, signatures)
    found: dict[Hashable, Hashable] = {}
    waiting = list(_matched(left.hanging(), right.hanging()))
    while waiting:
        one, other = waiting.pop()
        found[one.id] = other.id
        waiting += _matched(left.below(one), right.below(other))
    return found


_Places: TypeAlias = dict[Hashable, list[Anonymous]]


def _matched(these: _Places, those: _Places) -> Iterator[tuple[Anonymous, Anonymous]]:
    for place, nodes in these.items():
        yield from zip(nodes, those.get(place, ()), strict=False)


class _Forest:
    """The anonymous nodes of one reading, each with a number that is the same for all that say the same."""

    def __init__(self, statements: Iterable[Statement], signatures: dict[Hashable, int]) -> None:
        self._said: dict[Anonymous, list[tuple[str, str, Key]]] = defaultdict(list)
        self._hung: list[tuple[str, str, str, Anonymous]] = []
        objects: dict[Anonymous, None] = {}
        for graph, subject, predicate, value in statements:
            if isinstance(subject, Anonymous):
                self._said[subject].append((graph, predicate, value))
            if isinstance(value, Anonymous):
                objects[value] = None
                if isinstance(subject, str):
                    self._hung.append((graph, subject, predicate, value))
        self._roots = [node for node in self._said if node not in objects]
        self._signatures = self._signed([*objects, *self._roots], signatures)

    def _signed(self, nodes: Iterable[Anonymous], signatures: dict[Hashable, int]) -> dict[Anonymous, int]:
        """Return the signature of each node: first of what hangs from it, then of what it says with these."""
        signed: dict[Anonymous, int] = {}
        waiting = list(nodes)
        while waiting:
            node = waiting[-1]
            said = self._said.get(node, ())
            unsigned = [value for _, _, value in said if isinstance(value, Anonymous) and value not in signed]
            if unsigned:
                waiting += unsigned
                continue
            waiting.pop()
            says = tuple(sorted((graph, predicate, *_named(value, signed)) for graph, predicate, value in said))
            signed.setdefault(node, signatures.setdefault(says, len(signatures)))
        return signed

    def hanging(self) -> _Places:
        """Return the nodes that hang from a named one, and those that hang from none, by where they do."""
        places: _Places = defaultdict(list)
        for graph, subject, predicate, node in self._hung:
            places[graph, subject, predicate, self._signatures[node]].append(node)
        for node in self._roots:
            places[self._signatures[node]].append(node)
        return places

    def below(self, node: Anonymous) -> _Places:
        """Return the nodes that hang from *node*, by where they do."""
        places: _Places = defaultdict(list)
        for graph, predicate, value in self._said.get(node, ()):
            if isinstance(value, Anonymous):
                places[graph, predicate, self._signatures[value]].append(value)
        return places


def _named(value: Key, signed: dict[Anonymous, int]) -> tuple[str, int]:
    return ("", signed[value]) if isinstance(value, Anonymous) else (value, -1)
