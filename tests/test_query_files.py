"""The header of a query file: what it may say of a picture, and what is said where it cannot be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from mineralkg.errors import QueryFileError
from mineralkg.queries import View, all_queries, load

QUERY = """#+ question: What falls due when?
#+ view: {view}
SELECT ?due ?action WHERE {{ ?x ?due ?action }} ORDER BY ?due
"""


def written(folder: Path, view: str) -> Path:
    path = folder / "due.rq"
    path.write_text(QUERY.format(view=view), encoding="utf-8")
    return path


def test_a_view_names_its_columns(tmp_path: Path) -> None:
    query = load(written(tmp_path, "timeline date=due label=action"))

    assert query.view == View("timeline", {"date": "due", "label": "action"})


@pytest.mark.parametrize(
    ("view", "told"),
    [
        ("pie label=action", "there is no view “pie”; there are bars, map, shares, timeline"),
        ("timeline date=due", "a view of this kind is written “timeline date=COLUMN label=COLUMN”"),
        ("bars label=action size=due", "a view of this kind is written “bars label=COLUMN”"),
        ("bars label=acton", "the view names the column acton, and the answer has none"),
        ("map", "a view of this kind is written “map place=COLUMN”"),
    ],
)
def test_a_view_that_cannot_be_drawn_is_refused_where_it_stands(tmp_path: Path, view: str, told: str) -> None:
    with pytest.raises(QueryFileError) as error:
        load(written(tmp_path, view))

    assert told in str(error.value)
    assert error.value.line == 2


def test_a_question_is_put_in_the_language_asked_for_or_in_english(tmp_path: Path) -> None:
    path = written(tmp_path, "bars label=action")
    path.write_text(path.read_text(encoding="utf-8").replace("#+ view", "#+ question es: ¿Qué vence cuándo?\n#+ view"))
    query = load(path)

    assert query.asked_in("es") == ("¿Qué vence cuándo?", "es")
    assert query.asked_in("fr") == ("What falls due when?", "en")


def test_the_shipped_questions_are_put_in_spanish_too() -> None:
    assert [query.name for query in all_queries() if query.asked_in("es")[1] != "es"] == []


def test_the_shipped_questions_use_every_kind_of_view() -> None:
    assert {query.view.kind for query in all_queries() if query.view} == {"bars", "map", "shares", "timeline"}
