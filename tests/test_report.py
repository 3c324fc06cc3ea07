"""The graph of the report: every claim of the sheet with its words, and nothing that the report does not say."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mineralkg.checking import verify_quotes
from mineralkg.errors import LoadError
from mineralkg.graph import EmbeddedGraph
from mineralkg.queries import bound_text, find

POINTS = tomllib.loads(Path(__file__).with_name("not_said.toml").read_text(encoding="utf-8"))["point"]


@pytest.mark.parametrize("point", POINTS, ids=lambda p: re.sub(r"\W+", "-", p["not_said"])[:50])
def test_what_is_not_said(
    point: dict[str, Any], report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph]
) -> None:
    assert not report_graph.ask_model(point["query"])

    update = point["update"].replace("INSERT DATA {", "INSERT DATA { GRAPH <urn:over-eager> {") + "}"
    assert mutated(update).ask_model(point["query"])


def test_every_claim_of_the_sheet_is_held_with_its_exact_words(report_graph: EmbeddedGraph, facts: Path) -> None:
    sheet = dict(_sheet(facts))
    assert len(sheet) == 58

    for number, quote in sheet.items():
        rows = report_graph.ask_model(
            f"""SELECT ?claim ?sha WHERE {{
              ?claim skos:notation ?code ; mkg:evidence ?e ; mkg:speaker ?who ; mkg:reporter ?reporter ;
                mkg:certainty ?how .
              ?e mkg:quote ?quote ; mkg:start ?start ; mkg:end ?end ; mkg:source/schema:sha256 ?sha .
              FILTER (STR(?quote) = {_literal(quote)})
              FILTER (REGEX(?code, "^{number}[a-z]?$"))
            }}"""
        )
        assert rows, f"{number}: {quote}"


def test_every_code_of_the_sheet_answers_with_its_words(report_graph: EmbeddedGraph, facts: Path) -> None:
    unanswered = {}
    for number, quote in _sheet(facts):
        rows = report_graph.ask_model(bound_text(report_graph, find("evidence_for"), {"claim": number}))
        if quote not in {str(row.quote) for row in rows}:
            unanswered[number] = quote

    assert unanswered == {}


def _sheet(facts: Path) -> list[tuple[str, str]]:
    """Return number and quote of each claim; a row such as C52–C56 counts once for each of its numbers."""
    claims = []
    for line in (facts / "seed_claims.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if match := re.fullmatch(r"C(\d+)(?:–C(\d+))?", cells[0]):
            first, last = int(match[1]), int(match[2] or match[1])
            claims += [(f"C{n:02}", cells[2].strip('"')) for n in range(first, last + 1)]
    return claims


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_derived_dates_carry_their_arithmetic(report_graph: EmbeddedGraph) -> None:
    rows = report_graph.ask_model(
        "SELECT ?due ?derivation WHERE { ?d mkg:dueDate ?due ; mkg:derivation ?derivation } ORDER BY ?due"
    )

    assert [(str(row.due), str(row.derivation).split(".")[0]) for row in rows] == [
        ("2026-03-06", "2026-02-04 + 30 days = 2026-03-06"),
        ("2026-04-05", "2026-02-04 + 60 days = 2026-04-05"),
    ]


def test_every_quotation_stands_in_the_real_report(report_graph: EmbeddedGraph, facts: Path) -> None:
    report = verify_quotes(report_graph, facts / "seed_article.txt")

    assert report.conforms
    assert report.summary.focus_nodes >= 54
    assert not report.findings


def test_a_changed_report_is_noticed(report_graph: EmbeddedGraph, facts: Path, tmp_path: Path) -> None:
    changed = tmp_path / "report.txt"
    text = (facts / "seed_article.txt").read_text(encoding="utf-8")
    changed.write_text(text.replace("plans to announce", "announced"), encoding="utf-8")

    report = verify_quotes(report_graph, changed)

    rules = {finding.rule for finding in report.findings}
    assert not report.conforms
    assert rules == {"source-digest", "quote-not-found", "quote-offset"}
    lost = [f for f in report.findings if f.rule == "quote-not-found"]
    assert [f.focus_node for f in lost] == ["https://w3id.org/mineralkg/id/evidence/hawkins-2026-02-04-c44"]
    assert all(f.fixes for f in report.findings if f.rule == "quote-offset")


def test_a_quote_that_is_moved_in_the_graph_is_noticed(mutated: Callable[[str], EmbeddedGraph], facts: Path) -> None:
    graph = mutated(
        "DELETE { GRAPH ?g { ?e mkg:start 2259 } } INSERT { GRAPH ?g { ?e mkg:start 2258 } } "
        "WHERE { GRAPH ?g { ?e mkg:start 2259 } }"
    )

    report = verify_quotes(graph, facts / "seed_article.txt")

    assert [(f.rule, f.fixes[0].title) for f in report.findings] == [
        ("quote-offset", "set mkg:start 2259 and mkg:end 2307")
    ]


@pytest.mark.parametrize(("data", "reason"), [(None, "cannot be read"), (b"\xff\xfe\x00", "not UTF-8")])
def test_a_text_that_cannot_be_read_is_one_clear_error(
    data: bytes | None, reason: str, report_graph: EmbeddedGraph, tmp_path: Path
) -> None:
    file = tmp_path / "text.txt"
    if data is not None:
        file.write_bytes(data)

    with pytest.raises(LoadError, match=reason):
        verify_quotes(report_graph, file)


def test_the_report_itself_is_not_shipped(report_graph: EmbeddedGraph, facts: Path) -> None:
    text = (facts / "seed_article.txt").read_text(encoding="utf-8")
    rows = report_graph.ask_model("SELECT ?sha WHERE { source:hawkins-2026-02-04 schema:sha256 ?sha }")

    assert rows[0].sha == hashlib.sha256((facts / "seed_article.txt").read_bytes()).hexdigest()
    assert not report_graph.ask_model(f"ASK {{ ?s ?p ?text FILTER (STRLEN(STR(?text)) > {len(text) // 4}) }}")


@pytest.mark.parametrize(("start", "end", "named"), [("\ufeff", "\n", "byte order mark"), ("", "\r\n", "CRLF")])
def test_the_report_saved_otherwise_is_one_finding(
    start: str, end: str, named: str, report_graph: EmbeddedGraph, facts: Path, tmp_path: Path
) -> None:
    text = (facts / "seed_article.txt").read_text(encoding="utf-8")
    other = tmp_path / "report.txt"
    other.write_text(start + text, encoding="utf-8", newline=end)

    (finding,) = verify_quotes(report_graph, other).findings

    assert finding.rule == "source-digest"
    assert named in finding.message
