"""How to ask a question elsewhere: on the command line, in Python, over HTTP, inside another page."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from html import escape

from mineralkg.queries import Query

__all__ = ["command", "curl", "embed", "python"]

Values = Mapping[str, str | list[str]]


def curl(address: str) -> str:
    """Return the command that fetches *address*."""
    return f"curl --location {shlex.quote(address)}"


def python(query: Query, given: Values) -> str:
    """Return Python that asks the question with the same values."""
    values = ", ".join(f"{name}={_literal(query, name, value)}" for name, value in given.items())
    return (
        "import mineralkg as mk\n\n"
        f"rows = mk.open().query.{query.name}({values})\n"
        f'rows.to_csv("{query.name}.csv")  # also rows.to_pandas()\n'
    )


def _literal(query: Query, name: str, value: str | list[str]) -> str:
    kind = next(p.type for p in query.parameters if p.name == name)
    if kind == "boolean" and isinstance(value, str):
        return str(value.lower() in ("true", "yes", "1"))
    if kind == "integer" and isinstance(value, str) and value.isdigit():
        return value
    return json.dumps(value[0] if isinstance(value, list) and len(value) == 1 else value, ensure_ascii=False)


def command(query: Query, given: Values) -> str:
    """Return the command that asks the question with the same values."""
    parts = ["mineralkg", "query", query.name]
    for name, value in given.items():
        parts += [f"--{name}", *([value] if isinstance(value, str) else value)]
    return shlex.join(parts)


def embed(address: str, title: str) -> str:
    """Return the HTML that shows the answer inside another page."""
    return f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="480"></iframe>\n'
