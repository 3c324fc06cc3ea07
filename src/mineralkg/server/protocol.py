"""uvicorn's HTTP protocol with three bounds more: on the size of a head, on the time that a request takes to arrive,
and on the time in which a client takes nothing of a response.

It also sends the head of a response along with the body, which a client would be woken for twice.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["BoundedProtocol"]

_HEAD_BYTES = 64 << 10
_SECONDS = 20.0  # for a request to arrive, the first one from the moment of connecting on
_STALLED_SECONDS = 30.0  # in which a client that is sent something must take a part of it


class Joining:
    """A transport that holds a head back until what follows it is written, or until nothing follows at once."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, or hold."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines([held, data])
        elif data.startswith(b"HTTP/1.1 "):
            self._held = data
            self._loop.call_soon(self._let_go)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Write what is held, and close."""
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose head grows too large, whose request does not arrive, or whose response is not taken."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._received = 0  # bytes since the last request was complete, as long as the head is not
        self._parsed = 0  # bytes of the head that the parser has handed over
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(Joining(transport, self.loop))  # type: ignore[arg-type]  # it stands in for one
        self._timer = self.loop.call_later(_SECONDS, self._refuse, 408, "Request Timeout")

    def data_received(self, data: bytes) -> None:
        """Take what arrives; a timer runs until the request is complete."""
        if self._timer is None:
            self._timer = self.loop.call_later(_SECONDS, self._refuse, 408, "Request Timeout")
        self._received += len(data)
        super().data_received(data)
        if self._in_head and self._received > _HEAD_BYTES:
            self._refuse(431, "Request Header Fields Too Large")

    def on_url(self, url: bytes) -> None:
        """A part of the address has arrived."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has arrived."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete; what follows is a body, which the application bounds."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._in_head, self._received, self._parsed = True, 0, 0
        self._stop()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or a head that was too large for the parser to go on."""
        if self._parsed > _HEAD_BYTES:
            self._refuse(431, "Request Header Fields Too Large")
        else:
            self._stop()
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        """The client does not take what it is sent as fast as it comes; from now on it must take some in time."""
        super().pause_writing()
        self._stalled = self.loop.call_later(_STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It has taken some."""
        self._go_on()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop()
        self._go_on()
        super().connection_lost(exc)

    def _count(self, length: int) -> None:
        self._parsed += length
        if self._parsed > _HEAD_BYTES:
            raise httptools.HttpParserError("the head is too large")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_on(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _refuse(self, status: int, reason: str) -> None:
        self._stop()
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status} {reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(head.encode())
            self.transport.close()
