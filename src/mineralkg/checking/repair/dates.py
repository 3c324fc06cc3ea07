"""Days as people write them, in words or in numbers, as ISO dates; in English and Spanish."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

__all__ = ["days", "months"]

# fmt: off
_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)
_SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)
# fmt: on
_MONTHS = {
    **{name[:length]: number for number, name in enumerate(_ENGLISH, 1) for length in (3, len(name))},
    **{name[:length]: number for number, name in enumerate(_SPANISH, 1) for length in (3, len(name))},
    "sept": 9,
    "setiembre": 9,
}
_WORDED = (
    re.compile(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?(?P<month>[a-z]+)\.?,?\s+(?:de\s+|del\s+)?(?P<year>\d{4})"
    ),
    re.compile(r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T.*")


def days(text: str) -> list[str]:
    """Return the days that a written date can mean, as ISO dates; none where it names no day.

    A number that may be day or month gives both readings: it is not for a program to choose.
    """
    written = text.strip().lower()
    found = dict.fromkeys(day for year, month, date in _readings(written) if (day := _day(year, month, date)))
    return list(found)


def months(text: str) -> list[str]:
    """Return the month that a written month and year mean, as in ``2026-03``; none where they name none."""
    match = re.fullmatch(r"([a-z]+)\.?,?\s+(?:de\s+|del\s+)?(\d{4})", text.strip().lower())
    return [f"{match[2]}-{_MONTHS[match[1]]:02}"] if match and match[1] in _MONTHS else []


def _readings(text: str) -> Iterator[tuple[int, int, int]]:
    for pattern in _WORDED:
        match = pattern.fullmatch(text)
        if match and match["month"] in _MONTHS:
            yield int(match["year"]), _MONTHS[match["month"]], int(match["day"])
    if match := _YEAR_FIRST.fullmatch(text):
        yield int(match[1]), int(match[2]), int(match[3])
    if match := _YEAR_LAST.fullmatch(text):
        yield int(match[3]), int(match[2]), int(match[1])
        yield int(match[3]), int(match[1]), int(match[2])
    if match := _WITH_TIME.fullmatch(text.upper()):
        yield tuple(map(int, match[1].split("-")))  # type: ignore[misc]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
