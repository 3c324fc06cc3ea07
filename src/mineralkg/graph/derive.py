"""Shortcuts from claims: the CONSTRUCT rules of ontology/rules, run once over the asserted triples."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from mineralkg.resources import resource_files

__all__ = ["derive", "rule_texts"]


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
    fresh = (t for t in sorted(new, key=str) if not any(store.quads_for_pattern(t.subject, t.predicate, t.object)))
    store.extend([ox.Quad(t.subject, t.predicate, t.object, target) for t in fresh])
