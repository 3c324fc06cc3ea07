"""Does the endpoint keep the SPARQL 1.1 Protocol: the three ways to ask, the formats, the refusals?

Nothing that is sent here could change anything: the update that must be refused inserts no triple.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pyoxigraph as ox

from mineralkg.publishing.proof.media import RDF, RESULTS, BadBody, NoContext, rows
from mineralkg.publishing.proof.messages import Exchange, Request
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import CONSTRUCT, SELECT
from mineralkg.publishing.proof.survey import JSON_RESULTS

__all__ = ["UPDATE", "Way", "ask", "check_endpoint", "posted"]

Rows = list[tuple[str, ...]]
Way = Callable[[str, str, str], Request]

UPDATE = "INSERT DATA {}"
NO_GRAPH = "urn:there-is-no-such-graph"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"


def ask(endpoint: str, query: str, accept: str = JSON_RESULTS, **parameters: str) -> Request:
    """Return the request that asks a query by GET."""
    return Request(f"{endpoint}?{urlencode({'query': query, **parameters})}", accept)


def posted(endpoint: str, body: str, media_type: str, accept: str = JSON_RESULTS) -> Request:
    """Return the request that posts a body."""
    return Request(endpoint, accept, "POST", (("Content-Type", media_type),), body.encode())


def check_endpoint(proof: Proof, endpoint: str) -> Way:
    """Judge the endpoint at an address, and return a way to ask it."""
    expected, way = _ways(proof, endpoint)
    _formats(proof, endpoint, expected, way)
    _graphs(proof, endpoint, way)
    _refusals(proof, endpoint)
    _dataset(proof, endpoint)
    _preflight(proof, endpoint)
    return way


def _ways(proof: Proof, endpoint: str) -> tuple[Rows | None, Way]:
    """Judge the three ways to ask (2.1.1 to 2.1.3), and return the rows, and a way that works where one does."""
    requests = {
        "sparql-get": ask(endpoint, SELECT),
        "sparql-post-form": posted(endpoint, urlencode({"query": SELECT}), _FORM),
        "sparql-post-direct": posted(endpoint, SELECT, _QUERY),
    }
    ways: dict[str, Way] = {
        "sparql-get": ask,
        "sparql-post-form": lambda url, query, accept: posted(url, urlencode({"query": query}), _FORM, accept),
        "sparql-post-direct": lambda url, query, accept: posted(url, query, _QUERY, accept),
    }
    found: list[tuple[Rows, Way]] = []
    for rule, request in requests.items():
        exchange = proof.client.fetch(request)
        got = _read(exchange)
        if proof.judge(rule, isinstance(got, list), exchange) and isinstance(got, list):
            found.append((got, ways[rule]))
    return found[0] if found else (None, ask)


def _read(exchange: Exchange) -> list[tuple[str, ...]] | bool | None:
    """Return what a result says, None where it cannot be read."""
    if not exchange.ok or exchange.media_type not in RESULTS:
        return None
    try:
        return rows(exchange.body, exchange.media_type)
    except BadBody:
        return None


def _formats(proof: Proof, endpoint: str, expected: Rows | None, way: Way) -> None:
    """Judge the formats of results: each is what it says, and all say the same."""
    for type in RESULTS:
        exchange = proof.client.fetch(way(endpoint, SELECT, type))
        if exchange.failure or exchange.status >= 500:
            continue
        delivered = exchange.ok and exchange.media_type == type
        if proof.judge("sparql-results", delivered or exchange.status == 406, exchange) and delivered:
            got = _read(exchange)
            if proof.judge("sparql-results", got is not None, exchange) and expected is not None:
                proof.judge("sparql-same-results", got == expected, exchange)
    for type in (JSON_RESULTS, "application/sparql-results+xml"):
        exchange = proof.client.fetch(way(endpoint, "ASK {}", type))
        if exchange.status != 406:
            proof.judge("sparql-ask", _read(exchange) is True, exchange)


def _graphs(proof: Proof, endpoint: str, way: Way) -> None:
    """Judge the formats in which CONSTRUCT is answered."""
    reference: frozenset[ox.Triple] | None = None
    for type in RDF:
        exchange = proof.client.fetch(way(endpoint, CONSTRUCT, type))
        if exchange.failure or exchange.status >= 400:
            continue  # not offered
        delivered = exchange.ok and exchange.media_type == type
        try:
            found = proof.graph(exchange) if delivered else None
        except BadBody as error:
            proof.judge("ld-context" if isinstance(error, NoContext) else "sparql-graphs", False, exchange, str(error))
            continue
        proof.judge("sparql-graphs", found is not None, exchange)
        if found is not None and reference is not None:
            proof.judge("sparql-same-results", found == reference, exchange)
        reference = reference or found


def _refusals(proof: Proof, endpoint: str) -> None:
    """Judge what is answered to what cannot or may not be done."""
    bad: Callable[[Exchange], bool] = lambda exchange: 400 <= exchange.status < 500  # noqa: E731
    malformed = [ask(endpoint, "SELECT * WHERE {"), ask(endpoint, ""), posted(endpoint, "SELCT", _QUERY)]
    updates = [
        posted(endpoint, urlencode({"update": UPDATE}), _FORM),
        posted(endpoint, UPDATE, "application/sparql-update"),
        ask(endpoint, UPDATE),
        posted(endpoint, UPDATE, _QUERY),
    ]
    twice = Request(f"{endpoint}?{urlencode([('query', 'ASK {}'), ('query', SELECT)])}", JSON_RESULTS)
    other = [posted(endpoint, "ASK {}", "text/plain"), posted(endpoint, "ASK {}", "application/json")]
    for rule, requests, right in (
        ("sparql-malformed", malformed, lambda e: e.status == 400),
        ("sparql-update", updates, bad),
        ("sparql-one-query", [twice], bad),
        ("sparql-body-type", other, bad),
    ):
        for exchange in proof.client.fetch_all(requests):
            if exchange.failure is None and exchange.status < 500:
                proof.judge(rule, right(exchange), exchange)


def _dataset(proof: Proof, endpoint: str) -> None:
    """Judge the parameters that name the dataset (2.1.4): a graph that is not there holds nothing."""
    everything = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
    named = "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 1"
    if not _read(proof.client.fetch(ask(endpoint, everything))):
        return
    for parameter, query in (("default-graph-uri", everything), ("named-graph-uri", named)):
        exchange = proof.client.fetch(ask(endpoint, query, **{parameter: NO_GRAPH}))
        if exchange.failure is None and exchange.status < 500:
            proof.judge("sparql-dataset", _read(exchange) == [] or 400 <= exchange.status < 500, exchange)


def _preflight(proof: Proof, endpoint: str) -> None:
    """Judge what a browser asks before a script of another site may post a query."""
    exchange = proof.get(
        endpoint,
        method="OPTIONS",
        Origin="https://another.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    allowed = exchange.field("Access-Control-Allow-Origin") is not None
    methods, headers = (exchange.listed(f"Access-Control-Allow-{name}") for name in ("Methods", "Headers"))
    right = exchange.ok and allowed and bool({"post", "*"} & methods) and bool({"content-type", "*"} & headers)
    if exchange.failure is None and exchange.status < 500:
        proof.judge("http-preflight", right, exchange)
