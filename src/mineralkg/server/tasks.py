"""What a worker does: each task looks something up in the graph, and returns bytes with their media type."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.errors import UnknownResource
from mineralkg.formats import by_name
from mineralkg.publishing import ANNOTATED, DOCUMENT_FORMATS, Links, Site, context, represent
from mineralkg.publishing.answers import answer, arguments_of
from mineralkg.publishing.catalogue import Dump, dataset_description, service_description
from mineralkg.publishing.examples import query_example, query_examples
from mineralkg.publishing.feeds import atom, calendar
from mineralkg.publishing.openapi import openapi
from mineralkg.publishing.pages.browse import browse
from mineralkg.publishing.pages.connections import incoming
from mineralkg.publishing.pages.environment import words
from mineralkg.publishing.pages.reading import Reader
from mineralkg.publishing.sitemap import sitemap as sitemap_of
from mineralkg.queries import all_queries, description, find
from mineralkg.server.desk import Desk, Outcome
from mineralkg.server.problem import Problem
from mineralkg.server.querying import ALL, graph, sparql

__all__ = ["TASKS"]


def locate(desk: Desk, _base: str, path: str) -> Outcome:
    """Say what a path below the root is: the IRI it names, the document about it, and whether it is that document.

    Of the name of a graph that nothing is said about only that is told.
    """
    iri = desk.site.named(path)
    if iri is None:
        name = desk.site.graph_named(path)
        return Outcome(facts={} if name is None else {"graph": name})
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
    links, pages = desk.at(base)
    if "dumps" in arguments:
        arguments = {**arguments, "dumps": [Dump(**facts) for facts in arguments["dumps"]]}
    try:
        html: str = getattr(pages, name)(**arguments)
    except UnknownResource as error:
        raise Problem(404, str(error)) from error  # it was named by the path
    if arguments.get("page", 1) > 1:
        _check_number(desk.site, links, name, arguments)
    return Outcome(html.encode(), "text/html")


def _check_number(site: Site, links: Links, name: str, arguments: Mapping[str, Any]) -> None:
    """Raise Problem for the number of a page beyond the last, in whose place the last was made."""
    reader, number = Reader(site, links, words(arguments["lang"])), arguments["page"]
    if name == "entity":
        last = incoming(reader, arguments["iri"], number).pages
    else:
        last = browse(reader, arguments["class_iri"], number).pages
    if number > last:
        raise Problem(404, f"There is no page {number}; the last is page {last}.")


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


def question_data(desk: Desk, base: str, name: str, format: str) -> Outcome:
    """Return the description of a canned question as an example of SPARQL, in an RDF format."""
    links, _ = desk.at(base)
    said = query_example(desk.site, links, find(name))
    made = represent(said, format, context_url=links.absolute(links.page("context")))
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


def dump(desk: Desk, _base: str, format: str, compressed: bool, path: str) -> Outcome:
    """Write all that SPARQL sees to a file, and say its digest."""
    known = by_name(format, "rdf")
    with Path(path).open("wb") as raw:
        out: Any = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if compressed else raw
        if known.quads:
            ox.serialize(desk.seen.store, output=out, format=rdfio.engine_format(known))
        else:
            triples = desk.seen.results(ALL)
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
    "question_data": question_data,
    "question_facts": question_facts,
    "questions": questions,
    "sitemap": sitemap,
    "sparql": sparql,
}
