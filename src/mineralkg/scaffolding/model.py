"""What a scaffold is derived from: the ontology, the shapes and the shipped data, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.validation import SH, Node, ShapesGraph
from mineralkg.validation.paths import Alternative, Inverse, Repeated, Sequence
from mineralkg.validation.paths import Path as PropertyPath
from mineralkg.validation.terms import OWL_CLASS, RDF

__all__ = ["Model", "Need", "model"]

_DEFINITION = ox.NamedNode(PREFIXES["skos"] + "definition")
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")


@dataclass(frozen=True)
class Need:
    """What the shapes say of one property: which are about it, whether it must be there, and be like no other's."""

    property: ox.NamedNode
    shapes: tuple[Node, ...]
    required: bool
    unique: bool


class Model:
    """The shapes, the ontology and the data, as graphs that keep what was written."""

    def __init__(self) -> None:
        shapes = [path for path in resources.resource_files("shapes", ".ttl") if path.name != "meta.ttl"]
        self.shapes = _graph(shapes)
        self.terms = _graph(resources.model_files())
        self.data = _graph(resources.resource_files("data", ".ttl"))

    @cached_property
    def classes(self) -> list[ox.NamedNode]:
        """The classes of the ontology, in the order of their names."""
        found = {c for c in self.terms.subjects(RDF.type, OWL_CLASS) if isinstance(c, ox.NamedNode)}
        return sorted((c for c in found if c.value.startswith(ONTOLOGY)), key=str)

    def below(self, cls: Node) -> list[ox.NamedNode]:
        """Return the classes directly below one."""
        return [c for c in self.classes if self.terms.has(c, _SUBCLASS, cls)]

    def upwards(self, cls: Node) -> list[Node]:
        """Return a class and those above it."""
        found = [cls]
        for one in found:
            found += [above for above in self.terms.objects(one, _SUBCLASS) if above not in found]
        return found

    def instances(self, cls: Node) -> list[ox.NamedNode]:
        """Return what the data say to be of a class, itself, the least described first."""
        found = [node for node in self.data.subjects(RDF.type, cls) if isinstance(node, ox.NamedNode)]
        return sorted(found, key=lambda node: (len(list(self.said(node))), node.value))

    def said(self, node: Node) -> Iterator[tuple[ox.NamedNode, Node]]:
        """Return what the data say of a node: properties and values, in the order of the files."""
        return ((t.predicate, t.object) for t in self._by_subject.get(node, ()))

    @cached_property
    def _by_subject(self) -> dict[Node, list[ox.Triple]]:
        found: dict[Node, list[ox.Triple]] = {}
        for triple in self.data.triples:
            found.setdefault(triple.subject, []).append(triple)
        return found

    def needs(self, cls: Node) -> list[Need]:
        """Return what the shapes say of the properties of a class, in the order of their headings."""
        found: dict[ox.NamedNode, list[Node]] = {}
        for shape in self._property_shapes(cls):
            for property in _properties(self.shapes.path(shape)):
                found.setdefault(property, []).append(shape)
        found.pop(RDF.type, None)  # the class is what is asked for
        return [self._need(property, tuple(shapes)) for property, shapes in found.items()]

    def _need(self, property: ox.NamedNode, shapes: tuple[Node, ...]) -> Need:
        required = any(self._demands(shape) for shape in shapes)
        back = Sequence((property, Inverse(property)))
        return Need(property, shapes, required, any(self.shapes.path(shape) == back for shape in shapes))

    def is_part(self, cls: Node) -> bool:
        """Say whether what is of a class is made for the one thing that uses it: a passage, a quantity."""
        asking = [shape for shape in self._property_shapes(cls, own=True) if self.shapes.has(shape, SH.minCount)]
        paths = [path for path in map(self.shapes.path, asking) if isinstance(path, Inverse)]
        return any(isinstance(path.path, ox.NamedNode) for path in paths)

    def _property_shapes(self, cls: Node, *, own: bool = False) -> list[Node]:
        classes = set([cls] if own else self.upwards(cls))
        holders = [shape for shape in self.shapes.roots if classes & self.shapes.targets(shape).classes]
        inner = [shape for holder in holders for shape in self.shapes.objects(holder, SH.property)]
        return sorted(dict.fromkeys(inner), key=self._order)

    def _order(self, shape: Node) -> tuple[float, float, str]:
        order = ox.NamedNode(SH.base + "order")
        numbers = (self.shapes.value(node, order) for node in (self.shapes.value(shape, SH.group), shape))
        group, own = (float(n.value) if isinstance(n, ox.Literal) else 0.0 for n in numbers)
        return group, own, str(shape)

    def _demands(self, shape: Node) -> bool:
        least = (SH.minCount, SH.qualifiedMinCount)
        counts = [value for predicate in least for value in self.shapes.objects(shape, predicate)]
        asked = any(isinstance(count, ox.Literal) and count.value != "0" for count in counts)
        return asked and self.shapes.severity(shape) == SH.Violation

    def wanted(self, need: Need, lang: str) -> str:
        """Return what to write for a property: in the words of the shape that asks for it, else its definition."""
        asking = [shape for shape in need.shapes if self._demands(shape)]
        definition = "" if asking else self.terms.text(need.property, _DEFINITION, lang)
        return definition or self.shapes.text((asking or need.shapes)[0], SH.message, lang)


def _properties(path: PropertyPath | None) -> list[ox.NamedNode]:
    """Return the properties that a subject itself can have on a path, the first of alternatives first."""
    if isinstance(path, ox.NamedNode):
        return [path]
    if isinstance(path, Alternative):
        return [property for choice in path.choices for property in _properties(choice)]
    if isinstance(path, Repeated):
        return _properties(path.path)
    return _properties(path.steps[0]) if isinstance(path, Sequence) else []


def _graph(paths: Iterable[Path]) -> ShapesGraph:
    return ShapesGraph(quad.triple for path in paths for quad in rdfio.parse(rdfio.read(path)))


@cache
def model() -> Model:
    """Return what scaffolds are derived from."""
    return Model()
