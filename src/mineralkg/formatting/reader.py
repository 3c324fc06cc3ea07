"""From a text to its tree, by the grammars of Turtle and TriG.

A comment at the end of a line hangs on what ends there, one on a line of its own on what follows. Where a term or a
declaration would have to be taken apart to keep a comment, the text is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from mineralkg.formatting.tree import Comment, Directive, GraphBlock, Item, Predicate, Statement, Value
from mineralkg.rdfio.structure import MAX_DEPTH, Token, Unreadable, tokens

__all__ = ["Refused", "read"]


class Refused(Exception):
    """The text cannot be laid out anew; says why, and at which offset."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


@dataclass
class _Word:
    """A token with the comments on lines of their own above it, and the one behind it on its line."""

    token: Token
    above: list[tuple[Token, int]] = field(default_factory=list)
    tail: Token | None = None
    blank: int = 0


def read(text: str) -> list[Item]:
    """Return the items of a text that its parser accepts. Raises Refused where something of it could not be kept."""
    try:
        return _Reader(text).items()
    except Unreadable as error:
        raise Refused("this is beyond the Turtle and TriG of RDF 1.1, or nested too deep", error.args[0]) from error


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    above: list[tuple[Token, int]] = []
    end = 0
    for token in tokens(text, comments=True):
        between = text[end : token.start]
        end = token.span.end
        blank = max(between.count("\n") - 1, 0)
        if token.kind != "comment":
            words.append(_Word(token, above, blank=blank))
            above = []
        elif words and not above and words[-1].tail is None and "\n" not in between:
            words[-1].tail = token
        else:
            above.append((token, blank))
    return words


class _Reader:
    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self._at = 0
        self._depth = 0
        self._pending: list[str] = []  # comments on lines of their own that wait for what follows them
        self._anchor: list[str] = []  # where a comment behind a punctuation mark goes

    @property
    def _next(self) -> Token:
        return self._words[self._at].token

    def _take(self, *wanted: str) -> _Word:
        word = self._words[self._at]
        if wanted and word.token.text not in wanted and word.token.kind not in wanted:
            raise Unreadable(word.token.start)
        self._at += 1
        self._pending += [_text(token) for token, _ in word.above]
        return word

    def _claim(self) -> list[str]:
        pending, self._pending = self._pending, []
        return pending

    def _hang(self, word: _Word, anchor: list[str]) -> None:
        """Hang the comment behind a word on *anchor*; where one hangs there already, it goes to what follows."""
        self._anchor = anchor
        if word.tail is not None:
            (self._pending if anchor or self._pending else anchor).append(_text(word.tail))

    def _mark(self, mark: str) -> None:
        self._hang(self._take(mark), self._anchor)

    def items(self, end: str = "") -> list[Item]:
        """Return the items up to the closing brace, or to the end of the text."""
        found: list[Item] = []
        while True:
            word = self._words[self._at]
            found += [Comment(text) for text in self._claim()]
            found += [Comment(_text(token), blank) for token, blank in word.above]
            word.above = []
            if word.token.text == end:
                return found
            if word.token.kind == "end":
                raise Unreadable(word.token.start)
            found.append(self._item(in_graph=bool(end)))

    def _item(self, *, in_graph: bool) -> Item:
        if not in_graph and self._next.kind == "directive" and self._next.text.upper() != "GRAPH":
            return self._directive()
        if not in_graph and self._starts_graph():
            return self._graph()
        return self._statement(in_graph=in_graph)

    def _starts_graph(self) -> bool:
        ahead = [word.token.text for word in self._words[self._at : self._at + 3]]
        return ahead[0].upper() == "GRAPH" or "{" in ahead[:2] or ahead == ["[", "]", "{"]

    def _joined(self, words: list[_Word], what: str) -> None:
        """Refuse a comment between words that stay together."""
        for left, right in pairwise(words):
            if comment := left.tail or next((token for token, _ in right.above), None):
                raise Refused(f"a comment stands within {what}; move it above", comment.start)

    def _directive(self) -> Directive:
        blank = self._words[self._at].blank
        words = [self._take()]
        keyword = words[0].token.text
        if "p" in keyword.lower():
            words.append(self._take("name"))
        words.append(self._take("iri"))
        if keyword.startswith("@"):
            words.append(self._take("."))
        self._joined(words, "a declaration")
        name = words[1].token.text if words[1].token.kind == "name" else ""
        iri = next(word.token.text for word in words if word.token.kind == "iri")
        directive = Directive(name, iri, blank)
        self._hang(words[-1], directive.after)
        return directive

    def _graph(self) -> GraphBlock:
        blank = self._words[self._at].blank
        words = [self._take()]
        while words[-1].token.text != "{":
            words.append(self._take("iri", "name", "blank", "[", "]", "{"))
        self._joined(words, "the name of a graph")
        if any(word.token.text == "[" for word in words):
            raise Refused("a graph has brackets for a name; give it a label such as _:g", words[0].token.start)
        graph = GraphBlock(" ".join(word.token.text for word in words), [], blank)
        self._hang(words[-1], graph.opening)
        graph.items = self.items("}")
        self._hang(self._take("}"), graph.after)
        return graph

    def _statement(self, *, in_graph: bool) -> Statement:
        blank = self._words[self._at].blank
        statement = Statement(self._value("iri", "name", "blank"), [], blank)
        if self._next.text not in (".", "}"):
            statement.predicates = self._predicates()
        if in_graph and self._next.text == "}":
            return statement
        stop = self._take(".")
        statement.dangling = self._claim()
        self._hang(stop, statement.after if statement.dangling else self._anchor)
        return statement

    def _predicates(self) -> list[Predicate]:
        found = []
        while True:
            verb = self._take("iri", "name", "a")
            predicate = Predicate(verb.token.text, [], self._claim())
            self._hang(verb, predicate.after)
            predicate.values.append(self._object())
            while self._next.text == ",":
                self._mark(",")
                predicate.values.append(self._object())
            found.append(predicate)
            while self._next.text == ";":
                self._mark(";")
            if self._next.text in (".", "]", "}") or self._next.kind == "end":
                return found

    def _object(self) -> Value:
        return self._value("iri", "name", "blank", "string", "number", "true", "false")

    def _value(self, *kinds: str) -> Value:
        if self._next.text in ("[", "("):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise Unreadable(self._next.start)
            value = self._compound()
            self._depth -= 1
            return value
        words = [self._take(*kinds)]
        kind = words[0].token.kind
        before = self._claim()
        if kind == "string" and self._next.kind == "language":
            words.append(self._take())
        elif kind == "string" and self._next.text == "^^":
            words += [self._take(), self._take("iri", "name")]
        self._joined(words, "a literal")
        value = Value(kind, "".join(word.token.text for word in words), before=before)
        self._hang(words[-1], value.after)
        return value

    def _compound(self) -> Value:
        opening = self._take()
        is_list = opening.token.text == "("
        value = Value("list" if is_list else "bracket", before=self._claim())
        self._hang(opening, value.opening)
        if is_list:
            while self._next.text != ")":
                value.items.append(self._object())
        elif self._next.text != "]":
            value.predicates = self._predicates()
        closing = self._take(")" if is_list else "]")
        value.dangling = self._claim()
        self._hang(closing, value.after)
        return value


def _text(comment: Token) -> str:
    return comment.text.rstrip()
