"""What OWL 2 RL adds to a graph.

The engine is `reasonable`: fast, and incomplete. It has no property chains, no keys, no enumerations, no cardinalities
and no schema rules but those of class hierarchies. Two things it gets wrong (version 0.4.4): all subjects of an inverse
functional property are the same thing to it, whatever their values; and where a functional property has two data
values, it puts one for the other throughout the graph. So it does not see which properties are functional. The rules
that it lacks are the files in ``rules/``, one SPARQL CONSTRUCT per rule of the specification, run by turns with the
engine until neither adds anything.

Three limits, all on purpose. Literals are compared as they are written: datatype reasoning would merge ``1`` and ``01``
and is left to the clash detection. A statement with a literal as subject or a blank node as predicate is not RDF and
is not returned. What is true of anything whatever is not returned either: that a thing is the same as itself, that it
is an owl:Thing, that a class is below itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES

if TYPE_CHECKING:
    import rdflib

__all__ = ["materialise", "triples_of"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_RULES = Path(__file__).parent / "rules"
_OWL, _RDF, _RDFS = PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]
_TYPE = _RDF + "type"
_CHAIN = ox.NamedNode(_OWL + "propertyChainAxiom")
_FIRST, _REST = ox.NamedNode(_RDF + "first"), ox.NamedNode(_RDF + "rest")

# Cardinalities are the only literals whose value a rule reads; they are given, and never follow from anything.
_READ_BY_RULES = frozenset({_OWL + "maxCardinality", _OWL + "maxQualifiedCardinality"})
# What the engine gets wrong, it sees under a name that means nothing to it.
_HIDDEN = {_OWL + name: f"urn:hidden:{name}" for name in ("FunctionalProperty", "InverseFunctionalProperty")}
_SHOWN = {hidden: shown for shown, hidden in _HIDDEN.items()}
_REFLEXIVE = frozenset(
    {
        _OWL + "sameAs",
        _OWL + "equivalentClass",
        _OWL + "equivalentProperty",
        _RDFS + "subClassOf",
        _RDFS + "subPropertyOf",
    }
)
_UNIVERSAL = frozenset({_OWL + "Thing", _RDFS + "Resource"})
_BUILT_IN = (_OWL, _RDF, _RDFS, PREFIXES["xsd"])


def materialise(statements: Iterable[ox.Triple | ox.Quad]) -> list[ox.Triple]:
    """Return the triples that OWL 2 RL entails from *statements* and that are not among them, in a stable order.

    Graph names are ignored: the statements are read as one graph. A store is such an iterable.
    """
    asserted = triples_of(statements)
    closure = _Closure(asserted)
    closure.complete()
    added = (t for t in closure.triples() if t not in asserted and not _goes_without_saying(t))
    return sorted(added, key=str)


def triples_of(statements: Iterable[ox.Triple | ox.Quad]) -> set[ox.Triple]:
    """Return *statements* as triples, without the names of the graphs they stand in."""
    return {s if isinstance(s, ox.Triple) else ox.Triple(s.subject, s.predicate, s.object) for s in statements}


class _Closure:
    """A graph on its way to completion: the engine and the store of the rules hold the same triples in turn.

    Inside, every literal is the number of its first appearance, as a plain string. So none is normalised on its way
    through the engine or the store, and each comes back as it was written.
    """

    def __init__(self, asserted: Iterable[ox.Triple]) -> None:
        import reasonable  # imports rdflib: only for those who reason

        self._engine = reasonable.PyReasoner()
        self._store = ox.Store()
        self._numbers: dict[Term, str] = {}
        self._terms: list[Term] = []
        self._add({self._encoded(t) for t in asserted})

    def complete(self) -> None:
        """Let the engine and the rules add to each other until neither adds anything."""
        rules = [*_rule_texts(), *_chain_rules(self._store)]
        grown = True
        while grown:
            self._store.bulk_extend(ox.Quad(*_from_rdflib(t)) for t in self._engine.reason())
            fresh = {t for rule in rules for t in self._answers(rule)}
            grown = bool(fresh)
            self._add(fresh)

    def triples(self) -> Iterator[ox.Triple]:
        """Return the triples held, with the literals as they were written."""
        for quad in self._store:
            yield ox.Triple(quad.subject, quad.predicate, self._decoded(quad.predicate, quad.object))

    def _answers(self, rule: str) -> set[ox.Triple]:
        found = self._store.query(rule, prefixes=PREFIXES)
        assert isinstance(found, ox.QueryTriples)  # every rule is a CONSTRUCT
        return {t for t in found if ox.Quad(*t) not in self._store}

    def _add(self, encoded: set[ox.Triple]) -> None:
        self._engine.from_graph([_to_rdflib(t) for t in encoded])
        self._store.bulk_extend(ox.Quad(*t) for t in encoded)

    def _encoded(self, triple: ox.Triple) -> ox.Triple:
        value = triple.object
        if isinstance(value, ox.NamedNode | ox.BlankNode) or triple.predicate.value in _READ_BY_RULES:
            return triple
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = str(len(self._terms))
            self._terms.append(value)
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(number))

    def _decoded(self, predicate: ox.NamedNode, value: Term) -> Term:
        if isinstance(value, ox.Literal) and predicate.value not in _READ_BY_RULES:
            return self._terms[int(value.value)]
        return value


def _to_rdflib(triple: ox.Triple) -> tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]:
    import rdflib

    def term(value: Term) -> rdflib.term.Node:
        if isinstance(value, ox.NamedNode):
            return rdflib.URIRef(_HIDDEN.get(value.value, value.value))
        if isinstance(value, ox.BlankNode):
            return rdflib.BNode(value.value)
        assert isinstance(value, ox.Literal)  # triple terms are numbered like literals
        return rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value), normalize=False)

    return term(triple.subject), term(triple.predicate), term(triple.object)


def _from_rdflib(
    triple: tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node],
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]:
    import rdflib

    subject, predicate, value = triple
    named = ox.BlankNode(str(subject)) if isinstance(subject, rdflib.BNode) else ox.NamedNode(str(subject))
    object_: Term
    if isinstance(value, rdflib.Literal):
        object_ = ox.Literal(str(value), datatype=ox.NamedNode(str(value.datatype or rdflib.XSD.string)))
    else:
        shown = _SHOWN.get(str(value), str(value))
        object_ = ox.BlankNode(shown) if isinstance(value, rdflib.BNode) else ox.NamedNode(shown)
    return named, ox.NamedNode(str(predicate)), object_


@cache
def _rule_texts() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(_RULES.glob("*.rq")))


def _chain_rules(store: ox.Store) -> list[str]:
    """Return the rule prp-spo2, one CONSTRUCT for each property chain: SPARQL cannot walk a list of properties."""
    rules = []
    for axiom in store.quads_for_pattern(None, _CHAIN, None, None):
        steps = list(_members(store, axiom.object))
        if steps and all(isinstance(step, ox.NamedNode) for step in steps):
            path = " ".join(f"?x{i} {step} ?x{i + 1} ." for i, step in enumerate(steps))
            rules.append(f"CONSTRUCT {{ ?x0 {axiom.subject} ?x{len(steps)} }} WHERE {{ {path} }}")
    return rules


def _members(store: ox.Store, node: Term) -> Iterator[Term]:
    """Return the members of an RDF list; a list that runs in a circle ends where it meets itself."""
    seen = set()
    while isinstance(node, ox.BlankNode | ox.NamedNode) and node not in seen:
        seen.add(node)
        yield from (q.object for q in store.quads_for_pattern(node, _FIRST, None, None))
        node = next((q.object for q in store.quads_for_pattern(node, _REST, None, None)), ox.Literal(""))


def _goes_without_saying(triple: ox.Triple) -> bool:
    subject, predicate, value = triple.subject, triple.predicate.value, triple.object
    if isinstance(subject, ox.NamedNode) and subject.value.startswith(_BUILT_IN):
        return True
    if predicate in _READ_BY_RULES or (predicate in _REFLEXIVE and subject == value):
        return True
    says_nothing = predicate in (_TYPE, _RDFS + "subClassOf", _RDFS + "domain", _RDFS + "range")
    return says_nothing and isinstance(value, ox.NamedNode) and value.value in _UNIVERSAL
