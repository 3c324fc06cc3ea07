"""The server over HTTP: which form of what is answered to whom, and how caches, scripts and people can rely on it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import icalendar
import pyoxigraph as ox
import pytest
from serving import Running, serving

CASES = Path(__file__).parent / "server"
RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("--rate", "0") as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30, headers={"accept-encoding": "identity"}) as client:
        del client.headers["accept"]
        yield client


def _rows() -> list[list[str]]:
    lines = (CASES / "negotiation.txt").read_text().splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
    assert len(rows) > 80
    return rows


@pytest.mark.parametrize("row", _rows(), ids=lambda row: f"{row[0]} {row[1]}")
def test_negotiation(client: httpx.Client, row: list[str]) -> None:
    path, accept, status, expected = row
    headers = {} if accept == "-" else {"accept": accept}

    answer = client.get(path, headers=headers)
    head = client.head(path, headers=headers)

    assert answer.status_code == int(status), answer.text
    if answer.status_code == 200:
        assert answer.headers["content-type"].partition(";")[0] == expected
        assert answer.headers["etag"].startswith('"') or path == "/healthz"
    if answer.status_code == 303:
        assert answer.headers["location"] == expected
    if answer.status_code == 406:
        assert "text/turtle" in answer.text or "text/csv" in answer.text
    assert head.status_code == answer.status_code
    assert head.content == b""
    volatile = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in volatile} == {
        k: v for k, v in answer.headers.items() if k not in volatile
    }
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


VERSIONS = {
    "text/turtle": "",
    "text/turtle;version=1.1": "",
    "text/turtle;version=1.2-basic": "",  # without triple terms
    "text/turtle;version=1.2": "1.2",
    'TEXT/Turtle; Version="1.2"': "1.2",
    "text/turtle; charset=utf-8; version=1.2": "1.2",
    "text/turtle;version=1.2, */*;q=0.1": "1.2",
    "text/turtle;version=1.2, text/turtle;q=0.9": "1.2",
    "text/turtle;version=1.2;q=0.8, text/turtle;q=0.9": "",
    "text/turtle;version=1.2;q=0, text/*;q=0.1, text/html;q=0": "",
    "text/turtle;version=1.2;q=0.001, text/turtle;q=0": "1.2",
}


@pytest.mark.parametrize("accept", VERSIONS)
def test_a_version_is_sent_to_who_asks_for_it(client: httpx.Client, accept: str) -> None:
    answer = client.get("doc/state/JPN", headers={"accept": accept})

    version = VERSIONS[accept]
    assert answer.headers["content-type"] == f"text/turtle{version and '; version='}{version}; charset=utf-8"
    assert answer.headers["content-location"] == f"/doc/state/JPN.ttl{'12' if version else ''}"
    assert "Accept" in answer.headers["vary"].split(", ")
    assert '</doc/state/JPN.ttl12>; rel="alternate"; type="text/turtle; version=1.2"' in answer.headers["link"]
    assert ("VERSION" in answer.text) is (" ~ claim:" in answer.text) is bool(version)


def test_a_version_that_is_refused_is_not_sent(client: httpx.Client) -> None:
    assert client.get("doc/state/JPN", headers={"accept": "text/turtle;version=1.2;q=0"}).status_code == 406
    assert client.get("doc/state/JPN", headers={"accept": "text/turtle;q=0"}).status_code == 406
    assert client.get("void.ttl12").status_code == 404


@pytest.mark.parametrize("path", ["doc/state/JPN", "ontology", "shapes", "vocab/modality", "void"])
def test_every_representation_is_the_same_graph(client: httpx.Client, path: str) -> None:
    graphs = {name: _canonical(client.get(f"{path}.{name}").content, RDF[name]) for name in RDF}
    document = client.get(f"{path}.jsonld").json()
    document["@context"] = client.get(document["@context"]).json()["@context"]
    graphs["jsonld"] = _canonical(json.dumps(document).encode(), ox.RdfFormat.JSON_LD)

    assert all(graph == graphs["nt"] for graph in graphs.values())
    assert len(graphs["nt"]) > 10


def _canonical(data: bytes, format: ox.RdfFormat) -> list[str]:
    quads = ox.parse(data, format=format)
    dataset = ox.Dataset([ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads])
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def test_what_the_choice_hung_on_is_said(client: httpx.Client) -> None:
    chosen = client.get("doc/state/JPN", headers={"accept": "text/turtle"})
    page = client.get("doc/state/JPN", headers={"accept": "text/html"})
    named = client.get("doc/state/JPN.ttl")

    assert chosen.headers["vary"] == "Accept, Accept-Encoding"
    assert page.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert named.headers["vary"] == "Accept-Encoding"
    assert chosen.headers["content-location"] == "/doc/state/JPN.ttl"
    assert chosen.content == named.content
    assert chosen.headers["etag"] == named.headers["etag"] != page.headers["etag"]


@pytest.mark.parametrize(
    ("query", "accept", "location"),
    [
        ("lang=es", "text/html", "/ontology.html?lang=es"),
        ("page=1&lang=en&x=y", "text/html", "/ontology.html?lang=en&page=1"),
        ("lang=%0D%0Ax", "text/html", "/ontology.html?lang=%0D%0Ax"),
        ("lang=es", "text/turtle", "/ontology.ttl"),
    ],
)
def test_what_was_chosen_is_to_be_had_where_it_is_said(
    client: httpx.Client, query: str, accept: str, location: str
) -> None:
    chosen = client.get(f"ontology?{query}", headers={"accept": accept})

    assert chosen.headers["content-location"] == location
    assert client.get(location).content == chosen.content


@pytest.mark.parametrize(
    "path", ["doc/state/JPN", "vocab/modality", "browse?class=https://w3id.org/mineralkg/ontology%23Claim"]
)
def test_there_is_no_page_beyond_the_last(client: httpx.Client, path: str) -> None:
    given = httpx.URL(path).params
    answers = [client.get(path, params={**given, "page": number}) for number in (*range(1, 12), 99_999)]
    last = max(number for number, answer in enumerate(answers, 1) if answer.status_code == 200)

    assert [answer.status_code for answer in answers] == [200] * last + [404] * (len(answers) - last)
    assert f"the last is page {last}." in answers[-1].text or (last == 1 and "on one page" in answers[-1].text)


def test_links_lead_to_all_forms(client: httpx.Client, server: Running) -> None:
    links = httpx.Response(200, headers=client.get("doc/state/JPN").headers).headers["link"].split(", ")

    for link in links:
        target, _, rest = link.partition(">; ")
        if 'rel="alternate"' in rest:
            answer = client.get(target.removeprefix("<"))
            assert answer.status_code == 200
            assert answer.headers["content-type"].removesuffix("; charset=utf-8") == rest.partition('type="')[2].rstrip(
                '"'
            )
    assert f'<{server.url}doc/state/JPN>; rel="canonical"' in links
    assert '<https://w3id.org/mineralkg/id/state/JPN>; rel="http://xmlns.com/foaf/0.1/primaryTopic"' in links
    assert 'rel="describedby"' in client.get("id/state/JPN").headers["link"]


@pytest.mark.parametrize("path", ["query", "query.json", "rules", "api"])
def test_pages_of_the_site_say_where_they_stay(client: httpx.Client, server: Running, path: str) -> None:
    links = client.get(path).headers["link"].split(", ")

    assert links[-1] == f'<{server.url}{path.removesuffix(".json")}>; rel="canonical"'
    if path.startswith("query"):
        assert '</query.json>; rel="alternate"; type="application/json"' in links


@pytest.mark.parametrize("path", ["void", ".well-known/void", ".well-known/sparql-examples"])
def test_a_description_says_where_its_form_is_to_be_had(client: httpx.Client, path: str) -> None:
    chosen = client.get(path, headers={"accept": "application/ld+json"})
    location = chosen.headers["content-location"]

    assert location == f"/{path.removeprefix('.well-known/') if path.endswith('void') else path}.jsonld"
    assert client.get(location).content == chosen.content
    assert "content-location" not in client.get(location).headers


def test_the_language_of_pages(client: httpx.Client) -> None:
    def language(path: str, accepted: str) -> str:
        return client.get(path, headers={"accept-language": accepted}).headers["content-language"]

    assert language("doc/state/JPN.html", "es-MX, en;q=0.5") == "es"
    assert language("doc/state/JPN.html", "fr") == "en"
    assert language("doc/state/JPN.html?lang=es", "en") == "es"


@pytest.mark.parametrize(
    ("path", "accepted", "lang", "title"),
    [
        ("doc/nothing?lang=es", "en", "es", "Aquí no hay nada"),
        ("doc/nothing?lang=en", "es", "en", "There is nothing here"),
        ("doc/nothing", "es-MX", "es", "Aquí no hay nada"),
        ("doc/nothing?lang=es&lang=en", "en", "es", "Aquí no hay nada"),
        ("doc/nothing?lang=%FF", "es", "es", "La petición no se entiende"),
    ],
)
def test_problems_are_told_in_the_language_of_pages(
    client: httpx.Client, path: str, accepted: str, lang: str, title: str
) -> None:
    answer = client.get(path, headers={"accept": "text/html", "accept-language": accepted})

    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in answer.text
    assert f"<h1>{title}</h1>" in answer.text
    assert ('<p class="description" lang="en">' in answer.text) == (lang == "es")


@pytest.mark.parametrize("path", ["doc/state/JPN", "query/instruments.json", "sparql?query=ASK{}", "dump.nt"])
def test_what_a_client_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    etag = first.headers["etag"]

    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert client.get(path, headers={"if-match": known}).status_code == 200
    assert client.get(path, headers={"if-match": "*"}).status_code == 200
    assert client.get(path, headers={"if-match": '"other"'}).status_code == 412


def test_codings(server: Running) -> None:
    with httpx.Client(base_url=server.url) as client:

        def raw(coding: str) -> tuple[httpx.Headers, bytes]:
            with client.stream("GET", "doc/state/JPN.nt", headers={"accept-encoding": coding}) as answer:
                return answer.headers, b"".join(answer.iter_raw())

        plain, body = raw("identity")
        zipped, small = raw("gzip, deflate")
        better, smaller = raw("gzip, br")
        refused, same = raw("gzip;q=0, br;q=0")

    assert "content-encoding" not in plain
    assert "content-encoding" not in refused
    assert body == same == gzip.decompress(small) == brotli.decompress(smaller)
    assert (zipped["content-encoding"], better["content-encoding"]) == ("gzip", "br")
    assert len({plain["etag"], zipped["etag"], better["etag"]}) == 3  # strong tags are those of the bytes sent


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize("path", ["doc/state/JPN", "graphs?default", "query/instruments", ""])
def test_nothing_can_be_changed(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, path, content=b"<a> <b> <c> .")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_preflight(client: httpx.Client) -> None:
    asked = {"origin": "https://example.org", "access-control-request-method": "POST"}
    answer = client.options("sparql", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, POST, HEAD, OPTIONS"
    assert "content-length" not in answer.headers  # RFC 9110, 8.6
    assert "Content-Type" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("application/json", "application/problem+json"), ("text/html", "text/html"), ("text/plain", "text/plain")],
)
def test_problems_are_told_in_the_form_that_is_read(client: httpx.Client, accept: str, media_type: str) -> None:
    asked = "application/problem+json" if accept == "application/json" else accept
    answer = client.get("query/partner_commitments.csv?partner=Japn", headers={"accept": asked})

    assert answer.status_code == 400
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Did you mean JPN" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_void_counts_are_what_sparql_counts(client: httpx.Client) -> None:
    void = "http://rdfs.org/ns/void#"
    triples = [q.triple for q in ox.parse(client.get(".well-known/void").content, format=ox.RdfFormat.TURTLE)]
    told = {t.predicate.value: t.object.value for t in triples if t.subject.value.endswith("void#dataset")}

    counted = client.get("sparql", params={"query": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"}).json()
    dumped = client.get("dump.nt").text.splitlines()

    assert told[void + "distinctSubjects"] == counted["results"]["bindings"][0]["n"]["value"]
    assert int(told[void + "triples"]) == len(set(dumped)) == len(dumped)


def test_the_log_is_lines_of_json(client: httpx.Client, server: Running) -> None:
    client.get("doc/state/JPN.ttl", headers={"user-agent": 'odd "agent"'})
    for _ in range(50):  # a line is written when the answer has gone
        lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
        last = [line for line in lines if line["path"] == "/doc/state/JPN.ttl"][-1]
        if last["agent"] == 'odd "agent"':
            break
        time.sleep(0.1)

    assert (last["status"], last["method"], last["agent"]) == (200, "GET", 'odd "agent"')


def test_a_question_without_what_it_requires_links_to_no_answer(client: httpx.Client) -> None:
    lacking = client.get("query/deadlines").headers["link"]
    complete = client.get("query/deadlines?as_of=2026-03-10").headers["link"]

    assert "deadlines.csv" not in lacking
    assert '</query/deadlines.csv?as_of=2026-03-10>; rel="alternate"; type="text/csv"' in complete


def test_a_question_is_described_as_among_the_examples(client: httpx.Client) -> None:
    one = set(client.get("query/deadlines", headers={"accept": "application/n-triples"}).text.splitlines())
    examples = set(client.get(".well-known/sparql-examples.nt").text.splitlines())

    assert one == {line for line in examples if line.startswith("<https://w3id.org/mineralkg/query/deadlines> ")}
    assert (
        '</query/deadlines.ttl>; rel="describedby"; type="text/turtle"' in client.get("query/deadlines").headers["link"]
    )


def test_dumps_on_the_home_page_have_sizes_and_digests(client: httpx.Client) -> None:
    digest = hashlib.sha256(client.get("dump.nt").content).hexdigest()
    for _ in range(100):
        home = client.get("/", headers={"accept": "text/html"}).text
        if digest in home:
            break
        time.sleep(0.1)

    assert digest in home


def test_feeds_are_filtered(client: httpx.Client) -> None:
    everything = client.get("feed.atom").text.count("<entry>")
    of_one = client.get("feed.atom?partner=JPN").text.count("<entry>")
    calendar = client.get("deadlines.ics").text

    assert 0 < of_one < everything
    assert "DTSTART;VALUE=DATE:20260306" in calendar
    assert icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    assert client.get("deadlines.ics?mineral=nothing").status_code == 400
    assert client.get("deadlines.ics?material=nothing").status_code == 400
    # The one deadline of the joint statement is that of the European Union and the United States.
    due = {
        code: client.get(f"deadlines.ics?partner={code}").text.count("BEGIN:VEVENT") for code in ("JPN", "EU", "USA")
    }
    assert due == {"JPN": 0, "EU": 1, "USA": 2}


def test_answers_are_the_same_in_every_format(client: httpx.Client) -> None:
    rows = client.get("query/instruments.json").json()
    bindings = client.get("query/instruments.srj").json()["results"]["bindings"]
    table = list(csv.DictReader(io.StringIO(client.get("query/instruments.csv").text)))
    xml = ox.parse_query_results(client.get("query/instruments.srx").content, format=ox.QueryResultsFormat.XML)
    assert isinstance(xml, ox.QuerySolutions)
    with zipfile.ZipFile(io.BytesIO(client.get("query/instruments.xlsx").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()

    expected = [row["instrument"] for row in rows]
    assert [b["instrument"]["value"] for b in bindings] == [r["instrument"] for r in table] == expected
    assert [s["instrument"].value for s in xml] == expected
    assert sheet.count("<row ") == len(rows) + 1
