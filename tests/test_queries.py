"""The canned questions: each has its expected answer, and mutants of the data change it in the stated way."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import rdflib

from mineralkg import rdfio
from mineralkg.graph import EmbeddedGraph
from mineralkg.queries import bound_text, find, names

Rows: TypeAlias = list[dict[str, str]]

CASES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("queries/*.toml")
}
ANSWERS = [pytest.param(n, a, id=f"{n}-{i}") for n, case in sorted(CASES.items()) for i, a in enumerate(case["answer"])]
MUTANTS = [pytest.param(n, m, id=f"{n}-{i}") for n, case in sorted(CASES.items()) for i, m in enumerate(case["mutant"])]


def test_every_question_has_a_case_and_every_case_a_question() -> None:
    assert names()
    assert sorted(CASES) == names()


def test_every_question_has_at_least_two_mutants() -> None:
    assert {name: len(case["mutant"]) for name, case in CASES.items() if len(case["mutant"]) < 2} == {}


@pytest.mark.parametrize(("name", "case"), ANSWERS)
def test_answer(name: str, case: dict[str, Any], report_graph: EmbeddedGraph) -> None:
    expected = list(csv.DictReader(io.StringIO(case["expected"].strip())))

    text = bound_text(report_graph, find(name), case.get("parameters", {}))

    for rows in (_by_oxigraph(report_graph, text), _by_rdflib(report_graph, text)):
        assert [{column: row[column] for column in _columns(case)} for row in rows] == expected


@pytest.mark.parametrize(("name", "case"), MUTANTS)
def test_mutant_changes_the_answer(
    name: str, case: dict[str, Any], report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph]
) -> None:
    text = bound_text(report_graph, find(name), case.get("parameters", {}))
    before = _by_oxigraph(report_graph, text)
    changed = mutated(case["update"])

    for after in (_by_oxigraph(changed, text), _by_rdflib(changed, text)):
        assert before != after
        assert _unmatched(_difference(before, after), case.get("gone", [])) == []
        assert _unmatched(_difference(after, before), case.get("new", [])) == []


def _columns(case: dict[str, Any]) -> list[str]:
    return str(case["expected"]).strip().splitlines()[0].split(",")


def _by_oxigraph(graph: EmbeddedGraph, text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(graph.ask_model(text).text("csv"))))


def _by_rdflib(graph: EmbeddedGraph, text: str) -> Rows:
    """Answer with rdflib's own engine on rdflib's own graph."""
    result = _plain(graph).query(text)
    columns = [str(variable) for variable in result.vars or []]
    return [{c: "" if v is None else str(v) for c, v in zip(columns, row, strict=True)} for row in result]  # type: ignore[arg-type]


_PLAIN: dict[int, tuple[EmbeddedGraph, rdflib.Graph]] = {}


def _plain(graph: EmbeddedGraph) -> rdflib.Graph:
    kept = _PLAIN.get(id(graph))
    if kept is None or kept[0] is not graph:
        _PLAIN.clear()
        kept = _PLAIN[id(graph)] = (graph, rdfio.to_rdflib(quad.triple for quad in graph.store))
    return kept[1]


def _difference(these: Rows, those: Rows) -> Rows:
    left = Counter(tuple(row.items()) for row in these)
    left.subtract(Counter(tuple(row.items()) for row in those))
    return [dict(row) for row, times in left.items() for _ in range(max(times, 0))]


def _unmatched(rows: Rows, stated: list[dict[str, Any]]) -> list[object]:
    """Return the rows that no statement describes, and the statements that describe no row."""
    left = list(rows)
    missing = []
    for statement in stated:
        wanted = {column: str(value) for column, value in statement.items()}
        match = next((row for row in left if wanted.items() <= row.items()), None)
        if match is None:
            missing.append(statement)
        else:
            left.remove(match)
    return [*left, *missing]


@pytest.mark.parametrize(("name", "case"), ANSWERS)
def test_expected_answers_show_the_words(name: str, case: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(case["expected"].strip())))

    assert not rows or "quote" not in find(name).columns or all("quote" in row for row in rows)
