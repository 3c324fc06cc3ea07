"""The engines agree: whatever the shapes and the graph, `auto` finds what pySHACL finds."""

from __future__ import annotations

import pyoxigraph as ox
import shacl_worlds as worlds
from hypothesis import given, settings

from mineralkg.errors import ShapesError
from mineralkg.validation import SH, Data, Engine, EngineName, Part, Result, ShapesGraph


def outcome(shapes: ShapesGraph, graph: list[ox.Triple], engine: EngineName) -> set[Result] | str:
    try:
        return set(Engine(shapes, engine).validate(Data([Part.of(graph)])))
    except ShapesError as error:
        return f"refused: {error}"


@settings(max_examples=150)
@given(text=worlds.shapes(), lines=worlds.graphs)
def test_both_engines_give_the_same_results(text: str, lines: list[str]) -> None:
    shapes, graph = worlds.shapes_graph(text), worlds.graph(lines)

    assert outcome(shapes, graph, "auto") == outcome(shapes, graph, "pyshacl")


PREFIXED = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:prefixes> sh:declare [ sh:prefix "ex" ; sh:namespace "urn:ex:"^^xsd:anyURI ] .
<urn:query> sh:prefixes <urn:prefixes> ; sh:select "SELECT $this WHERE { $this ex:p ?value }" .
<urn:S> a sh:NodeShape ; sh:targetSubjectsOf <urn:ex:p> ; sh:sparql <urn:query> .
<urn:T> a sh:NodeShape ; sh:targetSubjectsOf <urn:ex:p> ; sh:sparql <urn:query> .
"""


def test_a_constraint_has_its_prefixes_in_every_shape_and_in_every_engine_of_a_graph() -> None:
    shapes, graph = worlds.shapes_graph(PREFIXED), worlds.graph(["<urn:a> <urn:ex:p> <urn:b>"])
    before = {shape: shapes.objects(shape, SH.prefixes) for shape in shapes.subjects(SH.prefixes)}

    found = [outcome(shapes, graph, engine) for engine in ("auto", "auto", "pyshacl")]

    assert len(found[0]) == 2
    assert found[0] == found[1] == found[2]
    assert {shape: shapes.objects(shape, SH.prefixes) for shape in before} == before
