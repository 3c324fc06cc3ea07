"""Cases of the shapes: an example world, one edit to it, and every result that the edit must bring about.

tests/shapes/README.md states the form. Each world is parsed once and kept in one graph with the ontology and the
vocabularies; a case swaps the triples that its edit changes and swaps them back. The engines of the toolkit judge every
case by all shapes; pySHACL, which takes a hundred times as long, judges each by the shape that it is about.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Rows
from rdflib.term import Node

from mineralkg import formats, rdfio, resources, validation
from mineralkg.namespaces import SHAPES
from mineralkg.validation import Data, Engine, Part, ShapesGraph
from mineralkg.validation.paths import read_path, sparql

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
    """One sht:Validate entry: which text to replace by which, and the results that must follow, all or only its own."""

    file: Path
    name: str
    world: Path
    shapes: Path
    replace: str | None
    by: str
    alone: bool
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
        alone=graph.value(entry, MKGT["alone"]) == rdflib.Literal(True),
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

    def value(node: validation.Node, predicate: ox.NamedNode) -> validation.Node | None:
        return _term(graph.value(_node(node), rdflib.URIRef(predicate.value)))

    start = _term(path)
    return "" if start is None else sparql(read_path(value, start))


def _term(node: Node | None) -> ox.NamedNode | ox.BlankNode | None:
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(node)
    return ox.BlankNode(node) if isinstance(node, rdflib.BNode) else None


def _node(term: validation.Node) -> Node:
    assert isinstance(term, ox.NamedNode | ox.BlankNode)
    return rdflib.URIRef(term.value) if isinstance(term, ox.NamedNode) else rdflib.BNode(term.value)


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
    """Return the example world at *path* together with the model."""
    graph = Graph()
    graph += model()
    graph += base(path)
    return graph


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
    known = [triple for triple in after - before if triple in world(case.world)]
    assert not known, f"the edit adds what the model says already: {known}"
    return before - after, after - before


def _swap(graph: rdflib.Graph, gone: Iterable[Triple], come: Iterable[Triple]) -> None:
    for triple in gone:
        graph.remove(triple)
    for triple in come:
        graph.add(triple)


def outcome(case: Case) -> tuple[Result, ...]:
    """Return the results of the edited world of a case, of all shapes or its own, by the engines of the toolkit."""
    results = judged(data_of(case), engine(case.shapes))
    return tuple(result for result in results if not case.alone or result.shape == case.shape.n3())


def data_of(case: Case) -> Data:
    """Return the edited world of a case as the engines of the toolkit read it."""
    gone, come = (set(_lines(triples)) for triples in difference(case))
    return Data([Part(b"".join([line for line in _world_lines(case.world) if line not in gone] + sorted(come)))])


@functools.cache
def _world_lines(path: Path) -> list[bytes]:
    return _lines(world(path))


def _lines(triples: Iterable[Triple]) -> list[bytes]:
    """Return the lines of N-Triples for some triples."""
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(triple)
    return graph.serialize(format="nt").encode().splitlines(keepends=True)


@functools.cache
def engine(path: Path) -> Engine:
    """Return the engine for the shapes of a file or folder."""
    return engine_for(bare_shapes(path))


def engine_for(shapes: rdflib.Graph) -> Engine:
    """Return the engine for some shapes."""
    lines = shapes.serialize(format="nt")
    return Engine(ShapesGraph(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)))


def judged(data: Data, by: Engine) -> tuple[Result, ...]:
    """Return the results of an engine, in a stable order."""
    return tuple(sorted(_plain(result) for result in by.validate(data)))


def _plain(result: validation.Result) -> Result:
    return Result(
        shape=_n3(result.shape),
        focus=_n3(result.focus),
        path=result.path or "",
        value=_n3(result.value),
        component=_n3(result.component),
        severity=_n3(result.severity),
    )


def _n3(term: validation.Node | None) -> str:
    if term is None:
        return ""
    [triple] = rdfio.to_rdflib([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), term)])
    return _written(triple[2])


def validate(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[Result, ...]:
    """Return the results of pySHACL, in a stable order."""
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, rdflib.Graph), text
    return results_in(report, report.value(None, RDF.type, SH.ValidationReport))


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
