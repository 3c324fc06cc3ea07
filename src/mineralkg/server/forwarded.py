"""What a trusted proxy says of a request: who asked for it, how, and under which name."""

from __future__ import annotations

from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

__all__ = ["Forwarded"]


class Forwarded(ProxyHeadersMiddleware):
    """uvicorn reads X-Forwarded-For and X-Forwarded-Proto; this reads X-Forwarded-Host, too, of the same proxies."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        if scope["type"] == "http" and scope.get("client") and scope["client"][0] in self.trusted_hosts:
            headers: list[tuple[bytes, bytes]] = scope["headers"]
            named = [value for name, value in headers if name == b"x-forwarded-host"]
            if named:
                host = named[-1].rpartition(b",")[2].strip()  # the last is what the proxy next to us says
                scope["headers"] = [(b"host", host), *(h for h in headers if h[0] != b"host")]
        asked: Any = super().__call__
        await asked(scope, receive, send)
