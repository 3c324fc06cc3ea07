"""What follows from a graph, and whether it can all be true."""

from mineralkg.reasoning.alignment import alignments, seen_through
from mineralkg.reasoning.closure import materialise
from mineralkg.reasoning.consistency import Clash, clashes
from mineralkg.reasoning.explanation import Explanation, explain
from mineralkg.reasoning.hermit import Classification, classify, is_consistent
from mineralkg.reasoning.outcome import Outcome, report

__all__ = [
    "Clash",
    "Classification",
    "Explanation",
    "Outcome",
    "alignments",
    "clashes",
    "classify",
    "explain",
    "is_consistent",
    "materialise",
    "report",
    "seen_through",
]
