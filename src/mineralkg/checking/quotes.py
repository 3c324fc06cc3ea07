"""Verify quotations: does each passage stand in the text, letter for letter, where its evidence says?"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mineralkg.checking.sources import read_text
from mineralkg.graph import Handle
from mineralkg.reports import Finding, Fix, Report, Summary

__all__ = ["verify_quotes"]

_PASSAGES = """
SELECT ?source ?source_label ?sha256 ?evidence ?quote ?written ?start ?end WHERE {
  ?evidence mkg:source ?source ;
    mkg:quote ?quote .
  OPTIONAL { ?source rdfs:label ?source_label }
  OPTIONAL { ?source schema:sha256 ?sha256 }
  OPTIONAL { ?evidence mkg:quoteAsWritten ?written }
  OPTIONAL { ?evidence mkg:start ?start }
  OPTIONAL { ?evidence mkg:end ?end }
} ORDER BY ?source ?start ?evidence
"""
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class _Passage:
    source: str
    source_label: str
    sha256: str | None
    evidence: str
    quote: str
    written: str
    start: int | None
    end: int | None


def verify_quotes(graph: Handle, path: str | Path) -> Report:
    """Return the report on the passages of *graph* that are quoted from the text file *path*.

    The source is the one whose SHA-256 digest the file has; where none has, the one that shares most passages with the
    text, and the difference is a finding. Where no passage of any source occurs in the text, nothing is checked.
    Offsets count Unicode code points of the file as it is. Raises LoadError where the file cannot be read as UTF-8.
    """
    began = time.monotonic()
    path = Path(path)
    text, digest = read_text(path)
    known = _passages(graph)
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    plain_digest = hashlib.sha256(plain.encode()).hexdigest()
    saved_otherwise = digest != plain_digest and plain_digest in {passage.sha256 for passage in known}
    passages = _chosen(known, plain, plain_digest) if saved_otherwise else _chosen(known, text, digest)
    if saved_otherwise:
        findings = [_saved_otherwise(passages[0], text, path)]
    else:
        findings = [f for passage in passages if (f := _compare(passage, text, path))]
        if passages and passages[0].sha256 != digest:
            findings.append(_other_text(passages[0], digest, path))
    return Report(
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        summary=Summary(
            files=1,
            focus_nodes=len(passages),
            unit="quotation",
            seconds=round(time.monotonic() - began, 3),
        ),
        checked=bool(passages),
    )


def _passages(graph: Handle) -> list[_Passage]:
    return [
        _Passage(
            source=str(row.source),
            source_label=str(row.source_label or row.source),
            sha256=None if row.sha256 is None else str(row.sha256),
            evidence=str(row.evidence),
            quote=str(row.quote),
            written=str(row.quote if row.written is None else row.written),
            start=row.start if isinstance(row.start, int) else None,
            end=row.end if isinstance(row.end, int) else None,
        )
        for row in graph.ask_model(_PASSAGES)
    ]


def _chosen(passages: Sequence[_Passage], text: str, digest: str) -> list[_Passage]:
    """Return the passages of the one source that the text is, or most probably is; none where nothing fits."""
    by_source: dict[str, list[_Passage]] = {}
    for passage in passages:
        by_source.setdefault(passage.source, []).append(passage)
    for group in by_source.values():
        if group[0].sha256 == digest:
            return group
    shared = {source: sum(p.written in text for p in group) for source, group in by_source.items()}
    best = max(shared, key=lambda source: shared[source], default=None)
    return by_source[best] if best is not None and shared[best] else []


def _compare(passage: _Passage, text: str, path: Path) -> Finding | None:
    if _LINK.sub(r"\1", passage.written) != passage.quote:
        return _finding(
            passage, path, "quote-mark-up", "the quote is not the passage as written without its link mark-up."
        )
    if passage.start is None or passage.end is None:
        if passage.written in text:
            return None
        return _finding(passage, path, "quote-not-found", "these words do not stand in the text.")
    found = text[passage.start : passage.end]
    if found == passage.written:
        return None
    place = f"at {passage.start}–{passage.end} stands “{_clip(found)}” instead."
    if passage.written not in text:
        return _finding(
            passage, path, "quote-not-found", f"these words do not stand in the text; {place}", passage.start, text
        )
    start = text.index(passage.written)
    fix = Fix(f"set mkg:start {start} and mkg:end {start + len(passage.written)}")
    return _finding(passage, path, "quote-offset", f"the words stand elsewhere; {place}", start, text, fix)


def _finding(
    passage: _Passage, path: Path, rule: str, reason: str, at: int | None = None, text: str = "", fix: Fix | None = None
) -> Finding:
    line = text.count("\n", 0, at) + 1 if at is not None else None
    column = at - text.rfind("\n", 0, at) if at is not None else None
    return Finding(
        rule=rule,
        severity="violation",
        message=f"“{_clip(passage.quote)}”: {reason}",
        file=str(path),
        line=line,
        column=column,
        focus_node=passage.evidence,
        fixes=(fix,) if fix else (),
    )


def _saved_otherwise(passage: _Passage, text: str, path: Path) -> Finding:
    ways = [
        *(["a byte order mark"] if text.startswith("\ufeff") else []),
        *(["CRLF line ends"] if "\r\n" in text else []),
    ]
    message = (
        f"This is the text of “{passage.source_label}” with {' and '.join(ways)}, so that its offsets are others: "
        "save it as UTF-8 without a byte order mark and with LF line ends."
    )
    return Finding("source-digest", "violation", message, str(path), focus_node=passage.source)


def _other_text(passage: _Passage, digest: str, path: Path) -> Finding:
    digests = f"its SHA-256 digest is {digest}, the recorded one is {passage.sha256 or 'missing'}"
    message = f"This is not the text of “{passage.source_label}”: {digests}."
    return Finding("source-digest", "violation", message, str(path), focus_node=passage.source)


def _clip(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"
