"""Is the ontology served as it should be: found, described, versioned, and with every term that the data use?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.proof.media import HTML, TURTLE
from mineralkg.publishing.proof.pages import page_of
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import Resource
from mineralkg.publishing.proof.survey import RDF_TYPE, Survey, Triples, dump

__all__ = ["check_ontologies"]

_DCTERMS, _OWL, _RDFS, _SKOS = (PREFIXES[name] for name in ("dcterms", "owl", "rdfs", "skos"))
_LABELS = (_RDFS + "label", _SKOS + "prefLabel")
_DEFINITIONS = (_RDFS + "comment", _SKOS + "definition", _DCTERMS + "description")
_METADATA = (
    ("dcterms:title", (_DCTERMS + "title", _RDFS + "label")),
    ("dcterms:description", (_DCTERMS + "description", _RDFS + "comment")),
    ("dcterms:license", (_DCTERMS + "license", "http://creativecommons.org/ns#license")),
    ("dcterms:creator", (_DCTERMS + "creator", _DCTERMS + "publisher", "http://purl.org/dc/elements/1.1/creator")),
    ("dcterms:created", (_DCTERMS + "created", _DCTERMS + "issued", _DCTERMS + "modified")),
    ("owl:versionInfo", (_OWL + "versionInfo", _OWL + "versionIRI")),
)


def check_ontologies(proof: Proof, found: Survey, resources: Iterable[Resource]) -> None:
    """Judge each ontology of the site."""
    data = dump(proof, found)
    for resource in resources:
        if resource.kind != "ontology" or not proof.judge("onto-served", bool(resource.rdf), resource.plain):
            continue
        described = proof.data(resource.offers[resource.rdf[0]])
        _metadata(proof, resource, described)
        terms = set(_terms(resource, described))
        _terms_used(proof, resource, terms, described, data)
        _words(proof, resource, terms, described)
        _anchors(proof, resource, terms)


def _metadata(proof: Proof, resource: Resource, described: Triples) -> None:
    own = [t for t in described if t.subject == ox.NamedNode(resource.iri)]
    said = {t.predicate.value for t in own}
    lacks = [name for name, predicates in _METADATA if not said & set(predicates)]
    proof.judge("onto-metadata", not lacks, resource.iri, ", ".join(lacks))
    for triple in own:
        url = proof.target.url(str(getattr(triple.object, "value", "")))
        if triple.predicate.value == _OWL + "versionIRI" and url is not None:
            chain = proof.follow(url, TURTLE)
            proof.judge("onto-version", chain[-1].ok, chain, f"owl:versionIRI {triple.object}")


def _terms(resource: Resource, described: Triples) -> Iterator[str]:
    """Return the terms that the ontology describes in its own namespace."""
    for triple in described:
        if isinstance(triple.subject, ox.NamedNode) and triple.predicate == RDF_TYPE:
            iri = triple.subject.value
            if iri.startswith((f"{resource.iri}#", f"{resource.iri}/")) and iri != resource.iri:
                yield iri


def _terms_used(proof: Proof, resource: Resource, terms: set[str], described: Triples, data: Triples) -> None:
    """Judge whether each term of the namespace that the data use is described."""
    namespace = f"{resource.iri}#"
    known = {t.subject.value for t in described if isinstance(t.subject, ox.NamedNode)}
    used = {t.predicate.value for t in data}
    used |= {t.object.value for t in data if t.predicate == RDF_TYPE and isinstance(t.object, ox.NamedNode)}
    missing = sorted(iri for iri in used if iri.startswith(namespace) and iri not in known)
    if terms or missing:
        proof.judge("onto-terms", not missing, resource.iri, ", ".join(missing[:5]))


def _words(proof: Proof, resource: Resource, terms: set[str], described: Triples) -> None:
    labelled = {t.subject.value for t in described if t.predicate.value in _LABELS}  # type: ignore[union-attr]
    defined = {t.subject.value for t in described if t.predicate.value in _DEFINITIONS}  # type: ignore[union-attr]
    silent = sorted(terms - (labelled & defined))
    if terms:
        proof.judge("onto-words", not silent, resource.iri, ", ".join(silent[:5]))


def _anchors(proof: Proof, resource: Resource, terms: set[str]) -> None:
    exchange = resource.offers.get(HTML)
    fragments = {iri.partition("#")[2] for iri in terms if "#" in iri}
    if exchange is None or not fragments:
        return
    missing = sorted(fragments - page_of(exchange.request.url, exchange.text).anchors)
    proof.judge("onto-anchor", not missing, exchange, ", ".join(f"#{name}" for name in missing[:5]))
