"""The table of formats: every row can be written, and read again where it is RDF."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.compare import isomorphic

from mineralkg import rdfio
from mineralkg.errors import LoadError, UnknownFormat
from mineralkg.formats import FORMATS, by_name, by_suffix, names
from mineralkg.graph import EmbeddedGraph

TURTLE = """@prefix ex: <http://example.org/> .
ex:a ex:b "007"^^<http://www.w3.org/2001/XMLSchema#integer> , "Šefčovič"@cs , [ ex:c ex:d ] ."""


@pytest.mark.parametrize("format", [f for f in FORMATS if f.kind == "rdf"], ids=lambda f: f.name)
def test_rdf_comes_back_the_same(format: object, tmp_path: Path) -> None:
    name, suffix = format.name, format.suffixes[0]  # type: ignore[attr-defined]
    source = tmp_path / "source.ttl"
    source.write_text(TURTLE, encoding="utf-8")
    triples = [quad.triple for quad in rdfio.parse(rdfio.read(source))]

    (tmp_path / f"out{suffix}").write_text(rdfio.serialize(triples, name), encoding="utf-8")
    again = rdfio.to_rdflib(quad.triple for quad in rdfio.parse(rdfio.read(tmp_path / f"out{suffix}")))

    assert isomorphic(again, rdfio.to_rdflib(triples))
    assert "007" in rdfio.serialize(triples, name)


@pytest.mark.parametrize("name", names("rows"))
def test_every_row_format_writes_rows_and_booleans(name: str, report_graph: EmbeddedGraph) -> None:
    rows = report_graph.sparql('SELECT ?x ?label WHERE { VALUES ?x { 1 "a|b\t\\"c" <urn:x> } }')

    assert rows.text(name)
    assert report_graph.sparql("ASK { ?s ?p ?o }").text(name)


def test_names_and_suffixes_are_unambiguous() -> None:
    for kind in ("rdf", "rows", "report"):
        listed = names(kind)
        assert len(listed) == len(set(listed))
    suffixes = [s for f in FORMATS if f.kind == "rdf" for s in f.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_unknown_formats_are_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownFormat, match=r"Use one of: ttl, trig"):
        by_name("csv", "rdf")
    with pytest.raises(UnknownFormat):
        by_suffix("letter.docx")


@pytest.mark.parametrize(
    ("name", "data", "reason", "line"),
    [
        ("a.ttl", b"<urn:a> <urn:b> .", "value is missing", 1),
        ("a.ttl", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> unknown:c .", "prefix “unknown:”", 2),
        ("a.nt", b"<urn:a> <urn:b> <urn:c>", "not N-Triples", 1),
        ("a.rdf", b"<rdf", "not RDF/XML", None),
        ("a.jsonld", b'{"@context": "http://127.0.0.1/x", "a": 1}', "outside itself", None),
        ("a.jsonld", b"{", "not JSON-LD", 1),
        ("a.ttl", b"\xff\xfe", "UTF-16", None),
        ("a.ttl", b'<urn:a> <urn:b> "caf\xe9" .', "0xE9", 1),
        ("a.ttl", b"<urn:a> <urn:b> " + b"[ <urn:b> " * 600 + b"] " * 600 + b".", "nest", 1),
        ("a.txt", b"", "does not say", None),
    ],
)
def test_what_is_not_rdf_is_one_clear_error(
    name: str, data: bytes, reason: str, line: int | None, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(data)

    with pytest.raises(LoadError, match=reason) as caught:
        list(rdfio.parse(rdfio.read(file)))

    assert caught.value.path == str(file)
    assert line is None or caught.value.line == line


def test_a_folder_stands_for_its_rdf_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.ttl").write_text("")
    (tmp_path / "b.txt").write_text("")

    assert rdfio.documents([tmp_path]) == [tmp_path / "a" / "x.ttl"]
    (tmp_path / "a" / "x.ttl").unlink()
    with pytest.raises(LoadError, match="no RDF file"):
        rdfio.documents([tmp_path])


def test_triple_terms_have_no_place_in_rdflib() -> None:
    inner = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))

    with pytest.raises(LoadError, match="triple terms"):
        rdfio.to_rdflib([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), inner)])
