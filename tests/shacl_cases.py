"""Cases of the shapes: an example world, one edit to it, and every result that the edit must bring about.

tests/shapes/README.md states the form. Each world is parsed once and kept in one graph with the ontology and the
vocabularies; a case swaps the triples that its edit changes and swaps them back.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyshacl
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH, SKOS
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Rows
from rdflib.term import Node

from mineralkg import formats, rdfio, resources
from mineralkg.namespaces import SHAPES

FOLDER = Path(__file__).parent / "shapes"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
MKGT = rdflib.Namespace("https://w3id.org/mineralkg/test#")

Triple = tuple[Node, Node, Node]

# What documents a shape and decides no result; without it pySHACL takes a third of the time.
_WORDS = {SH.name, SH.description, SH.message, SH.group, SH.order}

TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
# fmt: off
PARAMETERS = frozenset(
    SH[name] for name in (
        "and", "class", "closed", "datatype", "disjoint", "equals", "hasValue", "in", "languageIn", "lessThan",
        "lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount", "minExclusive",
        "minInclusive", "minLength", "node", "nodeKind", "not", "or", "pattern", "qualifiedMaxCount",
        "qualifiedMinCount", "qualifiedValueShape", "sparql", "uniqueLang", "xone",
    )
)
# fmt: on


class Graph(rdflib.Graph):
    """A plain rdflib graph that parses each query once; pySHACL asks the same text anew for every focus node."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Rows:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


@functools.cache
def _prepared(text: str) -> Query:
    return prepareQuery(text)


class Result(NamedTuple):
    """One sh:ValidationResult in N-Triples form; a blank node is "_:" and a path is written as in SPARQL."""

    shape: str
    focus: str
    path: str
    value: str
    component: str
    severity: str


@dataclass(frozen=True)
class Case:
    """One sht:Validate entry: which text to replace by which, and the results that must follow."""

    file: Path
    name: str
    world: Path
    shapes: Path
    replace: str | None
    by: str
    conforms: bool
    results: tuple[Result, ...]

    @property
    def id(self) -> str:
        """The name under which the case runs: its file and its entry."""
        return f"{self.file.stem}-{self.name}"

    @property
    def shape(self) -> rdflib.URIRef:
        """The shape that the case is about: that of its file."""
        return shape_of(self.file)

    def text(self) -> str:
        """Return the world with the edit made; what is replaced must occur in it exactly once."""
        text = self.world.read_text(encoding="utf-8")
        if self.replace is None:
            return text
        assert text.count(self.replace) == 1, f"{text.count(self.replace)} times in {self.world.name}: {self.replace}"
        return text.replace(self.replace, self.by)


def case_files() -> list[Path]:
    """Return the files of cases: those of the shapes, and those of the shapes about shapes."""
    return [*sorted((FOLDER / "cases").glob("*.ttl")), *sorted((FOLDER / "meta").glob("*.ttl"))]


def shape_of(file: Path) -> rdflib.URIRef:
    """Return the shape that a file of cases is about."""
    return rdflib.URIRef(SHAPES + file.stem)


@functools.cache
def cases(file: Path) -> list[Case]:
    """Return the cases of a file, in its order."""
    graph = parsed(file.read_text(encoding="utf-8"), file)
    entries = graph.value(rdflib.URIRef(file.as_uri()), MF.entries)
    assert entries is not None, f"{file} lists no entries"
    return [_case(file, graph, entry) for entry in Collection(graph, entries)]


def _case(file: Path, graph: rdflib.Graph, entry: Node) -> Case:
    action, report = graph.value(entry, MF.action), graph.value(entry, MF.result)
    replace = graph.value(action, MKGT["replace"])
    return Case(
        file=file,
        name=str(entry).rpartition("#")[2],
        world=_path(graph.value(action, SHT.dataGraph)),
        shapes=_path(graph.value(action, SHT.shapesGraph)),
        replace=None if replace is None else str(replace),
        by=str(graph.value(action, MKGT["by"]) or ""),
        conforms=graph.value(report, SH.conforms) == rdflib.Literal(True),
        results=results_in(graph, report),
    )


def _path(iri: Node | None) -> Path:
    return Path(url2pathname(urlsplit(str(iri)).path))


def results_in(graph: rdflib.Graph, report: Node | None) -> tuple[Result, ...]:
    """Return the results of a validation report in a stable order; details of a result are left out."""
    return tuple(sorted(_result(graph, node) for node in graph.objects(report, SH.result)))


def _result(graph: rdflib.Graph, node: Node) -> Result:
    def term(predicate: rdflib.URIRef) -> str:
        return _written(graph.value(node, predicate))

    return Result(
        shape=term(SH.sourceShape),
        focus=term(SH.focusNode),
        path=path_text(graph, graph.value(node, SH.resultPath)),
        value=term(SH.value),
        component=term(SH.sourceConstraintComponent),
        severity=term(SH.resultSeverity),
    )


def _written(node: Node | None) -> str:
    if node is None:
        return ""
    return "_:" if isinstance(node, rdflib.BNode) else node.n3()


def path_text(graph: rdflib.Graph, path: Node | None) -> str:
    """Return a SHACL property path as a SPARQL one."""
    if path is None or isinstance(path, rdflib.URIRef):
        return _written(path)
    if graph.value(path, RDF.first) is not None:
        return "/".join(path_text(graph, step) for step in Collection(graph, path))
    for predicate, form in _PATH_FORMS.items():
        inner = graph.value(path, predicate)
        if predicate == SH.alternativePath and inner is not None:
            return "(" + "|".join(path_text(graph, step) for step in Collection(graph, inner)) + ")"
        if inner is not None:
            return form.format(path_text(graph, inner))
    raise AssertionError(f"not a property path: {path}")


_PATH_FORMS: Mapping[rdflib.URIRef, str] = {
    SH.alternativePath: "({})",
    SH.inversePath: "^{}",
    SH.oneOrMorePath: "{}+",
    SH.zeroOrMorePath: "{}*",
    SH.zeroOrOnePath: "{}?",
}


@functools.cache
def shapes_graph(path: Path) -> rdflib.Graph:
    """Return the shapes of a file, or of all files of a folder."""
    graph = rdflib.Graph()
    for file in sorted(path.glob("*.ttl")) if path.is_dir() else [path]:
        graph.parse(file)
    return graph


@functools.cache
def bare_shapes(path: Path) -> rdflib.Graph:
    """Return the shapes of a file or folder without the words that document them."""
    graph = rdflib.Graph()
    for triple in shapes_graph(path):
        if triple[1] not in _WORDS:
            graph.add(triple)
    return graph


@functools.cache
def model() -> rdflib.Graph:
    """Return the ontology and the vocabularies."""
    return rdfio.to_rdflib(quad.triple for path in resources.model_files() for quad in rdfio.parse(rdfio.read(path)))


def parsed(text: str, path: Path) -> rdflib.Graph:
    """Return the triples of a Turtle text as the toolkit reads them."""
    document = rdfio.Document(str(path), formats.by_name("ttl", "rdf"), text.encode())
    return rdfio.to_rdflib(quad.triple for quad in rdfio.parse(document))


@functools.cache
def base(path: Path) -> rdflib.Graph:
    """Return the triples of the example world at *path*, without the model."""
    return parsed(path.read_text(encoding="utf-8"), path)


@functools.cache
def world(path: Path) -> Graph:
    """Return the example world at *path* together with the model; see concept_roles for what is left out."""
    graph = Graph()
    graph += model()
    for roles in concept_roles().values():
        _swap(graph, roles, ())
    _swap(graph, (), [*base(path), *_roles_of(base(path))])
    return graph


@functools.cache
def concept_roles() -> dict[Node, list[Triple]]:
    """Return what makes each concept that is nothing else a thing to check: its type and its names.

    A case has these triples only for the concepts that it speaks of. The others are the same in every case and checked
    once, by the test that the whole model conforms; leaving them out saves a third of the time.
    """
    concepts = [c for c in model().subjects(RDF.type, SKOS.Concept) if len([*model().objects(c, RDF.type)]) == 1]
    return {c: [t for p in (RDF.type, SKOS.prefLabel) for t in model().triples((c, p, None))] for c in concepts}


def _roles_of(triples: Iterable[Triple]) -> list[Triple]:
    mentioned = {term for triple in triples for term in triple}
    return [triple for concept in mentioned for triple in concept_roles().get(concept, ())]


@contextlib.contextmanager
def edited(case: Case) -> Iterator[Graph]:
    """Give the world of a case with its edit made, and take the edit back afterwards."""
    graph = world(case.world)
    gone, come = difference(case)
    _swap(graph, gone, come)
    try:
        yield graph
    finally:
        _swap(graph, come, gone)


@functools.cache
def difference(case: Case) -> tuple[set[Triple], set[Triple]]:
    """Return the triples that the edit of a case takes away and those that it brings."""
    before, after = {*base(case.world)}, {*parsed(case.text(), case.world)}
    come = (after - before) | {triple for triple in _roles_of(after) if triple not in world(case.world)}
    known = [triple for triple in come if triple in world(case.world)]
    assert not known, f"the edit adds what the model says already: {known}"
    return before - after, come


def _swap(graph: rdflib.Graph, gone: Iterable[Triple], come: Iterable[Triple]) -> None:
    for triple in gone:
        graph.remove(triple)
    for triple in come:
        graph.add(triple)


def outcome(case: Case) -> tuple[Result, ...]:
    """Return every result that the edit of a case brings about. A world without one is judged as a whole, once."""
    if case.replace is None:
        return _whole(case.world, case.shapes)
    gone, come = difference(case)
    changed = frozenset(predicate for _, predicate, _ in gone | come)
    used = {term for _, predicate, value in base(case.world) for term in (predicate, value)}
    brought = {term for _, predicate, value in come for term in (predicate, value) if isinstance(term, rdflib.URIRef)}
    with edited(case) as graph:
        return validate(graph, concerned(case.shapes, changed, new_terms=bool(brought - used)))


@functools.cache
def _whole(path: Path, shapes: Path) -> tuple[Result, ...]:
    return validate(world(path), bare_shapes(shapes))


def validate(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[Result, ...]:
    """Return the results of pySHACL, in a stable order."""
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, rdflib.Graph), text
    return results_in(report, report.value(None, RDF.type, SH.ValidationReport))


@functools.cache
def concerned(path: Path, changed: frozenset[Node], *, new_terms: bool) -> rdflib.Graph:
    """Return the shapes whose results can alter where only triples with the predicates *changed* alter.

    A shape reads triples of the predicates that it mentions, and types. A query for any ?path asks of predicates and
    values what the world already answers, so it matters where there are new ones. The other shapes say of an edited
    world what they say of the world itself: nothing. Leaving them out makes a case five times as fast; tests compare
    some cases with what all shapes say of them, and all cases with what a second engine says.
    """
    if changed & {RDF.type, RDFS.subClassOf}:
        return bare_shapes(path)
    graph = rdflib.Graph()
    for part, mentioned, asks_for_any in _parts(path):
        if changed & mentioned or (asks_for_any and new_terms):
            _swap(graph, (), part)
    return graph


@functools.cache
def _parts(path: Path) -> list[tuple[list[Triple], set[Node], bool]]:
    """Return each targeted shape with what it rests on, the terms it mentions, and whether it asks for any ?path."""
    shapes = bare_shapes(path)
    found = []
    for top in {shape for predicate in TARGETS for shape in shapes.subjects(predicate)}:
        part = [*resting_on(shapes, top)]
        text = " ".join(str(value) for _, predicate, value in part if predicate == SH.select)
        found.append((part, _mentioned(part, text), "?path" in text))
    return found


def _mentioned(part: list[Triple], text: str) -> set[Node]:
    """Return the terms of some shapes and those that the text of their queries names by prefix."""
    graph = rdflib.Graph()
    _swap(graph, (), part)
    prefixes = {str(p): str(graph.value(node, SH.namespace)) for node, p in graph.subject_objects(SH.prefix)}
    names = {rdflib.URIRef(prefixes.get(m[1], "") + m[2]) for m in re.finditer(r"([\w-]+):([\w-]+)", text)}
    return {term for triple in part for term in triple} | names


def resting_on(shapes: rdflib.Graph, node: Node, seen: set[Node] | None = None) -> Iterator[Triple]:
    """Yield the triples of a node and of the shapes, lists, paths, queries and prefixes that it refers to."""
    seen = set() if seen is None else seen
    if node in seen:
        return
    seen.add(node)
    for triple in shapes.triples((node, None, None)):
        yield triple
        yield from resting_on(shapes, triple[2], seen)


def reported(shapes: rdflib.Graph) -> set[Node]:
    """Return the shapes that results can come from: they have a constraint, and a target or a targeted holder."""
    reached: set[Node] = {shape for predicate in TARGETS for shape in shapes.subjects(predicate)}
    while more := {prop for shape in reached for prop in shapes.objects(shape, SH.property)} - reached:
        reached |= more
    return {shape for shape in reached if any((shape, parameter, None) in shapes for parameter in PARAMETERS)}


def holders(shapes: rdflib.Graph, shape: Node) -> set[Node]:
    """Return a shape and the shapes that it is, directly or not, a property of."""
    return {shape}.union(*(holders(shapes, holder) for holder in shapes.subjects(SH.property, shape)))


def focus_nodes(data: rdflib.Graph, shapes: rdflib.Graph, shape: Node) -> set[Node]:
    """Return the nodes that a shape looks at: those that its targets and the targets of its holders select."""
    declared = ((p, o) for holder in holders(shapes, shape) for p in TARGETS for o in shapes.objects(holder, p))
    return set().union(*(selected(data, predicate, value) for predicate, value in declared))


def selected(data: rdflib.Graph, predicate: Node, value: Node) -> set[Node]:
    """Return the nodes that one target declaration selects (SHACL 2.1.3)."""
    if predicate == SH.targetClass:
        kinds = data.transitive_subjects(RDFS.subClassOf, value)
        return {node for kind in kinds for node in data.subjects(RDF.type, kind)}
    if predicate == SH.targetSubjectsOf:
        return set(data.subjects(value, None))
    if predicate == SH.targetObjectsOf:
        return set(data.objects(None, value))
    return {value}


def local_name(node: Node) -> str:
    """Return the last part of an IRI: the name by which a shape is spoken of."""
    return str(node).rpartition("#")[2]
