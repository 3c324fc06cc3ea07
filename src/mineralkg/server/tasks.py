"""What a worker does: each task looks something up in the graph, and returns bytes with their media type."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mineralkg import rdfio, sparqltext
from mineralkg.errors import QuerySyntaxError, UnknownResource
from mineralkg.formats import by_name
from mineralkg.publishing import ANNOTATED, DOCUMENT_FORMATS, RDF_FORMATS, Links, Site, context, represent
from mineralkg.publishing.answers import answer, arguments_of
from mineralkg.publishing.catalogue import Dump, dataset_description, service_description
from mineralkg.publishing.examples import query_examples
from mineralkg.publishing.feeds import atom, calendar
from mineralkg.publishing.negotiation import best_media_type
from mineralkg.publishing.openapi import RESULT_TYPES, openapi
from mineralkg.publishing.pages import Pages
from mineralkg.publishing.sitemap import sitemap as sitemap_of
from mineralkg.queries import all_queries, description, find
from mineralkg.server.problem import Problem

__all__ = ["TASKS", "Desk", "Outcome"]

_MOST_BASES = 4  # addresses under which pages are kept ready
_RESULTS = {
    "srj": ox.QueryResultsFormat.JSON,
    "srx": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


@dataclass(frozen=True)
class Outcome:
    """What a task returns: bytes, their media type, and facts about them."""

    data: bytes = b""
    media_type: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Desk:
    """The site, with links and pages for each address under which it is asked for, and the limits of a task."""

    def __init__(self, site: Site, *, max_rows: int, max_bytes: int) -> None:
        self.site = site
        self.seen = site.graph.seen()  # what a query from outside sees
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self._doors: OrderedDict[str, tuple[Links, Pages]] = OrderedDict()

    def at(self, base: str) -> tuple[Links, Pages]:
        """Return the links and pages of the site as seen at *base*."""
        if base not in self._doors:
            links = Links(self.site, base)
            self._doors[base] = links, Pages(self.site, links)
            if len(self._doors) > _MOST_BASES:
                self._doors.popitem(last=False)
        self._doors.move_to_end(base)
        return self._doors[base]


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


def locate(desk: Desk, _base: str, path: str) -> Outcome:
    """Say what a path below the root is: the IRI it names, the document about it, and whether it is that document."""
    iri = desk.site.named(path)
    if iri is None:
        return Outcome()
    return Outcome(facts={"iri": iri, "document": desk.site.document(iri), "is_document": desk.site.is_document(iri)})


def find_document(desk: Desk, _base: str, path: str) -> Outcome:
    """Say which document a path below the root is, and in which format; the whole wins over a suffix."""
    if (topic := desk.site.topic(path)) is not None:
        return Outcome(facts={"iri": topic, "document": path, "suffix": "", "page": desk.site.page_of(topic)})
    stem, dot, suffix = path.rpartition(".")
    known = {"html", *(f.name for f in DOCUMENT_FORMATS)}
    if dot and suffix in known and (topic := desk.site.topic(stem)) is not None:
        return Outcome(facts={"iri": topic, "document": stem, "suffix": suffix, "page": desk.site.page_of(topic)})
    return Outcome()


def document(desk: Desk, base: str, iri: str, format: str) -> Outcome:
    """Return the document about a published IRI in an RDF format."""
    links, _ = desk.at(base)
    said = desk.site.statements(iri)
    if format == ANNOTATED.name:
        said = desk.site.annotated(said)
    made = represent(said, format, first=iri, context_url=links.absolute(links.page("context")))
    return Outcome(made.data, made.format.media_type)


def page(desk: Desk, base: str, name: str, arguments: Mapping[str, Any]) -> Outcome:
    """Return one of the site's pages as HTML."""
    _, pages = desk.at(base)
    if "dumps" in arguments:
        arguments = {**arguments, "dumps": [Dump(**facts) for facts in arguments["dumps"]]}
    try:
        html: str = getattr(pages, name)(**arguments)
    except UnknownResource as error:
        raise Problem(404, str(error)) from error  # it was named by the path
    return Outcome(html.encode(), "text/html")


def canned(desk: Desk, _base: str, name: str, pairs: Mapping[str, Sequence[str]], format: str) -> Outcome:
    """Return the answer to a canned question in one of its formats."""
    made = answer(desk.site.graph, name, pairs, format)
    return Outcome(made.data, made.format.media_type)


def question_facts(_desk: Desk, _base: str, name: str, pairs: Mapping[str, Sequence[str]]) -> Outcome:
    """Say whether all that a question requires is given."""
    required = {parameter.name for parameter in find(name).parameters if parameter.required}
    return Outcome(facts={"complete": required <= set(arguments_of(name, pairs))})


def describe(desk: Desk, base: str, what: str, format: str, dumps: Sequence[Mapping[str, Any]] = ()) -> Outcome:
    """Return the description of the dataset, of the SPARQL service, or the example queries in an RDF format."""
    links, _ = desk.at(base)
    files = [Dump(**facts) for facts in dumps]
    makers: dict[str, tuple[Callable[[Site, Links], list[ox.Triple]], str]] = {
        "dataset": (partial(dataset_description, dumps=files), desk.site.dataset),
        "service": (service_description, links.absolute(links.page("sparql")) + "#service"),
        "examples": (query_examples, ""),
    }
    make, first = makers[what]
    context_url = links.absolute(links.page("context"))
    made = represent(make(desk.site, links), format, first=first, context_url=context_url)
    return Outcome(made.data, made.format.media_type)


def questions(desk: Desk, _base: str) -> Outcome:
    """Return the canned questions with their parameters, as JSON."""
    import json

    described = [description(desk.site.graph, query) for query in all_queries()]
    return Outcome((json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode(), "application/json")


def interface(desk: Desk, base: str) -> Outcome:
    """Return the OpenAPI description."""
    import json

    links, _ = desk.at(base)
    return Outcome(json.dumps(openapi(desk.site, links), ensure_ascii=False).encode(), "application/json")


def context_document(_desk: Desk, _base: str) -> Outcome:
    """Return the JSON-LD context."""
    return Outcome(context(), "application/ld+json")


def feed(desk: Desk, base: str, name: str, partner: str | None, mineral: str | None) -> Outcome:
    """Return the changes as Atom, or the deadlines as iCalendar."""
    links, _ = desk.at(base)
    make, media_type = {"atom": (atom, "application/atom+xml"), "calendar": (calendar, "text/calendar")}[name]
    return Outcome(make(desk.site, links, partner=partner, mineral=mineral), media_type)


def sitemap(desk: Desk, base: str, number: int = 0) -> Outcome:
    """Return the addresses of all pages, or which sitemaps list them, where there are many; these have numbers."""
    links, _ = desk.at(base)
    text = sitemap_of(desk.site, links, number)
    if text is None:
        raise Problem(404, f"There is no sitemap {number}. sitemap.xml is there.")
    return Outcome(text.encode(), "application/xml")


def sparql(
    desk: Desk, _base: str, text: str, accept: str | None, default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> Outcome:
    """Return the results of a query from outside, in the format that an Accept header asks for."""
    form = sparqltext.guard(text)
    rows = form in ("select", "ask")
    offered = list(RESULT_TYPES) if rows else [f.media_type for f in RDF_FORMATS]
    media_type = best_media_type(accept, offered)
    if media_type is None:
        raise Problem(406, f"The results of this query can be had as {', '.join(offered)}.", offered=offered)
    _check_graphs([*default_graphs, *named_graphs])
    results = _results(desk, text, form, default_graphs, named_graphs)
    out = _Bounded(desk.max_bytes)
    try:
        if isinstance(results, ox.QueryTriples):
            chosen = next(f for f in RDF_FORMATS if f.media_type == media_type)
            results.serialize(output=out, format=rdfio.engine_format(chosen))
        else:
            results.serialize(output=out, format=_RESULTS[RESULT_TYPES[media_type]])
    except _TooLarge:
        raise Problem(422, f"{_LARGE.format(desk.max_bytes >> 20, 'MB')}") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise Problem(400, f"The engine cannot run it ({error}).") from error
    data = out.getvalue()
    if form == "select" and _has_more_rows(data, RESULT_TYPES[media_type], desk.max_rows):
        raise Problem(422, _LARGE.format(f"{desk.max_rows:,}", "rows"))
    return Outcome(data, media_type, {"volatile": _is_volatile(text)})


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
_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"


def graph(desk: Desk, _base: str, iri: str | None, format: str) -> Outcome:
    """Return one graph, or the default graph where *iri* is None."""
    visible = desk.seen
    if iri is not None:
        _check_graphs([iri])
        if not visible.sparql(f"ASK {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}").boolean:
            raise Problem(404, f"There is no graph “{iri}”. SELECT DISTINCT ?g {{ GRAPH ?g {{ }} }} lists them.")
        triples = visible.results(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}")
    else:
        triples = visible.results(_ALL)
    assert isinstance(triples, ox.QueryTriples)  # CONSTRUCT gives triples
    known = by_name(format, "rdf")
    out = _Bounded(desk.max_bytes)
    try:
        triples.serialize(output=out, format=rdfio.engine_format(known))
    except _TooLarge:
        raise Problem(422, _LARGE.format(desk.max_bytes >> 20, "MB")) from None
    return Outcome(out.getvalue(), known.media_type)


def dump(desk: Desk, _base: str, format: str, compressed: bool, path: str) -> Outcome:
    """Write all that SPARQL sees to a file, and say its digest."""
    known = by_name(format, "rdf")
    with Path(path).open("wb") as raw:
        out: Any = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if compressed else raw
        if known.quads:
            ox.serialize(desk.seen.store, output=out, format=rdfio.engine_format(known))
        else:
            triples = desk.seen.results(_ALL)
            assert isinstance(triples, ox.QueryTriples)  # CONSTRUCT gives triples
            triples.serialize(output=out, format=rdfio.engine_format(known))
        out.close()
    digest = hashlib.sha256()
    with Path(path).open("rb") as written:
        while block := written.read(1 << 20):
            digest.update(block)
    return Outcome(
        media_type="application/gzip" if compressed else known.media_type, facts={"sha256": digest.hexdigest()}
    )


TASKS: dict[str, Callable[..., Outcome]] = {
    "canned": canned,
    "context": context_document,
    "describe": describe,
    "document": document,
    "dump": dump,
    "feed": feed,
    "find_document": find_document,
    "graph": graph,
    "interface": interface,
    "locate": locate,
    "page": page,
    "question_facts": question_facts,
    "questions": questions,
    "sitemap": sitemap,
    "sparql": sparql,
}
