"""Offer fixes for what a check finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mineralkg.checking.checker import Checker
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.findings import Found, Key, keys
from mineralkg.checking.repair import (
    Candidate,
    Candidates,
    Offer,
    Recheck,
    fix_of,
    most_trials,
    syntax_candidates,
    verified,
)
from mineralkg.checking.worlds import Unbounded
from mineralkg.languages import served
from mineralkg.rdfio import changed
from mineralkg.reports import Finding

__all__ = ["with_fixes"]

_MOST_FOLLOWED = 5  # fixes whose consequences for other findings are looked for


def with_fixes(checker: Checker, found: Sequence[Found], lang: str) -> list[Found]:
    """Return *found* with the fixes that are known to work; none is offered for a graph too large to be tried again."""
    if checker.world.data.is_large:
        return list(found)
    readable = not any(file.problems for file in checker.files)
    offers = [] if not readable else _offers(checker, found, lang)
    before = keys(checker) if offers else set()

    def recheck(texts: Mapping[CheckedFile, str]) -> set[Key] | None:
        again = checker.with_texts({file.path: text for file, text in texts.items()})
        try:
            return None if any(file.problems for file in again.files) else keys(again)
        except Unbounded:
            return None

    most = most_trials(sum(file.part.count for file in checker.files), len(found))
    good = verified(offers, before, recheck, most)
    fixed = [_with(one, good, lang) for one in found]
    sure = [offer for offer in offers if len(good.get(offer.key, ())) == 1]
    return _with_consequences(fixed, sure[: min(_MOST_FOLLOWED, most)], good, recheck, lang)


def _with_consequences(
    found: Sequence[Found],
    sure: Sequence[Offer],
    good: Mapping[Key, Sequence[Candidate]],
    recheck: Recheck,
    lang: str,
) -> list[Found]:
    """Return *found*, of which those that the fix of one of the *sure* findings mends say so: they follow from it."""
    mends: dict[Key, Finding] = {}
    unfixed = {one.key for one in found if not one.finding.fixes}
    for offer in sure if unfixed else ():
        after = recheck({offer.file: changed(offer.file.lines.text, good[offer.key][0].changes)}) or set()
        source = next(one.finding for one in found if one.key == offer.key)
        mends |= dict.fromkeys(unfixed - after, source)
    return [_following(one, mends.get(one.key), lang) for one in found]


def _following(one: Found, source: Finding | None, lang: str) -> Found:
    if source is None or one.finding.hint:
        return one
    spanish = served(lang) == "es"
    text = (
        "El arreglo de {line}:{column} lo resuelve también."
        if spanish
        else "The fix at {line}:{column} mends this, too."
    )
    return replace(one, finding=replace(one.finding, hint=text.format(line=source.line, column=source.column)))


def _offers(checker: Checker, found: Sequence[Found], lang: str) -> list[Offer]:
    thinker = Candidates(checker.rules.graph, checker.world, checker.model, lang)
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
