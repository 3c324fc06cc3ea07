"""The pages of the rules: what each demands and why, and the smallest change that breaks it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from mineralkg.checking.examples import example
from mineralkg.checking.rules import Rule, find_rule, published_rules, rules, shipped_rules
from mineralkg.namespaces import PREFIXES, SHAPES
from mineralkg.publishing.shapes import shape_triples
from mineralkg.validation import ShapesGraph
from mineralkg.validation.terms import SH

__all__ = ["Block", "Line", "RuleIndex", "RulePage", "rule_index", "rule_page"]


@dataclass(frozen=True)
class Line:
    """A line of a snippet, and whether it is not in the other one."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Block:
    """A shape that tells nobody anything by itself, and that rules are built from."""

    id: str
    name: str
    description: str


@dataclass(frozen=True)
class RuleIndex:
    """All rules by heading, and the building blocks that they share."""

    groups: list[tuple[str, list[Rule]]]
    blocks: list[Block]


@dataclass(frozen=True)
class RulePage:
    """A rule, and a pair of snippets that differ by what breaks it; ``published`` is one for what a server answers."""

    rule: Rule
    fails: list[Line]
    passes: list[Line]
    published: bool


@cache
def rule_index(lang: str) -> RuleIndex:
    """Return all rules in the order of their headings, and every other shape that has an address."""
    loaded = shipped_rules()
    grouped: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules(lang=lang):
        grouped[rule.group].append(rule)
    order = {loaded.rule(n, lang).group: _order(n) for n in loaded.told.values()}
    published = ShapesGraph(shape_triples())
    named = {t.subject for t in published.triples if isinstance(t.subject, ox.NamedNode)}
    blocks = [
        Block(loaded.id(s), _name(published, s, lang), published.text(s, SH.description, lang))
        for s in named
        if s.value.startswith(SHAPES) and loaded.id(s) not in loaded.told
    ]
    groups = sorted(grouped.items(), key=lambda item: (order.get(item[0], 99), item[0]))
    return RuleIndex(groups, sorted(blocks, key=lambda block: block.id))


def _name(shapes: ShapesGraph, node: ox.NamedNode, lang: str) -> str:
    label = ox.NamedNode(PREFIXES["rdfs"] + "label")
    return shapes.text(node, SH.name, lang) or shapes.text(node, label, lang) or node.value.removeprefix(SHAPES)


def _order(node: ox.NamedNode) -> int:
    graph = shipped_rules().graph
    order = graph.value(graph.value(node, SH.group), SH.order)
    return int(order.value) if isinstance(order, ox.Literal) and order.value.isdigit() else 99


def rule_page(id: str, lang: str) -> RulePage:
    """Return what the page of a rule shows. Raises UnknownResource for a rule there is not."""
    rule = find_rule(id, lang=lang)
    pair = example(id)
    published = id in published_rules().told
    if pair is None:
        return RulePage(rule, [], [], published)
    return RulePage(rule, _marked(pair.fails, pair.passes), _marked(pair.passes, pair.fails), published)


def _marked(text: str, other: str) -> list[Line]:
    lines, others = text.splitlines(), other.splitlines()
    changed: set[int] = set()
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        if tag != "equal":
            changed.update(range(start, end))
    return [Line(line, number in changed) for number, line in enumerate(lines)]
