"""The front page: what is in here, since when, how much of it, what is due, what changed, and how to get it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.graph.answer import Row
from mineralkg.namespaces import ONTOLOGY
from mineralkg.publishing.catalogue import Dump
from mineralkg.publishing.pages.charts import Bar, Heat, bars, heat
from mineralkg.publishing.pages.claims import Claim, claims_of
from mineralkg.publishing.pages.reading import Reader, Value
from mineralkg.queries import Query, all_queries

__all__ = ["Change", "Due", "Home", "home"]

_MOST_DUE = 12  # deadlines ahead, and as many that have passed; the question lists all
_RECENT = 8
_KINDS = """
SELECT ?kind (COUNT(DISTINCT ?thing) AS ?number) WHERE {
  ?thing a ?kind .
  FILTER (isIRI(?thing) && isIRI(?kind))
  FILTER STRSTARTS(STR(?thing), BASE)
  FILTER (!STRSTARTS(STR(?kind), STR(owl:)) && !STRSTARTS(STR(?kind), STR(prov:)))
  FILTER NOT EXISTS { ?below rdfs:subClassOf+ ?kind . ?other a ?below . FILTER (STRSTARTS(STR(?other), BASE)) }
} GROUP BY ?kind ORDER BY DESC(?number) ?kind LIMIT 16
"""
# The kinds that a reader of the shipped graph looks for, widest first.
_MAIN = (
    "Instrument",
    "Claim",
    "Commitment",
    "Deadline",
    "Evidence",
    "SourceDocument",
    "Actor",
    "Material",
    "Event",
    "Measure",
)
_NUMBER = "SELECT (COUNT(DISTINCT ?thing) AS ?number) WHERE {{ ?thing a {kind} FILTER isIRI(?thing) }}"
_TRIPLES = "SELECT (COUNT(*) AS ?number) WHERE { ?s ?p ?o }"
_BY_YEAR = """
SELECT ?year (COUNT(DISTINCT ?instrument) AS ?number) WHERE {
  ?instrument a mkg:Instrument .
  OPTIONAL { ?instrument mkg:announcedOn ?date BIND (SUBSTR(STR(?date), 1, 4) AS ?year) }
} GROUP BY ?year ORDER BY ?year
"""
_BY_TYPE = """
SELECT ?thing (COUNT(DISTINCT ?instrument) AS ?number) WHERE {
  ?instrument a mkg:Instrument ; mkg:instrumentType ?thing
} GROUP BY ?thing ORDER BY DESC(?number) ?thing
"""
_BY_PARTY = """
SELECT ?thing (COUNT(DISTINCT ?instrument) AS ?number) WHERE { ?instrument mkg:party ?thing }
GROUP BY ?thing ORDER BY DESC(?number) ?thing LIMIT 12
"""
_HEAT = """
SELECT ?thing ?stage (COUNT(DISTINCT ?claim) AS ?number) WHERE {
  ?claim mkg:concernsMaterial|mkg:concernsForm ?thing .
  OPTIONAL { ?claim mkg:concernsStage ?stage }
  FILTER NOT EXISTS { ?claim prov:invalidatedAtTime ?withdrawn }
} GROUP BY ?thing ?stage
"""
_STAGES = (
    "SELECT ?stage WHERE { ?stage a mkg:SupplyStage OPTIONAL { ?stage skos:notation ?place } } ORDER BY ?place ?stage"
)
_DEADLINES = """
SELECT DISTINCT ?claim ?deadline ?due WHERE {
  ?claim mkg:hasDeadline ?deadline .
  ?deadline mkg:dueDate ?due .
  FILTER NOT EXISTS { ?claim prov:invalidatedAtTime ?withdrawn }
} ORDER BY ?due ?deadline
"""
_CHANGES = """
SELECT ?claim ?when ?withdrawn WHERE {
  { ?claim prov:generatedAtTime ?when BIND (false AS ?withdrawn) }
  UNION { ?claim prov:invalidatedAtTime ?when BIND (true AS ?withdrawn) }
  ?claim a mkg:Claim .
} ORDER BY DESC(?when) ?claim LIMIT LIMIT_OF
"""
_EXAMPLE = """
SELECT ?claim WHERE {
  ?claim a mkg:AbsenceClaim ; mkg:words ?words FILTER NOT EXISTS { ?claim prov:invalidatedAtTime ?when }
} ORDER BY ?claim LIMIT 1
"""


@dataclass(frozen=True)
class Due:
    """A deadline, with the promise it belongs to and the days until or since."""

    date: str
    shown: str
    days: int
    promise: Claim
    instrument: Value | None
    deadline: Claim


@dataclass(frozen=True)
class Change:
    """A claim that was recorded or withdrawn, and when."""

    date: str
    shown: str
    claim: Value
    withdrawn: bool


@dataclass(frozen=True)
class Home:
    """All that the front page shows."""

    example: Claim | None
    kinds: list[tuple[str, int, str]]
    triples: int
    questions: list[Query]
    by_year: list[Bar]
    by_type: list[Bar]
    by_party: list[Bar]
    heat: Heat | None
    upcoming: list[Due]
    lapsed: list[Due]
    changes: list[Change]
    dumps: list[Dump]


def home(reader: Reader, today: dt.date, dumps: Sequence[Dump]) -> Home:
    """Return what the front page shows, with deadlines judged on *today*."""
    upcoming, lapsed = _deadlines(reader, today)
    examples = claims_of(reader, [str(row.claim) for row in reader.ask(_EXAMPLE)])
    return Home(
        example=examples[0] if examples else None,
        kinds=_kinds(reader),
        triples=int(str(reader.site.kg.handle.sparql(_TRIPLES)[0].number)),
        questions=all_queries() if reader.site.own else [],
        by_year=_years(reader),
        by_type=_counted(reader, _BY_TYPE),
        by_party=_counted(reader, _BY_PARTY),
        heat=_heat(reader),
        upcoming=upcoming,
        lapsed=lapsed,
        changes=_changes(reader),
        dumps=list(dumps),
    )


def _kinds(reader: Reader) -> list[tuple[str, int, str]]:
    """Return the kinds of things there are, how many of each, and where they are listed."""
    if reader.site.own:
        nodes = [ONTOLOGY + name for name in _MAIN]
        counts = {n: int(str(reader.ask(_NUMBER.format(kind=ox.NamedNode(n)))[0].number)) for n in nodes}
    else:
        rows = reader.ask(_KINDS.replace("BASE", str(ox.Literal(reader.site.base))))
        counts = {str(row.kind): int(str(row.number)) for row in rows}
    reader.learn(counts)
    named = reader.words.texts
    return [
        (
            named.get(f"kinds.{k.removeprefix(ONTOLOGY)}") or reader.label(k),
            n,
            reader.links.page("browse", **{"class": k}),
        )
        for k, n in counts.items()
        if n
    ]


def _years(reader: Reader) -> list[Bar]:
    found = []
    for row in reader.ask(_BY_YEAR):
        name = str(row.year) if row.year is not None else reader.words("undated")
        found.append((Value(name, "text"), float(str(row.number))))
    return bars(sorted(found, key=lambda pair: (not pair[0].text.isdigit(), pair[0].text)))


def _counted(reader: Reader, query: str) -> list[Bar]:
    rows = reader.ask(query)
    reader.learn(row.terms["thing"] for row in rows)
    return bars([(reader.value(row.terms["thing"]), float(str(row.number))) for row in rows])


def _heat(reader: Reader) -> Heat | None:
    stages = [str(row.stage) for row in reader.ask(_STAGES)]
    counts = [
        (str(row.thing), str(row.stage) if row.stage is not None else None, int(str(row.number)))
        for row in reader.ask(_HEAT)
    ]
    return heat(reader, counts, stages, reader.words("no_stage"))


def _deadlines(reader: Reader, today: dt.date) -> tuple[list[Due], list[Due]]:
    """Return the deadlines that lie ahead and those that have passed, the nearest first, so many of each."""
    dated = []
    for row in reader.ask(_DEADLINES):
        try:
            dated.append((dt.date.fromisoformat(str(row.due)[:10]), row))
        except ValueError:
            continue
    ahead = [pair for pair in dated if pair[0] >= today]
    passed = [pair for pair in reversed(dated) if pair[0] < today]
    return _shown(reader, ahead[:_MOST_DUE], today), _shown(reader, passed[:_MOST_DUE], today)


def _shown(reader: Reader, dated: Sequence[tuple[dt.date, Row]], today: dt.date) -> list[Due]:
    names = [str(row.terms[name].value) for _, row in dated for name in ("claim", "deadline")]  # type: ignore[union-attr]
    claims = {claim.iri: claim for claim in claims_of(reader, names)}
    due = []
    for date, row in dated:
        promise, deadline = claims.get(str(row.claim)), claims.get(str(row.deadline))
        if promise is None or deadline is None:
            continue
        instrument = promise.first("inInstrument")
        shown = reader.value(instrument) if instrument is not None else None
        due.append(Due(date.isoformat(), reader.date(date.isoformat()), (date - today).days, promise, shown, deadline))
    return due


def _changes(reader: Reader) -> list[Change]:
    rows = reader.ask(_CHANGES.replace("LIMIT_OF", str(_RECENT)))
    reader.learn(row.terms["claim"] for row in rows)
    found = []
    for row in rows:
        date = str(row.when)[:10]
        found.append(Change(date, reader.date(date), reader.value(row.terms["claim"]), str(row.withdrawn) == "True"))
    return found
