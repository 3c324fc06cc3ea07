"""The engines agree: whatever the shapes and the graph, `auto` finds what pySHACL finds."""

from __future__ import annotations

import pyoxigraph as ox
import shacl_worlds as worlds
from hypothesis import given, settings

from mineralkg.errors import ShapesError
from mineralkg.validation import Data, Engine, EngineName, Part, Result, ShapesGraph


def outcome(shapes: ShapesGraph, graph: list[ox.Triple], engine: EngineName) -> set[Result] | str:
    try:
        return set(Engine(shapes, engine).validate(Data([Part.of(graph)])))
    except ShapesError as error:
        return f"refused: {error}"


@settings(max_examples=150, deadline=None)
@given(text=worlds.shapes(), lines=worlds.graphs)
def test_both_engines_give_the_same_results(text: str, lines: list[str]) -> None:
    shapes, graph = worlds.shapes_graph(text), worlds.graph(lines)

    assert outcome(shapes, graph, "auto") == outcome(shapes, graph, "pyshacl")
