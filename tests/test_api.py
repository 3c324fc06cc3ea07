"""The Python interface: typed rows, data frames, help worth reading, a table in a notebook."""

from __future__ import annotations

import datetime as dt
import inspect
import io
import json
import pydoc
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib

import mineralkg as mk
from mineralkg.errors import ParameterError, UsageError
from mineralkg.queries import names


@pytest.fixture(scope="module")
def kg() -> mk.KnowledgeGraph:
    return mk.open()


def test_cells_have_python_types(kg: mk.KnowledgeGraph) -> None:
    row = kg.query.deadlines(as_of=dt.date(2026, 3, 10), overdue_only=True)[0]

    assert row.due == dt.date(2026, 3, 6)
    assert row.overdue is True
    assert row["instrument"] == "https://w3id.org/mineralkg/id/instrument/us-eu-japan-joint-statement"
    assert row[0] == row.instrument
    assert kg.query.market_shares()[0].share == Decimal(90)
    assert kg.query.promised_instruments()[1].due is None


def test_a_row_says_which_columns_it_has(kg: mk.KnowledgeGraph) -> None:
    row = kg.query.absences()[0]

    with pytest.raises(AttributeError, match="subject_label"):
        row.nothing  # noqa: B018
    with pytest.raises(KeyError):
        row["nothing"]
    assert list(row.as_dict()) == list(kg.query.absences().columns)


def test_help_gives_the_question_and_its_parameters(kg: mk.KnowledgeGraph) -> None:
    text = pydoc.plain(pydoc.render_doc(kg.query.deadlines))

    assert "deadlines(*, as_of: 'date | str', overdue_only: 'bool' = None)" in text
    assert "Which commitments have a deadline" in text
    assert "The day on which to judge what is overdue" in text


@pytest.mark.parametrize("name", names())
def test_every_question_is_a_function_with_a_signature(name: str, kg: mk.KnowledgeGraph) -> None:
    function = getattr(kg.query, name)

    assert name in dir(kg.query)
    assert function.__name__ == name
    assert inspect.signature(function).return_annotation == "Answer"


def test_an_unknown_question_or_parameter_gets_a_near_match(kg: mk.KnowledgeGraph) -> None:
    with pytest.raises(AttributeError, match="Did you mean deadlines"):
        kg.query.deadline  # noqa: B018
    with pytest.raises(ParameterError, match="did you mean partner"):
        kg.query.commitments_of(partnr="MEX")
    with pytest.raises(ParameterError, match="one value"):
        kg.query.commitments_of(partner=["MEX", "JPN"])


def test_a_notebook_shows_a_table_with_links_and_no_markup_from_data(kg: mk.KnowledgeGraph) -> None:
    html = kg.query.absences()._repr_html_()
    hostile = kg.sparql("SELECT ('<script>' AS ?x) WHERE { }")._repr_html_()

    assert "<th>absent</th>" in html
    assert '<a href="https://w3id.org/mineralkg/vocab/instrument-type/action-plan">action plan</a>' in html
    assert "<script>" not in hostile


def test_data_frames(kg: mk.KnowledgeGraph) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    answer = kg.query.deadlines(as_of="2026-03-10")

    assert list(answer.to_pandas()["overdue"]) == [True, False]
    assert answer.to_polars()["due"].to_list() == [dt.date(2026, 3, 6), dt.date(2026, 4, 5)]


def test_an_answer_can_be_written(kg: mk.KnowledgeGraph, tmp_path: Path) -> None:
    answer = kg.query.instruments()
    answer.to_csv(tmp_path / "x.csv")

    assert (tmp_path / "x.csv").read_bytes().startswith(b"instrument,instrument_label,")
    assert json.loads(answer.text("json"))[0]["parties"] is None
    result = rdflib.query.Result.parse(source=io.BytesIO(answer.text("srj").encode()), format="json")
    assert len(list(result)) == len(answer)


def test_an_endpoint_and_files_do_not_go_together() -> None:
    with pytest.raises(UsageError):
        mk.open("x.ttl", endpoint="http://127.0.0.1/")


def test_opening_and_answers_say_what_they_are(kg: mk.KnowledgeGraph) -> None:
    assert repr(kg) == "<KnowledgeGraph: the shipped graph>"
    assert repr(kg.query.absences()) == "<Answer: 1 rows>"
    assert "partner_commitments" in repr(kg.query)
