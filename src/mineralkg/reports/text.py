"""A report as a person reads it in a terminal: in the manner of a compiler."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from mineralkg.plaintext import is_harmful, printable
from mineralkg.reports.model import LEVELS, Finding, Report
from mineralkg.reports.words import Words, counted, words

__all__ = ["render"]

_COLOURS = {"violation": "31;1", "warning": "33;1", "info": "36;1", "gutter": "34", "bold": "1"}
_TAB = 4
_WIDEST = 160  # characters of a source line that are shown


def render(report: Report, *, colour: bool = False, verbose: bool = False, most: int = 5) -> str:
    """Return the findings one by one, then how many there are and what was checked.

    Of findings of one rule in one file *most* are shown, and the rest counted; 0 shows all. *verbose* adds the terms of
    SHACL and of the rule.
    """
    writer = _Writer(words(report.lang), colour=colour, verbose=verbose)
    lines = [line for finding, left in _collapsed(report, most) for line in writer.lines(finding, left)]
    return "\n".join([*lines, *_closing(report, writer)]) + "\n"


def _collapsed(report: Report, most: int) -> Iterator[tuple[Finding, int]]:
    """Return the findings to show, each with the number of those like it that are left out behind it."""
    totals = Counter(_kind(finding) for finding in report)
    shown: Counter[tuple[str, str, str]] = Counter()
    for finding in report:
        kind = _kind(finding)
        shown[kind] += 1
        if not most or shown[kind] <= most:
            last = bool(most) and shown[kind] == most
            yield finding, totals[kind] - most if last else 0


def _kind(finding: Finding) -> tuple[str, str, str]:
    return finding.file or "", finding.rule, finding.severity


class _Writer:
    def __init__(self, vocabulary: Words, *, colour: bool, verbose: bool) -> None:
        self.words = vocabulary
        self._colour = colour
        self._verbose = verbose

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self._colour and text else text

    def lines(self, finding: Finding, left: int) -> Iterator[str]:
        yield self._head(finding)
        yield from self._excerpt(finding)
        yield from (f"      = {name}: {printable(text)}" for name, text in self._facts(finding))
        if left > 0:
            more = self.words["of_kind"].format(number=left, file=finding.file or "–")
            yield f"      {printable(more)}"
        yield ""

    def _head(self, finding: Finding) -> str:
        place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part is not None)
        kind = self.paint(f"{self.words[finding.severity]}[{printable(finding.rule)}]", finding.severity)
        place = f"{self.paint(printable(place), 'bold')}: " if place else ""
        return f"{place}{kind} {printable(finding.message)}"

    def _excerpt(self, finding: Finding) -> Iterator[str]:
        if finding.excerpt is None or finding.line is None:
            return
        before = None
        for number, text in finding.excerpt.lines:
            if before is not None and number > before + 1:
                yield f"    {self.paint('…', 'gutter')}"
            before = number
            at = (finding.column or 1) - 1 if number == finding.line else 0
            shown, cut = _window(text, at)
            yield f"{self.paint(f'{number:>5} |', 'gutter')} {printable(shown)}"
            if number == finding.line and finding.column is not None:
                yield self._caret(finding, text, cut)

    def _caret(self, finding: Finding, text: str, cut: int) -> str:
        assert finding.column is not None
        start = finding.column - 1
        one_line = finding.end_line in (None, finding.line) and finding.end_column is not None
        end = min((finding.end_column or 0) - 1 if one_line else len(text), cut + _WIDEST)
        marks = "^" * max(1, _columns(text[start : max(end, start + 1)]))
        blank = " " * (_columns(text[cut:start]) + (1 if cut else 0))
        note = f" {printable(finding.note)}" if finding.note else ""
        return f"{self.paint('      |', 'gutter')} {blank}{self.paint(marks + note, finding.severity)}"

    def _facts(self, finding: Finding) -> Iterator[tuple[str, str]]:
        if finding.note and (finding.excerpt is None or finding.column is None):
            yield self.words["message"], finding.note
        if finding.focus_name is not None:
            yield self.words["on"], str(finding.focus_name)
        if finding.hint:
            yield self.words["help"], finding.hint
        for fix in finding.fixes:
            yield self.words["fix"], fix.title if fix.only else f"{fix.title} ({self.words['choose']})"
        if finding.rule_file:
            place = f"{finding.rule_file}:{finding.rule_line}" if finding.rule_line else finding.rule_file
            yield self.words["rule"], place
        if self._verbose:
            yield from self._terms(finding)

    def _terms(self, finding: Finding) -> Iterator[tuple[str, str]]:
        names = ("focus_node", "path", "value", "component", "source_shape", "fingerprint")
        yield from ((name, str(value)) for name in names if (value := getattr(finding, name)) is not None)


def _closing(report: Report, writer: _Writer) -> Iterator[str]:
    vocabulary, size = writer.words, report.summary
    if not report.checked and not report.unreadable:
        yield vocabulary["nothing"]
    counts = ", ".join(counted(vocabulary, report.count(level), level) for level in LEVELS)
    fixable = sum(any(fix.verified and fix.only for fix in finding.fixes) for finding in report)
    extra = [vocabulary["fixable"].format(number=fixable)] if fixable else []
    extra += [vocabulary["known"].format(number=report.known)] if report.known else []
    yield " · ".join([counts, *extra])
    yield from (vocabulary["stale"].format(entry=printable(entry)) for entry in report.stale)
    sizes = {
        "nodes": counted(vocabulary, size.focus_nodes, size.unit),
        "files": counted(vocabulary, size.files, size.place),
    }
    sizes["shapes"] = counted(vocabulary, size.shapes, "shape")
    done = vocabulary["done_shapes" if size.shapes else "done"].format(**sizes)
    engine = f" {vocabulary['with']} {size.engine}" if size.engine else ""
    missed = counted(vocabulary, size.unchecked_nodes, "node")
    unchecked = f" · {vocabulary['not_checked'].format(nodes=missed)}" if size.unchecked_nodes else ""
    yield f"{done}{engine}{unchecked} · {size.seconds:.1f} s"
    yield from (printable(note) for note in report.notes)


def _window(line: str, at: int) -> tuple[str, int]:
    """Return the part of a long line that is shown, around a character of it, and how many characters it leaves out."""
    cut = max(0, at - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = line[cut : cut + _WIDEST].replace("\t", " " * _TAB)
    return f"{'…' if cut else ''}{shown}{'…' if len(line) > cut + _WIDEST else ''}", cut


def _columns(text: str) -> int:
    """Return how many columns of a terminal a piece of a source line takes, as it is shown."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if character == "\t":
        return _TAB
    if is_harmful(character):
        return len(printable(character))
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
