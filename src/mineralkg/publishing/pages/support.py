"""Which claims the derived facts about a thing rest on."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from mineralkg.publishing.derivation import about, derivation_rules
from mineralkg.publishing.pages.reading import Reader

__all__ = ["supporting_claims"]


def supporting_claims(reader: Reader, iri: str, properties: set[str]) -> dict[tuple[str, str], list[str]]:
    """Return the claims behind the derived facts about a thing, by property and the text of the value."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for property_ in sorted(properties):
        rule = derivation_rules().get(property_)
        if rule is None or not rule.reads_claims:
            continue
        pattern = about(rule.pattern, rule.subject, ox.NamedNode(iri))
        text = f"{rule.prologue}SELECT DISTINCT ?{rule.object} ?claim WHERE {pattern} ORDER BY ?{rule.object} ?claim"
        for row in reader.ask(text):
            found[property_, str(row.terms[rule.object])].append(str(row.claim))
    return found
