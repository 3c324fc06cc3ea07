"""The canned questions as SPARQL examples, in the vocabulary that endpoints share at /.well-known/sparql-examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES
from mineralkg.queries import Query, all_queries

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["query_example", "query_examples"]

_SH, _RDF, _RDFS, _SCHEMA = (PREFIXES[name] for name in ("sh", "rdf", "rdfs", "schema"))


def query_examples(site: Site, links: Links) -> list[ox.Triple]:
    """Return each canned question as an executable with its text, its question, and its endpoint where there is one."""
    return [triple for query in all_queries() for triple in query_example(site, links, query)]


def query_example(site: Site, links: Links, query: Query) -> list[ox.Triple]:
    """Return one of them."""
    node = ox.NamedNode(f"{site.base}query/{query.name}")
    facts: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (_RDF + "type", ox.NamedNode(_SH + "SPARQLExecutable")),
        (_RDF + "type", ox.NamedNode(_SH + "SPARQLSelectExecutable")),
        (_RDFS + "comment", ox.Literal(query.question, language="en")),
        (_SH + "select", ox.Literal(query.text)),
    ]
    if links.endpoint:
        facts.append((_SCHEMA + "target", ox.NamedNode(links.absolute(links.page("sparql")))))
    return [ox.Triple(node, ox.NamedNode(predicate), value) for predicate, value in facts]
