"""Where the terms of the ontology are used: in the rules, the questions, the derivations, and the data."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from mineralkg.namespaces import ONTOLOGY
from mineralkg.publishing.pages.reading import Reader, Value
from mineralkg.queries import all_queries
from mineralkg.resources import resource_files

__all__ = ["Mentions", "Use", "mentions", "uses"]

_TERM = re.compile(r"\bmkg:([A-Za-z]\w*)")
_SHAPE = re.compile(r"^mkgs:([\w-]+)\s", re.MULTILINE)
_CLASSES = """
SELECT ?term (COUNT(DISTINCT ?x) AS ?number) (MIN(STR(?x)) AS ?first) WHERE {
  ?x a ?term FILTER isIRI(?x)
} GROUP BY ?term
"""
_PROPERTIES = """
SELECT ?term (COUNT(*) AS ?number) (MIN(STR(?x)) AS ?first) WHERE { ?x ?term ?y FILTER isIRI(?x) } GROUP BY ?term
"""
_CONCEPTS = """
SELECT ?term (COUNT(DISTINCT ?x) AS ?number) (MIN(STR(?x)) AS ?first) WHERE {
  ?term skos:inScheme ?scheme .
  ?x ?property ?term
  FILTER (isIRI(?x) && !STRSTARTS(STR(?property), STR(skos:)) && !STRSTARTS(STR(?property), STR(rdf:)))
} GROUP BY ?term
"""
_VALUES = """
SELECT ?x ?term (MIN(?found) AS ?value) WHERE {{ VALUES (?x ?term) {{ {pairs} }} ?x ?term ?found }} GROUP BY ?x ?term
"""


@dataclass
class Mentions:
    """The names of the rules, questions and derivations that speak of a term."""

    shapes: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Use:
    """How often the data use a term, and the first thing that does, with the value it has there."""

    number: int
    example: Value
    value: Value | None = None


@cache
def mentions() -> dict[str, Mentions]:
    """Return by the local name of each term of the ontology where its name stands in the shipped files."""
    found: dict[str, Mentions] = defaultdict(Mentions)
    for path in resource_files("shapes", ".ttl"):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            subject = _SHAPE.search(block)
            for name in dict.fromkeys(_TERM.findall(block) if subject else ()):
                if subject and path.name != "meta.ttl":
                    found[name].shapes.append(subject[1])
    for query in all_queries():
        for name in dict.fromkeys(_TERM.findall(query.text)):
            found[name].queries.append(query.name)
    for path in resource_files("ontology", ".rq"):
        if path.parent.name == "rules":
            for name in dict.fromkeys(_TERM.findall(path.read_text(encoding="utf-8"))):
                found[name].rules.append(path.stem)
    return dict(found)


def uses(reader: Reader, *, concepts: bool = False) -> dict[str, Use]:
    """Return how the data use each class and property, or each concept."""
    found: dict[str, tuple[int, str]] = {}
    for query in (_CONCEPTS,) if concepts else (_CLASSES, _PROPERTIES):
        for row in reader.ask(query):
            found[str(row.term)] = (int(str(row.number)), str(row.first))
    values: dict[str, object] = {}
    if not concepts:
        ours = {
            iri: first for iri, (_, first) in found.items() if iri.startswith(ONTOLOGY) and iri[len(ONTOLOGY)].islower()
        }
        pairs = " ".join(f"(<{first}> <{iri}>)" for iri, first in ours.items())
        rows = reader.ask(_VALUES.format(pairs=pairs)) if pairs else ()
        values = {str(row.term): row.terms["value"] for row in rows}
    reader.learn([first for _, first in found.values()])
    reader.learn(values.values())
    return {
        iri: Use(number, reader.thing(first), reader.value(values[iri]) if iri in values else None)
        for iri, (number, first) in found.items()
    }
