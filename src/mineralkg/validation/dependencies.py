"""Automata of shapes: what each of them looks at, through its paths, its nested shapes, its classes and its queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from mineralkg.validation.automaton import Automaton, Label, State
from mineralkg.validation.constraints import Constraint
from mineralkg.validation.paths import Path
from mineralkg.validation.queryparts import Group, Pattern, Term, Unknown, Variable, groups
from mineralkg.validation.shapes import ShapesGraph
from mineralkg.validation.terms import RDF, SH, Node

__all__ = ["Dependencies", "Root"]

_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_PAIRED = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)


@dataclass
class Root:
    """A shape that looks at nodes by itself: the state in which walks from its focus nodes begin.

    ``elsewhere`` are nodes, with states, from which a query of it also looks at the graph, whatever the focus node:
    constants of a pattern that does not hang together with ``$this``. ``unbounded`` says why the shape can depend on
    any triple with one of ``anything``'s predicates, or on any at all where that holds None.
    """

    shape: Node
    start: State
    elsewhere: list[tuple[Node, State]] = field(default_factory=list)
    anything: set[ox.NamedNode | None] = field(default_factory=set)
    unbounded: str | None = None


class Dependencies:
    """The automata of all shapes of a graph that look at nodes by themselves."""

    def __init__(self, shapes: ShapesGraph, constraints: dict[Node, list[Constraint]]) -> None:
        self.automaton = Automaton()
        self._shapes = shapes
        self._constraints = constraints
        self._focus: dict[Node, State] = {}
        self._waiting: list[Node] = []  # shapes that have a state, and are not described yet
        self._value: dict[Node, State] = {}
        self._instance: State | None = None
        self._loose: dict[Node, list[tuple[list[tuple[Node, State]], set[ox.NamedNode | None], str | None]]] = {}
        self.roots = [self._root(shape) for shape in shapes.roots]
        self.by_start = {root.start: root for root in self.roots}
        self.judging = set(self._value.values())

    def _root(self, shape: Node) -> Root:
        root = Root(shape, self.automaton.state())
        self.automaton.move(root.start, self.judged(shape))
        targets = self._shapes.targets(shape)
        sink = self.automaton.state()
        if targets.classes:
            self.automaton.move(root.start, self._class_of())
        for predicate in targets.subjects_of:
            self.automaton.step(root.start, Label(_named(predicate)), sink)
        for predicate in targets.objects_of:
            self.automaton.step(root.start, Label(_named(predicate), "subject"), sink)
        for inner in self._shapes.below(shape):
            for elsewhere, anything, reason in self._loose.get(inner, ()):
                root.elsewhere += elsewhere
                root.anything |= anything
                root.unbounded = root.unbounded or reason
        return root

    def _class_of(self) -> State:
        """Return the state in which a node's types, and the classes above them, are looked at."""
        if self._instance is None:
            self._instance, above = self.automaton.state(), self.automaton.state()
            self.automaton.step(self._instance, Label(RDF.type), above)
            self.automaton.step(above, Label(_SUBCLASS), above)
        return self._instance

    def judged(self, shape: Node) -> State:
        """Return the state in which a node is judged by a shape as its focus node; a shape may lead back to itself.

        A chain of shapes may be longer than Python recurses.
        """
        focus = self._focus_of(shape)
        while self._waiting:
            self._describe(self._waiting.pop())
        return focus

    def _focus_of(self, shape: Node) -> State:
        if shape not in self._focus:
            self._focus[shape] = self.automaton.state()
            self._waiting.append(shape)
        return self._focus[shape]

    def _describe(self, shape: Node) -> None:
        """Add what a shape looks at from its focus node."""
        focus, path = self._focus[shape], self._shapes.path(shape)
        value = focus if path is None else self.automaton.state()
        self._value[shape] = value
        if path is not None:
            self.automaton.follow(focus, path, value)
        self._values(shape, focus, value)
        for reference in self._shapes.references(shape):
            self.automaton.move(value, self._focus_of(reference.shape))
        for sibling in self._disjoint_siblings(shape):
            self.automaton.move(value, self._focus_of(sibling))
        for constraint in self._constraints.get(shape, ()):
            self._query(constraint, focus)

    def _values(self, shape: Node, focus: State, value: State) -> None:
        """Add what the constraints of a shape look at beside its path."""
        if self._shapes.has(shape, SH.class_):
            self.automaton.move(value, self._class_of())
        sink = self.automaton.state()
        if self._shapes.has(shape, SH.closed):
            self.automaton.step(value, Label(None), sink)
        for parameter in _PAIRED:
            for predicate in self._shapes.objects(shape, parameter):
                self.automaton.step(focus, Label(_named(predicate)), sink)
        if any(self._shapes.has(shape, parameter) for parameter in self._shapes.component_parameters):
            self._loosen(shape, [], {None}, "a constraint component that the shapes declare may look at anything")

    def _disjoint_siblings(self, shape: Node) -> Iterator[Node]:
        """Return the shapes that a value may not conform to, too (SHACL 4.7.3)."""
        if self._shapes.has(shape, SH.qualifiedValueShapesDisjoint):
            for kind, holder in self._shapes.holders.get(shape, ()):
                siblings = self._shapes.objects(holder, SH.property) if kind == "property" else []
                for sibling in siblings:
                    yield from self._shapes.objects(sibling, SH.qualifiedValueShape)

    def _query(self, constraint: Constraint, focus: State) -> None:
        try:
            _Query(self, constraint.shape, groups(constraint.text), focus).build()
        except Unknown as unknown:
            self._loosen(constraint.shape, [], {None}, f"its query has a part that is not taken apart ({unknown})")

    def _loosen(
        self, shape: Node, elsewhere: list[tuple[Node, State]], anything: set[ox.NamedNode | None], reason: str | None
    ) -> None:
        self._loose.setdefault(shape, []).append((elsewhere, anything, reason))


class _Query:
    """Adds the patterns of one query, each as a step away from ``$this``, or from a constant."""

    def __init__(self, dependencies: Dependencies, shape: Node, top: Group, focus: State) -> None:
        self._dependencies = dependencies
        self._automaton = dependencies.automaton
        self._shape = shape
        self._top = top
        self._focus = focus

    def build(self) -> None:
        """Add all patterns."""
        self._group(self._top, {Variable("this"): self._focus})

    def _group(self, group: Group, outer: dict[Variable, State]) -> None:
        """Add the patterns of a group; *outer* are the states of variables that are reached already."""
        states = {variable: state for variable, state in outer.items() if variable in group.certain}
        waiting = list(group.patterns)
        while waiting:
            pattern = next((p for p in waiting if self._end(p, states) is not None), None)
            if pattern is None:
                pattern = waiting[0]
                self._loose(pattern, states)
            else:
                self._hang(pattern, states)
            waiting.remove(pattern)
        for inner in group.inner:
            self._group(inner, states)

    def _end(self, pattern: Pattern, states: dict[Variable, State]) -> Term | None:
        """Return an end of a pattern that is reached already."""
        ends = (pattern.subject, pattern.object, pattern.predicate)
        return next((end for end in ends if isinstance(end, Variable) and end in states), None)

    def _hang(self, pattern: Pattern, states: dict[Variable, State]) -> None:
        subject, predicate, value = pattern.subject, pattern.predicate, pattern.object
        if isinstance(predicate, Variable):
            self._any(pattern, predicate, states)
        elif isinstance(subject, Variable) and subject in states:
            self._automaton.follow(states[subject], predicate, self._next(value, states))
        else:
            assert isinstance(value, Variable)
            self._automaton.follow(states[value], predicate, self._next(subject, states), backwards=True)

    def _any(self, pattern: Pattern, predicate: Variable, states: dict[Variable, State]) -> None:
        """Add a pattern with a variable for its predicate: any triple of a reached subject or object."""
        subject, value = pattern.subject, pattern.object
        if isinstance(subject, Variable) and subject in states:
            source = states[subject]
            self._automaton.step(source, Label(None), self._next(value, states))
            self._automaton.step(source, Label(None, "predicate"), self._state(predicate, states))
        elif isinstance(value, Variable) and value in states:
            raise Unknown("a pattern of which only the object is known")
        else:
            raise Unknown("a pattern of which only the predicate is known")

    def _loose(self, pattern: Pattern, states: dict[Variable, State]) -> None:
        """Add a pattern that nothing reached so far hangs together with: from its constant, if it has one."""
        predicate = pattern.predicate
        if isinstance(predicate, Variable):
            raise Unknown("a pattern that nothing leads to")
        for end, other, backwards in (
            (pattern.subject, pattern.object, False),
            (pattern.object, pattern.subject, True),
        ):
            if not isinstance(end, Variable):
                start = self._automaton.state()
                self._automaton.follow(start, predicate, self._state(other, states), backwards=backwards)
                self._dependencies._loosen(self._shape, [(end, start)], set(), None)
                return
        names: set[ox.NamedNode | None] = set(_predicates(predicate))
        self._dependencies._loosen(self._shape, [], names, "its query looks at all triples with some predicates")
        self._state(pattern.subject, states)
        self._state(pattern.object, states)

    def _next(self, term: Term, states: dict[Variable, State]) -> State:
        """Return the state that a pattern leads to: a dead end where its other end is reached by other patterns.

        Walks need not come to the same node twice, and would lead back from it to all that share a busy one.
        """
        return self._automaton.state() if term in states else self._state(term, states)

    def _state(self, term: Term, states: dict[Variable, State]) -> State:
        """Return the state of a variable, a new one if it has none, and a dead end for a constant."""
        if not isinstance(term, Variable):
            return self._automaton.state()
        if term not in states:
            states[term] = self._automaton.state()
        return states[term]


def _predicates(path: Path) -> Iterator[ox.NamedNode]:
    if isinstance(path, ox.NamedNode):
        yield path
        return
    for part in vars(path).values():
        for inner in part if isinstance(part, tuple) else (part,):
            if not isinstance(inner, str):
                yield from _predicates(inner)


def _named(node: Node) -> ox.NamedNode:
    assert isinstance(node, ox.NamedNode)  # SHACL's predicates are IRIs
    return node
