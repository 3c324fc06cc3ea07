"""Shortcuts from claims: the CONSTRUCT rules of ontology/rules, run once over the asserted triples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import pyoxigraph as ox

from mineralkg.namespaces import expand
from mineralkg.resources import resource_files

__all__ = ["claims_behind", "derive", "rule_texts"]

_HEAD = re.compile(r"CONSTRUCT \{ \?(\w+) (\S+) \?(\w+) \}")
_CLAIM = "claim"  # what every rule calls the claim that its conclusion rests on


def rule_texts() -> list[str]:
    """Return the texts of the derivation rules."""
    return [
        path.read_text(encoding="utf-8") for path in resource_files("ontology", ".rq") if path.parent.name == "rules"
    ]


def derive(store: ox.Store, target: ox.NamedNode, sources: Sequence[ox.NamedNode] | None = None) -> None:
    """Put into the graph *target* all that the rules derive from *sources*, or from the whole store where None.

    What already stands in the store is not repeated. One pass is enough, because no rule reads what another derives;
    a test holds the rules to that.
    """
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    if sources is not None:
        default = [*sources, target]
    new: set[ox.Triple] = set()
    for text in rule_texts():
        triples = store.query(text, use_default_graph_as_union=default is None, default_graph=default)
        assert isinstance(triples, ox.QueryTriples)  # a rule is a CONSTRUCT
        new.update(triples)
    fresh = (t for t in new if not any(store.quads_for_pattern(t.subject, t.predicate, t.object)))
    store.extend([ox.Quad(t.subject, t.predicate, t.object, target) for t in fresh])


def claims_behind(store: ox.Store, triple: ox.Triple) -> list[ox.NamedNode]:
    """Return the claims in *store* from which a rule derives *triple*, in order; none where none does."""
    found: set[ox.NamedNode] = set()
    if isinstance(triple.object, ox.BlankNode | ox.Triple) or not isinstance(triple.subject, ox.NamedNode):
        return []  # nothing that a query could be given, nor what a rule speaks of
    for text, subject, object in _reasons().get(triple.predicate.value, ()):
        given = {ox.Variable(subject): triple.subject, ox.Variable(object): triple.object}
        rows = store.query(text, use_default_graph_as_union=True, substitutions=given)  # type: ignore[arg-type]
        assert isinstance(rows, ox.QuerySolutions)  # it is a SELECT
        found.update(claim for row in rows if isinstance(claim := row[_CLAIM], ox.NamedNode))
    return sorted(found, key=str)


@cache
def _reasons() -> dict[str, list[tuple[str, str, str]]]:
    """Return by predicate the rules that conclude from a claim something of another thing.

    Each asks for its claims, and is given the names of the variables that stand for subject and object.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for text in rule_texts():
        head = _HEAD.search(text)
        if head is None or head[1] == _CLAIM or f"?{_CLAIM} " not in text:
            continue
        subject, predicate, object = head.groups()
        asked = text.replace(head[0], f"SELECT DISTINCT ?{_CLAIM} ?{subject} ?{object}")
        found.setdefault(expand(predicate) or predicate, []).append((asked, subject, object))
    return found
