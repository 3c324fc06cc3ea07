"""Places: every triple of the W3C suites is found, and where it is found its term stands; documents by construction."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mineralkg import rdfio
from mineralkg.rdfio import Lines, Span
from mineralkg.rdfio.places import TextPlaces

BASE = "http://example.org/base/"
FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_triple_of_the_w3c_suite_is_found(suffix: str, suites: Path) -> None:
    found = 0
    for path in sorted((suites / "rdf11").rglob(f"*{suffix}")):
        data = path.read_bytes()
        try:
            quads = list(ox.parse(data, format=FORMATS[suffix], base_iri=BASE))
        except SyntaxError:
            continue  # a negative test: there is nothing to find
        text = data.decode()
        places = TextPlaces(text, quads, base=BASE, quad_lines=suffix == ".nq")
        by_line = rdfio.places(Lines(text), partial(list, quads), suffix[1:], base=BASE)
        assert len(places) == len(by_line)
        for quad in quads:
            triple = (quad.subject, quad.predicate, quad.object)
            assert places.of(*triple), path
            assert by_line.of(*triple) == places.of(*triple), path
            assert set(by_line.of_object(quad.object)) == set(places.of_object(quad.object)), path
        found += len(quads)

    assert found > 400


def test_the_place_of_a_term_holds_that_term(suites: Path) -> None:
    """What stands at the place of a named object reads as that object."""
    looked_at = 0
    for path in sorted((suites / "rdf11" / "rdf-turtle").rglob("*.nt")):
        text = path.read_text(encoding="utf-8")
        try:
            quads = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
        except SyntaxError:
            continue
        places = TextPlaces(text, quads, base=BASE)
        for quad in quads:
            for place in places.of(quad.subject, quad.predicate, quad.object):
                parts = [text[span.start : span.end] for span in place]
                again = next(iter(ox.parse(f"{' '.join(parts)} .", format=ox.RdfFormat.N_TRIPLES)))
                assert (again.subject, again.predicate, again.object) == (quad.subject, quad.predicate, quad.object)
                looked_at += 1
    assert looked_at > 300


NAMES = st.from_regex(r"[a-zšé][a-z0-9é]{0,5}", fullmatch=True)
LITERALS = st.one_of(
    st.text(alphabet="aé💥 \\'", max_size=8).map(lambda s: '"' + s.replace("\\", "\\\\") + '"'),
    st.text(alphabet='a"\n\t#.;', max_size=8).map(lambda s: '"""' + s.replace('"', '\\"') + '"""'),
    st.sampled_from(["007", "-1.50", "1e3", "true", '"x"@en-GB', '"7"^^ex:int', "'it is'"]),
)
GAPS = st.sampled_from([" ", "\n", "\t", "\r\n", ' # a comment with . ; and "\n', "  "])


class _Document:
    """A document in the making, which remembers where each object that is written outright was put."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.text = "@prefix ex: <http://example.org/> ." + draw(GAPS)
        self.known: list[Span] = []

    def _put(self, piece: str) -> Span:
        start = len(self.text)
        self.text += piece
        return Span(start, len(self.text))

    def _gap(self) -> None:
        self._put(self._draw(GAPS))

    def statement(self) -> None:
        self._put("ex:" + self._draw(NAMES))
        self._predicates(0)
        self._gap()
        self._put(".")
        self._gap()

    def _predicates(self, depth: int) -> None:
        for i in range(self._draw(st.integers(1, 3))):
            self._put(" ;" if i else "")
            self._gap()
            self._put("ex:" + self._draw(NAMES))
            for j in range(self._draw(st.integers(1, 2))):
                self._put(" ," if j else "")
                self._gap()
                self._value(depth)

    def _value(self, depth: int) -> None:
        kind = self._draw(st.sampled_from(["name", "literal", "bracket", "list"] if depth < 3 else ["name", "literal"]))
        if kind == "bracket":
            self._bracket(depth)
        elif kind == "list":
            self._list(depth)
        else:
            self.known.append(self._put("ex:" + self._draw(NAMES) if kind == "name" else self._draw(LITERALS)))

    def _bracket(self, depth: int) -> None:
        self._put("[")
        if self._draw(st.booleans()):
            self._predicates(depth + 1)
        self._gap()
        self._put("]")

    def _list(self, depth: int) -> None:
        self._put("(")
        for _ in range(self._draw(st.integers(0, 3))):
            self._gap()
            self._value(depth + 1)
        self._gap()
        self._put(")")


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Return a document and where its objects that are written outright stand in it."""
    document = _Document(draw)
    for _ in range(draw(st.integers(1, 4))):
        document.statement()
    return document.text, document.known


@given(documents())
def test_objects_stand_where_they_were_put(document: tuple[str, list[Span]]) -> None:
    text, known = document
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=BASE))
    places = TextPlaces(text, quads, base=BASE)

    found = {place.object for q in quads for place in places.of(q.subject, q.predicate, q.object)}

    assert set(known) <= found
    for quad in quads:
        assert places.of(quad.subject, quad.predicate, quad.object)
        assert places.of_subject(quad.subject) is not None


def test_nodes_that_say_the_same_are_told_apart_by_where_they_hang() -> None:
    text = "@prefix : <http://x/> . :a :p [ :q :b ] . :c :p [ :q :b ] ."
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    places = TextPlaces(text, quads, base=BASE)
    inner = {q.object: q.subject.value for q in quads if isinstance(q.object, ox.BlankNode)}

    for node, parent in inner.items():
        span = places.of_subject(node)
        assert span is not None
        assert text[span.start - len(":a :p ") : span.start] == f":{parent[-1]} :p "


@pytest.mark.parametrize(
    "text",
    [
        "<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .",
        "<urn:a> <urn:b> <urn:c> {| <urn:d> <urn:e> |} .",
        "<urn:a> <urn:b> " + "(" * 400 + ")" * 400 + " .",
    ],
)
def test_what_this_reader_does_not_know_has_no_place(text: str) -> None:
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))

    assert len(TextPlaces(text, quads, base=BASE)) == 0


def test_another_text_gives_no_wrong_place() -> None:
    quads = list(ox.parse("<urn:a> <urn:b> <urn:c> , [ <urn:d> 1 ] .", format=ox.RdfFormat.TURTLE))
    places = TextPlaces("<urn:a> <urn:b> [ <urn:d> 2 ] .", quads, base=BASE)

    assert not any(places.of(q.subject, q.predicate, q.object) for q in quads)
