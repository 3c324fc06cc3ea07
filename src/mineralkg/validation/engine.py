"""Validate a graph: SHACL Core in Rust, SPARQL constraints on Oxigraph, and pySHACL for what these cannot do.

A shape that looks at nodes by itself is run as a whole, with all that it refers to, either by the fast pair or by
pySHACL. The fast pair cannot be trusted with it where a SPARQL constraint decides whether a value conforms (the two
engines would have to ask each other), where a query must be run node by node, where the graph declares constraint
components of its own, or where shapes refer to themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import pyoxigraph as ox

from mineralkg.validation import reference, sparql
from mineralkg.validation.constraints import Constraint, constraints
from mineralkg.validation.core import CoreEngine
from mineralkg.validation.data import Data
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph
from mineralkg.validation.terms import SH, Node

__all__ = ["Engine", "EngineName", "Slow"]

EngineName: TypeAlias = Literal["auto", "pyshacl"]


@dataclass(frozen=True)
class Slow:
    """A shape that pySHACL runs, and why the fast engines do not."""

    shape: Node
    reason: str


@dataclass
class Engine:
    """Shapes made ready to validate graphs with, again and again."""

    shapes: ShapesGraph
    name: EngineName = "auto"
    slow: list[Slow] = field(init=False)

    def __post_init__(self) -> None:
        self.shapes.check()
        for shape in self.shapes.shapes:
            self.constraints[shape] = list(constraints(self.shapes, shape))
        self.slow = [] if self.name == "pyshacl" else [*self._left_to_pyshacl()]

    @cached_property
    def constraints(self) -> dict[Node, list[Constraint]]:
        """The SPARQL constraints, by the shapes that have them."""
        return {}

    def _left_to_pyshacl(self) -> Iterator[Slow]:
        for root in self.shapes.roots:
            if reason := self._why_slow(root):
                yield Slow(root, reason)

    def _why_slow(self, root: Node) -> str | None:
        below = self.shapes.below(root)
        for shape in below:
            if self.shapes.has(shape, SH.closed) and self.shapes.path(shape) is not None:
                return "a closed property shape, of which the engine in Rust judges the wrong node"
            if any(self.shapes.has(shape, parameter) for parameter in self.shapes.component_parameters):
                return "it uses a constraint component that the shapes declare"
            for constraint in self.constraints[shape]:
                if constraint.verdict.singly:
                    return f"a query must be run node by node: {constraint.verdict.singly}"
        if any(self.constraints[shape] for shape in below - self._reached_at_focus(root)):
            return "a SPARQL constraint decides whether a value conforms"
        return self._why_circular(below)

    def _why_circular(self, below: Iterable[Node]) -> str | None:
        for shape in below:
            if any(shape in self.shapes.below(inner) for _, inner in self.shapes.references(shape)):
                return "shapes refer to themselves, which SHACL leaves undefined"
        return None

    def _reached_at_focus(self, root: Node) -> set[Node]:
        """Return the shapes that have the focus nodes of *root*: itself and, if it has no path, its property shapes."""
        found, waiting = {root}, [root]
        while waiting:
            shape = waiting.pop()
            if self.shapes.path(shape) is not None:
                continue
            for kind, inner in self.shapes.references(shape):
                if kind == "property" and inner not in found:
                    found.add(inner)
                    waiting.append(inner)
        return found

    @cached_property
    def _core(self) -> CoreEngine:
        slow = {one.shape for one in self.slow}
        return CoreEngine(self.shapes, [root for root in self.shapes.roots if root not in slow])

    @cached_property
    def _queries(self) -> list[Constraint]:
        slow = {one.shape for one in self.slow}
        fast = {shape: None for root in self.shapes.roots if root not in slow for shape in self._active_at_focus(root)}
        return [constraint for shape in fast for constraint in self.constraints[shape]]

    def _active_at_focus(self, root: Node) -> list[Node]:
        return sorted((s for s in self._reached_at_focus(root) if not self.shapes.deactivated(s)), key=str)

    def validate(self, data: Data) -> list[Result]:
        """Return the results for every node that the shapes look at, each once, in a stable order.

        Raises ShapesError for shapes that cannot be used.
        """
        if self.name == "pyshacl":
            found = reference.validate(self.shapes, self.shapes.roots, data)
        else:
            found = self._validate_fast(data)
            if self.slow:
                found += reference.validate(self.shapes, [one.shape for one in self.slow], data)
        return sorted(set(found), key=lambda result: result.order)

    def prepare(self) -> None:
        """Compile what will be run, which can be done while there is no graph yet. Raises ShapesError."""
        if self.name == "auto":
            self._core.compiled  # noqa: B018  # it is kept

    def _validate_fast(self, data: Data) -> list[Result]:
        """Return the results of the fast engines, which read the graph, and then judge it, side by side."""
        with ThreadPoolExecutor(1) as beside:
            core = beside.submit(self._core.validate, data)
            if self._queries:
                data.store  # noqa: B018  # it is kept
            if data.is_large:
                core.result()  # what it needs is free again before queries are run
            queried = sparql.run(self.shapes, self._queries, data)
            return [*core.result(), *queried]

    def validate_targets(self, data: Data, pairs: set[tuple[Node, Node]]) -> list[Result]:
        """Return the results for pairs of a shape that looks at nodes by itself and a node that it is to look at."""
        slow = {one.shape for one in self.slow} if self.name == "auto" else {shape for shape, _ in pairs}
        fast = {pair for pair in pairs if pair[0] not in slow}
        found = [*self._core.validate_nodes(data, fast)] if fast else []
        roots = {shape: frozenset(node for s, node in fast if s == shape) for shape in {shape for shape, _ in fast}}
        for root, nodes in roots.items():
            queries = [c for shape in self._active_at_focus(root) for c in self.constraints[shape]]
            found += sparql.run_for(self.shapes, queries, data, nodes)
        if rest := pairs - fast:
            found += reference.validate(self.shapes, [], data, rest)
        return sorted(set(found), key=lambda result: result.order)

    def validate_nodes(self, data: Data, pairs: Iterable[tuple[Node, Node]]) -> list[Result]:
        """Return what SHACL Core finds for pairs of a shape and a node, whatever the shape looks at by itself."""
        return sorted(set(self._core.validate_nodes(data, pairs)), key=lambda result: result.order)

    @property
    def described(self) -> str:
        """What ran, in words: the engines with their versions."""
        names = [] if self.name == "pyshacl" else [CoreEngine.described()]
        names += [f"oxigraph {ox.__version__}"] if self.name == "auto" and self._queries else []
        names += [reference.described()] if self.name == "pyshacl" or self.slow else []
        return " + ".join(names)


def is_nested(result: Result) -> bool:
    """Say whether a result only says that a value does not conform to another shape."""
    return result.component in (
        SH.NodeConstraintComponent,
        SH.AndConstraintComponent,
        SH.OrConstraintComponent,
        SH.XoneConstraintComponent,
        SH.NotConstraintComponent,
        SH.QualifiedMinCountConstraintComponent,
    )
