"""The triple patterns of a SPARQL constraint, and through which variables they hang together.

A solution can only change with a triple that matches one of its patterns, and a pattern matters to a focus node only
where a chain of patterns with shared variables leads there from ``$this``. A chain may pass through a variable that is
certain to be bound: one of the same group, or one that an outer group binds in any case. The query is read by rdflib.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from mineralkg.errors import ShapesError
from mineralkg.validation.paths import Alternative, Inverse, Path, Repeated, Sequence
from mineralkg.validation.terms import Node

if TYPE_CHECKING:
    from rdflib.plugins.sparql.parserutils import CompValue

__all__ = ["Group", "Pattern", "Variable", "groups"]


@dataclass(frozen=True)
class Variable:
    """A variable of a query; one that only exists in one place of it has a ``scope``."""

    name: str
    scope: int = 0


Term: TypeAlias = Variable | Node


@dataclass(frozen=True)
class Pattern:
    """A triple pattern; the predicate is a property path or a variable."""

    subject: Term
    predicate: Path | Variable
    object: Term

    @property
    def variables(self) -> set[Variable]:
        """The variables at its ends."""
        return {term for term in (self.subject, self.predicate, self.object) if isinstance(term, Variable)}


@dataclass
class Group:
    """Patterns that hold together, and the groups that hang from them: optional, alternative or asked for by EXISTS.

    ``certain`` are the variables that are bound before the group is looked at.
    """

    certain: set[Variable]
    patterns: list[Pattern] = field(default_factory=list)
    inner: list[Group] = field(default_factory=list)


class Unknown(Exception):
    """The query has a part whose dependence on the graph is not worked out here."""


def groups(text: str) -> Group:
    """Return the patterns of an ``sh:select``. Raises Unknown, or ShapesError for text that is not SPARQL."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(text)).algebra
    except Exception as error:  # pyparsing's exceptions, and bare ones of rdflib
        raise ShapesError("the shapes graph", f"a query cannot be read: {error}") from error
    top = Group({Variable("this")})
    _Reader().read(algebra, top)
    return top


class _Reader:
    def read(self, part: CompValue, group: Group) -> set[Variable]:
        """Put the patterns of a part of the algebra into a group, and return the variables it is certain to bind."""
        handler = getattr(self, f"_{part.name.lower()}", None)
        if handler is None:
            raise Unknown(part.name)
        bound: set[Variable] = handler(part, group)
        return bound

    def _selectquery(self, part: Any, group: Group) -> set[Variable]:
        return self.read(part.p, group)

    _project = _distinct = _reduced = _orderby = _selectquery

    def _bgp(self, part: Any, group: Group) -> set[Variable]:
        patterns = [Pattern(_term(s), _predicate(p), _term(o)) for s, p, o in part.triples]
        group.patterns += patterns
        return {variable for pattern in patterns for variable in pattern.variables}

    def _join(self, part: Any, group: Group) -> set[Variable]:
        first = self.read(part.p1, group)
        return first | self.read(part.p2, group)

    def _leftjoin(self, part: Any, group: Group) -> set[Variable]:
        bound = self.read(part.p1, group)
        inner, found = self._inside(part.p2, group, bound)
        self._expression(part.expr, inner, bound | found)  # a filter of OPTIONAL sees both sides
        return bound

    def _filter(self, part: Any, group: Group) -> set[Variable]:
        bound = self.read(part.p, group)
        self._expression(part.expr, group, bound)
        return bound

    def _union(self, part: Any, group: Group) -> set[Variable]:
        # A branch is evaluated by itself and joined: it sees nothing of the group but through what both bind.
        found = []
        for branch in (part.p1, part.p2):
            inner = Group(set(group.certain))
            group.inner.append(inner)
            found.append(self.read(branch, inner))
        return found[0] & found[1]

    def _extend(self, part: Any, group: Group) -> set[Variable]:
        bound = self.read(part.p, group)
        self._expression(part.expr, group, bound)
        return bound

    def _graph(self, part: Any, group: Group) -> set[Variable]:  # noqa: ARG002 - the shapes graph does not change
        return set()

    def _inside(self, part: Any, group: Group, bound: set[Variable]) -> tuple[Group, set[Variable]]:
        inner = Group(group.certain | bound)
        group.inner.append(inner)
        return inner, self.read(part, inner)

    def _expression(self, part: Any, group: Group, bound: set[Variable]) -> None:
        """Look into an expression for groups of EXISTS."""
        from rdflib.plugins.sparql.parserutils import CompValue

        for inner in _parts(part):
            if isinstance(inner, CompValue) and inner.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                self._inside(inner.graph, group, bound)


def _parts(part: Any) -> Iterator[Any]:
    """Return an expression and all that it is made of, without what is inside a group of EXISTS."""
    from rdflib.plugins.sparql.parserutils import CompValue

    yield part
    if isinstance(part, CompValue):
        if part.name not in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            for value in part.values():
                yield from _parts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _parts(value)


def _term(term: Any) -> Term:
    import rdflib

    if isinstance(term, rdflib.Variable):
        return Variable(str(term))
    if isinstance(term, rdflib.BNode):
        return Variable(f"_:{term}")
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(term)
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(term, language=term.language)
        return ox.Literal(term, datatype=None if term.datatype is None else ox.NamedNode(term.datatype))
    raise Unknown(str(term))


def _predicate(term: Any) -> Path | Variable:
    from rdflib import paths

    if isinstance(term, paths.InvPath):
        return Inverse(_path(term.arg))
    if isinstance(term, paths.SequencePath):
        return Sequence(tuple(map(_path, term.args)))
    if isinstance(term, paths.AlternativePath):
        return Alternative(tuple(map(_path, term.args)))
    if isinstance(term, paths.MulPath):
        return Repeated(_path(term.path), term.mod)
    found = _term(term)
    if isinstance(found, ox.NamedNode | Variable):
        return found
    raise Unknown(str(term))


def _path(term: Any) -> Path:
    found = _predicate(term)
    if isinstance(found, Variable):
        raise Unknown(str(term))
    return found
