"""The page of one thing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY, PREFIXES, shorten
from mineralkg.publishing.pages import chronology, connections
from mineralkg.publishing.pages.claims import Claim, claims_of
from mineralkg.publishing.pages.facts import Group, Statement, classes_of, groups, readable, statements
from mineralkg.publishing.pages.reading import Reader, Value, document_of
from mineralkg.publishing.pages.sentence import sentence
from mineralkg.publishing.representations import DOCUMENT_FORMATS, Ordered, represent

__all__ = ["Entity", "entity"]

_CLAIMS = "SELECT DISTINCT ?claim WHERE {{ ?claim mkg:about {node} ; a mkg:Claim }} ORDER BY ?claim LIMIT 200"
_SOURCED = (
    "SELECT DISTINCT ?claim WHERE {{ {{ ?claim mkg:evidence {node} }} UNION "
    "{{ ?claim mkg:evidence/mkg:source {node} }} UNION {{ ?claim mkg:speaker {node} }} "
    "FILTER EXISTS {{ ?claim a mkg:Claim }} }} ORDER BY ?claim LIMIT 200"
)
_SCHEME = "SELECT ?scheme WHERE {{ {node} skos:inScheme ?scheme }} ORDER BY ?scheme LIMIT 1"

# What feeds can be narrowed to, by the name of the parameter.
_FOLLOWED = {"partner": ONTOLOGY + "Actor", "mineral": ONTOLOGY + "Material"}


@dataclass(frozen=True)
class Entity:
    """All that the page of a thing shows."""

    iri: str
    curie: str
    title: Value
    kinds: list[Value]
    codes: list[str]
    description: list[Value]
    sentence: str
    speaks: bool
    groups: list[Group]
    terms: list[tuple[str, Value, list[Value]]]
    own: Claim | None
    claims: list[tuple[str, list[Claim]]]
    spoken: list[tuple[str, list[Claim]]]
    differences: list[chronology.Difference]
    timeline: list[chronology.Moment]
    incoming: connections.Incoming
    neighbours: list[connections.Neighbour]
    neighbourhood: dict[str, object]
    downloads: list[tuple[str, str, str, str]]
    feeds: list[tuple[str, str]]
    jsonld: str


def entity(reader: Reader, iri: str, incoming: connections.Incoming, today: dt.date) -> Entity:
    """Return what the page of *iri* shows, with what is *incoming*: the things that point to it.

    Deadlines are judged on *today*.
    """
    said = readable(statements(reader, iri), reader.lang)
    classes = classes_of(reader, iri)
    described = _described(reader, said)
    found = groups(reader, iri, [s for s in said if s not in described], classes)
    about = claims_of(reader, _iris(reader, _CLAIMS, iri))
    spoken = [c for c in claims_of(reader, _iris(reader, _SOURCED, iri)) if c.iri not in {a.iri for a in about}]
    own = claims_of(reader, [iri]) if ONTOLOGY + "Claim" in classes else []
    kinds = _kinds(reader, classes)
    speaks = ONTOLOGY + "Actor" in classes
    title = reader.thing(iri)
    near = connections.neighbours(reader, iri, about)
    return Entity(
        iri=iri,
        curie=shorten(iri),
        title=title,
        kinds=kinds,
        codes=[
            t.value
            for s in said
            if s.predicate == PREFIXES["skos"] + "notation" and isinstance(t := s.term, ox.Literal)
        ],
        description=[reader.value(s.term) for s in described],
        sentence=sentence(reader, kinds, said, about, spoken, speaks, own[0] if own else None),
        speaks=speaks,
        groups=found,
        terms=_terms(reader, iri),
        own=own[0] if own else None,
        claims=_by_kind(about),
        spoken=_by_kind(spoken),
        differences=chronology.differences(reader, about),
        timeline=chronology.timeline(reader, iri, [*about, *own], today),
        incoming=incoming,
        neighbours=near,
        neighbourhood=connections.neighbourhood(title, kinds[0].text if kinds else "", near),
        downloads=downloads(reader, iri),
        feeds=_feeds(reader, iri, classes),
        jsonld=reader.once(f"{iri} as JSON-LD", lambda: _json_ld(reader, iri)),
    )


def _json_ld(reader: Reader, iri: str) -> str:
    said = reader.once(document_of(iri), lambda: Ordered(reader.site.statements(iri), iri))
    return represent(said, "jsonld").data.decode()


def _terms(reader: Reader, iri: str) -> list[tuple[str, Value, list[Value]]]:
    """Return the terms that a document of hash IRIs describes: the fragment, the name, and what defines it."""
    terms = reader.site.terms(iri)
    reader.learn(terms)
    defined = ((term, _described(reader, statements(reader, term))) for term in terms)
    return [(t.removeprefix(f"{iri}#"), reader.thing(t), [reader.value(s.term) for s in said]) for t, said in defined]


def downloads(reader: Reader, iri: str) -> list[tuple[str, str, str, str]]:
    """Return the documents about a thing: format, suffix, media type and address."""
    return [(f.help, f.name, f.media_type, reader.links.document(iri, f.name)) for f in DOCUMENT_FORMATS]


def _feeds(reader: Reader, iri: str, classes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the feeds of changes and deadlines that concern a partner or a mineral alone."""
    kind = next((name for name, of in _FOLLOWED.items() if of in classes), None)
    if kind is None:
        return []
    pages = ("feed.atom", "deadlines.ics")
    return [(page, reader.links.page(page, **{kind: iri})) for page in pages]


def _iris(reader: Reader, query: str, iri: str) -> list[str]:
    return [str(row.claim) for row in reader.ask(query.format(node=ox.NamedNode(iri)))]


def _kinds(reader: Reader, classes: Sequence[str]) -> list[Value]:
    """Return the narrowest classes of a thing, without those that every thing of ours is of."""
    reader.learn(classes)
    ours = [c for c in classes if c != ONTOLOGY + "Entity"]
    if not ours:
        return []
    above = {
        str(row.above)
        for row in reader.ask(
            f"SELECT ?above WHERE {{ VALUES ?class {{ {' '.join(str(ox.NamedNode(c)) for c in ours)} }} "
            "?class rdfs:subClassOf+ ?above }"
        )
    }
    return [reader.thing(c) for c in ours if c not in above]


def _described(reader: Reader, said: Sequence[Statement]) -> list[Statement]:
    """Return what defines or describes a thing in the reader's language, else in English, else in any."""
    for name in ("skos:definition", "dcterms:description", "rdfs:comment", "schema:description", "dcterms:abstract"):
        prefix, _, local = name.partition(":")
        texts = [s for s in said if s.predicate == PREFIXES[prefix] + local and isinstance(s.term, ox.Literal)]
        for lang in (reader.lang, "en", None):
            if chosen := [s for s in texts if isinstance(s.term, ox.Literal) and s.term.language == lang]:
                return chosen
        if texts:
            return texts[:1]
    return []


def _by_kind(claims: Sequence[Claim]) -> list[tuple[str, list[Claim]]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.kind.text if claim.kind else ""].append(claim)
    return [(kind, sorted(same, key=lambda c: (c.code, c.title.text))) for kind, same in sorted(found.items())]
