"""Write a report in a format: one table, one function each. All of them carry the same findings and counts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from mineralkg.errors import UnknownFormat
from mineralkg.formats import names
from mineralkg.reports.model import Report

__all__ = ["write"]

# Letters that turn the reading order or hide: legal in JSON, and out of place on a screen.
_HIDDEN = re.compile("[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def write(report: Report, format: str, **options: Any) -> str:
    """Return *report* as text in *format*; *options* are those of the format's own function.

    Raises UnknownFormat for a format that the table does not have, and for "ttl" where no SHACL engine ran.
    """
    writer = _WRITERS.get(format)
    if writer is None or (format == "ttl" and report.graph is None):
        known = [name for name in names("report") if name != "ttl" or report.graph is not None]
        raise UnknownFormat(format, known)
    return writer(report, **options)


def as_json(document: Any) -> str:
    """Return a document as JSON with letters that cannot be seen written as escapes."""
    return _visible(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _visible(text: str) -> str:
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _text(report: Report, **options: Any) -> str:
    from mineralkg.reports.text import render

    return render(report, **options)


def _json(report: Report) -> str:
    """Return a report as JSON with one finding on each line, which is written and searched many times faster."""
    document = report.as_json()
    findings = ",".join(f"\n    {json.dumps(finding, ensure_ascii=False)}" for finding in document["findings"])
    conforms, summary = json.dumps(document["conforms"]), json.dumps(document["summary"], ensure_ascii=False)
    end = "\n  " if findings else ""
    return _visible(f'{{\n  "conforms": {conforms},\n  "findings": [{findings}{end}],\n  "summary": {summary}\n}}\n')


def _sarif(report: Report) -> str:
    from mineralkg.reports.sarif import document

    return as_json(document(report))


def _junit(report: Report) -> str:
    from mineralkg.reports.junit import render

    return render(report)


def _github(report: Report) -> str:
    from mineralkg.reports.github import render

    return render(report)


def _markdown(report: Report) -> str:
    from mineralkg.reports.markdown import render

    return render(report)


def _html(report: Report) -> str:
    from mineralkg.reports.html import render

    return render(report)


def _turtle(report: Report) -> str:
    assert report.graph is not None  # write() has looked
    return report.graph()


def _diff(report: Report) -> str:
    from mineralkg.reports.mending import render

    return render(report)


_WRITERS: dict[str, Callable[..., str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "md": _markdown,
    "html": _html,
    "ttl": _turtle,
    "diff": _diff,
}
