"""Try edits on a copy: a fix is offered only where the finding is gone then, and nothing new has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from mineralkg.checking.files import CheckedFile
from mineralkg.checking.repair.candidate import Candidate
from mineralkg.rdfio import Change, changed
from mineralkg.reports import Edit, Fix

__all__ = ["Offer", "Recheck", "fix_of", "most_trials", "verified"]

Key: TypeAlias = tuple[str | None, ...]
Recheck: TypeAlias = Callable[[Mapping[CheckedFile, str]], "set[Key] | None"]

MOST_TRIALS = 60  # each is one run of the engine
_MOST_TRIPLES = 1_000_000  # of all trials together
_TRIPLES_PER_FINDING = 10  # to find one anew takes about as long as so many triples without


@dataclass(frozen=True)
class Offer:
    """The key of a finding, the file that candidates for it would change, and these candidates."""

    key: Key
    file: CheckedFile
    candidates: tuple[Candidate, ...]


def most_trials(triples: int, findings: int) -> int:
    """Return how many edits may be tried on files of so many triples and findings: the fewer, the more these are."""
    return min(MOST_TRIALS, max(1, _MOST_TRIPLES // max(1, triples + _TRIPLES_PER_FINDING * findings)))


def verified(offers: Sequence[Offer], before: set[Key], recheck: Recheck, most: int) -> dict[Key, list[Candidate]]:
    """Return for each finding the candidates that remove it and bring nothing new, as *most* trials can tell.

    *recheck* gives the keys of the findings with some files changed, None where a changed file cannot be read. Findings
    with one candidate each are tried together first: where that removes all and adds none, each is good.
    """
    trials = _Trials(before, recheck, most)
    single = [offer for offer in offers if len(offer.candidates) == 1]
    good: dict[Key, list[Candidate]] = {}
    for offer in trials.good_of(single):
        good[offer.key] = [offer.candidates[0]]
    for offer in offers:
        if len(offer.candidates) > 1:
            good[offer.key] = [c for c in offer.candidates if trials.is_good([(offer, c)])]
    return {key: candidates for key, candidates in good.items() if candidates}


@dataclass
class _Trials:
    before: set[Key]
    recheck: Recheck
    most: int
    count: int = 0

    def is_good(self, chosen: Sequence[tuple[Offer, Candidate]]) -> bool:
        """Say whether some candidates together remove their findings and bring nothing new."""
        if self.count >= self.most or _overlap(chosen):
            return False
        self.count += 1
        changes: dict[CheckedFile, list[Change]] = {}
        for offer, candidate in chosen:
            changes.setdefault(offer.file, []).extend(candidate.changes)
        after = self.recheck({file: changed(file.lines.text, set(edits)) for file, edits in changes.items()})
        gone = {offer.key for offer, _ in chosen}
        return after is not None and not after & gone and after <= self.before

    def good_of(self, offers: Sequence[Offer]) -> list[Offer]:
        """Return those of some offers whose only candidate is good: tried together, then in halves."""
        if not offers:
            return []
        if self.is_good([(offer, offer.candidates[0]) for offer in offers]):
            return list(offers)
        if len(offers) == 1:
            return []
        middle = len(offers) // 2
        return self.good_of(offers[:middle]) + self.good_of(offers[middle:])


def _overlap(chosen: Sequence[tuple[Offer, Candidate]]) -> bool:
    """Say whether two different changes touch the same stretch of a file."""
    spans = sorted(
        {(id(o.file), c.span.start, c.span.end, c.text) for o, candidate in chosen for c in candidate.changes}
    )
    return any(one[0] == other[0] and (other[1] < one[2] or one[1:3] == other[1:3]) for one, other in pairwise(spans))


def fix_of(file: CheckedFile, candidate: Candidate, *, only: bool) -> Fix:
    """Return a verified candidate as the fix of a report."""
    edits = []
    for change in candidate.changes:
        line, column, end_line, end_column = file.span(change.span)
        edits.append(Edit(line, column, end_line, end_column, change.text))
    return Fix(candidate.title, tuple(edits), verified=True, only=only)
