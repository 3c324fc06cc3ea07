"""No server can hold, fill, mislead or crash the proof: each case is a server that tries, and what is said of it."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest

from mineralkg.errors import EndpointError, UsageError
from mineralkg.publishing.proof import Bounds, prove

BOUNDS = Bounds(seconds=0.5, bytes=200_000, requests=400, pages=20)
Send = Callable[[bytes], None]


def response(body: bytes, *fields: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return a response as bytes."""
    head = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + body


def _endless(path: str, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nConnection: close\r\n\r\n")
    while True:
        send(b"# and so on, for ever and ever\n" * 1000)


def _dripping_head(path: str, send: Send) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000:
        send(bytes([byte]))
        time.sleep(0.05)


def _dripping_body(path: str, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(1000):
        send(b"x")
        time.sleep(0.05)


def _bomb(path: str, send: Send) -> None:
    send(response(_PACKED, "Content-Type: text/html", "Content-Encoding: gzip"))


def _always(answer: Callable[[str], bytes]) -> Callable[[str, Send], None]:
    return lambda path, send: send(answer(path))


def _nested(opening: bytes, closing: bytes, type: str) -> Callable[[str, Send], None]:
    return _always(lambda path: response(opening * 5_000 + closing * 5_000, f"Content-Type: {type}"))


_PACKED = gzip.compress(b"\0" * 5_000_000)
_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
_MAZE = b'<html lang="en"><title>maze</title><a href="%s/a">a</a><a href="%s/b">b</a></html>'
_PAGE = b"<html><title>x</title>"

# name: the server, and the rules of which some must be broken
SERVERS: dict[str, tuple[Callable[[str, Send], None], set[str]]] = {
    "endless body": (_endless, {"http-answer"}),
    "dripping head": (_dripping_head, {"http-answer"}),
    "dripping body": (_dripping_body, {"http-answer"}),
    "compressed bomb": (_bomb, {"http-answer"}),
    "no HTTP": (_always(lambda path: b"220 mail.example ESMTP\r\n"), {"http-answer"}),
    "silence": (_always(lambda path: b""), {"http-answer"}),
    "too short": (_always(lambda path: response(_PAGE, "Content-Type: text/html", length=99)), {"http-length"}),
    "no gzip": (
        _always(lambda path: response(_PAGE, "Content-Encoding: gzip", "Content-Type: text/html")),
        {"http-coding"},
    ),
    "endless redirects": (
        _always(lambda path: response(b"", f"Location: {path}x", status="302 Found")),
        {"http-redirect"},
    ),
    "circle": (_always(lambda path: response(b"", f"Location: {path}", status="301 Moved")), {"http-redirect"}),
    "bad address": (
        _always(lambda path: response(b"", "Location: http://[::1", status="303 See Other")),
        {"http-not-found"},
    ),
    "busy for ever": (
        _always(lambda path: response(b"", "Retry-After: 0", status="429 Too Many Requests")),
        {"http-answer"},
    ),
    "server error": (_always(lambda path: response(b"", status="500 No")), {"http-server-error"}),
    "maze": (
        _always(lambda path: response(_MAZE.replace(b"%s", path.rstrip("/").encode()), "Content-Type: text/html")),
        {"http-not-found"},
    ),
    "entities": (_always(lambda path: response(_LAUGHS, "Content-Type: application/rdf+xml")), {"http-not-found"}),
    "nested JSON-LD": (_nested(b'{"@graph":[', b"]}", "application/ld+json"), {"ld-parses", "http-not-found"}),
    "nested Turtle": (_nested(b"[ <p> ", b"]", "text/turtle"), {"ld-parses", "http-not-found"}),
    "nested XML": (_nested(b"<a>", b"</a>", "application/rdf+xml"), {"ld-parses", "http-not-found"}),
    "nested HTML": (_nested(b"<div><a href='x'>", b"</a></div>", "text/html"), {"http-not-found"}),
    "nested results": (_nested(b'{"a":[', b"]}", "application/sparql-results+json"), {"http-not-found"}),
    "odd fields": (
        _always(lambda path: response(_PAGE, "Link: <<<>>>;;;,", "ETag: \x01\x02", "Content-Type: ;;;/", "Vary: ,,,")),
        {"http-not-found", "http-answer"},
    ),
    "wrong numbers": (
        _always(
            lambda path: response(
                b"@prefix v: <http://rdfs.org/ns/void#> . <#d> v:dataDump </> ; v:triples 9999999999999999, -1, 'x' ."
                b"@prefix d: <http://www.w3.org/ns/dcat#> . @prefix s: <http://spdx.org/rdf/terms#> ."
                b"<#f> d:downloadURL </> ; d:byteSize 'x', -1, 1e400 ; s:checksum 1, [ s:algorithm 'sha256' ], [ "
                b"s:algorithm s:checksumAlgorithm_sha256, s:checksumAlgorithm_shake_128 ; s:checksumValue 'x', <x> ] .",
                "Content-Type: text/turtle",
            )
        ),
        {"http-not-found"},
    ),
}


SILENT = {"dripping head", "no HTTP", "silence"}


@contextmanager
def listening(serve: Callable[[str, Send], None], asked: list[str] | None = None) -> Iterator[str]:
    """Serve each connection with a function of the path and of what sends bytes; give the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                head = connection.recv(65536).decode("latin-1").split(" ", 2)
                if asked is not None:
                    asked.append(" ".join(head[:2]))
                serve(head[1] if len(head) > 1 else "/", connection.sendall)
            except OSError:
                return

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        over.set()
        listener.close()


@pytest.mark.parametrize("name", SERVERS)
def test_a_hostile_server_is_survived_and_told(name: str) -> None:
    serve, rules = SERVERS[name]
    asked: list[str] = []
    # One that says nothing to the first request is an error, as an endpoint that is not there.
    expected = pytest.raises(EndpointError) if name in SILENT else nullcontext()
    with listening(serve, asked) as base, expected:
        outcome = prove(base, bounds=BOUNDS)

    assert len(asked) <= 6 * BOUNDS.requests
    assert name in SILENT or outcome.broken & rules, outcome.broken


def test_another_host_is_never_asked() -> None:
    elsewhere: list[str] = []
    with listening(lambda path, send: send(response(b"", status="404 No")), elsewhere) as other:

        def serve(path: str, send: Send) -> None:
            page = _PAGE + f'<a href="{other}x">x</a><script src="{other}y.js"></script>'.encode()
            fields = [f'Link: <{other}z>; rel="alternate"; type="text/turtle"', "Content-Type: text/html"]
            if path == "/robots.txt":
                send(response(f"Sitemap: {other}sitemap.xml".encode(), "Content-Type: text/plain"))
            elif path.startswith("/.well-known"):
                send(response(b"", f"Location: {other}void", status="303 See Other"))
            else:
                send(response(page, *fields))

        with listening(serve) as base:
            outcome = prove(base, bounds=BOUNDS)

    assert elsewhere == []
    assert outcome.report.checked


def test_a_server_that_never_answers_is_an_error() -> None:
    with listening(lambda path, send: time.sleep(2)) as base, pytest.raises(EndpointError):
        prove(base, bounds=BOUNDS)


@pytest.mark.parametrize("place", ["ftp://example.org/", "http://", "http://me:secret@example.org/", "http://[::1/"])
def test_what_is_no_address_is_refused(place: str) -> None:
    with pytest.raises(UsageError):
        prove(place)
