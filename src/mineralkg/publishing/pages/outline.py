"""The order in which the shapes put the facts about a thing: under which heading, and in which place there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.namespaces import PREFIXES, SHAPES
from mineralkg.validation import SH, Node, ShapesGraph
from mineralkg.validation.paths import Alternative, Path

__all__ = ["Heading", "Place", "outline"]

_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_LAST = 10_000


@dataclass(frozen=True, order=True)
class Heading:
    """A heading over facts: where it stands among the others, and the name of its group in the shapes."""

    order: int
    name: str


@dataclass(frozen=True)
class Place:
    """Where a property stands: its heading, its place below it, and what the shape calls it and says of it."""

    heading: Heading
    order: int
    shape: ox.NamedNode | None
    named: bool


class Outline:
    """The places that the shipped shapes give to properties, by the classes they look at."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._by_class: dict[tuple[str, str], Place] = {}
        self._anywhere: dict[str, Place] = {}
        for node in shapes.shapes:
            classes = [c.value for c in shapes.targets(node).classes if isinstance(c, ox.NamedNode)]
            for inner in shapes.objects(node, SH.property):
                self._add(inner, classes)

    def _add(self, shape: Node, classes: Iterable[str]) -> None:
        place = self._place(shape)
        if place is None:
            return
        for property_ in _properties(self._shapes.path(shape)):
            self._anywhere[property_] = _better(self._anywhere.get(property_), place)
            for class_ in classes:
                key = (class_, property_)
                self._by_class[key] = _better(self._by_class.get(key), place)

    def _place(self, shape: Node) -> Place | None:
        group = self._shapes.value(shape, SH.group)
        if not isinstance(shape, ox.NamedNode) or not isinstance(group, ox.NamedNode):
            return None
        heading = Heading(self._number(group), group.value.removeprefix(SHAPES))
        if heading.name in ("parts", "authoring", "text", "trust"):  # headings of rules, not of facts
            return None
        demanded = self._shapes.has(shape, SH.minCount) and isinstance(self._shapes.path(shape), ox.NamedNode)
        return Place(heading, self._number(shape), shape, named=demanded)

    def _number(self, node: Node) -> int:
        order = self._shapes.value(node, SH.order)
        return int(order.value) if isinstance(order, ox.Literal) and order.value.isdigit() else _LAST

    def place(self, classes: Iterable[str], property_: str) -> Place | None:
        """Return where *property_* stands on the page of a thing of *classes*, nearest first, or None.

        Where only the shapes of other classes speak of it, their names for it are not used.
        """
        for class_ in classes:
            if found := self._by_class.get((class_, property_)):
                return found
        found = self._anywhere.get(property_)
        return found and replace(found, named=False)

    def heading(self, name: str, lang: str) -> str:
        """Return the words of a heading."""
        return self._shapes.text(ox.NamedNode(SHAPES + name), _LABEL, lang)

    def text(self, place: Place, lang: str) -> tuple[str | None, str]:
        """Return what the shape calls the fact, None where it names a rule rather than the fact, and what it says."""
        name = self._shapes.text(place.shape, SH.name, lang) if place.named else None
        return name or None, self._shapes.text(place.shape, SH.description, lang)


def _better(old: Place | None, new: Place) -> Place:
    """Return the place to keep: that of the shape which demands the fact, else the first by order."""
    if old is None or (new.named, -new.heading.order, -new.order) > (old.named, -old.heading.order, -old.order):
        return new
    return old


def _properties(path: Path | None) -> list[str]:
    if isinstance(path, ox.NamedNode):
        return [path.value]
    if isinstance(path, Alternative):
        return [inner.value for inner in path.choices if isinstance(inner, ox.NamedNode)]
    return []


@cache
def outline() -> Outline:
    """Return the outline of the shipped shapes."""
    files = [path for path in resources.resource_files("shapes", ".ttl") if path.name != "meta.ttl"]
    return Outline(ShapesGraph(triple for path in files for triple in rdfio.parse(rdfio.read(path))))
