"""The fixes of a report that can be made as they are: which edits, and the texts that they lead to."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping

from mineralkg.plaintext import printable
from mineralkg.rdfio import Change, Lines, Span, changed
from mineralkg.reports.model import Edit, Report

__all__ = ["mended", "render"]


def mended(report: Report) -> tuple[Mapping[str, str], int]:
    """Return the new texts of the files that verified fixes change, and how many fixes were made.

    A fix is made where no other would do as well. Only the stretches that its edits name change, so comments and layout
    stay; where two fixes touch the same stretch, the first is made.
    """
    edits: dict[str, list[Edit]] = {}
    made = 0
    for finding in report:
        chosen = next((fix for fix in finding.fixes if fix.verified and fix.only), None)
        if finding.file not in report.texts or chosen is None:
            continue
        taken = edits.setdefault(finding.file or "", [])
        if all(edit in taken for edit in chosen.edits):
            made += 1
        elif not any(_touch(one, other) for one in chosen.edits for other in taken):
            taken += chosen.edits
            made += 1
    return {name: _edited(report.texts[name], listed) for name, listed in edits.items() if listed}, made


def render(report: Report) -> str:
    """Return the fixes as a unified diff, which `patch -p0` makes."""
    texts, _ = mended(report)
    return "".join(line for name, text in sorted(texts.items()) for line in _diff(name, report.texts[name], text))


def _diff(name: str, old: str, new: str) -> Iterator[str]:
    shown = name if printable(name) == name else json.dumps(name)  # as patch and git read it
    for line in difflib.unified_diff(_lines(old), _lines(new), shown, shown):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _touch(one: Edit, other: Edit) -> bool:
    """Say whether two edits cannot both be made: they overlap, or stand at the same place."""
    first, second = ((edit.line, edit.column) for edit in (one, other))
    first_end, second_end = ((edit.end_line, edit.end_column) for edit in (one, other))
    return first == second or (first < second_end and second < first_end)


def _edited(text: str, edits: list[Edit]) -> str:
    lines = Lines(text)
    changes = [
        Change(Span(lines.offset(e.line, e.column), lines.offset(e.end_line, e.end_column)), e.text) for e in edits
    ]
    return changed(text, changes)


def _lines(text: str) -> list[str]:
    """Return the lines of a text as patch counts them: a line feed ends one, and nothing else does."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
