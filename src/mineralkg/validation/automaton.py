"""What a shape's result for a focus node depends on, as an automaton that walks over triples.

A state stands for a place in a shape: the node there is judged, or passed through on the way to a value. A step follows
one triple. The triples that some walk from a focus node follows are all that the shape can see of the graph; the focus
nodes from which some walk follows a given triple are all whose results can change with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import pyoxigraph as ox

from mineralkg.validation.paths import Alternative, Inverse, Path, Repeated, Sequence

__all__ = ["Automaton", "Label", "State", "Step"]

State: TypeAlias = int


class Label(NamedTuple):
    """Which triples a step follows and where it leads.

    ``predicate`` is None for any. A step goes from subject to object, the other way where it is ``backwards``, or from
    the subject to the predicate itself.
    """

    predicate: ox.NamedNode | None
    to: Literal["object", "subject", "predicate"] = "object"

    @property
    def backwards(self) -> bool:
        """Whether the step goes from object to subject."""
        return self.to == "subject"


class Step(NamedTuple):
    """One step between two states."""

    source: State
    label: Label
    target: State


@dataclass
class Automaton:
    """States, steps, and moves between states at the same node."""

    steps_from: dict[State, list[Step]] = field(default_factory=lambda: defaultdict(list))
    steps_to: dict[State, list[Step]] = field(default_factory=lambda: defaultdict(list))
    by_predicate: dict[ox.NamedNode | None, list[Step]] = field(default_factory=lambda: defaultdict(list))
    _moves: dict[State, set[State]] = field(default_factory=lambda: defaultdict(set))
    _back: dict[State, set[State]] = field(default_factory=lambda: defaultdict(set))
    _size: int = 0

    def state(self) -> State:
        """Return a new state."""
        self._size += 1
        return self._size

    def step(self, source: State, label: Label, target: State) -> None:
        """Add a step."""
        step = Step(source, label, target)
        self.steps_from[source].append(step)
        self.steps_to[target].append(step)
        self.by_predicate[label.predicate].append(step)

    def move(self, source: State, target: State) -> None:
        """Add a move: whoever is in *source* at a node is in *target* there, too."""
        self._moves[source].add(target)
        self._back[target].add(source)

    def closure(self, states: Iterable[State]) -> set[State]:
        """Return some states and those to which moves lead from them."""
        return _reached(states, self._moves)

    def origins(self, states: Iterable[State]) -> set[State]:
        """Return some states and those from which moves lead to them."""
        return _reached(states, self._back)

    def follow(self, source: State, path: Path, target: State, *, backwards: bool = False) -> None:
        """Add the steps of a property path from one state to another."""
        if isinstance(path, ox.NamedNode):
            self.step(source, Label(path, "subject" if backwards else "object"), target)
        elif isinstance(path, Inverse):
            self.follow(source, path.path, target, backwards=not backwards)
        elif isinstance(path, Alternative):
            for choice in path.choices:
                self.follow(source, choice, target, backwards=backwards)
        elif isinstance(path, Sequence):
            self._follow_all(source, path.steps[::-1] if backwards else path.steps, target, backwards)
        else:
            self._follow_repeatedly(source, path, target, backwards)

    def _follow_all(self, source: State, steps: tuple[Path, ...], target: State, backwards: bool) -> None:
        for step in steps[:-1]:
            between = self.state()
            self.follow(source, step, between, backwards=backwards)
            source = between
        self.follow(source, steps[-1], target, backwards=backwards)

    def _follow_repeatedly(self, source: State, path: Repeated, target: State, backwards: bool) -> None:
        first, last = self.state(), self.state()
        self.move(source, first)
        self.follow(first, path.path, last, backwards=backwards)
        self.move(last, target)
        if path.may_repeat:
            self.move(last, first)
        if path.may_be_empty:
            self.move(source, target)


def _reached(states: Iterable[State], moves: dict[State, set[State]]) -> set[State]:
    found = set(states)
    waiting = list(found)
    while waiting:
        for other in moves.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
