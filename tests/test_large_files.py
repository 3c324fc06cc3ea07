"""A file too large to be held as text is judged like a small one, by the shapes and by the gate."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import mineralkg
from mineralkg.rdfio import FileLines, Lines, Place, longplaces
from mineralkg.rdfio.longplaces import LongPlaces
from mineralkg.rdfio.places import TextPlaces

PREFIXES = {
    "mkg": "https://w3id.org/mineralkg/ontology#",
    "id": "https://w3id.org/mineralkg/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "prov": "http://www.w3.org/ns/prov#",
    "stance": "https://w3id.org/mineralkg/vocab/stance/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
STATEMENTS = [
    'id:state/XXA rdf:type mkg:State . id:state/XXA rdfs:label "Utopia"@en .',
    'id:claim/a mkg:stance stance:signatorry . id:claim/a mkg:quote "ñandú 007" .',
    "id:claim/a mkg:partty id:state/XXA .",
    'id:claim/b rdfs:label "<b>bold</b>" . _:x rdfs:label "unnamed" . _:x mkg:dueDate "2026-02-30"^^xsd:date .',
    'id:claim/c rdfs:label "plain" . id:claim/c rdfs:comment "hid\\u202Eden" . id:claim/c rdfs:comment "caf\\u00e9" .',
    "id:claim/d rdf:type sh:NodeShape . id:claim/d rdfs:seeAlso sh:NodeShape . mkg:State rdf:type owl:Class .",
    'id:claim/e prov:generatedAtTime "2999-01-01T00:00:00Z"^^xsd:dateTime . id:claim/e owl:sameAs id:claim/a .',
]
GRAPH = "<https://w3id.org/mineralkg/id/graph/other>"
PADDING = f"#{'x' * 1024 * 1024}\n" * 33  # comments, so that a file is large and has few statements


def lines(graph: str = "") -> str:
    """Return the statements as N-Triples, or as N-Quads in *graph*, one on each line."""
    name = re.compile(rf"(?<![\w:<\"])({'|'.join(PREFIXES)}):([\w/]+)")
    long = [name.sub(lambda match: f"<{PREFIXES[match[1]]}{match[2]}>", text) for text in STATEMENTS]
    return "".join(f"{statement.removesuffix(' .')} {graph} .\n" for text in long for statement in text.split(" . "))


def told(path: Path) -> list[tuple[Any, ...]]:
    """Return what is found in a file, without messages."""
    report = json.loads(mineralkg.check(path, against=[], fixes=False).text("json"))
    keys = ("rule", "severity", "line", "column", "end_line", "end_column", "focus_node", "path", "value")
    return [tuple(finding[key] for key in keys) for finding in report["findings"]]


@pytest.mark.parametrize(("suffix", "graph"), [("nt", ""), ("nq", ""), ("nq", GRAPH), ("ttl", ""), ("trig", "")])
def test_a_large_file_is_judged_like_a_small_one(tmp_path: Path, suffix: str, graph: str) -> None:
    text = lines(graph)
    small, large = tmp_path / f"small.{suffix}", tmp_path / f"large.{suffix}"
    small.write_text(text)
    large.write_text(text + PADDING)

    expected, found = told(small), told(large)

    rules = {finding[0] for finding in expected}
    assert rules >= {"unknown-term", "label-not-plain", "hidden-character", "smuggled-shape", "redefines-model"}
    assert rules >= {"recorded-later", "same-as"} | ({"foreign-graph"} if graph else set())
    once = {finding for finding in found if finding[0] == "foreign-graph"}
    assert len(once) == (1 if graph else 0)  # said once for each graph, not for each statement
    assert found == expected


ONE = """  claim:a mkg:hasDeadline [ a mkg:Deadline ; mkg:dueDat "2026-03-06"^^xsd:date ] ,
    [ a mkg:Deadline ; mkg:dueDat "2026-03-07"^^xsd:date ; mkg:deadlineKind [ mkg:partty "007" ] ] .
  [] a mkg:Claim ; mkg:partty state:USA . # a { brace }
  [ mkg:partty "{" ] mkg:stancee ( 1 [ mkg:partty 2 ] ) .
  ( 1 2 ) mkg:partty 3 . ( [ mkg:partty 2 ] ) mkg:partty 5 . claim:d mkg:hasDeadlin [] ; owl:sameAs [] .
  _:y mkg:hasDeadline [ mkg:partty _:y ] . _:z mkg:partty 1 .
  [] a mkg:Claim ; mkg:partty state:USA . _:x mkg:hasDeadline [ mkg:partty 3 ]"""
TWO = """claim:b mkg:hasDeadline [ a mkg:Deadline ; mkg:dueDat "2026-03-06"^^xsd:date ] ; mkg:partty claim:x\\. # end
"""
THREE = "_:z mkg:partty [ mkg:partty 4 ] . [] mkg:partty 4 . claim:c mkg:hasDeadline [ mkg:partty 4 ] ."
DECLARED = {**PREFIXES, "claim": f"{PREFIXES['id']}claim/", "state": f"{PREFIXES['id']}state/"}


@pytest.mark.parametrize("text", [f"{ONE} .\n{TWO} .\n{THREE}", f"GRAPH mkg:g {{\n{ONE}\n}} {THREE} mkg:h {{ {TWO} }}"])
@pytest.mark.parametrize("batch", [1, 1024 * 1024])
def test_a_node_with_brackets_in_a_large_file_has_its_place(
    tmp_path: Path, text: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(longplaces, "_BATCH", batch)
    suffix = "trig" if "GRAPH" in text else "ttl"
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in DECLARED.items()) + text
    small, large = tmp_path / f"small.{suffix}", tmp_path / f"large.{suffix}"
    small.write_text(text)
    large.write_text(text + PADDING)

    expected, found = told(small), told(large)

    placed = [finding[2] for finding in expected if str(finding[6]).startswith("_:")]
    assert len(placed) > 8
    assert None not in placed
    assert found == expected


BASE = "https://example.org/file"
TURTLE = """@prefix : <https://example.org/> . # a comment . with a stop
PREFIX p: <https://example.org/p/>
:a p:b "one. two" , \"\"\"long .
text .\"\"\" ; p:c [ p:d 1.5 ; p:e ( :x "ñ" 2 ) ] , :b . :b p:b :a.
  # between
@prefix : <https://example.org/other/> .
:a p:b 'it', <https://example.org/a>, p:\\~x .
<https://example.org/p/q> p:b :a ; p:b 7 .
[] p:b :a . [ p:c 1 ] p:d 2 . _:n p:b "n"@en .
@prefix r: <rel#> . @base <https://example.org/base/> . <r> p:b <s>, r:x . @prefix q: <rel#> . q:x p:b 1 .
BASE <sub/> <r> p:b q:x, r:x . @base <https://example.org/base/>. <r> p:b 2 .
"""


@pytest.mark.parametrize("size", [1, 2, 7, 50, 10_000])
def test_places_in_a_long_text_are_those_of_a_short_one(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.ttl"
    path.write_text(TURTLE)
    quads = list(ox.parse(TURTLE, format=ox.RdfFormat.TURTLE, base_iri=BASE))
    named = [q for q in quads if not _random(q.subject) and not _random(q.object)]
    lines, short = FileLines(path), TextPlaces(TURTLE, quads, base=BASE)
    pieces = FileLines.pieces
    monkeypatch.setattr(FileLines, "pieces", lambda self: pieces(self, size))

    for wanted in {str(quad.subject) for quad in named}:
        long = LongPlaces(lines, [wanted], base=BASE)
        for quad in named:
            known = [_at(Lines(TURTLE), at) for at in short.of(quad.subject, quad.predicate, quad.object)]
            found = [_at(lines, at) for at in long.of(quad.subject, quad.predicate, quad.object)]
            assert found == known or (not found and str(quad.subject) != wanted)
            assert known
    assert len(named) == 16


@pytest.mark.parametrize("size", [1, 2, 7, 50, 10_000])
def test_nodes_with_brackets_in_a_long_text_have_the_places_of_a_short_one(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = "GRAPH :a{:a p:b[p:c (1)]} _:g { } [] { :a p:b () ; p:d [] ,\n[] # of a graph\n} :s { [] p:c 3 . }"
    text = f"{TURTLE} {graphs}"
    path = tmp_path / "long.trig"
    path.write_text(text)
    quads = list(ox.parse(text, format=ox.RdfFormat.TRIG, base_iri=BASE))
    lines, short = FileLines(path), TextPlaces(text, quads, base=BASE)
    pieces = FileLines.pieces
    monkeypatch.setattr(FileLines, "pieces", lambda self: pieces(self, size))
    in_one = [ox.Quad(*quad.triple) for quad in quads if _random(quad.subject) or _random(quad.object)]
    bracketed = {str(node) for quad in in_one for node in (quad.subject, quad.object) if _random(node)}

    wanted = {"[", "(", *(str(quad.subject) for quad in quads)}
    long = LongPlaces(lines, wanted, in_one, base=BASE, bracketed=bracketed)

    for quad in quads:
        known = [_at(Lines(text), at) for at in short.of(quad.subject, quad.predicate, quad.object)]
        assert known
        assert [_at(lines, at) for at in long.of(quad.subject, quad.predicate, quad.object)] == known
    assert len(in_one) == 19


def _random(node: object) -> bool:
    return isinstance(node, ox.BlankNode) and len(node.value) > 20


def _at(lines: Lines, place: Place) -> list[tuple[int, int]]:
    return [lines.place(offset) for span in place for offset in span]


def test_a_syntax_error_in_a_large_file_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "large.nt"
    path.write_text(PADDING + "<http://example.org/a> <http://example.org/b> <c d> .\n")

    report = mineralkg.check(path, against=[])

    assert report.unreadable
    assert report.findings[0].line == 34
