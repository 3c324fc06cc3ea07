"""Requests that mean harm: each gets a clear answer, and the server goes on and serves others meanwhile."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from serving import Running, serving

from benchmarks.load import EXPECTED, run

SECONDS = 1.5
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (SHA512(STR(?c)) = SHA512(CONCAT(STR(?f), 'x'))) }"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    limits = ("--query-seconds", str(SECONDS), "--memory-mb", "192", "--max-rows", "1000", "--max-answer-mb", "1")
    with serving("--rate", "0", "--waiting", "2", "--max-body-kb", "512", *limits) as running:
        yield running


@pytest.fixture(autouse=True)
def _is_alive(server: Running) -> Iterator[None]:
    """Hold every test to it that the server still answers from all of its parts afterwards."""
    yield
    for path in ("healthz", "doc/state/MEX.ttl", "query/instruments.csv", "sparql?query=ASK{}"):
        for _ in range(50):
            answer = httpx.get(server.url + path, timeout=30)
            if answer.status_code != 503:  # a worker may still be on its way
                break
            time.sleep(0.1)
        assert answer.status_code == 200, answer.text
    assert server.process.poll() is None


def _ask(server: Running, query: str) -> httpx.Response:
    return httpx.post(f"{server.url}sparql", data={"query": query}, timeout=30)


NESTED = "SELECT * {}"
QUERIES = {
    "service": ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {400}),
    "service escaped": ("SELECT * { SERV\\u0049CE <http://127.0.0.1:9/> { ?s ?p ?o } }", {400}),
    "load": ("LOAD <file:///etc/passwd>", {403}),
    "from file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", {400}),
    "update": ("DELETE WHERE { ?s ?p ?o }", {403}),
    "update behind a comment": ("# SELECT\nINSERT DATA { <a:b> <a:b> <a:b> }", {403}),
    "too long": ("SELECT * { } #" + "x" * 300_000, {400}),
    "larger than a body may be": ("SELECT * { } #" + "x" * 600_000, {413}),
    "deep groups": ("SELECT * " + "{" * 5000 + "}" * 5000, {400}),
    "deep brackets": (f"SELECT * {{ FILTER({'(' * 5000}1{')' * 5000}) }}", {400}),
    "deep lists": (f"SELECT * {{ ?s ?p {'(' * 5000}{')' * 5000} }}", {400}),
    "deep optionals": ("SELECT * {" + "OPTIONAL {" * 3000 + "}" * 3000 + "}", {400}),
    "many nots": (f"SELECT * {{ FILTER({'!' * 10_000}true) }}", {400}),
    "many unions": ("SELECT * {" + " UNION ".join(["{ ?s ?p ?o }"] * 4000) + "}", {400}),
    "many patterns": ("SELECT * {" + "".join(f"?s ?p{i} ?o{i} ." for i in range(512)) + "}", {400}),
    "many operators": (f"SELECT ({'+'.join(['1'] * 20_000)} AS ?x) {{}}", {400}),
    "cross product": (CROSS, {503, 504}),
    "slow": (SLOW, {504}),
    "cross product, sorted": ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a", {503, 504}),
    "many rows": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", {422}),
    "rows without end": ("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000000", {422}),
    "large strings": (
        f'SELECT ({" AS ?a) (".join(["CONCAT(?x, ?x)"])} AS ?z) {{ BIND ("{"x" * 1000}" AS ?a0) '
        + "".join(f"BIND (CONCAT(?a{i}, ?a{i}, ?a{i}, ?a{i}) AS ?a{i + 1}) " for i in range(14))
        + "BIND (?a14 AS ?x) }",
        {422, 503, 504},
    ),
    "regular expression": (f'SELECT * {{ ?s ?p ?o FILTER (REGEX(STR(?o), "{"(x+x+)+" * 20}y")) }}', {200, 400, 504}),
    "long paths": ("SELECT (COUNT(*) AS ?n) { ?a (!<a:b>)* ?b . ?b (!<a:b>)* ?c }", {503, 504}),
    "grouped cross product": (
        "SELECT ?a (GROUP_CONCAT(STR(?f)) AS ?x) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a",
        {503, 504},
    ),
    "null character": ("SELECT * { ?s ?p '\0' }", {200}),
    "half a character": ("SELECT * { ?s ?p '\\uD800' }", {200, 400}),
    "no query": ("", {400}),
    "no SPARQL": ("DROP TABLE students; --", {400, 403}),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_means_harm(server: Running, name: str) -> None:
    query, statuses = QUERIES[name]

    answer = _ask(server, query)

    assert answer.status_code in statuses, answer.text[:500]
    if answer.status_code != 200:
        assert 10 < len(answer.text) < 2000
        assert "Traceback" not in answer.text
        assert "/etc/passwd" not in answer.text.replace(query, "")


def test_others_are_served_meanwhile(server: Running) -> None:
    stop = threading.Event()

    def keep_busy(number: int) -> None:
        while not stop.is_set():
            _ask(server, SLOW.replace("?n", f"?n{number}"))

    slow = [threading.Thread(target=keep_busy, args=(number,)) for number in range(3)]
    for thread in slow:
        thread.start()
    time.sleep(0.3)
    with httpx.Client(base_url=server.url, timeout=30) as client:
        pages = [client.get(path) for path in ("doc/state/MEX.nt", "doc/state/MEX.html?lang=es", "query.json")]
    stop.set()
    for thread in slow:
        thread.join()

    assert [page.status_code for page in pages] == [200] * 3


def test_too_many_at_once_are_turned_away(server: Running) -> None:
    statuses: list[int] = []

    def ask(number: int) -> None:
        answer = _ask(server, SLOW.replace("?n", f"?n{number}"))
        statuses.append(answer.status_code)
        if answer.status_code == 503:
            assert answer.headers["retry-after"]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(statuses) == 10
    assert statuses.count(503) >= 4
    assert set(statuses) <= {503, 504}


def test_one_client_does_not_keep_all_others_out() -> None:
    options = ["--query-workers", "2", "--waiting", "8", "--query-seconds", "3", "--trusted-proxies", "127.0.0.1"]
    with serving(*options) as server:
        statuses: list[int] = []

        def ask(number: int) -> None:
            query = {"query": SLOW.replace("?n", f"?n{number}")}
            answer = httpx.post(f"{server.url}sparql", data=query, headers={"x-forwarded-for": "192.0.2.1"}, timeout=30)
            statuses.append(answer.status_code)

        threads = [threading.Thread(target=ask, args=(i,)) for i in range(12)]
        for thread in threads:
            thread.start()
        time.sleep(0.7)
        other = {"x-forwarded-for": "192.0.2.2"}
        answers = [httpx.get(f"{server.url}sparql?query=ASK{{}}%23{i}", headers=other, timeout=30) for i in range(5)]
        told = statuses.count(503)
        for thread in threads:
            thread.join()

    assert [answer.status_code for answer in answers] == [200] * 5
    assert max(answer.elapsed.total_seconds() for answer in answers) < 2  # while the other's queries run for three
    assert told == 12 - 1 - 4  # one at work, four wait


def test_who_has_gone_is_not_worked_for(server: Running) -> None:
    for number in range(12):
        with contextlib.suppress(httpx.ReadTimeout):
            httpx.post(f"{server.url}sparql", data={"query": SLOW.replace("?n", f"?gone{number}")}, timeout=0.3)

    for _ in range(30):
        answer = _ask(server, "ASK {}")
        if answer.status_code == 200:
            break
        time.sleep(0.1)

    log = server.log.read_text()
    assert answer.status_code == 200
    assert '"status": 499' in log


def test_a_worker_that_is_killed_hurts_one_request_at_most(server: Running) -> None:
    for pid in server.children()[1:]:  # the first is the nursery
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)

    answers = [_ask(server, f"ASK {{}} # {i}").status_code for i in range(20)]

    assert answers == [200] * 20


def test_a_worker_that_is_killed_at_work_is_told(server: Running) -> None:
    before = set(server.children())
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(_ask(server, SLOW)))
    thread.start()
    time.sleep(0.4)
    for pid in sorted(before)[1:]:
        os.kill(pid, signal.SIGKILL)
    thread.join()

    assert answers[0].status_code == 503
    assert "ended" in answers[0].text


def test_a_nursery_that_is_killed_is_replaced(server: Running) -> None:
    old = server.children()
    for pid in old:
        os.kill(pid, signal.SIGKILL)

    for _ in range(100):
        httpx.get(f"{server.url}doc/state/USA.ttl?x={time.monotonic()}")
        answer = _ask(server, "ASK {}")
        if answer.status_code == 200:
            break
        time.sleep(0.2)

    assert answer.status_code == 200
    assert not set(old) & set(server.children())


PATHS = [
    "/assets/../../../../etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/doc/../../../etc/passwd",
    "/doc/..%2F..%2Fetc%2Fpasswd",
    "/dump.nt/../../etc/passwd",
    "/query/..%2f..%2fpyproject",
    "/query/../../../pyproject.toml",
    "/rules/..%2f..%2fREADME",
    "//etc/passwd",
    "/%00",
    "/doc/%ff%fe",
    "/doc/state/JPN%0d%0aset-cookie:%20x",
    "/id/" + "a/" * 4000,
    "/id/state/JPN%20%3Cscript%3E",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_a_path_that_means_harm(server: Running, path: str) -> None:
    status, head, body = _raw(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    assert status in (400, 404), body[:300]
    assert "root:" not in body
    assert "set-cookie:" not in head.lower()
    assert "<script>" not in body


RAW = {
    "no host": (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", {400}),
    "odd host": (b"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", {400}),
    "host with a path": (b"GET / HTTP/1.1\r\nHost: evil/<script>\r\nConnection: close\r\n\r\n", {400}),
    "no HTTP": (b"hello\r\n\r\n", {400}),
    "large head": (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", {431}),
    "many heads": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000 + b"\r\n", {431}),
    "two lengths": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", {400}),
    "length and chunks": (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        {400},
    ),
    "many ranges": (
        b"GET /void HTTP/1.1\r\nHost: x\r\nRange: bytes=" + b"0-1," * 900 + b"\r\n\r\n",
        {200},
    ),
    "many tags": (b"GET /void HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + b'"a",' * 9000 + b"\r\n\r\n", {200}),
    "many types": (b"GET /void HTTP/1.1\r\nHost: x\r\nAccept: " + b"a/b;q=0.1," * 5000 + b"\r\n\r\n", {406}),
    "odd bytes": (b"GET /void HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe\x80\r\n\r\n", {200, 400}),
    "odd query string": (b"GET /sparql?query=%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    "endless address": (b"GET /" + b"a" * 30_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414}),
}


@pytest.mark.parametrize("name", RAW)
def test_a_request_that_is_odd(server: Running, name: str) -> None:
    sent, statuses = RAW[name]

    status, _, body = _raw(server, sent)

    assert status in statuses, body[:300]


def _raw(server: Running, sent: bytes) -> tuple[int, str, str]:
    """Return status, head and body of the first response to bytes as they are."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        with contextlib.suppress(OSError):  # it may be refused before all is sent
            connection.sendall(sent)
        received = b""
        while (part := _more(connection)) and not _complete(received := received + part):
            pass
    head, _, body = received.decode("utf-8", "replace").partition("\r\n\r\n")
    return int(head.split()[1]), head, body


def _more(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def _complete(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def test_mixed_load_is_borne() -> None:
    """A short run of what ``make load`` does for half an hour: all is answered rightly, and memory stays bounded."""
    outcome = run(15)

    assert not outcome.wrong, outcome
    assert {kind for kind, status in outcome.answers if status in EXPECTED[kind]} == EXPECTED.keys(), outcome
    assert max(size for _, size in outcome.memory) < 600, outcome  # MB; whether it grows shows in half an hour
