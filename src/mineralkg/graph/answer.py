"""What a query answers: rows, a yes or no, or triples, in one type that says which of these it is."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import pyoxigraph as ox

from mineralkg import formats, rdfio
from mineralkg.errors import UnknownFormat
from mineralkg.extras import lacking

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["Answer", "Cell", "Row", "Term"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Cell: TypeAlias = str | int | float | bool | Decimal | dt.date | dt.datetime | None

_XSD = "http://www.w3.org/2001/XMLSchema#"
_FROM_LEXICAL: dict[str, Callable[[str], Cell]] = {
    _XSD + "integer": int,
    _XSD + "decimal": Decimal,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: text in ("true", "1"),
    _XSD + "date": dt.date.fromisoformat,
    _XSD + "dateTime": dt.datetime.fromisoformat,
}


def cell(term: Term | None) -> Cell:
    """Return a term as a Python value: IRIs and text as str, numbers, booleans and dates as such, unbound as None.

    A literal whose text is not valid for its datatype, or whose datatype Python has no type for, comes back as text.
    """
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        convert = _FROM_LEXICAL.get(term.datatype.value)
        if convert is None:
            return term.value
        try:
            return convert(term.value)
        except (ValueError, ArithmeticError):
            return term.value
    return str(term)


def _jsonable(value: Cell) -> str | int | float | bool | None:
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "INF", -math.inf: "-INF"}.get(value, "NaN")  # as XML Schema writes them; JSON cannot
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date):  # dt.datetime is one too
        return value.isoformat()
    return value


class Row:
    """One row of an answer: cells by position, by attribute (``row.partner``) or by key (``row["partner"]``).

    It can be iterated and sliced like a tuple. It is not a `Sequence`, whose methods ``count`` and ``index`` would hide
    columns of those names.
    """

    __slots__ = ("_columns", "_terms")

    def __init__(self, columns: Sequence[str], terms: Sequence[Term | None]) -> None:
        self._columns = columns
        self._terms = terms

    @property
    def terms(self) -> Mapping[str, Term | None]:
        """The RDF terms behind the cells, by column."""
        return dict(zip(self._columns, self._terms, strict=True))

    @property
    def sequence(self) -> Sequence[Term | None]:
        """The RDF terms behind the cells, in order."""
        return self._terms

    def as_dict(self) -> dict[str, Cell]:
        """Return the cells by column, in order."""
        return {column: cell(term) for column, term in zip(self._columns, self._terms, strict=True)}

    @overload
    def __getitem__(self, key: int | str) -> Cell: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Cell]: ...
    def __getitem__(self, key: int | str | slice) -> Cell | Sequence[Cell]:
        if isinstance(key, str):
            return cell(self._terms[self._index(key)])
        if isinstance(key, slice):
            return [cell(term) for term in self._terms[key]]
        return cell(self._terms[key])

    def __getattr__(self, name: str) -> Cell:
        if name in self._columns:
            return self[name]
        raise AttributeError(f"this row has no column {name!r}; its columns are {', '.join(self._columns)}")

    def __len__(self) -> int:
        return len(self._terms)

    def __iter__(self) -> Iterator[Cell]:
        return (cell(term) for term in self._terms)

    def __reduce__(self) -> tuple[type[Row], tuple[Sequence[str], Sequence[Term | None]]]:
        return Row, (self._columns, self._terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{k}={v!r}' for k, v in self.as_dict().items())})"

    def _index(self, column: str) -> int:
        try:
            return self._columns.index(column)
        except ValueError:
            raise KeyError(column) from None


class Answer(Sequence[Row]):
    """The answer to a query.

    ``kind`` says which: "rows" for SELECT (the answer is then a sequence of Row), "boolean" for ASK (see ``boolean``),
    "triples" for CONSTRUCT and DESCRIBE (see ``triples``).
    """

    def __init__(
        self,
        kind: Literal["rows", "boolean", "triples"],
        *,
        columns: Sequence[str] = (),
        rows: Iterable[Sequence[Term | None]] = (),
        boolean: bool = False,
        triples: Iterable[ox.Triple] = (),
    ) -> None:
        self.kind = kind
        self.columns = tuple(columns)
        self.boolean = boolean
        self.triples = list(triples)
        self._rows = [Row(self.columns, row) for row in rows]

    @classmethod
    def of(cls, results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
        """Return the answer that an engine's *results* amount to."""
        if isinstance(results, ox.QuerySolutions):
            columns = [variable.value for variable in results.variables]
            return cls("rows", columns=columns, rows=[tuple(solution) for solution in results])
        if isinstance(results, ox.QueryBoolean):
            return cls("boolean", boolean=bool(results))
        return cls("triples", triples=results)

    @classmethod
    def table(cls, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Answer:
        """Return rows of plain text as an answer, so that lists of any kind are written by the same writers."""
        return cls("rows", columns=columns, rows=[[ox.Literal(text) for text in row] for row in rows])

    @property
    def tuples(self) -> Iterator[Sequence[Term | None]]:
        """The terms of each row, in the order of the columns; rows give them by name, and take longer."""
        return (row.sequence for row in self._rows)

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Row]: ...
    def __getitem__(self, key: int | slice) -> Row | Sequence[Row]:
        return self._rows[key]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __bool__(self) -> bool:
        return {"rows": bool(self._rows), "boolean": self.boolean, "triples": bool(self.triples)}[self.kind]

    def __repr__(self) -> str:
        size = {
            "rows": f"{len(self)} rows",
            "boolean": str(self.boolean).lower(),
            "triples": f"{len(self.triples)} triples",
        }
        return f"<Answer: {size[self.kind]}>"

    def text(self, format: str) -> str:
        """Return the answer in a format: one for rows ("csv", "tsv", "json", "srj", "md", "table") or one for RDF.

        Raises UnknownFormat where the format cannot hold this kind of answer.
        """
        if self.kind == "triples":
            return rdfio.serialize(self.triples, format)
        if format not in (known := formats.names("rows")):
            raise UnknownFormat(format, known)
        if self.kind == "boolean" and format != "srj":
            return f"{str(self.boolean).lower()}\n"
        return _WRITERS[format](self)

    def to_csv(self, path: str | Path) -> None:
        """Write the rows to *path* as SPARQL 1.1 CSV."""
        Path(path).write_text(self.text("csv"), encoding="utf-8", newline="")

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas data frame. Raises UsageError where pandas is not installed."""
        rows = [row.as_dict() for row in self]
        frame: pandas.DataFrame = _frames("pandas").DataFrame(rows, columns=list(self.columns))
        return frame

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars data frame. Raises UsageError where polars is not installed."""
        data: dict[str, list[Cell]] = {column: [row[column] for row in self] for column in self.columns}
        frame: polars.DataFrame = _frames("polars").DataFrame(data, strict=False)
        return frame

    def _repr_html_(self) -> str:
        if self.kind != "rows":
            return f"<code>{self!r}</code>"
        from html import escape

        from mineralkg.graph.view import View

        view = View(self)
        head = "".join(f"<th>{escape(title)}</th>" for title in view.titles)
        body = "".join("<tr>" + "".join(_html_cell(c, link) for c, link in row) + "</tr>" for row in view.rows())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _frames(library: str) -> Any:
    """Return the data-frame library of that name, which is an extra."""
    try:
        return importlib.import_module(library)
    except ImportError as error:
        raise lacking("frames", library) from error


def _html_cell(text: str, link: str | None) -> str:
    from html import escape

    shown = escape(text)
    return f'<td><a href="{escape(link)}">{shown}</a></td>' if link else f"<td>{shown}</td>"


def _csv(answer: Answer) -> str:
    """Return SPARQL 1.1 CSV: IRIs bare, literals as their text, unbound as nothing, lines ended by CR LF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(answer.columns)
    for row in answer:
        writer.writerow("" if term is None else _lexical(term) for term in row.terms.values())
    return out.getvalue()


def _lexical(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _tsv(answer: Answer) -> str:
    """Return SPARQL 1.1 TSV: terms in Turtle form, unbound as nothing."""
    lines = ["\t".join(f"?{c}" for c in answer.columns)]
    lines += ["\t".join("" if t is None else str(t).replace("\t", "\\t") for t in row.terms.values()) for row in answer]
    return "\n".join(lines) + "\n"


def _json(answer: Answer) -> str:
    rows = [{column: _jsonable(value) for column, value in row.as_dict().items()} for row in answer]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _srj(answer: Answer) -> str:
    """Return SPARQL 1.1 Query Results JSON."""
    if answer.kind == "boolean":
        return json.dumps({"head": {}, "boolean": answer.boolean}) + "\n"
    bindings = [{c: _srj_term(t) for c, t in row.terms.items() if t is not None} for row in answer]
    document: dict[str, Any] = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _srj_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Literal):
        described: dict[str, Any] = {"type": "literal", "value": term.value}
        if term.language:
            described["xml:lang"] = term.language
        elif term.datatype.value != _XSD + "string":
            described["datatype"] = term.datatype.value
        return described
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _srj_term(part) for name, part in parts.items()}}


def _md(answer: Answer) -> str:
    from mineralkg.graph.view import View, markdown

    return markdown(View(answer))


def _table(answer: Answer) -> str:
    from mineralkg.graph.table import render
    from mineralkg.graph.view import View

    return render(View(answer))


_WRITERS: dict[str, Callable[[Answer], str]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "srj": _srj,
    "md": _md,
    "table": _table,
}
