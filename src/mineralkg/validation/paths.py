"""SHACL property paths (SHACL 2.3.1) as SPARQL ones, and as steps that can be walked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.errors import ShapesError
from mineralkg.validation.terms import RDF, SH, Node

__all__ = ["Alternative", "Inverse", "Path", "Repeated", "Sequence", "members_of", "read_path", "sparql"]


@dataclass(frozen=True)
class Sequence:
    """One step after the other."""

    steps: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Any one of several paths."""

    choices: tuple[Path, ...]


@dataclass(frozen=True)
class Inverse:
    """A path from object to subject."""

    path: Path


@dataclass(frozen=True)
class Repeated:
    """A path taken once or more (``+``), any number of times (``*``), or at most once (``?``)."""

    path: Path
    sign: str

    @property
    def may_be_empty(self) -> bool:
        """Whether no step at all is enough."""
        return self.sign in "*?"

    @property
    def may_repeat(self) -> bool:
        """Whether it may be taken more than once."""
        return self.sign in "*+"


Path: TypeAlias = ox.NamedNode | Sequence | Alternative | Inverse | Repeated

Lookup: TypeAlias = Callable[[Node, ox.NamedNode], Node | None]

_SIGNS = ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?"))


_MOST_DEEP = 50
_MOST_STEPS = 1000  # a node that is part of a path twice doubles it, and so may each of its parts


def read_path(value: Lookup, node: Node, inside: tuple[Node, ...] = (), steps: Iterator[int] | None = None) -> Path:
    """Return the property path that *node* describes; raises ShapesError where it describes none, or too large a one.

    *value* returns the value of a property of a node, or None.
    """
    steps = itertools.count() if steps is None else steps
    if len(inside) > _MOST_DEEP or next(steps) > _MOST_STEPS:
        limits = f"{_MOST_STEPS} steps or {_MOST_DEEP} levels"
        raise ShapesError("the shapes graph", f"a property path has more than {limits}.")
    if isinstance(node, ox.NamedNode):
        return node
    if not isinstance(node, ox.BlankNode) or node in inside:
        raise ShapesError("the shapes graph", f"{node} is not a property path.")
    within = (*inside, node)

    def read(inner: Node) -> Path:
        return read_path(value, inner, within, steps)

    return _sequence(value, node, read) or _unary(value, node, read)


def _sequence(value: Lookup, node: ox.BlankNode, read: Callable[[Node], Path]) -> Path | None:
    if value(node, RDF.first) is None:
        return None
    members = members_of(value, node)
    if len(members) < 2:
        raise ShapesError("the shapes graph", "a sequence path needs at least two steps.")
    return Sequence(tuple(map(read, members)))


def _unary(value: Lookup, node: ox.BlankNode, read: Callable[[Node], Path]) -> Path:
    if (inner := value(node, SH.inversePath)) is not None:
        return Inverse(read(inner))
    if (head := value(node, SH.alternativePath)) is not None:
        members = members_of(value, head)
        if len(members) < 2:
            raise ShapesError("the shapes graph", "an alternative path needs at least two choices.")
        return Alternative(tuple(map(read, members)))
    for predicate, sign in _SIGNS:
        if (inner := value(node, predicate)) is not None:
            return Repeated(read(inner), sign)
    raise ShapesError("the shapes graph", "a blank node that is used as a property path describes none.")


def members_of(value: Lookup, head: Node) -> list[Node]:
    """Return the members of an RDF list; raises ShapesError for one that is broken or runs in a circle."""
    members: list[Node] = []
    seen: set[Node] = set()
    while head != RDF.nil:
        first, rest = value(head, RDF.first), value(head, RDF.rest)
        if first is None or rest is None or head in seen:
            raise ShapesError("the shapes graph", "a list is broken: each cell needs one rdf:first and one rdf:rest.")
        seen.add(head)
        members.append(first)
        head = rest
    return members


def sparql(path: Path) -> str:
    """Return a path in the syntax of SPARQL, with brackets only where it needs them."""
    if isinstance(path, ox.NamedNode):
        return str(path)
    if isinstance(path, Sequence):
        return "/".join(_atom(step, Alternative) for step in path.steps)
    if isinstance(path, Alternative):
        return "|".join(map(sparql, path.choices))
    if isinstance(path, Inverse):
        return f"^{_atom(path.path, Alternative, Sequence, Repeated, Inverse)}"
    return f"{_atom(path.path, Alternative, Sequence, Inverse, Repeated)}{path.sign}"


def _atom(path: Path, *bracketed: type) -> str:
    return f"({sparql(path)})" if isinstance(path, bracketed) else sparql(path)
