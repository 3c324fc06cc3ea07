"""The folder of queries as a catalogue: by name, and as functions with real signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from mineralkg.errors import UnknownQuery, near_matches
from mineralkg.graph import Answer, Handle
from mineralkg.queries.definition import Parameter, Query, load
from mineralkg.queries.running import run
from mineralkg.resources import folder

__all__ = ["Catalogue", "all_queries", "find", "names"]


def names() -> list[str]:
    """Return the names of the canned questions, in order."""
    return sorted(path.stem for path in folder("queries").glob("*.rq"))


def find(name: str) -> Query:
    """Return the question *name*, or raise UnknownQuery with near matches; hyphens stand for underscores."""
    name = name.replace("-", "_")
    known = names()
    if name not in known:
        raise UnknownQuery(name, near_matches(name, known))
    return load(folder("queries") / f"{name}.rq")


def all_queries() -> list[Query]:
    """Return all canned questions by the number of their competency question, then by name."""
    queries = [load(folder("queries") / f"{name}.rq") for name in names()]
    return sorted(queries, key=lambda query: (query.cq is None, query.cq, query.name))


class Catalogue:
    """The canned questions of one graph as functions: ``kg.query.partner_commitments(partner="JPN")``.

    ``dir()`` and iteration give the names; ``help()`` on one gives its question and parameters.
    """

    def __init__(self, graph: Handle) -> None:
        self._graph = graph

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return _function(self._graph, find(name))
        except UnknownQuery as error:
            raise AttributeError(str(error)) from error

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __dir__(self) -> list[str]:
        return [*names(), *super().__dir__()]

    def __repr__(self) -> str:
        width = max(map(len, names()), default=0)
        lines = (f"{query.name:<{width}}  {query.question}" for query in all_queries())
        return "\n".join(lines)


def _function(graph: Handle, query: Query) -> Callable[..., Answer]:
    def ask(**values: Any) -> Answer:
        return run(graph, query, values)

    ask.__name__ = ask.__qualname__ = query.name
    ask.__doc__ = _documentation(query)
    ask.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [_signature(parameter) for parameter in sorted(query.parameters, key=lambda p: not p.required)],
        return_annotation="Answer",
    )
    return ask


_ANNOTATIONS = {"boolean": "bool", "date": "date | str", "decimal": "Decimal | float", "integer": "int"}


def _signature(parameter: Parameter) -> inspect.Parameter:
    annotation = _ANNOTATIONS.get(parameter.type, "str")
    if parameter.many:
        annotation += f" | list[{annotation}]"
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if parameter.required else parameter.default,
        annotation=annotation,
    )


def _documentation(query: Query) -> str:
    lines = [query.question, ""]
    if query.parameters:
        lines.append("Parameters:")
        for parameter in query.parameters:
            several = ", one or more" if parameter.many else ""
            lines.append(f"    {parameter.name}: {parameter.doc} ({parameter.type}{several}; e.g. {parameter.example})")
        lines.append("")
    lines.append(f"Columns: {', '.join(query.columns)}")
    return "\n".join(lines)
