"""Is what a site offers in RDF 1.2 the graph that it offers in RDF 1.1, and nothing beside it but reifiers?"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from mineralkg.publishing.proof.canonical import digest
from mineralkg.publishing.proof.media import HTML, RDF, BadBody
from mineralkg.publishing.proof.messages import Exchange, content_type
from mineralkg.publishing.proof.pages import page_of
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource
from mineralkg.publishing.turtle12 import REIFIES

__all__ = ["check_annotations"]

_VERSION = "1.2"


def check_annotations(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge each representation that a link with ``rel="alternate"`` says to be of version 1.2."""
    for resource in resources:
        if not resource.described or not resource.rdf:
            continue
        reference = proof.data(resource.offers[resource.rdf[0]])
        for type, target in sorted(_offered(resource)):
            url = proof.target.url(target)
            if url is not None:
                _judge(proof, proof.follow(url, type)[-1], reference)


def _offered(resource: Resource) -> set[tuple[str, str]]:
    """Return the types of version 1.2 that are linked, and their addresses."""
    page = resource.offers.get(HTML)
    named = {(link.type or "", link.target) for link in resource.links if "alternate" in link.rels}
    if page is not None:
        named |= set(page_of(page.request.url, page.text).alternates().items())
    return {(type, target) for type, target in named if _is_annotated(type)}


def _is_annotated(type: str) -> bool:
    read = content_type(type)
    return read.get_content_type() in RDF and read.get_param("version") == _VERSION


def _judge(proof: Proof, exchange: Exchange, reference: frozenset[ox.Triple]) -> None:
    if not exchange.ok or exchange.media_type not in RDF:
        return  # another rule says that the link leads nowhere
    try:
        graph = proof.graph(exchange)
    except BadBody as error:
        proof.judge("ld-parses", False, exchange, str(error))
        return
    reifiers = {t for t in graph if t.predicate == REIFIES and isinstance(t.object, ox.Triple)}
    stated = frozenset(graph - reifiers)
    same = stated == reference or digest(stated) == digest(reference)
    seen = "" if same else f"{len(stated)} / {len(reference)}"
    proof.judge("ld-annotated", same and exchange.version == _VERSION, exchange, seen)
