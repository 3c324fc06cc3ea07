"""Incremental validation is sound: what is not affected keeps its results, the rest comes out as in a full run."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import shacl_cases
import shacl_worlds as worlds
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mineralkg.errors import ShapesError
from mineralkg.validation import Data, Engine, Graph, Node, Part, Result, ShapesGraph
from mineralkg.validation.incremental import Incremental
from mineralkg.validation.sparql import Selector


def store_of(triples: set[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def in_store(triple: ox.Triple) -> ox.Triple:
    """Return a triple as a store gives it back, with ``5`` for ``5.0``: both runs are compared on the same terms."""
    stored: ox.Triple = next(iter(store_of({triple}))).triple
    return stored


class World:
    """A graph, with what each shape says of each node in it."""

    def __init__(self, engine: Engine, triples: set[ox.Triple]) -> None:
        self._engine = engine
        self.graph = Graph([store_of(triples)])
        self._data = Data([Part.of(list(triples))])
        self._selector = Selector(engine.shapes, self._data.graph)

    def results(self, pair: tuple[Node, Node]) -> set[Result]:
        if not self._selector.is_target(*pair):
            return set()
        return set(self._engine.validate_targets(self._data, {pair}))

    def all_results(self) -> set[Result]:
        return set(self._engine.validate(self._data))


@settings(max_examples=120)
@given(text=worlds.shapes(), lines=worlds.graphs, come=worlds.graphs, data=st.data())
def test_a_change_is_judged_as_a_full_run_would(
    text: str, lines: list[str], come: list[str], data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(lines), unique=True)) if lines else []
    triples = {line: in_store(worlds.graph([line])[0]) for line in [*lines, *come]}
    before = {triples[line] for line in lines}
    after = (before - {triples[line] for line in gone}) | {triples[line] for line in come}
    shapes = worlds.shapes_graph(text)
    engine = compiled(shapes)
    old, new = World(engine, before), World(engine, after)
    incremental = Incremental(engine)

    found = incremental.affected(before ^ after, Graph([store_of(before | after)]))

    nodes = {term for t in before | after for term in (t.subject, t.object)}
    nodes |= {node for root in shapes.roots for node in shapes.targets(root).nodes}
    unknown = found.everywhere | set(found.unbounded)
    for root in shapes.roots:
        for node in nodes:
            pair = (root, node)
            if pair in found.pairs:
                assert set(incremental.validate({pair}, new.graph)) == new.results(pair)
                assert set(incremental.validate({pair}, old.graph)) == old.results(pair)
            elif root not in unknown:
                assert old.results(pair) == new.results(pair)


@settings(max_examples=60)
@given(text=worlds.shapes(), lines=worlds.graphs)
def test_the_results_of_all_pairs_are_those_of_a_full_run(text: str, lines: list[str]) -> None:
    shapes = worlds.shapes_graph(text)
    engine = compiled(shapes)
    triples = set(worlds.graph(lines))
    world = World(engine, triples)
    nodes = {term for t in triples for term in (t.subject, t.object)}
    nodes |= {node for root in shapes.roots for node in shapes.targets(root).nodes}

    one_by_one = {result for root in shapes.roots for node in nodes for result in world.results((root, node))}

    assert one_by_one == world.all_results()


def compiled(shapes: ShapesGraph) -> Engine:
    try:
        engine = Engine(shapes)
        engine.validate(Data([]))
    except ShapesError:
        assume(False)
    return engine


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in shacl_cases.case_files()])
def test_what_a_change_can_affect_is_bounded_for_the_shapes_of_the_toolkit(file: Path) -> None:
    for case in (case for case in shacl_cases.cases(file) if case.replace is not None):
        gone, come = ({*as_stored(triples)} for triples in shacl_cases.difference(case))
        incremental = incremental_for(case.shapes)

        found = incremental.affected(gone | come, Graph([stored_world(case.world), store_of(come)]))

        assert found.pairs
        assert (found.unbounded, found.everywhere) == ({}, set())


@functools.cache
def incremental_for(shapes: Path) -> Incremental:
    return Incremental(shacl_cases.engine(shapes))


@functools.cache
def stored_world(path: Path) -> ox.Store:
    return store_of({*as_stored(shacl_cases.world(path))})


def as_stored(triples: Iterable[shacl_cases.Triple]) -> Iterator[ox.Triple]:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(triple)
    for quad in ox.parse(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple
