"""The W3C SHACL suite through our own engines: the same results, to the letter, or a failure where one is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyoxigraph as ox
import pytest

from mineralkg import rdfio
from mineralkg.errors import ShapesError
from mineralkg.validation import SH, Data, Engine, EngineName, Node, Part, Result, ShapesGraph
from mineralkg.validation import paths as property_paths
from mineralkg.validation.paths import read_path
from mineralkg.validation.terms import RDF

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"


@dataclass(frozen=True)
class Case:
    """One sht:Validate entry: the triples of its data and of its shapes, and the results, None for a failure."""

    name: str
    data: list[ox.Triple]
    shapes: list[ox.Triple]
    results: frozenset[Result] | None


def _cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("*.ttl")):
        if path.name != "manifest.ttl":
            triples = _triples(path)
            graph = ShapesGraph(triples)
            for entry in graph.subjects(RDF.type, ox.NamedNode(SHT + "Validate")):
                yield _case(path, graph, entry)


def _triples(path: Path) -> list[ox.Triple]:
    return [quad.triple for quad in rdfio.parse(rdfio.read(path))]


def _case(path: Path, graph: ShapesGraph, entry: Node) -> Case:
    action = graph.value(entry, ox.NamedNode(MF + "action"))
    result = graph.value(entry, ox.NamedNode(MF + "result"))
    files = [graph.value(action, ox.NamedNode(SHT + name)) for name in ("dataGraph", "shapesGraph")]
    data, shapes = [list(_own(graph)) if _path(f) == path else _triples(_path(f)) for f in files]
    failure = result == ox.NamedNode(SHT + "Failure")
    return Case(path.stem, data, shapes, None if failure else frozenset(_results(graph, result)))


def _own(graph: ShapesGraph) -> Iterator[ox.Triple]:
    """Return the triples of a file from its own graph, so that blank nodes keep the labels that its results name."""
    return iter(graph.triples)


def _path(iri: Node | None) -> Path:
    assert isinstance(iri, ox.NamedNode)
    return Path(url2pathname(urlsplit(iri.value).path))


def _results(graph: ShapesGraph, report: Node | None) -> Iterator[Result]:
    for node in graph.objects(report, SH.result):
        focus, path = graph.value(node, SH.focusNode), graph.value(node, SH.resultPath)
        component, severity = graph.value(node, SH.sourceConstraintComponent), graph.value(node, SH.resultSeverity)
        assert focus is not None
        assert isinstance(component, ox.NamedNode)
        assert isinstance(severity, ox.NamedNode)
        written = None if path is None else property_paths.sparql(read_path(graph.value, path))
        value, shape = graph.value(node, SH.value), graph.value(node, SH.sourceShape)
        yield Result(focus, written, value, shape, component, severity)


# Each with the reason why the engine named cannot give the expected results.
UNMET: dict[tuple[EngineName, str], str] = {
    ("pyshacl", "prefixes-001"): "pySHACL 0.40 does not follow owl:imports between prefix declarations",
    ("pyshacl", "shapesGraph-001"): "pySHACL 0.40 does not support $shapesGraph, which SHACL leaves optional",
    ("pyshacl", "uniqueLang-002"): "pySHACL 0.40 takes any value of sh:uniqueLang for true",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        from conftest import reference_folder

        folder = reference_folder("MINERALKG_SUITES", "shared/suites")
        absent = pytest.mark.skip(reason="the W3C SHACL suite is not at hand: set MINERALKG_SUITES to its folder")
        cases = [] if folder is None else [pytest.param(case, id=case.name) for case in _cases(folder / "shacl")]
        metafunc.parametrize("case", cases or [pytest.param(None, id="suite", marks=absent)])


def test_the_suite_is_whole(suites: Path) -> None:
    assert len([*_cases(suites / "shacl")]) == 121


@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_case(case: Case, engine: EngineName) -> None:
    if (engine, case.name) in UNMET:
        pytest.xfail(UNMET[engine, case.name])
    data = Data([Part.of(case.data)])
    if case.results is None:
        with pytest.raises(ShapesError):
            Engine(ShapesGraph(case.shapes), engine).validate(data)
        return

    results = Engine(ShapesGraph(case.shapes), engine).validate(data)

    assert set(results) == case.results
