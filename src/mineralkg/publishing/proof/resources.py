"""The resources that the matrix is run on, and what each of them offers: found out by asking for each type alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode, urljoin

from mineralkg.publishing.proof.crawl import feeds
from mineralkg.publishing.proof.media import FEEDS, HTML, RDF, RESULTS, TABLES
from mineralkg.publishing.proof.messages import Exchange, Link
from mineralkg.publishing.proof.pages import page_of
from mineralkg.publishing.proof.proof import Chain, Proof
from mineralkg.publishing.proof.survey import BROWSER, Survey

__all__ = ["CONSTRUCT", "SELECT", "Kind", "Resource", "resources"]

Kind = Literal["thing", "document", "ontology", "home", "dataset", "service", "select", "construct", "question", "feed"]

SELECT = "SELECT ?s ?p WHERE { ?s ?p ?o } ORDER BY ?s ?p LIMIT 5"
CONSTRUCT = (
    "CONSTRUCT { ?s ?p ?o } WHERE { SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(isIRI(?o)) } ORDER BY ?s ?p ?o LIMIT 5 }"
)
_QUESTIONS = 4
# What each kind is asked for; the others are asked for RDF and a page.
_TYPES: dict[Kind, tuple[str, ...]] = {
    "select": (*RESULTS, HTML),
    "question": (*RDF, HTML, *TABLES),
    "feed": FEEDS,
}


@dataclass
class Resource:
    """A resource: its address, its IRI, and for each media type the exchanges that a request for it alone leads to."""

    url: str
    iri: str
    kind: Kind
    answers: dict[str, Chain] = field(default_factory=dict)
    plain: Chain = ()  # what is answered without Accept

    @property
    def offers(self) -> dict[str, Exchange]:
        """The types that are delivered when they are asked for alone."""
        return {t: chain[-1] for t, chain in self.answers.items() if chain[-1].ok and chain[-1].media_type == t}

    @property
    def rdf(self) -> list[str]:
        """The RDF types among them."""
        return [type for type in self.offers if type in RDF]

    @property
    def answered(self) -> bool:
        """Whether anything at all is there."""
        return any(chain[-1].ok for chain in [self.plain, *self.answers.values()] if chain)

    @property
    def negotiated(self) -> bool:
        """Whether there is a choice."""
        return len(self.offers) > 1

    @property
    def described(self) -> bool:
        """Whether it is described by statements of its own."""
        return self.kind in ("thing", "document", "ontology", "dataset")

    @property
    def links(self) -> list[Link]:
        """The links that any of its answers gives in its header, their targets absolute."""
        found = {}
        for chain in [self.plain, *self.answers.values()]:
            for exchange in chain:
                for link in exchange.links:
                    target = urljoin(exchange.request.url, link.target)
                    found[target, link.rels, link.type] = Link(target, link.rels, link.type)
        return list(found.values())


def resources(proof: Proof, found: Survey) -> list[Resource]:
    """Return the resources to examine, probed."""
    listed = list(_listed(proof, found))
    unique = list({resource.url: resource for resource in reversed(listed)}.values())[::-1]
    for resource in unique:
        types = _TYPES.get(resource.kind, (*RDF, HTML))
        if proof.target.folder:  # it does not negotiate
            resource.plain = proof.follow(resource.url)
            resource.answers = dict.fromkeys(types, resource.plain)
            _alternates(proof, resource)
            continue
        requests = [proof.request(resource.url), *(proof.request(resource.url, type) for type in types)]
        resource.plain, *chains = proof.chains(requests)
        resource.answers = dict(zip(types, chains, strict=True))
    return unique


def _alternates(proof: Proof, resource: Resource) -> None:
    """Take for what a file offers what its page names."""
    page = resource.offers.get(HTML)
    named = page_of(page.request.url, page.text).alternates() if page else {}
    for type, target in sorted(named.items()):
        if type in resource.answers and (url := proof.target.url(target)) is not None:
            resource.answers[type] = proof.follow(url, type)


def _listed(proof: Proof, found: Survey) -> Iterator[Resource]:
    yield from _things(proof, found.entities)
    for iri in found.ontologies:
        if url := proof.target.url(iri):
            yield Resource(url, iri, "ontology")
    if found.dataset_url is not None:
        yield Resource(found.dataset_url, proof.target.iri(found.dataset_url), "dataset")
    if found.endpoint is not None:
        iri = proof.target.iri(found.endpoint)
        yield Resource(found.endpoint, iri, "service")
        for kind, query in (("select", SELECT), ("construct", CONSTRUCT)):
            yield Resource(f"{found.endpoint}?{urlencode({'query': query})}", iri, kind)  # type: ignore[arg-type]
    yield from (Resource(url, proof.target.iri(url), "question") for url in _questions(found))
    yield from (Resource(url, proof.target.iri(url), "feed") for url in feeds(proof, found.crawl))
    yield Resource(proof.target.start, proof.target.base, "home")


def _things(proof: Proof, iris: Iterable[str]) -> Iterator[Resource]:
    """Return the IRIs of things and, where they lead to one, the documents about them."""
    pairs = [(iri, url) for iri in iris if (url := proof.target.url(iri))]
    chains = proof.chains(proof.request(url, BROWSER) for _, url in pairs)
    for (iri, url), chain in zip(pairs, chains, strict=True):
        yield Resource(url, iri, "thing" if chain[0].status == 303 else "document")


def _questions(found: Survey) -> list[str]:
    """Return the pages that say that they are also there as a table."""
    tables = [
        url
        for url, page in sorted(found.crawl.pages.items())
        if any(type in TABLES for type in page.alternates()) and "?" not in url
    ]
    return tables[:: max(1, len(tables) // _QUESTIONS)]
