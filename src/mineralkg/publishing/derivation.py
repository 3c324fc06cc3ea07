"""Which claims a derived statement rests on.

A derivation rule of the ontology names the claim that it reads ``?claim``. Its pattern, asked for that variable instead
of constructing the fact, gives the claims behind the fact: exactly those the rule used, and no second list to keep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.resources import resource_files
from mineralkg.sparqltext import tokens

__all__ = ["Rule", "about", "claims_behind", "derivation_rules"]

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


def claims_behind(store: ox.Store, triple: ox.Triple) -> list[ox.NamedNode]:
    """Return the claims in *store* from which a rule derives *triple*, in order; none where none does."""
    rule = derivation_rules().get(triple.predicate.value)
    if rule is None or not rule.reads_claims or not isinstance(triple.subject, ox.NamedNode):
        return []
    if not isinstance(triple.object, ox.NamedNode | ox.Literal):
        return []
    pattern = about(about(rule.pattern, rule.subject, triple.subject), rule.object, triple.object)
    text = f"{rule.prologue}SELECT DISTINCT ?claim WHERE {pattern}"
    try:
        rows = store.query(text, use_default_graph_as_union=True)
    except SyntaxError:
        return []  # a literal, where the rule asks something of a thing
    assert isinstance(rows, ox.QuerySolutions)  # it is a SELECT
    return sorted((row["claim"] for row in rows if isinstance(row["claim"], ox.NamedNode)), key=str)


def about(pattern: str, variable: str, term: ox.NamedNode | ox.Literal) -> str:
    """Return a pattern with a term in the place of a variable: the engine then begins there, not at every claim."""
    node, text, end = str(term), "", 0
    for token in tokens(pattern):
        if token.kind == "variable" and token.text[1:] == variable:
            text, end = text + pattern[end : token.start] + node, token.start + len(token.text)
    return text + pattern[end:]
