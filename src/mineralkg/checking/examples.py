"""What breaks a rule, and what does not: a pair of snippets for each rule, which differ by one edit.

For a shape they come from its case in the folder of examples, a world and an edit to it; for a rule about files or
about published data they stand with the rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.checking.rules import file_rules, published_rules
from mineralkg.namespaces import SHAPES
from mineralkg.validation import ShapesGraph
from mineralkg.validation.paths import members_of
from mineralkg.validation.terms import RDF, SH, Node

__all__ = ["Example", "example"]

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_REPLACE, _BY = (ox.NamedNode(f"https://w3id.org/mineralkg/test#{name}") for name in ("replace", "by"))


@dataclass(frozen=True)
class Example:
    """A snippet that breaks a rule, and one that does not: Turtle without its prefixes, or what goes over HTTP."""

    fails: str
    passes: str


@cache
def example(rule: str) -> Example | None:
    """Return the example of a rule, or None for one that a few lines of Turtle cannot show."""
    for told in (file_rules(), published_rules()):
        if node := told.told.get(rule):
            pair = [told.graph.text(node, ox.NamedNode(SHAPES + name), "") for name in ("fails", "passes")]
            return Example(*pair) if all(pair) else None
    path = resources.folder("examples") / "cases" / f"{rule}.ttl"
    return _of_case(ShapesGraph(rdfio.parse(rdfio.read(path)))) if path.is_file() else None


def _of_case(case: ShapesGraph) -> Example | None:
    """Return the blocks of the world around the first edit that breaks the rule."""
    world = (resources.folder("examples") / "world.ttl").read_text(encoding="utf-8")
    for entry in _entries(case):
        report = case.value(entry, ox.NamedNode(_MF + "result"))
        action = case.value(entry, ox.NamedNode(_MF + "action"))
        old, new = case.value(action, _REPLACE), case.value(action, _BY)
        if isinstance(old, ox.Literal) and case.value(report, SH.conforms) == ox.Literal(False):
            text = new.value if isinstance(new, ox.Literal) else ""
            if world.count(old.value) == 1:
                return _around(world, old.value, text)
    return None


def _entries(case: ShapesGraph) -> list[Node]:
    heads = [value for _, value in case.pairs(ox.NamedNode(_MF + "entries"))]
    return [entry for head in heads if head != RDF.nil for entry in members_of(case.value, head)]


def _around(world: str, old: str, new: str) -> Example:
    """Return the paragraphs of *world* that hold *old*, as they are and with *new* instead."""
    start = world.index(old)
    before = world.rfind("\n\n", 0, start + 1) + 2
    end = world.find("\n\n", start + len(old.rstrip("\n")))
    stop = len(world) if end < 0 else end
    passes = world[before:stop]
    fails = world[before:start] + new + world[start + len(old) : stop]
    return Example(_without_blank_lines(fails), _without_blank_lines(passes))


def _without_blank_lines(text: str) -> str:
    return re.sub(r"\n\s*\n+", "\n\n", text).strip("\n")
