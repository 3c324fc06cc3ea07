"""uvicorn's HTTP protocol with two bounds more: on the size of a head, and on the time a request takes to arrive."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["BoundedProtocol"]

_HEAD_BYTES = 64 << 10
_SECONDS = 20.0


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose head grows too large, or whose request does not arrive in time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Count what arrives until the head is complete; a timer runs until the whole request is."""
        if self._timer is None:
            self._timer = self.loop.call_later(_SECONDS, self._too_slow)
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > _HEAD_BYTES:
            self._refuse(431, "Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """The head is complete; what follows is a body, which the application bounds."""
        self._head_bytes = -(1 << 62)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._head_bytes = 0
        self._stop()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop()
        super().connection_lost(exc)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._refuse(408, "Request Timeout")

    def _refuse(self, status: int, reason: str) -> None:
        self._stop()
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status} {reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(head.encode())
            self.transport.close()
