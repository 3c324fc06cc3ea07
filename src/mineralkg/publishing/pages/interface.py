"""The page about the interface for programs: every operation of the OpenAPI description, with its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mineralkg.publishing.openapi import openapi

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["Operation", "Parameter", "operations"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, as a row of a table."""

    name: str
    description: str
    required: bool
    default: str | None


@dataclass(frozen=True)
class Operation:
    """What can be asked for at one address with one method."""

    id: str
    method: str
    path: str
    summary: str
    group: str
    parameters: list[Parameter]
    bodies: list[str]
    media_types: list[str]
    statuses: list[tuple[str, str]]
    address: str


def operations(site: Site, links: Links) -> list[Operation]:
    """Return the operations of a site, in the order in which they are described."""
    return [*_operations(openapi(site, links), links)]


def _operations(description: dict[str, Any], links: Links) -> Iterator[Operation]:
    for path, methods in description["paths"].items():
        for method, told in methods.items():
            responses = told["responses"]
            yield Operation(
                told["operationId"],
                method.upper(),
                path,
                told["summary"],
                told["tags"][0],
                [
                    Parameter(p["name"], p.get("description", ""), p.get("required", False), _default(p))
                    for p in told["parameters"]
                ],
                list(told.get("requestBody", {}).get("content", ())),
                list(responses["200"]["content"]),
                [(status, response["description"]) for status, response in sorted(responses.items())],
                links.base.rstrip("/") + path,
            )


def _default(parameter: dict[str, Any]) -> str | None:
    default = parameter["schema"].get("default")
    return None if default is None else str(default)
