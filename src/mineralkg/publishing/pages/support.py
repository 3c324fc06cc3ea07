"""Which claims a derived fact rests on.

A derivation rule of the ontology names the claim that it reads ``?claim``. Its pattern, asked for that variable instead
of constructing the fact, gives the claims behind the fact: exactly those the rule used, and no second list to keep.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.publishing.pages.reading import Reader, values_block
from mineralkg.resources import resource_files
from mineralkg.sparqltext import tokens

__all__ = ["Rule", "derivation_rules", "supporting_claims"]

_HEAD = re.compile(r"CONSTRUCT\s*\{\s*\?(?P<subject>\w+)\s+(?P<property>\S+)\s+\?(?P<object>\w+)\s*\.?\s*\}\s*WHERE\s*")


@dataclass(frozen=True)
class Rule:
    """A derivation rule: its name, what it says in a sentence, the property it gives, and its variables and pattern."""

    name: str
    says: str
    gives: str
    subject: str
    object: str
    prologue: str
    pattern: str

    @property
    def reads_claims(self) -> bool:
        """Whether what it derives rests on claims, and not on the vocabulary alone."""
        return "?claim" in self.pattern and "claim" not in (self.subject, self.object)


@cache
def derivation_rules() -> dict[str, Rule]:
    """Return the derivation rules by the IRI of the property that they give."""
    found: dict[str, Rule] = {}
    for path in resource_files("ontology", ".rq"):
        text = path.read_text(encoding="utf-8")
        match = _HEAD.search(text)
        if path.parent.name != "rules" or match is None:
            continue
        says = " ".join(line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#"))
        property_ = _expanded(match["property"])
        found[property_] = Rule(
            path.stem, says, property_, match["subject"], match["object"], text[: match.start()], text[match.end() :]
        )
    return found


def _expanded(term: str) -> str:
    if term == "a":
        return PREFIXES["rdf"] + "type"
    prefix, _, local = term.partition(":")
    return PREFIXES.get(prefix, ONTOLOGY) + local


def supporting_claims(reader: Reader, iri: str, properties: set[str]) -> dict[tuple[str, str], list[str]]:
    """Return the claims behind the derived facts about a thing, by property and the text of the value."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for property_ in sorted(properties):
        rule = derivation_rules().get(property_)
        if rule is None or not rule.reads_claims:
            continue
        pattern = _about(rule.pattern, rule.subject, iri)
        text = f"{rule.prologue}SELECT DISTINCT ?{rule.object} ?claim WHERE {pattern} ORDER BY ?{rule.object} ?claim"
        for row in reader.ask(text):
            found[property_, str(row.terms[rule.object])].append(str(row.claim))
    return found


def _about(pattern: str, variable: str, iri: str) -> str:
    """Return a pattern with an IRI in the place of a variable: the engine then begins there, not at every claim."""
    node, text, end = values_block([iri]), "", 0
    for token in tokens(pattern):
        if token.kind == "variable" and token.text[1:] == variable:
            text, end = text + pattern[end : token.start] + node, token.start + len(token.text)
    return text + pattern[end:]
