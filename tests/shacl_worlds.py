"""Random small worlds for property tests: graphs, shapes with all kinds of constraints, and changes to a graph."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from hypothesis import strategies as st

from mineralkg import rdfio
from mineralkg.formats import by_name
from mineralkg.validation import ShapesGraph

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:prefixes> sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
NODES = [f"ex:{letter}" for letter in "abcdef"] + ["_:x", "_:y"]
PROPERTIES = ["ex:p", "ex:q", "ex:r"]
# Only these are compared: pySHACL 0.40 orders IRIs and refuses blank nodes, where SPARQL's < is an error for both.
MEASURES = ["ex:m", "ex:n"]
CLASSES = ["ex:C", "ex:D", "ex:E"]
# No boolean: to pySHACL true is a number, as it is to Python.
LITERALS = ['"text"', '"Text"@en', '"texto"@es', "5", "7", '"2026-02-04"^^xsd:date', '"x"^^xsd:integer', "5.0"]

nodes, properties, classes = (st.sampled_from(names) for names in (NODES, PROPERTIES, CLASSES))
values = st.one_of(nodes, st.sampled_from(LITERALS))
named = st.sampled_from([node for node in NODES if not node.startswith("_")])


def _joined(parts: Iterable[str]) -> str:
    return " ".join(parts)


triples = st.one_of(
    st.tuples(nodes, properties, values).map(_joined),
    st.tuples(nodes, properties, nodes).map(_joined),
    st.tuples(nodes, st.just("rdf:type"), classes).map(_joined),
    st.tuples(classes, st.just("rdfs:subClassOf"), classes).map(_joined),
    st.tuples(nodes, st.sampled_from(MEASURES), st.sampled_from(["5", "7", '"2026-02-04"^^xsd:date'])).map(_joined),
)
graphs = st.lists(triples, max_size=14, unique=True)

paths = st.recursive(
    properties,
    lambda inner: st.one_of(
        st.builds("[ sh:inversePath {} ]".format, inner),
        st.builds("( {} {} )".format, inner, inner),
        st.builds("[ sh:alternativePath ( {} {} ) ]".format, inner, inner),
        st.builds("[ sh:zeroOrMorePath {} ]".format, inner),
        st.builds("[ sh:oneOrMorePath {} ]".format, inner),
        st.builds("[ sh:zeroOrOnePath {} ]".format, inner),
    ),
    max_leaves=3,
)
_VALUE_CONSTRAINTS = st.one_of(
    st.builds("sh:class {}".format, classes),
    st.sampled_from(["sh:datatype xsd:integer", "sh:datatype xsd:date", "sh:datatype rdf:langString"]),
    st.sampled_from(["sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal", "sh:nodeKind sh:BlankNodeOrIRI"]),
    st.sampled_from(["sh:minInclusive 6", "sh:maxExclusive 6", 'sh:pattern "^t"', "sh:minLength 5", "sh:maxLength 4"]),
    st.just('sh:languageIn ( "en" )'),
    st.builds("sh:in ( {} {} )".format, named, named),
    st.builds("sh:hasValue {}".format, named),
    st.builds("sh:equals {}".format, properties),
    st.builds("sh:disjoint {}".format, properties),
    st.builds("sh:closed true ; sh:ignoredProperties ( rdf:type {} )".format, properties),
)
_SELECTS = (
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER NOT EXISTS { ?value ex:q ?any } }",
    "SELECT $this ?value WHERE { $this ex:q ?x . ?x ex:r ?value . FILTER (?value != $this) }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this ex:p/ex:q ?any } }",
    "SELECT $this ?value WHERE { $this ex:p ?value OPTIONAL { ?value ex:r ?other } FILTER (!BOUND(?other)) }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value . ?path rdfs:subClassOf ?c }",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { $this ex:q ?value } ?value a ex:C }",
    "SELECT $this ?value WHERE { $this ex:p ?value . ?other ex:q ?value . FILTER ($this != ?other) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . ?far ex:r ex:f }",
    "SELECT $this ?value WHERE { $this ex:p ?value . ?value ex:q ?x . ?x ex:r $this }",
    "SELECT $this ?value WHERE { $this ex:p ?x ; ex:q ?value . ?x ex:r ?value FILTER NOT EXISTS { ?value ex:p ?x } }",
    "SELECT $this (COUNT(?x) AS ?n) WHERE { $this ex:p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
)
SPARQL = st.sampled_from(_SELECTS).map(
    lambda text: (
        f'sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select """'
        f'PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {text}""" ]'
    )
)


def _property(path: str, parts: list[str]) -> str:
    return f"sh:property [ sh:path {path} ; {' ; '.join(parts)} ]"


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shape = inner.map("[ {} ]".format)
    counts = st.sampled_from(["sh:minCount 1", "sh:maxCount 1", "sh:minCount 2", "sh:uniqueLang true"])
    less = st.sampled_from(["lessThan", "lessThanOrEquals"]).map("sh:property [ sh:path ex:m ; sh:{} ex:n ]".format)
    qualified = st.builds(
        "sh:qualifiedValueShape {} ; sh:{} 1".format, shape, st.sampled_from(["qualifiedMinCount", "qualifiedMaxCount"])
    )
    return st.one_of(
        st.builds("sh:node {}".format, shape),
        st.builds("sh:not {}".format, shape),
        st.builds("sh:{} ( {} {} )".format, st.sampled_from(["and", "or", "xone"]), shape, shape),
        st.builds(_property, paths, st.lists(st.one_of(inner, counts, qualified), min_size=1, max_size=2)),
        less,
    )


bodies = st.recursive(_VALUE_CONSTRAINTS, _nested, max_leaves=4)
_TARGETS = st.one_of(
    st.builds("sh:targetClass {}".format, classes),
    st.builds("sh:targetSubjectsOf {}".format, properties),
    st.builds("sh:targetObjectsOf {}".format, properties),
    st.builds("sh:targetNode {}".format, named),
)
_SEVERITIES = st.sampled_from(["", "sh:severity sh:Warning ; "])


@st.composite
def shapes(draw: st.DrawFn, *, sparql: bool = True) -> str:
    """Return a shapes graph as Turtle: one to three shapes, of which some may be property shapes."""
    text = PREFIXES
    for number in range(draw(st.integers(1, 3))):
        body = draw(st.one_of(bodies, SPARQL, _with_sparql()) if sparql else bodies)
        path = draw(st.one_of(st.none(), st.none(), paths))
        kind = "sh:NodeShape" if path is None else "sh:PropertyShape"
        where = "" if path is None else f"sh:path {path} ; "
        text += f"ex:S{number} a {kind} ; {draw(_TARGETS)} ; {draw(_SEVERITIES)}{where}{body} .\n"
    return text


def _with_sparql() -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("sh:property [ sh:path {} ; {} ]".format, paths, SPARQL),
        st.builds("sh:node [ {} ]".format, SPARQL),
    )


def parsed(text: str) -> list[ox.Triple]:
    """Return the triples of a Turtle text."""
    document = rdfio.Document("world.ttl", by_name("ttl", "rdf"), text.encode())
    return [quad.triple for quad in rdfio.parse(document)]


def graph(lines: Iterable[str]) -> list[ox.Triple]:
    """Return the triples of lines as the strategies of this module make them."""
    return parsed(PREFIXES.rpartition("<urn:prefixes>")[0] + "".join(f"{line} .\n" for line in lines))


def shapes_graph(text: str) -> ShapesGraph:
    """Return the shapes of a Turtle text."""
    return ShapesGraph(parsed(text))
