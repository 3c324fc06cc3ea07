"""The page about the interface for programs: every operation of the OpenAPI description, with its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mineralkg.publishing.openapi import openapi
from mineralkg.queries import Query, all_queries

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.pages.environment import Words
    from mineralkg.publishing.site import Site

__all__ = ["Operation", "Parameter", "operations"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, as a row of a table; ``lang`` is the language of the description."""

    name: str
    description: str
    lang: str
    required: bool
    default: str | None


@dataclass(frozen=True)
class Operation:
    """What can be asked for at one address with one method; ``lang`` is the language of the summary."""

    id: str
    method: str
    path: str
    summary: str
    lang: str
    group: str
    parameters: list[Parameter]
    bodies: list[str]
    media_types: list[str]
    statuses: list[tuple[str, str]]
    address: str


def operations(site: Site, links: Links, words: Words) -> list[Operation]:
    """Return the operations of a site, in the order in which they are described.

    The description for programs is in English; questions and their parameters are told in the reader's language.
    """
    return [*_operations(openapi(site, links), links, words)]


def _operations(description: dict[str, Any], links: Links, words: Words) -> Iterator[Operation]:
    asked = {query.name: query for query in all_queries()}
    for path, methods in description["paths"].items():
        for method, told in methods.items():
            responses = told["responses"]
            query = asked.get(told["operationId"])
            summary, lang = query.asked_in(words.lang) if query else (told["summary"], "en")
            yield Operation(
                told["operationId"],
                method.upper(),
                path,
                summary,
                lang,
                told["tags"][0],
                [_parameter(parameter, query, words) for parameter in told["parameters"]],
                list(told.get("requestBody", {}).get("content", ())),
                list(responses["200"]["content"]),
                [(status, response["description"]) for status, response in sorted(responses.items())],
                links.base.rstrip("/") + path,
            )


def _parameter(told: dict[str, Any], query: Query | None, words: Words) -> Parameter:
    text, lang = told.get("description", ""), "en"
    known = next((p for p in query.parameters if p.name == told["name"]), None) if query else None
    if known is not None and words.lang in known.translations:
        text, lang = f"{known.translations[words.lang]} ({words('example', example=known.example)})", words.lang
    default = told["schema"].get("default")
    return Parameter(told["name"], text, lang, told.get("required", False), None if default is None else str(default))
