"""Every error that mineralkg raises on purpose.

    MineralKGError
    ├── UsageError              reason                            options that do not go together
    ├── UnknownFormat           name, known                       no such output or input format
    ├── LoadError               path, reason, line, column        a file is missing or not the RDF it claims to be
    │   └── LayoutRefused       path, reason, line, column        a file cannot be laid out anew without a loss
    ├── StoreError              path, reason                      an on-disk store cannot be opened or filled
    ├── EndpointError           url, reason, status               a remote SPARQL endpoint failed
    ├── UnknownResource         text, kind, suggestions           nothing in the graph goes by that name
    ├── AmbiguousResource       text, kind, candidates            more than one thing goes by that name
    ├── QueryError
    │   ├── UnknownQuery        name, suggestions                 no such file in queries/
    │   ├── QueryFileError      path, reason, line                the header or the SPARQL of a query file is broken
    │   ├── ParameterError      query, parameter, reason          a parameter is missing, unknown or of the wrong kind
    │   ├── QuerySyntaxError    reason, line, column              the text is not SPARQL
    │   └── QueryRefused        reason, line, column              the text would write, or reach outside the graph
    │       └── UpdateRefused   reason, line, column              the text is an update
    ├── TimeLimit               what, seconds                     something takes longer than it may
    ├── ShapesError             path, reason                      the shapes graph itself cannot be used
    ├── WorkerDied              how                               a process that did a share of the work is gone
    └── ReasoningError          reason                            a reasoner is missing or failed

Errors hold fields; the sentence is made from them. "The data do not conform" is an answer, not an error.
An error knows neither an exit code nor an HTTP status: the doors map classes to those.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

__all__ = [
    "AmbiguousResource",
    "EndpointError",
    "LayoutRefused",
    "LoadError",
    "MineralKGError",
    "ParameterError",
    "QueryError",
    "QueryFileError",
    "QueryRefused",
    "QuerySyntaxError",
    "ReasoningError",
    "ShapesError",
    "StoreError",
    "TimeLimit",
    "UnknownFormat",
    "UnknownQuery",
    "UnknownResource",
    "UpdateRefused",
    "UsageError",
    "WorkerDied",
    "near_matches",
]


def near_matches(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Return up to *most* of the *known* words that are spelt like *word*, nearest first; none much farther than it."""
    by_folded = {k.casefold(): k for k in known}
    folded = word.casefold()
    found = difflib.get_close_matches(folded, by_folded, n=most, cutoff=0.6)
    likeness = {f: difflib.SequenceMatcher(None, f, folded).ratio() for f in found}
    return [by_folded[f] for f in found if likeness[f] > likeness[found[0]] - 0.1]


def _did_you_mean(suggestions: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""


def _at(line: int | None, column: int | None) -> str:
    if line is None:
        return ""
    return f":{line}" if column is None else f":{line}:{column}"


class MineralKGError(Exception):
    """Base of all errors of this package; its text says what is wrong, where, and what to do."""

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)
        super().__init__(*fields.values())

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self) -> str:
        """Return the one sentence that a person reads."""
        return "Something went wrong."


class UsageError(MineralKGError):
    """Options or arguments do not go together."""

    reason: str

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)

    def sentence(self) -> str:
        return self.reason


class UnknownFormat(MineralKGError):
    """A format was asked for that the format table does not have for this purpose."""

    name: str
    known: Sequence[str]

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name=name, known=known)

    def sentence(self) -> str:
        return f"There is no format “{self.name}” here. Use one of: {', '.join(self.known)}."


class LoadError(MineralKGError):
    """A file could not be read as RDF."""

    path: str
    reason: str
    line: int | None
    column: int | None
    problem: object = None  # what the reader of the file knows about it, where it is about its text
    text: str = ""  # what could be read of the file, where the problem is at a place in it

    def __init__(self, path: str, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(path=path, reason=reason, line=line, column=column)

    def sentence(self) -> str:
        return f"{self.path}{_at(self.line, self.column)}: {self.reason}"


class LayoutRefused(LoadError):
    """A file that is in order cannot be laid out anew without losing something of it; it stays as it is."""

    def sentence(self) -> str:
        return f"{self.path}{_at(self.line, self.column)}: It is left as it is: {self.reason}"


class StoreError(MineralKGError):
    """An on-disk store could not be opened or filled."""

    path: str
    reason: str

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path=path, reason=reason)

    def sentence(self) -> str:
        return f"The store {self.path} cannot be used: {self.reason}"


class EndpointError(MineralKGError):
    """A remote SPARQL endpoint did not answer, or answered with an error."""

    url: str
    reason: str
    status: int | None

    def __init__(self, url: str, reason: str, status: int | None = None) -> None:
        super().__init__(url=url, reason=reason, status=status)

    def sentence(self) -> str:
        status = f" with HTTP status {self.status}" if self.status else ""
        return f"The endpoint {self.url} failed{status}: {self.reason}"


_LISTS = {"kind of thing": "mineralkg new", "rule": "mineralkg rules"}  # what is no part of the graph, and who lists it


class UnknownResource(MineralKGError):
    """Nothing in the graph goes by the given IRI, code or label."""

    text: str
    kind: str
    suggestions: Sequence[str]

    def __init__(self, text: str, kind: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(text=text, kind=kind, suggestions=suggestions)

    def sentence(self) -> str:
        listed = f" List them with: {_LISTS[self.kind]}" if self.kind in _LISTS else ""
        otherwise = listed or " Give a code, a label, a CURIE or an IRI that the graph speaks of."
        return f"There is no {self.kind} “{self.text}”.{_did_you_mean(self.suggestions) or otherwise}"


class AmbiguousResource(MineralKGError):
    """More than one thing in the graph goes by the given code or label."""

    text: str
    kind: str
    candidates: Sequence[str]

    def __init__(self, text: str, kind: str, candidates: Sequence[str]) -> None:
        super().__init__(text=text, kind=kind, candidates=candidates)

    def sentence(self) -> str:
        return f"“{self.text}” may be more than one {self.kind}: {', '.join(self.candidates)}. Give one of these."


class QueryError(MineralKGError):
    """Something is wrong with a query or its parameters."""


class UnknownQuery(QueryError):
    """No file in the queries folder has this name."""

    name: str
    suggestions: Sequence[str]

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(name=name, suggestions=suggestions)

    def sentence(self) -> str:
        hint = _did_you_mean(self.suggestions) or " List them with: mineralkg query"
        return f"There is no canned query “{self.name}”.{hint}"


class QueryFileError(QueryError):
    """A query file's header or SPARQL is broken, or the two disagree."""

    path: str
    reason: str
    line: int | None

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        super().__init__(path=path, reason=reason, line=line)

    def sentence(self) -> str:
        return f"{self.path}{_at(self.line, None)}: {self.reason}"


class ParameterError(QueryError):
    """A parameter of a canned query is missing, unknown or of the wrong kind."""

    query: str
    parameter: str
    reason: str

    def __init__(self, query: str, parameter: str, reason: str) -> None:
        super().__init__(query=query, parameter=parameter, reason=reason)

    def sentence(self) -> str:
        return f"Query {self.query}, parameter {self.parameter}: {self.reason}"


class QuerySyntaxError(QueryError):
    """A text is not SPARQL."""

    reason: str
    line: int | None
    column: int | None

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason=reason, line=line, column=column)

    def sentence(self) -> str:
        where = f" at line {self.line}" if self.line else ""
        where += f", column {self.column}" if self.line and self.column else ""
        return f"The query cannot be read{where}: {self.reason}"


class QueryRefused(QueryError):
    """A text is SPARQL, and would write or reach outside the graph."""

    reason: str
    line: int | None
    column: int | None

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason=reason, line=line, column=column)

    def sentence(self) -> str:
        where = f" (line {self.line}, column {self.column})" if self.line else ""
        return f"The query is refused{where}: {self.reason}"


class UpdateRefused(QueryRefused):
    """A text is SPARQL Update; nothing here writes on a text's behalf."""


class ShapesError(MineralKGError):
    """The shapes graph itself cannot be used."""

    path: str
    reason: str

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path=path, reason=reason)

    def sentence(self) -> str:
        return f"The shapes in {self.path} cannot be used: {self.reason}"


class WorkerDied(MineralKGError):
    """A process that did a share of the work is gone, and what it had to do is not done."""

    how: str

    def __init__(self, how: str) -> None:
        super().__init__(how=how)

    def sentence(self) -> str:
        return (
            f"A process that wrote pages has died ({self.how}), perhaps because memory was short. Run the command "
            "again: what is written stays. With --jobs 1 it takes the least memory."
        )


class TimeLimit(MineralKGError):
    """Something takes longer than it may."""

    what: str
    seconds: float

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(what=what, seconds=seconds)

    def sentence(self) -> str:
        return (
            f"Stopped after {self.seconds:g} seconds: {self.what} would take longer. Look for a pattern or a query "
            "that tries everything, give fewer data, or raise the limit with --timeout."
        )


class ReasoningError(MineralKGError):
    """A reasoner is missing, or failed on its input."""

    reason: str

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)

    def sentence(self) -> str:
        return self.reason
