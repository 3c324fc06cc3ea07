"""What changed, as an Atom feed (RFC 4287), and what falls due, as an iCalendar (RFC 5545); by partner and mineral."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from mineralkg.graph import Answer, EmbeddedGraph, resolve
from mineralkg.namespaces import ONTOLOGY

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["atom", "calendar"]

_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 200
_CHANGES = """
SELECT ?when ?change ?claim (SAMPLE(?text) AS ?label) (SAMPLE(?quoted) AS ?quote) WHERE {
  { ?claim prov:generatedAtTime ?when . BIND ("recorded" AS ?change) }
  UNION { ?claim prov:invalidatedAtTime ?when . BIND ("withdrawn" AS ?change) }
  OPTIONAL { ?claim rdfs:label ?text }
  OPTIONAL { ?claim mkg:words ?quoted }
  %s
} GROUP BY ?when ?change ?claim ORDER BY DESC(?when) ?claim LIMIT %d
"""
_DEADLINES = """
SELECT ?due ?deadline ?claim (SAMPLE(?text) AS ?action) (SAMPLE(?quoted) AS ?quote) (SAMPLE(?name) AS ?instrument)
       (MAX(?recorded) AS ?when) WHERE {
  ?claim mkg:hasDeadline ?deadline ; mkg:action ?text .
  ?deadline mkg:dueDate ?due .
  OPTIONAL { ?deadline mkg:words ?quoted }
  OPTIONAL { ?claim mkg:inInstrument/rdfs:label ?name }
  OPTIONAL { ?claim prov:generatedAtTime ?recorded }
  FILTER NOT EXISTS { ?claim prov:invalidatedAtTime ?withdrawn }
  %s
} GROUP BY ?due ?deadline ?claim ORDER BY ?due ?deadline LIMIT %d
"""
# A mineral, and who is a party, that an instrument's claims speak of: all that is said within it concerns them.
_WITHIN = (
    "FILTER EXISTS {{ {{ ?claim {of} {node} }} UNION {{ ?claim mkg:inInstrument/^mkg:inInstrument/{of} {node} }} }}"
)
# A deadline is that of who is committed, or of who acts for it; the other parties of the instrument have no part in it.
_COMMITTED = "FILTER EXISTS {{ ?claim mkg:committedParty/mkg:actsFor* {node} }}"


def atom(site: Site, links: Links, *, partner: str | None = None, mineral: str | None = None) -> bytes:
    """Return what was recorded and withdrawn as an Atom feed, newest first.

    *partner* and *mineral* are codes, labels or IRIs. Raises UnknownResource or AmbiguousResource for one that is none.
    """
    rows = _rows(site.graph, _CHANGES, _WITHIN, partner, mineral)
    own = links.absolute(links.page("feed.atom", **_filters(partner, mineral)))
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _child(feed, "id", own)
    _child(feed, "title", "Changes in the knowledge graph of critical-minerals diplomacy")
    _child(feed, "updated", str(_iso(rows[0].when)) if rows else "1970-01-01T00:00:00Z")
    ET.SubElement(feed, "link", {"rel": "self", "href": own, "type": "application/atom+xml"})
    ET.SubElement(feed, "link", {"rel": "alternate", "href": links.absolute(links.page("home")), "type": "text/html"})
    _child(ET.SubElement(feed, "author"), "name", "mineralkg")
    for row in rows:
        entry = ET.SubElement(feed, "entry")
        claim = str(row.claim)
        _child(entry, "id", f"{claim}#{row.change}" if row.change == "withdrawn" else claim)
        _child(entry, "title", f"{str(row.change).capitalize()}: {row.label or claim}")
        _child(entry, "updated", _iso(row.when))
        address = links.resource(claim)
        ET.SubElement(entry, "link", {"rel": "alternate", "href": links.absolute(address) if address else claim})
        _child(entry, "summary", f"“{row.quote}”" if row.quote else str(row.label or claim))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode").encode() + b"\n"


def calendar(site: Site, links: Links, *, partner: str | None = None, mineral: str | None = None) -> bytes:
    """Return the deadlines as an iCalendar of whole days. Parameters and errors are those of `atom`."""
    from icalendar import Calendar, Event

    book = Calendar()
    book.add("prodid", "-//mineralkg//deadlines//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", "Deadlines about critical minerals")
    for row in _rows(site.graph, _DEADLINES, _COMMITTED, partner, mineral):
        event = Event()
        event.add("uid", str(row.deadline))
        event.add("summary", f"{row.action}" + (f" ({row.instrument})" if row.instrument else ""))
        event.add("dtstart", row.due)
        event.add("dtend", row.due + dt.timedelta(days=1) if isinstance(row.due, dt.date) else row.due)
        # A time stamp of now would change the bytes at each request; the record's own time says when it was made.
        stamp = row.when if isinstance(row.when, dt.datetime) else dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        event.add("dtstamp", stamp.astimezone(dt.UTC))
        event.add("transp", "TRANSPARENT")
        if row.quote:
            event.add("description", f"“{row.quote}”")
        if address := links.resource(str(row.claim)):
            event.add("url", links.absolute(address))
        book.add_component(event)
    data: bytes = book.to_ical()
    return data


def _rows(graph: EmbeddedGraph, text: str, of_partner: str, partner: str | None, mineral: str | None) -> Answer:
    conditions = []
    for given, kind, type, condition, of in (
        (partner, "actor", "Actor", of_partner, "mkg:about"),
        (mineral, "material", "Material", _WITHIN, "mkg:concernsMaterial"),
    ):
        if given:
            found = resolve(graph, given, kind=kind, iri=ONTOLOGY + type)
            conditions.append(condition.format(of=of, node=ox.NamedNode(found.iri)))
    return graph.ask_model(text % ("\n".join(conditions), _MOST))


def _filters(partner: str | None, mineral: str | None) -> dict[str, str | list[str]]:
    return {key: value for key, value in (("partner", partner), ("mineral", mineral)) if value}


def _child(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _iso(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.datetime) else f"{value}T00:00:00Z"
