"""What every response owes its reader, whatever it is about: judged on all that was asked."""

from __future__ import annotations

from collections.abc import Iterable

from mineralkg.publishing.proof.media import HTML, RDF, RESULTS
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource

__all__ = ["check_browsers", "check_methods", "check_responses"]

_RULE_OF = {"length": "http-length", "coding": "http-coding"}
_UNREGISTERED = {
    "text/anot+turtle",
    "application/turtle",
    "application/x-turtle",
    "text/rdf+n3",
    "text/ntriples",
    "text/plain+turtle",
    "application/x-trig",
    "application/x-nquads",
    "text/x-nquads",
    "application/x-json+ld",
    "application/json+ld",
    "application/rdf+json",
}
_ORIGIN = "https://another.example"
# A method that no specification knows: nothing can happen, and a server must say that it does not know it.
_METHOD = "MINERALKG"


def check_responses(proof: Proof) -> None:
    """Judge every response that came, one by one."""
    for exchange in proof.client.exchanges:
        if exchange.failure in ("unreachable",) and exchange.detail.startswith("not asked"):
            continue
        _complete(proof, exchange)
        if exchange.failure:
            continue
        if 300 <= exchange.status < 400 and exchange.status not in (300, 304):
            proof.judge("http-redirect", bool(exchange.field("Location")), exchange)
        if exchange.body and exchange.ok:
            _typed(proof, exchange)


def _complete(proof: Proof, exchange: Exchange) -> None:
    for rule in ("http-answer", "http-length", "http-coding"):
        broken = exchange.failure is not None and _RULE_OF.get(exchange.failure, "http-answer") == rule
        proof.judge(rule, not broken, exchange)
    right = exchange.status < 500 or (exchange.status == 501 and exchange.request.method == _METHOD)
    proof.judge("http-server-error", right, exchange)


def _typed(proof: Proof, exchange: Exchange) -> None:
    kind = exchange.media_type
    if not proof.judge("http-content-type", bool(kind), exchange):
        return
    proof.judge("conneg-registered", kind not in _UNREGISTERED, exchange)
    if kind.startswith("text/") or kind in RDF or kind in RESULTS or kind.endswith(("+json", "+xml", "/json")):
        proof.judge("http-utf8", _is_utf8(exchange), exchange)


def _is_utf8(exchange: Exchange) -> bool:
    if (exchange.charset or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        return exchange.media_type.endswith("xml")  # an XML document says its own encoding, and a parser reads it
    try:
        exchange.body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    declared = exchange.charset or exchange.media_type != HTML
    return bool(declared) or b"charset" in exchange.body[:1024].lower() or exchange.body.isascii()


def check_methods(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge what is answered to a method that there is not, and to an address that there is not."""
    for resource in resources:
        answer = proof.get(resource.url, method=_METHOD)
        if answer.failure is None:
            right = 400 <= answer.status < 500 and (answer.status != 405 or answer.field("Allow") is not None)
            right |= answer.status == 501
            proof.judge("http-method", right, answer)
    for path in ("there-is-no-such-page-1f9c", "id/there-is-no-such-thing-1f9c", "there-is-none-1f9c.ttl"):
        chain = proof.follow(proof.target.at(path))
        if chain[-1].failure is None:
            proof.judge("http-not-found", chain[-1].status in (404, 410), chain)


def check_browsers(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge what scripts and browsers rely on: sharing between origins, and the fields that protect a reader."""
    for resource in resources:
        for type, exchange in resource.offers.items():
            if type == HTML:
                proof.judge("http-policy", _has_policy(exchange), exchange)
                continue
            for shared in proof.follow(resource.url, type, Origin=_ORIGIN):
                allowed = shared.field("Access-Control-Allow-Origin")
                if shared.failure is None and proof.judge("http-cors", allowed in ("*", _ORIGIN), shared):
                    exposed = shared.listed("Access-Control-Expose-Headers")
                    wanted = {n for n in ("link", "etag") if shared.field(n)}
                    proof.judge(
                        "http-cors-expose", "*" in exposed or wanted <= exposed, shared, ", ".join(sorted(wanted))
                    )
        for exchange in resource.offers.values():
            sniffed = exchange.field("X-Content-Type-Options") or ""
            proof.judge("http-nosniff", sniffed.lower() == "nosniff", exchange)


def _has_policy(exchange: Exchange) -> bool:
    return bool(exchange.field("Content-Security-Policy")) or b"content-security-policy" in exchange.body[:4096].lower()
