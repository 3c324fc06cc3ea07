"""The facts about a thing, under the headings of the shapes, each with what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from mineralkg.namespaces import GRAPH, ONTOLOGY, PREFIXES
from mineralkg.publishing.derivation import derivation_rules
from mineralkg.publishing.pages.claims import Claim, claims_of
from mineralkg.publishing.pages.outline import Heading, outline
from mineralkg.publishing.pages.reading import Reader, Value, text_of
from mineralkg.publishing.pages.support import supporting_claims

__all__ = ["Fact", "Group", "Property", "Statement", "classes_of", "groups", "readable", "statements"]

_STATEMENTS = """
SELECT ?property ?value (GROUP_CONCAT(STR(?graph); SEPARATOR=" ") AS ?graphs) WHERE {{
  {node} ?property ?value .
  OPTIONAL {{ GRAPH ?graph {{ {node} ?property ?value }} }}
}} GROUP BY ?property ?value ORDER BY ?property ?value
"""
_CLASSES = """
SELECT ?class (COUNT(DISTINCT ?above) AS ?depth) WHERE {{
  {node} a ?class .
  OPTIONAL {{ ?class rdfs:subClassOf+ ?above }}
}} GROUP BY ?class ORDER BY DESC(?depth) ?class
"""
_NARROWER = "SELECT ?wide WHERE {{ {node} ?narrow ?value ; ?wide ?value . ?narrow rdfs:subPropertyOf+ ?wide }}"
_DERIVED = (GRAPH + "derived/data", GRAPH + "derived/model")
_TYPE = PREFIXES["rdf"] + "type"
_LANGUAGE = PREFIXES["dcterms"] + "language"
# What the page says elsewhere: its title, its chips, the words at its top.
_ELSEWHERE = {
    _TYPE,
    PREFIXES["rdfs"] + "label",
    ONTOLOGY + "words",
    ONTOLOGY + "about",
    ONTOLOGY + "exemption",
    ONTOLOGY + "noMappingReason",
}
# What explains a thing: one language is enough. The names of a thing in other languages are worth knowing, and stay.
_EXPLAINING = {
    PREFIXES[prefix] + local
    for prefix, local in (
        ("skos", "definition"),
        ("skos", "scopeNote"),
        ("skos", "example"),
        ("dcterms", "description"),
        ("dcterms", "abstract"),
        ("rdfs", "comment"),
        ("schema", "description"),
    )
}
FOLLOWS = Heading(0, "follows")
OTHER = Heading(10_000, "other")


@dataclass(frozen=True)
class Statement:
    """One statement about a thing, and the graphs it stands in."""

    predicate: str
    term: object
    graphs: tuple[str, ...]

    @property
    def derived(self) -> bool:
        """Whether it stands in no file and follows from others by a rule."""
        return bool(self.graphs) and all(graph in _DERIVED for graph in self.graphs)


@dataclass
class Fact:
    """A value, and what it rests on: claims with their words, or the file in which the editors wrote it.

    ``said`` tells, on the page of a claim, what its own words say from what the editors record about it.
    """

    value: Value
    claims: list[Claim] = field(default_factory=list)
    rule: str | None = None
    rule_says: str | None = None
    said: bool = False
    file: str | None = None


@dataclass
class Property:
    """A property with its facts: what the shape or the ontology calls it, and where its definition stands."""

    name: str
    says: str
    href: str | None
    order: tuple[int, str]
    facts: list[Fact] = field(default_factory=list)


@dataclass
class Group:
    """A heading with its properties."""

    id: str
    name: str
    properties: list[Property]


def statements(reader: Reader, iri: str) -> list[Statement]:
    """Return what is said of a thing, derived statements included."""
    rows = reader.ask(_STATEMENTS.format(node=ox.NamedNode(iri))).tuples
    return [Statement(text_of(p), value, tuple(text_of(graphs or "").split())) for p, value, graphs in rows]


def readable(said: Sequence[Statement], lang: str) -> list[Statement]:
    """Return statements without the explanations in other languages that are there in the reader's, too."""
    explained = {s.predicate for s in said if s.predicate in _EXPLAINING and _language(s) == lang}
    return [s for s in said if s.predicate not in explained or _language(s) in (lang, None)]


def _language(statement: Statement) -> str | None:
    """Return the language of a text without its region, or None."""
    tag = statement.term.language if isinstance(statement.term, ox.Literal) else None
    return tag and tag.partition("-")[0].lower()


def classes_of(reader: Reader, iri: str) -> list[str]:
    """Return the classes of a thing, the narrowest first."""
    rows = reader.ask(_CLASSES.format(node=ox.NamedNode(iri)))
    return [str(row.terms["class"].value) for row in rows if isinstance(row.terms["class"], ox.NamedNode)]


def groups(reader: Reader, iri: str, said: Sequence[Statement], classes: Sequence[str]) -> list[Group]:
    """Return the facts about a thing by heading, in the order of the shapes; the narrowest property stands for all."""
    wide = {(str(row.wide)) for row in reader.ask(_NARROWER.format(node=ox.NamedNode(iri)))}
    shown = [s for s in said if s.predicate not in _ELSEWHERE and s.predicate not in wide]
    reader.learn([s.predicate for s in shown])
    reader.learn([s.term for s in shown])
    derived = {s.predicate for s in shown if s.derived}
    behind = supporting_claims(reader, iri, derived)
    claims = {c.iri: c for c in claims_of(reader, [c for found in behind.values() for c in found])}
    headed: dict[Heading, dict[str, Property]] = defaultdict(dict)
    for statement in shown:
        heading, property_ = _property(reader, statement, classes)
        held = headed[heading].setdefault(statement.predicate, property_)
        key = (statement.predicate, str(statement.term))
        fact = _fact(reader, statement, [claims[c] for c in behind.get(key, ()) if c in claims])
        fact.said = heading.name not in ("name", "record", "follows", "other")
        held.facts.append(fact)
    return [_group(reader, heading, list(headed[heading].values())) for heading in sorted(headed)]


def _property(reader: Reader, statement: Statement, classes: Sequence[str]) -> tuple[Heading, Property]:
    place = outline().place(classes, statement.predicate)
    name, says = outline().text(place, reader.lang) if place else (None, "")
    label = reader.label(statement.predicate)
    heading = FOLLOWS if statement.derived else place.heading if place else OTHER
    order = (place.order if place else 10_000, label)
    return heading, Property(name or label, says, reader.links.resource(statement.predicate), order)


def _fact(reader: Reader, statement: Statement, claims: list[Claim]) -> Fact:
    fact = Fact(_value(reader, statement), claims)
    rule = derivation_rules().get(statement.predicate) if statement.derived else None
    if rule is not None:
        fact.rule, fact.rule_says = rule.name, rule.says
    else:
        files = [g.removeprefix(GRAPH) for g in statement.graphs if g not in _DERIVED]
        fact.file = files[0] if files else None
    return fact


def _value(reader: Reader, statement: Statement) -> Value:
    """Return a value as it is shown; the code of a language by its name."""
    value = reader.value(statement.term)
    name = reader.words.texts.get(f"languages.{value.text}") if statement.predicate == _LANGUAGE else None
    return value if name is None else replace(value, text=name)


def _group(reader: Reader, heading: Heading, properties: list[Property]) -> Group:
    words = reader.words
    named = (
        words(f"group.{heading.name}") if heading in (FOLLOWS, OTHER) else outline().heading(heading.name, words.lang)
    )
    for property_ in properties:
        property_.facts.sort(key=lambda fact: (fact.value.lang is not None, fact.value.text))
    return Group(heading.name, named, sorted(properties, key=lambda p: p.order))
