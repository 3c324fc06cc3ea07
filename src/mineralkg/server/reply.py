"""From content to a response: entity tag, content coding, conditional requests, HEAD (RFC 9110, 9111)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import brotli
from starlette.types import Receive, Scope, Send
from werkzeug.http import parse_etags, quote_etag

from mineralkg.publishing.negotiation import best_encoding
from mineralkg.publishing.policy import REVALIDATED

__all__ = ["Finished", "Reply", "coding_for", "header", "judged"]

_CODINGS = ("br", "gzip")
_AT_ONCE = 256 << 10  # bytes that are sent before it is seen whether the client takes them
_WORTH_CODING = 800  # bytes; less does not get smaller
_COMPRESSED = ("application/gzip", "application/vnd.openxmlformats", "image/png", "font/")
_WITH_CHARSET = ("text/", "application/atom+xml", "application/xml")


def header(scope: Scope, name: bytes) -> str | None:
    """Return a header of a request, several of one name joined (RFC 9110, 5.3), or None."""
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values).decode("latin-1") if values else None


@lru_cache(maxsize=1024)  # clients send the same few
def coding_for(accepted: str | None) -> str | None:
    """Return the content coding that an Accept-Encoding header leads to, or None for no coding."""
    return best_encoding(accepted, _CODINGS)


@dataclass(frozen=True)
class Finished:
    """A response as it goes over the wire, but for what a conditional request or HEAD leaves out."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: str

    @property
    def size(self) -> int:
        """The memory that it takes, about."""
        return len(self.body) + sum(len(k) + len(v) for k, v in self.headers) + 500

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it, or what the request's preconditions lead to."""
        status = judged(scope, self.etag) if self.status == 200 else self.status
        if status != self.status:
            kept = [h for h in self.headers if h[0] not in (b"content-length", b"content-type", b"content-encoding")]
            await send({"type": "http.response.start", "status": status, "headers": kept})
            await send({"type": "http.response.body", "body": b""})
            return
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for start in range(0, len(body) - _AT_ONCE, _AT_ONCE):
            part = body[start : start + _AT_ONCE]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": body[-(len(body) % _AT_ONCE or _AT_ONCE) :]})


def judged(scope: Scope, etag: str) -> int:
    """Return the status that a request's preconditions lead to for a representation (RFC 9110, 13.2.2).

    It is 412 where If-Match names others only, by a strong comparison, 304 where If-None-Match names it, by a weak one,
    and else 200.
    """
    wanted, known = header(scope, b"if-match"), header(scope, b"if-none-match")
    if wanted is not None and not parse_etags(wanted).contains(etag):
        return 412
    is_known = bool(etag) and known is not None and parse_etags(known).contains_weak(etag)
    return 304 if is_known and scope["method"] in ("GET", "HEAD") else 200


@dataclass
class Reply:
    """What a request is answered with, before it is known how it travels; an ASGI application.

    ``vary`` names the headers that the choice of this content hung on. What is ``kept`` may be given to others who ask
    the same in the same way.
    """

    data: bytes
    media_type: str
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    vary: Sequence[str] = ()
    kept: bool = True
    cache_control: str = REVALIDATED

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        finished = self.finish(scope)
        if self.kept and self.status in (200, 303):
            scope["state"]["finished"] = finished
        await finished.send(scope, send)

    def finish(self, scope: Scope) -> Finished:
        """Return the response that suits a request: coded as it accepts, and tagged by what it holds."""
        body, coding = self._coded(scope)
        # The same bytes under two media types are two representations.
        digest = hashlib.sha256(self.media_type.encode() + b"\n" + self.data).hexdigest()[:24]
        tag = digest + (f"-{coding}" if coding else "") if self.data else ""
        fields = [("content-type", self._content_type())] if self.media_type else []
        fields += [("content-length", str(len(body)))] if self.status != 204 else []  # RFC 9110, 8.6
        if coding:
            fields.append(("content-encoding", coding))
        vary = [*self.vary, *(["Accept-Encoding"] if self._worth_coding() else [])]
        if vary:
            fields.append(("vary", ", ".join(vary)))
        if self.status == 200 and tag:
            fields.append(("etag", quote_etag(tag)))
        fields.append(("cache-control", self.cache_control if self.status < 400 else "no-store"))
        fields += self.headers
        pairs = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in fields]
        return Finished(self.status, pairs, body, tag)

    def _worth_coding(self) -> bool:
        return len(self.data) >= _WORTH_CODING and not self.media_type.startswith(_COMPRESSED)

    def _coded(self, scope: Scope) -> tuple[bytes, str | None]:
        if not self._worth_coding():
            return self.data, None
        coding = coding_for(header(scope, b"accept-encoding"))
        if coding == "br":
            return brotli.compress(self.data, quality=5), coding
        if coding == "gzip":
            return gzip.compress(self.data, compresslevel=6, mtime=0), coding
        return self.data, None

    def _content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith(_WITH_CHARSET) else self.media_type
