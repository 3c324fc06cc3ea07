"""Links between representations: in header fields and in the heads of pages, and the addresses that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mineralkg.publishing.proof.media import HTML, JSON_LD, RDF, TURTLE
from mineralkg.publishing.proof.messages import Exchange, is_well_formed
from mineralkg.publishing.proof.pages import page_of
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource

__all__ = ["check_links", "representations"]


def check_links(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge the links of each resource's representations, and where they lead."""
    for resource in resources:
        if resource.described:
            for exchange in resource.offers.values():
                _header(proof, resource, exchange)
            _page(proof, resource)
        _targets(proof, resource)


def _header(proof: Proof, resource: Resource, exchange: Exchange) -> None:
    if proof.target.folder:
        return
    links = exchange.links
    named = {link.type for link in links if "alternate" in link.rels}
    missing = sorted(set(resource.offers) - named - {exchange.media_type})
    if resource.negotiated:
        proof.judge("link-alternate", not missing, exchange, ", ".join(missing))
    rels = {rel for link in links for rel in link.rels}
    proof.judge("link-canonical", "canonical" in rels, exchange)
    if resource.kind == "thing":
        proof.judge("link-describedby", "describedby" in rels, exchange)


def _page(proof: Proof, resource: Resource) -> None:
    exchange = resource.offers.get(HTML)
    if exchange is None:
        return
    page = page_of(exchange.request.url, exchange.text)
    missing = sorted(type for type in resource.rdf if type not in page.alternates())
    wanted = [type for type in missing if type in (TURTLE, JSON_LD)]
    proof.judge("page-alternate", not wanted, exchange, ", ".join(wanted))
    proof.judge("page-json-ld", bool(page.json_ld), exchange)


def _targets(proof: Proof, resource: Resource) -> None:
    """Judge whether what a Link field names is there, and of the type that it says."""
    for exchange in {id(e): e for chain in [resource.plain, *resource.answers.values()] for e in chain}.values():
        for key, value in exchange.headers:
            if key.lower() == "link":
                proof.judge("link-syntax", is_well_formed(value), exchange, value)
    for link in resource.links:
        url = proof.target.url(link.target)
        if url is None or not proof.target.within(url):
            continue
        chain = proof.follow(url, link.type)
        right = chain[-1].ok and (link.type is None or chain[-1].media_type == link.type.partition(";")[0].lower())
        proof.judge("link-target", right, chain, f"rel={' '.join(link.rels)} type={link.type or '–'}")
    for type, url in representations(proof, resource):
        for accept in (HTML if type != HTML else TURTLE, "application/x-there-is-no-such-type"):
            chain = proof.follow(url, accept)
            if chain[-1].failure is None and chain[-1].status < 500:
                proof.judge("conneg-suffix", chain[-1].ok and chain[-1].media_type == type, chain)


def representations(proof: Proof, resource: Resource) -> Iterator[tuple[str, str]]:
    """Return the types that have an address of their own, and that address."""
    page = resource.offers.get(HTML)
    named = {(link.type, link.target) for link in resource.links if "alternate" in link.rels}
    if page is not None:
        named |= set(page_of(page.request.url, page.text).alternates().items())
    shared = {exchange.request.url for chain in resource.answers.values() for exchange in chain[:1]}
    for type, target in sorted((type, target) for type, target in named if type in RDF or type == HTML):
        url = proof.target.url(target)
        if url is not None and url not in shared and url not in _negotiating(resource):
            yield str(type), url


def _negotiating(resource: Resource) -> set[str]:
    """Return the addresses at which more than one type was delivered."""
    types: dict[str, set[str]] = {}
    for exchange in resource.offers.values():
        types.setdefault(exchange.request.url, set()).add(exchange.media_type)
    return {url for url, found in types.items() if len(found) > 1}
