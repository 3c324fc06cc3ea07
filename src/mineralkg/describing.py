"""Everything about one thing: what is said of it, what points to it, and on whose words."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.graph import Answer, Handle, Resource, resolve

__all__ = ["Description", "describe"]

# What only repeats something more precise is left out: mkg:about beside its sub-properties, a class beside its
# sub-classes, rdfs:label beside the preferred label it comes from.
_FACTS = """
SELECT ?section ?property ?property_label ?thing ?thing_label ?quote ?speaker ?speaker_label ?certainty ?certainty_label
WHERE {
  {
    %(node)s ?property ?thing .
    BIND ("says" AS ?section)
    OPTIONAL { ?thing mkg:quote ?quote }
    FILTER NOT EXISTS {
      %(node)s ?precise ?thing .
      ?precise rdfs:subPropertyOf ?property .
      FILTER (?precise != ?property)
    }
    FILTER NOT EXISTS {
      ?below rdfs:subClassOf+ ?thing .
      %(node)s a ?below .
      FILTER (?property = rdf:type)
    }
    FILTER (?property != rdfs:label || NOT EXISTS { %(node)s skos:prefLabel ?thing })
  } UNION {
    ?thing ?property %(node)s .
    BIND ("is named by" AS ?section)
    OPTIONAL { ?thing mkg:words ?quote }
    OPTIONAL { ?thing mkg:speaker ?speaker . ?speaker rdfs:label ?speaker_label }
    OPTIONAL { ?thing mkg:certainty ?certainty . ?certainty rdfs:label ?certainty_label }
    FILTER NOT EXISTS {
      ?thing ?precise %(node)s .
      ?precise rdfs:subPropertyOf ?property .
      FILTER (?precise != ?property)
    }
  }
  OPTIONAL { ?property rdfs:label ?property_label FILTER (LANG(?property_label) IN ("en", "")) }
  OPTIONAL { ?thing rdfs:label ?thing_label FILTER (LANG(?thing_label) IN ("en", "")) }
}
ORDER BY DESC(?section) ?property_label ?property ?thing_label ?thing
"""
_TRIPLES = """
CONSTRUCT { %(node)s ?p ?o . ?s ?q %(node)s . ?s mkg:words ?words . ?evidence ?ep ?eo } WHERE {
  { %(node)s ?p ?o } UNION { ?s ?q %(node)s OPTIONAL { ?s mkg:words ?words } }
  UNION {
    { %(node)s mkg:evidence ?evidence } UNION { ?c mkg:about %(node)s ; mkg:evidence ?evidence }
    ?evidence ?ep ?eo
  }
}
"""


@dataclass(frozen=True)
class Description:
    """One thing, and the facts about it: its own first, then those that point to it, each with the words behind it."""

    resource: Resource
    facts: Answer
    triples: Answer


def describe(graph: Handle, text: str) -> Description:
    """Return the description of the thing that a code, a label, a CURIE or an IRI means.

    Raises UnknownResource with near matches, or AmbiguousResource with the candidates.
    """
    resource = resolve(graph, text, kind="thing")
    node = {"node": str(ox.NamedNode(resource.iri))}
    return Description(resource, graph.ask_model(_FACTS % node), graph.ask_model(_TRIPLES % node))
