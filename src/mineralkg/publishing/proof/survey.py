"""What there is at a site: its pages, its statements about itself, its endpoint, and things to ask about."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlencode
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from mineralkg.errors import UsageError
from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.proof.client import origin
from mineralkg.publishing.proof.crawl import Crawl, crawl
from mineralkg.publishing.proof.media import RESULTS, TURTLE, BadBody, rows
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.target import Target

__all__ = ["BROWSER", "DCAT", "SD", "VOID", "Survey", "as_stated", "dump", "selected", "survey", "values"]

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JSON_RESULTS = next(iter(RESULTS))

_ENDPOINTS = (VOID + "sparqlEndpoint", SD + "endpoint", DCAT + "endpointURL")
_GUESSES = ("sparql", "query", "")
_SUBJECTS = (
    "SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(isIRI(?s) && STRSTARTS(STR(?s), {base})) }} ORDER BY ?s LIMIT 2000"
)

Triples = frozenset[ox.Triple]


@dataclass
class Survey:
    """What was found. IRIs are as the data name them, addresses as they are asked for."""

    crawl: Crawl
    dataset: Triples = frozenset()  # what the site states about itself
    dataset_url: str | None = None  # where its VoID description is
    endpoint: str | None = None
    entities: list[str] = field(default_factory=list)  # a sample of the IRIs in the data
    known: set[str] = field(default_factory=set)  # all that were seen
    left: int = 0  # of these, those that the bound on things left out
    ontologies: list[str] = field(default_factory=list)
    sitemap: list[str] | None = None


def survey(proof: Proof) -> Survey:
    """Return what there is at the site of a proof."""
    url, described = _description(proof)
    dataset = described | proof.read(proof.target.start)
    sitemap = _sitemap(proof)
    found = Survey(crawl(proof, sitemap or []), dataset, url, sitemap=sitemap)
    found.endpoint = _endpoint(proof, dataset)
    # A thing with a hash IRI is looked up in the document that the IRI begins with.
    found.known = {iri for iri in (urldefrag(one).url for one in _subjects(proof, found)) if _is_ours(proof, iri)}
    found.ontologies = _typed(proof, found, "owl", "Ontology")
    things = found.known - set(found.ontologies)
    found.entities = _sample(things, proof.client.bounds.things)
    found.left = len(things) - len(found.entities)
    return found


def as_stated(proof: Proof) -> Target:
    """Return the target of a proof, its IRIs beginning as the site says that they do, where it says so and shows it.

    A copy on a machine of one's own names things as the site does that it is a copy of. A void:uriSpace alone may be a
    mistake; it is believed where the example that stands beside it, in the same description, begins with it.
    """
    target = proof.target
    _, dataset = _description(proof)
    spaces = values(dataset, VOID + "uriSpace")
    examples = values(dataset, VOID + "exampleResource")
    shown = [space for space in spaces if any(iri.startswith(space) for iri in examples)]
    if not shown or any(space.startswith(target.start) for space in spaces):
        return target
    try:
        return Target.of(target.start, shown[0])
    except UsageError:  # it is no address
        return target


def values(triples: Iterable[ox.Triple], predicate: str, subject: object = None) -> list[str]:
    """Return the objects of a predicate as text, in a stable order."""
    wanted = (t for t in triples if t.predicate.value == predicate and subject in (None, t.subject))
    return sorted({str(getattr(t.object, "value", t.object)) for t in wanted})


def _description(proof: Proof) -> tuple[str | None, Triples]:
    """Return where the VoID description of a site is, with what it says; None and nothing where there is none."""
    return next(((url, read) for url in _void_addresses(proof) if (read := proof.read(url))), (None, frozenset()))


def _void_addresses(proof: Proof) -> Iterator[str]:
    start = proof.target.start
    scheme, host, _ = origin(start)
    yield proof.target.at(".well-known/void")
    yield f"{scheme}://{start.split('/')[2] or host}/.well-known/void"
    yield proof.target.at("void.ttl")
    yield proof.target.at("void")


def _endpoint(proof: Proof, dataset: Triples) -> str | None:
    """Return the address of a SPARQL endpoint: a declared one, else one that answers where they often are."""
    declared = [url for p in _ENDPOINTS for iri in values(dataset, p) if (url := proof.target.url(iri))]
    if declared:
        return declared[0]
    if proof.target.folder:
        return None
    for path in _GUESSES:
        url = proof.target.at(path)
        exchange = proof.get(f"{url}?{urlencode({'query': 'ASK {}'})}", JSON_RESULTS)
        if exchange.ok and ("sparql-results" in exchange.media_type or b'"boolean"' in exchange.body[:200]):
            return url
    return None


def selected(proof: Proof, endpoint: str, queries: Iterable[str]) -> Iterator[list[tuple[str, ...]] | None]:
    """Return the rows that an endpoint answers to each query, None where it gives none."""
    requests = [proof.request(f"{endpoint}?{urlencode({'query': query})}", JSON_RESULTS) for query in queries]
    for exchange in proof.client.fetch_all(requests):
        try:
            found = rows(exchange.body, JSON_RESULTS) if exchange.ok else None
        except BadBody:
            found = None
        yield found if isinstance(found, list) else None


def _subjects(proof: Proof, found: Survey) -> Iterator[str]:
    """Return the IRIs of things: those the data name, and examples that the site gives itself."""
    yield from values(found.dataset, VOID + "exampleResource")
    if found.endpoint is not None:
        base = ox.Literal(proof.target.base)
        for listed in selected(proof, found.endpoint, [_SUBJECTS.format(base=base)]):
            yield from (row[0] for row in listed or ())
    yield from (t.subject.value for t in dump(proof, found) if isinstance(t.subject, ox.NamedNode))
    yield from (proof.target.iri(url) for url, chain in found.crawl.answers.items() if chain[0].status == 303)


def dump(proof: Proof, found: Survey) -> Triples:
    """Return the triples of the first dump that can be read within bounds; none where there is none."""
    for iri in dumps(found.dataset):
        url = proof.target.url(iri)
        if url is not None and (triples := proof.read(url, f"{TURTLE}, */*;q=0.1")):
            return triples
    return frozenset()


def dumps(dataset: Iterable[ox.Triple]) -> list[str]:
    """Return the addresses of the dumps that a description names."""
    triples = list(dataset)
    return list(dict.fromkeys(values(triples, VOID + "dataDump") + values(triples, DCAT + "downloadURL")))


def _is_ours(proof: Proof, iri: str) -> bool:
    return iri.startswith(proof.target.base) and iri != proof.target.base


def _typed(proof: Proof, found: Survey, prefix: str, name: str) -> list[str]:
    kind = PREFIXES[prefix] + name
    typed = (t.subject for t in _all(proof, found) if t.predicate == RDF_TYPE and t.object == ox.NamedNode(kind))
    stated = {subject.value for subject in typed if isinstance(subject, ox.NamedNode)}
    if found.endpoint is not None:
        query = f"SELECT DISTINCT ?s WHERE {{ ?s a <{kind}> }} ORDER BY ?s LIMIT 50"
        stated |= {row[0] for listed in selected(proof, found.endpoint, [query]) for row in listed or ()}
    return sorted(iri for iri in stated if iri.startswith(proof.target.base))


def _all(proof: Proof, found: Survey) -> Triples:
    return found.dataset | dump(proof, found)


def _sample(iris: Iterable[str], most: int) -> list[str]:
    """Return so many of the IRIs at most, the same in every run.

    Kinds of IRIs take turns, then the groups of each kind that begin alike, the largest first; each gives its first
    IRI, then its last, and then the others.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(iris):
        groups[iri.rstrip("/").rpartition("/")[0]].append(iri)
    kinds: dict[str, list[list[str]]] = defaultdict(list)
    for start, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        kinds["/".join(start.split("/")[:-1])].append(group)
    turns = [
        [*(g[0] for g in listed), *(g[-1] for g in listed), *(iri for g in listed for iri in g[1:-1])]
        for _, listed in sorted(kinds.items())
    ]
    picked = [iri for turn in itertools.zip_longest(*turns) for iri in turn if iri is not None]
    return sorted(list(dict.fromkeys(picked))[:most])


def _sitemap(proof: Proof) -> list[str] | None:
    """Return the addresses of the sitemap that robots.txt names or that stands beside the start; None without one."""
    robots = proof.get(proof.target.at("/robots.txt"))
    named = [
        line.partition(":")[2].strip()
        for line in (robots.text if robots.ok else "").splitlines()
        if line.lower().startswith("sitemap:")
    ]
    for iri in [*named, proof.target.at("sitemap.xml")]:
        url = proof.target.url(iri)
        if url is not None and (listed := _locations(proof, url, 0)) is not None:
            return listed
    return None


def _locations(proof: Proof, url: str, depth: int) -> list[str] | None:
    exchange = proof.get(url)
    if not exchange.ok or b"<!DOCTYPE" in exchange.body or depth > 2:
        return None
    try:
        root = ET.fromstring(exchange.body)  # noqa: S314  # without a document type there are no entities to grow
    except ET.ParseError:
        return None
    listed = [element.text.strip() for element in root.iter() if element.tag.endswith("}loc") and element.text]
    if not root.tag.endswith("sitemapindex"):
        return listed
    return [one for iri in listed[:50] if (u := proof.target.url(iri)) for one in _locations(proof, u, depth + 1) or []]
