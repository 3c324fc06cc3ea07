"""A report as SARIF 2.1.0 (OASIS standard), which code hosts show beside the lines of a change."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mineralkg.reports.model import Edit, Finding, Fix, Level, Report

__all__ = ["document"]

_LEVELS: dict[Level, str] = {"violation": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://w3id.org/mineralkg/"


def document(report: Report) -> dict[str, Any]:
    """Return the report as a SARIF log with one run. Columns count Unicode code points; fingerprints outlive lines."""
    from importlib.metadata import version

    rules = {finding.rule: finding for finding in reversed(report.findings)}
    order = {rule: index for index, rule in enumerate(sorted(rules))}
    driver = {
        "name": "mineralkg",
        "informationUri": _HOME,
        "version": version("mineralkg"),
        "rules": [_rule(rules[rule]) for rule in order],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.unreadable,
                "toolExecutionNotifications": [{"message": {"text": note}, "level": "note"} for note in report.notes],
            }
        ],
        "results": [_result(finding, order[finding.rule]) for finding in report],
        "properties": {"conforms": report.conforms, **report.as_json()["summary"]},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Finding) -> dict[str, Any]:
    described: dict[str, Any] = {"id": finding.rule, "defaultConfiguration": {"level": _LEVELS[finding.severity]}}
    if (finding.source_shape or "").startswith("http"):
        described["helpUri"] = quote(finding.source_shape or "", safe=":/#?&=%~+,;@!$*'()")
    return described


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.told},
        "partialFingerprints": {"mineralkg/v1": finding.fingerprint},
    }
    if finding.file is not None:
        result["locations"] = [{"physicalLocation": _location(finding)}]
    if finding.focus_node is not None:
        logical = {"fullyQualifiedName": finding.focus_node, "kind": "object"}
        result.setdefault("locations", [{}])[0]["logicalLocations"] = [logical]
    if fixes := [_fix(finding, fix) for fix in finding.fixes if fix.edits and fix.verified]:
        result["fixes"] = fixes
    return result


def _uri(path: str) -> str:
    """Return the URI of a file; what is checked on the web has one already."""
    if path.startswith(("http://", "https://")):
        return quote(path, safe=":/#?&=%~+,;@!$*'()[]")
    return quote(path.replace("\\", "/"), safe="/~")


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file or "")}}
    if finding.line is not None:
        region = {
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
        }
        location["region"] = {key: value for key, value in region.items() if value is not None}
    return location


def _fix(finding: Finding, fix: Fix) -> dict[str, Any]:
    replacements = [{"deletedRegion": _region(edit), "insertedContent": {"text": edit.text}} for edit in fix.edits]
    change = {"artifactLocation": {"uri": _uri(finding.file or "")}, "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _region(edit: Edit) -> dict[str, int]:
    return {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
