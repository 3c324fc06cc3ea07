"""The header of a query file: what it may say of a picture, and what is said where it cannot be drawn."""

from __future__ import annotations

import re
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


PARAMETERS = """#+ question: What falls due when?
#+ param as_of es: El día que cuenta
#+ param as_of: date, optional, e.g. 2026-03-10. The day that counts
#+ view: bars label=action
SELECT ?action WHERE { ?action ?due $as_of }
"""


def test_a_parameter_is_explained_in_the_language_asked_for_or_in_english(tmp_path: Path) -> None:
    path = tmp_path / "due.rq"
    path.write_text(PARAMETERS, encoding="utf-8")

    (parameter,) = load(path).parameters

    assert parameter.explained_in("es") == ("El día que cuenta", "es")
    assert parameter.explained_in("fr") == ("The day that counts", "en")
    assert parameter.doc == "The day that counts"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("param as_of es", "param as_off es", "parameter as_off is explained and not declared"),
        ("view: bars", "view bars es: bars", "a header line reads “#+ key: value”"),
        ("question:", "question en gb:", "a header line reads “#+ key: value”"),
    ],
)
def test_an_explanation_of_nothing_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "due.rq"
    path.write_text(PARAMETERS.replace(old, new), encoding="utf-8")

    with pytest.raises(QueryFileError) as error:
        load(path)

    assert told in str(error.value)


def test_the_shipped_parameters_are_explained_in_both_languages() -> None:
    parameters = [(query.name, p) for query in all_queries() for p in query.parameters]

    assert len(parameters) > 20
    for name, parameter in parameters:
        text, lang = parameter.explained_in("es")
        assert (name, lang) == (name, "es")
        assert text != parameter.doc
        assert not text.endswith(".")  # the page ends the sentence


WORDS = """#+ question: What falls due when?
#+ words {words}
SELECT ?due ?state WHERE {{ ?x ?due ?y BIND ("not stated"@en AS ?state) }} ORDER BY ?due
"""


def test_texts_of_a_query_have_words_in_other_languages(tmp_path: Path) -> None:
    path = tmp_path / "due.rq"
    path.write_text(WORDS.format(words="state es: not stated = no consta"), encoding="utf-8")

    assert load(path).words == {"es": {"state": {"not stated": "no consta"}}}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("state es: not stated", "words in another language are written “#+ words COLUMN LANGUAGE: text = text;"),
        ("state es: not stated = ; a = b", "words in another language are written “#+ words COLUMN LANGUAGE:"),
        ("es: not stated = no consta", "words in another language are written “#+ words COLUMN LANGUAGE:"),
        ("state es: not sated = no consta", "the query has no text “not sated” in English"),
        ("sate es: not stated = no consta", "there are words for the column sate, and the answer has none"),
    ],
)
def test_words_for_no_text_are_refused_where_they_stand(tmp_path: Path, words: str, told: str) -> None:
    path = tmp_path / "due.rq"
    path.write_text(WORDS.format(words=words), encoding="utf-8")

    with pytest.raises(QueryFileError) as error:
        load(path)

    assert told in str(error.value)
    assert error.value.line == 2


def test_every_text_of_the_shipped_queries_has_words_in_spanish() -> None:
    own = {query.name: set(re.findall(r'"([^"]+)"@en', query.text)) for query in all_queries()}
    spanish = {query.name: set().union(*query.words.get("es", {}).values()) for query in all_queries()}

    assert spanish == own
    assert any(own.values())
