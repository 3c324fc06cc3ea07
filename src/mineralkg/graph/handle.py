"""What every handle on a graph can do, wherever the graph lies."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mineralkg import sparqltext
from mineralkg.errors import QuerySyntaxError
from mineralkg.graph.answer import Answer
from mineralkg.namespaces import PREFIXES

if TYPE_CHECKING:
    import rdflib

__all__ = ["Handle", "check_syntax"]


class Handle(ABC):
    """A knowledge graph that answers read-only SPARQL; ``name`` says in words which graph it is."""

    name: str

    def sparql(self, text: str) -> Answer:
        """Return the answer to a SPARQL query.

        Raises QueryRefused for text that would write or reach outside the graph, QuerySyntaxError for text that is
        not SPARQL, and EndpointError where a remote endpoint fails.
        """
        return self._evaluate(text, sparqltext.guard(text), with_model=False)

    def ask_model(self, text: str) -> Answer:
        """Return the answer to a query of the toolkit's own, which also sees the ontology and the vocabularies."""
        return self._evaluate(text, sparqltext.guard(text), with_model=True)

    @property
    @abstractmethod
    def rdflib(self) -> rdflib.Dataset:
        """The same graph as an rdflib dataset: a live view, not a copy."""

    @abstractmethod
    def _evaluate(self, text: str, form: sparqltext.Form, /, *, with_model: bool) -> Answer: ...


def check_syntax(text: str) -> None:
    """Raise QuerySyntaxError where *text* is not a SPARQL query that the embedded engine reads."""
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        raise syntax_error(text, error) from error


_POSITION = re.compile(r"error at (\d+):(\d+): ")


def syntax_error(text: str, error: SyntaxError) -> QuerySyntaxError:
    """Return the engine's syntax error with its position and the token that stands there, in words."""
    message = str(error.msg or error)
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(f"{message.rstrip('.')}.")
    if "Prefix not found" in message and (prefix := sparqltext.undeclared_prefix(text, PREFIXES)):
        return QuerySyntaxError(
            f"the prefix “{prefix.text}” is not declared; write “PREFIX {prefix.text} <…>” with its namespace first.",
            *sparqltext.line_and_column(text, prefix.start),
        )
    line, column = int(match[1]), int(match[2])
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    found = next(sparqltext.tokens(rest), None)
    expected = message[match.end() :]
    if found is None:
        return QuerySyntaxError("it ends too early; a closing bracket or a term before it is missing.", line, column)
    if expected.startswith("expected"):
        return QuerySyntaxError(f"“{found.text}” is not expected here.", line, column)
    return QuerySyntaxError(f"{expected.rstrip('.')}.", line, column)
