"""Does each resource give what is asked for? One table of Accept fields, each with what the answer must or may not be.

The table is written by hand from RFC 9110, section 12: a parser of Accept would share its faults with servers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mineralkg.publishing.proof.media import HTML, JSON_LD, RDF, TURTLE
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Chain, Proof
from mineralkg.publishing.proof.resources import Resource

__all__ = ["check_negotiation"]

NONSENSE = "application/x-there-is-no-such-type"
MALFORMED = (";;;,,/;q=", "text/turtle;q=abc", "*", "text/", "a" * 4000, "text/turtle;q=0.5;q=;" + "," * 200)
BROWSERS = (
    # Chromium, Firefox, Safari
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
)
_WANTED = (TURTLE, JSON_LD)


@dataclass(frozen=True)
class Case:
    """An Accept field, the rule it tests, and the types that the answer must be one of, or may not be."""

    rule: str
    accept: str | None
    must: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


def check_negotiation(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge how resources choose among their representations."""
    for resource in resources:
        _offers(proof, resource)
        cases = list(_cases(resource))
        chains = proof.chains(proof.request(resource.url, case.accept) for case in cases)
        for case, chain in zip(cases, chains, strict=True):
            _judge(proof, case, chain)
        _not_acceptable(proof, resource)
        _vary(proof, resource, chains)


def _offers(proof: Proof, resource: Resource) -> None:
    if resource.described and resource.answered and (resource.rdf or resource.kind != "ontology"):
        missing = [type for type in _WANTED if type not in resource.offers]
        for type in missing:
            refused = not resource.rdf or resource.answers[type][-1].status == 406
            proof.judge("ld-rdf" if refused else "conneg-accept", False, resource.answers[type])
        if not missing:
            proof.judge("ld-rdf", True, resource.url)
    elif resource.kind in ("service", "construct") and resource.rdf:
        for type in _WANTED:
            last = resource.answers[type][-1]
            proof.judge("conneg-accept", not last.ok or last.media_type == type, resource.answers[type])
    advertised = {link.type for link in resource.links if "alternate" in link.rels and link.type in resource.answers}
    for type in sorted(t for t in advertised if t is not None and t in (*RDF, HTML)):
        right = type in resource.offers
        if not right and resource.described and type in _WANTED:
            continue  # that was said above
        proof.judge("conneg-accept", right, resource.answers[type])


def _cases(resource: Resource) -> Iterator[Case]:
    offers = resource.offers
    yield Case("conneg-wildcard", "*/*")
    yield Case("conneg-wildcard", None)
    if HTML in offers:
        yield from (Case("conneg-browser", accept, frozenset([HTML])) for accept in BROWSERS)
    yield from _weights([type for type in offers if type != HTML])
    yield from _letters(offers)
    default = resource.plain[-1].media_type if resource.plain else ""
    if default in offers and resource.negotiated:
        yield Case("conneg-q-zero", f"{default};q=0, */*;q=0.5", never=frozenset([default]))
    if TURTLE in offers and JSON_LD in offers:
        turtle = frozenset([TURTLE])
        yield Case("conneg-specific", f"text/*, {TURTLE};q=0.1, {JSON_LD};q=0.5", never=turtle)
        yield Case("conneg-specific", f"*/*, {TURTLE};q=0.1, {JSON_LD};q=0.2", never=turtle)


def _weights(types: list[str]) -> Iterator[Case]:
    """Return cases in which the order of two types and their weights speak against each other."""
    for one, other in itertools.pairwise(types):
        for high, low in ((one, other), (other, one)):
            must = frozenset([high])
            yield Case("conneg-q", f"{low};q=0.1, {high};q=0.9", must)
            yield Case("conneg-q", f"{high}, {low};q=0.999", must)


def _letters(offers: Iterable[str]) -> Iterator[Case]:
    """Return cases in which a type is written otherwise: in other letters, with parameters."""
    for type in offers:
        must = frozenset([type])
        yield Case("conneg-case", type.upper(), must)
        if type == JSON_LD:
            yield Case("conneg-parameters", f'{type};profile="http://www.w3.org/ns/json-ld#compacted"', must)
        elif type.startswith("text/"):
            yield Case("conneg-parameters", f"{type};charset=utf-8", must)


def _judge(proof: Proof, case: Case, chain: Chain) -> None:
    last = chain[-1]
    if case.rule == "conneg-wildcard":
        proof.judge(case.rule, last.status != 406, chain)
        return
    if last.failure or last.status >= 500:
        return  # another rule says so
    right = last.ok and (not case.must or last.media_type in case.must) and last.media_type not in case.never
    right |= bool(case.never) and last.status == 406
    proof.judge(case.rule, right, chain)


def _not_acceptable(proof: Proof, resource: Resource) -> None:
    chain = proof.follow(resource.url, NONSENSE)
    proof.chains(proof.request(resource.url, accept) for accept in MALFORMED)  # none may be an error of the server
    last = chain[-1]
    if not resource.negotiated or last.failure or last.status >= 500:
        return
    if proof.judge("conneg-406", last.status == 406, chain):
        listed = any(type in last.text for type in resource.offers) or any(link.type for link in last.links)
        proof.judge("conneg-406-list", listed, chain)


def _vary(proof: Proof, resource: Resource, chains: list[Chain]) -> None:
    """Judge whether each answer that depends on Accept says so: redirects and refusals, too."""
    if not resource.negotiated:
        return
    refused = proof.follow(resource.url, NONSENSE)
    for chain in [*resource.answers.values(), *chains, refused]:
        for exchange in chain:
            if _depends(exchange, chain, resource):
                proof.judge("conneg-vary", bool({"accept", "*"} & exchange.listed("Vary")), exchange)


def _depends(exchange: Exchange, chain: Chain, resource: Resource) -> bool:
    if exchange.failure or exchange.status >= 500 or exchange.status in (400, 404):
        return False
    if exchange.request.url == resource.url:
        # A redirect to one place, whatever is asked for, does not depend on it; one to several does.
        targets = {
            c[0].field("Location") for c in resource.answers.values() if c[0].status in (301, 302, 303, 307, 308)
        }
        return exchange.status < 300 or exchange.status == 406 or len(targets) > 1
    finals = {
        c[-1].media_type for c in resource.answers.values() if c[-1].request.url == exchange.request.url and c[-1].ok
    }
    return len(finals) > 1 and exchange is not chain[0]
