"""Are the statements that a site makes about its data true: counts, dumps, examples, formats, checksums?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from urllib.parse import urlencode

import pyoxigraph as ox

from mineralkg.publishing.proof.counting import TRIPLES, by_dump, by_endpoint, statements
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Chain, Proof
from mineralkg.publishing.proof.survey import DCAT, VOID, Survey, Triples, dump, values
from mineralkg.validation import SH, Data, Engine, Part, ShapesGraph

__all__ = ["check_dataset"]

_SIZE = re.compile(r"\+?([0-9]{1,18})(?:\.0*)?")  # a decimal in DCAT 1 and 2, an integer in DCAT 3
_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")  # of SPDX, as far as Python has them
_SPDX = "http://spdx.org/rdf/terms#"


def check_dataset(proof: Proof, found: Survey) -> None:
    """Judge what the site states about its dataset."""
    if not proof.judge("void-there", found.dataset_url is not None, proof.target.at(".well-known/void")):
        return
    at = found.dataset_url or ""
    _shape(proof, found.dataset, at)
    _leads(proof, found.dataset, at)
    _distributions(proof, found.dataset)
    _numbers(proof, found, at)


def _shape(proof: Proof, dataset: Triples, at: str) -> None:
    """Judge the description against the shapes for VoID and DCAT."""
    data = Data([Part.of(dataset)])
    results = _shapes().validate(data)
    if not results:
        proof.judge("dataset-shape", True, at)
    for result in results:
        text = _shapes().shapes.text(result.shape, SH.message, "en")
        proof.judge("dataset-shape", False, at, f"{result.focus}: {text or result.path or ''}")


@cache
def _shapes() -> Engine:
    text = files("mineralkg.publishing.proof").joinpath("dataset.ttl").read_bytes()
    return Engine(ShapesGraph(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)))


def _leads(proof: Proof, dataset: Triples, at: str) -> None:
    """Judge whether the addresses in the description lead somewhere."""
    for name in ("exampleResource", "dataDump", "sparqlEndpoint", "rootResource"):
        for iri in values(dataset, VOID + name):
            url = proof.target.url(iri)
            if url is None:
                continue
            if name == "sparqlEndpoint":
                chain: Chain = [proof.get(f"{url}?{urlencode({'query': 'ASK {}'})}")]
            else:
                chain = proof.follow(url)
            proof.judge("void-leads", chain[-1].there, chain, f"void:{name}")
    spaces = values(dataset, VOID + "uriSpace")
    for space in spaces:
        proof.judge("void-leads", space.startswith(proof.target.base), at, f"void:uriSpace {space}")


def _distributions(proof: Proof, dataset: Triples) -> None:
    """Judge each file that the description offers: it is there, of its type, of its size, and of its checksum."""
    for triple in sorted(dataset, key=str):
        url = proof.target.url(str(getattr(triple.object, "value", ""))) if _is(triple, DCAT + "downloadURL") else None
        if url is None:
            continue
        exchange = proof.get(url, Accept_Encoding="identity")
        if exchange.failure == "too-large":
            continue  # what was not read to the end cannot be measured; a note says so
        wrong = list(_wrong(exchange, triple.subject, dataset)) if exchange.ok else ["–"]
        proof.judge("dcat-distribution", not wrong, exchange, "; ".join(wrong))


def _wrong(exchange: Exchange, file: object, dataset: Triples) -> Iterator[str]:
    """Return what is said of a file and is not so, with what is."""
    said = {t.predicate.value: t.object for t in dataset if t.subject == file}
    type = str(getattr(said.get(DCAT + "mediaType"), "value", "")).rpartition("/media-types/")[2]
    packed = str(getattr(said.get(DCAT + "compressFormat"), "value", "")).rpartition("/media-types/")[2]
    if type and exchange.media_type not in (type, packed or type):
        yield f"dcat:mediaType {type}"
    for size in values(dataset, DCAT + "byteSize", file):
        number = _SIZE.fullmatch(size)
        if number is None or int(number[1]) != len(exchange.body):
            yield f"dcat:byteSize {size} / {len(exchange.body)}"
    for node in (t.object for t in dataset if t.subject == file and t.predicate.value == _SPDX + "checksum"):
        named = [value.rpartition("checksumAlgorithm_")[2] for value in values(dataset, _SPDX + "algorithm", node)]
        for digest in values(dataset, _SPDX + "checksumValue", node):
            for algorithm in (name for name in named if name in _ALGORITHMS):
                own = hashlib.new(algorithm, exchange.body, usedforsecurity=False).hexdigest()
                if digest.lower() != own:
                    yield f"spdx:checksumValue {algorithm} {digest} / {own}"


def _is(triple: ox.Triple, predicate: str) -> bool:
    return triple.predicate.value == predicate and isinstance(triple.object, ox.NamedNode)


def _numbers(proof: Proof, found: Survey, at: str) -> None:
    """Judge the numbers: each must be what the endpoint or the dump counts, and these two must agree."""
    triples = dump(proof, found)
    stated = list(statements(found.dataset))
    queries = [TRIPLES, *(one.query for one in stated)]
    there = by_endpoint(proof, found.endpoint, queries) if found.endpoint else [None] * len(queries)
    here = by_dump(triples, queries) if triples else [None] * len(queries)
    for one, *got in zip(stated, there[1:], here[1:], strict=True):
        counted = [number for number in got if number is not None]
        if counted:
            seen = f"{one.what} {one.number} / {' | '.join(map(str, counted))}"
            proof.judge("void-true", one.number in counted, at, seen)
    if there[0] is not None and here[0] is not None:
        proof.judge("dump-same", there[0] == here[0], at, f"SPARQL {there[0]}; dump {here[0]}")
