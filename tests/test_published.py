"""The proof is right about what is wrong: nothing on a site without a fault, and exactly one rule for each fault."""

from __future__ import annotations

import pytest
from faulty_sites import FAULTS
from perfect_site import served

from mineralkg.checking.rules import published_rules
from mineralkg.publishing.proof import Bounds, prove

RULES = sorted(published_rules().told)


def test_there_is_a_fault_for_each_rule() -> None:
    assert sorted(FAULTS) == RULES


def test_a_site_without_a_fault_has_no_finding() -> None:
    with served() as base:
        outcome = prove(base)

    assert [f"{f.file} {f.rule} {f.note}" for f in outcome.report] == []
    assert outcome.report.conforms
    # Only what is answered with 200 at the IRI of a thing can be mistaken for it.
    assert outcome.unjudged == {"ld-303"}


@pytest.mark.parametrize("rule", sorted(FAULTS))
def test_a_fault_breaks_its_rule_and_no_other(rule: str) -> None:
    bounds = Bounds(seconds=1.5) if rule == "http-answer" else Bounds()
    with served(FAULTS[rule]) as base:
        outcome = prove(base, bounds=bounds)

    assert outcome.broken == {rule}, "\n".join(f"{f.file} {f.rule} {f.note}" for f in outcome.report)
