"""Things, classes and statements of a graph in words, for people who read what a reasoner found."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES, shorten

__all__ = ["Node", "Wording"]

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TYPE = PREFIXES["rdf"] + "type"
_LABELS = """
SELECT ?label WHERE {{
  VALUES (?property ?rank) {{ (rdfs:label 1) (skos:prefLabel 2) }}
  {node} ?property ?label .
}} ORDER BY (LANG(?label) != "en") (LANG(?label) != "") ?rank ?label LIMIT 1
"""
# A vowel letter that is spoken as a consonant takes “a”: a union, a European body.
_AN = re.compile(r"(?!uni(?!n|m)|eu|one|use)[aeiou]", re.IGNORECASE)


class Wording:
    """The words for the nodes of one graph, with the labels that the graph itself gives."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def fill(self, template: str, nodes: dict[str, Node]) -> str:
        """Return *template* with each ``{name}`` replaced by the node of that name.

        ``{name}`` gives the node itself, ``{name:label}`` its label, ``{name:a}`` its label with an article.
        """
        forms: dict[str | None, Callable[[Node], str]] = {None: self.name, "label": self.label, "a": self.with_article}
        return re.sub(r"\{(\w+)(?::(\w+))?\}", lambda m: forms[m[2]](nodes[m[1]]), template)

    def name(self, node: Node) -> str:
        """Return a node as it would be cited: a CURIE, or the text of a literal in quotation marks."""
        if isinstance(node, ox.NamedNode):
            return shorten(node.value)
        if isinstance(node, ox.Literal):
            return f"“{node.value}”"
        return "an unnamed thing" if isinstance(node, ox.BlankNode) else str(node)

    def label(self, node: Node) -> str:
        """Return the English label of a node, else a label in another language, else its name."""
        if not isinstance(node, ox.NamedNode):
            return self.name(node)
        found = self._store.query(_LABELS.format(node=node), prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)  # the query is a SELECT
        return next((solution["label"].value for solution in found), self.name(node))

    def with_article(self, node: Node) -> str:
        """Return the label of a node behind “a” or “an”."""
        label = self.label(node)
        return label if label.startswith("an unnamed") else f"{'an' if _AN.match(label) else 'a'} {label}"

    def cited(self, node: Node) -> str:
        """Return a node with its label behind it, where it has one: ``state:JPN (Japan)``."""
        name, label = self.name(node), self.label(node)
        return name if name == label else f"{name} ({label})"

    def sentence(self, triple: ox.Triple) -> str:
        """Return a statement as a sentence: ``state:JPN (Japan) is a state.``"""
        subject = self.cited(triple.subject)
        if triple.predicate.value == _TYPE:
            return f"{subject} is {self.with_article(triple.object)}."
        return f"{subject} has as {self.label(triple.predicate)}: {self.cited(triple.object)}."
