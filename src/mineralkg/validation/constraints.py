"""The SPARQL constraints of a shapes graph (SHACL 5): their text with prefixes, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg import sparqltext
from mineralkg.errors import ShapesError
from mineralkg.namespaces import PREFIXES
from mineralkg.validation.paths import sparql
from mineralkg.validation.prebinding import Verdict, judge
from mineralkg.validation.shapes import ShapesGraph
from mineralkg.validation.terms import SH, Node

__all__ = ["SHAPES_GRAPH", "Constraint", "constraints"]

SHAPES_GRAPH = ox.NamedNode("urn:mineralkg:shapes-graph")

_IMPORTS = ox.NamedNode(PREFIXES["owl"] + "imports")


@dataclass(frozen=True)
class Constraint:
    """A SPARQL constraint of one shape; ``text`` has its prefixes declared and ``$PATH`` replaced.

    ``reads_shapes`` says that it asks the graph SHAPES_GRAPH, too.
    """

    shape: Node
    node: Node
    text: str
    verdict: Verdict
    reads_shapes: bool


def constraints(shapes: ShapesGraph, shape: Node) -> Iterator[Constraint]:
    """Return the active SPARQL constraints of a shape. Raises ShapesError for one that SHACL forbids."""
    for node in shapes.objects(shape, SH.sparql):
        if shapes.deactivated(node):
            continue
        select = shapes.value(node, SH.select)
        if not isinstance(select, ox.Literal):
            raise ShapesError("the shapes graph", f"the SPARQL constraint of {shape} has no sh:select.")
        text = _with_known(shapes, shape, select.value)
        verdict = judge(text)
        if verdict.refused:
            raise ShapesError("the shapes graph", f"the SPARQL constraint of {shape}: {verdict.refused}.")
        prologue = _prologue(shapes, node)
        shift = len(prologue)
        moved = Verdict(verdict.refused, verdict.singly, verdict.targets_first, verdict.start + shift)
        yield Constraint(shape, node, prologue + text, moved, str(SHAPES_GRAPH) in text)


def _with_known(shapes: ShapesGraph, shape: Node, text: str) -> str:
    """Return *text* with what is the same for all focus nodes in it: path, shape and shapes graph (SHACL 5.3.1).

    A node shape has no path, and a shape without an IRI cannot be named in a query.
    """
    path = shapes.path(shape)
    known = {"shapesGraph": str(SHAPES_GRAPH)}
    known |= {} if path is None else {"PATH": f" {sparql(path)} "}
    known |= {"currentShape": str(shape)} if isinstance(shape, ox.NamedNode) else {}
    pieces, at = [], 0
    found = list(sparqltext.tokens(text))
    for i, token in enumerate(found):
        if token.kind == "variable" and token.text[1:] in known:
            asks = i > 1 and found[i - 2].is_word("BOUND") and found[i - 1].text == "("
            start = found[i - 2].start if asks else token.start
            pieces += [text[at:start], "(true" if asks else known[token.text[1:]]]
            at = token.start + len(token.text)
    return "".join([*pieces, text[at:]])


def _prologue(shapes: ShapesGraph, constraint: Node) -> str:
    """Return the prefix declarations of a constraint (SHACL 5.2.1), on one line, so that lines keep their numbers."""
    declared: dict[str, str] = {}
    waiting, seen = [*shapes.objects(constraint, SH.prefixes)], set[Node]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        waiting += shapes.objects(node, _IMPORTS)
        for declaration in shapes.objects(node, SH.declare):
            prefix, base = shapes.value(declaration, SH.prefix), shapes.value(declaration, SH.namespace)
            if not isinstance(prefix, ox.Literal) or not isinstance(base, ox.Literal):
                continue
            if declared.setdefault(prefix.value, base.value) != base.value:
                raise ShapesError("the shapes graph", f"the prefix {prefix.value} is declared in two ways.")
    return "".join(f"PREFIX {prefix}: <{base}> " for prefix, base in sorted(declared.items()))
