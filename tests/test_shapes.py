"""The shapes say what they should of every case, and nothing of the worlds, the shipped graph and themselves."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl_cases
from rdflib.namespace import DCTERMS, OWL, SH
from rdflib.term import Node
from shacl_cases import Case, case_files, cases

from mineralkg import rdfio, resources

SHAPES = resources.folder("shapes")
META = SHAPES / "meta.ttl"
WORLDS = {name: shacl_cases.FOLDER / f"{name}.ttl" for name in ("world", "good")}
CASES = [case for file in case_files() for case in cases(file)]
QUERIES = set(shacl_cases.shapes_graph(SHAPES).subjects(SH.sparql))


def by_id(values: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.id) for case in values]


def judged_by(world: Path) -> Path:
    """Return the shapes for a world: those of data, or those of shapes."""
    return META if world == WORLDS["good"] else SHAPES


def test_every_shape_has_its_file_of_cases_and_every_file_its_shape() -> None:
    shapes = {shacl_cases.local_name(shape) for shape in shacl_cases.reported(shacl_cases.shapes_graph(SHAPES))}

    assert case_files()
    assert sorted(file.stem for file in case_files()) == sorted(shapes)


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in case_files()])
def test_a_file_shows_what_breaks_its_shape_and_what_does_not(file: Path) -> None:
    shape = shacl_cases.shape_of(file).n3()

    assert any(case.conforms for case in cases(file))
    assert any(result.shape == shape for case in cases(file) for result in case.results)
    for case in cases(file):
        assert case.conforms == (not case.results), case.id
        assert case.shapes == judged_by(case.world), case.id


@pytest.mark.parametrize("case", by_id(CASES))
def test_case(case: Case) -> None:
    assert shacl_cases.outcome(case) == case.results


@pytest.mark.parametrize("case", by_id([case for case in CASES if case.replace is not None][::40]))
def test_the_shapes_that_a_case_leaves_out_have_nothing_to_say(case: Case) -> None:
    with shacl_cases.edited(case) as graph:
        assert shacl_cases.validate(graph, shacl_cases.bare_shapes(case.shapes)) == case.results


@pytest.mark.parametrize("case", by_id([case for case in CASES if case.shape in QUERIES]))
def test_queries_say_the_same_in_oxigraph(case: Case) -> None:
    """One run of a query over all nodes finds what pySHACL finds node by node, so a faster engine may do that."""
    shapes = shacl_cases.shapes_graph(case.shapes)
    with shacl_cases.edited(case) as graph:
        focus = {node.n3() for node in shacl_cases.focus_nodes(graph, shapes, case.shape)}
        store = ox.Store()
        store.load(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    found = {row for row in _answers(store, shapes, case.shape) if row[0] in focus}

    assert found == {(result.focus, result.value) for result in case.results if result.shape == case.shape.n3()}


@pytest.mark.parametrize("case", by_id([case for case in CASES if case.replace is not None]))
def test_core_shapes_say_the_same_in_a_second_engine(case: Case) -> None:
    """What all shapes but the queries say of the edited world, as the package shacl, written in Rust, reads them."""
    with shacl_cases.edited(case) as graph:
        report = _compiled(case.shapes).validate_text(graph.serialize(format="nt"), "ntriples")
    found = [(_shape(r.source_shape), _plain(r.focus_node), r.component_iri, r.severity_iri) for r in report.results]
    expected = [result for result in case.results if result.component != SH.SPARQLConstraintComponent.n3()]

    assert sorted(found) == sorted((r.shape, r.focus, r.component[1:-1], r.severity[1:-1]) for r in expected)


@functools.cache
def _compiled(path: Path) -> Any:
    second = pytest.importorskip("shacl", reason="the second SHACL engine, the package shacl, is not installed")
    graph = rdflib.Graph()
    graph += shacl_cases.bare_shapes(path)
    graph.remove((None, SH.sparql, None))
    return second.Shapes.from_turtle(graph.serialize(format="turtle"))


def _shape(iri: str) -> str:
    return iri if iri.startswith("<") else f"<{iri}>"


def _plain(node: str) -> str:
    return "_:" if node.startswith("_:") else node


def _answers(store: ox.Store, shapes: rdflib.Graph, shape: Node) -> set[tuple[str, str]]:
    query = shapes.value(shape, SH.sparql)
    declared = [node for file in shapes.objects(query, SH.prefixes) for node in shapes.objects(file, SH.declare)]
    prefixes = {str(shapes.value(node, SH.prefix)): str(shapes.value(node, SH.namespace)) for node in declared}
    solutions = store.query(str(shapes.value(query, SH.select)), prefixes=prefixes)
    assert isinstance(solutions, ox.QuerySolutions)
    return {(_n3(solution["this"]), _n3(solution["value"])) for solution in solutions}


def _n3(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
    [triple] = rdfio.to_rdflib([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), term)])
    return triple[2].n3()


@pytest.mark.parametrize("world", [pytest.param(path, id=name) for name, path in WORLDS.items()])
def test_the_world_and_the_whole_model_conform(world: Path) -> None:
    graph = shacl_cases.Graph()
    graph += shacl_cases.model()
    graph += shacl_cases.base(world)

    assert shacl_cases.validate(graph, shacl_cases.bare_shapes(judged_by(world))) == ()


@pytest.mark.parametrize("world", [pytest.param(path, id=name) for name, path in WORLDS.items()])
def test_every_target_selects_something_in_the_world(world: Path) -> None:
    """Except for shapes that forbid the very property by which they find their nodes."""
    shapes, data = shacl_cases.shapes_graph(judged_by(world)), shacl_cases.world(world)
    others = shacl_cases.shapes_graph(META) if world == WORLDS["world"] else rdflib.Graph()
    targets = {t for t in shapes if t[1] in shacl_cases.TARGETS} - set(others)
    idle = [t for t in targets if not shacl_cases.selected(data, t[1], t[2])]

    assert targets
    assert [t for t in idle if (t[0], SH.maxCount, rdflib.Literal(0)) not in shapes] == []


def test_the_shipped_graph_conforms() -> None:
    """Infos are allowed: they are matters of style."""
    files = resources.resource_files("data", ".ttl")
    graph = shacl_cases.Graph()
    graph += shacl_cases.model()
    graph += rdfio.to_rdflib(quad.triple for file in files for quad in rdfio.parse(rdfio.read(file)))
    results = shacl_cases.validate(graph, shacl_cases.bare_shapes(SHAPES))

    assert files
    assert [result for result in results if result.severity != SH.Info.n3()] == []


@pytest.mark.parametrize("stem", ["Deprecated-property", "Deprecated-value"])
def test_the_message_names_what_replaces_a_deprecated_term(stem: str) -> None:
    case = cases(shacl_cases.FOLDER / "cases" / f"{stem}.ttl")[1]
    with shacl_cases.edited(case) as graph:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shacl_cases.shapes_graph(SHAPES), inplace=True)
        [term] = graph.subjects(OWL.deprecated)
        replacement = str(graph.value(term, DCTERMS.isReplacedBy))

    assert isinstance(report, rdflib.Graph)
    messages = [str(message) for message in report.objects(None, SH.resultMessage)]
    assert len(messages) == 2
    assert all(replacement in message and str(term) in message for message in messages)


def test_the_shapes_are_well_formed_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shacl_cases.shapes_graph(SHAPES), meta_shacl=True)

    assert conforms, text


def test_the_shapes_are_written_as_the_habits_ask() -> None:
    graph = shacl_cases.Graph()
    graph += shacl_cases.model()
    graph += shacl_cases.shapes_graph(SHAPES)

    assert shacl_cases.validate(graph, shacl_cases.bare_shapes(META)) == ()
