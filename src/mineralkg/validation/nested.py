"""Why a value does not conform to another shape: the results of that shape, down to the innermost ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from mineralkg.validation.data import Data, Part
from mineralkg.validation.dependencies import Dependencies
from mineralkg.validation.engine import Engine
from mineralkg.validation.paths import members_of
from mineralkg.validation.result import Result
from mineralkg.validation.terms import SH, Node
from mineralkg.validation.tracing import TooLarge, seen_from

__all__ = ["details"]

_MOST_DEEP = 8
_MOST_SEEN = 200_000  # triples; where more are seen, a large graph is gone through as a whole once more
_MOST = 1000  # causes of one result; shapes within shapes can multiply them


def details(engine: Engine, data: Data, results: Iterable[Result]) -> dict[Result, list[Result]]:
    """Return for each result that only says “does not conform” the innermost results that make it so.

    Results of ``sh:not`` and of counts have none. A shape whose own SPARQL constraints decide is not taken apart.
    """
    found: dict[Result, list[Result]] = {}
    dependencies = Dependencies(engine.shapes, {}) if data.is_large else None
    waiting = {result: _asked(engine, result) for result in set(results)}
    causes: dict[Result, list[Result]] = {}
    for _ in range(_MOST_DEEP):
        pairs = {pair for asked in waiting.values() for pair in asked}
        if not pairs:
            break
        seen = data if dependencies is None else _seen(dependencies, data, pairs)
        inner = engine.validate_nodes(seen, pairs)
        following: dict[Result, list[tuple[Node, Node]]] = {}
        for outer, asked in waiting.items():
            causes[outer] = [result for result in inner if _belongs(engine, result, asked)]
            following |= {result: _asked(engine, result) for result in causes[outer] if result not in causes}
        waiting = following
    for result in list(causes):
        found[result] = list(itertools.islice(_innermost(result, causes, ()), _MOST))
    return {result: inner for result, inner in found.items() if inner and inner != [result]}


def _seen(dependencies: Dependencies, data: Data, pairs: Iterable[tuple[Node, Node]]) -> Data:
    """Return what shapes can see from their nodes, where that is less work than to go through all data."""
    starts = [(node, dependencies.judged(shape)) for shape, node in pairs]
    try:
        return Data([Part.of(seen_from(dependencies.automaton, starts, data.graph, _MOST_SEEN))])
    except TooLarge:
        return data


def _asked(engine: Engine, result: Result) -> list[tuple[Node, Node]]:
    """Return the pairs of shape and node that decide about a result."""
    shapes, value = engine.shapes, result.value
    if value is None or result.shape is None:
        return []
    if result.component == SH.NodeConstraintComponent:
        return [(inner, value) for inner in shapes.objects(result.shape, SH.node)]
    for component, parameter in (
        (SH.AndConstraintComponent, SH.and_),
        (SH.OrConstraintComponent, SH.or_),
    ):
        if result.component == component:
            heads = shapes.objects(result.shape, parameter)
            return [(inner, value) for head in heads for inner in members_of(shapes.value, head)]
    return []


def _belongs(engine: Engine, result: Result, asked: list[tuple[Node, Node]]) -> bool:
    """Say whether a result comes from one of the pairs that were asked about."""
    for shape, node in asked:
        if result.shape == shape and result.focus == node:
            return True
        if result.shape in engine.shapes.below(shape) and (result.focus == node or engine.shapes.path(shape) is None):
            return result.focus == node
    return False


def _innermost(result: Result, causes: dict[Result, list[Result]], above: tuple[Result, ...]) -> Iterator[Result]:
    inner = [cause for cause in causes.get(result, ()) if cause not in above and cause != result]
    if not inner:
        yield result
    for cause in inner:
        yield from _innermost(cause, causes, (*above, result))
