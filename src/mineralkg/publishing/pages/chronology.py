"""When what happened, and where sources differ: claims about one thing, by date and side by side."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY
from mineralkg.publishing.pages.claims import Claim, claims_of, iso
from mineralkg.publishing.pages.reading import Reader, Value

__all__ = ["Difference", "Moment", "differences", "timeline"]

_DEADLINES = """
SELECT DISTINCT ?deadline WHERE {{
  {{ ?claim mkg:inInstrument|mkg:committedParty|mkg:foreseesInstrument {node} ; mkg:hasDeadline ?deadline }}
  UNION {{ {node} mkg:hasDeadline ?deadline }}
  UNION {{ ?deadline mkg:anchorEvent {node} }}
}} ORDER BY ?deadline
"""
# Where claims of a kind speak of the same point, and what they may say of it differently.
_POINTS: dict[str, tuple[tuple[str, ...], str]] = {
    "Participation": (("participant", "inInstrument", "atEvent"), "stance"),
    "StatusAssertion": (("statusOf", "validFrom"), "status"),
    "ShareObservation": (("holder", "concernsMaterial", "concernsForm", "concernsStage", "validFrom"), "quantity"),
    "TenureClaim": (("inPost", "validFrom"), "officeHolder"),
    "CountClaim": (("counts", "inInstrument"), "quantity"),
}


@dataclass(frozen=True)
class Moment:
    """Something that is so from a date on, or due on it."""

    date: str | None
    shown: str
    text: str
    kind: str  # "status", "due", "past" for what was due before today, "other"
    claim: Claim


@dataclass(frozen=True)
class Difference:
    """Claims that speak of the same point and do not say the same; each with what it says."""

    text: str
    said: list[tuple[list[Value], Claim]]


def timeline(reader: Reader, iri: str, claims: Sequence[Claim], today: dt.date) -> list[Moment]:
    """Return the dated claims about a thing, deadlines included, the earliest first and the undated last.

    A deadline before *today* is past, whether it was met or not: that is another claim's to say.
    """
    rows = reader.ask(_DEADLINES.format(node=ox.NamedNode(iri)))
    deadlines = claims_of(reader, [str(row.deadline) for row in rows])
    moments = [_moment(reader, claim, iri, today.isoformat()) for claim in (*claims, *deadlines) if not claim.withdrawn]
    found = {(m.claim.iri, m.kind): m for m in moments if m is not None}
    return sorted(found.values(), key=lambda m: (m.date is None, m.date or "", m.text))


def _moment(reader: Reader, claim: Claim, iri: str, today: str) -> Moment | None:
    due = iso(claim.terms.get(ONTOLOGY + "dueDate"))
    since = iso(claim.terms.get(ONTOLOGY + "validFrom"))
    status = claim.first("status")
    own = str(getattr(claim.first("statusOf"), "value", "")) == iri or claim.iri == iri
    if due:
        # A month or a year is past when it is over.
        return Moment(due, reader.date(due), claim.title.text, "past" if due < today[: len(due)] else "due", claim)
    if isinstance(status, ox.NamedNode) and own:
        shown = reader.date(since) if since else reader.words("undated")
        return Moment(since, shown, reader.label(status.value), "status", claim)
    return Moment(since, reader.date(since), claim.title.text, "other", claim) if since else None


def differences(reader: Reader, claims: Sequence[Claim]) -> list[Difference]:
    """Return the points on which claims that stand say different things. None of them is preferred."""
    points: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        kind = (claim.kind.iri or "").removeprefix(ONTOLOGY) if claim.kind else ""
        if kind in _POINTS and not claim.withdrawn:
            same, _ = _POINTS[kind]
            points[kind, *(_text(claim, name) for name in same)].append(claim)
    found = []
    for key, same_point in sorted(points.items()):
        differs = _POINTS[key[0]][1]
        values = {_text(claim, differs) for claim in same_point}
        if len(values) > 1 and not _one_scheme_only(key[0], same_point):
            said = [([reader.value(term) for term in c.terms.get(ONTOLOGY + differs, ())], c) for c in same_point]
            found.append(Difference(_title(reader, key[0], same_point[0]), said))
    return found


def _one_scheme_only(kind: str, claims: Sequence[Claim]) -> bool:
    """Return whether statuses differ only because they are of unlike dimensions: its life, its legal force."""
    if kind != "StatusAssertion":
        return False
    schemes = [str(getattr(c.first("status"), "value", "")).rpartition("/")[0] for c in claims]
    return all(len({str(c.first("status")) for c, _ in same}) < 2 for same in _by_scheme(claims, schemes))


def _by_scheme(claims: Sequence[Claim], schemes: Sequence[str]) -> list[list[tuple[Claim, str]]]:
    pairs = sorted(zip(claims, schemes, strict=True), key=lambda pair: pair[1])
    return [list(same) for _, same in groupby(pairs, key=lambda pair: pair[1])]


def _text(claim: Claim, name: str) -> str:
    return " ".join(sorted(map(str, claim.terms.get(ONTOLOGY + name, ()))))


def _title(reader: Reader, kind: str, claim: Claim) -> str:
    names = [
        reader.label(term.value)
        for name in _POINTS[kind][0]
        for term in claim.terms.get(ONTOLOGY + name, ())
        if isinstance(term, ox.NamedNode)
    ]
    return f"{reader.label(ONTOLOGY + _POINTS[kind][1])}: {reader.words.listed(names)}"
