"""The site as a reader walks over it: links, anchors, heads of pages, the sitemap, feeds, and what a page loads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from mineralkg.publishing.proof.client import origin
from mineralkg.publishing.proof.crawl import feeds
from mineralkg.publishing.proof.media import FEEDS
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Chain, Proof
from mineralkg.publishing.proof.survey import Survey

__all__ = ["check_site"]

_ATOM = "{http://www.w3.org/2005/Atom}"
_DESCRIPTION = range(50, 5001)  # characters that dataset search asks of a description


def check_site(proof: Proof, found: Survey) -> None:
    """Judge the pages that were walked over."""
    _dead(proof, found)
    for url, page in sorted(found.crawl.pages.items()):
        lacks = [name for name, there in (("lang", page.lang), ("title", page.title)) if not there]
        proof.judge("page-head", not lacks, url, ", ".join(lacks))
        foreign = sorted({load for load in page.loads if load.startswith("http") and not _is_own(proof, load)})
        proof.judge("page-off-host", not foreign, url, " ".join(foreign))
    _sitemap(proof, found)
    _feeds(proof, found)
    _schema_org(proof, found)


def _is_own(proof: Proof, url: str) -> bool:
    return proof.target.url(url) is not None or origin(url) == origin(proof.target.start)


def _dead(proof: Proof, found: Survey) -> None:
    for url, uses in sorted(found.crawl.linked.items()):
        chain = found.crawl.answers.get(url)
        if chain is None or chain[-1].failure:
            continue
        page = found.crawl.page(url)
        own = page.anchors if page else set()
        for source, fragment in dict.fromkeys(uses):
            at = source
            alive = chain[-1].status < 400
            proof.judge("page-dead-link", alive, at, f"{url} → {chain[-1].outcome}")
            if alive and page and _names_a_place(fragment):
                there = fragment in own or unquote(fragment) in own or fragment == "top"
                proof.judge("page-dead-anchor", there, at, f"{url}#{fragment}")


def _names_a_place(fragment: str) -> bool:
    """Say whether a fragment is to be an id: text directives, routes and the state of a script are none."""
    return bool(fragment) and not fragment.startswith((":~:", "/", "!")) and "=" not in fragment


def _sitemap(proof: Proof, found: Survey) -> None:
    at = proof.target.at("sitemap.xml")
    if not found.crawl.pages or not proof.judge("sitemap-there", found.sitemap is not None, at):
        return
    listed = {proof.target.url(iri) for iri in found.sitemap or ()}
    for url in sorted(filter(None, listed)):
        chain = found.crawl.answers.get(url)
        if chain is not None and chain[-1].failure is None:
            proof.judge("sitemap-true", chain[0].status == 200, at, f"{url} → {chain[0].outcome}")
    for url, page in sorted(found.crawl.pages.items()):
        named = {target for rels, target, _ in page.heads if "canonical" in rels}
        addresses = {url, *(proof.target.url(iri) for iri in named)}
        if "?" in url or not addresses:
            continue
        proof.judge("sitemap-complete", bool(addresses & listed), at, url)


def _feeds(proof: Proof, found: Survey) -> None:
    for url in feeds(proof, found.crawl):
        chain = proof.follow(url)
        wrong = _wrong_feed(chain)
        proof.judge("feed-valid", not wrong, chain, wrong)


def _wrong_feed(chain: Chain) -> str:
    last = chain[-1]
    if not last.ok or last.media_type not in FEEDS:
        return "–"
    return _wrong_calendar(last) if last.media_type == "text/calendar" else _wrong_atom(last)


def _wrong_atom(exchange: Exchange) -> str:
    """Return what a feed lacks that Atom (RFC 4287) demands."""
    if b"<!DOCTYPE" in exchange.body:
        return "<!DOCTYPE"
    try:
        root = ET.fromstring(exchange.body)  # noqa: S314  # without a document type there are no entities to grow
    except ET.ParseError as error:
        return str(error)
    if root.tag != f"{_ATOM}feed":
        return root.tag
    for element in [root, *root.findall(f"{_ATOM}entry")]:
        for name in ("id", "title", "updated"):
            if not (element.findtext(f"{_ATOM}{name}") or "").strip():
                return f"{element.tag.removeprefix(_ATOM)} {element.findtext(f'{_ATOM}id') or ''} – atom:{name}"
    ids = [e.findtext(f"{_ATOM}id") for e in root.findall(f"{_ATOM}entry")]
    return "" if len(ids) == len(set(ids)) else "atom:id ×2"


def _wrong_calendar(exchange: Exchange) -> str:
    """Return what a calendar lacks that iCalendar (RFC 5545) demands."""
    lines = re.sub(r"\r\n[ \t]", "", exchange.text).split("\r\n")
    if lines[0] != "BEGIN:VCALENDAR" or "END:VCALENDAR" not in lines:
        return "BEGIN:VCALENDAR … END:VCALENDAR, CRLF"
    if any(len(line.encode()) > 75 for line in exchange.text.split("\r\n")):
        return "> 75"
    for name in ("VERSION:2.0", "PRODID"):
        if not any(line.startswith(name) for line in lines):
            return f"– {name}"
    events = exchange.text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    for event in events:
        for name in ("UID", "DTSTAMP", "DTSTART"):
            if not re.search(rf"^{name}[;:]", event, re.MULTILINE):
                return f"VEVENT – {name}"
    return ""


def _schema_org(proof: Proof, found: Survey) -> None:
    """Judge the description of the dataset that search engines read on the first page."""
    page = found.crawl.page(proof.target.start)
    if page is None:
        return
    datasets = [node for text in page.json_ld for node in _nodes(text) if "Dataset" in str(node.get("@type", ""))]
    lacks = min((list(_lacks(dataset)) for dataset in datasets), key=len, default=["Dataset"])
    proof.judge("dataset-schema-org", not lacks, proof.target.start, ", ".join(lacks))


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _lacks(dataset: dict[str, Any]) -> Iterator[str]:
    said = {key.removeprefix("schema:"): value for key, value in dataset.items()}
    yield from (f"schema:{name}" for name in ("name", "description", "license", "creator", "url") if not said.get(name))
    description = said.get("description")
    texts = description if isinstance(description, list) else [description]
    for text in texts:
        words = text.get("@value", "") if isinstance(text, dict) else text
        if isinstance(words, str) and words and len(words) not in _DESCRIPTION:
            yield f"schema:description {len(words)}"
