"""The SPARQL page: what its editor completes, the canned questions as examples, and results for who has no scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES, shorten
from mineralkg.publishing.pages.reading import Reader, Value
from mineralkg.queries import Query, all_queries, find

__all__ = ["MOST_SHOWN", "Results", "Rows", "SparqlPage", "sparql_page"]

MOST_SHOWN = 1000

_TERMS = """
SELECT DISTINCT ?term ?kind WHERE {
  { ?term a owl:Class BIND ("class" AS ?kind) }
  UNION { ?term a ?type VALUES ?type { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty rdf:Property }
          BIND ("property" AS ?kind) }
  UNION { [] ?term [] BIND ("property" AS ?kind) }
  FILTER (isIRI(?term))
} ORDER BY ?term ?kind LIMIT 2000
"""
_FIRST = """SELECT ?instrument ?label ?quote
WHERE {
  ?claim mkg:inInstrument ?instrument ;
    mkg:words ?quote .
  ?instrument rdfs:label ?label .
}
ORDER BY ?label
LIMIT 20
"""
_FIRST_OTHER = """SELECT ?thing ?property ?value
WHERE {
  ?thing ?property ?value .
}
LIMIT 20
"""


@dataclass(frozen=True)
class Rows:
    """The first rows that a SELECT gives, and how many there are in all."""

    columns: Sequence[str]
    rows: Sequence[Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]]
    total: int


Results: TypeAlias = Rows | bool | str  # of SELECT, ASK, and the Turtle of CONSTRUCT and DESCRIBE


@dataclass(frozen=True)
class SparqlPage:
    """All that the SPARQL page shows."""

    text: str
    vocabulary: dict[str, object]
    examples: list[Query]
    results: Results | None
    rows: list[list[Value | None]]


def sparql_page(reader: Reader, text: str | None, example: str | None, results: Results | None) -> SparqlPage:
    """Return what the SPARQL page shows: a query, prefixes and terms to complete, examples, and *results*.

    The query is *text*, else that of the question *example*, else a first one. Raises UnknownQuery.
    """
    kinds = {str(row.term): str(row.kind) for row in reversed(list(reader.ask(_TERMS)))}
    reader.learn(kinds)
    terms = []
    for iri, kind in sorted(kinds.items()):
        curie = shorten(iri)
        if curie != iri and "/" not in curie.partition(":")[2]:
            terms.append([curie, reader.label(iri), kind])
    own = reader.site.own
    if text is None:
        text = find(example).text if example else _FIRST if own else _FIRST_OTHER
    return SparqlPage(
        text,
        vocabulary={"prefixes": PREFIXES, "terms": terms},
        examples=all_queries() if own else [],
        results=results,
        rows=[[_shown(reader, term) for term in row] for row in results.rows] if isinstance(results, Rows) else [],
    )


def _shown(reader: Reader, term: object) -> Value | None:
    """Return a term as who writes SPARQL wants to see it: an IRI by its prefix, a literal as it is written."""
    if isinstance(term, ox.NamedNode):
        return replace(reader.thing(term.value), text=shorten(term.value), lang=None)
    if isinstance(term, ox.Literal):
        return Value(term.value, "text", lang=term.language)
    return None if term is None else Value(str(term), "text")
