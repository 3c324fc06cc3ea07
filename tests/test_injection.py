"""Labels, values, file names and messages that would be more than text: no report and no answer lets them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hostile_corpus import HOSTILE_LABELS
from html_tags import Tags

from mineralkg.checking import check
from mineralkg.graph import EmbeddedGraph
from mineralkg.reports import Report

HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\uffff]")
FILE = "a b\x1b[31m\n::error file=x::y\u202e,%0A=1|<b>`x`.ttl"
LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
KIND = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PARTY = ox.NamedNode("https://w3id.org/mineralkg/ontology#comittedParty")
COMMITMENT = ox.NamedNode("https://w3id.org/mineralkg/ontology#Commitment")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file, in which every hostile text is a label and a value that is wrong."""
    folder = tmp_path_factory.mktemp("injection")
    triples = []
    for number, text in enumerate(HOSTILE_LABELS):
        node = ox.NamedNode(f"https://w3id.org/mineralkg/id/claim/x{number}")
        triples += [ox.Triple(node, KIND, COMMITMENT), ox.Triple(node, LABEL, ox.Literal(text, language="en"))]
        triples.append(ox.Triple(node, PARTY, ox.Literal(text)))
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE)
    assert data is not None
    (folder / FILE).write_bytes(data)
    (folder / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetClass "
        f"{COMMITMENT} ; sh:property [ sh:path {PARTY} ; sh:nodeKind sh:IRI ; sh:message '{{$value}} is no party.' ] ."
    )
    return folder


@pytest.fixture(scope="module", params=["our shapes", "other shapes"])
def report(folder: Path, request: pytest.FixtureRequest) -> Report:
    """The report on that file, by our shapes and by ones whose messages repeat the value."""
    shapes = [folder / "shapes.ttl"] if request.param == "other shapes" else []
    found = check([folder / FILE], shapes=shapes, alone=True)
    assert len(found) >= len(HOSTILE_LABELS)
    return found


def test_text(report: Report) -> None:
    text = report.text("text", most=0, verbose=True)

    assert not HIDDEN.search(text)
    assert len(re.findall(r"^\S.*?: (?:error|warning|note)\[", text, re.M)) == len(report)
    assert len(re.findall(r"^\d+ errors?, \d+ warnings?, \d+ notes?", text, re.M)) == 1
    assert not re.search(r"^(?:::|2026-|x\.ttl)", text, re.M)


def test_github(report: Report) -> None:
    lines = report.text("github").split("\n")

    assert lines.pop() == ""
    assert len(lines) == len(report)
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) (?:\w+=[^,:\r\n]*,?)+::.*", line), line
        assert not HIDDEN.search(line)


def test_markdown(report: Report) -> None:
    text = report.text("md")
    rows = [line for line in text.split("\n") if line.startswith("| ") and "&#" in line]

    assert len(rows) == len(report)
    assert all(re.fullmatch(r"\|(?:[^|]*\|){4}", row) for row in rows)
    assert set(re.findall(r"</?(\w+)", text)) <= {"details", "summary", "br"}
    assert not re.search(r"\]\(|@everyone|`code`|\*\*bold", text.partition("| ")[2])
    assert not HIDDEN.search(text)


def test_html(report: Report) -> None:
    text = report.text("html")
    page = Tags(text)

    assert page.tags.count("script") == 1
    assert not {"img", "iframe", "link", "a", "b", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("href", "src", "style")]
    assert not HIDDEN.search(text)


def test_junit(report: Report) -> None:
    text = report.text("junit")
    root = ET.fromstring(text)

    assert len(list(root.iter("testcase"))) == len(report)
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}
    assert not HIDDEN.search(text)


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_json(format: str, report: Report) -> None:
    text = report.text(format)
    document = json.loads(text)

    assert len(document["findings"] if format == "json" else document["runs"][0]["results"]) == len(report)
    assert not HIDDEN.search(text.replace("\uffff", ""))  # JSON may hold it


def test_turtle(report: Report) -> None:
    triples = list(ox.parse(report.text("ttl"), format=ox.RdfFormat.TURTLE))
    results = {t.subject for t in triples if str(t.object) == "<http://www.w3.org/ns/shacl#ValidationResult>"}

    assert len(results) == len(report)
    assert {str(t.subject) for t in triples} & {"<urn:x>"} == set()


def test_diff(report: Report, folder: Path, tmp_path: Path) -> None:
    """What the diff changes is what the fixes change: it applies to the file of that name, and to nothing else."""
    text = report.text("diff")
    heads = [line for line in text.split("\n") if line.startswith(("--- ", "+++ ", "@@ "))]

    assert not [head for head in heads if head[:3] in ("---", "+++") and HIDDEN.search(head)]
    assert len([head for head in heads if head.startswith("---")]) <= 1


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "srj", "md", "table"])
def test_answers(format: str, folder: Path) -> None:
    graph = EmbeddedGraph.of([folder / FILE])
    text = graph.sparql(f"SELECT ?x ?x_label WHERE {{ ?x {LABEL} ?x_label }} ORDER BY ?x").text(format)
    number = len(HOSTILE_LABELS)

    if format == "csv":
        assert len(list(csv.reader(io.StringIO(text, newline="")))) == number + 1
    elif format == "tsv":
        assert [line.count("\t") for line in text.rstrip("\n").split("\n")] == [1] * (number + 1)
    elif format == "json":
        assert [row["x_label"] for row in json.loads(text)] != []
    elif format == "srj":
        assert len(json.loads(text)["results"]["bindings"]) == number
    elif format == "md":
        rows = text.rstrip("\n").split("\n")
        assert len(rows) == number + 2
        assert not re.search(r"<(?!https://w3id)|\]\((?!<https://w3id)", text)
        assert not HIDDEN.search(text)
    else:
        assert not HIDDEN.search(text)


def test_errors_and_notes_are_one_line_each(folder: Path) -> None:
    for argv in (["check", FILE], ["sparql", "ASK {}", "--data", f"{FILE}x"], ["show", FILE], ["check", f"{FILE}.no"]):
        done = subprocess.run(
            [sys.executable, "-m", "mineralkg", *argv], cwd=folder, capture_output=True, text=True, check=False
        )

        assert not HIDDEN.search(done.stdout + done.stderr)
        assert not re.search(r"^::", done.stdout + done.stderr, re.M)
        assert "fault of mineralkg" not in done.stderr
