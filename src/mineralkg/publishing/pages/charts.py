"""Pictures of an answer, as numbers that a template draws: bars, a timeline, a map, a table of shades."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from mineralkg.graph import Answer
from mineralkg.publishing.pages.environment import assets
from mineralkg.publishing.pages.reading import Reader, Value
from mineralkg.queries import View

__all__ = ["Bar", "Heat", "Picture", "Spot", "bars", "heat", "picture", "shade"]

_SHADES = 4
_CODES = "SELECT ?place ?code WHERE {{ VALUES ?place {{ {places} }} ?place a mkg:State ; skos:notation ?code }}"


@dataclass(frozen=True)
class Bar:
    """A bar: what it stands for, its number, and its length in percent of the longest."""

    name: Value
    number: str
    percent: float


@dataclass(frozen=True)
class Spot:
    """A place on the map: the outline of a state, and whether and how often the answer names it."""

    code: str
    path: str
    value: Value | None
    number: int


@dataclass(frozen=True)
class Dated:
    """A row of a timeline."""

    date: str
    shown: str
    text: Value


@dataclass(frozen=True)
class Picture:
    """What one view shows; only the part for its kind is filled. ``missing`` names what it cannot show."""

    kind: str
    bars: Sequence[Bar] = ()
    moments: Sequence[Dated] = ()
    spots: Sequence[Spot] = ()
    missing: Sequence[Value] = ()


@dataclass(frozen=True)
class Heat:
    """A table of counts: the heads of its columns, and rows of (head, cells); a cell is (count, shade, address)."""

    columns: list[Value]
    rows: list[tuple[Value, list[tuple[int, int]]]]


def picture(reader: Reader, view: View | None, answer: Answer) -> Picture | None:
    """Return the picture of an answer that its question declares, or None where there is none or nothing to show."""
    if view is None or not answer:
        return None
    made = {"bars": _bars, "shares": _bars, "timeline": _timeline, "map": _map}[view.kind](reader, view, answer)
    return made if made.bars or made.moments or made.spots else None


def _shown(reader: Reader, row: object, column: str) -> Value:
    """Return a cell as a value; the label of a thing leads to the thing."""
    terms = row.terms  # type: ignore[attr-defined]
    thing = terms.get(column.removesuffix("_label")) if column.endswith("_label") else None
    return reader.value(thing if isinstance(thing, ox.NamedNode) else terms[column])


def _bars(reader: Reader, view: View, answer: Answer) -> Picture:
    label, number = view.columns["label"], view.columns.get("value")
    if number is None:
        counted: Counter[Value] = Counter()
        for row in answer:
            if row.terms[label] is not None:
                counted[_shown(reader, row, label)] += 1
        return Picture("bars", bars=bars(list(counted.items())))
    found: list[tuple[Value, float]] = []
    missing: list[Value] = []
    for row in answer:
        shown, term = _shown(reader, row, label), row.terms[number]
        try:
            found.append((shown, float(term.value if isinstance(term, ox.Literal) else "")))
        except ValueError:
            missing.append(shown)
    most = 100 if view.kind == "shares" else 0
    return Picture("bars", bars=bars(found, most), missing=missing)


def bars(found: Sequence[tuple[Value, float]], most: float = 0) -> list[Bar]:
    """Return a bar for each value, in the order given, as long as its number is to the greatest, or to *most*."""
    most = max([most, *(number for _, number in found)]) or 1
    return [Bar(name, f"{number:g}", round(max(0.0, 100 * number / most), 1)) for name, number in found]


def _timeline(reader: Reader, view: View, answer: Answer) -> Picture:
    date, label = view.columns["date"], view.columns["label"]
    dated, missing = [], []
    for row in answer:
        when, text = row.terms[date], _linked(reader, row, label)
        if isinstance(when, ox.Literal):
            dated.append(Dated(when.value, reader.date(when.value), text))
        else:
            missing.append(text)
    found = sorted(dict.fromkeys(dated), key=lambda moment: moment.date)
    return Picture("timeline", moments=found, missing=list(dict.fromkeys(missing)))


def _linked(reader: Reader, row: object, column: str) -> Value:
    """Return a cell that leads to its thing, or to the claim of its row."""
    shown = _shown(reader, row, column)
    claim = row.terms.get("claim")  # type: ignore[attr-defined]
    if shown.href or not isinstance(claim, ox.NamedNode):
        return shown
    return Value(shown.text, "thing", reader.links.resource(claim.value), shown.lang)


def _map(reader: Reader, view: View, answer: Answer) -> Picture:
    column = view.columns["place"]
    places: Counter[str] = Counter()
    for row in answer:
        term = row.terms[column]
        if isinstance(term, ox.NamedNode):
            places[term.value] += 1
    outlines = world()
    if not places or not outlines:
        return Picture("map")
    reader.learn(places)
    block = " ".join(str(ox.NamedNode(place)) for place in places)
    codes = {str(row.code): str(row.place) for row in reader.ask(_CODES.format(places=block))}
    known = {code: iri for code, iri in codes.items() if code in outlines}
    spots = [
        Spot(code, path, reader.thing(known[code]) if code in known else None, places[known.get(code, "")])
        for code, path in outlines.items()
    ]
    missing = [reader.thing(iri) for iri in places if iri not in known.values()]
    return Picture("map", spots=sorted(spots, key=lambda s: s.value is not None), missing=missing)


@cache
def world() -> dict[str, str]:
    """Return the outlines of states by their three-letter codes, as SVG paths; empty where they were not built."""
    path = assets().get("built/world.json")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path else {}
    return found


def heat(
    reader: Reader, counts: Iterable[tuple[str, str | None, int]], columns: Sequence[str], nothing: str
) -> Heat | None:
    """Return counts by thing and column as a table of shades; those without a column stand under *nothing*."""
    cells: dict[str, dict[str | None, int]] = {}
    for thing, column, number in counts:
        cells.setdefault(thing, {})[column] = number
    if not cells:
        return None
    reader.learn([*cells, *columns])
    heads: list[str | None] = [c for c in columns if any(c in found for found in cells.values())]
    if any(None in found for found in cells.values()):
        heads.append(None)
    most = max(number for found in cells.values() for number in found.values())
    rows = [
        (reader.thing(thing), [(found.get(head, 0), shade(found.get(head, 0), most)) for head in heads])
        for thing, found in sorted(cells.items(), key=lambda item: reader.label(item[0]))
    ]
    return Heat([reader.thing(h) if h else Value(nothing, "text") for h in heads], rows)


def shade(number: int, most: int) -> int:
    """Return how dark a field is: 0 for nothing, then in equal steps up to the greatest number."""
    return 0 if number == 0 else max(1, round(_SHADES * number / most))
