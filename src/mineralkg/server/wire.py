"""How the server and its workers talk: a JSON header, then bytes, both with their lengths before them."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

__all__ = ["pack", "read", "receive", "send"]

_LENGTHS = struct.Struct("!IQ")


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a message as bytes."""
    head = json.dumps(header).encode()
    return _LENGTHS.pack(len(head), len(body)) + head + body


async def read(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """Return the next message. Raises IncompleteReadError where the other side has gone."""
    head_length, body_length = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    head = json.loads(await reader.readexactly(head_length))
    return head, await reader.readexactly(body_length) if body_length else b""


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
