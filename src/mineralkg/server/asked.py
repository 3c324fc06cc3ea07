"""One request: what it asks for, and how its handler gets work done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from mineralkg import languages
from mineralkg.publishing.links import Addresses
from mineralkg.publishing.negotiation import best_language, best_media_type
from mineralkg.server.desk import Outcome
from mineralkg.server.front import client_of, plain
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Reply, header
from mineralkg.server.state import State

__all__ = ["LANGUAGES", "Asked", "Handler", "endpoint"]

LANGUAGES = tuple(languages.LANGUAGES)
_PATIENCE = 0.2  # seconds after which it is worth while to see whether the client is still there
_PROBLEM_TYPES = ("application/problem+json", "text/html", "text/plain")


class Asked:
    """A request, with the state it is answered from."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.request = Request(scope, receive)
        self.scope = scope
        self.state: State = scope["state"]["kg"]
        self.base: str = scope["state"]["base"]
        self.addresses = Addresses(self.base)
        self.pairs = _pairs(scope["query_string"])
        self.is_read = scope["method"] != "POST"  # nothing of the body is still to be read

    @property
    def path(self) -> str:
        """The path below the root of the site, as it was sent."""
        raw: bytes = self.scope["raw_path"]
        return raw.decode("latin-1").lstrip("/")

    @property
    def client(self) -> str:
        """The address of the client, or no text where it is not known."""
        return client_of(self.scope)

    @property
    def accept(self) -> str | None:
        """The Accept header."""
        return header(self.scope, b"accept")

    @property
    def wants_page(self) -> bool:
        """Whether the client would rather be told in a page that something is wrong than in any other form."""
        return _type_of_problems(self.scope) == "text/html"

    @property
    def lang(self) -> str:
        """The language of pages: as ``?lang=`` says, else as Accept-Language does."""
        return _language(self.scope, self.one("lang"))

    def one(self, name: str) -> str | None:
        """Return a parameter of the address, or None. Raises Problem where it is given more than once."""
        values = self.pairs.get(name, [])
        if len(values) > 1:
            raise Problem(400, f"The parameter “{name}” is given more than once.")
        return values[0] if values else None

    async def body(self) -> bytes:
        """Return the body of the request. Raises Problem 413 as soon as it is larger than it may be."""
        most = self.state.config.max_body_kb << 10
        parts, size = [], 0
        async for part in self.request.stream():
            size += len(part)
            if size > most:
                raise Problem(413, f"A body may have {most >> 10} KB.")
            parts.append(part)
        self.is_read = True
        return b"".join(parts)

    def choose(self, offered: Sequence[str]) -> str:
        """Return the media type that the client wants among those *offered*. Raises Problem 406 with the list."""
        chosen = best_media_type(self.accept, offered)
        if chosen is None:
            raise Problem(406, f"It can be had as {', '.join(offered)}.", offered=offered)
        return chosen

    async def work(self, task: str, **arguments: Any) -> Outcome:
        """Return what a worker for pages makes of a task."""
        return await self.state.pages.run(task, self.base, **arguments)

    async def page(self, page: str, /, **arguments: Any) -> Reply:
        """Return a page in the client's language."""
        outcome = await self.work("page", name=page, arguments={**arguments, "lang": self.lang})
        return self.spoken(outcome.data)

    def spoken(self, page: bytes) -> Reply:
        """Return a page that is in the client's language."""
        vary = [] if self.one("lang") in LANGUAGES else ["Accept-Language"]
        return Reply(page, "text/html", vary=vary, headers=[("content-language", self.lang)])


Handler = Callable[[Asked], Coroutine[Any, Any, Any]]


class endpoint:  # noqa: N801  # it is used as a function that wraps one
    """A handler as an ASGI application, for some *methods*, HEAD with GET, and OPTIONS; problems become replies."""

    def __init__(self, handler: Handler, methods: Sequence[str] = ("GET",)) -> None:
        self._handler = handler
        self._allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await self._reply(scope, receive)
        await reply(scope, receive, send)

    async def _reply(self, scope: Scope, receive: Receive) -> Any:
        allowed = ", ".join(self._allowed)
        if scope["method"] == "OPTIONS":
            return Reply(b"", "", status=204, headers=_preflight(allowed), kept=False)
        try:
            if scope["method"] not in self._allowed:
                raise Problem(405, f"This address answers {allowed}. Nothing here can be changed.", allow=allowed)
            asked = Asked(scope, receive)
            return await _unless_gone(self._handler(asked), asked, receive)
        except Problem as problem:
            return await _told(scope, problem)
        except ClientDisconnect:
            return _gone()


async def _unless_gone(answering: Coroutine[Any, Any, Any], asked: Asked, receive: Receive) -> Any:
    """Return the answer, or give up what takes long once the client has gone: its worker is then free for others."""
    task = asyncio.current_task()
    assert task is not None  # a request is handled in one
    watch = _Watch(task, asked, receive)
    try:
        return await answering
    except asyncio.CancelledError:
        if not watch.has_cancelled:
            raise
        task.uncancel()
        return _gone()
    finally:
        watch.stop()


def _gone() -> Reply:
    """Return what only the log sees: the client went before it was answered."""
    return Reply(b"", "", status=499, kept=False)


class _Watch:
    """Cancels a task once the client of its request has gone; it begins to look when the task has taken a while."""

    def __init__(self, task: asyncio.Task[Any], asked: Asked, receive: Receive) -> None:
        self.has_cancelled = False
        self._task = task
        self._asked = asked
        self._receive = receive
        self._looking: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._look)

    def stop(self) -> None:
        """Look no more."""
        self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if self._asked.is_read:
            self._looking = loop.create_task(self._until_gone())
        else:  # what arrives is still the handler's to read
            self._timer = loop.call_later(_PATIENCE, self._look)

    async def _until_gone(self) -> None:
        await _disconnected(self._receive)
        self.has_cancelled = True
        self._task.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _preflight(allowed: str) -> list[tuple[str, str]]:
    return [
        ("allow", allowed),
        ("access-control-allow-methods", allowed),
        ("access-control-allow-headers", "Accept, Accept-Language, Content-Type, If-None-Match"),
        ("access-control-max-age", "86400"),
    ]


async def _told(scope: Scope, problem: Problem) -> Reply:
    """Return a problem in the form the client reads: a page, JSON (RFC 9457), or a line of text."""
    wanted = _type_of_problems(scope)
    if wanted == "text/html":
        lang = _language(scope, _named_language(scope))
        facts = {"status": problem.status, "detail": problem.detail, "lang": lang}
        state: State = scope["state"]["kg"]
        try:
            page = await state.pages.run("page", scope["state"]["base"], name="problem", arguments=facts)
        except Problem:
            return plain(problem)  # whoever makes pages is busy or gone
        headers = [*problem.headers, ("content-language", lang)]
        return Reply(page.data, "text/html", problem.status, headers, ["Accept", "Accept-Language"], kept=False)
    if wanted == "application/problem+json":
        import json

        data = json.dumps(problem.fields(), ensure_ascii=False).encode()
        return Reply(data, "application/problem+json", problem.status, problem.headers, ["Accept"], kept=False)
    return plain(problem)


def _type_of_problems(scope: Scope) -> str | None:
    accept = header(scope, b"accept")
    return best_media_type(accept, _PROBLEM_TYPES) if accept else "text/plain"


def _language(scope: Scope, named: str | None) -> str:
    """Return the language that is *named* where pages are written in it, else the one that the client accepts."""
    if named is not None and named in LANGUAGES:
        return named
    return best_language(header(scope, b"accept-language"), LANGUAGES)


def _named_language(scope: Scope) -> str | None:
    """Return the language that a query string names, though it may itself be what is wrong."""
    try:
        return _pairs(scope["query_string"]).get("lang", [None])[0]
    except Problem:
        return None


def _pairs(query: bytes) -> dict[str, list[str]]:
    """Return the parameters of a query string. Raises Problem where it is no UTF-8, or has too many."""
    try:
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200
        ):
            found.setdefault(name, []).append(value)
    except ValueError:
        raise Problem(
            400, "The query string cannot be read: it is UTF-8, percent-encoded, with 200 fields at most."
        ) from None
    return found
