"""The list of all things of one kind, by the page."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY
from mineralkg.publishing.pages.reading import Reader, Value

__all__ = ["Browse", "browse"]

PAGE = 100
_COUNT = "SELECT (COUNT(DISTINCT ?thing) AS ?number) WHERE {{ ?thing a {kind} FILTER isIRI(?thing) }}"
_THINGS = """
SELECT ?thing (SAMPLE(?notation) AS ?code) (SAMPLE(?name) AS ?label) WHERE {{
  ?thing a {kind} FILTER isIRI(?thing)
  OPTIONAL {{ ?thing skos:notation ?notation }}
  OPTIONAL {{ ?thing rdfs:label|mkg:quote ?name }}
}} GROUP BY ?thing ORDER BY LCASE(?label) ?thing
"""
_BELOW = "SELECT ?below WHERE {{ ?below rdfs:subClassOf {kind} FILTER isIRI(?below) }} ORDER BY ?below"


@dataclass(frozen=True)
class Browse:
    """A page of the things of one kind, with the kinds below it."""

    kind: Value
    heading: str
    total: int
    below: list[tuple[Value, str]]
    things: list[tuple[Value, str]]
    page: int
    pages: int


def browse(reader: Reader, class_iri: str, page: int) -> Browse:
    """Return the things of a class; a page beyond the last is the last."""
    node = ox.NamedNode(class_iri)
    total = int(str(reader.ask(_COUNT.format(kind=node))[0].number))
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = reader.batch(_THINGS.format(kind=node), (page - 1) * PAGE, PAGE)
    below = [str(row.below) for row in reader.ask(_BELOW.format(kind=node))]
    reader.learn([*(row.terms["thing"] for row in rows), *below, class_iri])
    things = [(reader.value(row.terms["thing"]), "" if row.code is None else str(row.code)) for row in rows]
    kinds = [(reader.thing(iri), reader.links.page("browse", **{"class": iri})) for iri in below]
    heading = reader.words.texts.get(f"kinds.{class_iri.removeprefix(ONTOLOGY)}") or reader.label(class_iri)
    return Browse(reader.thing(class_iri), heading, total, kinds, things, page, pages)
