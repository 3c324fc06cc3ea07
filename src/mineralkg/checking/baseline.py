"""A baseline: findings that are known, by fingerprint, so that only new ones count and stale ones are named."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mineralkg.checking.findings import TOO_MANY
from mineralkg.errors import LoadError
from mineralkg.rdfio import LIMITS, content
from mineralkg.reports import Finding, Report

__all__ = ["against_baseline", "write_baseline"]

_VERSION = 1


def write_baseline(report: Report, path: str | Path) -> None:
    """Write the findings of a report to *path* as JSON, in the order of their fingerprints, so that changes are small.

    Raises LoadError where the file cannot be written.
    """
    told = (finding for finding in report if finding.rule != TOO_MANY)  # what is behind it is not known
    entries = {finding.fingerprint: _entry(finding) for finding in told}
    document = {"version": _VERSION, "findings": [entries[key] for key in sorted(entries)]}
    try:
        Path(path).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise LoadError(str(path), f"the baseline cannot be written ({error.strerror or error}).") from error


def _entry(finding: Finding) -> dict[str, Any]:
    fields = ("fingerprint", "rule", "file", "focus_node", "path", "value")
    return {field: getattr(finding, field) for field in fields}


def against_baseline(report: Report, path: str | Path, files: Iterable[str]) -> Report:
    """Return a report without the findings that the baseline at *path* lists, which are counted instead.

    Entries about *files*, the files that were checked, that are no longer found are named as stale. Raises LoadError
    where the baseline cannot be read.
    """
    known = _read(Path(path))
    new = tuple(finding for finding in report if finding.fingerprint not in known)
    there = {finding.fingerprint for finding in report}
    checked = set(files)
    stale = [entry for key, entry in known.items() if key not in there and entry.get("file") in checked]
    named = tuple(sorted(_named(entry) for entry in stale))
    return report.with_findings(new, known=len(report) - len(new), stale=named)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        if not path.exists():
            raise LoadError(str(path), "there is no such baseline. Make it with --update-baseline.")
        document = json.loads(content(path, LIMITS.bytes).decode("utf-8"))
        return {entry["fingerprint"]: entry for entry in document["findings"]}
    except OSError as error:
        raise LoadError(str(path), f"the baseline cannot be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LoadError(str(path), "this is no baseline. Make it anew with --update-baseline.") from error


def _named(entry: dict[str, Any]) -> str:
    parts = (entry["fingerprint"], entry.get("rule"), entry.get("focus_node"), entry.get("path"), entry.get("value"))
    return " ".join(str(part) for part in parts if part is not None)
