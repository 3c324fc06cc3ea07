"""What every request passes before and after its address is looked at: limits, finished responses, headers, the log."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mineralkg.publishing.policy import HEADERS, framing, policy
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Reply, coding_for, header
from mineralkg.server.state import Keeper

__all__ = ["Buckets", "Front", "client_of", "plain"]

_SECURITY = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_PAGE_POLICY, _EMBEDDED_POLICY = (
    [(b"content-security-policy", f"{policy()}; {framing(embedded=embedded)}".encode())] for embedded in (False, True)
)
_HOST = re.compile(r"[A-Za-z0-9.\-_]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")
_EMBED = re.compile(rb"(?:^|&)embed=")


class Buckets:
    """A token bucket per client: so many requests at once, and so many more with each second.

    Who was quiet longest is forgotten first. A few lines, because the libraries for it bring a store and threads.
    """

    _MOST_CLIENTS = 10_000

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """Take one token of *client* and return 0, or return how many seconds it takes until there is one."""
        if not self._rate:
            return 0
        level, before = self._levels.pop(client, (float(self._burst), now))
        level = min(self._burst, level + (now - before) * self._rate)
        lacking = max(0.0, 1 - level)
        self._levels[client] = (level if lacking else level - 1, now)
        if len(self._levels) > self._MOST_CLIENTS:
            self._levels.popitem(last=False)
        return lacking / self._rate


class Front:
    """The ASGI application around the routes."""

    def __init__(self, app: ASGIApp, keeper: Keeper, direct: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._direct = direct
        self._keeper = keeper
        self._buckets = Buckets(keeper.config.rate, keeper.config.burst)
        self._path = urlsplit(keeper.config.public_url or "").path.rstrip("/")  # that of the site on its host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        seen: dict[str, Any] = {"status": 500, "bytes": 0, "cached": False}
        self._enter(scope)
        policy = _EMBEDDED_POLICY if _is_embedded(scope) else _PAGE_POLICY

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message = {**message, "headers": [*message["headers"], *_SECURITY, *policy]}
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._answer(scope, receive, sending, seen)
        finally:
            if self._keeper.config.access_log:
                _log(scope, seen, time.perf_counter() - start)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, seen: dict[str, Any]) -> None:
        state = self._keeper.state
        scope["state"] = {"kg": state}
        try:
            base = self._base(scope)
        except Problem as problem:
            await plain(problem)(scope, receive, send)
            return
        scope["state"]["base"] = base
        key = _key(scope, base)
        if key is not None and (finished := state.cache.get(key)) is not None:
            seen["cached"] = True
            await finished.send(scope, send)
            return
        if (refusal := self._refusal(scope)) is not None:
            await plain(refusal)(scope, receive, send)
            return
        await self._direct.get(scope["path"], self._app)(scope, receive, send)
        made = scope["state"].get("finished")
        if key is not None and made is not None:
            state.cache.put(key, made)

    def _enter(self, scope: Scope) -> None:
        """Take the path of the site off that of the request, where a proxy hands it on."""
        if self._path and (scope["path"] + "/").startswith(self._path + "/"):
            raw: bytes = scope["raw_path"]
            scope["path"] = scope["path"][len(self._path) :] or "/"
            scope["raw_path"] = raw.removeprefix(self._path.encode()) or b"/"

    def _base(self, scope: Scope) -> str:
        """Return the public root of the site: as set up, else by the name under which it was asked for."""
        if self._keeper.config.public_url:
            url = self._keeper.config.public_url
            return url if url.endswith("/") else url + "/"
        host = header(scope, b"host") or ""
        if not _HOST.fullmatch(host):
            raise Problem(400, "The Host header is missing, or names no host.")
        return f"{scope['scheme']}://{host}/"

    def _refusal(self, scope: Scope) -> Problem | None:
        config = self._keeper.config
        length = len(scope["raw_path"]) + len(scope["query_string"])
        if length > config.max_url_kb << 10:
            return Problem(414, f"An address may have {config.max_url_kb} KB. Send a long query by POST.")
        if scope["path"] == "/healthz" or scope["method"] == "OPTIONS":
            return None  # a load balancer and a browser's preflight take an answer of 429 for a refusal
        if wait := self._buckets.wait(client_of(scope), time.monotonic()):
            seconds = max(1, round(wait + 0.5))
            return Problem(429, f"You may ask {config.rate:g} times a second. Wait a moment.", retry_after=seconds)
        return None


def client_of(scope: Scope) -> str:
    """Return the address of the client, or no text where it is not known."""
    return scope["client"][0] if scope.get("client") else ""


def _is_embedded(scope: Scope) -> bool:
    return scope["path"].startswith("/query/") and _EMBED.search(scope["query_string"]) is not None


def plain(problem: Problem) -> Reply:
    """Return a problem as a line of text."""
    text = f"{problem.title}. {problem.detail}\n"
    return Reply(
        text.encode(), "text/plain", status=problem.status, headers=problem.headers, vary=["Accept"], kept=False
    )


def _key(scope: Scope, base: str) -> tuple[object, ...] | None:
    """Return what tells responses apart: all that a response may hang on. None where none is kept."""
    if scope["method"] not in ("GET", "HEAD"):
        return None
    accepted: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in (b"accept", b"accept-language", b"accept-encoding"):
            accepted[name] = accepted[name] + b"," + value if name in accepted else value
    return (
        base,
        date.today().toordinal(),  # pages judge deadlines by the day
        scope["raw_path"],
        scope["query_string"],
        accepted.get(b"accept"),
        accepted.get(b"accept-language"),
        coding_for(coding.decode("latin-1") if (coding := accepted.get(b"accept-encoding")) is not None else None),
    )


def _log(scope: Scope, seen: dict[str, Any], seconds: float) -> None:
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": client_of(scope) or None,
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1")[:2000],
        "status": seen["status"],
        "bytes": seen["bytes"],
        "ms": round(seconds * 1000, 2),
        "cached": seen["cached"],
        "agent": (header(scope, b"user-agent") or "")[:200],
    }
    sys.stderr.write(json.dumps(line) + "\n")
