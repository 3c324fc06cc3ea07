"""The SPARQL endpoint: the published protocol tests, in place, and the formats of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import html5lib
import httpx
import pyoxigraph as ox
import pytest
from conftest import reference_folder
from serving import Running, serving

HT = "http://www.w3.org/2011/http#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
CNT = "http://www.w3.org/2011/content#"
GRAPH = "http://kasei.us/2009/09/sparql/data/{}.rdf"
READ_ONLY = "it expects an update to be done, and this endpoint only reads"


@dataclass(frozen=True)
class Sent:
    """A request of a protocol test, and what is expected of its response."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    statuses: set[str]
    boolean: str | None
    format: str | None


@dataclass(frozen=True)
class Case:
    """A protocol test: requests to be sent in order."""

    name: str
    requests: list[Sent] = field(default_factory=list)

    @property
    def updates(self) -> bool:
        return any("update" in f"{s.headers} {s.body!r}" and "2xx" in str(s.statuses) for s in self.requests)


class Manifest:
    """The triples of a manifest."""

    def __init__(self, path: Path) -> None:
        self._store = ox.Store()
        self._store.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())

    def cases(self) -> Iterator[Case]:
        for node in self._list(self._one(None, MF + "entries")):
            connection = self._one(node, MF + "action")
            name = node.value.rpartition("#")[2]
            yield Case(name, [self._request(r) for r in self._list(self._one(connection, HT + "requests"))])

    def _request(self, node: Any) -> Sent:
        response = self._one(node, HT + "resp")
        headers = {}
        for item in self._list(self._one(node, HT + "headers")):
            headers[self._text(item, HT + "fieldName")] = self._text(item, HT + "fieldValue")
        content = self._one(node, HT + "body")
        encoding = self._text(content, CNT + "characterEncoding") or "utf-8"
        return Sent(
            self._text(node, HT + "methodName"),
            self._text(node, HT + "absolutePath"),
            headers,
            self._text(content, CNT + "chars").encode(encoding),
            {o.value.rpartition("StatusCode")[2] for o in self._all(response, MF + "expectedStatus")},
            self._text(response, MF + "expectedBoolean") or None,
            self._text(response, MF + "expectedFormat") or None,
        )

    def _all(self, subject: Any, predicate: str) -> list[Any]:
        if subject is None:
            return []
        quads = self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None, None)
        return [quad.object for quad in quads]

    def _one(self, subject: Any, predicate: str) -> Any:
        if subject is None and predicate != MF + "entries":
            return None
        quads = self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None, None)
        return next((quad.object for quad in quads), None)

    def _text(self, subject: Any, predicate: str) -> str:
        found = self._one(subject, predicate)
        return "" if found is None else str(found.value)

    def _list(self, node: Any) -> list[Any]:
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        items = []
        while node is not None and getattr(node, "value", "") != rdf + "nil":
            first = self._one(node, rdf + "first")
            assert first is not None
            items.append(first)
            node = self._one(node, rdf + "rest")
        return items


def _folder() -> Path | None:
    folder = reference_folder("MINERALKG_SUITES", "shared/suites")
    return folder / "sparql11" / "protocol" if folder else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        folder = _folder()
        absent = pytest.mark.skip(reason="the SPARQL protocol suite is not at hand: set MINERALKG_SUITES to its folder")
        cases = [pytest.param(c, id=c.name) for c in Manifest(folder / "manifest.ttl").cases()] if folder else []
        metafunc.parametrize("case", cases or [pytest.param(None, id="suite", marks=absent)])


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over the graphs that the suite expects: each file of it under the name that its tests use."""
    folder = _folder()
    data = tmp_path_factory.mktemp("graphs") / "graphs.nq"
    quads = []
    for path in sorted(folder.glob("*.nt")) if folder else ():
        name = ox.NamedNode(GRAPH.format(path.stem))
        parsed = ox.parse(path.read_bytes(), format=ox.RdfFormat.N_TRIPLES)
        quads += [ox.Quad(q.subject, q.predicate, q.object, name) for q in parsed]
    thing = ox.NamedNode("http://example.org/kg/thing")
    quads.append(ox.Quad(thing, thing, ox.Literal("a\tb"), ox.NamedNode("http://example.org/kg/graph")))
    data.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    with serving("--rate", "0", "--base-url", "http://example.org/kg/", "--data", str(data)) as running:
        yield running


def test_the_suite_is_whole(suites: Path) -> None:
    assert len([*Manifest(suites / "sparql11" / "protocol" / "manifest.ttl").cases()]) == 34


def test_protocol(endpoint: Running, case: Case) -> None:
    for sent in case.requests:
        answer = _send(endpoint, sent)
        if case.updates:
            assert answer.status_code in (403, 415)
            pytest.xfail(READ_ONLY)
        assert f"{answer.status_code // 100}xx" in sent.statuses, answer.text
        if sent.format == "boolean":
            assert str(answer.json()["boolean"]).lower() in (sent.boolean or ("true", "false"))
        elif sent.format:
            rdf = {"text/turtle", "application/n-triples", "application/rdf+xml"}
            rows = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"}
            assert answer.headers["content-type"].partition(";")[0] in (rdf if sent.format == "RDF" else rows)


def _send(endpoint: Running, sent: Sent) -> httpx.Response:
    with httpx.Client() as client:
        request = client.build_request(
            sent.method, endpoint.url.rstrip("/") + sent.target, headers=sent.headers, content=sent.body
        )
        if "content-type" not in sent.headers:
            request.headers.pop("content-type", None)
        return client.send(request)


ROWS = "SELECT ?o { GRAPH ?g { <http://example.org/kg/thing> ?p ?o } }"
TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER (CONTAINS(STR(?s), 'thing')) }"


@pytest.mark.parametrize(
    ("accept", "media_type", "body"),
    [
        ("*/*", "application/sparql-results+json", '"value":"a\\tb"'),
        ("application/json", "application/json", '"value":"a\\tb"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", "<literal>a\tb</literal>"),
        ("text/csv;q=0.9, image/png", "text/csv", "a\tb"),
        ("text/tab-separated-values", "text/tab-separated-values", '"a\\tb"'),
        ("application/xml", "application/xml", "<literal>"),
    ],
)
def test_formats_of_rows(endpoint: Running, accept: str, media_type: str, body: str) -> None:
    answer = httpx.get(f"{endpoint.url}sparql", params={"query": ROWS}, headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert body in answer.text
    assert answer.headers["vary"].startswith("Accept")


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/trig"])
def test_formats_of_triples(endpoint: Running, accept: str) -> None:
    answer = httpx.get(f"{endpoint.url}sparql", params={"query": TRIPLES}, headers={"accept": accept})

    assert answer.headers["content-type"].partition(";")[0] == accept
    assert "http://example.org/kg/thing" in answer.text


def test_a_form_asks_for_triples_and_not_for_rows(endpoint: Running) -> None:
    refused = httpx.get(f"{endpoint.url}sparql", params={"query": TRIPLES}, headers={"accept": "text/csv"})
    broken = httpx.get(f"{endpoint.url}sparql", params={"query": "SELECT * {\n ?s ?p "})

    assert refused.status_code == 406
    assert "text/turtle" in refused.text
    assert (broken.status_code, "line 2" in broken.text) == (400, True)


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (ROWS, ">a\tb</span>"),
        ("ASK {}", "Yes."),
        ("ASK { <urn:a> <urn:b> <urn:c> }", "No."),
        (TRIPLES, "&lt;http://example.org/kg/thing&gt;"),
        ("SELECT * { VALUES ?x { 1 2 } }", "2 rows"),
        ("SELECT ?x { VALUES ?x { '<script>' } }", "&lt;script&gt;"),
    ],
)
def test_results_for_people_are_a_page_with_the_query(endpoint: Running, query: str, shown: str) -> None:
    answer = httpx.get(f"{endpoint.url}sparql", params={"query": query}, headers=BROWSER)
    written = html5lib.parse(answer.text).find(".//{*}textarea")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert {"Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
    assert shown in answer.text
    assert written is not None
    assert written.text == query


def test_a_query_with_a_fault_comes_back_with_what_is_wrong(endpoint: Running) -> None:
    query = "SELECT * {\n ?s ?p "
    answer = httpx.post(f"{endpoint.url}sparql?lang=es", data={"query": query}, headers=BROWSER)
    page = html5lib.parse(answer.text)
    told, written = page.find(".//{*}p[@role='alert']"), page.find(".//{*}textarea")

    assert (answer.status_code, answer.headers["content-language"]) == (400, "es")
    assert told is not None
    assert written is not None
    assert "line 2" in (told.text or "")
    assert written.text == query


def test_what_changes_by_itself_is_not_kept(endpoint: Running) -> None:
    query = {"query": "SELECT (STRUUID() AS ?id) {}"}
    answers = {httpx.get(f"{endpoint.url}sparql", params=query).text for _ in range(3)}

    assert len(answers) == 3


def test_anybodys_iris_resolve(endpoint: Running) -> None:
    answer = httpx.get(f"{endpoint.url}thing", headers={"accept": "text/turtle"}, follow_redirects=True)

    assert answer.history[0].status_code == 303
    assert str(answer.url) == f"{endpoint.url}doc/thing"
    assert "<http://example.org/kg/thing>" in answer.text
    assert httpx.get(f"{endpoint.url}id/state/JPN").status_code == 404


def test_the_service_description(endpoint: Running) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    answer = httpx.get(f"{endpoint.url}sparql", headers={"accept": "text/turtle"})
    triples = [q.triple for q in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)]
    endpoints = [t.object.value for t in triples if t.predicate.value == sd + "endpoint"]
    names = {t.object.value for t in triples if t.predicate.value == sd + "name"}

    assert endpoints == [f"{endpoint.url}sparql"]
    assert "http://example.org/kg/graph" in names
