"""Offer fixes for what a check finds, and make them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mineralkg.checking.checker import Checker
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.findings import Found, Key, keys
from mineralkg.checking.repair import Candidate, Candidates, Offer, fix_of, syntax_candidates, verified
from mineralkg.errors import LoadError
from mineralkg.reports import Report
from mineralkg.reports.mending import mended

__all__ = ["apply_fixes", "with_fixes"]


def with_fixes(checker: Checker, found: Sequence[Found], lang: str) -> list[Found]:
    """Return *found* with the fixes that are known to work; none is offered for a graph too large to be tried again."""
    if checker.data.is_large:
        return list(found)
    readable = not any(file.problems for file in checker.files)
    offers = [] if not readable else _offers(checker, found, lang)
    before = {one.key for one in found}

    def recheck(texts: Mapping[CheckedFile, str]) -> set[Key] | None:
        again = checker.with_texts({file.path: text for file, text in texts.items()})
        return None if any(file.problems for file in again.files) else keys(again)

    good = verified(offers, before, recheck)
    return [_with(one, good, lang) for one in found]


def _offers(checker: Checker, found: Sequence[Found], lang: str) -> list[Offer]:
    thinker = Candidates(checker.rules.graph, checker.data, checker.model, lang)
    offers = []
    for one in found:
        if one.place is not None and one.problem is None:
            candidates = tuple(thinker.of(one.finding, one.place, one.result, one.causes))
            if candidates:
                offers.append(Offer(one.key, one.place.file, candidates))
    return offers


def _with(one: Found, good: Mapping[Key, Sequence[Candidate]], lang: str) -> Found:
    if one.place is None:
        return one
    if one.problem is not None:
        document = one.place.file.document
        candidates = [] if document is None else syntax_candidates(document, one.problem, lang)
    else:
        candidates = list(good.get(one.key, ()))
    only = len(candidates) == 1
    fixes = tuple(fix_of(one.place.file, candidate, only=only) for candidate in candidates)
    return replace(one, finding=replace(one.finding, fixes=fixes))


def apply_fixes(report: Report) -> int:
    """Make the fixes of a report that are verified and that nothing else would do as well; return how many were made.

    A file is replaced as a whole, so that a failure leaves it as it was. Raises LoadError where it cannot be written.
    """
    texts, made = mended(report)
    for name, text in texts.items():
        _write(Path(name), text)
    return made


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.mineralkg")
    try:
        mark = _BOM if path.read_bytes().startswith(_BOM) else b""
        beside.write_bytes(mark + text.encode("utf-8"))
        shutil.copymode(path, beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise LoadError(str(path), f"the fixes cannot be written ({error.strerror or error}).") from error


_BOM = b"\xef\xbb\xbf"
