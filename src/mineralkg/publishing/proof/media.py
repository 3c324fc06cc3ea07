"""The media types that linked data is published in, and how their bodies are read.

Everything that is read here came over the network: it passes the guards of rdfio before a parser sees it, and a
JSON-LD context is never fetched by a parser.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from mineralkg.formats import FORMATS
from mineralkg.rdfio import LIMITS, guards

__all__ = [
    "FEEDS",
    "HTML",
    "JSON_LD",
    "RDF",
    "RESULTS",
    "TABLES",
    "TURTLE",
    "BadBody",
    "NoContext",
    "rows",
    "triples",
]

TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
HTML = "text/html"

# The RDF types of the one table of formats, with the names that it gives them.
RDF: dict[str, str] = {f.media_type: f.name for f in FORMATS if f.kind == "rdf"}
# The result formats that the SPARQL 1.1 Protocol names (2.1.6), as far as they can be read back.
RESULTS: dict[str, ox.QueryResultsFormat | None] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "text/csv": None,
}
FEEDS = ("application/atom+xml", "text/calendar")
TABLES = ("text/csv", "application/json", "application/sparql-results+json", "text/tab-separated-values")
_DEPTH = 40  # of contexts within a JSON-LD document


class BadBody(Exception):
    """A body is not what its media type says; the text says why."""


class NoContext(BadBody):
    """A JSON-LD document names a context that this site does not serve."""


def triples(
    body: bytes, media_type: str, base: str, context: Callable[[str], Any] | None = None
) -> frozenset[ox.Triple]:
    """Return the triples of an RDF body; quads are taken without the names of their graphs.

    *context* returns the JSON-LD context of an IRI. Raises BadBody.
    """
    if media_type == JSON_LD and context is not None:
        body = _with_contexts(body, context)
    if problem := guards.check(body, RDF[media_type], LIMITS):
        raise BadBody(problem.sentence())
    try:
        return frozenset(quad.triple for quad in ox.parse(body, format=_parser(media_type), base_iri=base))
    except (SyntaxError, ValueError, MemoryError) as error:
        raise BadBody(str(error)) from error


def _parser(media_type: str) -> ox.RdfFormat:
    format = ox.RdfFormat.from_media_type(media_type)
    assert format is not None  # the table of formats has only what the parser reads
    return format


def _with_contexts(body: bytes, context: Callable[[str], Any]) -> bytes:
    """Return a JSON-LD document with the contexts that it names written into it."""
    if body.count(b"{") + body.count(b"[") > LIMITS.depth and guards.check(body, "jsonld", LIMITS):
        return body  # the guard will say so
    try:
        return json.dumps(_filled(json.loads(body), context, 0)).encode()
    except (ValueError, RecursionError) as error:
        raise BadBody(f"this is not JSON ({error})") from error


def _filled(value: Any, context: Callable[[str], Any], depth: int) -> Any:
    if depth > _DEPTH:
        return value
    if isinstance(value, list):
        return [_filled(one, context, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    filled = {key: _filled(one, context, depth + 1) for key, one in value.items() if key != "@context"}
    if "@context" not in value:
        return filled
    named = value["@context"] if isinstance(value["@context"], list) else [value["@context"]]
    return {"@context": [context(one) if isinstance(one, str) else one for one in named], **filled}


def rows(body: bytes, media_type: str) -> list[tuple[str, ...]] | bool:
    """Return the rows of a SPARQL result, in order, as what CSV would keep of them; or the answer of an ASK.

    Raises BadBody.
    """
    format = RESULTS[media_type]
    if format is None:
        return _csv(body)
    if body.count(b"<") + body.count(b"{") > 200 and guards.check(body, "rdf" if b"<" in body[:60] else "jsonld"):
        raise BadBody("this is nested too deeply")
    try:
        found = ox.parse_query_results(body, format=format)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        return [tuple(_plain(cell) for cell in solution) for solution in found]
    except (SyntaxError, ValueError, MemoryError) as error:
        raise BadBody(str(error)) from error


def _plain(term: object) -> str:
    return "" if term is None else "_" if isinstance(term, ox.BlankNode) else str(getattr(term, "value", term))


def _csv(body: bytes) -> list[tuple[str, ...]]:
    import csv
    import io

    try:
        found = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadBody(f"this is not CSV ({error})") from error
    if not found:
        raise BadBody("there is no header line")
    return [tuple("_" if cell.startswith("_:") else cell for cell in row) for row in found[1:]]
