"""A contribution is judged the same beside a graph that stays in its store as joined with the files of that graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mineralkg
from mineralkg.checking import Report
from mineralkg.resources import resource_files

CASES = sorted(Path(__file__).parent.glob("shapes/cases/*.ttl"))[::4]
HEAD = "@prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
    "ex:Whole sh:targetClass ex:C ; sh:property ex:Whole-part , ex:Whole-named . "
    "ex:Whole-part sh:path ( ex:part ex:size ) ; sh:minCount 1 ; sh:maxCount 1 . "
    "ex:Whole-named sh:path [ sh:inversePath ex:names ] ; sh:maxCount 1 . "
)


@pytest.fixture(scope="module")
def shipped() -> mineralkg.KnowledgeGraph:
    return mineralkg.open()


def told(report: Report) -> dict[str, Any]:
    """Return what a report says, without the time that it took."""
    found: dict[str, Any] = json.loads(report.text("json"))
    del found["summary"]["seconds"]
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_beside_the_shipped_graph(path: Path, shipped: mineralkg.KnowledgeGraph) -> None:
    beside = mineralkg.check(path, against=shipped, fixes=False)

    assert told(beside) == told(mineralkg.check(path, fixes=False))
    assert not any("whole" in note for note in beside.notes)


def test_files_of_the_graph_itself(shipped: mineralkg.KnowledgeGraph) -> None:
    path = next(path for path in resource_files("data", ".ttl") if path.stem == "materials")

    report = mineralkg.check(path, against=shipped)

    assert report.conforms
    assert report.summary.focus_nodes == 4


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("shapes.ttl").write_text(SHAPES)
    Path("known.ttl").write_text(HEAD + "ex:a a ex:C ; ex:part ex:p . ex:p ex:size 1 . ex:n ex:names ex:a .")
    return tmp_path / "new.ttl"


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("ex:p ex:size 2 .", "ex:a"),  # two steps away
        ("ex:m ex:names ex:a .", "ex:a"),  # against the direction of the triple
        ("ex:a a ex:C ; ex:part ex:p ; ex:colour 'red' .", None),  # described anew, with the same words
        ("ex:a a ex:C ; ex:part ex:q . ex:q ex:size 3 .", "ex:a"),  # a second part
        ("ex:D rdfs:subClassOf ex:C . ex:d a ex:D .", "ex:d"),
        ("ex:p a ex:D . ex:D rdfs:subClassOf ex:C .", "ex:p"),
        ("ex:z ex:size 2 .", None),
    ],
)
def test_what_a_contribution_breaks_elsewhere(own: Path, text: str, broken: str | None) -> None:
    own.write_text(HEAD + text)
    options = {"shapes": ["shapes.ttl"], "fixes": False}

    beside = mineralkg.check(own, against=mineralkg.open("known.ttl"), **options)  # type: ignore[arg-type]

    assert told(beside) == told(mineralkg.check(own, against="known.ttl", **options))  # type: ignore[arg-type]
    found = {finding.focus_node for finding in beside if finding.severity == "violation"}
    assert found == ({broken.replace("ex:", "http://example.org/")} if broken else set())


def test_what_cannot_be_bounded_is_validated_as_a_whole_and_the_report_says_so(own: Path) -> None:
    Path("shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:Alone sh:targetClass ex:C ; sh:sparql [ sh:message 'There is a closed thing.' ; sh:select "
        "'SELECT $this WHERE { FILTER EXISTS { ?any <http://example.org/closed> ?x } }' ] ."
    )
    own.write_text(HEAD + "ex:q ex:closed true .")

    report = mineralkg.check(own, shapes=["shapes.ttl"], against=mineralkg.open("known.ttl"))

    assert [finding.focus_node for finding in report if finding.severity == "violation"] == ["http://example.org/a"]
    assert [note for note in report.notes if "validated as a whole" in note]
