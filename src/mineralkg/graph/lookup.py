"""From what a person types (a code, a label, a CURIE, an IRI) to the one resource that is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.errors import AmbiguousResource, UnknownResource, near_matches
from mineralkg.graph.answer import Row
from mineralkg.graph.handle import Handle
from mineralkg.namespaces import expand, shorten

__all__ = ["Resource", "members", "resolve"]

_PATTERNS = {
    "class": "?x a <{iri}> .",
    "scheme": "<{iri}> a <http://www.w3.org/2004/02/skos/core#ConceptScheme> . ?x skos:inScheme <{iri}> .",
}
_CANDIDATES = """
SELECT DISTINCT ?x ?label ?code ?name WHERE {{
  {pattern}
  OPTIONAL {{ ?x rdfs:label ?label }}
  OPTIONAL {{ ?x skos:notation ?code }}
  OPTIONAL {{ ?x rdfs:label|skos:prefLabel|skos:altLabel ?name }}
  {condition}
}} ORDER BY ?x ?code ?name LIMIT 20000
"""
_MATCHES = """
  FILTER (LCASE(STR(?code)) = {text} || LCASE(STR(?name)) = {text} || STRENDS(LCASE(STR(?x)), {tail}))
"""


@dataclass(frozen=True)
class Resource:
    """A thing the graph speaks of: its IRI and, where it has one, its English label."""

    iri: str
    label: str | None

    def __str__(self) -> str:
        return f"{shorten(self.iri)} ({self.label})" if self.label else shorten(self.iri)


def resolve(graph: Handle, text: str, *, kind: str, iri: str | None = None, scheme: bool = False) -> Resource:
    """Return the resource that *text* means among the members of the class (or concept scheme) *iri*, or anywhere.

    An IRI or CURIE means itself, else a code wins over the last part of an IRI, and that over a label in any language.
    *kind* names what is looked for, in error messages. Raises UnknownResource with near matches, or AmbiguousResource.
    """
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise UnknownResource(text.encode("utf-8", "backslashreplace").decode(), kind)  # bytes that are no text
    pattern = _pattern(iri, scheme)
    if named := _named_iri(text):
        return _check_named(graph, named, text, kind, pattern)
    wanted = str(ox.Literal(text.strip().lower()))
    condition = _MATCHES.format(text=wanted, tail=str(ox.Literal("/" + text.strip().lower())))
    rows = graph.ask_model(_CANDIDATES.format(pattern=pattern, condition=condition))
    for matches in (_by_code, _by_slug, _by_name):
        found = {str(row.x): Resource(str(row.x), _text(row.label)) for row in rows if matches(row, text.strip())}
        if len(found) > 1:
            raise AmbiguousResource(text, kind, sorted(map(str, found.values())))
        if found:
            return next(iter(found.values()))
    raise UnknownResource(text, kind, _suggestions(graph, text, pattern))


def members(graph: Handle, iri: str, *, scheme: bool = False) -> list[str]:
    """Return the short names by which the members of a class or scheme can be given, in order."""
    rows = graph.ask_model(_CANDIDATES.format(pattern=_pattern(iri, scheme), condition=""))
    return sorted({str(row.code) if row.code and not scheme else str(row.x).rpartition("/")[2] for row in rows})


def _pattern(iri: str | None, scheme: bool) -> str:
    if iri is None:
        return "?x rdfs:label ?any ."
    return _PATTERNS["scheme" if scheme else "class"].format(iri=iri)


def _named_iri(text: str) -> str | None:
    stripped = text.strip()
    if stripped.startswith("<") and stripped.endswith(">"):
        return stripped[1:-1]
    if re.match(r"(?:https?://|urn:)", stripped):
        return stripped
    return expand(stripped)


def _check_named(graph: Handle, iri: str, text: str, kind: str, pattern: str) -> Resource:
    try:
        node = str(ox.NamedNode(iri))
    except ValueError:
        raise UnknownResource(text, kind) from None
    there = pattern.replace("?x", node)
    if "?any" in pattern:
        there = f"{{ {node} ?property ?value }} UNION {{ ?subject ?property {node} }}"
    if not graph.ask_model(f"ASK {{ {there} }}").boolean:
        slug = iri.rpartition("/")[2].rpartition("#")[2]
        raise UnknownResource(text, kind, _suggestions(graph, slug, pattern))
    rows = graph.ask_model(f"SELECT ?label WHERE {{ {node} rdfs:label ?label }} ORDER BY ?label LIMIT 1")
    return Resource(iri, _text(rows[0].label) if rows else None)


def _by_code(row: Row, text: str) -> bool:
    return row.code is not None and str(row.code).lower() == text.lower()


def _by_slug(row: Row, text: str) -> bool:
    return str(row.x).lower().endswith("/" + text.lower())


def _by_name(row: Row, text: str) -> bool:
    return row.name is not None and str(row.name).lower() == text.lower()


def _suggestions(graph: Handle, text: str, pattern: str) -> list[str]:
    rows = graph.ask_model(_CANDIDATES.format(pattern=pattern, condition=""))
    known: dict[str, str] = {}
    for row in rows:
        slug = str(row.x).rpartition("/")[2]
        shown = str(row.code) if row.code is not None else slug
        for name in (row.code, slug, row.name):
            if name is not None:
                known.setdefault(str(name), f"{shown} ({row.label})" if row.label else shown)
    return list(dict.fromkeys(known[match] for match in near_matches(text, known)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
