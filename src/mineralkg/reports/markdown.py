"""A report as Markdown for a pull request: the verdict, the counts, and the findings in a table that folds."""

from __future__ import annotations

import html
import re

from mineralkg.plaintext import printable
from mineralkg.reports.model import LEVELS, Finding, Report
from mineralkg.reports.words import Words, counted, words

__all__ = ["render"]

_MARKS = {"violation": "❌", "warning": "⚠️", "info": "ℹ️"}
# Everything that Markdown or a code host could read as more than the letter it is: mark-up, mentions, references.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~@:$^=])")


def render(report: Report) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    vocabulary = words(report.lang)
    verdict = "conforms" if report.conforms else "fails" if report.checked or report.unreadable else "nothing"
    counts = ", ".join(counted(vocabulary, report.count(level), level) for level in LEVELS)
    lines = [f"**mineralkg check** {'✅' if verdict == 'conforms' else '❌'} {vocabulary[verdict]}", "", counts]
    lines += [vocabulary["stale"].format(entry=escaped(entry)) for entry in report.stale]
    lines += [escaped(note) for note in report.notes]
    if report.findings:
        head = (vocabulary["severity"], vocabulary["place"], vocabulary["rule"], vocabulary["message"])
        lines += ["", f"<details open><summary>{counts}</summary>", "", f"| {' | '.join(head)} |", "|---" * 4 + "|"]
        lines += [_row(finding, vocabulary) for finding in report]
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def _row(finding: Finding, vocabulary: Words) -> str:
    place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part is not None)
    said = [escaped(finding.message)]
    said += [escaped(text) for text in (finding.note, finding.hint) if text]
    said += [f"{vocabulary['fix']}: {escaped(fix.title)}" for fix in finding.fixes]
    about = f"{vocabulary['on']} {escaped(str(finding.focus_name))}" if finding.focus_name else ""
    cells = (
        f"{_MARKS[finding.severity]} {vocabulary[finding.severity]}",
        escaped(place),
        escaped(finding.rule),
        "<br>".join(part for part in (*said, about) if part),
    )
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Return *text* as Markdown that shows it letter for letter."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[1])};", html.escape(printable(text)).replace("&#x27;", "'"))
