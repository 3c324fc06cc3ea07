"""A shapes graph: which shapes there are, what they look at, what they refer to, and what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import pyoxigraph as ox

from mineralkg.errors import ShapesError
from mineralkg.languages import fallbacks
from mineralkg.validation.paths import Path, members_of, read_path
from mineralkg.validation.terms import OWL_CLASS, RDF, RDFS_CLASS, SH, Node

__all__ = ["LOGICAL", "Reference", "ShapesGraph", "Targets"]

Kind: TypeAlias = Literal["property", "node", "logic", "qualified"]

LOGICAL = (SH.and_, SH.or_, SH.xone)
_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
# Parameters whose values are shapes (SHACL 2.1.1): one shape each, or a list of them.
_ONE_SHAPE = (SH.node, SH.property, SH.not_, SH.qualifiedValueShape)
# fmt: off
_PARAMETERS = frozenset((
    SH.and_, SH.class_, SH.closed, SH.datatype, SH.disjoint, SH.equals, SH.hasValue, SH.in_, SH.languageIn, SH.lessThan,
    SH.lessThanOrEquals, SH.maxCount, SH.maxExclusive, SH.maxInclusive, SH.maxLength, SH.minCount, SH.minExclusive,
    SH.minInclusive, SH.minLength, SH.node, SH.nodeKind, SH.not_, SH.or_, SH.pattern, SH.qualifiedMaxCount,
    SH.qualifiedMinCount, SH.sparql, SH.uniqueLang, SH.xone,
))
# fmt: on
# What SHACL Advanced Features adds; it is no part of SHACL Core or SHACL-SPARQL and is not run.
_ADVANCED = (SH.target, SH.rule, SH.expression, SH.js, SH.values)
# Parameters of which a shape has one value at most (SHACL 4); with more it is ill-formed, and engines differ on it.
# fmt: off
_AT_MOST_ONE = frozenset((
    SH.closed, SH.datatype, SH.deactivated, SH.ignoredProperties, SH.in_, SH.languageIn, SH.maxCount, SH.maxExclusive,
    SH.maxInclusive, SH.maxLength, SH.minCount, SH.minExclusive, SH.minInclusive, SH.minLength, SH.nodeKind, SH.path,
    SH.qualifiedMaxCount, SH.qualifiedMinCount, SH.severity, SH.uniqueLang,
))
# fmt: on


class Reference(NamedTuple):
    """That one shape uses another: as a property shape, or to decide whether a value conforms."""

    kind: Kind
    shape: Node


@dataclass(frozen=True)
class Targets:
    """What a shape looks at by itself (SHACL 2.1.3)."""

    nodes: frozenset[Node] = frozenset()
    classes: frozenset[Node] = frozenset()
    subjects_of: frozenset[Node] = frozenset()
    objects_of: frozenset[Node] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


class ShapesGraph:
    """The shapes of some triples, kept as they were written: a store would turn ``"1"^^xsd:boolean`` into ``true``."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        self.triples = [t.triple if isinstance(t, ox.Quad) else t for t in triples]
        said: dict[Node, dict[Node, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.triples:
            said[triple.subject][triple.predicate].append(triple.object)
        self._said = {node: {p: _in_order(values) for p, values in found.items()} for node, found in said.items()}

    def objects(self, subject: Node | None, predicate: ox.NamedNode) -> Sequence[Node]:
        """Return the values of a property, in a stable order."""
        return () if subject is None else self._said.get(subject, _NOTHING).get(predicate, ())

    def predicates(self, subject: Node) -> Iterable[Node]:
        """Return the properties that the graph gives a node."""
        return self._said.get(subject, _NOTHING)

    def value(self, subject: Node | None, predicate: ox.NamedNode) -> Node | None:
        """Return the first value of a property, or None."""
        return next(iter(self.objects(subject, predicate)), None)

    def has(self, subject: Node, predicate: ox.NamedNode, value: Node | None = None) -> bool:
        """Say whether the graph holds such a triple."""
        values = self.objects(subject, predicate)
        return bool(values) if value is None else value in values

    def pairs(self, predicate: ox.NamedNode) -> Sequence[tuple[Node, Node]]:
        """Return the subjects and objects of the triples with a predicate."""
        return self.by_predicate.get(predicate, [])

    @cached_property
    def by_predicate(self) -> dict[Node, list[tuple[Node, Node]]]:
        """The subjects and objects of all triples, by their predicates."""
        pairs: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        for subject, said in self._said.items():
            for predicate, values in said.items():
                pairs[predicate] += ((subject, value) for value in values)
        return pairs

    def subjects(self, predicate: ox.NamedNode, value: Node | None = None) -> Iterator[Node]:
        """Return the subjects of the triples with a predicate, and with a value if one is given."""
        return (subject for subject, found in self.pairs(predicate) if value is None or found == value)

    @cached_property
    def shapes(self) -> list[Node]:
        """The shapes (SHACL 2.1), in a stable order."""
        found: set[Node] = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in self.subjects(RDF.type, kind)}
        for predicate in (*_TARGETS, SH.path, *_ONE_SHAPE, *LOGICAL, SH.sparql, *self.component_parameters):
            found.update(self.subjects(predicate))
        for shape in list(found):
            found.update(reference.shape for reference in self.references(shape))
        found.difference_update(self.subjects(SH.parameter), self._parameter_nodes)
        return sorted((s for s in found if isinstance(s, ox.NamedNode | ox.BlankNode)), key=str)

    @cached_property
    def component_parameters(self) -> dict[ox.NamedNode, Node]:
        """The parameters of the constraint components that the graph itself declares, each with its component."""
        declared = {}
        for component, parameter in self.pairs(SH.parameter):
            for path in self.objects(parameter, SH.path):
                if isinstance(path, ox.NamedNode):
                    declared[path] = component
        return declared

    @cached_property
    def _parameter_nodes(self) -> set[Node]:
        return {parameter for _, parameter in self.pairs(SH.parameter)}

    @cached_property
    def roots(self) -> list[Node]:
        """The shapes that look at something by themselves and are not deactivated."""
        return [shape for shape in self.shapes if self.targets(shape) and not self.deactivated(shape)]

    @cached_property
    def reported(self) -> list[Node]:
        """The shapes that results can come from: they constrain something, and are used by what looks at nodes."""
        reached, waiting = set(self.roots), list(self.roots)
        while waiting:
            inner = {reference.shape for reference in self.references(waiting.pop()) if reference.kind == "property"}
            waiting += inner - reached
            reached |= inner
        return [shape for shape in self.shapes if shape in reached and self._constrains(shape)]

    def _constrains(self, shape: Node) -> bool:
        return any(p in _PARAMETERS or p in self.component_parameters for p in self.predicates(shape))

    def targets(self, shape: Node) -> Targets:
        """Return what a shape looks at by itself; a shape that is also a class looks at its instances."""
        if shape not in self._targets:
            nodes, classes, subjects, objects = (frozenset(self.objects(shape, predicate)) for predicate in _TARGETS)
            if any(self.has(shape, RDF.type, cls) for cls in (RDFS_CLASS, OWL_CLASS)):
                classes |= {shape}
            self._targets[shape] = Targets(nodes, classes, subjects, objects)
        return self._targets[shape]

    @cached_property
    def _targets(self) -> dict[Node, Targets]:
        return {}

    def deactivated(self, shape: Node) -> bool:
        """Say whether a shape is switched off."""
        value = self.value(shape, SH.deactivated)
        return (
            isinstance(value, ox.Literal) and value.value == "true"
        )  # "1" is another literal, and the specification names this one

    def path(self, shape: Node) -> Path | None:
        """Return the property path of a property shape, None for a node shape."""
        if shape not in self._paths:
            node = self.value(shape, SH.path)
            self._paths[shape] = None if node is None else read_path(self.value, node)
        return self._paths[shape]

    def has_path(self, shape: Node | None) -> bool:
        """Say whether a shape is a property shape."""
        return bool(self.objects(shape, SH.path))

    @cached_property
    def _paths(self) -> dict[Node, Path | None]:
        return {}

    def severity(self, shape: Node | None) -> ox.NamedNode:
        """Return the severity of a shape; the default is a violation (SHACL 2.1.4)."""
        value = self.value(shape, SH.severity)
        return value if isinstance(value, ox.NamedNode) else SH.Violation

    def text(self, node: Node | None, predicate: ox.NamedNode, lang: str) -> str:
        """Return a text in *lang*, else in English, else without language, else in any; "" where there is none."""
        literals = [text for text in self.objects(node, predicate) if isinstance(text, ox.Literal)]
        texts = {(text.language or "").lower(): text.value for text in literals}
        return next((texts[wanted] for wanted in (*fallbacks(lang), *sorted(texts)) if wanted in texts), "")

    def references(self, shape: Node) -> Sequence[Reference]:
        """Return the shapes that a shape refers to, directly."""
        if shape not in self._references:
            self._references[shape] = tuple(self._refer(shape))
        return self._references[shape]

    def _refer(self, shape: Node) -> Iterator[Reference]:
        for predicate, kind in _KINDS:
            yield from (Reference(kind, inner) for inner in self.objects(shape, predicate))
        for predicate in LOGICAL:
            for head in self.objects(shape, predicate):
                yield from (Reference("logic", inner) for inner in members_of(self.value, head))

    @cached_property
    def _references(self) -> dict[Node, tuple[Reference, ...]]:
        return {}

    @cached_property
    def holders(self) -> dict[Node, list[tuple[Kind, Node]]]:
        """For each shape the shapes that refer to it, and how."""
        held: dict[Node, list[tuple[Kind, Node]]] = defaultdict(list)
        for shape in self.shapes:
            for kind, inner in self.references(shape):
                held[inner].append((kind, shape))
        return held

    def below(self, shape: Node) -> set[Node]:
        """Return a shape and all that it refers to, directly or not."""
        found, waiting = {shape}, [shape]
        while waiting:
            for _, inner in self.references(waiting.pop()):
                if inner not in found:
                    found.add(inner)
                    waiting.append(inner)
        return found

    @cached_property
    def ignored_features(self) -> list[str]:
        """The features beyond SHACL Core and SHACL-SPARQL that the graph uses; they are not run."""
        return [f"sh:{p.value.rpartition('#')[2]}" for p in _ADVANCED if any(True for _ in self.subjects(p))]

    def check(self) -> None:
        """Raise ShapesError where the graph holds no shape, or a shape that cannot be read."""
        if not self.shapes:
            raise ShapesError("the shapes graph", "there is no SHACL shape in it.")
        for shape in self.shapes:
            self.path(shape)
            for parameter, values in self._said.get(shape, _NOTHING).items():
                if len(values) > 1 and parameter in _AT_MOST_ONE:
                    name = str(parameter).strip("<>").rpartition("#")[2]
                    raise ShapesError("the shapes graph", f"{shape} has more than one value of sh:{name}.")


_NOTHING: dict[Node, tuple[Node, ...]] = {}


def _in_order(values: list[Node]) -> tuple[Node, ...]:
    """Return values in a stable order, each once."""
    return tuple(values) if len(values) == 1 else tuple(sorted(dict.fromkeys(values), key=str))


_KINDS: tuple[tuple[ox.NamedNode, Kind], ...] = (
    (SH.property, "property"),
    (SH.node, "node"),
    (SH.not_, "logic"),
    (SH.qualifiedValueShape, "qualified"),
)
