"""The answer to a canned question in each format, from parameters as a query string gives them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from mineralkg.errors import ParameterError, UnknownFormat
from mineralkg.formats import FORMATS, Format
from mineralkg.graph import Answer, EmbeddedGraph
from mineralkg.graph.answer import cell
from mineralkg.publishing.representations import Representation
from mineralkg.queries import bound_text, find

__all__ = ["ANSWER_FORMATS", "FILES", "RESERVED", "answer", "answer_files", "arguments_of", "question_text"]

_XLSX = Format(
    "xlsx", "rows", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "an Excel workbook"
)
_XML = Format("srx", "rows", "application/sparql-results+xml", (".srx",), "SPARQL Query Results XML")
# In the order in which a client that accepts several alike gets them.
ANSWER_FORMATS: tuple[Format, ...] = (
    *(f for name in ("json", "csv", "srj") for f in FORMATS if f.kind == "rows" and f.name == name),
    _XML,
    *(f for name in ("tsv", "md") for f in FORMATS if f.kind == "rows" and f.name == name),
    _XLSX,
)
# Those that pages link.
FILES = ("csv", "json", "xlsx", "tsv", "srj", "md")
RESERVED = ("lang", "page", "view", "embed")  # names in a query string that are about the page, not the question


def arguments_of(name: str, pairs: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """Return the arguments of a question from the *pairs* of a query string, without what is empty or about the page.

    Raises UnknownQuery, and ParameterError where a parameter that takes one value is given more.
    """
    query = find(name)
    several = {parameter.name for parameter in query.parameters if parameter.many}
    found: dict[str, str | list[str]] = {}
    for key, values in pairs.items():
        given = [value for value in values if value.strip()]
        if key in RESERVED or not given:
            continue
        if len(given) > 1 and key not in several:
            raise ParameterError(query.name, key, "it takes one value, and is given more than once.")
        found[key] = given if key in several else given[0]
    return found


def question_text(graph: EmbeddedGraph, name: str, pairs: Mapping[str, Sequence[str]]) -> str:
    """Return the SPARQL of a question with its parameters bound. Raises like `arguments_of` and `bound_text`."""
    return bound_text(graph, find(name), arguments_of(name, pairs))


def answer(graph: EmbeddedGraph, name: str, pairs: Mapping[str, Sequence[str]], format_name: str) -> Representation:
    """Return the answer to a question in one of ANSWER_FORMATS.

    Raises UnknownFormat, UnknownQuery, and ParameterError for a value that is missing, unknown or of the wrong kind.
    """
    format = next((f for f in ANSWER_FORMATS if f.name == format_name), None)
    if format is None:
        raise UnknownFormat(format_name, [f.name for f in ANSWER_FORMATS])
    text = question_text(graph, name, pairs)
    if format is _XML:
        results = graph.results(text, with_model=True)
        assert isinstance(results, ox.QuerySolutions)  # a canned question is a SELECT
        data = results.serialize(format=ox.QueryResultsFormat.XML)
        assert data is not None  # no output was given, so the bytes come back
        return Representation(format, data)
    return _representation(format, name, graph.ask_model(text))


def answer_files(
    graph: EmbeddedGraph, name: str, pairs: Mapping[str, Sequence[str]], ask: Callable[[str], Answer]
) -> Iterator[Representation]:
    """Return the answer to a question in each of FILES; it is asked once. Raises as `answer` does."""
    found = ask(question_text(graph, name, pairs))
    for format in ANSWER_FORMATS:
        if format.name in FILES:
            yield _representation(format, name, found)


def _representation(format: Format, name: str, found: Answer) -> Representation:
    return Representation(format, _workbook(name, found) if format is _XLSX else found.text(format.name).encode())


def _workbook(name: str, found: Answer) -> bytes:
    """Return an Excel workbook of the rows; text that looks like a formula or an address stays text."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    book.set_properties({"created": dt.datetime(1980, 1, 1)})  # not now: the same answer has the same bytes
    sheet = book.add_worksheet(name[:31])
    sheet.write_row(0, 0, found.columns, book.add_format({"bold": True}))
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(found, 1):
        for place, term in enumerate(row.terms.values()):
            value = cell(term)
            if isinstance(value, dt.date):
                if getattr(value, "tzinfo", None) is None:
                    sheet.write_datetime(number, place, value, dates)
                else:
                    sheet.write_string(number, place, value.isoformat())
            elif value is not None:
                sheet.write(number, place, value)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
