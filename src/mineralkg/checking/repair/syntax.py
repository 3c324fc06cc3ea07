"""Edits that might mend a fault of syntax; they are tried by reading the text again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from mineralkg import rdfio
from mineralkg.checking.repair.candidate import Candidate
from mineralkg.checking.repair.spelling import Spelling
from mineralkg.languages import served
from mineralkg.namespaces import PREFIXES
from mineralkg.rdfio import Change, Document, Problem, Span, changed

__all__ = ["syntax_candidates"]

_STRAIGHT = str.maketrans("“”„«»‘’", '"""""' + "''")


def syntax_candidates(document: Document, problem: Problem, lang: str) -> list[Candidate]:
    """Return the edits after which a text has fewer faults of syntax, and none that it did not have."""
    before = rdfio.problems(document)
    known = {other.kind for other in before}
    found = []
    for candidate in _thought_of(document, problem, served(lang) == "es"):
        text = changed(document.text, candidate.changes)
        after = rdfio.problems(replace_text(document, text))
        if len(after) < len(before) and {other.kind for other in after} <= known:
            found.append(candidate)
    return list(dict.fromkeys(found))


def replace_text(document: Document, text: str) -> Document:
    """Return a document with another text."""
    return replace(document, data=text.encode("utf-8", errors="surrogatepass"))


def _thought_of(document: Document, problem: Problem, spanish: bool) -> Iterator[Candidate]:
    if problem.start is not None and problem.end is not None and document.format.name in ("ttl", "trig"):
        for span, new in _EDITS.get(problem.kind, _none)(document.text, problem.start, problem.end, problem):
            yield Candidate(_title(document.text[span.start : span.end], new, spanish), (Change(span, new),))


def _title(old: str, new: str, spanish: bool) -> str:
    mark = new.strip()
    if not old:
        return f"escriba «{mark}» aquí" if spanish else f"write “{mark}” here"
    if not new:
        return f"quite «{old}»" if spanish else f"leave out “{old}”"
    return f"escriba {mark} en lugar de {old}" if spanish else f"write {mark} for {old}"


def _none(*_: object) -> Iterator[_Edit]:
    return iter(())


def _full_stop(_: str, start: int, __: int, ___: Problem) -> Iterator[_Edit]:
    yield from ((Span(start, start), mark) for mark in (" .", " ;"))


def _bracket(_: str, start: int, __: int, ___: Problem) -> Iterator[_Edit]:
    yield Span(start, start), " ]"


def _declaration(text: str, _: int, __: int, problem: Problem) -> Iterator[_Edit]:
    prefix = problem.details.get("found", "").rstrip(":")
    if prefix in PREFIXES:
        top = Spelling(text).top
        yield Span(top, top), f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"


def _straight_quotes(text: str, start: int, _: int, __: Problem) -> Iterator[_Edit]:
    line_end = text.find("\n", start)
    span = Span(start, len(text) if line_end < 0 else line_end)
    yield span, text[span.start : span.end].translate(_STRAIGHT)


def _truth(text: str, start: int, end: int, _: Problem) -> Iterator[_Edit]:
    if text[start:end].lower() in ("true", "false"):
        yield Span(start, end), text[start:end].lower()


def _comma(text: str, start: int, _: int, __: Problem) -> Iterator[_Edit]:
    before = text[:start].rstrip()
    if before.endswith(","):
        yield Span(len(before) - 1, len(before)), ""


def _language(text: str, start: int, end: int, _: Problem) -> Iterator[_Edit]:
    if text[start:end] == "_":
        yield Span(start, end), "-"


_Edit: TypeAlias = tuple[Span, str]
_EDITS: Mapping[str, Callable[[str, int, int, Problem], Iterator[_Edit]]] = {
    "syntax/dot": _full_stop,
    "syntax/end": _full_stop,
    "syntax/bracket": _bracket,
    "syntax/prefix": _declaration,
    "syntax/quotes": _straight_quotes,
    "syntax/object": _truth,
    "syntax/no-value": _comma,
    "syntax/other": _language,
}
