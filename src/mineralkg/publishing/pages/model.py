"""The pages of the ontology and of the concept schemes: every term with its definition, an example and its uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY, PREFIXES, VOCAB
from mineralkg.publishing.pages.claims import best
from mineralkg.publishing.pages.reading import Reader, Value
from mineralkg.publishing.pages.usage import Mentions, Use, mentions, uses

__all__ = ["Ontology", "Scheme", "Term", "ontology", "scheme"]

_TERMS = """
SELECT ?term ?property ?value WHERE {{
  ?term ?property ?value .
  FILTER (isIRI(?term) && STRSTARTS(STR(?term), {start}))
}} ORDER BY ?term ?property ?value
"""
_CONCEPTS = """
SELECT ?term ?property ?value WHERE {{ ?term skos:inScheme {scheme} ; ?property ?value FILTER isIRI(?term) }}
ORDER BY ?term ?property ?value
"""
_SCHEMES = "SELECT ?scheme WHERE { ?scheme a skos:ConceptScheme } ORDER BY ?scheme"
_HASHED = """
SELECT DISTINCT ?term WHERE {{ ?term ?p ?o FILTER (isIRI(?term) && STRSTARTS(STR(?term), {start})) }} ORDER BY ?term
"""
_RDFS, _SKOS, _OWL, _RDF = (PREFIXES[name] for name in ("rdfs", "skos", "owl", "rdf"))


@dataclass
class Term:
    """A class, a property or a concept."""

    id: str
    iri: str
    name: Value
    curie: str
    kind: str
    depth: int
    definition: Value | None
    notes: list[Value]
    examples: list[Value]
    relations: list[tuple[str, list[Value]]]
    use: Use | None
    mentions: Mentions
    derived: bool = False
    cues: list[Value] = field(default_factory=list)
    step: str = ""


@dataclass(frozen=True)
class Ontology:
    """All that the page of the ontology shows."""

    iri: str
    title: Value
    description: Value | None
    version: str
    classes: list[Term]
    properties: list[Term]
    schemes: list[tuple[Value, int]]
    others: list[str]


@dataclass(frozen=True)
class Scheme:
    """All that the page of a concept scheme shows."""

    iri: str
    title: Value
    description: Value | None
    concepts: list[Term]
    others: list[tuple[str, Value]]


Facts = Mapping[str, list[object]]


def _read(reader: Reader, query: str) -> dict[str, Facts]:
    found: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for row in reader.ask(query):
        found[str(row.term)][str(row.property)].append(row.terms["value"])
    reader.learn([*found, *(v for facts in found.values() for values in facts.values() for v in values)])
    return dict(found)


def ontology(reader: Reader) -> Ontology:
    """Return what the page of the ontology shows."""
    iri = ONTOLOGY.removesuffix("#")
    terms = _read(reader, _TERMS.format(start=ox.Literal(iri)))
    use = uses(reader)
    classes = {i: f for i, f in terms.items() if ox.NamedNode(_OWL + "Class") in f.get(_RDF + "type", ())}
    properties = {
        i: f
        for i, f in terms.items()
        if i.startswith(ONTOLOGY) and any("Property" in str(t) for t in f.get(_RDF + "type", ()))
    }
    facts = terms.get(iri, {})
    version = facts.get(_OWL + "versionInfo", [])
    rows = reader.ask(_SCHEMES)
    schemes = [str(row.scheme) for row in rows]
    counts = {s: len(_read(reader, _CONCEPTS.format(scheme=ox.NamedNode(s)))) for s in schemes}
    shown = {*classes, *properties}
    return Ontology(
        iri=iri,
        title=_one(reader, facts, PREFIXES["dcterms"] + "title") or reader.thing(iri),
        description=_one(reader, facts, PREFIXES["dcterms"] + "description"),
        version=str(getattr(version[0], "value", "")) if version else "",
        classes=_ordered(reader, classes, use, _RDFS + "subClassOf"),
        properties=_ordered(reader, properties, use, None),
        schemes=[(reader.thing(s), counts[s]) for s in schemes if s.startswith(VOCAB)],
        others=[i.removeprefix(ONTOLOGY) for i in terms if i.startswith(ONTOLOGY) and i not in shown],
    )


def scheme(reader: Reader, iri: str) -> Scheme:
    """Return what the page of a concept scheme shows: its concepts under those above them, by their step."""
    facts = _read(
        reader,
        f"SELECT ?term ?property ?value WHERE {{ VALUES ?term {{ {ox.NamedNode(iri)} }} ?term ?property ?value }}",
    )
    own = facts.get(iri, {})
    concepts = _read(reader, _CONCEPTS.format(scheme=ox.NamedNode(iri)))
    title = _one(reader, own, PREFIXES["dcterms"] + "title") or reader.thing(iri)
    hashed = [str(row.term) for row in reader.ask(_HASHED.format(start=ox.Literal(f"{iri}#")))]
    reader.learn(hashed)
    return Scheme(
        iri=iri,
        title=Value(title.text, "text", lang=title.lang),
        description=_one(reader, own, PREFIXES["dcterms"] + "description"),
        concepts=_ordered(reader, concepts, uses(reader, concepts=True), _SKOS + "broader"),
        others=[(h.partition("#")[2], reader.thing(h)) for h in hashed],
    )


def _ordered(reader: Reader, terms: Mapping[str, Facts], use: Mapping[str, Use], above: str | None) -> list[Term]:
    """Return terms by name, or by their step, each below the one above it where *above* relates them."""
    parents = {i: _parents(facts, above, terms) for i, facts in terms.items()}

    def key(iri: str) -> tuple[float, str]:
        return _step(terms[iri]), reader.label(iri).casefold()

    found: list[Term] = []
    seen: set[str] = set()

    def put(iri: str, depth: int) -> None:
        if iri not in seen:
            seen.add(iri)
            found.append(_term(reader, iri, terms[iri], use.get(iri), depth))
            for child in sorted((i for i, p in parents.items() if iri in p), key=key):
                put(child, depth + 1)

    for iri in sorted((i for i, p in parents.items() if not p), key=key):
        put(iri, 0)
    for iri in sorted(set(terms) - seen, key=key):  # a circle has no top
        put(iri, 0)
    return found


def _parents(facts: Facts, above: str | None, terms: Mapping[str, Facts]) -> list[str]:
    return [t.value for t in facts.get(above or "", ()) if isinstance(t, ox.NamedNode) and t.value in terms]


def _step(facts: Facts) -> float:
    for term in facts.get(_SKOS + "notation", ()):
        if isinstance(term, ox.Literal) and term.value.isdigit():
            return float(term.value)
    return float("inf")


_RELATIONS = {
    "domain": _RDFS + "domain",
    "range": _RDFS + "range",
    "above": _RDFS + "subClassOf",
    "above_property": _RDFS + "subPropertyOf",
    "wider_concept": _SKOS + "broader",
    "same": _SKOS + "exactMatch",
    "close": _SKOS + "closeMatch",
}


def _term(reader: Reader, iri: str, facts: Facts, use: Use | None, depth: int) -> Term:
    concept = not iri.startswith(ONTOLOGY)
    local = iri.rpartition("/")[2] if concept else iri.removeprefix(ONTOLOGY)
    mentioned = Mentions() if concept else mentions().get(local, Mentions())
    relations = [
        (name, [reader.value(v) for v in facts[property_] if isinstance(v, ox.NamedNode)])
        for name, property_ in _RELATIONS.items()
        if any(isinstance(v, ox.NamedNode) for v in facts.get(property_, ()))
    ]
    step = _step(facts)
    return Term(
        id=local,
        iri=iri,
        name=reader.thing(iri),
        curie=local if concept else f"mkg:{local}",
        kind="concept" if concept else "class" if local[:1].isupper() else "property",
        depth=min(depth, 3),
        definition=_one(reader, facts, _SKOS + "definition"),
        notes=_in_language(reader, facts, _SKOS + "scopeNote"),
        examples=_in_language(reader, facts, _SKOS + "example"),
        relations=relations,
        use=use,
        mentions=mentioned,
        derived=any(f"mkg:{local}" in _head(rule) for rule in mentioned.rules),
        cues=[reader.value(v) for v in facts.get(ONTOLOGY + "cue", ())],
        step="" if step == float("inf") else f"{step:g}",
    )


def _head(rule: str) -> str:
    from mineralkg.publishing.derivation import derivation_rules

    return next((f"mkg:{r.gives.removeprefix(ONTOLOGY)}" for r in derivation_rules().values() if r.name == rule), "")


def _one(reader: Reader, facts: Facts, property_: str) -> Value | None:
    found = facts.get(property_)
    return reader.value(best(found, reader.lang)) if found else None


def _in_language(reader: Reader, facts: Facts, property_: str) -> list[Value]:
    """Return the texts in the reader's language, else those in English."""
    texts: Sequence[object] = facts.get(property_, ())
    for lang in (reader.lang, "en"):
        if chosen := [reader.value(t) for t in texts if isinstance(t, ox.Literal) and t.language == lang]:
            return chosen
    return [reader.value(t) for t in texts]
