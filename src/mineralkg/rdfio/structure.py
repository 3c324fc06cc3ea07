"""The structure of a text: its tokens, and which make which triple, by the grammars of Turtle, TriG and N-Quads.

No term is built here: a token is kept as it is written, under the declarations that hold where it stands.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from mineralkg.rdfio.text import Span

__all__ = [
    "MAX_DEPTH",
    "ParsedStatement",
    "Part",
    "Place",
    "Reader",
    "Span",
    "Token",
    "Unreadable",
    "last_token_end",
    "tokens",
]

MAX_DEPTH = 150  # brackets within brackets; deeper text is read by recursion no further

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL, _TYPE = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil", "type"))


class Place(NamedTuple):
    """Where the parts of one triple stand; a node written with brackets has its opening bracket there."""

    subject: Span
    predicate: Span
    object: Span


class Token(NamedTuple):
    """A token as written: its kind by the grammar, and where it begins; the last one has the kind "end"."""

    kind: str
    text: str
    start: int

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return Span(self.start, self.start + len(self.text))


class Part(NamedTuple):
    """A term as written, under the declarations that hold there, or a bracketed node by its number."""

    span: Span
    text: str = ""
    prologue: int = 0
    number: int | None = None
    known: ox.NamedNode | None = None


# The productions PN_CHARS_BASE, PN_CHARS_U, PN_CHARS and PLX of the Turtle grammar, as character classes.
_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHAR = rf"{_BASE}_\-0-9\u00B7\u0300-\u036F\u203F-\u2040"
_LOCAL = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"


@cache  # compiling takes longer than most commands need otherwise, and only those that look at a text need it
def _token() -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?P<space>[ \t\r\n]+)
      | (?P<comment>\#[^\n\r]*)
      | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
      | (?P<string>\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\" | '''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
                  | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
      | (?P<directive>@prefix\b|@base\b|(?i:PREFIX|BASE|GRAPH)(?=[\s<]))
      | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.\d+[eE][+-]?\d+|\d+[eE][+-]?\d+|\d*\.\d+|\d+))
      | (?P<blank>_:[{_BASE}_0-9](?:[{_CHAR}.]*[{_CHAR}])?)
      | (?P<name>(?:[{_BASE}](?:[{_CHAR}.]*[{_CHAR}])?)?:
                 (?:(?:[{_BASE}_:0-9]|{_LOCAL})(?:(?:[{_CHAR}:.]|{_LOCAL})*(?:[{_CHAR}:]|{_LOCAL}))?)?)
      | (?P<word>a|true|false)(?![{_CHAR}:])
      | (?P<mark>\^\^|[\[\](){{}};,.])
        """,
        re.VERBOSE,
    )


_LOOKAHEAD = 3  # tokens that tell a graph's name from a subject


class Unreadable(Exception):
    """The text is not what this reader knows from an offset on; the parser may know more (RDF 1.2, say)."""


def tokens(text: str, *, comments: bool = False) -> Iterator[Token]:
    """Return the tokens of a text and its end, with *comments* or without; raises Unreadable for what is none."""
    hidden = ("space",) if comments else ("space", "comment")
    pattern, at = _token(), 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise Unreadable(at)
        if match.lastgroup not in hidden:
            yield Token(match.lastgroup or "", match.group(), at)
        at = match.end()
    yield Token("end", "", at)


def last_token_end(text: str, before: int) -> int | None:
    """Return where the last token ends that stands before an offset; None where the text cannot be cut into tokens."""
    end = None
    try:
        for token in tokens(text[:before]):
            end = token.span.end if token.kind != "end" else end
    except Unreadable:
        return None
    return end


class ParsedStatement(NamedTuple):
    """A triple by its parts, and the graph it stands in, None for the default graph."""

    graph: Part | None
    subject: Part
    predicate: Part
    object: Part


class Reader:
    """The structure of a text: which tokens make which triple, by the grammars of Turtle, TriG and N-Quads."""

    def __init__(self, text: str, *, quads: bool) -> None:
        self._tokens = tokens(text)
        self._ahead = deque(islice(self._tokens, _LOOKAHEAD))
        self._quads = quads
        self._graph: Part | None = None
        self.nodes = 0  # how many are written with brackets
        self._depth = 0
        self.prologues = [""]  # the declarations; under each stand those before it, too
        self.statements: list[ParsedStatement] = []
        while self._next.kind != "end":
            self._block()

    @property
    def _next(self) -> Token:
        return self._ahead[0]

    def _take(self, *wanted: str) -> Token:
        token = self._next
        if wanted and token.text not in wanted and token.kind not in wanted:
            raise Unreadable(token.start)
        del self._ahead[0]
        self._ahead.extend(islice(self._tokens, 1))
        return token

    def _block(self) -> None:
        if self._next.kind == "directive" and self._next.text.upper() != "GRAPH":
            self._directive()
        elif self._starts_graph():
            self._graph_block()
        else:
            self._triples()
            self._take(".")

    def _starts_graph(self) -> bool:
        ahead = [token.text for token in self._ahead]
        return ahead[0].upper() == "GRAPH" or "{" in ahead[:2] or ahead == ["[", "]", "{"]

    def _directive(self) -> None:
        word = self._take().text
        name = self._take("name").text if "p" in word.lower() else ""
        iri = self._take("iri").text
        if word.startswith("@"):
            self._take(".")
        self.prologues.append(f"@{word.strip('@').lower()} {name} {iri} .\n")

    def _graph_block(self) -> None:
        if self._next.text.upper() == "GRAPH":
            self._take()
        if self._next.text == "[":
            self._graph = Part(Span(self._take("[").start, self._take("]").span.end))
        elif self._next.text != "{":
            self._graph = self._written(self._take("iri", "name", "blank"))
        self._take("{")
        while self._next.text != "}":
            self._triples()
            if self._next.text != "}":
                self._take(".")
        self._take("}")
        self._graph = None

    def _triples(self) -> None:
        bracket = self._next.text == "["
        subject = self._term("iri", "name", "blank")
        if not (bracket and self._next.text in (".", "}")):
            self._predicates(subject)

    def _predicates(self, subject: Part) -> None:
        while True:
            predicate = self._verb()
            self._objects(subject, predicate)
            while self._next.text == ";":
                self._take()
            if self._next.text in (".", "]", "}") or self._next.kind == "end":
                return

    def _verb(self) -> Part:
        token = self._take("iri", "name", "a")
        return Part(token.span, known=_TYPE) if token.text == "a" else self._written(token)

    def _objects(self, subject: Part, predicate: Part) -> None:
        while True:
            found = len(self.statements)
            value = self._term("iri", "name", "blank", "string", "number", "true", "false")
            graph = self._graph
            if self._quads and self._next.kind in ("iri", "blank"):
                graph = self._written(self._take())
            self.statements.insert(found, ParsedStatement(graph, subject, predicate, value))
            if self._next.text != ",":
                return
            self._take()

    def _term(self, *kinds: str) -> Part:
        if self._next.text in ("[", "("):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise Unreadable(self._next.start)
            part = self._bracket() if self._next.text == "[" else self._list()
            self._depth -= 1
            return part
        token = self._take(*kinds)
        return self._literal(token) if token.kind == "string" else self._written(token)

    def _literal(self, token: Token) -> Part:
        end = token.span.end
        text = token.text
        if self._next.kind == "language":
            suffix = self._take()
            text, end = text + suffix.text, suffix.span.end
        elif self._next.text == "^^":
            self._take()
            suffix = self._take("iri", "name")
            text, end = f"{text}^^{suffix.text}", suffix.span.end
        return Part(Span(token.start, end), text, len(self.prologues) - 1)

    def _written(self, token: Token) -> Part:
        return Part(token.span, token.text, len(self.prologues) - 1)

    def _node(self, span: Span) -> Part:
        self.nodes += 1
        return Part(span, number=self.nodes)

    def _bracket(self) -> Part:
        node = self._node(self._take("[").span)
        if self._next.text != "]":
            self._predicates(node)
        self._take("]")
        return node

    def _list(self) -> Part:
        opening = self._take("(")
        if self._next.text == ")":
            return Part(Span(opening.start, self._take().span.end), known=_NIL)
        head = cell = self._node(opening.span)
        while True:
            place = self._next.span
            found = len(self.statements)
            item = self._term("iri", "name", "blank", "string", "number", "true", "false")
            self.statements.insert(found, ParsedStatement(self._graph, cell, Part(place, known=_FIRST), item))
            last = self._next.text == ")"
            rest = Part(self._next.span, known=_NIL) if last else self._node(self._next.span)
            self.statements.append(ParsedStatement(self._graph, cell, Part(self._next.span, known=_REST), rest))
            if last:
                self._take()
                return head
            cell = rest
