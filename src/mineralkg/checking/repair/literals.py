"""Ways to mend a literal: it is written as what it is, gets its language, or is computed from what it rests on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from mineralkg.checking.repair.candidate import Candidate, Case
from mineralkg.checking.repair.dates import days, months
from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.rdfio import Change
from mineralkg.validation import SH
from mineralkg.validation.paths import members_of

__all__ = ["as_iri", "datatype", "due_date", "language", "offsets"]

_XSD = PREFIXES["xsd"]
_LEXICAL = {
    "integer": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"-?\d{4}-\d\d-\d\d"),
    "dateTime": re.compile(r"-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"),
    "gYearMonth": re.compile(r"-?\d{4}-\d\d"),
    "gYear": re.compile(r"-?\d{4}"),
    "anyURI": re.compile(r"https?://\S+"),
    "dayTimeDuration": re.compile(r"-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?"),
}
_WRITTEN = {"date": days, "gYearMonth": months}
_LANGUAGES = ("en", "es")  # those in which names are asked for; which of them a text is in only its writer knows


def datatype(case: Case) -> Iterator[Candidate]:
    """A text that is a day, a number or the like is written as one."""
    wanted = {w.value for w in case.values(SH.datatype, of_causes=True) if isinstance(w, ox.NamedNode)}
    for iri in sorted(wanted):
        yield from _as_datatype(case, iri)


def _as_datatype(case: Case, iri: str) -> Iterator[Candidate]:
    text, name = case.at.literal, iri.removeprefix(_XSD)
    if text is None:
        return
    if iri == PREFIXES["rdf"] + "langString":
        yield from _with_language(case, _LANGUAGES)
    elif name == "string":
        yield case.replace(case.at.quoted)
    elif name in _WRITTEN and not _LEXICAL[name].fullmatch(text.strip()):
        yield from (case.replace(case.at.spelling.literal(day, iri)) for day in _WRITTEN[name](text))
    elif name in _LEXICAL and _LEXICAL[name].fullmatch(text.strip()):
        plain = name in ("integer", "boolean") or (name == "decimal" and re.search(r"\.\d", text))
        yield case.replace(text.strip() if plain else case.at.spelling.literal(text.strip(), iri))


def language(case: Case) -> Iterator[Candidate]:
    """A text without a language, or with one that is not asked for, gets one that is."""
    heads = case.values(SH.languageIn, of_causes=True)
    members = [m.value for head in heads for m in members_of(case.shapes.value, head) if isinstance(m, ox.Literal)]
    yield from _with_language(case, members)


def _with_language(case: Case, languages: Sequence[str]) -> Iterator[Candidate]:
    if case.at.literal is not None:
        yield from (case.replace(f"{case.at.quoted}@{language}") for language in languages)


def as_iri(case: Case) -> Iterator[Candidate]:
    """An address in quotation marks is written as an IRI; the name of something known gives way to that thing."""
    if case.at.literal is None:
        return
    if re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", case.at.literal):
        yield case.replace(f"<{case.at.literal}>")
    yield from (case.replace(case.at.spelling.iri(node.value)) for node in case.known.called(case.at.literal))


def offsets(case: Case) -> Iterator[Candidate]:
    """The offsets of a quotation are those at which its words stand, in a text that is held and has them once."""
    quote = case.said.get(ONTOLOGY + "quoteAsWritten") or case.said.get(ONTOLOGY + "quote")
    text = case.text_of_source
    if not quote or text is None or text.count(quote) != 1:
        return
    start = text.index(quote)
    wanted = {ONTOLOGY + "start": start, ONTOLOGY + "end": start + len(quote)}
    spans = {predicate: case.at.value_span(predicate) for predicate in wanted}
    changes = tuple(
        Change(span, str(wanted[p])) for p, span in spans.items() if span and case.said.get(p) != str(wanted[p])
    )
    if changes and all(spans.values()):
        title = case.texts["offsets"].format(start=wanted[ONTOLOGY + "start"], end=wanted[ONTOLOGY + "end"])
        yield Candidate(title, changes)


def due_date(case: Case) -> Iterator[Candidate]:
    """A due date that is not the anchor plus the period is computed; or the period is, which is as likely wrong."""
    period = re.fullmatch(r"P(\d+)D", case.said.get(ONTOLOGY + "period", ""))
    if period is None or case.result is None or case.result.predicate != ox.NamedNode(ONTOLOGY + "dueDate"):
        return
    try:
        anchor = dt.date.fromisoformat(case.said.get(ONTOLOGY + "anchorDate", ""))
        due = dt.date.fromisoformat(case.at.literal or "")
    except ValueError:
        return
    summed = anchor + dt.timedelta(days=int(period[1]))
    if summed == due:
        return
    yield case.replace(case.at.spelling.literal(summed.isoformat(), _XSD + "date"))
    span = case.at.value_span(ONTOLOGY + "period")
    if due >= anchor and span is not None:
        length = f"P{(due - anchor).days}D"
        yield case.replace(case.at.spelling.literal(length, _XSD + "dayTimeDuration"), span)
