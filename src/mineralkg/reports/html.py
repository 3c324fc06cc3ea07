"""A report as one HTML page that needs nothing else: tiles, filters, and the source lines of each finding.

Everything that comes from the data is escaped, and a Content-Security-Policy allows only this page's own script.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files

from mineralkg.plaintext import printable
from mineralkg.reports.model import LEVELS, Finding, Report
from mineralkg.reports.words import Words, counted, words

__all__ = ["render"]


def render(report: Report) -> str:
    """Return the page, in the language of the report."""
    vocabulary = words(report.lang)
    assets = files("mineralkg.reports").joinpath("page")
    script = assets.joinpath("report.js").read_text(encoding="utf-8")
    style = assets.joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    title = f"mineralkg check · {vocabulary['report']}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="verdict {_verdict(report)}">{escape(vocabulary[_verdict(report)])}</p>',
        _tiles(report, vocabulary),
        *(f"<p>{_shown(note)}</p>" for note in report.notes),
        *(f"<p>{_shown(vocabulary['stale'].format(entry=entry))}</p>" for entry in report.stale),
        _table(report, vocabulary) if report.findings else f"<p>{escape(vocabulary['no_findings'])}</p>",
    ]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(report.lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _verdict(report: Report) -> str:
    if report.unreadable:
        return "unreadable"
    if not report.checked:
        return "nothing"
    return "conforms" if report.conforms else "fails"


def _tiles(report: Report, vocabulary: Words) -> str:
    tiles = [_tile(level, counted(vocabulary, report.count(level), level)) for level in LEVELS]
    size = report.summary
    tiles += [_tile("size", counted(vocabulary, size.focus_nodes, size.unit))]
    tiles += [_tile("size", counted(vocabulary, size.files, size.place))]
    return f'<ul class="tiles">{"".join(tiles)}</ul>'


def _tile(kind: str, text: str) -> str:
    number, _, noun = text.partition(" ")
    return f'<li class="{kind}"><strong>{escape(number)}</strong> {escape(noun)}</li>'


def _table(report: Report, vocabulary: Words) -> str:
    head = "".join(f'<th scope="col">{escape(vocabulary[key])}</th>' for key in _COLUMNS)
    rows = "\n".join(_row(finding, vocabulary) for finding in report)
    return "\n".join(
        [
            f'<form class="filters" hidden><span>{escape(vocabulary["filter"])}</span>',
            _choice(vocabulary["severity"], "severity", [(level, vocabulary[level]) for level in LEVELS], vocabulary),
            _choice(vocabulary["rule"], "rule", [(r, r) for r in sorted({f.rule for f in report})], vocabulary),
            _choice(vocabulary["file"], "file", [(n, n) for n in sorted({f.file or "" for f in report})], vocabulary),
            '<button type="button" class="csv">CSV</button></form>',
            f"<table><thead><tr>{head}</tr></thead>",
            f"<tbody>{rows}</tbody></table>",
        ]
    )


_COLUMNS = ("severity", "place", "rule", "message")


def _choice(label: str, name: str, choices: list[tuple[str, str]], vocabulary: Words) -> str:
    options = "".join(f'<option value="{_shown(value)}">{_shown(text)}</option>' for value, text in choices)
    everything = f'<option value="">{escape(vocabulary["all"])}</option>'
    return f'<label>{escape(label)} <select name="{name}">{everything}{options}</select></label>'


def _row(finding: Finding, vocabulary: Words) -> str:
    place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part is not None)
    data = {"severity": finding.severity, "rule": finding.rule, "file": finding.file or ""}
    attributes = "".join(f' data-{key}="{_shown(value)}"' for key, value in data.items())
    facts = [("on", str(finding.focus_name) if finding.focus_name else None), ("help", finding.hint)]
    facts += [("fix", fix.title) for fix in finding.fixes]
    listed = "".join(f"<dt>{escape(vocabulary[key])}</dt><dd>{_shown(text)}</dd>" for key, text in facts if text)
    message = _shown(finding.message) + (f'<p class="note">{_shown(finding.note)}</p>' if finding.note else "")
    message += _excerpt(finding) + (f"<dl>{listed}</dl>" if listed else "")
    return (
        f'<tr class="{finding.severity}"{attributes}><td>{escape(vocabulary[finding.severity])}</td>'
        f"<td><code>{_shown(place)}</code></td><td><code>{_shown(finding.rule)}</code></td><td>{message}</td></tr>"
    )


def _excerpt(finding: Finding) -> str:
    if finding.excerpt is None:
        return ""
    lines = "\n".join(f"{_line(finding, number, text)}" for number, text in finding.excerpt.lines)
    return f"<pre><code>{lines}</code></pre>"


def _line(finding: Finding, number: int, text: str) -> str:
    before = f'<span class="number">{number:>5}</span> '
    if number != finding.line or finding.column is None:
        return before + _shown(text)
    start = finding.column - 1
    one_line = finding.end_line in (None, number) and finding.end_column is not None
    end = (finding.end_column or 0) - 1 if one_line else len(text)
    marked = f"<mark>{_shown(text[start : max(end, start + 1)])}</mark>"
    return f"{before}{_shown(text[:start])}{marked}{_shown(text[max(end, start + 1) :])}"


def _shown(text: str) -> str:
    return escape(printable(text))
