"""The interface of a site as an OpenAPI 3.1 description, made from the query files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mineralkg.publishing.answers import ANSWER_FORMATS, FILES
from mineralkg.publishing.representations import RDF_FORMATS
from mineralkg.queries import Parameter, Query, all_queries, choices

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["RESULT_TYPES", "openapi"]

# The media types of SPARQL results, in the order in which a client that accepts several alike gets them.
RESULT_TYPES = {
    "application/sparql-results+json": "srj",
    "application/json": "srj",
    "application/sparql-results+xml": "srx",
    "application/xml": "srx",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
_LITERALS: dict[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "decimal": {"type": "number"},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
}
_TOO_LARGE = {"422": "The answer is larger than an answer may be"}
_PROBLEMS = {
    "400": "A parameter is missing, unknown or of the wrong kind; the text says which",
    "406": "None of the formats that the request accepts; the text lists those there are",
    "413": "The request is too large",
    "414": "The address is too long",
    "429": "Too many requests; try again after the seconds in Retry-After",
    "503": "Too much to do; try again after the seconds in Retry-After",
    "504": "It took longer than a request may",
}
_TEXT = {"schema": {"type": "string"}}
_BINARY: dict[str, Any] = {"schema": {}}
_RDF = {f.media_type: (_BINARY if f.name == "jsonld" else _TEXT) for f in RDF_FORMATS}

_FEEDS = (
    ("feed.atom", "Changes as an Atom feed", "application/atom+xml"),
    ("deadlines.ics", "Deadlines as an iCalendar", "text/calendar"),
)


def openapi(site: Site, links: Links) -> dict[str, Any]:
    """Return the description: each canned question, the SPARQL endpoint, the graphs and the feeds."""
    info: dict[str, Any] = {
        "title": "mineralkg" if site.own else f"Linked data at {site.base}",
        "version": site.version,
        "summary": "Canned questions, SPARQL, graphs and feeds of a knowledge graph; all of it read-only.",
    }
    if site.licence:
        info["license"] = {"name": "Licence of the data", "url": site.licence}
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": links.base.rstrip("/")}],
        "paths": _served(site, links) if links.endpoint else _files(links),
        "components": {"schemas": {"Problem": _problem_schema()}},
    }


def _served(site: Site, links: Links) -> dict[str, Any]:
    """Return what a server answers: the questions with their parameters, SPARQL, graphs and feeds."""
    found: dict[str, Any] = {}
    for query in all_queries():
        operation = _question(site, query)
        found[_path(links, "question", name=query.name)] = {"get": operation}
    found[_path(links, "sparql")] = {"get": _sparql_get(), "post": _sparql_post()}
    found[_path(links, "graphs")] = {"get": _graphs()}
    for page, summary, media_type in _FEEDS:
        found[_path(links, page)] = {"get": _feed(summary, media_type)}
    return found


def _files(links: Links) -> dict[str, Any]:
    """Return what a copy of the site in files answers: the questions as they stand in the examples, the feeds."""
    found: dict[str, Any] = {}
    for query in all_queries():
        for f in ANSWER_FORMATS:
            if f.name in FILES:
                path = _path(links, "answer", name=query.name, suffix=f.name)
                found[path] = {"get": _file(f"{query.name}_{f.name}", query.question, "questions", f.media_type)}
    for page, summary, media_type in _FEEDS:
        found[_path(links, page)] = {"get": _file(page.partition(".")[0], summary, "feeds", media_type)}
    return found


def _file(id: str, summary: str, tag: str, media_type: str) -> dict[str, Any]:
    responses = {"200": {"description": "The file", "content": {media_type: {"schema": {}}}}}
    return {"operationId": id, "summary": summary, "tags": [tag], "parameters": [], "responses": responses}


def _path(links: Links, page: str, **parameters: str) -> str:
    """Return the address of a page below the root that ``servers`` names."""
    return "/" + links.absolute(links.page(page, **parameters)).removeprefix(links.base)


def _question(site: Site, query: Query) -> dict[str, Any]:
    content: dict[str, Any] = {
        f.media_type: (_BINARY if f.name in ("xlsx", "srj", "json") else _TEXT) for f in ANSWER_FORMATS
    }
    content["application/json"] = {"schema": _rows_schema(query)}
    content["text/html"] = _TEXT
    content.update(_RDF)
    return {
        "operationId": query.name,
        "summary": query.question,
        "tags": ["questions"],
        "parameters": [*(_parameter(site, p) for p in query.parameters), _LANGUAGE],
        "responses": {
            "200": {"description": "The answer, or in RDF what is asked", "content": content},
            **_problems(_PROBLEMS),
        },
    }


_LANGUAGE = {
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "Language of the page",
    "schema": {"type": "string", "enum": ["en", "es"]},
}


def _parameter(site: Site, parameter: Parameter) -> dict[str, Any]:
    one = dict(_LITERALS.get(parameter.type, {"type": "string"}))
    known = choices(site.graph, parameter)
    if known and parameter.type != "boolean":
        one["examples"] = known
    schema = {"type": "array", "items": one} if parameter.many else one
    if parameter.default is not None and not parameter.many:
        schema = {**schema, "default": int(parameter.default) if parameter.type == "integer" else parameter.default}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.doc} ({parameter.type.replace('-', ' ')}; e.g. {parameter.example})",
        "style": "form",
        "explode": True,
        "schema": schema,
    }


def _rows_schema(query: Query) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": list(query.columns),
            "properties": {name: {"type": ["string", "number", "boolean", "null"]} for name in query.columns},
            "additionalProperties": False,
        },
    }


def _results() -> dict[str, Any]:
    content: dict[str, Any] = {type: (_BINARY if "json" in type else _TEXT) for type in RESULT_TYPES}
    content.update(_RDF)
    content["text/html"] = _TEXT
    return {"200": {"description": "The results", "content": content}, **_problems({**_PROBLEMS, **_TOO_LARGE})}


_QUERY = {"type": "string", "description": "A SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE"}
_GRAPH_IRIS = {"type": "array", "items": {"type": "string", "format": "iri"}}


def _dataset_parameters() -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "style": "form", "explode": True, "schema": _GRAPH_IRIS, "description": what}
        for name, what in (
            ("default-graph-uri", "Graphs that make up the default graph"),
            ("named-graph-uri", "Graphs that GRAPH may name"),
        )
    ]


def _sparql_get() -> dict[str, Any]:
    query = {
        "name": "query",
        "in": "query",
        "required": False,
        "schema": _QUERY,
        "description": "The query; without it, the description of the service is returned",
    }
    return {
        "operationId": "sparql_get",
        "summary": "Ask in SPARQL (SPARQL 1.1 Protocol); without a query, describe the service",
        "tags": ["sparql"],
        "parameters": [query, *_dataset_parameters(), _LANGUAGE],
        "responses": {**_results(), **_problems({"403": "It would change the graph; this endpoint only reads"})},
    }


def _sparql_post() -> dict[str, Any]:
    form = {"type": "object", "required": ["query"], "properties": {"query": _QUERY}}
    body = {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": {"schema": _QUERY}}
    refusals = {"403": "It would change the graph; this endpoint only reads", "415": "The body has another media type"}
    return {
        "operationId": "sparql_post",
        "summary": "Ask in SPARQL with a query in the body",
        "tags": ["sparql"],
        "parameters": _dataset_parameters(),
        "requestBody": {"required": True, "content": body},
        "responses": {**_results(), **_problems(refusals)},
    }


def _graphs() -> dict[str, Any]:
    return {
        "operationId": "graphs",
        "summary": "Read a graph (SPARQL 1.1 Graph Store HTTP Protocol): ?default or ?graph=IRI",
        "tags": ["graphs"],
        "parameters": [
            {"name": "default", "in": "query", "schema": {"type": "string"}, "allowEmptyValue": True},
            {"name": "graph", "in": "query", "schema": {"type": "string", "format": "iri"}},
        ],
        "responses": {
            "200": {
                "description": "The graph",
                "content": _RDF,
            },
            **_problems({"404": "There is no such graph", **_PROBLEMS, **_TOO_LARGE}),
        },
    }


def _feed(summary: str, media_type: str) -> dict[str, Any]:
    filters = (("partner", "A code, label or IRI of an actor"), ("mineral", "A code, label or IRI of a material"))
    return {
        "operationId": media_type.partition("/")[2].replace("+", "_"),
        "summary": summary,
        "tags": ["feeds"],
        "parameters": [
            {"name": name, "in": "query", "description": what, "schema": {"type": "string"}} for name, what in filters
        ],
        "responses": {"200": {"description": "The feed", "content": {media_type: _TEXT}}, **_problems(_PROBLEMS)},
    }


def _problems(which: dict[str, str]) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {"application/problem+json": schema, "text/plain": _TEXT, "text/html": _TEXT}
    return {status: {"description": text, "content": content} for status, text in which.items()}


def _problem_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457)",
        "required": ["title", "status", "detail"],
        "properties": {
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "offered": {"type": "array", "items": {"type": "string"}},
        },
    }
