"""Where some subjects stand in a Turtle or TriG text too long to be held, or to be read for its structure as a whole.

The text goes by in pieces and is cut into its statements. Those whose subject is asked for are read as a short text is,
under the prefixes that hold there; the others are passed over. A place is that of a triple, whichever graph it is in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from mineralkg.rdfio.places import Place, Places, TextPlaces, pairing_of
from mineralkg.rdfio.structure import Token, Unreadable, tokens
from mineralkg.rdfio.text import FileLines, Lines, Span

__all__ = ["LongPlaces"]

_LONGEST = 16 * 1024 * 1024  # characters of one statement; where one is longer, the rest of the text has no places
_LONGEST_BASE = 10_000  # characters of bases that are relative to each other; behind more, the text has no places
_BATCH = 1024 * 1024  # characters that are read together
_DEPTH = {"[": 1, "(": 1, "]": -1, ")": -1}
# An IRI that the parser takes as it is written.
_PLAIN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:(?:(?!/\.)[^\\])*>")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class _Passage:
    """A statement, a declaration, or where a graph begins or ends: its text, its first tokens, its line and column."""

    text: str
    head: tuple[Token, ...]
    line: int
    column: int
    stops: bool  # with its own full stop, which the last of a graph need not have

    @property
    def declares(self) -> bool:
        return _declares(self.head[0])

    @property
    def bounds(self) -> bool:
        return self.text.endswith("{") or self.head[0].text == "}"

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)


class LongPlaces(Places):
    """The places of what a long text says of the subjects that are *wanted*, given in N-Triples form.

    A node written with brackets is found with the subject that it hangs from: ``[`` or ``(`` where that is such a node
    itself. Which it is, the *quads* tell that such nodes are in, and *bracketed*, which names them as ``_:label``.
    """

    def __init__(
        self,
        lines: FileLines,
        wanted: Collection[str],
        quads: Iterable[ox.Quad] = (),
        *,
        base: str,
        bracketed: Collection[str] = (),
    ) -> None:
        """Read the places in *lines*, those of the file with the IRI *base*."""
        super().__init__()
        pairing = pairing_of(quads, bracketed.__contains__)
        for batch in _batches(_passages(lines.pieces()), frozenset(wanted), base) if wanted else ():
            found = TextPlaces(batch.text, (), base=base, pairing=pairing)
            for subject, said in found.all():
                for predicate, value, place in said:
                    self._note(subject, predicate, value, Place(*(batch.in_file(span, lines) for span in place)))


@dataclass
class _Batch:
    """Some passages as one text, each behind the declarations that it needs."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    passages: list[_Passage] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)

    def add(self, passage: _Passage, declarations: _Declarations) -> None:
        for prefix in {token.text.partition(":")[0] for token in tokens(passage.text) if token.kind == "name"}:
            text = declarations.texts.get(prefix, "")
            if self.declared.get(prefix) != text:
                self.declared[prefix] = text
                self.text += text
        self.text += declarations.base
        self.starts.append(len(self.text))
        self.passages.append(passage)
        self.text += passage.text + ("\n" if passage.stops else " .\n")

    def in_file(self, span: Span, lines: FileLines) -> Span:
        """Return where a stretch of the batch stands in the file."""
        at = bisect_right(self.starts, span.start) - 1
        passage, start = self.passages[at], self.starts[at]
        begin, end = (_offset(passage, offset - start, lines) for offset in span)
        return Span(begin, end)


class _Declarations:
    """The declarations that hold at a place: of each prefix the text, and the namespace where it is plain; the base."""

    def __init__(self, base: str) -> None:
        self.texts: dict[str, str] = {}
        self.namespaces: dict[str, str | None] = {}
        self.base = f"@base <{base}> .\n"

    def add(self, passage: _Passage) -> None:
        """Take a declaration in; one of a prefix stands with the base that it may be relative to."""
        iri = next(token.text for token in passage.head if token.kind == "iri")
        plain = _PLAIN_IRI.fullmatch(iri) is not None
        if passage.head[1].kind == "name":
            prefix = passage.head[1].text.removesuffix(":")
            self.texts[prefix] = ("" if plain else self.base) + passage.text + "\n"
            self.namespaces[prefix] = iri[1:-1] if plain else None
        else:
            self.base = ("" if plain else self.base) + passage.text + "\n"


def _offset(passage: _Passage, within: int, lines: FileLines) -> int:
    line, column = passage.lines.place(within)
    before = passage.column - 1 if line == 1 else 0
    return lines.offset(passage.line + line - 1, before + column)


def _batches(passages: Iterable[_Passage], wanted: frozenset[str], base: str) -> Iterator[_Batch]:
    """Return the passages about wanted subjects, with the declarations that hold there."""
    batch, declarations = _Batch(), _Declarations(base)
    for passage in passages:
        if passage.declares:
            declarations.add(passage)
            if len(declarations.base) > _LONGEST_BASE:
                break
        elif not passage.bounds and _is_wanted(passage.head[0], declarations.namespaces, wanted):
            batch.add(passage, declarations)
            if len(batch.text) > _BATCH:
                yield batch
                batch = _Batch()
    if batch.passages:
        yield batch


def _is_wanted(subject: Token, namespaces: dict[str, str | None], wanted: frozenset[str]) -> bool:
    """Say whether a statement is about a wanted subject; where only the parser knows, it may be."""
    if subject.kind == "iri":
        return subject.text in wanted or not _PLAIN_IRI.fullmatch(subject.text)
    if subject.kind == "name":
        prefix, _, local = subject.text.partition(":")
        base, written = namespaces.get(prefix), _ESCAPE.sub(r"\1", local)
        return base is None or f"<{base}{written}>" in wanted
    return subject.text in wanted


def _passages(pieces: Iterable[str]) -> Iterator[_Passage]:
    """Return the statements and declarations of a text that comes in pieces."""
    held, line, column = "", 1, 1
    coming = iter(pieces)
    more: str | None = ""
    while more is not None and len(held) <= _LONGEST:
        enough = 2 * len(held)  # a statement that goes on for long is not read again for each piece of it
        while more is not None and len(held) <= enough:
            more = next(coming, None)
            held += more or ""
        used = 0
        for head, end, stops in _statements(held, whole=more is None):
            text = held[used:end]
            line, column = _further(line, column, text[: head[0].start - used])
            yield _Passage(held[head[0].start : end], head, line, column, stops)
            line, column = _further(line, column, held[head[0].start : end])
            used = end
        held = held[used:]


def _further(line: int, column: int, text: str) -> tuple[int, int]:
    """Return the line and column behind a text that begins at a line and column."""
    lines = text.count("\n")
    return (line, column + len(text)) if not lines else (line + lines, len(text) - text.rfind("\n"))


def _statements(text: str, *, whole: bool) -> Iterator[tuple[tuple[Token, ...], int, bool]]:
    """Return the first tokens of each statement, where it ends, and whether with a token of its own, as far as known.

    A comment between statements is returned like one, and so is what a graph begins with, up to its brace, and the
    brace that ends it. A token at the end of a piece may be half of one; so a statement has ended where another token
    follows.
    """
    head: list[Token] = []
    depth, end, last, stops = 0, None, 0, True
    try:
        for token in tokens(text, comments=True):
            if token.text == "}" and end is None and head:
                end, stops = last, False
            if end is not None and (token.kind != "end" or whole):
                yield tuple(head), end, stops
                head, end, stops = [], None, True
            last = last if token.kind == "comment" else token.span.end
            if len(head) < 3 and (token.kind != "comment" or not head):
                head.append(token)  # three tell all of a declaration, up to its IRI
            depth += _DEPTH.get(token.text, 0) if token.kind == "mark" else 0
            if depth == 0 and _is_end(token, head):
                end = token.span.end
    except Unreadable:
        return  # half a token, or something that only the parser knows


def _is_end(token: Token, head: list[Token]) -> bool:
    """Say whether a statement ends with a token: its full stop, a brace, or the IRI of a declaration without a stop."""
    if head[0].kind == "comment":
        return True
    if _declares(head[0]) and not head[0].text.startswith("@"):
        return token.kind == "iri"
    return token.kind == "mark" and token.text in (".", "{", "}")


def _declares(token: Token) -> bool:
    return token.kind == "directive" and token.text.upper() != "GRAPH"
