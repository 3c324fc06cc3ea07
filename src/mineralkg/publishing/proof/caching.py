"""Validators, conditional requests and HEAD: what caches, and those who come back, rely on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource

__all__ = ["check_caching"]

_SAME_FIELDS = ("Content-Type", "ETag", "Vary", "Location", "Link", "Content-Length")
_ABSENT = '"there-is-no-such-tag"'


def check_caching(proof: Proof, resources: Iterable[Resource]) -> None:
    """Judge the caching of each representation of each resource."""
    for resource in resources:
        if resource.kind in ("select", "construct"):
            _head(proof, resource)
            continue  # an answer to any query at all need not be kept
        for exchange in resource.offers.values():
            _conditional(proof, exchange)
            names = ("Cache-Control", "Expires")
            proof.judge("http-cache", any(map(exchange.field, names)), exchange)
        _distinct(proof, resource)
        _head(proof, resource)


def _conditional(proof: Proof, exchange: Exchange) -> None:
    """Judge requests that name a tag: the one that was given, another one, a list of them."""
    request = exchange.request
    tag = exchange.field("ETag")
    if not proof.judge("http-etag", bool(tag or exchange.field("Last-Modified")), exchange) or tag is None:
        return
    for lead in ("", f"{_ABSENT}, "):
        answer = proof.get(request.url, request.accept, If_None_Match=lead + tag)
        changed = answer.field("ETag")
        if answer.ok and changed and changed != tag:  # it has become another since: that tag must do
            answer = proof.get(request.url, request.accept, If_None_Match=lead + changed)
        if proof.judge("http-not-modified", answer.status == 304 and not answer.body, answer):
            names = ("ETag", "Vary", "Cache-Control")
            lost = [name for name in names if exchange.field(name) and not answer.field(name)]
            proof.judge("http-304-fields", not lost, answer, ", ".join(lost))
    answer = proof.get(request.url, request.accept, If_None_Match=_ABSENT)
    proof.judge("http-modified", answer.ok, answer)


def _distinct(proof: Proof, resource: Resource) -> None:
    """Judge whether one strong tag stands for one sequence of bytes, in whatever type and coding it comes."""
    told: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    first: dict[tuple[str, str], Exchange] = {}
    for exchange in list(resource.offers.values()):
        plain = proof.get(exchange.request.url, exchange.request.accept, Accept_Encoding="identity")
        proof.judge("http-coding", not plain.field("Content-Encoding"), plain)
        for one in (exchange, plain):
            tag = one.field("ETag")
            if one.ok and tag and not tag.startswith("W/"):
                coding = one.field("Content-Encoding") or ""
                told[one.request.url, tag].add(one.media_type.encode() + b" " + coding.encode())
                first.setdefault((one.request.url, tag), one)
        if exchange.field("Content-Encoding"):
            proof.judge("http-vary-coding", bool({"accept-encoding", "*"} & exchange.listed("Vary")), exchange)
    for key, kinds in told.items():
        said = ", ".join(sorted(kind.decode().strip() for kind in kinds))
        proof.judge("http-etag-strong", len(kinds) == 1, first[key], f"ETag {key[1]}: {said}")


def _head(proof: Proof, resource: Resource) -> None:
    """Judge whether HEAD answers as GET does, for every type that is asked for."""
    urls = dict.fromkeys([resource.url, resource.plain[-1].request.url])  # a thing, and the document about it
    requests = [proof.request(url, type) for url in urls for type in (None, *resource.answers)]
    gets = proof.client.fetch_all(requests)
    heads = proof.client.fetch_all(proof.request(r.url, r.accept, "HEAD") for r in requests)
    for get, head in zip(gets, heads, strict=True):
        if get.failure or get.status >= 500:
            continue
        differ = _difference(get, head)
        if differ:  # it may have become another between the two
            head = proof.client.again(head.request)
            differ = _difference(proof.client.again(get.request), head)
        proof.judge("http-head", not differ, head, differ)


def _difference(get: Exchange, head: Exchange) -> str:
    """Return in what HEAD differs from GET, "" where it does not."""
    if head.status != get.status:
        return f"GET → {get.status}"
    differ = [name for name in _SAME_FIELDS if get.field(name) != head.field(name) and _counts(name, get, head)]
    return ", ".join(f"{name}: {head.field(name) or '–'} / {get.field(name) or '–'}" for name in differ)


def _counts(name: str, get: Exchange, head: Exchange) -> bool:
    # A length may be left out where it would have to be computed: only a wrong one counts.
    return name != "Content-Length" or bool(get.field(name) and head.field(name))
