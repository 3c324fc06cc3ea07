"""The shipped shapes as one graph: they lie beside the graph, and are published as the document ``shapes``."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.namespaces import PREFIXES
from mineralkg.resources import resource_files

__all__ = ["shape_iris", "shape_triples"]

_VERSION_IRI = ox.NamedNode(PREFIXES["owl"] + "versionIRI")


@cache
def shape_triples() -> tuple[ox.Triple, ...]:
    """Return the triples of all shipped shapes, with blank nodes that keep their labels from run to run."""
    triples = dict.fromkeys(
        quad.triple for path in resource_files("shapes", ".ttl") for quad in rdfio.parse(rdfio.read(path))
    )
    dataset = ox.Dataset([ox.Quad(t.subject, t.predicate, t.object) for t in triples])
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(quad.triple for quad in dataset)


@cache
def shape_iris() -> frozenset[str]:
    """Return the IRIs of all that the shipped shapes describe, and of the versions of their files."""
    described = [t.subject for t in shape_triples()]
    versions = [t.object for t in shape_triples() if t.predicate == _VERSION_IRI]
    return frozenset(term.value for term in (*described, *versions) if isinstance(term, ox.NamedNode))
