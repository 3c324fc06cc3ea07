"""What can be known and done about SPARQL text before an engine reads it: its tokens, its form, its parameters.

Three rules live here:

* A text from outside may only read. Updates are refused, and so are ``SERVICE`` (the engines connect on it) and
  ``FROM`` with anything but an http, https or urn IRI (rdflib opens files on it). The decision is made on tokens, not
  by looking for words: the word SERVICE in a string or a comment harms nobody.
* A text from outside is short and shallow. The engines recurse on nested groups and on long rows of operators, and a
  few thousand of either end the process; the time to plan a join grows with the square of its patterns and more. So
  length, depth, operators and patterns are bounded before they see the text.
* A parameter is bound as a term: each ``$name`` gives way to the term's N-Triples form, and the data block after
  ``VALUES $name`` gives way to all the terms of a list. Strings, IRIs and comments are left alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from mineralkg.errors import QueryRefused, QuerySyntaxError, UpdateRefused

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_OPERATORS",
    "MAX_PATTERNS",
    "Form",
    "Token",
    "bind",
    "guard",
    "limited",
    "line_and_column",
    "list_parameters",
    "parameters",
    "projected",
    "tokens",
    "undeclared_prefix",
    "with_prefixes",
]

Form = Literal["select", "ask", "construct", "describe"]

MAX_LENGTH = 200_000
MAX_DEPTH = 200
MAX_OPERATORS = 1_500  # the engine's stack ends between 2,000 and 8,000
MAX_PATTERNS = 150  # triple patterns, steps of paths and GRAPH; 200 about one subject take ten seconds to plan

_LOCAL = r"(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])"
# White space and comments go with the token behind them: that halves the matches.
_TOKEN = re.compile(
    rf"""
    (?:\s++|\#[^\n\r]*+)*+ (?:
    (?P<end>\Z)
  | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\" | '''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
              | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:\w(?:[\w.\-·]*[\w\-·])?)
  | (?P<pname>(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|\.)*{_LOCAL})?)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<number>(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+ | \d*\.\d+ | \d+)
  | (?P<punctuation>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {number: kind for kind, number in _TOKEN.groupindex.items()}

# A scannerless parser may read "?a<?b#>" as a comparison and a comment where the grammar's longest match reads an
# IRI. A text with such an IRI is refused if it names a forbidden keyword anywhere. IRIs with "//" after the scheme
# cannot be misread, because no expression has two slashes in a row.
_MISREADABLE_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^>]*#[^>]*>")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_RELATIVE = re.compile(r"<[^:]*>")  # rdflib takes what has a colon anywhere for absolute
_SAFE_SOURCE = re.compile(r"<(?:https?|urn):", re.IGNORECASE)

_FORMS: dict[str, Form] = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "construct", "DESCRIBE": "describe"}
_UPDATES = frozenset(["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"])
_OPERATORS = frozenset("+-*/!|&^=<>")
_OPERATOR_WORDS = frozenset(["BIND", "EXISTS", "FILTER", "MINUS", "OPTIONAL", "UNION"])
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_COUNTED, _COUNTED_WORDS = _OPERATORS | frozenset(".;,"), _OPERATOR_WORDS | {"GRAPH"}


class Token(NamedTuple):
    """One token: what it is, how it is written, and how many characters stand before it."""

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """Say whether this is one of the given keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    """Return the tokens of a SPARQL text in order, without white space and comments."""
    return iter(_tokenized(text))


@lru_cache(maxsize=4)  # a text is looked at several times before it is asked
def _tokenized(text: str) -> tuple[Token, ...]:
    return tuple(_read(text))


def _read(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        number = match.lastindex
        assert number is not None  # every alternative is a group
        kind = _KINDS[number]
        if kind == "end":
            break
        yield Token(kind, match[number], match.start(number))


def undeclared_prefix(text: str, declared: Iterable[str]) -> Token | None:
    """Return the first prefix, with its colon, without a namespace in the text or *declared*."""
    found = list(tokens(text))
    known = {f"{name}:" for name in declared}
    known |= {name.text for word, name in itertools.pairwise(found) if word.is_word("PREFIX")}
    for token in found:
        prefix = f"{token.text.partition(':')[0]}:"
        if token.kind == "pname" and prefix not in known:
            return Token("pname", prefix, token.start)
    return None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of a character, both counted from 1."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - text.rfind("\n", 0, offset)


def guard(text: str) -> Form:
    """Return which form of read-only query *text* is.

    Raises QueryRefused for an update, ``SERVICE``, ``FROM`` of anything but http(s) and urn IRIs, and a text beyond
    MAX_LENGTH characters, MAX_DEPTH nested brackets, MAX_OPERATORS or MAX_PATTERNS; raises QuerySyntaxError where no
    query form is found.
    """
    if len(text) > MAX_LENGTH:
        raise QueryRefused(f"it has {len(text)} characters; the limit is {MAX_LENGTH}.")
    # SPARQL 1.1, 19.2: code point escapes are resolved before the grammar applies, so they can spell a keyword.
    plain = _ESCAPE.sub(lambda m: chr(min(int(m[1] or m[2], 16), 0x10FFFF)), text)
    if _is_small_and_closed(plain):
        return _form(plain, _read(plain))  # which reads no further than the form: all tokens take as long as the engine
    found = list(tokens(plain))
    _check_depth(plain, found)
    _check_size(plain, found)
    _check_reach(plain, found)
    return _form(plain, found)


def _is_small_and_closed(text: str) -> bool:
    """Say whether no token of a text can break a rule, by its characters alone; most queries are like that.

    A bracket, an operator or a pattern takes one of these characters or words at least, be it in a string or not.
    Brackets that are as many but in the wrong order are left to the engine, which refuses them.
    """
    upper = text.upper()
    opened, closed = (sum(map(text.count, brackets)) for brackets in (_OPENING, _CLOSING))
    most = sum(map(text.count, _COUNTED)) + sum(map(upper.count, _COUNTED_WORDS))
    is_small = opened <= MAX_DEPTH and most <= min(MAX_OPERATORS, MAX_PATTERNS)
    return is_small and opened == closed and "SERVICE" not in upper and "FROM" not in upper


def _refuse(text: str, token: Token, reason: str) -> QueryRefused:
    return QueryRefused(reason, *line_and_column(text, token.start))


def _check_depth(text: str, found: Sequence[Token]) -> None:
    depth = 0
    for token in found:
        if token.text in _OPENING:
            depth += 1
        elif token.text in _CLOSING:
            depth -= 1
        if depth > MAX_DEPTH:
            raise _refuse(text, token, f"brackets are nested more than {MAX_DEPTH} deep.")
        if depth < 0:
            raise QuerySyntaxError(f"“{token.text}” closes nothing.", *line_and_column(text, token.start))


def _check_size(text: str, found: Sequence[Token]) -> None:
    if len(found) <= min(MAX_OPERATORS, MAX_PATTERNS):
        return  # each takes a token at least
    operators = patterns = depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text in _OPERATORS or token.text.upper() in _OPERATOR_WORDS:
            operators += 1
        if token.text == "/" or token.is_word("GRAPH") or (depth == 0 and token.text in (".", ";", ",")):
            patterns += 1
        for number, most, what in ((operators, MAX_OPERATORS, "operators"), (patterns, MAX_PATTERNS, "patterns")):
            if number > most:
                raise _refuse(text, token, f"it has more than {most} {what}. Ask in smaller steps.")


def _check_reach(text: str, found: Sequence[Token]) -> None:
    upper = text.upper()
    if "SERVICE" not in upper and "FROM" not in upper:
        return
    for i, token in enumerate(found):
        if token.is_word("SERVICE"):
            raise _refuse(text, token, "SERVICE reaches another server. Query that server with --endpoint instead.")
        if token.is_word("FROM"):
            source = next((t for t in found[i + 1 : i + 3] if not t.is_word("NAMED")), None)
            if source is None or not _SAFE_SOURCE.match(_base_of(source, found)):
                raise _refuse(text, token, "FROM may name an http, https or urn graph only. Open files with --data.")
    forbidden = re.search(r"\b(?:SERVICE|FROM)\b", text, re.IGNORECASE)
    if forbidden and (misreadable := next((t for t in found if _MISREADABLE_IRI.fullmatch(t.text)), None)):
        raise _refuse(text, misreadable, "put spaces around this comparison, or write the IRI in full.")


def _base_of(source: Token, found: Sequence[Token]) -> str:
    """Return the IRI of a FROM clause as far as it decides the scheme: itself, its prefix's, or that of the BASE."""
    base, prefixes = "", {}
    for keyword, name, iri in zip(found, found[1:], found[2:], strict=False):
        if keyword.is_word("BASE"):
            base = name.text  # one that is itself relative is safe for no FROM: rdflib does not resolve it
        elif keyword.is_word("PREFIX"):
            prefixes[name.text] = base if _RELATIVE.fullmatch(iri.text) else iri.text
        elif keyword.kind == "word" and not keyword.is_word("VERSION"):
            break  # what follows is no declaration, however it is written
    if source.kind == "pname":
        return prefixes.get(source.text.partition(":")[0] + ":", "")
    return base if _RELATIVE.fullmatch(source.text) else source.text


def _form(text: str, found: Iterable[Token]) -> Form:
    for token in found:
        if token.kind != "word" or token.is_word("PREFIX", "BASE", "VERSION"):
            continue
        if form := _FORMS.get(token.text.upper()):
            return form
        if token.text.upper() in _UPDATES:
            reason = f"{token.text.upper()} would change the graph; only queries are run."
            raise UpdateRefused(reason, *line_and_column(text, token.start))
        line, column = line_and_column(text, token.start)
        raise QuerySyntaxError(f"expected SELECT, ASK, CONSTRUCT or DESCRIBE, found “{token.text}”.", line, column)
    raise QuerySyntaxError("there is no SELECT, ASK, CONSTRUCT or DESCRIBE in it.")


def limited(text: str, most: int) -> str:
    """Return a SELECT that has no LIMIT of its own with one of *most* rows; any other text as it is."""
    depth, values = 0, len(text)
    upper = text.upper()
    if "LIMIT" not in upper and "VALUES" not in upper:  # most often; the tokens need not be read
        return f"{text}\nLIMIT {most}"
    for token in tokens(text):
        if token.text in ("{", "}"):
            depth += 1 if token.text == "{" else -1
            values = len(text) if depth else values
        elif depth == 0 and token.is_word("LIMIT"):
            return text
        elif depth == 0 and token.is_word("VALUES"):
            values = min(values, token.start)  # the data block behind the modifiers (SPARQL 1.1, 18.2.4.3)
    return f"{text[:values]}\nLIMIT {most}\n{text[values:]}"


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Return *text* with declarations for those *prefixes* that it uses and does not declare, on its first line."""
    found = list(tokens(text))
    declared = {name.text for word, name in itertools.pairwise(found) if word.is_word("PREFIX")}
    used = {token.text.partition(":")[0] for token in found if token.kind == "pname"}
    missing = sorted(name for name in used if name in prefixes and f"{name}:" not in declared)
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in missing) + text


def parameters(text: str) -> dict[str, int]:
    """Return the names written ``$name`` in *text*, each with the offset of its first use."""
    found: dict[str, int] = {}
    for token in tokens(text):
        if token.kind == "variable" and token.text[0] == "$":
            found.setdefault(token.text[1:], token.start)
    return found


def list_parameters(text: str) -> set[str]:
    """Return the parameters that can take a list: those written ``VALUES $name { … }``."""
    return {block.name for block in _value_blocks(text)}


def projected(text: str) -> list[str]:
    """Return the variables that a SELECT names in its head, without their sigils; none for ``SELECT *``."""
    names: list[str] = []
    inside = renamed = False
    depth = 0
    for token in tokens(text):
        if token.text == "{" or token.is_word("WHERE", "FROM"):
            break
        if token.is_word("SELECT"):
            inside = True
        elif inside and token.text in ("(", ")"):
            depth += 1 if token.text == "(" else -1
        elif inside and token.is_word("AS"):
            renamed = True
        elif inside and token.kind == "variable" and (depth == 0 or renamed):
            names.append(token.text[1:])
            renamed = False
    return names


@dataclass(frozen=True)
class _ValueBlock:
    name: str
    start: int  # of VALUES
    inner_start: int  # after {
    inner_end: int  # of }
    end: int  # after }


def _value_blocks(text: str) -> list[_ValueBlock]:
    found = list(tokens(text))
    blocks = []
    for i, token in enumerate(found[:-3]):
        variable, brace = found[i + 1], found[i + 2]
        if token.is_word("VALUES") and variable.text.startswith("$") and brace.text == "{":
            closing = next((t for t in found[i + 3 :] if t.text == "}"), None)
            if closing is not None:
                start = brace.start + 1
                blocks.append(_ValueBlock(variable.text[1:], token.start, start, closing.start, closing.start + 1))
    return blocks


def bind(text: str, values: Mapping[str, Sequence[str]]) -> str:
    """Return *text* with its parameters replaced by terms in N-Triples form.

    A parameter with a ``VALUES $name { … }`` block gets its terms there; where it has no value the block is dropped,
    because it says no more than UNDEF. Any other ``$name`` gives way to its one term, and where the head of a SELECT
    also asks for ``?name``, a final VALUES keeps the column filled. Names without a value are left as variables.
    """
    edits: list[tuple[int, int, str]] = []
    blocks = _value_blocks(text)
    for block in blocks:
        terms = values.get(block.name)
        if terms:
            edits.append((block.inner_start, block.inner_end, " " + " ".join(terms) + " "))
        else:
            edits.append((block.start, block.end, ""))
    in_blocks = {block.name for block in blocks}
    single = {name: terms[0] for name, terms in values.items() if terms and name not in in_blocks}
    for token in tokens(text):
        name = token.text[1:]
        if token.kind == "variable" and token.text[0] == "$" and name in single:
            edits.append((token.start, token.start + len(token.text), single[name]))
    bound = text
    for start, end, replacement in sorted(edits, reverse=True):
        bound = bound[:start] + replacement + bound[end:]
    kept = [name for name in projected(text) if name in single]
    if not kept:
        return bound
    head, row = " ".join(f"?{name}" for name in kept), " ".join(single[name] for name in kept)
    return f"{bound.rstrip()}\nVALUES ({head}) {{ ({row}) }}\n"
