"""What a worker does with SPARQL from outside: its results, one graph as a whole, and the bounds of both."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from mineralkg import rdfio, sparqltext
from mineralkg.errors import QuerySyntaxError
from mineralkg.formats import by_name
from mineralkg.publishing import RDF_FORMATS
from mineralkg.publishing.negotiation import best_media_type
from mineralkg.publishing.openapi import RESULT_TYPES
from mineralkg.publishing.pages.sparql import MOST_SHOWN, Results, Rows
from mineralkg.server.desk import Desk, Outcome
from mineralkg.server.problem import Problem

__all__ = ["ALL", "graph", "sparql"]

_PAGE = "text/html"
_RESULTS = {
    "srj": ox.QueryResultsFormat.JSON,
    "srx": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


class _Bounded(io.BytesIO):
    """A file in memory that refuses to grow beyond a bound."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._room = most

    def write(self, data: Any) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise _TooLarge
        return super().write(data)


class _TooLarge(Exception):
    """An answer is larger than it may be."""


def sparql(
    desk: Desk,
    base: str,
    text: str,
    accept: str | None,
    lang: str,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
) -> Outcome:
    """Return the results of a query from outside, in the format that an Accept header asks for; to people as a page."""
    form = sparqltext.guard(text)
    rows = form in ("select", "ask")
    offered = [*RESULT_TYPES, _PAGE] if rows else [*(f.media_type for f in RDF_FORMATS), _PAGE]
    media_type = best_media_type(accept, offered)
    if media_type is None:
        raise Problem(406, f"The results of this query can be had as {', '.join(offered)}.", offered=offered)
    _check_graphs([*default_graphs, *named_graphs])
    results = _results(desk, text, form, default_graphs, named_graphs)
    out = _Bounded(desk.max_bytes)
    try:
        if media_type == _PAGE:
            out.write(_page(desk, base, text, lang, results))
        elif isinstance(results, ox.QueryTriples):
            chosen = next(f for f in RDF_FORMATS if f.media_type == media_type)
            results.serialize(output=out, format=rdfio.engine_format(chosen))
        else:
            results.serialize(output=out, format=_RESULTS[RESULT_TYPES[media_type]])
    except _TooLarge:
        raise _too_many_bytes(desk) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise Problem(400, f"The engine cannot run it ({error}).") from error
    data = out.getvalue()
    if form == "select" and media_type != _PAGE and _has_more_rows(data, RESULT_TYPES[media_type], desk.max_rows):
        raise _too_many_rows(desk)
    return Outcome(data, media_type, {"volatile": _is_volatile(text)})


def _page(
    desk: Desk, base: str, text: str, lang: str, results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
) -> bytes:
    """Return the page on which the query was written, with its first results."""
    shown: Results
    if isinstance(results, ox.QueryBoolean):
        shown = bool(results)
    elif isinstance(results, ox.QueryTriples):
        out = _Bounded(desk.max_bytes)
        results.serialize(output=out, format=ox.RdfFormat.TURTLE)
        shown = out.getvalue().decode()
    else:
        columns = [variable.value for variable in results.variables]
        rows = [list(row) for row in itertools.islice(results, MOST_SHOWN)]
        total = len(rows) + sum(1 for _ in results)
        if total > desk.max_rows:
            raise _too_many_rows(desk)
        shown = Rows(columns, rows, total)
    return desk.at(base)[1].sparql(lang, text, results=shown).encode()


def _too_many_bytes(desk: Desk) -> Problem:
    return Problem(422, _LARGE.format(desk.max_bytes >> 20, "MB"))


def _too_many_rows(desk: Desk) -> Problem:
    return Problem(422, _LARGE.format(f"{desk.max_rows:,}", "rows"))


def _results(
    desk: Desk, text: str, form: sparqltext.Form, default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Return the results of a guarded query, of one row more than there may be at most."""
    graph = desk.seen
    asked: dict[str, Any] = {
        "default_graphs": default_graphs,
        "named_graphs": named_graphs,
        "base_iri": desk.site.base,
    }
    if form != "select":
        return graph.results(text, **asked)
    try:
        return graph.results(sparqltext.limited(text, desk.max_rows + 1), **asked)
    except QuerySyntaxError:
        return graph.results(text, **asked)  # raises with the place in the text as it was sent


_VOLATILE = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")


def _is_volatile(text: str) -> bool:
    """Say whether the results of a query may differ when it is asked again."""
    upper = text.upper()  # most texts do not even hold the letters
    return any(word in upper for word in _VOLATILE) and any(t.is_word(*_VOLATILE) for t in sparqltext.tokens(text))


_LARGE = "The answer has more than {} {}. Ask for less with LIMIT and OFFSET, or take a dump of the data."


def _check_graphs(iris: Sequence[str]) -> None:
    for iri in iris:
        try:
            ox.NamedNode(iri)
        except ValueError:
            raise Problem(400, f"“{iri}” is not an absolute IRI, so it names no graph.") from None


def _has_more_rows(data: bytes, format: str, most: int) -> bool:
    """Say whether results have more than *most* rows; small ones are not looked at, since a row takes some bytes."""
    if format == "csv":
        return data.count(b"\n") > most and sum(1 for _ in _csv_rows(data)) > most + 1
    if format == "tsv":
        return data.count(b"\n") > most + 1
    if len(data) < 4 * most:
        return False
    results = ox.parse_query_results(data, format=_RESULTS[format])
    return isinstance(results, ox.QuerySolutions) and sum(1 for _ in results) > most


def _csv_rows(data: bytes) -> Any:
    import csv

    return csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""))


# A graph is a set: what two files say both is said once.
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"


def graph(desk: Desk, _base: str, iri: str | None, format: str) -> Outcome:
    """Return one graph, or the default graph where *iri* is None."""
    visible = desk.seen
    if iri is not None:
        _check_graphs([iri])
        if not visible.sparql(f"ASK {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}").boolean:
            raise Problem(404, f"There is no graph “{iri}”. SELECT DISTINCT ?g {{ GRAPH ?g {{ }} }} lists them.")
        triples = visible.results(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}")
    else:
        triples = visible.results(ALL)
    assert isinstance(triples, ox.QueryTriples)  # CONSTRUCT gives triples
    known = by_name(format, "rdf")
    out = _Bounded(desk.max_bytes)
    try:
        triples.serialize(output=out, format=rdfio.engine_format(known))
    except _TooLarge:
        raise _too_many_bytes(desk) from None
    return Outcome(out.getvalue(), known.media_type)
