"""The page of a canned question: its form, its answer as table, picture and files, and how to ask it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from mineralkg.errors import ParameterError
from mineralkg.graph import Answer
from mineralkg.graph.answer import Row
from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.pages import snippets
from mineralkg.publishing.pages.charts import Picture, picture
from mineralkg.publishing.pages.environment import Words
from mineralkg.publishing.pages.form import Field, Given, fields, given
from mineralkg.publishing.pages.reading import Reader, Value, reading_of
from mineralkg.queries import Query, all_queries, bound_text, find

__all__ = ["Column", "Question", "in_the_browser", "question", "questions"]

MOST_ROWS = 200
# Formats that people ask for first; the others stand behind them.
_FILES = ("csv", "json", "xlsx", "tsv", "srj", "md")


@dataclass(frozen=True)
class Column:
    """A column of the answer as it is shown: a thing and its label are one."""

    name: str
    title: str
    source: str
    label: str | None
    kind: str  # "words", "wide", "long", "number", "date", ""

    @property
    def below(self) -> bool:
        """Whether it stands below its row, where there is room for words."""
        return self.kind in ("words", "wide")


@dataclass
class Question:
    """All that the page of a question shows."""

    query: Query
    fields: list[Field]
    given: Given
    example: bool
    wrong: str | None
    columns: list[Column]
    all_columns: list[Column]
    rows: list[list[list[Value]]]  # a cell is one value, or the things that the query has joined
    total: int
    picture: Picture | None
    sparql: str | None
    files: list[tuple[str, str]]
    permalink: str
    editor: str
    curl: str
    python: str
    command: str
    embed: str

    @property
    def below(self) -> int:
        """How many columns stand below their rows."""
        return sum(column.below for column in self.columns)


def questions(reader: Reader) -> list[tuple[Query, str]]:
    """Return all questions with the addresses of their pages."""
    return [(query, reader.links.page("question", name=query.name)) for query in all_queries()]


def question(reader: Reader, name: str, arguments: Mapping[str, Sequence[str]]) -> Question:
    """Return what the page of the question *name* shows for *arguments*, as a query string gives them.

    What is required and not given is set to the example, so that the page always shows an answer; what is given and
    wrong is said at its field. Raises UnknownQuery for a question there is not.
    """
    query = find(name)
    values = given(query, arguments)
    missing = {p.name: p.example for p in query.parameters if p.required and p.name not in values}
    values = {**values, **missing}
    text, answer, wrong = _answered(reader, query, values)
    all_columns = _columns(reader, query, answer)
    columns = [c for c in all_columns if _filled(c, answer)]
    links = reader.links

    def file(suffix: str) -> str:
        return links.page("answer", name=query.name, suffix=suffix, **values)

    permalink = links.absolute(links.page("question", name=query.name, **values))
    return Question(
        query=query,
        fields=fields(reader, query, values, wrong),
        given=values,
        example=bool(missing),
        wrong=str(wrong) if wrong else None,
        columns=columns,
        all_columns=all_columns,
        rows=_rows(reader, columns, answer),
        total=len(answer),
        picture=picture(reader, query.view, answer),
        sparql=text,
        files=[(suffix, file(suffix)) for suffix in _FILES],
        permalink=permalink,
        editor=f"{links.page('sparql')}#query={quote(text or query.text)}",
        curl=snippets.curl(links.absolute(file("csv"))),
        python=snippets.python(query, values),
        command=snippets.command(query, values),
        embed=snippets.embed(links.variant(permalink, embed=1), query.asked_in(reader.lang)[0]),
    )


def in_the_browser(seen: Question, local: str, words: Words) -> dict[str, object]:
    """Return what a script needs to ask the question of the data at *local*, without a server."""
    return {
        "own": seen.query.words.get(words.lang, {}),
        "text": seen.query.text,
        "projected": seen.query.columns,
        "parameters": [_parameter(field) for field in seen.fields],
        "columns": [{"source": c.source, "label": c.label, "title": c.title, "kind": c.kind} for c in seen.all_columns],
        "data": local,
        "prefixes": PREFIXES,
        "reading": reading_of(words),
        "words": {
            "running": words("running"),
            "stop": words("stop"),
            "stopped": words("stopped"),
            "ended": words.texts["ended"],
            "answer": words("answer"),
            "none": words("no_rows"),
            "unknown": words.texts["unknown_value"],
            "wrong": words.texts["wrong_value"],
            "missing": words.texts["missing_value"],
        },
    }


def _parameter(field: Field) -> dict[str, object]:
    parameter = field.parameter
    told: dict[str, object] = {
        "name": parameter.name,
        "type": parameter.type,
        "many": parameter.many,
        "required": parameter.required,
        "default": parameter.default,
        "example": parameter.example,
    }
    if parameter.kind != "literal":
        told["values"] = {choice.value: choice.iri for choice in field.choices if choice.iri}
    return told


def _answered(reader: Reader, query: Query, values: Given) -> tuple[str | None, Answer, ParameterError | None]:
    """Return the bound SPARQL of a question and its answer, or what is wrong with the values."""
    try:
        text = bound_text(reader.site.kg.handle, query, values)
    except ParameterError as error:
        return None, Answer("rows", columns=query.columns), error
    return text, _in_words(reader.answer(text), query.words.get(reader.lang, {}), reader.lang), None


def _in_words(answer: Answer, words: Mapping[str, Mapping[str, str]], lang: str) -> Answer:
    """Return the answer with the texts that the query itself puts into columns in the language of the page."""
    if not words:
        return answer
    of: dict[str, dict[object, ox.Literal]] = {
        column: {ox.Literal(own, language="en"): ox.Literal(text, language=lang) for own, text in texts.items()}
        for column, texts in words.items()
    }
    others = [of.get(column, {}) for column in answer.columns]
    rows = ([other.get(term) or term for term, other in zip(row, others, strict=True)] for row in answer.tuples)
    return Answer("rows", columns=answer.columns, rows=rows)


def _columns(reader: Reader, query: Query, answer: Answer) -> list[Column]:
    names = query.columns
    partner = {f"{c}_{kind}": c for c in names for kind in ("label", "code") if f"{c}_{kind}" in names}
    shown = [name for name in names if name not in partner.values()]
    return [
        Column(source, _title(reader, source), source, name if name in partner else None, _kind(name, answer))
        for name, source in ((name, partner.get(name, name)) for name in shown)
    ]


def _filled(column: Column, answer: Answer) -> bool:
    return any(
        row.terms[column.source] is not None or row.terms[column.label or column.source] is not None for row in answer
    )


def _title(reader: Reader, name: str) -> str:
    return reader.words.texts.get(f"column.{name}") or name.replace("_", " ")


def _kind(name: str, answer: Answer) -> str:
    if name in ("quote", "words", "as_written"):
        return "words"
    terms = [row.terms[name] for row in answer]
    literals = [t for t in terms if isinstance(t, ox.Literal)]
    if literals and all(t.datatype.value.rpartition("#")[2] in ("integer", "decimal") for t in literals):
        return "number"
    if literals and all(t.datatype.value.rpartition("#")[2] == "date" for t in literals):
        return "date"
    lengths = sorted(len(t.value) for t in literals) or [0]
    # One long name does not take a column out of its row.
    return "wide" if lengths[len(lengths) // 2] > 60 else "long" if lengths[-1] > 22 else ""


def _rows(reader: Reader, columns: Sequence[Column], answer: Answer) -> list[list[list[Value]]]:
    rows = list(answer[:MOST_ROWS])
    reader.learn(term for row in rows for term in row.terms.values())
    return [[_cell(reader, column, row) for column in columns] for row in rows]


def _cell(reader: Reader, column: Column, row: Row) -> list[Value]:
    term = row.terms[column.source]
    label = row.terms[column.label] if column.label else None
    if isinstance(term, ox.NamedNode):
        shown = reader.thing(term.value)
        if column.label and column.label.endswith("_code") and isinstance(label, ox.Literal):
            return [Value(label.value, "thing", shown.href, None, shown.iri, shown.outside, shown.text)]
        return [shown]
    if isinstance(term, ox.Literal) and label is not None:  # IRIs with spaces between, and their joined labels
        return [reader.thing(iri) for iri in term.value.split()]
    value = reader.value(term if term is not None else label)
    return [value] if value.text else []
