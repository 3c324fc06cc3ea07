"""The addresses of the site, each with its handler."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from mineralkg.namespaces import ROOT
from mineralkg.resources import folder
from mineralkg.server.asked import Asked, Handler, endpoint
from mineralkg.server.config import Config
from mineralkg.server.files import asset, dump
from mineralkg.server.front import Front
from mineralkg.server.linked_data import home, page_number, resource, void
from mineralkg.server.problem import Problem
from mineralkg.server.questions import question, questions
from mineralkg.server.reply import Reply
from mineralkg.server.sparql import graphs, sparql
from mineralkg.server.state import Keeper
from mineralkg.server.workers import Nursery

__all__ = ["application"]


def application(config: Config) -> tuple[ASGIApp, Keeper]:
    """Return the application, whose workers start and end with its lifespan, and the keeper of its state.

    Raises UsageError where the graph cannot be loaded.
    """
    keeper = Keeper(config, Nursery(config))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await keeper.state.start()
        try:
            yield
        finally:
            await keeper.close()

    # The endpoint of programs is found without a look at all the other addresses.
    direct: dict[str, ASGIApp] = {"/sparql": endpoint(sparql, ("GET", "POST"))}
    return Front(Starlette(routes=_routes(), lifespan=lifespan), keeper, direct), keeper


def _routes() -> list[Route]:
    return [
        _route("/", home),
        _route("/query", questions),
        _route("/query.{suffix}", questions),
        _route("/query/{name}", question),
        _route("/sparql/", sparql, "GET", "POST"),
        _route("/graphs", graphs),
        _route("/void", void),
        _route("/void.{suffix}", void),
        _route("/.well-known/void", void),
        _route("/.well-known/sparql-examples", void),
        _route("/.well-known/sparql-examples.{suffix}", void),
        _route("/ontology/logo.svg", _logo),
        _route("/rules", _page("rules", "rules")),
        _route("/rules/{id:path}", _rule),
        _route("/browse", _browse),
        _route("/api", _page("interface", "api")),
        _route("/openapi.json", _of("interface")),
        _route("/context.jsonld", _of("context")),
        _route("/dump.{suffix}", dump),
        _route("/feed.atom", _feed("atom")),
        _route("/deadlines.ics", _feed("calendar")),
        _route("/sitemap.xml", _sitemap),
        _route("/sitemap-{number:int}.xml", _sitemap),
        _route("/robots.txt", _robots),
        _route("/healthz", _health),
        _route("/assets/{name:path}", asset()),
        _route("/{path:path}", resource),
    ]


def _route(path: str, handler: Handler, *methods: str) -> Route:
    return Route(path, endpoint(handler, methods or ("GET",)))


def _page(name: str, address: str) -> Handler:
    async def handler(asked: Asked) -> Reply:
        reply = await asked.page(name)
        canonical = asked.addresses.absolute(asked.addresses.page(address))
        return replace(reply, headers=[("link", f'<{canonical}>; rel="canonical"'), *reply.headers])

    return handler


def _of(task: str) -> Handler:
    async def handler(asked: Asked) -> Reply:
        made = await asked.work(task)
        return Reply(made.data, made.media_type)

    return handler


def _feed(name: str) -> Handler:
    async def handler(asked: Asked) -> Reply:
        if unknown := sorted(set(asked.pairs) - {"partner", "mineral"}):
            raise Problem(400, f"This can be had for a partner and a mineral; there is no “{unknown[0]}” to choose by.")
        made = await asked.work("feed", name=name, partner=asked.one("partner"), mineral=asked.one("mineral"))
        return Reply(made.data, made.media_type)

    return handler


async def _sitemap(asked: Asked) -> Reply:
    number = asked.path.removeprefix("sitemap").removesuffix(".xml").removeprefix("-")
    made = await asked.work("sitemap", number=int(number or 0))
    return Reply(made.data, made.media_type)


async def _rule(asked: Asked) -> Reply:
    from urllib.parse import unquote

    return await asked.page("rule", id=unquote(asked.path.removeprefix("rules/")))


async def _browse(asked: Asked) -> Reply:
    iri = asked.one("class")
    if not iri:
        raise Problem(400, "Name a class: ?class= and its IRI.")
    return await asked.page("browse", class_iri=iri, page=page_number(asked))


async def _logo(asked: Asked) -> Reply:
    """Answer with the picture that the ontology names as its logo, where it is the shipped one that is published."""
    if asked.state.base != ROOT:
        return await resource(asked)
    data = await asyncio.to_thread((folder("ontology") / "logo.svg").read_bytes)
    return Reply(data, "image/svg+xml")


async def _robots(asked: Asked) -> Reply:
    sitemap = asked.addresses.absolute(asked.addresses.page("sitemap.xml"))
    return Reply(f"User-agent: *\nDisallow: /sparql?\nAllow: /\nSitemap: {sitemap}\n".encode(), "text/plain")


async def _health(asked: Asked) -> Reply:
    """Answer 200 where a worker answers, too; a load balancer asks for it."""
    await asked.work("context")
    data = json.dumps({"status": "ok", "version": asked.state.version}).encode()
    return Reply(data, "application/json", kept=False, cache_control="no-store")
