"""Do all representations of a resource parse, speak of it, and say the same?"""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.proof.canonical import digest
from mineralkg.publishing.proof.linking import representations
from mineralkg.publishing.proof.media import HTML, JSON_LD, RDF, BadBody, NoContext, triples
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.pages import page_of
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource

__all__ = ["Graphs", "check_embedded", "check_graphs", "compare", "read_graph"]

Graphs = dict[str, tuple[Exchange, frozenset[ox.Triple]]]  # by media type, or by address

# What may be answered with 200 itself: it is a document, a description or a term.
_DOCUMENTS = (
    PREFIXES["owl"],
    PREFIXES["rdf"],
    PREFIXES["rdfs"],
    PREFIXES["skos"],
    PREFIXES["sh"],
    "http://rdfs.org/ns/void#",
    "http://www.w3.org/ns/dcat#",
    "http://xmlns.com/foaf/0.1/Document",
    PREFIXES["schema"] + "WebPage",
)
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


def check_graphs(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge the statements of each resource's representations."""
    for resource in resources:
        if resource.kind in ("thing", "document") and not proof.judge("ld-resolves", resource.answered, resource.plain):
            continue
        if resource.kind in ("select", "construct"):
            continue  # these are compared as results
        graphs = _graphs(proof, resource)
        if resource.described and graphs:
            _about(proof, resource, graphs)
        if resource.kind == "document" and graphs:
            _is_document(proof, resource, next(iter(graphs.values()))[1])
        compare(proof, resource.iri, graphs)


def _graphs(proof: Proof, resource: Resource) -> Graphs:
    """Return the graph of each representation, by type and, for one with an address of its own, address."""
    exchanges = {type: exchange for type, exchange in resource.offers.items() if type in RDF}
    for type, url in representations(proof, resource):
        if type in RDF and (exchange := proof.follow(url, type)[-1]).ok and exchange.media_type == type:
            exchanges[url] = exchange
    read = ((name, exchange, read_graph(proof, exchange)) for name, exchange in exchanges.items())
    return {name: (exchange, graph) for name, exchange, graph in read if graph is not None}


def read_graph(proof: Proof, exchange: Exchange) -> frozenset[ox.Triple] | None:
    """Judge whether a representation can be read, and return its graph, None where it cannot."""
    try:
        graph = proof.graph(exchange)
    except BadBody as error:
        proof.judge("ld-context" if isinstance(error, NoContext) else "ld-parses", False, exchange, str(error))
        return None
    proof.judge("ld-parses", True, exchange)
    if exchange.media_type == JSON_LD:
        proof.judge("ld-context", True, exchange)
    return graph


def _about(proof: Proof, resource: Resource, graphs: Graphs) -> None:
    if resource.kind == "dataset":
        return
    iri = resource.iri.partition("#")[0]
    for exchange, graph in graphs.values():
        named = {t.subject.value for t in graph if isinstance(t.subject, ox.NamedNode)}
        proof.judge("ld-about", any(n == iri or n.startswith(f"{iri}#") for n in named), exchange, f"<{iri}>")


def _is_document(proof: Proof, resource: Resource, graph: frozenset[ox.Triple]) -> None:
    """Judge whether something that is answered with 200 is a document, and no thing in the world."""
    kinds = {t.object.value for t in graph if t.subject == ox.NamedNode(resource.iri) and t.predicate == _TYPE}  # type: ignore[union-attr]
    if kinds:
        proof.judge(
            "ld-303", any(kind.startswith(_DOCUMENTS) for kind in kinds), resource.plain, ", ".join(sorted(kinds))
        )


def compare(proof: Proof, iri: str, graphs: Graphs) -> None:
    """Judge whether all representations of something say what the first of them says."""
    reference = next((graph for _, graph in graphs.values()), frozenset())
    for exchange, graph in list(graphs.values())[1:]:
        if graph == reference:
            proof.judge("ld-same-graph", True, exchange)
            continue
        digests = digest(reference), digest(graph)
        if None in digests:
            proof.note("symmetric", iri=iri)
            continue
        seen = f"{len(graph)} / {len(reference)}{_first_difference(graph, reference)}"
        proof.judge("ld-same-graph", digests[0] == digests[1], exchange, seen)


def _first_difference(one: frozenset[ox.Triple], other: frozenset[ox.Triple]) -> str:
    for sign, difference in (("+", one - other), ("−", other - one)):
        named = sorted(str(t) for t in difference if "_:" not in str(t))
        if named:
            return f"; {sign} {named[0]}"
    return ""


def check_embedded(proof: Proof, pages: Iterable[Exchange]) -> None:
    """Judge the JSON-LD that pages embed: it parses, and says something."""
    for exchange in pages:
        if exchange.media_type != HTML:
            continue
        for text in page_of(exchange.request.url, exchange.text).json_ld:
            try:
                json.loads(text)
                url = exchange.request.url
                found = triples(text.encode(), JSON_LD, proof.target.iri(url), proof.contexts(url))
            except (ValueError, BadBody) as error:
                proof.judge("ld-embedded", False, exchange, str(error))
            else:
                proof.judge("ld-embedded", bool(found), exchange, "0")
