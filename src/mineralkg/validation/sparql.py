"""SPARQL constraints on Oxigraph, each run once over all focus nodes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import pyoxigraph as ox

from mineralkg import sparqltext
from mineralkg.errors import QueryRefused, QuerySyntaxError, ShapesError
from mineralkg.validation import paths
from mineralkg.validation.constraints import SHAPES_GRAPH, Constraint
from mineralkg.validation.data import Data
from mineralkg.validation.graph import Graph
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph, Targets
from mineralkg.validation.terms import RDF, SH, Node
from mineralkg.validation.written import as_written

__all__ = ["Selector", "run", "run_for"]

_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


class Selector:
    """What shapes look at in one graph: their target nodes, without listing them all."""

    def __init__(self, shapes: ShapesGraph, graph: Graph) -> None:
        self._shapes = shapes
        self._graph = graph
        self._selected: dict[tuple[Node, Node], bool] = {}

    @cached_property
    def _below(self) -> dict[Node, list[Node]]:
        below: dict[Node, list[Node]] = {}
        for triple in self._graph.find(None, _SUBCLASS, None):
            below.setdefault(triple.object, []).append(triple.subject)
        return below

    @cached_property
    def _by_node(self) -> dict[Node, set[Node]]:
        return self._by(lambda targets: targets.nodes)

    @cached_property
    def _by_class(self) -> dict[Node, set[Node]]:
        return self._by(self.classes)

    @cached_property
    def _by_subjects_of(self) -> dict[Node, set[Node]]:
        return self._by(lambda targets: targets.subjects_of)

    @cached_property
    def _by_objects_of(self) -> dict[Node, set[Node]]:
        return self._by(lambda targets: targets.objects_of)

    def _by(self, aims: Callable[[Targets], Iterable[Node]]) -> dict[Node, set[Node]]:
        """Return the shapes that look at nodes by themselves, by what they aim at."""
        found: dict[Node, set[Node]] = {}
        for root in self._shapes.roots:
            for aim in aims(self._shapes.targets(root)):
                found.setdefault(aim, set()).add(root)
        return found

    def classes(self, targets: Targets) -> list[Node]:
        """Return the target classes of a shape and every class below them."""
        found, waiting = list(targets.classes), list(targets.classes)
        while waiting:
            for cls in self._below.get(waiting.pop(), ()):
                if cls not in found:
                    found.append(cls)
                    waiting.append(cls)
        return found

    def selects(self, shape: Node, node: Node) -> bool:
        """Say whether a shape looks at *node*: it is a target, or reached from one as a property shape's focus."""
        key = (shape, node)
        if key not in self._selected:
            self._selected[key] = self._is_target(self._shapes.targets(shape), node) or any(
                self.selects(holder, node) for kind, holder in self._shapes.holders.get(shape, ()) if kind == "property"
            )
        return self._selected[key]

    def is_target(self, shape: Node, node: Node) -> bool:
        """Say whether a shape looks at *node* by itself."""
        return self._is_target(self._shapes.targets(shape), node)

    def _is_target(self, targets: Targets, node: Node) -> bool:
        if node in targets.nodes:
            return True
        if any(self._graph.has(None, predicate, node) for predicate in targets.objects_of):  # type: ignore[arg-type]
            return True
        if any(self._graph.has(node, predicate) for predicate in targets.subjects_of):  # type: ignore[arg-type]
            return True
        if not targets.classes:
            return False
        classes = set(self.classes(targets))
        return any(cls in classes for cls in self._graph.objects(node, RDF.type))

    def looking_at(self, node: Node) -> set[Node]:
        """Return the shapes that look at *node* by themselves."""
        found = set(self._by_node.get(node, ()))
        for triple in self._graph.find(node, None, None):
            found |= self._by_subjects_of.get(triple.predicate, frozenset())
            if triple.predicate == RDF.type:
                found |= self._by_class.get(triple.object, frozenset())
        for predicate, shapes in self._by_objects_of.items():
            if not shapes <= found and self._graph.has(None, predicate, node):  # type: ignore[arg-type]
                found |= shapes
        return found

    def targets(self, store: ox.Store) -> Iterator[Node]:
        """Return every node that some shape looks at by itself; *store* holds the graph."""
        each = [self._shapes.targets(root) for root in self._shapes.roots]
        everything = Targets(
            frozenset().union(*(t.nodes for t in each)),
            frozenset().union(*(t.classes for t in each)),
            frozenset().union(*(t.subjects_of for t in each)),
            frozenset().union(*(t.objects_of for t in each)),
        )
        branches = " UNION ".join(self._branches(everything))
        solutions = store.query(f"SELECT DISTINCT ?this WHERE {{ {branches} }}")
        assert isinstance(solutions, ox.QuerySolutions)  # the query is a SELECT
        return (solution["this"] for solution in solutions)

    def pattern(self, shape: Node) -> str:
        """Return a group of SPARQL that binds ``?this`` to each node that a shape looks at."""
        branches = [branch for holder in self.holders(shape) for branch in self._branches(self._shapes.targets(holder))]
        return "{ SELECT DISTINCT ?this WHERE { " + " UNION ".join(branches or ["{ FILTER(false) }"]) + " } }"

    def holders(self, shape: Node) -> list[Node]:
        """Return a shape and the shapes that it is, directly or not, a property shape of, at the same focus node."""
        found = [shape]
        for one in found:
            found += [
                holder
                for kind, holder in self._shapes.holders.get(one, ())
                if kind == "property" and holder not in found
            ]
        return found

    def _branches(self, targets: Targets) -> Iterator[str]:
        if targets.nodes:
            yield f"{{ VALUES ?this {{ {' '.join(sorted(map(str, targets.nodes)))} }} }}"
        if targets.classes:
            classes = " ".join(map(str, self.classes(targets)))
            yield f"{{ VALUES ?class {{ {classes} }} ?this {RDF.type} ?class }}"
        yield from (f"{{ ?this {predicate} ?any }}" for predicate in sorted(map(str, targets.subjects_of)))
        yield from (f"{{ ?any {predicate} ?this }}" for predicate in sorted(map(str, targets.objects_of)))


def run(shapes: ShapesGraph, found: Iterable[Constraint], data: Data) -> list[Result]:
    """Return the results of SPARQL constraints over all nodes that their shapes look at."""
    listed = list(found)
    if not listed:
        return []
    store = data.store
    if any(constraint.reads_shapes for constraint in listed):
        store.extend(ox.Quad(t.subject, t.predicate, t.object, SHAPES_GRAPH) for t in shapes.triples)
    selector = Selector(shapes, data.graph)

    def of(constraint: Constraint) -> list[Result]:
        return list(_results(shapes, constraint, selector, store))

    # The engine answers outside Python's lock, so that constraints are run side by side.
    with ThreadPoolExecutor(os.cpu_count()) as beside:
        return as_written(itertools.chain.from_iterable(beside.map(of, listed)), data)


def run_for(shapes: ShapesGraph, found: Iterable[Constraint], data: Data, nodes: frozenset[Node]) -> list[Result]:
    """Return the results of SPARQL constraints for given focus nodes, whatever their shapes look at."""
    given = _Given(nodes)
    store = data.store
    return as_written((r for constraint in found for r in _results(shapes, constraint, given, store)), data)


class _Given:
    """Focus nodes that are given. Blank nodes cannot be named in a query, so that they are looked for by filtering."""

    def __init__(self, nodes: frozenset[Node]) -> None:
        self._nodes = nodes

    def selects(self, _: Node, node: Node) -> bool:
        """Say whether a node is given."""
        return node in self._nodes

    def pattern(self, _: Node) -> str:
        """Return a group of SPARQL that binds ``?this`` to each node that is given."""
        named = " ".join(sorted(str(node) for node in self._nodes if not isinstance(node, ox.BlankNode)))
        blank = any(isinstance(node, ox.BlankNode) for node in self._nodes)
        every = "{ SELECT DISTINCT ?this WHERE { { ?this ?p ?o } UNION { ?s ?p ?this } FILTER(ISBLANK(?this)) } }"
        return f"{{ {{ VALUES ?this {{ {named} }} }} UNION {every} }}" if blank else f"VALUES ?this {{ {named} }}"


def set_at_a_time(constraint: Constraint, selector: Selector | _Given) -> str:
    """Return the query that answers a constraint for all focus nodes at once."""
    if not constraint.verdict.targets_first and isinstance(selector, Selector):
        return constraint.text
    text, start = constraint.text, constraint.verdict.start
    return f"{text[:start]} {selector.pattern(constraint.shape)} {text[start:]}"


def _results(
    shapes: ShapesGraph, constraint: Constraint, selector: Selector | _Given, store: ox.Store
) -> Iterator[Result]:
    text = set_at_a_time(constraint, selector)
    path = shapes.path(constraint.shape)
    own_path = None if path is None else paths.sparql(path)
    for solution, columns in _solutions(constraint, text, store):
        focus = solution["this"]
        if focus is None or not selector.selects(constraint.shape, focus):
            continue
        named = {name: term for name in columns if (term := solution[name]) is not None}
        if "failure" in named:  # SHACL 5.3.2
            raise ShapesError("the shapes graph", f"the SPARQL constraint of {constraint.shape} reports a failure.")
        found_path = named.get("path")
        yield Result(
            focus=focus,
            path=str(found_path) if isinstance(found_path, ox.NamedNode) else own_path,
            value=named.get("value", focus if path is None else None),
            shape=constraint.shape,
            component=SH.SPARQLConstraintComponent,
            severity=shapes.severity(constraint.shape),
            constraint=constraint.node,
            bindings=tuple(sorted((name, _plain(term)) for name, term in named.items())),
        )


def _plain(term: Node) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _solutions(constraint: Constraint, text: str, store: ox.Store) -> Iterator[tuple[ox.QuerySolution, Sequence[str]]]:
    try:
        sparqltext.guard(constraint.text)
        solutions = store.query(text)
    except (QueryRefused, QuerySyntaxError, SyntaxError, ValueError) as error:
        raise ShapesError("the shapes graph", f"the SPARQL constraint of {constraint.shape}: {error}") from error
    assert isinstance(solutions, ox.QuerySolutions)  # judged to be a SELECT
    columns = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield solution, columns
