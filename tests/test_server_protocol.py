"""The bounds of a connection, held by a real server over real sockets, with shorter times than in earnest."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mineralkg.server import protocol, reply

LARGE = 8 << 20


async def _large(request: Request) -> reply.Reply:
    return reply.Reply(b"x" * int(request.query_params["size"]), "text/plain")


async def _small(_: Request) -> Response:
    return Response("here")


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(protocol, "_SECONDS", 0.5)
    monkeypatch.setattr(protocol, "_STALLED_SECONDS", 0.5)
    routes = [Route("/large", _large), Route("/small", _small)]
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), http=protocol.BoundedProtocol, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def _ends(connection: socket.socket) -> bool:
    """Say whether the other side hangs up within seconds."""
    connection.settimeout(5)
    try:
        while connection.recv(1 << 16):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def test_who_says_nothing_is_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert _ends(connection)


def test_who_says_half_a_request_is_told_and_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /small HTTP/1.1\r\nHost: x\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
        assert _ends(connection)


def test_who_takes_nothing_of_an_answer_is_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /large?size=%d HTTP/1.1\r\nHost: x\r\n\r\n" % LARGE)
        time.sleep(1.5)
        taken = 0
        connection.settimeout(5)
        try:
            while part := connection.recv(1 << 20):
                taken += len(part)
        except ConnectionError:
            pass

    assert 0 < taken < LARGE


def test_who_takes_it_slowly_gets_all_of_it(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /large?size=%d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % LARGE)
        connection.settimeout(5)
        taken, slept = b"", 0.0
        while part := connection.recv(1 << 20):
            taken += part
            if slept < 1:
                time.sleep(0.1)
                slept += 0.1

    assert taken.partition(b"\r\n\r\n")[2] == b"x" * LARGE


@pytest.mark.parametrize("more", [-1, 0, 1, reply._AT_ONCE - 1, reply._AT_ONCE, reply._AT_ONCE + 1])
def test_an_answer_is_sent_in_parts_and_arrives_whole(port: int, more: int) -> None:
    size = reply._AT_ONCE + more
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /large?size=%d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % size)
        arrived = b""
        while part := connection.recv(1 << 20):
            arrived += part

    assert len(arrived.partition(b"\r\n\r\n")[2]) == size
