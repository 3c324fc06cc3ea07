"""The SPARQL page: what its editor completes, and the canned questions as examples."""

from __future__ import annotations

from dataclasses import dataclass

from mineralkg.namespaces import PREFIXES, shorten
from mineralkg.publishing.pages.reading import Reader
from mineralkg.queries import Query, all_queries

__all__ = ["SparqlPage", "sparql_page"]

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
class SparqlPage:
    """All that the SPARQL page shows."""

    first: str
    vocabulary: dict[str, object]
    examples: list[Query]


def sparql_page(reader: Reader) -> SparqlPage:
    """Return what the SPARQL page shows: a first query, prefixes and terms to complete, and examples."""
    kinds = {str(row.term): str(row.kind) for row in reversed(list(reader.ask(_TERMS)))}
    reader.learn(kinds)
    terms = []
    for iri, kind in sorted(kinds.items()):
        curie = shorten(iri)
        if curie != iri and "/" not in curie.partition(":")[2]:
            terms.append([curie, reader.label(iri), kind])
    own = reader.site.own
    return SparqlPage(
        first=_FIRST if own else _FIRST_OTHER,
        vocabulary={"prefixes": PREFIXES, "terms": terms},
        examples=all_queries() if own else [],
    )
