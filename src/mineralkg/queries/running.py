"""From a question and the values a person gave to bound SPARQL, and to its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import pyoxigraph as ox

from mineralkg import sparqltext
from mineralkg.errors import AmbiguousResource, ParameterError, UnknownResource, near_matches
from mineralkg.graph import Answer, Handle, resolve
from mineralkg.graph.lookup import members
from mineralkg.namespaces import PREFIXES
from mineralkg.queries.definition import Parameter, Query

__all__ = ["Value", "bound_text", "choices", "description", "run"]

Value: TypeAlias = str | int | float | bool | Decimal | dt.date

_XSD = PREFIXES["xsd"]


def run(graph: Handle, query: Query, values: Mapping[str, Value | Iterable[Value] | None]) -> Answer:
    """Return the answer of *graph* to a question with parameter values, each a Python value or its text.

    Raises ParameterError for a value that is missing, unknown or of the wrong kind.
    """
    return graph.ask_model(bound_text(graph, query, values))


def bound_text(graph: Handle, query: Query, values: Mapping[str, Value | Iterable[Value] | None]) -> str:
    """Return the SPARQL of a question with its parameters bound as terms; names are looked up in *graph*."""
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            near = near_matches(name, known)
            hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(known) or 'none'}."
            raise ParameterError(query.name, name, f"this query has no such parameter; {hint}")
    terms: dict[str, list[str]] = {}
    for parameter in query.parameters:
        given = _as_list(query, parameter, values.get(parameter.name))
        terms[parameter.name] = [str(_term(graph, query, parameter, value)) for value in given]
    return sparqltext.bind(query.text, terms)


def choices(graph: Handle, parameter: Parameter) -> list[str] | None:
    """Return the values a parameter can take where they are few and known: booleans and concepts of a scheme."""
    if parameter.type == "boolean":
        return ["true", "false"]
    if parameter.kind == "scheme" and parameter.type_iri:
        return members(graph, parameter.type_iri, scheme=True)
    return None


def description(graph: Handle, query: Query) -> dict[str, Any]:
    """Return what a question asks, takes and answers, as the commands' JSON has it."""
    parameters = []
    for p in query.parameters:
        described = {
            "name": p.name,
            "type": f"{p.type} list" if p.many else p.type,
            "required": p.required,
            "default": p.default,
            "choices": choices(graph, p),
            "doc": p.doc,
        }
        parameters.append({key: value for key, value in described.items() if key != "choices" or value is not None})
    return {
        "name": query.name,
        "question": query.question,
        "cq": query.cq,
        "parameters": parameters,
        "columns": list(query.columns),
    }


def _as_list(query: Query, parameter: Parameter, value: Value | Iterable[Value] | None) -> list[Value]:
    if value is None:
        value = parameter.default
    if value is None:
        if parameter.required:
            raise ParameterError(
                query.name, parameter.name, f"it is required, e.g. {parameter.example}. {parameter.doc}."
            )
        return []
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [value]
    several = list(value)
    if len(several) > 1 and not parameter.many:
        raise ParameterError(query.name, parameter.name, "it takes one value, not a list.")
    return several


def _term(graph: Handle, query: Query, parameter: Parameter, value: Value) -> ox.NamedNode | ox.Literal:
    if parameter.kind == "literal":
        try:
            return _LITERALS[parameter.type](value)
        except (ValueError, InvalidOperation):
            wanted = _WANTED[parameter.type]
            raise ParameterError(
                query.name, parameter.name, f"“{value}” is not {wanted}, e.g. {parameter.example}."
            ) from None
    try:
        found = resolve(
            graph,
            str(value),
            kind=parameter.type.replace("-", " "),
            iri=parameter.type_iri,
            scheme=parameter.kind == "scheme",
        )
    except (UnknownResource, AmbiguousResource) as error:
        raise ParameterError(query.name, parameter.name, str(error)) from error
    return ox.NamedNode(found.iri)


def _boolean(value: Value) -> ox.Literal:
    text = str(value).strip().lower()
    if text not in ("true", "false", "yes", "no", "1", "0"):
        raise ValueError(text)
    return ox.Literal("true" if text in ("true", "yes", "1") else "false", datatype=ox.NamedNode(_XSD + "boolean"))


def _date(value: Value) -> ox.Literal:
    day = (
        value.isoformat()[:10] if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip()).isoformat()
    )
    return ox.Literal(day, datatype=ox.NamedNode(_XSD + "date"))


def _decimal(value: Value) -> ox.Literal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return ox.Literal(f"{number:f}", datatype=ox.NamedNode(_XSD + "decimal"))


def _integer(value: Value) -> ox.Literal:
    return ox.Literal(str(int(str(value).strip())), datatype=ox.NamedNode(_XSD + "integer"))


_LITERALS: dict[str, Callable[[Value], ox.Literal]] = {
    "boolean": _boolean,
    "date": _date,
    "decimal": _decimal,
    "integer": _integer,
    "string": lambda value: ox.Literal(str(value)),
}
_WANTED = {
    "boolean": "true or false",
    "date": "a day written year-month-day",
    "decimal": "a number",
    "integer": "a whole number",
    "string": "text",
}
