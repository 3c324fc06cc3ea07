"""What a thing is connected with: what points to it, with counts and by the page, and its neighbours as a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY
from mineralkg.publishing.pages.claims import Claim
from mineralkg.publishing.pages.reading import Reader, Value, values_block

__all__ = ["PAGE", "Incoming", "IncomingGroup", "Neighbour", "incoming", "neighbourhood", "neighbours"]

PAGE = 50
NEIGHBOURS = 40
# What has no name cannot be listed, and the cells of a list say nothing of what is in it. Pointing by a property is
# left out where a narrower one points from the same thing.
_POINTING = """
  ?thing ?property {node} .
  FILTER (!isBlank(?thing) && ?property NOT IN (rdf:first, rdf:rest))
  FILTER NOT EXISTS {{ ?narrow rdfs:subPropertyOf+ ?property . ?thing ?narrow {node} }}
"""
_COUNTS = (
    "SELECT ?property (COUNT(DISTINCT ?thing) AS ?number) WHERE {{" + _POINTING + "}} "
    "GROUP BY ?property ORDER BY ?property"
)
_THINGS = "SELECT DISTINCT ?property ?thing WHERE {{" + _POINTING + "}} ORDER BY ?property ?thing"
_LINKED = """
SELECT DISTINCT ?thing ?property ?out ?kind WHERE {{
  {{ {node} ?property ?thing BIND (true AS ?out) }} UNION {{ ?thing ?property {node} BIND (false AS ?out) }}
  FILTER (isIRI(?thing) && ?thing != {node})
  FILTER NOT EXISTS {{ ?thing a mkg:Claim }}
  FILTER NOT EXISTS {{ ?thing a mkg:Evidence }}
  FILTER NOT EXISTS {{ ?thing a skos:ConceptScheme }}
  FILTER NOT EXISTS {{ ?thing a owl:Class }}
  FILTER (?property != rdf:type)
  FILTER NOT EXISTS {{
    ?narrow rdfs:subPropertyOf+ ?property . {{ {node} ?narrow ?thing }} UNION {{ ?thing ?narrow {node} }}
  }}
}} ORDER BY ?thing ?property LIMIT {limit}
"""
_KINDS = """
SELECT ?thing ?kind WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing a ?kind .
  FILTER NOT EXISTS {{ ?thing a ?below . ?below rdfs:subClassOf+ ?kind }}
}} ORDER BY ?thing ?kind
"""


@dataclass
class IncomingGroup:
    """The things on this page that point to a thing by one property, and how many do so on all pages."""

    property: Value
    total: int
    things: list[Value] = field(default_factory=list)


@dataclass
class Incoming:
    """What points to a thing: all counts, and the groups of one page."""

    total: int
    counts: list[IncomingGroup]
    groups: list[IncomingGroup]
    page: int
    pages: int


@dataclass(frozen=True)
class Neighbour:
    """A thing one step away: by which property, in which direction, and what kind of thing it is.

    Two things that one claim speaks of are not linked with each other: then ``relation`` is the kind of the claim,
    and ``out`` is None.
    """

    thing: Value
    relation: str
    out: bool | None
    kind: str
    claim: Value | None = None


def incoming(reader: Reader, iri: str, page: int) -> Incoming:
    """Return what points to a thing; a page beyond the last is the last."""
    node = ox.NamedNode(iri)
    counts = {str(row.property): int(str(row.number)) for row in reader.ask(_COUNTS.format(node=node))}
    total = sum(counts.values())
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = reader.batch(_THINGS.format(node=node), (page - 1) * PAGE, PAGE) if total else ()
    reader.learn(counts)
    reader.learn(row.terms["thing"] for row in rows)

    def group(property_: str) -> IncomingGroup:
        return IncomingGroup(_role(reader, property_), counts.get(property_, 0))

    found: list[IncomingGroup] = []
    for property_, same in groupby(rows, key=lambda row: str(row.property)):
        found.append(group(property_))
        found[-1].things = sorted((reader.value(row.terms["thing"]) for row in same), key=lambda v: v.text)
    return Incoming(total, [group(p) for p in counts], found, page, pages)


def _role(reader: Reader, property_: str) -> Value:
    """Return what a thing is to those that point to it: labels of common vocabularies (“has broader”) do not say it."""
    named, common = reader.thing(property_), reader.words.term(property_)
    return named if common is None else replace(named, text=common, lang=None)


def neighbours(reader: Reader, iri: str, claims: Sequence[Claim]) -> list[Neighbour]:
    """Return the things one step away from a thing: linked to it, or spoken of in one claim with it."""
    rows = reader.ask(_LINKED.format(node=ox.NamedNode(iri), limit=NEIGHBOURS))
    spoken = _spoken_of(iri, claims)
    things = [str(row.thing) for row in rows] + [thing for thing, *_ in spoken]
    reader.learn([*things, *(str(row.property) for row in rows)])
    kinds = _kinds(reader, things)
    found: dict[tuple[str, str], Neighbour] = {}
    for row in rows:
        relation = reader.label(str(row.property))
        neighbour = Neighbour(reader.thing(str(row.thing)), relation, str(row.out) == "True", kinds[str(row.thing)])
        found.setdefault((str(row.thing), relation), neighbour)
    linked = {thing for thing, _ in found}
    for thing, claim in spoken:
        if thing not in linked and claim.kind is not None:
            neighbour = Neighbour(reader.thing(thing), claim.kind.text, None, kinds[thing], claim.title)
            found.setdefault((thing, claim.kind.text), neighbour)
    shown = [n for n in found.values() if n.thing.href is not None and not n.thing.outside]
    return shown[:NEIGHBOURS]


def _spoken_of(iri: str, claims: Sequence[Claim]) -> list[tuple[str, Claim]]:
    return [
        (term.value, claim)
        for claim in claims
        if not claim.withdrawn
        for term in claim.terms.get(ONTOLOGY + "about", ())
        if isinstance(term, ox.NamedNode) and term.value != iri and "/claim/" not in term.value
    ]


def _kinds(reader: Reader, things: Sequence[str]) -> dict[str, str]:
    rows = reader.ask(_KINDS.format(things=values_block(dict.fromkeys(things)))) if things else ()
    reader.learn(row.terms["kind"] for row in rows)
    kinds: dict[str, str] = defaultdict(str)
    for row in rows:
        kinds.setdefault(str(row.thing), reader.label(str(row.kind)))
    return kinds


def neighbourhood(subject: Value, kind: str, found: Sequence[Neighbour]) -> dict[str, object]:
    """Return the neighbours as nodes and edges, which the graph view draws and adds to when a node is opened."""
    nodes = {subject.iri: {"id": subject.iri, "label": subject.text, "kind": kind, "href": subject.href}}
    for neighbour in found:
        iri = neighbour.thing.iri
        nodes.setdefault(
            iri, {"id": iri, "label": neighbour.thing.text, "kind": neighbour.kind, "href": neighbour.thing.href}
        )
    return {"centre": subject.iri, "nodes": list(nodes.values()), "edges": [_edge(subject, n) for n in found]}


def _edge(subject: Value, neighbour: Neighbour) -> dict[str, object]:
    """Return the edge between a thing and its neighbour; without a direction it is the same from either end."""
    ends = [subject.iri or "", neighbour.thing.iri or ""]
    if neighbour.out is None:
        ends.sort()
    elif not neighbour.out:
        ends.reverse()
    return {"source": ends[0], "target": ends[1], "label": neighbour.relation, "arrow": neighbour.out is not None}
