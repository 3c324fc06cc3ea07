"""A report as workflow commands of GitHub Actions, which become annotations beside the lines of a pull request."""

from __future__ import annotations

from mineralkg.plaintext import printable
from mineralkg.reports.model import Finding, Level, Report

__all__ = ["render"]

_COMMANDS: dict[Level, str] = {"violation": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return one line for each finding."""
    return "".join(f"{_line(finding)}\n" for finding in report)


def _line(finding: Finding) -> str:
    one_line = finding.end_line in (None, finding.line)
    properties = {
        "file": finding.file,
        "line": finding.line,
        "endLine": finding.end_line,
        "col": finding.column,
        "endColumn": finding.end_column if one_line else None,
        "title": finding.rule,
    }
    listed = ",".join(f"{k}={_property(str(v))}" for k, v in properties.items() if v is not None)
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(finding.told)}"


def _data(text: str) -> str:
    """Return the text of a command: a percent sign and line ends are written as escapes."""
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return the value of a property, in which a colon and a comma would end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
