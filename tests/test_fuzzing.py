"""What holds for every input (see invariants), tried on inputs of all kinds, and on those that fuzzers found."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import FORMATS, gate_holds, places_hold, read_holds, target_of

from mineralkg import formats
from mineralkg.rdfio import Change, Lines, Span, changed
from mineralkg.resources import resource_files

FOUND = sorted(path for path in (Path(__file__).parent / "fuzz" / "found").iterdir())
REAL = [path.read_bytes() for path in (*resource_files("data", ".ttl"), *resource_files("shapes", ".ttl"))]
SYNTAXES = {"ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "nt": ox.RdfFormat.N_TRIPLES}
PIECES = [
    *('"""', "'''", '"', "'", "\\", "\\u0041", "\\uD800", "\\U00110000", "\\u00", "<", ">", "<<", ">>", "<<(", ")>>"),
    *(
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "{|",
        "|}",
        ".",
        ";",
        ",",
        "a",
        "true",
        "@en",
        "@en--ltr",
        "^^",
        "_:",
        "_:b.",
        ":",
        "x:",
    ),
    *(
        "1",
        "1.",
        "1e",
        "-",
        "+.5",
        "007",
        "#",
        "# c\r",
        "\r",
        "\r\n",
        "\n",
        "\t",
        "\ufeff",
        "\x00",
        "\x0c",
        "\x85",
        "\u2028",
    ),
    *(
        "@prefix",
        "PREFIX",
        "@base",
        "BASE",
        "GRAPH",
        "VERSION",
        "@prefix a: <b:> .",
        "é",
        "💥",
        "e\u0301",
        "\u202e",
        "%41",
    ),
    *(
        "<a b>",
        "<urn:x>",
        "<http://[>",
        "&a;",
        "<!--",
        "<![CDATA[",
        "<?xml?>",
        "<!DOCTYPE a [",
        '{"@id":',
        '"@context":',
    ),
]
CALM = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=40).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a stretch of a real file with bytes of it left out, repeated, changed, or others put in."""
    data = draw(st.sampled_from(REAL))
    head, start = data[:1500], draw(st.integers(0, max(0, len(data) - 600)))
    data = head + data[start : start + 600]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 40)))
        new = draw(st.one_of(st.just(b""), st.binary(max_size=4), st.sampled_from(PIECES).map(str.encode)))
        data = draw(st.sampled_from([data[:at] + new + data[end:], data[:end] + new + data[at:]]))
    return draw(
        st.sampled_from([data, data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + data])
    )


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_fuzzers_found_holds(path: Path) -> None:
    target_of(path)(path.read_bytes())


@pytest.mark.parametrize("fmt", FORMATS["gate"], ids=lambda fmt: fmt.name)
@CALM
@given(
    data=st.one_of(st.binary(max_size=200), texts.map(lambda text: text.encode("utf-8", "surrogatepass")), mutated())
)
def test_any_bytes_can_be_read_or_not(fmt: formats.Format, data: bytes) -> None:
    read_holds(data, fmt)
    gate_holds(data, fmt)


@pytest.mark.parametrize("fmt", FORMATS["places"], ids=lambda fmt: fmt.name)
@CALM
@given(data=st.one_of(texts.map(lambda text: text.encode("utf-8", "surrogatepass")), mutated()))
def test_places_lie_inside_and_are_of_triples(fmt: formats.Format, data: bytes) -> None:
    places_hold(data, fmt)


@pytest.mark.parametrize("name", SYNTAXES)
@CALM
@given(st.data())
def test_every_triple_that_is_written_has_a_place(name: str, data: st.DataObject) -> None:
    """Whatever terms it has, and whatever stands around it."""
    iris = st.text(alphabet="aé日💥/?%-.~", max_size=6).map(
        lambda text: "http://example.org/" + text.replace("%", "%25")
    )
    literals = st.one_of(
        st.text(max_size=12).map(ox.Literal),
        st.text(max_size=4).map(lambda text: ox.Literal(text, language="en-GB")),
        iris.map(lambda iri: ox.Literal("007", datatype=ox.NamedNode(iri))),
        st.sampled_from(["a", "b.c", "日"]).map(ox.BlankNode),
        iris.map(ox.NamedNode),
    )
    quads = data.draw(st.lists(st.tuples(iris, iris, literals), min_size=1, max_size=6))
    lines = [f"{ox.NamedNode(s)} {ox.NamedNode(p)} {o} ." for s, p, o in quads]
    ends = st.sampled_from(
        ["\n", "\r\n", "\n\n", " # “quoted” <x> .\n", "\t\n"] + ([] if name == "nt" else [" ", "\r"])
    )
    text = "".join(line + data.draw(ends) for line in lines)

    assert (
        places_hold(data.draw(st.sampled_from(["", "\ufeff"])).encode() + text.encode(), formats.by_name(name, "rdf"))
        > 0
    )


@CALM
@given(text=texts, data=st.data())
def test_lines_count_as_editors_do(text: str, data: st.DataObject) -> None:
    lines = Lines(text)
    at = data.draw(st.integers(0, len(text)))
    line, column = lines.place(at)

    assert lines.offset(line, column) == at
    assert line == text.count("\n", 0, at) + 1
    assert text.split("\n")[line - 1].removesuffix("\r") == lines.line(line)
    assert changed(text, [Change(Span(at, at), "x")]) == text[:at] + "x" + text[at:]
