"""A report and its findings: one type for every check, written as text, JSON or a W3C validation report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from mineralkg.errors import UnknownFormat
from mineralkg.formats import names
from mineralkg.namespaces import shorten

__all__ = ["LEVELS", "Edit", "Finding", "Fix", "Level", "Report", "Summary"]

Level = Literal["violation", "warning", "info"]
LEVELS: tuple[Level, ...] = ("violation", "warning", "info")


@dataclass(frozen=True)
class Edit:
    """A replacement of the text between two places of a file; lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Fix:
    """A way to mend a finding: what it does, and the edits that do it."""

    title: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: which rule, how grave, in plain words, and where.

    Lines and columns count from 1, columns in Unicode characters, and the end is exclusive; None where the place within
    the file is not known. ``focus_node``, ``path``, ``value``, ``source_shape`` and ``component`` are the terms of the
    SHACL result, IRIs in full.
    """

    rule: str
    severity: Level
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    focus_node: str | None = None
    path: str | None = None
    value: str | None = None
    source_shape: str | None = None
    component: str | None = None
    focus_label: str | None = None
    fixes: tuple[Fix, ...] = ()

    @property
    def order(self) -> tuple[Any, ...]:
        """The key by which findings stand in a report: by place, then gravity, then rule and terms."""
        place = (self.file or "", self.line or 0, self.column or 0)
        terms = (self.focus_node or "", self.path or "", self.value or "", self.message)
        return (*place, LEVELS.index(self.severity), self.rule, *terms)

    def as_json(self) -> dict[str, Any]:
        """Return the finding in the JSON contract of ``check -f json``."""
        fixes = [{"title": fix.title, "edits": [vars(edit) for edit in fix.edits]} for fix in self.fixes]
        keys = ("rule", "severity", "message", "file", "line", "column", "end_line", "end_column")
        terms = ("focus_node", "path", "value", "source_shape", "component")
        return {key: getattr(self, key) for key in (*keys, *terms)} | {"fixes": fixes}


@dataclass(frozen=True)
class Summary:
    """How much was checked, and by what."""

    files: int = 0
    triples: int = 0
    focus_nodes: int = 0
    shapes: int = 0
    unchecked_nodes: int = 0
    engine: str = ""
    seconds: float = 0.0
    unit: str = "node"  # what focus_nodes counts, in a person's words


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    ``conforms`` is False where a finding reaches ``fail_on`` or a file could not be read; ``unreadable`` says the
    latter. ``checked`` is False where no rule had anything to look at: that is no pass.
    """

    findings: tuple[Finding, ...]
    summary: Summary = field(default_factory=Summary)
    fail_on: Level = "violation"
    checked: bool = True
    unreadable: bool = False
    turtle: str | None = None

    @property
    def failing(self) -> list[Finding]:
        """The findings at or above ``fail_on``."""
        bound = LEVELS.index(self.fail_on)
        return [finding for finding in self.findings if LEVELS.index(finding.severity) <= bound]

    @property
    def conforms(self) -> bool:
        """Whether everything was read and nothing reaches ``fail_on``."""
        return not self.failing and not self.unreadable

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def count(self, level: Level) -> int:
        """Return the number of findings of one severity."""
        return sum(finding.severity == level for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the report in the JSON contract of ``check -f json``."""
        counts = {f"{level}s": self.count(level) for level in LEVELS}
        sizes = vars(self.summary)
        order = ("files", "triples", "focus_nodes", "shapes")
        rest = ("unchecked_nodes", "engine", "seconds")
        summary = {key: sizes[key] for key in order} | counts | {key: sizes[key] for key in rest}
        findings = [finding.as_json() for finding in self.findings]
        return {"conforms": self.conforms, "findings": findings, "summary": summary}

    def text(self, format: str = "text") -> str:
        """Return the report as text: "text" to read, "json", or "ttl" for the standard sh:ValidationReport.

        Raises UnknownFormat for any other format, and for "ttl" where no SHACL engine ran.
        """
        if format == "json":
            return json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n"
        if format == "text":
            return "".join(f"{_lines(finding)}\n" for finding in self.findings) + self._closing()
        if format == "ttl" and self.turtle is not None:
            return self.turtle
        raise UnknownFormat(format, [name for name in names("report") if name != "ttl" or self.turtle is not None])

    def _closing(self) -> str:
        counts = ", ".join(_plural(self.count(level), word) for level, word in _WORDS.items())
        size = self.summary
        shapes = f"{_plural(size.shapes, 'shape')} on " if size.shapes else ""
        checked = f"checked {shapes}{_plural(size.focus_nodes, size.unit)} in {_plural(size.files, 'file')}"
        engine = f" with {size.engine}" if size.engine else ""
        missed = (
            f" · not checked: {_plural(size.unchecked_nodes, 'node')} that no rule looks at"
            if size.unchecked_nodes
            else ""
        )
        nothing = (
            "" if self.checked or self.unreadable else f"Nothing was checked: there is no {size.unit} for any rule.\n"
        )
        return f"{nothing}{counts}\n{checked}{engine}{missed} · {size.seconds:.1f} s\n"


_WORDS: dict[Level, str] = {"violation": "error", "warning": "warning", "info": "note"}


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _lines(finding: Finding) -> str:
    place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part is not None)
    head = f"{place}: " if place else ""
    lines = [f"{head}{_WORDS[finding.severity]}[{finding.rule}] {finding.message}"]
    if finding.focus_node:
        label = f" ({finding.focus_label})" if finding.focus_label else ""
        lines.append(f"      = on {shorten(finding.focus_node)}{label}")
    if finding.path:
        lines.append(f"      = property {shorten(finding.path)}")
    if finding.value is not None and finding.value != finding.focus_node:
        lines.append(f"      = value {shorten(finding.value)}")
    lines += [f"      = fix: {fix.title}" for fix in finding.fixes]
    return "\n".join(lines)
