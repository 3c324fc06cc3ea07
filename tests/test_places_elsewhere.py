"""Places in RDF/XML and JSON-LD: start tags, ids and values, and no place where that cannot be told."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

import mineralkg
from mineralkg import rdfio
from mineralkg.rdfio import Lines, places

BASE = "http://example.org/base"
JSON = """{
  "@context": {"ex": "http://example.org/", "label": "ex:label", "size": {"@id": "ex:size"}},
  "@graph": [
    {"@id": "ex:a", "@type": "ex:Thing", "label": "ñandú", "size": 7, "ex:part": [{"@id": "ex:b"}, {"@id": "ex:c"}]},
    {"@id": "http://example.org/b", "label": ["one", "two"], "ex:twice": ["same", {"@value": "same"}]},
    {"@id": "ex:d", "label": "here"}, {"@id": "ex:d", "label": "there"},
    {"label": "nameless"}
  ]
}"""
MARKED = {
    ("a", "label", "ñandú"): '"ñandú"',
    ("a", "size", "7"): "7",
    ("a", "type", "Thing"): '"ex:Thing"',
    ("a", "part", "c"): '"ex:c"',
    ("b", "label", "two"): '"two"',
    ("b", "twice", "same"): '"ex:twice"',  # two values read the same: the key is as near as can be told
    ("d", "label", "here"): None,  # described in two places
    ("d", "label", "there"): None,
}


def short(node: object) -> str:
    return str(getattr(node, "value", "")).replace("#", "/").rpartition("/")[2]


def test_triples_of_the_w3c_suite_stand_at_the_tag_of_their_property_or_node(suites: Path) -> None:
    found, without = 0, []
    for path in sorted((suites / "rdf11" / "rdf-xml").rglob("*.rdf")):
        text = path.read_text(encoding="utf-8")
        try:
            quads = list(ox.parse(text.encode(), format=ox.RdfFormat.RDF_XML, base_iri=BASE))
        except SyntaxError:
            continue
        where = places(Lines(text), partial(list, quads), "rdf", base=BASE)
        for quad in quads:
            at = where.of(quad.subject, quad.predicate, quad.object)
            found += bool(at)
            without += [] if at else [quad]
            for place in at:
                assert text[place.object.start] == "<"
                assert not text[place.object.start : place.object.end].startswith(("</", "<!", "<?"))

    assert found > 250
    assert all("XMLLiteral" in str(quad) for quad in without)  # two readings write these differently


def test_the_tag_is_that_of_the_property() -> None:
    text = """<?xml version="1.0"?><!-- é -->
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
  <ex:Thing rdf:about="http://example.org/a">
    <ex:size rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">007</ex:size>
    <!-- ñ --><ex:part><rdf:Description><ex:label>x</ex:label></rdf:Description></ex:part>
    <ex:bad rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">seven</ex:bad>
  </ex:Thing>
</rdf:RDF>"""
    quads = list(ox.parse(text.encode(), format=ox.RdfFormat.RDF_XML, base_iri=BASE))
    where, lines = places(Lines(text), partial(list, quads), "rdf", base=BASE), Lines(text)

    found = {
        short(q.predicate): lines.place(place.object.start)
        for q in quads
        for place in where.of(q.subject, q.predicate, q.object)
    }

    assert found == {"type": (3, 3), "size": (4, 5), "part": (5, 15), "label": (5, 41), "bad": (6, 5)}


@pytest.mark.parametrize("expected", MARKED)
def test_values_of_json_stand_where_they_are_written(expected: tuple[str, str, str]) -> None:
    quads = list(ox.parse(JSON, format=ox.RdfFormat.JSON_LD, base_iri=BASE))
    where = places(Lines(JSON), lambda: quads, "jsonld", base=BASE)

    (quad, *_) = [q for q in quads if (short(q.subject), short(q.predicate), short(q.object)) == expected]
    at = where.of(quad.subject, quad.predicate, quad.object)

    assert [JSON[place.object.start : place.object.end] for place in at[:1]] == (
        [MARKED[expected]] if MARKED[expected] else []
    )


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        (
            "a.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns:mkg="https://w3id.org/mineralkg/ontology#">\n'
            '  <mkg:Participation rdf:about="https://w3id.org/mineralkg/id/claim/x">\n'
            '    <mkg:partty rdf:resource="https://w3id.org/mineralkg/id/state/JPN"/>\n'
            "  </mkg:Participation>\n</rdf:RDF>",
            (3, 5),
        ),
        (
            "a.jsonld",
            '{"@context": {"mkg": "https://w3id.org/mineralkg/ontology#"},\n'
            ' "@id": "https://w3id.org/mineralkg/id/claim/x", "@type": "mkg:Participation",\n'
            ' "mkg:partty": {"@id": "https://w3id.org/mineralkg/id/state/JPN"}}',
            (3, 2),
        ),
    ],
)
def test_findings_name_the_line(tmp_path: Path, name: str, text: str, place: tuple[int, int]) -> None:
    (tmp_path / name).write_text(text)

    report = mineralkg.check(tmp_path / name, fixes=False)

    unknown = [f for f in report if "partty" in f.message or "partty" in (f.path or "")]
    assert {(f.line, f.column) for f in unknown} == {place}
    assert all(finding.line for finding in report)


XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
  <!-- é --><ex:Thing rdf:about="http://example.org/a">
    {}
    <ex:after>1</ex:after>
  </ex:Thing>
</rdf:RDF>
"""
XML_FAULTS = {  # what stands there, and where the parser stops in it
    "<ex:a>7</ex:b>": "</ex:b>",
    '<ex:a rdf:resource="http://example.org/ x"/>': '<ex:a rdf:resource="http://example.org/ x"/>',
    "<ex:a>this &amp; &that; too</ex:a>": "this &amp; &that; too",
    "<ex:a>5 < 7</ex:a>": "< 7</ex:a>",
    "<ey:a>7</ey:a>": "<ey:a>",
    "text <ex:a/>": "text",
    "<ex:a>7": "1",
    "<ex:a b=c>7</ex:a>": "<ex:a b=c>",
    '<ex:a rdf:aboutEach="x"/>': '<ex:a rdf:aboutEach="x"/>',
    "<ex:a": "<ex:a\n    <ex:after>",
}


@pytest.mark.parametrize("written", XML_FAULTS)
def test_a_syntax_error_in_xml_stands_at_the_tag_or_text_where_the_parser_stops(written: str, tmp_path: Path) -> None:
    text = XML.format(written)
    path = tmp_path / "x.rdf"
    path.write_text(text, encoding="utf-8")

    (problem,) = rdfio.problems(rdfio.read(path))

    assert text[problem.start : problem.end] == XML_FAULTS[written]


def test_a_text_that_ends_too_early_has_its_fault_at_no_wrong_place(tmp_path: Path) -> None:
    whole = XML.format("<ex:a>7</ex:a>")
    path = tmp_path / "x.rdf"
    for length in range(len(whole) - 9, 90, -7):
        path.write_text(whole[:length], encoding="utf-8")
        for problem in rdfio.problems(rdfio.read(path)):
            assert problem.start is None or problem.end == len(whole[:length].rstrip())
