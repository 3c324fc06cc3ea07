"""The files of a folder, those too that no page leads to: each is what its name says, and those of one name agree."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from mineralkg.publishing.proof.graphs import Graphs, compare, read_graph
from mineralkg.publishing.proof.media import RDF
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource

__all__ = ["check_files"]


def check_files(proof: Proof, urls: Iterable[str], resources: Iterable[Resource]) -> None:
    """Judge the files at *urls*, but for those that were all read as the representations of one of the *resources*."""
    known = {chain[-1].request.url for resource in resources for chain in resource.answers.values()}
    for stem, group in groupby(sorted(urls, key=_place), lambda url: _place(url)[0]):
        if known.issuperset(alike := list(group)):
            continue
        graphs: Graphs = {}
        for exchange in proof.client.fetch_all([proof.request(url) for url in alike]):
            if exchange.failure == "too-large":
                continue  # a note says so
            if not proof.judge("page-dead-link", exchange.ok, exchange, exchange.outcome):
                continue
            if exchange.media_type in RDF:
                if (graph := read_graph(proof, exchange)) is not None:
                    graphs[exchange.request.url] = exchange, graph
            elif problem := _fault(exchange):
                proof.judge("ld-parses", False, exchange, problem)
        compare(proof, proof.target.iri(stem), graphs)


def _place(url: str) -> tuple[str, str]:
    """Return an address without the suffix of its file, and whole."""
    suffix = PurePosixPath(urlsplit(url).path).suffix
    return url.removesuffix(suffix), url


def _fault(exchange: Exchange) -> str:
    """Return what is wrong with the syntax of JSON or XML; no text for nothing, and for any other type."""
    kind = exchange.media_type
    try:
        if kind == "application/json" or kind.endswith("+json"):
            json.loads(exchange.body)
        elif kind.endswith(("/xml", "+xml")) and b"<!DOCTYPE" not in exchange.body:  # without one, no entity grows
            ET.fromstring(exchange.body)  # noqa: S314
    except (ValueError, RecursionError, ET.ParseError) as error:
        return str(error)
    return ""
