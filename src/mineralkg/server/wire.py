"""How the server and its workers talk: a JSON header, then bytes, both with their lengths before them."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any, cast

__all__ = ["Line", "pack", "receive", "send"]

_LENGTHS = struct.Struct("!IQ")


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a message as bytes."""
    head = json.dumps(header).encode()
    return _LENGTHS.pack(len(head), len(body)) + head + body


class Line(asyncio.Protocol):
    """The server's end of the connection to a worker: one question at a time, and its answer."""

    def __init__(self) -> None:
        self.is_lost = False
        self._transport: asyncio.Transport | None = None
        self._arrived = bytearray()
        self._answer: asyncio.Future[tuple[dict[str, Any], bytes]] | None = None

    async def ask(self, header: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """Return what the worker answers. Raises ConnectionError where it has gone, TimeoutError after *seconds*."""
        if self._transport is None or self.is_lost:
            raise ConnectionError("the worker has gone")
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        deadline = loop.call_later(seconds, self._give_up)  # a third of what asyncio.timeout costs
        try:
            self._transport.write(pack(header))
            return await self._answer
        finally:
            deadline.cancel()

    def close(self) -> None:
        """Hang up; the worker ends."""
        if self._transport is not None:
            self._transport.close()

    def _give_up(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(TimeoutError())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is open."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class does not derive from it

    def data_received(self, data: bytes) -> None:
        """A part of the answer has arrived."""
        self._arrived += data
        message = _unpacked(self._arrived)
        if message is not None:
            self._arrived = bytearray()
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker has gone."""
        self.is_lost = True
        self._transport, self._arrived = None, bytearray()  # half an answer may be large, and this is part of a cycle
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the worker has gone"))


def _unpacked(arrived: bytearray) -> tuple[dict[str, Any], bytes] | None:
    """Return a message, or None where it is not complete yet."""
    if len(arrived) < _LENGTHS.size:
        return None
    head_length, body_length = _LENGTHS.unpack_from(arrived)
    body = _LENGTHS.size + head_length
    if len(arrived) < body + body_length:
        return None
    return json.loads(arrived[_LENGTHS.size : body]), bytes(memoryview(arrived)[body:])  # which copies but once


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message, or None where the other side has gone."""
    lengths = _exactly(connection, _LENGTHS.size)
    if lengths is None:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    head, body = _exactly(connection, head_length), _exactly(connection, body_length)
    return None if head is None or body is None else (json.loads(head), body)


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send a message; a large body is not copied."""
    if len(body) < 65536:
        connection.sendall(pack(header, body))
        return
    head = json.dumps(header).encode()
    connection.sendall(_LENGTHS.pack(len(head), len(body)) + head)
    connection.sendall(body)


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        try:
            part = connection.recv(min(length - len(parts), 1 << 20))
        except ConnectionError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)
