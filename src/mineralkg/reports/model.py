"""A report and its findings: one type for every check, whatever it is written as."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

__all__ = ["LEVELS", "Edit", "Excerpt", "Finding", "Fix", "Level", "Name", "Report", "Summary"]

Level: TypeAlias = Literal["violation", "warning", "info"]
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
    """A way to mend a finding: what it does, and the edits to the finding's file that do it.

    ``verified`` says that the edits were made to a copy, and that the copy no longer has the finding and no other new
    one. ``only`` is False where another fix does as well, so that a person has to choose.
    """

    title: str
    edits: tuple[Edit, ...] = ()
    verified: bool = False
    only: bool = True


@dataclass(frozen=True)
class Name:
    """A thing as a reader knows it: its label where it has one, and its short form."""

    short: str
    label: str | None = None

    def __str__(self) -> str:
        return f"{self.label} ({self.short})" if self.label else self.short


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file around a finding, with their numbers."""

    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: which rule, how grave, in plain words, and where.

    Lines and columns count from 1, columns in Unicode characters, and the end is exclusive; None where the place within
    the file is not known. ``focus_node``, ``path``, ``value``, ``source_shape`` and ``component`` are the terms of the
    SHACL result, IRIs in full. ``note`` says what stands at the place, ``hint`` what to do; ``focus_name`` and
    ``path_name`` are focus node and path as a reader knows them. ``rule_file`` and ``rule_line`` are where the rule is
    written.
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
    note: str | None = None
    hint: str | None = None
    focus_name: Name | None = None
    path_name: Name | None = None
    excerpt: Excerpt | None = None
    rule_file: str | None = None
    rule_line: int | None = None
    identity: str = ""  # focus node and value where one is a blank node, in a form that outlives edits elsewhere
    fixes: tuple[Fix, ...] = ()

    @property
    def told(self) -> str:
        """All of it on one line: the message, what stands at the place, and what to do or where to read more."""
        text = f"{self.message} ({self.note})" if self.note else self.message
        return f"{text} {self.hint}" if self.hint else text

    @property
    def order(self) -> tuple[Any, ...]:
        """The key by which findings stand in a report: by place, then gravity, then rule and terms."""
        place = (self.file or "", self.line or 0, self.column or 0)
        terms = (self.focus_node or "", self.path or "", self.value or "", self.message)
        return (*place, LEVELS.index(self.severity), self.rule, *terms)

    @property
    def fingerprint(self) -> str:
        """What tells this finding from others, run after run: its rule, focus node, path and value, never its line.

        Sixteen hexadecimal digits of a SHA-256 digest. A finding without a focus node is told by its file and message.
        """
        named = f"{self.focus_node}\x1f{self.value or ''}" if self.focus_node else f"{self.file}\x1f{self.message}"
        parts = (self.rule, self.path or "", self.identity or named)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """Return the finding in the JSON contract of ``check -f json``."""
        keys = ("rule", "severity", "message", "file", "line", "column", "end_line", "end_column")
        terms = ("focus_node", "path", "value", "source_shape", "component", "note", "hint", "rule_file", "rule_line")
        fixes = [
            {"title": fix.title, "verified": fix.verified, "only": fix.only, "edits": [vars(e) for e in fix.edits]}
            for fix in self.fixes
        ]
        fields = {key: getattr(self, key) for key in (*keys, *terms)}
        return fields | {"fingerprint": self.fingerprint, "fixes": fixes}


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
    unit: Literal["node", "quotation", "request"] = "node"  # what focus_nodes counts
    place: Literal["file", "location"] = "file"  # what files counts


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    ``conforms`` is False where a finding reaches ``fail_on``, a file could not be read (``unreadable``), or no rule had
    anything to look at (``checked`` is then False): that is no pass. ``notes`` are sentences about
    the check itself, such as what an engine could not do; ``known`` counts the findings that a baseline lists, and
    ``stale`` names those it lists that are no longer there. ``texts`` are the texts
    of the files with fixes, by name; ``graph`` gives the standard sh:ValidationReport
    as Turtle, where a SHACL engine ran.
    """

    findings: tuple[Finding, ...]
    summary: Summary = field(default_factory=Summary)
    fail_on: Level = "violation"
    checked: bool = True
    unreadable: bool = False
    lang: str = "en"
    notes: tuple[str, ...] = ()
    known: int = 0
    stale: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    graph: Callable[[], str] | None = field(default=None, compare=False, repr=False)

    @property
    def failing(self) -> list[Finding]:
        """The findings at or above ``fail_on``."""
        bound = LEVELS.index(self.fail_on)
        return [finding for finding in self.findings if LEVELS.index(finding.severity) <= bound]

    @property
    def conforms(self) -> bool:
        """Whether everything was read, something was checked, and nothing reaches ``fail_on``."""
        return self.checked and not self.failing and not self.unreadable

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def count(self, level: Level) -> int:
        """Return the number of findings of one severity."""
        return sum(finding.severity == level for finding in self.findings)

    def with_findings(self, findings: tuple[Finding, ...], **changes: Any) -> Report:
        """Return this report with other findings, in their order, and with other *changes*."""
        ordered = tuple(sorted(findings, key=lambda finding: finding.order))
        return replace(self, findings=ordered, **changes)

    def as_json(self) -> dict[str, Any]:
        """Return the report in the JSON contract of ``check -f json``."""
        counts = {f"{level}s": self.count(level) for level in LEVELS}
        sizes = vars(self.summary)
        order = ("files", "triples", "focus_nodes", "shapes")
        rest = ("unchecked_nodes", "engine", "seconds")
        summary = {key: sizes[key] for key in order} | counts | {key: sizes[key] for key in rest}
        summary |= {"known": self.known, "stale": list(self.stale), "notes": list(self.notes)}
        findings = [finding.as_json() for finding in self.findings]
        return {"conforms": self.conforms, "findings": findings, "summary": summary}

    def text(self, format: str = "text", **options: Any) -> str:
        """Return the report as text in one of the report formats, such as "text", "json" or "sarif".

        For "text", *options* may be ``colour``, ``verbose``, ``most`` (findings of one kind shown per file; 0 for all)
        and ``width``. Raises UnknownFormat for any other format, and for "ttl" where no SHACL engine ran.
        """
        from mineralkg.reports.writing import write

        return write(self, format, **options)
