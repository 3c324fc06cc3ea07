"""One proof: look around, probe, judge, report."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from mineralkg.errors import EndpointError
from mineralkg.publishing.proof.annotations import check_annotations
from mineralkg.publishing.proof.browsing import check_site
from mineralkg.publishing.proof.caching import check_caching
from mineralkg.publishing.proof.client import BOUNDS, OF_FOLDERS, TIRED, Bounds, Client
from mineralkg.publishing.proof.dataset import check_dataset
from mineralkg.publishing.proof.files import check_files
from mineralkg.publishing.proof.folder import Folder, serving
from mineralkg.publishing.proof.graphs import check_embedded, check_graphs
from mineralkg.publishing.proof.linking import check_links
from mineralkg.publishing.proof.messages import Request
from mineralkg.publishing.proof.negotiation import check_negotiation
from mineralkg.publishing.proof.notes import note
from mineralkg.publishing.proof.ontologies import check_ontologies
from mineralkg.publishing.proof.proof import OF_SERVERS, Proof
from mineralkg.publishing.proof.resources import resources
from mineralkg.publishing.proof.service import check_service
from mineralkg.publishing.proof.serving import check_browsers, check_methods, check_responses
from mineralkg.publishing.proof.sparql import check_endpoint
from mineralkg.publishing.proof.survey import Survey, as_stated, survey
from mineralkg.publishing.proof.target import Target
from mineralkg.reports import Level, Report, Summary

__all__ = ["Outcome", "check_published", "prove", "usual_bounds"]


@dataclass(frozen=True)
class Outcome:
    """What became of a proof: the report, and which rules held, which did not, and which had nothing to judge."""

    report: Report
    held: frozenset[str]
    broken: frozenset[str]
    unjudged: frozenset[str]


def check_published(
    place: str | Path,
    *,
    base_url: str | None = None,
    fail_on: Level = "violation",
    lang: str = "en",
    bounds: Bounds | None = None,
) -> Report:
    """Return the report on what is published at *place*: an address, or a folder of files.

    *base_url* is what its IRIs begin with, where that is neither the address itself nor what the site says of itself.
    Nothing on another host is asked, and nothing is changed. Without *bounds* a folder is read as a whole, and a site
    as far as does not bother it. Raises UsageError for what is no address, LoadError for a folder that is not there.
    """
    return prove(place, base_url=base_url, fail_on=fail_on, lang=lang, bounds=bounds).report


def prove(
    place: str | Path,
    *,
    base_url: str | None = None,
    fail_on: Level = "violation",
    lang: str = "en",
    bounds: Bounds | None = None,
) -> Outcome:
    """Return the report of check_published with what became of each rule."""
    bounds = bounds or usual_bounds(place)
    if _is_address(place):
        return _prove(Target.of(str(place), base_url), fail_on, lang, bounds, told=base_url is not None)
    folder = Folder(Path(place))
    with serving(folder) as start:
        target = Target.of(start, base_url or folder.base or start, folder=True, public=folder.public)
        files = [target.at(path) for path in folder.data()]
        outcome = _prove(target, fail_on, lang, bounds, told=True, files=files)
    found = tuple(
        replace(finding, file=folder.name(finding.file or ""), note=(finding.note or "").replace(start, "/") or None)
        for finding in outcome.report
    )
    notes = (*outcome.report.notes, *_cannot(folder, lang))
    return replace(outcome, report=outcome.report.with_findings(found, notes=notes))


def usual_bounds(place: str | Path) -> Bounds:
    """Return what bounds a proof of *place* where nothing else is said: a folder is read as a whole."""
    return BOUNDS if _is_address(place) else OF_FOLDERS


def _is_address(place: str | Path) -> bool:
    return "://" in str(place)


def _prove(
    target: Target, fail_on: Level, lang: str, bounds: Bounds, *, told: bool, files: Sequence[str] = ()
) -> Outcome:
    began = time.monotonic()
    with Client(target.start, bounds) as client:
        first = client.fetch(Request(target.start))
        if first.status == 0:
            raise EndpointError(target.start, first.detail)
        proof = Proof(client, target, lang)
        if not told:
            proof.target = as_stated(proof)
            if proof.target != target:
                proof.note("base", base=proof.target.base)
        linked_data = _judge(proof, files)
        return _outcome(proof, linked_data, fail_on, time.monotonic() - began)


def _cannot(folder: Folder, lang: str) -> Iterator[str]:
    """Return what a check of files cannot tell."""
    rules = ", ".join(f"{prefix}*" if prefix[-1] == "-" else prefix for prefix in OF_SERVERS)
    yield note(lang, "folder", rules=rules)
    if folder.others:
        yield note(lang, "hosts", files=", ".join(folder.others))


def _judge(proof: Proof, files: Sequence[str]) -> bool:
    """Judge everything there is, and say whether there is any linked data."""
    found = survey(proof)
    listed = resources(proof, found)
    check_links(proof, listed)
    check_graphs(proof, listed)
    check_annotations(proof, listed)
    check_files(proof, files, listed)
    if not proof.target.folder:  # what follows asks what a server does
        check_negotiation(proof, listed)
        check_caching(proof, listed)
        check_browsers(proof, listed)
        check_methods(proof, listed)
    check_dataset(proof, found)
    check_ontologies(proof, found, listed)
    if found.endpoint is not None:
        way = check_endpoint(proof, found.endpoint)
        check_service(proof, found.endpoint, way)
    check_site(proof, found)
    check_embedded(proof, [chain[-1] for chain in found.crawl.answers.values() if chain[-1].ok])
    if not proof.target.folder:
        check_responses(proof)
    _bounded(proof, found)
    return found.endpoint is not None or any(resource.rdf for resource in listed)


def _bounded(proof: Proof, found: Survey) -> None:
    """Say what was left out, and why."""
    client = proof.client
    if client.tired:
        proof.note("tired", number=TIRED)
    elif client.refused:
        proof.note("requests", left=client.refused)
    if large := {exchange.request.url for exchange in client.exchanges if exchange.failure == "too-large"}:
        proof.note("large", paths=", ".join(sorted(urlsplit(url).path for url in large)))
    if found.left:
        proof.note("things", done=len(found.entities), left=found.left)
    if found.crawl.left:
        proof.note("pages", done=len(found.crawl.answers), left=found.crawl.left)


def _outcome(proof: Proof, linked_data: bool, fail_on: Level, seconds: float) -> Outcome:
    held = proof.judged - proof.broken
    unjudged = set(proof.rules) - proof.judged
    summary = Summary(
        files=len({exchange.request.url for exchange in proof.client.exchanges if exchange.status}),
        focus_nodes=proof.client.asked,
        seconds=round(seconds, 3),
        unit="request",
        place="location",
    )
    shown = sorted(rule for rule in unjudged if not (proof.target.folder and rule.startswith(OF_SERVERS)))
    proof.note("rules", held=len(held), broken=len(proof.broken))
    if shown:
        proof.note("unjudged", rules=", ".join(shown))
    if not linked_data:
        proof.note("none")
    report = Report(findings=(), summary=summary, fail_on=fail_on, lang=proof.lang)
    report = report.with_findings(tuple(proof.findings), notes=tuple(proof.notes))
    report = replace(report, checked=linked_data or bool(report.failing))
    return Outcome(report, frozenset(held), frozenset(proof.broken), frozenset(unjudged))
