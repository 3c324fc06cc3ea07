"""SHACL Core by the Rust engine of the package ``shacl``. No other module knows that library.

It gives every blank node a label of its own and does not say which node of the data that is. So blank nodes of the data
carry their label as a value of a property that no graph has, and one shape of ours, which reports every such value,
gives the engine's label for each; a blank node that is a target is found by a property of its own. Blank nodes that are
shapes go in as IRIs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mineralkg.errors import ShapesError
from mineralkg.validation.data import Data
from mineralkg.validation.paths import members_of, sparql
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph, Targets
from mineralkg.validation.terms import OWL_CLASS, RDF, RDFS_CLASS, SH, Node, parse_terms

if TYPE_CHECKING:
    import shacl

__all__ = ["CoreEngine"]

# Data could say something with these names, too, if they were known beforehand.
_OURS = f"urn:mineralkg:core:{secrets.token_hex(8)}:"
_LABEL = ox.NamedNode(_OURS + "label")
_LAST = f"last{secrets.token_hex(8)}"  # the label of a blank node of ours that stands behind all data
_NUMBERED = re.compile(r"_:0_b(\d+)")  # what the engine calls a blank node
_MARKER = ox.NamedNode(_OURS + "marker")
_TARGETS = frozenset((SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf))
# What documents a shape and decides nothing; messages are looked up in the shapes graph.
_WORDS = frozenset((SH.name, SH.description, SH.message, SH.group, SH.order))
_SPARQL = frozenset((SH.sparql, SH.select, SH.ask, SH.parameter, SH.validator, SH.nodeValidator, SH.propertyValidator))
_LEFT_OUT = _TARGETS | _WORDS | _SPARQL | {SH.ignoredProperties}


class CoreEngine:
    """Some shapes of a graph, compiled; SPARQL constraints and components of the graph's own are left out."""

    def __init__(self, shapes: ShapesGraph, roots: Iterable[Node]) -> None:
        self._shapes = shapes
        self._roots = list(roots)
        self._blank: dict[Node, Node] = {
            shape: ox.NamedNode(f"{_OURS}shape:{shape.value}")
            for shape in shapes.shapes
            if isinstance(shape, ox.BlankNode)
        }
        self._shape_of = {str(iri): shape for shape, iri in self._blank.items()}

    @staticmethod
    def described() -> str:
        """Return the name and version of the library."""
        import shacl

        return f"shacl {shacl.__version__}"

    def validate(self, data: Data) -> list[Result]:
        """Return the results for all nodes that the shapes look at. Raises ShapesError for shapes it cannot use."""
        return self._run(self.compiled, data)

    def validate_nodes(self, data: Data, pairs: Iterable[tuple[Node, Node]]) -> list[Result]:
        """Return the results for given pairs of a shape and a node, whatever the shapes look at by themselves."""
        aimed = {shape: Targets(nodes=frozenset()) for shape in self._shapes.shapes}
        for shape, node in pairs:
            aimed[shape] = Targets(nodes=aimed[shape].nodes | {node})
        targets = {shape: targets for shape, targets in aimed.items() if targets}
        return self._run(self._compile(targets), data, {node for t in targets.values() for node in t.nodes})

    @cached_property
    def compiled(self) -> shacl.Shapes:
        """The shapes made ready. Raises ShapesError for shapes that the library cannot use."""
        return self._compile({root: self._shapes.targets(root) for root in self._roots})

    def _compile(self, targets: dict[Node, Targets]) -> shacl.Shapes:
        import shacl

        lines = [f"{subject} {predicate} {value} .\n" for subject, predicate, value in self._lines(targets)]
        try:
            return shacl.Shapes.from_text("".join(lines), "ntriples")
        except ValueError as error:
            raise ShapesError("the shapes graph", f"{error}.") from error

    def _lines(self, targets: dict[Node, Targets]) -> Iterator[tuple[Node, Node, Node]]:
        """Return the triples of the shapes with *targets* instead of their own."""
        classes = (RDFS_CLASS, OWL_CLASS)
        for predicate, pairs in self._shapes.by_predicate.items():
            if predicate in _LEFT_OUT:
                continue
            aims = predicate == RDF.type
            for subject, value in pairs:
                if not (aims and value in classes):
                    yield self._named(subject), predicate, self._named(value)
        for shape, looks_at in targets.items():
            name = self._named(shape)
            if not self._shapes.has(shape, SH.path):
                yield name, RDF.type, SH.NodeShape
            for node in looks_at.nodes:
                if isinstance(node, ox.BlankNode):
                    yield name, SH.targetSubjectsOf, _own(node)
                else:
                    yield name, SH.targetNode, node
            yield from ((name, SH.targetClass, cls) for cls in looks_at.classes)
            yield from ((name, SH.targetSubjectsOf, predicate) for predicate in looks_at.subjects_of)
            yield from ((name, SH.targetObjectsOf, predicate) for predicate in looks_at.objects_of)
        ours = [_LABEL, *(_own(n) for t in targets.values() for n in t.nodes if isinstance(n, ox.BlankNode))]
        yield from self._ignored(ours)
        prop = ox.NamedNode(_OURS + "marker-property")
        yield _MARKER, SH.targetSubjectsOf, _LABEL
        yield _MARKER, SH.property, prop
        yield prop, SH.path, _LABEL
        yield prop, SH.nodeKind, SH.IRI

    def _ignored(self, ours: list[ox.NamedNode]) -> Iterator[tuple[Node, Node, Node]]:
        """Return lists of ignored properties for the closed shapes, which name ours too."""
        for number, (shape, _) in enumerate(self._shapes.pairs(SH.closed)):
            heads = self._shapes.objects(shape, SH.ignoredProperties)
            members = [*ours, *(m for head in heads for m in members_of(self._shapes.value, head))]
            cells: list[Node] = [ox.BlankNode(f"ignored-{number}-{i}") for i in range(len(members))]
            yield self._named(shape), SH.ignoredProperties, cells[0]
            for cell, member, rest in zip(cells, members, [*cells[1:], RDF.nil], strict=True):
                yield cell, RDF.first, member
                yield cell, RDF.rest, rest

    def _named(self, node: Node) -> Node:
        return self._blank.get(node, node)

    def _run(self, compiled: shacl.Shapes, data: Data, aimed_at: Iterable[Node] = ()) -> list[Result]:
        aimed = [node for node in aimed_at if isinstance(node, ox.BlankNode)]
        report = _report(compiled, data, aimed)
        if blank := _blank_in(report):
            marks = _likely(blank, _marked(report), data.labels)
            report = _report(compiled, data, aimed, marks)
            if not _blank_in(report) <= _marked(report).keys():
                report = _report(compiled, data, aimed, data.labels)
        labels = _marked(report)
        found = [r for r in report.results if not (r.path or "").startswith(f"<{_OURS}")]
        texts = {t for r in found for t in (r.focus_node, r.value) if t is not None}
        terms = _terms(texts, labels)
        return [
            Result(
                focus=terms[r.focus_node],
                path=self._path(r, shape := self._shape(r.source_shape)),
                value=None if r.value is None else terms[r.value],
                shape=shape,
                component=ox.NamedNode(r.component_iri),
                severity=ox.NamedNode(r.severity_iri),
            )
            for r in found
        ]

    def _shape(self, text: str | None) -> Node | None:
        if text is None:
            return None
        return self._shape_of.get(text) or ox.NamedNode(text[1:-1])

    def _path(self, result: shacl.Result, shape: Node | None) -> str | None:
        """Return a result's path as this package writes it: that of its shape, or the predicate of a closed shape."""
        path = None if shape is None else self._shapes.path(shape)
        closed = result.component == "ClosedConstraintComponent"
        return result.path if path is None or closed else sparql(path)


def _marked(report: shacl.Report) -> dict[str, str]:
    """Return the labels of marked blank nodes, by what the engine calls them."""
    return {r.focus_node: r.value_plain or "" for r in report.results if r.path == str(_LABEL) and r.focus_node}


def _blank_in(report: shacl.Report) -> set[str]:
    """Return the blank nodes that results are about, as the engine calls them."""
    about = (text for r in report.results if r.path != str(_LABEL) for text in (r.focus_node, r.value) if text)
    return {text for text in about if text.startswith("_:")}


def _likely(blank: Iterable[str], marked: dict[str, str], labels: Sequence[str]) -> Sequence[str]:
    """Return the labels that some nodes of the engine are likely to have, all where that cannot be said.

    It numbers blank nodes as they come, after those of the shapes, and the last is ours. That is not relied upon:
    whether it is so, the marks of these labels show.
    """
    last = next((_number(name) for name, label in marked.items() if label == _LAST), -1)
    places = [_number(name) - last + len(labels) for name in blank]
    if any(not 0 <= place < len(labels) for place in places):
        return labels
    return [labels[place] for place in sorted(places)]


def _number(name: str) -> int:
    found = _NUMBERED.fullmatch(name)
    return -1 if found is None else int(found[1])


def _own(node: ox.BlankNode) -> ox.NamedNode:
    """Return the property by which a blank node that is a target is found."""
    return ox.NamedNode(f"{_OURS}node:{node.value}")


def _report(
    compiled: shacl.Shapes, data: Data, aimed_at: Iterable[ox.BlankNode], labels: Iterable[str] = ()
) -> shacl.Report:
    """Return the engine's report; *labels* are those of the blank nodes whose names are wanted, at a cost for each."""
    marks = "".join(f'_:{label} {_LABEL} "{label}" .\n' for label in (*labels, _LAST))
    marks += "".join(f'{node} {_own(node)} "" .\n' for node in aimed_at)
    try:
        if not data.is_large:
            return compiled.validate_text(data.text + marks, "ntriples")
        path = data.write(marks)
        try:
            return compiled.validate_file(str(path))
        finally:
            path.unlink()
    except ValueError as error:
        raise ShapesError("the shapes graph", f"{error}.") from error


def _terms(texts: Iterable[str], labels: dict[str, str]) -> dict[str, Node]:
    blank = {text: ox.BlankNode(labels[text]) for text in texts if text in labels}
    return {**parse_terms(text for text in texts if text not in blank), **blank}
