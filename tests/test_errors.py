"""The errors: one tree, drawn in full, each a sentence with fields."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from mineralkg import errors
from mineralkg.errors import MineralKGError

CLASSES = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, MineralKGError)]
EXAMPLES: dict[str, dict[str, Any]] = {
    "reason": {"reason": "It is so."},
    "name": {"name": "xls"},
}


def _fields(error: type[MineralKGError]) -> list[str]:
    return [name for name in inspect.signature(error.__init__).parameters if name not in ("self", "fields")]


@pytest.mark.parametrize("error", CLASSES, ids=lambda c: c.__name__)
def test_every_error_is_drawn_in_the_tree_with_its_fields(error: type[MineralKGError]) -> None:
    drawn = re.search(rf"{error.__name__}\b +([\w, ]+?)(?:  |\n|$)", errors.__doc__ or "")

    if _fields(error):
        assert drawn, f"{error.__name__} is not drawn"
        assert drawn[1].split(", ") == _fields(error)
    else:
        assert error.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("error", [c for c in CLASSES if _fields(c)], ids=lambda c: c.__name__)
def test_every_error_keeps_its_fields_and_makes_a_sentence(error: type[MineralKGError]) -> None:
    lists = ("known", "suggestions", "candidates")
    numbers = ("line", "column", "status", "seconds")
    values: dict[str, Any] = {
        name: ["one", "two"] if name in lists else 3 if name in numbers else f"the {name}" for name in _fields(error)
    }

    raised = error(**values)

    assert {name: getattr(raised, name) for name in values} == values
    for name, value in values.items():
        shown = "one" if name in lists else str(value)
        assert shown in str(raised)


def test_every_error_is_public() -> None:
    assert {c.__name__ for c in CLASSES} <= set(errors.__all__)


def test_near_matches_ignore_case_and_come_nearest_first() -> None:
    assert errors.near_matches("DEADLINE", ["deadlines", "measures", "upcoming_deadlines"])[0] == "deadlines"
    assert errors.near_matches("zzz", ["deadlines"]) == []
