"""Checking: contributions in context, with the results that the shapes alone would give."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import rdflib
from pyshacl import validate
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import SH

import mineralkg as mk
from mineralkg.checking import Finding, Report, check, find_rule, rules
from mineralkg.checking import shacl as engine
from mineralkg.checking.rules import load_shapes
from mineralkg.errors import ShapesError, UnknownFormat, UnknownResource, UsageError
from mineralkg.resources import folder, resource_files

FILES = Path(__file__).parent / "cli" / "files"


def test_the_shipped_data_conform() -> None:
    report = check([folder("data")])

    assert report.summary.files == len(resource_files("data", ".ttl"))
    assert report.summary.unchecked_nodes == 0
    assert [f for f in report if f.severity != "info"] == []


def test_an_open_graph_serves_as_context() -> None:
    kg = mk.open(FILES / "own-context.ttl")

    report = mk.check(FILES / "own-data.ttl", shapes=[FILES / "own-shapes.ttl"], against=kg)

    assert [(f.path, f.value is not None) for f in report] == [("http://example.org/b", True)]
    assert len(report) == 1
    assert not report.conforms


def test_a_remote_graph_cannot_be_the_context() -> None:
    with pytest.raises(UsageError, match="remote"):
        mk.check(FILES / "own-data.ttl", against=mk.open(endpoint="http://127.0.0.1:1/"))


def test_the_level_that_fails_is_the_callers() -> None:
    shapes = [FILES / "own-shapes.ttl"]
    strict = check([FILES / "no-evidence.ttl"], fail_on="info")
    finding = Finding("x", "warning", "…")

    assert Report((finding,)).conforms
    assert not Report((finding,), fail_on="warning").conforms
    assert not strict.conforms
    assert not check([FILES / "own-data.ttl"], shapes=shapes, alone=True).conforms


def test_aiming_at_some_nodes_changes_nothing_for_them() -> None:
    """What is found of a node does not depend on which other nodes are looked at."""
    shapes = load_shapes()
    data = rdflib.Graph()
    for path in [*resource_files("ontology", ".ttl"), *resource_files("data", ".ttl"), FILES / "no-evidence.ttl"]:
        if "alignments" not in path.parts:
            data.parse(path)
    claim = rdflib.URIRef("https://w3id.org/mineralkg/id/claim/case-1")

    aimed, _ = engine.run(data, shapes, {claim})
    _, everything, _ = validate(data, shacl_graph=shapes.graph, advanced=False, inference="none", allow_warnings=True)

    whole = {
        (everything.value(r, SH.sourceShape), everything.value(r, SH.resultPath), everything.value(r, SH.value))
        for r in everything.subjects(SH.focusNode, claim)
        if (None, SH.detail, r) not in everything
    }
    assert {(r.shape, r.path, r.value) for r in aimed} == whole
    assert whole


def test_every_failure_of_pyshacl_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyshacl

    def families(base: type[Exception]) -> list[type[Exception]]:
        return [base, *(f for c in base.__subclasses__() for f in families(c))]

    for exception in families(ReportableRuntimeError):
        wanted = len(inspect.signature(exception.__init__).parameters) - 1

        def fail(*_: object, raised: Exception = exception(*["its words"] * wanted), **__: object) -> None:  # noqa: B008
            raise raised

        monkeypatch.setattr(pyshacl, "validate", fail)
        with pytest.raises(ShapesError):
            check([FILES / "no-evidence.ttl"])


def test_a_shape_that_is_ill_formed_is_one_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "shapes.ttl"
    broken.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:b ; sh:property [ sh:path ex:b ; sh:minCount 'many' ] ."
    )

    with pytest.raises(ShapesError):
        check([FILES / "own-data.ttl"], shapes=[broken], alone=True)


def test_literals_are_checked_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:code ; "
        "sh:property [ sh:path ex:code ; sh:pattern '^[0-9]{3}$' ] ."
    )
    (tmp_path / "data.ttl").write_text("<urn:a> <http://example.org/code> 007 . <urn:b> <http://example.org/code> 07 .")

    report = check([tmp_path / "data.ttl"], shapes=[tmp_path / "shapes.ttl"], alone=True)

    assert [(f.focus_node, f.value) for f in report] == [("urn:b", "07")]


def test_rules_are_those_of_the_shapes_in_either_language() -> None:
    english, spanish = rules(), rules(lang="es")

    assert len(english) > 50
    assert [rule.id for rule in english] == [rule.id for rule in spanish]
    assert all(rule.message and rule.file.startswith("shapes/") for rule in english)
    assert all(a.message != b.message for a, b in zip(english, spanish, strict=True))
    assert len({rule.id for rule in english}) == len(english)


def test_an_unknown_rule_gets_a_near_match() -> None:
    with pytest.raises(UnknownResource) as caught:
        find_rule("Claim-evidnce")

    assert caught.value.suggestions[0] == "Claim-evidence"


def test_a_report_refuses_a_format_it_cannot_hold() -> None:
    with pytest.raises(UnknownFormat):
        Report(()).text("ttl")
