"""A rule explained in a terminal: what it asks, why, where it is written, and an example of each kind."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mineralkg.languages import served

if TYPE_CHECKING:
    from mineralkg.checking import Example, Rule

__all__ = ["explained"]

_WORDS = {
    "en": {"violation": "error", "warning": "warning", "info": "note", "fails": "fails", "passes": "passes"},
    "es": {"violation": "error", "warning": "aviso", "info": "nota", "fails": "no pasa", "passes": "pasa"},
}


def explained(rule: Rule, example: Example | None, lang: str) -> str:
    """Return the explanation of a rule as text to read."""
    words = _WORDS[served(lang)]
    place = f"{rule.file}:{rule.line}" if rule.line else rule.file
    blocks = [f"{rule.id} · {rule.name} · {words[rule.severity]} · {place}", rule.message, rule.description, rule.spec]
    if example is not None:
        fails, passes = example.fails.splitlines(), example.passes.splitlines()
        blocks += [f"{words['fails']}:\n\n{_marked(fails, passes)}", f"{words['passes']}:\n\n{_marked(passes, fails)}"]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _marked(lines: list[str], others: list[str]) -> str:
    """Return the lines of one snippet, with a mark before those that the other does not have."""
    same = {
        i
        for block in SequenceMatcher(None, lines, others).get_matching_blocks()
        for i in range(block.a, block.a + block.size)
    }
    return "\n".join(f"{'    ' if i in same else '  > '}{line}".rstrip() for i, line in enumerate(lines))
