"""SPARQL text before an engine reads it: what is refused, and how terms are bound."""

from __future__ import annotations

import contextlib

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mineralkg import sparqltext
from mineralkg.errors import QueryRefused, QuerySyntaxError
from mineralkg.graph import Answer
from mineralkg.sparqltext import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_OPERATORS,
    MAX_PATTERNS,
    bind,
    guard,
    list_parameters,
    parameters,
    projected,
    with_prefixes,
)

REFUSED = [
    "SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * WHERE { service silent <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * WHERE { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * WHERE { SERVICE ?where { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/hostname> WHERE { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///etc/hostname> WHERE { ?s ?p ?o }",
    "PREFIX f: <file:///etc/> SELECT * FROM f:hostname WHERE { ?s ?p ?o }",
    "BASE <file:///etc/> SELECT * FROM <hostname> WHERE { ?s ?p ?o }",
    "BASE <https://example.org/> BASE <file:///etc/> SELECT * FROM <hostname> WHERE { ?s ?p ?o }",
    "BASE <https://example.org/> BASE <etc/> SELECT * FROM <hostname> WHERE { ?s ?p ?o }",
    "BASE <file:///etc/> SELECT (1 AS ?BASE) FROM <hostname> WHERE { } # BASE <https://example.org/>",
    "BASE <file:///etc/> ASK FROM <hostname> { } BASE <https://example.org/>",
    "BASE <file:///etc/> PREFIX f: <x/> BASE <https://example.org/> SELECT * FROM f:hostname WHERE { ?s ?p ?o }",
    "BASE <https://example.org/> SELECT * FROM <x/a:b> WHERE { ?s ?p ?o }",
    "SELECT * FROM <groups> WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1/>",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "PREFIX a: <urn:a> DELETE WHERE { ?s ?p ?o }",
    "# SELECT\nDROP ALL",
    "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * WHERE " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1),
    "ASK { } #" + "x" * MAX_LENGTH,
    "SELECT (" + "1+" * MAX_OPERATORS + "1+1 AS ?x) { }",
    "ASK { FILTER(" + "!" * (MAX_OPERATORS + 1) + "true) }",
    "ASK { " + "OPTIONAL { ?s ?p ?o } " * (MAX_OPERATORS + 1) + "}",
    "ASK { ?s " + "<urn:p>/" * (MAX_PATTERNS + 1) + "<urn:p> ?o }",
    "ASK { " + "?s <urn:p> ?o . " * (MAX_PATTERNS + 1) + "}",
    "ASK { " + "GRAPH <urn:g> { ?s ?p ?o } " * (MAX_PATTERNS + 1) + "}",
    # A scannerless parser reads the < as "less than" and the rest of the line as a comment.
    'SELECT * WHERE { ?a ?p ?b FILTER(?a<?b#> """\n) SERVICE <http://127.0.0.1/> { ?s ?p ?o } } #"""',
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_would_write_or_reach_out_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        guard(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('SELECT ?s WHERE { ?s ?p "SERVICE <http://127.0.0.1/>" }', "select"),
        ("ASK { ?SERVICE ?from ?load }", "ask"),
        ("PREFIX SERVICE: <http://example.org/> ASK { ?s SERVICE:x ?o }", "ask"),
        ("ASK { ?s ?p ?o } # LOAD <http://127.0.0.1/>", "ask"),
        ("CONSTRUCT { ?s ?p ?o } FROM <http://example.org/g> WHERE { ?s ?p ?o }", "construct"),
        ("PREFIX g: <http://example.org/> SELECT * FROM NAMED g:g WHERE { GRAPH ?g { ?s ?p ?o } }", "select"),
        ("BASE <http://example.org/> DESCRIBE <a>", "describe"),
        ("BASE <https://example.org/actors/> SELECT * FROM <groups> WHERE { ?s ?p ?o }", "select"),
        ("base <file:///etc/> base <urn:x:> SELECT * FROM NAMED <groups> WHERE { ?s ?p ?o }", "select"),
        ("BASE <http://e.x/> PREFIX g: <a/> BASE <file:///etc/> ASK FROM g:x FROM <http://e.x/> { }", "ask"),
        ("SELECT * WHERE { ?a ?p ?b FILTER(?a < ?b) }", "select"),
    ],
)
def test_what_only_reads_is_let_through(text: str, form: str) -> None:
    assert guard(text) == form


@pytest.mark.parametrize("text", ["", "SELCT * WHERE { }", "42", "ASK { ?s ?p ?o } }", "# nothing but a comment"])
def test_what_is_no_query_is_a_syntax_error(text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        guard(text)


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(QueryRefused) as caught:
        guard("ASK {\n  SERVICE <http://127.0.0.1/> { } }")

    assert (caught.value.line, caught.value.column) == (2, 3)


def test_parameters_are_found_outside_strings_iris_and_comments() -> None:
    text = "SELECT ?a WHERE { ?a <http://x/$no> $yes FILTER(?a != '$no') } # $no\nVALUES $list { UNDEF }"

    assert list(parameters(text)) == ["yes", "list"]
    assert list_parameters(text) == {"list"}


def test_a_list_goes_where_its_block_stands_and_no_value_drops_the_block() -> None:
    text = "SELECT ?a WHERE { VALUES $a { UNDEF } ?a ?b ?c }"

    assert bind(text, {"a": ["<urn:x>", "<urn:y>"]}) == "SELECT ?a WHERE { VALUES $a { <urn:x> <urn:y> } ?a ?b ?c }"
    assert bind(text, {}) == "SELECT ?a WHERE {  ?a ?b ?c }"


def test_a_bound_column_keeps_its_value() -> None:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))

    text = bind("SELECT ?s ?o WHERE { $s <urn:p> ?o } ORDER BY ?o", {"s": ["<urn:s>"]})

    assert [row.s for row in Answer.of(store.query(text))] == ["urn:s"]


def test_projection_is_read_from_the_head_alone() -> None:
    assert projected("SELECT ?a (COUNT(?x) AS ?n) WHERE { { SELECT ?z WHERE { } } }") == ["a", "n"]
    assert projected("CONSTRUCT { ?a ?b ?c } WHERE { SELECT ?a WHERE { } }") == []
    assert projected("SELECT * WHERE { ?a ?b ?c }") == []


def test_only_missing_prefixes_are_declared() -> None:
    text = "PREFIX a: <urn:own> ASK { ?s a:x b:y ; c:z 'd:no' }"

    assert with_prefixes(text, {"a": "urn:a", "b": "urn:b", "d": "urn:d"}) == f"PREFIX b: <urn:b> {text}"


LITERALS = st.one_of(
    st.text().map(ox.Literal),
    st.tuples(st.text(), st.sampled_from(["en", "es-MX"])).map(lambda pair: ox.Literal(pair[0], language=pair[1])),
    st.integers().map(ox.Literal),
)
TEMPLATES = [
    "SELECT ?s WHERE { ?s <urn:p> $value } # $value",
    "SELECT ?s WHERE { VALUES $value { UNDEF } ?s <urn:p> $value . FILTER ('$value' = \"$value\") }",
    "SELECT ?s WHERE { ?s <urn:p> ?o . FILTER (SAMETERM(?o, $value)) # it's $value\n}",
]


@pytest.mark.parametrize("template", TEMPLATES)
@given(value=LITERALS)
def test_any_literal_bound_finds_exactly_the_triple_that_holds_it(template: str, value: ox.Literal) -> None:
    store = ox.Store()
    subject, decoy = ox.NamedNode("urn:s"), ox.NamedNode("urn:decoy")
    store.add(ox.Quad(subject, ox.NamedNode("urn:p"), value))
    store.add(ox.Quad(decoy, ox.NamedNode("urn:p"), ox.Literal("another value altogether")))

    text = bind(template, {"value": [str(value)]})

    assert guard(text) == "select"
    assert [row.s for row in Answer.of(store.query(text))] == [subject.value]


@given(st.text())
def test_guard_never_raises_anything_else(text: str) -> None:
    with contextlib.suppress(QueryRefused, QuerySyntaxError):
        assert guard(text) in ("select", "ask", "construct", "describe")


FRAGMENTS = [
    "SELECT ",
    "ASK ",
    "PREFIX a: <urn:a>\n",
    "{ ",
    "} ",
    "?s ?p ?o . ",
    "'{' ",
    "# }\n",
    "FROM <http://a> ",
    "FROM <a> ",
    "BASE <http://a/> ",
    "BASE <file:/a> ",
    "\\u007B ",
    "SERVICE <urn:s> ",
    "a:from ",
    "!" * (MAX_PATTERNS - 1),
    "<urn:p>/" * (MAX_PATTERNS // 2),
    "( [ " * (MAX_DEPTH // 4),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_a_look_at_the_characters_decides_as_a_look_at_all_tokens_does(text: str) -> None:
    said: list[str] = []
    for look in (sparqltext._is_small_and_closed, lambda _: False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sparqltext, "_is_small_and_closed", look)
            try:
                said.append(guard(text))
            except (QueryRefused, QuerySyntaxError) as error:
                said.append(str(error))

    quick, whole = said
    assert quick == whole or ("closes nothing" in whole and _is_refused_by_the_engine(text))


def _is_refused_by_the_engine(text: str) -> bool:
    with pytest.raises(SyntaxError):
        ox.Store().query(text)
    return True
