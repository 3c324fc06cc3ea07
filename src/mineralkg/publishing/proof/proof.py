"""The state of one proof: the site, the client, the rules, and what was judged so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox

from mineralkg.checking.rules import Rule, published_rules
from mineralkg.publishing.proof.client import Client
from mineralkg.publishing.proof.media import RDF, TURTLE, BadBody, NoContext, triples
from mineralkg.publishing.proof.messages import Exchange, Request
from mineralkg.publishing.proof.notes import note
from mineralkg.publishing.proof.target import Target
from mineralkg.reports import Finding

__all__ = ["OF_SERVERS", "Chain", "Proof"]

# What a server does, and no file can: these rules are not judged on a folder.
OF_SERVERS = ("http-", "conneg-", "link-", "sparql-", "service-", "ld-303", "ld-rdf")
_HOPS = 10
_REDIRECTS = (301, 302, 303, 307, 308)
_LONGEST = 300

Chain = Sequence[Exchange]


class Proof:
    """What is judged of one site. Every judgement counts: a rule holds where it was judged and never found broken."""

    def __init__(self, client: Client, target: Target, lang: str = "en") -> None:
        self.client = client
        self.target = target
        self.lang = lang
        self.rules: dict[str, Rule] = {
            id: published_rules().rule(node, lang) for id, node in published_rules().told.items()
        }
        self.judged: set[str] = set()
        self.broken: set[str] = set()
        self.notes: list[str] = []
        self._findings: dict[tuple[str, str, str], Finding] = {}
        self._contexts: dict[str, Any] = {}

    def judge(self, rule: str, holds: bool, at: Exchange | Chain | str, seen: str = "") -> bool:
        """Record whether a rule holds at an address, with what was *seen* where it does not, and return that."""
        if self.target.folder and rule.startswith(OF_SERVERS):
            return holds
        self.judged.add(rule)
        if holds:
            return True
        self.broken.add(rule)
        exchange = at if isinstance(at, Exchange) else None if isinstance(at, str) else at[0]
        last = at if isinstance(at, Exchange) else None if isinstance(at, str) else at[-1]
        note = f"{exchange.request} → {last.outcome}" if exchange and last else ""
        note = "; ".join(part for part in (note, seen) if part)
        url = exchange.request.url if exchange else str(at)
        finding = self._finding(self.rules[rule], url, note if len(note) <= _LONGEST else note[: _LONGEST - 1] + "…")
        self._findings.setdefault((rule, url, note), finding)
        return False

    def _finding(self, rule: Rule, url: str, note: str) -> Finding:
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            message=rule.message,
            file=url,
            note=note or None,
            hint=rule.spec or None,
            source_shape=rule.iri,
            rule_file=rule.file,
            rule_line=published_rules().line(published_rules().told[rule.id]),
        )

    def note(self, name: str, **values: object) -> None:
        """Say something about the check itself."""
        self.notes.append(note(self.lang, name, **values))

    @property
    def findings(self) -> list[Finding]:
        """Every finding, once."""
        return list(self._findings.values())

    def get(self, url: str, accept: str | None = None, method: str = "GET", **fields: str) -> Exchange:
        """Return the exchange of one request; ``If_None_Match="…"`` gives a header field."""
        return self.client.fetch(self.request(url, accept, method, **fields))

    @staticmethod
    def request(url: str, accept: str | None = None, method: str = "GET", **fields: str) -> Request:
        """Return a request with header fields given as keywords."""
        return Request(url, accept, method, tuple((name.replace("_", "-"), value) for name, value in fields.items()))

    def chains(self, requests: Iterable[Request]) -> list[Chain]:
        """Return, for each request, the exchanges up to the end of its redirects."""
        chains = [[exchange] for exchange in self.client.fetch_all(requests)]
        for _ in range(_HOPS):
            going = [(chain, url) for chain in chains if (url := self.location(chain[-1])) is not None]
            if not going:
                break
            nexts = [Request(url, c[0].request.accept, c[0].request.method, c[0].request.headers) for c, url in going]
            for (chain, _), exchange in zip(going, self.client.fetch_all(nexts), strict=True):
                chain.append(exchange)
        for chain in chains:
            self.judge("http-redirect", len(chain) <= _HOPS or self.location(chain[-1]) is None, chain)
        return list(chains)

    def follow(self, url: str, accept: str | None = None, **fields: str) -> Chain:
        """Return the exchanges from an address to the end of its redirects."""
        return self.chains([self.request(url, accept, **fields)])[0]

    def location(self, exchange: Exchange) -> str | None:
        """Return the address that a redirect leads to, None where there is none or it leaves the site."""
        place = exchange.field("Location")
        if exchange.status not in _REDIRECTS or place is None:
            return None
        try:
            return self.target.url(urljoin(exchange.request.url, place))
        except ValueError:
            return None

    def graph(self, exchange: Exchange) -> frozenset[ox.Triple]:
        """Return the triples of a response, its addresses read as IRIs of the site. Raises BadBody."""
        url = exchange.request.url
        return triples(exchange.body, exchange.media_type, self.target.iri(url), self.contexts(url))

    def contexts(self, url: str) -> Callable[[str], Any]:
        """Return what gives the JSON-LD contexts that a document at an address names."""
        return lambda named: self.context(urljoin(url, named))

    def data(self, exchange: Exchange) -> frozenset[ox.Triple]:
        """Return the triples of a response, none where it has none that can be read."""
        if not exchange.ok or exchange.media_type not in RDF:
            return frozenset()
        try:
            return self.graph(exchange)
        except BadBody:
            return frozenset()

    def read(self, url: str, accept: str = TURTLE) -> frozenset[ox.Triple]:
        """Return the triples that an address leads to, none where it gives none."""
        return self.data(self.follow(url, accept)[-1])

    def context(self, iri: str) -> Any:
        """Return a JSON-LD context: of this site, or of schema.org, which is nothing but a default vocabulary.

        Raises NoContext for one that is elsewhere or is not there.
        """
        if iri not in self._contexts:
            self._contexts[iri] = self._context(iri)
        return self._contexts[iri]

    def _context(self, iri: str) -> Any:
        import json

        if iri.split("://")[-1].rstrip("/") in ("schema.org", "schema.org/docs/jsonldcontext.jsonld"):
            return {"@vocab": f"{iri.partition(':')[0]}://schema.org/"}
        url = self.target.url(iri)
        exchange = self.follow(url, "application/ld+json")[-1] if url else None
        if exchange is None or not exchange.ok:
            raise NoContext(f"the context {iri} is not served here")
        try:
            return json.loads(exchange.body)["@context"]
        except (ValueError, KeyError, TypeError) as error:
            raise NoContext(f"the context {iri} has no @context ({error})") from error
