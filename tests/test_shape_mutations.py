"""No part of a shape is idle: leave any one out, and at least one of the shape's cases comes out differently.

The parts are the targets and the parameters of a shape and of the shapes it rests on, each member of a list among them,
each alternative of a path, and each FILTER of a query. The shape as it is is run by pySHACL, what is left of it by the
engines of the toolkit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
import shacl_cases
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node
from shacl_cases import PARAMETERS, TARGETS, Result, Triple, case_files, cases

from mineralkg import resources
from mineralkg.errors import ShapesError
from mineralkg.validation import Data

LISTS = frozenset({SH["and"], SH["in"], SH.languageIn, SH["or"], SH.xone})
COUNTS = (SH.qualifiedMinCount, SH.qualifiedMaxCount)
ANYTHING = rdflib.URIRef("urn:anything")


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in case_files()])
def test_every_part_of_a_shape_is_noticed_when_it_is_left_out(file: Path) -> None:
    shape = shacl_cases.shape_of(file)
    alone = standing_alone(shacl_cases.bare_shapes(resources.folder("shapes")), shape)
    expected = {case.id: own(case.results, shape) for case in cases(file)}
    data = {case.id: shacl_cases.data_of(case) for case in cases(file)}

    assert by_pyshacl(file, alone) == expected
    assert [name for name, mutant in mutants(alone, shape) if not differs(mutant, data, expected)] == []


def by_pyshacl(file: Path, shapes: rdflib.Graph) -> dict[str, list[Result]]:
    """Return what pySHACL says of each case of a file under *shapes*."""
    found = {}
    for case in cases(file):
        with shacl_cases.edited(case) as graph:
            found[case.id] = list(shacl_cases.validate(graph, shapes))
    return found


def differs(shapes: rdflib.Graph, data: dict[str, Data], expected: dict[str, list[Result]]) -> bool:
    """Say whether a case comes out differently under *shapes*; shapes that cannot be used are noticed at once."""
    try:
        engine = shacl_cases.engine_for(shapes)
        return any(list(shacl_cases.judged(data[case], engine)) != expected[case] for case in reversed(data))
    except ShapesError:
        return True


def own(results: tuple[Result, ...], shape: Node) -> list[Result]:
    return [result for result in results if result.shape == shape.n3()]


def standing_alone(shapes: rdflib.Graph, shape: Node) -> rdflib.Graph:
    """Return one shape with what it rests on, and with the targets of the shapes that it is a property of."""
    graph = rdflib.Graph()
    for own in shapes.triples((shape, None, None)):
        if own[1] != SH.property:
            graph.add(own)
            for triple in shacl_cases.resting_on(shapes, own[2], {shape}):
                graph.add(triple)
    for holder in shacl_cases.holders(shapes, shape):
        for predicate in TARGETS:
            for value in shapes.objects(holder, predicate):
                graph.add((shape, predicate, value))
    return graph


def mutants(shapes: rdflib.Graph, shape: Node) -> Iterator[tuple[str, rdflib.Graph]]:
    """Yield every shapes graph in which one part is left out, under the name of that part."""
    for part in sorted(shapes):
        name = f"{shacl_cases.local_name(part[0])} {shacl_cases.local_name(part[1])}"
        if part[1] in PARAMETERS:
            yield name, without(shapes, part)
        if part[1] in TARGETS:
            yield f"{name} {part[2]}", without(shapes, part)
        if part[1] in LISTS:
            for member in Collection(shapes, part[2]):
                yield f"{name} {member}", without_member(shapes, part[2], member)
        if part[1] == SH.alternativePath:
            for member in Collection(shapes, part[2]):
                yield f"{name} {member}", without_alternative(shapes, part, member)
        if part[1] == SH.select:
            for start, end in filters(str(part[2])):
                yield f"{name} {str(part[2])[start:end]}", without_text(shapes, part, start, end)


def without(shapes: rdflib.Graph, part: Triple) -> rdflib.Graph:
    """Return the shapes without one parameter.

    A qualified count belongs with the shape that it counts: without that shape everything counts, and without a count
    the shape goes too.
    """
    node, parameter, _ = part
    graph = copy(shapes)
    graph.remove(part)
    if parameter == SH.qualifiedValueShape:
        graph.add((node, parameter, ANYTHING))
        graph.add((ANYTHING, RDF.type, SH.NodeShape))
    elif parameter in COUNTS and not any((node, count, None) in graph for count in COUNTS):
        graph.remove((node, SH.qualifiedValueShape, None))
    return graph


def without_member(shapes: rdflib.Graph, head: Node, member: Node) -> rdflib.Graph:
    """Return the shapes with one member fewer in the list at *head*, or with no such list where it was the only one."""
    graph = copy(shapes)
    rest = [other for other in Collection(shapes, head) if other != member]
    return replaced(graph, head, Collection(graph, rdflib.BNode(), rest).uri if rest else None)


def without_alternative(shapes: rdflib.Graph, path: Triple, member: Node) -> rdflib.Graph:
    """Return the shapes with one alternative fewer in a path; the last one left is a path by itself."""
    rest = [other for other in Collection(shapes, path[2]) if other != member]
    return replaced(copy(shapes), path[0], rest[0]) if len(rest) == 1 else without_member(shapes, path[2], member)


def without_text(shapes: rdflib.Graph, query: Triple, start: int, end: int) -> rdflib.Graph:
    """Return the shapes with a part of the text of a query left out."""
    graph = copy(shapes)
    graph.set((query[0], query[1], rdflib.Literal(str(query[2])[:start] + str(query[2])[end:])))
    return graph


def filters(query: str) -> Iterator[tuple[int, int]]:
    """Yield where each FILTER of a query starts, and where the first bracket that it opens is closed."""
    for start in (match.start() for match in re.finditer(r"\bFILTER\b", query)):
        depth = 0
        for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[(){}]', query[start:]):
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(mark[0], 0)
            if depth == 0 and mark[0] in ")}":
                yield start, start + mark.end()
                break


def copy(shapes: rdflib.Graph) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph += shapes
    return graph


def replaced(graph: rdflib.Graph, old: Node, new: Node | None) -> rdflib.Graph:
    """Return the graph with *new* in every place of *old* as an object, or with nothing there."""
    for subject, predicate in [*graph.subject_predicates(old)]:
        graph.remove((subject, predicate, old))
        if new is not None:
            graph.add((subject, predicate, new))
    return graph
