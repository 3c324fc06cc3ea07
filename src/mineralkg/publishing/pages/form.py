"""The form of a question: one field for each parameter, with its choices from the data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from mineralkg.errors import ParameterError
from mineralkg.graph.answer import Row
from mineralkg.publishing.pages.reading import Reader, text_of
from mineralkg.queries import Parameter, Query, bound_text

__all__ = ["Choice", "Field", "Given", "fields", "given"]

Given = dict[str, str | list[str]]

_MOST_CHOICES = 400
_MEMBERS = """
SELECT ?thing (SAMPLE(?notation) AS ?code) WHERE {{
  {pattern} OPTIONAL {{ ?thing skos:notation ?notation FILTER (isLiteral(?notation)) }}
}} GROUP BY ?thing ORDER BY ?thing LIMIT {limit}
"""


@dataclass(frozen=True)
class Choice:
    """Something a parameter can be set to; one without an answer is understood, and not offered."""

    value: str
    text: str
    chosen: bool
    iri: str | None = None
    answered: bool = True

    @property
    def offered(self) -> bool:
        """Whether the form shows it."""
        return self.answered or self.chosen


@dataclass
class Field:
    """A parameter as a field of the form: its control, what is chosen, and what is wrong with that."""

    parameter: Parameter
    control: str  # "select", "checkboxes", "input"
    type: str
    choices: list[Choice] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    wrong: str | None = None


def fields(reader: Reader, query: Query, values: Given, wrong: ParameterError | None) -> list[Field]:
    """Return the fields of a question's form, set to *values*; what is *wrong* is said at its field."""
    answered = _answered(reader, query, values)
    found = [_field(reader, p, values.get(p.name), answered.get(p.name)) for p in query.parameters]
    for one in found:
        if wrong is not None and one.parameter.name == wrong.parameter:
            one.wrong = wrong.reason
    return found


def given(query: Query, arguments: Mapping[str, Sequence[str]]) -> Given:
    """Return the arguments that say something; a list for a parameter that takes several values."""
    found: Given = {}
    known = {parameter.name: parameter for parameter in query.parameters}
    for key, values in arguments.items():
        kept = [value for value in values if value.strip()]
        if kept and key in known:
            found[key] = kept if known[key].many else kept[-1]
    return found


def _answered(reader: Reader, query: Query, values: Given) -> dict[str, set[str]]:
    """Return for each optional parameter what stands in the column of its name when nothing is chosen."""
    names = [p.name for p in query.parameters if p.type_iri and not p.required and p.name in query.columns]
    required = {p.name: values[p.name] for p in query.parameters if p.required and p.name in values}
    if not names:
        return {}
    try:
        answer = reader.answer(bound_text(reader.site.kg.handle, query, required))
    except ParameterError:
        return {}
    return {name: {text_of(row.terms[name]) for row in answer} for name in names}


def _field(
    reader: Reader, parameter: Parameter, value: str | list[str] | None, answered: Collection[str] | None
) -> Field:
    values = [value] if isinstance(value, str) else list(value or ())
    if not values and parameter.default:
        values = [parameter.default]
    kind = {"date": "date", "integer": "number"}.get(parameter.type, "text")
    choices = _choices(reader, parameter, values)
    if choices is None:
        return Field(parameter, "input", kind, values=values)
    if answered is not None:
        choices = [replace(c, answered=c.iri in answered) for c in choices]
    control = "checkboxes" if parameter.many or parameter.type == "boolean" else "select"
    return Field(parameter, control, kind, choices, values)


def _choices(reader: Reader, parameter: Parameter, values: Sequence[str]) -> list[Choice] | None:
    """Return what a parameter can be set to, by its labels; None where anything can be written or the list is long."""
    if parameter.type == "boolean":  # where it is not true, it makes no difference
        return [Choice("true", reader.words("yes"), "true" in values)]
    if parameter.kind == "literal" or parameter.type_iri is None:
        return None
    node = ox.NamedNode(parameter.type_iri)
    pattern = f"?thing skos:inScheme {node} ." if parameter.kind == "scheme" else f"?thing a {node} ."
    rows = reader.ask(_MEMBERS.format(pattern=pattern, limit=_MOST_CHOICES + 1))
    if len(rows) > _MOST_CHOICES:
        return None
    reader.learn(row.terms["thing"] for row in rows)
    found = [_choice(reader, parameter, row, values) for row in rows]
    known = {c.value.lower() for c in found}
    extra = [] if any(c.chosen for c in found) else [Choice(v, v, True) for v in values if v.lower() not in known]
    return sorted(found, key=lambda c: c.text.casefold()) + extra


def _choice(reader: Reader, parameter: Parameter, row: Row, values: Sequence[str]) -> Choice:
    iri = str(row.thing)
    slug = iri.rpartition("/")[2]
    code = str(row.code) if row.code is not None and parameter.kind == "class" else slug
    chosen = any(value.lower() in (code.lower(), slug.lower(), iri.lower()) for value in values)
    label = reader.label(iri)
    return Choice(code, f"{code} · {label}" if parameter.type == "claim" else label, chosen, iri)
