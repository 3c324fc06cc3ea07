"""Pair the nodes that two readings of one text name differently.

A node written with brackets hangs in one place, so such nodes form trees. Two of them are the same where they say the
same and hang from the same; where several do, any pairing of them is right, for nothing tells them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeAlias

__all__ = ["Anonymous", "Pairing", "pair"]


class Anonymous(NamedTuple):
    """A node without a name that both readings share."""

    id: Hashable


Key: TypeAlias = str | Anonymous
Statement: TypeAlias = tuple[str, Key, str, Key]  # graph, subject, predicate, object


def pair(these: Iterable[Statement], those: Iterable[Statement]) -> dict[Hashable, Hashable]:
    """Return for each anonymous node of *these* statements the one of *those* that it is, as far as there is one."""
    return Pairing(those).pair(these)


class Pairing:
    """The nodes of one reading, which those of another are paired with, at once or part by part."""

    def __init__(self, those: Iterable[Statement]) -> None:
        self._forest = _Forest(those)
        self._left = self._forest.hanging()

    def pair(self, these: Iterable[Statement]) -> dict[Hashable, Hashable]:
        """Return for each anonymous node of *these* statements the one that it is, as far as there is one.

        Nodes are paired once: of two that say the same in the same place, the next call is given the other.
        """
        forest = _Forest(these, self._forest)
        found: dict[Hashable, Hashable] = {}
        waiting: list[tuple[Anonymous, Anonymous]] = []
        for place, nodes in forest.hanging().items():
            left = self._left.get(place, [])
            waiting += zip(nodes, left, strict=False)
            del left[: len(nodes)]
        while waiting:
            one, other = waiting.pop()
            found[one.id] = other.id
            below = self._forest.below(other)
            for place, nodes in forest.below(one).items():
                waiting += zip(nodes, below.get(place, ()), strict=False)
        return found


_Places: TypeAlias = dict[Hashable, list[Anonymous]]
_UNKNOWN = -2  # what nobody says on the other side
_AROUND = -3  # a node that hangs from itself, which brackets cannot write


class _Forest:
    """The anonymous nodes of one reading, each with a number that is the same for all that say the same.

    Numbers are those of *other* where there is one: what is said there by no node gets none.
    """

    def __init__(self, statements: Iterable[Statement], other: _Forest | None = None) -> None:
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
        self._numbers: dict[Hashable, int] = {} if other is None else other._numbers
        self._signatures = self._signed([*objects, *self._roots], grows=other is None)

    def _signed(self, nodes: Iterable[Anonymous], *, grows: bool) -> dict[Anonymous, int]:
        """Return the signature of each node: first of what hangs from it, then of what it says with these."""
        signed: dict[Anonymous, int] = {}
        begun: set[Anonymous] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting[-1]
            begun.add(node)
            said = self._said.get(node, ())
            below = (value for _, _, value in said if isinstance(value, Anonymous))
            fresh = [value for value in below if value not in signed and value not in begun]
            if fresh:
                waiting += fresh
                continue
            waiting.pop()
            says = tuple(sorted((graph, predicate, *_named(value, signed)) for graph, predicate, value in said))
            number = self._numbers.setdefault(says, len(self._numbers)) if grows else self._numbers.get(says, _UNKNOWN)
            signed.setdefault(node, number)
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
    return ("", signed.get(value, _AROUND)) if isinstance(value, Anonymous) else (value, -1)
