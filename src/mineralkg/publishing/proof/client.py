"""The one HTTP client: polite, bounded and loyal to one host.

Nothing is followed by itself, no other host is asked, and no server can hold or fill this program: every request has a
deadline for all of it, every body a size, before and after its coding is undone. What goes wrong is told in the
exchange and raises nothing.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mineralkg.errors import UsageError
from mineralkg.publishing.proof.messages import Exchange, Failure, Request

if TYPE_CHECKING:
    from types import TracebackType


__all__ = ["BOUNDS", "TIRED", "Bounds", "Client", "origin"]


@dataclass(frozen=True)
class Bounds:
    """How much is asked and read: seconds and bytes for one request, requests at a time, requests and pages in all.

    *things* is how many things are looked at in all their forms.
    """

    seconds: float = 20.0
    bytes: int = 64 * 1024 * 1024
    at_once: int = 4
    requests: int = 20_000
    pages: int = 500
    things: int = 16


BOUNDS = Bounds()
OF_FOLDERS = Bounds(requests=1_000_000, pages=100_000, things=100_000)  # files are read fast, and bother nobody
_BUSY = (429, 503)
_TRIES = 6
_LONGEST_WAIT = 10.0
TIRED = 25  # requests that failed, after which a server is left alone


class Client:
    """A client for the host of one URL, to be used as a context; it remembers what it has asked."""

    def __init__(self, url: str, bounds: Bounds = BOUNDS) -> None:
        self.bounds = bounds
        self.origin = origin(url)
        self.asked = 0
        self.refused = 0  # requests beyond the bound
        self._failed = 0
        self._known: dict[Request, Exchange] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Client:
        try:
            import httpx2
        except ImportError as error:
            raise UsageError("publish check needs its extra: pip install “mineralkg[publish]”.") from error

        self._thread.start()
        self._http = httpx2.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=self.bounds.seconds,
            limits=httpx2.Limits(max_connections=self.bounds.at_once),
            headers={"User-Agent": "mineralkg-publish-check", "Accept": "*/*"},
        )
        # Accept is a field of the request or it is not there at all.
        del self._http.headers["Accept"]
        self._http.headers["Accept-Encoding"] = "gzip"
        self._turns = asyncio.Semaphore(self.bounds.at_once)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._http.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def fetch(self, request: Request) -> Exchange:
        """Return the exchange that a request leads to."""
        return self.fetch_all([request])[0]

    def fetch_all(self, requests: Iterable[Request]) -> list[Exchange]:
        """Return the exchanges of some requests, in their order; what was asked before is not asked again."""
        wanted = list(requests)
        new = list(dict.fromkeys(r for r in wanted if r not in self._known))
        allowed = new[: max(0, self.bounds.requests - self.asked)]
        self.refused += len(new) - len(allowed)
        self.asked += len(allowed)
        for request, exchange in zip(allowed, self._run(allowed), strict=True):
            self._known[request] = exchange
        over = "not asked: the bound on requests is reached, or the server failed too often"
        return [self._known.get(r) or Exchange(r, failure="unreachable", detail=over) for r in wanted]

    def again(self, request: Request) -> Exchange:
        """Return what a request leads to now, whatever it led to before."""
        self._known.pop(request, None)
        return self.fetch(request)

    @property
    def tired(self) -> bool:
        """Whether the server failed so often that it is no longer asked."""
        return self._failed >= TIRED

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """Everything that was asked, and what came back."""
        return list(self._known.values())

    def _run(self, requests: Sequence[Request]) -> list[Exchange]:
        async def all_of_them() -> list[Exchange]:
            return list(await asyncio.gather(*(self._one(request) for request in requests)))

        return asyncio.run_coroutine_threadsafe(all_of_them(), self._loop).result()

    async def _one(self, request: Request) -> Exchange:
        if origin(request.url) != self.origin:
            return Exchange(request, failure="unreachable", detail="not asked: another host")
        async with self._turns:
            if self.tired:
                return Exchange(request, failure="unreachable", detail="not asked: the server failed too often")
            begun = [Exchange(request)]  # as far as it came
            try:
                exchange = await self._patiently(request, begun)
            except Exception as error:
                exchange = _failed(begun[-1], error, self.bounds)
            self._failed += exchange.failure in ("slow", "unreachable", "protocol", "too-large")
            return exchange

    async def _patiently(self, request: Request, begun: list[Exchange]) -> Exchange:
        """Return an exchange, asked again after a while where the server asks for patience (RFC 6585, 4)."""
        for _ in range(_TRIES):
            async with asyncio.timeout(self.bounds.seconds):
                exchange = await self._exchange(request, begun)
            if exchange.status not in _BUSY or exchange.field("Retry-After") is None:
                return exchange
            given = exchange.field("Retry-After") or ""
            await asyncio.sleep(min(float(given) if given.isdecimal() else 1.0, _LONGEST_WAIT))
        return replace(exchange, failure="slow", detail=f"{exchange.status}, {_TRIES} times")

    async def _exchange(self, request: Request, begun: list[Exchange]) -> Exchange:
        fields = request.fields
        if request.method not in ("GET", "POST"):
            # A server that is wrong about these, and sends a body after HEAD, must not spoil the next exchange.
            fields = [*fields, ("Connection", "close")]
        raw = self._http.build_request(request.method, request.url, headers=fields, content=request.body)
        response = await self._http.send(raw, stream=True)
        try:
            headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw)
            exchange = Exchange(request, response.status_code, headers)
            begun.append(exchange)
            body = bytearray()
            try:
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > self.bounds.bytes:
                        return replace(exchange, failure="too-large", detail=_too_large(self.bounds))
            except Exception as error:
                return _failed(replace(exchange, body=bytes(body)), error, self.bounds)
            return _decoded(replace(exchange, body=bytes(body)), self.bounds)
        finally:
            await response.aclose()


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL (RFC 6454, section 4)."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return parts.scheme, parts.hostname or "", -1
    return parts.scheme, parts.hostname or "", port or {"http": 80, "https": 443}.get(parts.scheme)


def _too_large(bounds: Bounds) -> str:
    return f"more than {bounds.bytes} bytes"


def _failed(exchange: Exchange, error: Exception, bounds: Bounds) -> Exchange:
    """Return the exchange that an exception of the client ended."""
    import httpx2

    kind: Failure = "unreachable"
    detail = str(error) or type(error).__name__
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        kind, detail = "slow", f"nothing complete within {bounds.seconds:g} s"
    elif isinstance(error, httpx2.RemoteProtocolError):
        kind = "length" if exchange.status else "protocol"
    elif isinstance(error, httpx2.InvalidURL | UnicodeError | ValueError):
        kind, detail = "protocol", f"no address that can be asked ({detail})"
    return replace(exchange, failure=kind, detail=detail)


def _decoded(exchange: Exchange, bounds: Bounds) -> Exchange:
    """Return the exchange with the coding of its body undone, in bounded memory."""
    coding = (exchange.field("Content-Encoding") or "identity").strip().lower()
    if coding == "identity" or not exchange.body:
        return exchange
    if coding not in ("gzip", "x-gzip"):
        return replace(exchange, failure="coding", detail=f"Content-Encoding: {coding}, which was not asked for")
    inflater = zlib.decompressobj(wbits=31)
    try:
        body = inflater.decompress(exchange.body, bounds.bytes + 1)
    except zlib.error as error:
        return replace(exchange, failure="coding", detail=f"this is not gzip ({error})")
    if len(body) > bounds.bytes:
        return replace(exchange, body=b"", failure="too-large", detail=_too_large(bounds))
    if not inflater.eof:
        return replace(exchange, failure="coding", detail="the gzip stream ends early")
    return replace(exchange, body=body)
