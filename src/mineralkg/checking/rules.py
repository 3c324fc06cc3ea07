"""The rules: every shape that tells a contributor something, read from the shapes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import rdflib
from rdflib.namespace import RDF, RDFS, SH

from mineralkg import rdfio, resources
from mineralkg.checking.report import Level
from mineralkg.errors import LoadError, ShapesError, UnknownResource, near_matches
from mineralkg.namespaces import SHAPES

__all__ = ["SEVERITIES", "Rule", "Shapes", "find_rule", "load_shapes", "rules"]

SEVERITIES: dict[rdflib.term.Node | None, Level] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


@dataclass(frozen=True)
class Rule:
    """A rule as its shape states it; texts are in the language asked for, else in English."""

    id: str
    severity: Level
    name: str
    message: str
    description: str
    group: str
    iri: str
    file: str


class Shapes:
    """A shapes graph, and which file each shape stands in."""

    def __init__(self, graph: rdflib.Graph, files: dict[rdflib.term.Node, str]) -> None:
        self.graph = graph
        self.files = files

    @cached_property
    def nodes(self) -> list[rdflib.term.Node]:
        """The shapes, in order: all that are typed as shapes or that a property shape's path marks as one."""
        typed = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in self.graph.subjects(RDF.type, kind)}
        return sorted(typed | set(self.graph.subjects(SH.path, None)), key=str)

    def severity(self, shape: rdflib.term.Node) -> Level:
        """Return the severity of a shape; SHACL's default is a violation."""
        return SEVERITIES.get(self.graph.value(shape, SH.severity), "violation")

    def text(self, shape: rdflib.term.Node, predicate: rdflib.URIRef, lang: str) -> str:
        """Return a text of a shape in *lang*, else in English, else without language, else in any; "" where none."""
        by_language = {getattr(t, "language", None) or "": str(t) for t in self.graph.objects(shape, predicate)}
        for wanted in (lang, "en", ""):
            if wanted in by_language:
                return by_language[wanted]
        return next(iter(by_language.values()), "")

    def id(self, shape: rdflib.term.Node) -> str:
        """Return the short, stable name of a shape's rule: the last part of its IRI, "" for a blank node."""
        if not isinstance(shape, rdflib.URIRef):
            return ""
        return str(shape).removeprefix(SHAPES).rpartition("#")[2].rpartition("/")[2]


def load_shapes(paths: Iterable[str | Path] = ()) -> Shapes:
    """Return the shapes of *paths*, or the shipped ones where none are given.

    Raises ShapesError for a file that cannot be read, and where there is no shape at all.
    """
    given = list(paths)
    shipped = [p for p in resources.resource_files("shapes", ".ttl") if p.name != "meta.ttl"]
    graph = rdflib.Graph()
    files: dict[rdflib.term.Node, str] = {}
    try:
        for path in rdfio.documents(given) if given else shipped:
            part = rdfio.to_rdflib(rdfio.parse(rdfio.read(path)))
            graph += part
            name = resources.relative_name(path) or str(path)
            files.update((subject, name) for subject in part.subjects())
    except LoadError as error:
        raise ShapesError(error.path, f"{error.reason.rstrip('.')} (line {error.line}).") from error
    shapes = Shapes(graph, files)
    if not shapes.nodes:
        raise ShapesError(", ".join(map(str, given)) or "shapes/", "there is no SHACL shape in it.")
    return shapes


def rules(paths: Iterable[str | Path] = (), *, lang: str = "en") -> list[Rule]:
    """Return the rules of the shipped shapes, or of the shapes in *paths*, by file and order."""
    shapes = load_shapes(paths)
    told = [
        shape
        for shape in shapes.nodes
        if isinstance(shape, rdflib.URIRef) and (shape, SH.message, None) in shapes.graph
    ]
    found = [_rule(shapes, shape, lang) for shape in told]
    return sorted(found, key=lambda rule: (rule.file, rule.id))


def find_rule(id: str, *, lang: str = "en") -> Rule:
    """Return the shipped rule *id*, or raise UnknownResource with near matches."""
    known = {rule.id: rule for rule in rules(lang=lang)}
    if id not in known:
        raise UnknownResource(id, "rule", near_matches(id, known))
    return known[id]


def _rule(shapes: Shapes, shape: rdflib.URIRef, lang: str) -> Rule:
    group = shapes.graph.value(shape, SH.group)
    return Rule(
        id=shapes.id(shape),
        severity=shapes.severity(shape),
        name=shapes.text(shape, SH.name, lang),
        message=shapes.text(shape, SH.message, lang),
        description=shapes.text(shape, SH.description, lang),
        group=shapes.text(group, RDFS.label, lang) if group is not None else "",
        iri=str(shape),
        file=shapes.files.get(shape, ""),
    )
