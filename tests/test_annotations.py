"""Turtle 1.2 of a document: the same statements, each that follows from claims annotated with them."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

import mineralkg as mk
from mineralkg.graph import EmbeddedGraph
from mineralkg.graph.derive import rule_texts
from mineralkg.namespaces import DATA, ONTOLOGY
from mineralkg.publishing import ANNOTATED, Site, represent
from mineralkg.publishing.derivation import claims_behind
from mineralkg.publishing.turtle12 import REIFIES

EX = "http://example.org/"
COMMITTED = ox.NamedNode(ONTOLOGY + "committedTo")


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(mk.open())


def _read(data: bytes) -> ox.Dataset:
    found = ox.Dataset(ox.parse(data, format=ox.RdfFormat.TURTLE))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _dataset(triples: Iterable[ox.Triple]) -> ox.Dataset:
    found = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def test_every_document_says_the_same_in_turtle_1_2(site: Site) -> None:
    reified = 0
    for _, iri in site.documents():
        said = site.statements(iri)
        annotated = site.annotated(said)
        back = _read(represent(annotated, ANNOTATED.name, first=iri).data)
        assert back == _dataset(annotated), iri
        assert {q for q in back if q.predicate != REIFIES} == set(_dataset(said)), iri
        assert {q.object for q in back if q.predicate == REIFIES} <= {q.triple for q in back}, iri  # none unsaid
        reified += len(annotated) - len(said)
    assert reified > 100


def test_a_statement_stands_before_the_claims_it_follows_from(site: Site) -> None:
    iri = f"{DATA}state/JPN"
    text = represent(site.annotated(site.statements(iri)), ANNOTATED.name, first=iri).data.decode()

    assert text.startswith('VERSION "1.2"\n')
    assert (
        "mkg:committedTo instrument:us-eu-japan-joint-statement ~ claim:hawkins-2026-02-04-c08b"
        " ~ claim:hawkins-2026-02-04-c22b ~ claim:hawkins-2026-02-04-c27 ~ claim:hawkins-2026-02-04-c28 .\n"
    ) in text
    assert "reifies" not in text
    # The claim that it names is told in the same document.
    assert "\nclaim:hawkins-2026-02-04-c22b\n  a mkg:Claim" in text


def test_claims_are_those_of_the_rule(site: Site) -> None:
    """Judged apart from the rewritten rules: by the pattern that committed_to.rq states in words."""
    assert isinstance(site.kg.handle, EmbeddedGraph)
    store = site.kg.handle.store
    statements = [q.triple for q in store.quads_for_pattern(None, COMMITTED, None, None)]
    assert len(statements) == 5
    for triple in statements:
        wanted = {
            q.subject
            for q in store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + "committedParty"), triple.subject, None)
            if any(store.quads_for_pattern(q.subject, ox.NamedNode(ONTOLOGY + "inInstrument"), triple.object, None))
        }
        assert claims_behind(store, triple) == sorted(wanted, key=str)
        assert wanted


def test_every_derived_shortcut_has_its_claims(site: Site) -> None:
    """What a rule with a claim concludes has a claim behind it; a rule that is not understood would have none."""
    assert isinstance(site.kg.handle, EmbeddedGraph)
    store = site.kg.handle.store
    about_claims = ("mkg:about ", "mkg:words ")  # of the claim itself
    rules = [text for text in rule_texts() if "?claim" in text and not any(f"?claim {p}" in text for p in about_claims)]
    assert len(rules) > 8
    for text in rules:
        concluded = store.query(text, use_default_graph_as_union=True)
        assert isinstance(concluded, ox.QueryTriples)
        for triple in concluded:
            assert claims_behind(store, triple), triple


def test_a_withdrawn_claim_annotates_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "claims.ttl"
    file.write_text(
        f"@prefix m: <{ONTOLOGY}> . @prefix x: <{EX}> . @prefix p: <http://www.w3.org/ns/prov#> .\n"
        "x:c1 m:committedParty x:a ; m:inInstrument x:i .\n"
        'x:c2 m:committedParty x:a ; m:inInstrument x:i ; p:invalidatedAtTime "2026-01-01T00:00:00Z" .\n'
    )
    handle = mk.open(file).handle
    assert isinstance(handle, EmbeddedGraph)
    statement = ox.Triple(ox.NamedNode(EX + "a"), COMMITTED, ox.NamedNode(EX + "i"))

    assert claims_behind(handle.store, statement) == [ox.NamedNode(EX + "c1")]


@pytest.mark.parametrize("value", [ox.Literal("open"), ox.Literal('"} #', language="en"), ox.BlankNode("b")])
def test_values_that_no_rule_gives_have_no_claims(site: Site, value: ox.Literal | ox.BlankNode) -> None:
    assert isinstance(site.kg.handle, EmbeddedGraph)
    for name in ("currentStatus", "announcedOn", "party", "nothing"):
        triple = ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(ONTOLOGY + name), value)
        assert claims_behind(site.kg.handle.store, triple) == []


HARD = f"""
PREFIX x: <{EX}>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
x:a x:p "two \\"lines\\"\\n~ <<( {{| |}}" ~ x:r ~ x:s , "1"^^xsd:integer , "ñ"@es , "a"^^x:d.e ~ _:b .
x:a.b <{EX}p/q> [ x:p x:a , _:b ] ~ x:t .
x:u <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( x:not x:said <<( x:within x:another "one" )>> )>> .
_:b x:p x:r ~ x:v {{| x:q 1 |}} .
<{EX}%20> x:p <{EX}-> , <{EX}> .
"""


def test_what_is_hard_to_write_is_read_again() -> None:
    given = {q.triple for q in ox.parse(HARD, format=ox.RdfFormat.TURTLE)}

    back = {q.triple for q in ox.parse(represent(given, ANNOTATED.name).data, format=ox.RdfFormat.TURTLE)}

    assert _without_names(back) == _without_names(given)
    assert len(back) == len(given) == 17


def _without_names(triples: set[ox.Triple]) -> list[str]:
    import re

    return sorted(re.sub(r"_:\w+", "_", str(t)) for t in triples)
