"""Where each triple of a text stands: the tokens of its subject, predicate and object.

The parser says nothing of places. So the text is read once more for its structure alone - tokens and brackets - and
the tokens' terms are asked of the same parser, so that no term is built by a second set of rules. Nodes written with
brackets have no name that both readings share; they are paired by what they say and where they hang, which is enough:
two that say the same in the same place are interchangeable. What cannot be paired has no place, not a wrong one.

Turtle, TriG, N-Triples and N-Quads are read so; this is done only for a file that has something to report.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mineralkg.rdfio.pairing import Anonymous, Statement, pair

__all__ = ["Place", "Places", "Span"]

MAX_DEPTH = 150  # brackets within brackets; deeper text is read by recursion no further

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL, _TYPE = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil", "type"))


_DEFAULT, _UNNAMED = "the default graph", "a graph that has brackets for a name"


class Span(NamedTuple):
    """A stretch of text between two offsets in characters; the end is exclusive."""

    start: int
    end: int


class Place(NamedTuple):
    """Where the parts of one triple stand; a node written with brackets has its opening bracket there."""

    subject: Span
    predicate: Span
    object: Span


class _Token(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


class _Part(NamedTuple):
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
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+|\#[^\n\r]*)
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


class _Unreadable(Exception):
    """The text is not what this reader knows; the parser may know more (RDF 1.2, say)."""


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unreadable(at)
        if match.lastgroup != "space":
            yield _Token(match.lastgroup or "", match.group(), at)
        at = match.end()
    yield _Token("end", "", at)


class _Statement(NamedTuple):
    graph: _Part | None
    subject: _Part
    predicate: _Part
    object: _Part


class _Reader:
    """The structure of a text: which tokens make which triple, by the grammars of Turtle, TriG and N-Quads."""

    def __init__(self, text: str, *, quads: bool) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._quads = quads
        self._graph: _Part | None = None
        self._nodes = 0
        self._depth = 0
        self.prologues = [""]
        self.statements: list[_Statement] = []
        while self._next.kind != "end":
            self._block()

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *wanted: str) -> _Token:
        token = self._next
        if wanted and token.text not in wanted and token.kind not in wanted:
            raise _Unreadable(token.start)
        self._at += 1
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
        ahead = [token.text for token in self._tokens[self._at : self._at + 3]]
        return ahead[0].upper() == "GRAPH" or "{" in ahead[:2] or ahead == ["[", "]", "{"]

    def _directive(self) -> None:
        word = self._take().text
        name = self._take("name").text if "p" in word.lower() else ""
        iri = self._take("iri").text
        if word.startswith("@"):
            self._take(".")
        self.prologues.append(f"{self.prologues[-1]}@{word.strip('@').lower()} {name} {iri} .\n")

    def _graph_block(self) -> None:
        if self._next.text.upper() == "GRAPH":
            self._take()
        if self._next.text == "[":
            self._graph = _Part(Span(self._take("[").start, self._take("]").span.end))
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

    def _predicates(self, subject: _Part) -> None:
        while True:
            predicate = self._verb()
            self._objects(subject, predicate)
            while self._next.text == ";":
                self._take()
            if self._next.text in (".", "]", "}") or self._next.kind == "end":
                return

    def _verb(self) -> _Part:
        token = self._take("iri", "name", "a")
        return _Part(token.span, known=_TYPE) if token.text == "a" else self._written(token)

    def _objects(self, subject: _Part, predicate: _Part) -> None:
        while True:
            found = len(self.statements)
            value = self._term("iri", "name", "blank", "string", "number", "true", "false")
            graph = self._graph
            if self._quads and self._next.kind in ("iri", "blank"):
                graph = self._written(self._take())
            self.statements.insert(found, _Statement(graph, subject, predicate, value))
            if self._next.text != ",":
                return
            self._take()

    def _term(self, *kinds: str) -> _Part:
        if self._next.text in ("[", "("):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise _Unreadable(self._next.start)
            part = self._bracket() if self._next.text == "[" else self._list()
            self._depth -= 1
            return part
        token = self._take(*kinds)
        return self._literal(token) if token.kind == "string" else self._written(token)

    def _literal(self, token: _Token) -> _Part:
        end = token.span.end
        text = token.text
        if self._next.kind == "language":
            suffix = self._take()
            text, end = text + suffix.text, suffix.span.end
        elif self._next.text == "^^":
            self._take()
            suffix = self._take("iri", "name")
            text, end = f"{text}^^{suffix.text}", suffix.span.end
        return _Part(Span(token.start, end), text, len(self.prologues) - 1)

    def _written(self, token: _Token) -> _Part:
        return _Part(token.span, token.text, len(self.prologues) - 1)

    def _node(self, span: Span) -> _Part:
        self._nodes += 1
        return _Part(span, number=self._nodes)

    def _bracket(self) -> _Part:
        node = self._node(self._take("[").span)
        if self._next.text != "]":
            self._predicates(node)
        self._take("]")
        return node

    def _list(self) -> _Part:
        opening = self._take("(")
        if self._next.text == ")":
            return _Part(Span(opening.start, self._take().span.end), known=_NIL)
        head = cell = self._node(opening.span)
        while True:
            place = self._next.span
            found = len(self.statements)
            item = self._term("iri", "name", "blank", "string", "number", "true", "false")
            self.statements.insert(found, _Statement(self._graph, cell, _Part(place, known=_FIRST), item))
            last = self._next.text == ")"
            rest = _Part(self._next.span, known=_NIL) if last else self._node(self._next.span)
            self.statements.append(_Statement(self._graph, cell, _Part(self._next.span, known=_REST), rest))
            if last:
                self._take()
                return head
            cell = rest


class Places:
    """The places of the triples of one text, given as the parser gave them."""

    def __init__(self, text: str, quads: Iterable[ox.Quad], *, base: str, quad_lines: bool = False) -> None:
        """Read the places of *quads* in *text*; *quad_lines* says that it is N-Quads."""
        self._places: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
        self._subjects: dict[str, Span] = {}
        try:
            reader = _Reader(text, quads=quad_lines)
            terms = _terms(reader, base)
        except (_Unreadable, IndexError, SyntaxError, ValueError):
            return
        names = _Names(terms)
        labels = {str(term) for term in terms.values() if isinstance(term, ox.BlankNode)}
        paired = pair(map(names.key, reader.statements), (_parsed(quad, labels) for quad in quads))
        for statement in reader.statements:
            subject, predicate, value = (_name(names.of(part), paired) for part in statement[1:])
            if subject and predicate and value:
                place = Place(statement.subject.span, statement.predicate.span, statement.object.span)
                self._places[subject, predicate, value].append(place)
                self._subjects.setdefault(subject, statement.subject.span)

    def of(self, subject: Node, predicate: Node, value: Node) -> list[Place]:
        """Return where a triple stands: once as a rule, not at all where that is not known."""
        return self._places.get((str(subject), str(predicate), str(value)), [])

    def of_subject(self, subject: Node) -> Span | None:
        """Return where the text first says something of *subject*."""
        return self._subjects.get(str(subject))

    def __len__(self) -> int:
        return len(self._places)


def _terms(reader: _Reader, base: str) -> dict[tuple[int, str], Node]:
    """Return the terms of the tokens, by the declarations they stand under: asked of the parser, one text for each."""
    wanted: dict[int, dict[str, None]] = defaultdict(dict)
    for statement in reader.statements:
        for part in statement:
            if part is not None and part.text:
                wanted[part.prologue][part.text] = None
    terms: dict[tuple[int, str], Node] = {}
    for prologue, texts in wanted.items():
        asked = f"{reader.prologues[prologue]}<urn:x> <urn:x> {' , '.join(texts)} ."
        quads = ox.parse(asked, format=ox.RdfFormat.TURTLE, base_iri=base)
        terms.update(((prologue, text), quad.object) for text, quad in zip(texts, quads, strict=True))
    return terms


class _Names:
    """What the parts of statements are called: terms by their N-Triples form, bracketed nodes by number."""

    def __init__(self, terms: dict[tuple[int, str], Node]) -> None:
        self._terms = {token: str(term) for token, term in terms.items()}

    def of(self, part: _Part) -> str | Anonymous:
        if part.number is not None:
            return Anonymous(part.number)
        return str(part.known) if part.known else self._terms[part.prologue, part.text]

    def key(self, statement: _Statement) -> Statement:
        subject, predicate, value = (self.of(part) for part in statement[1:])
        return self._graph(statement.graph), subject, str(predicate), value

    def _graph(self, part: _Part | None) -> str:
        if part is None:
            return _DEFAULT
        return str(self.of(part)) if part.text else _UNNAMED


def _name(called: str | Anonymous, paired: dict[Hashable, Hashable]) -> str | None:
    if isinstance(called, str):
        return called
    found = paired.get(called.id)
    return None if found is None else str(found)


def _parsed(quad: ox.Quad, labels: set[str]) -> Statement:
    def key(term: Node) -> str | Anonymous:
        name = str(term)
        return Anonymous(name) if isinstance(term, ox.BlankNode) and name not in labels else name

    graph = _DEFAULT if isinstance(quad.graph_name, ox.DefaultGraph) else key(quad.graph_name)
    return graph if isinstance(graph, str) else _UNNAMED, key(quad.subject), str(quad.predicate), key(quad.object)
