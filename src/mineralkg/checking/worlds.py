"""The files of a contribution together with their context, as one graph that shapes look at.

A small context is joined with the files and validated as a whole. A large one stays in its store: only the nodes that
the files affect are validated, with what shapes can see from them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import pyoxigraph as ox

from mineralkg.checking.context import Context
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.rules import Rules
from mineralkg.namespaces import shorten
from mineralkg.validation import Data, EngineName, Graph, Layer, Node, Part, Result
from mineralkg.validation.incremental import Affected, Incremental
from mineralkg.validation.sparql import Selector
from mineralkg.validation.terms import parse_terms
from mineralkg.validation.tracing import TooLarge

__all__ = ["Resident", "Unbounded", "Whole", "World"]

_MOST_JUDGED = 1000  # nodes for each of which it is found out whether a shape leads to it


class Unbounded(Exception):
    """What a change can affect cannot be bounded; the reason is in ``reason``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class World(ABC):
    """What the shapes see. ``data`` is what is validated, ``graph`` everything, ``near`` what may be gone through."""

    data: Data
    graph: Graph
    near: Graph

    def __init__(self, rules: Rules, engine: EngineName, files: Sequence[CheckedFile], context: Context) -> None:
        self.rules = rules
        self.engine = rules.engine(engine)
        self.engine_name = engine
        self.files = files
        self.context = context

    @abstractmethod
    def with_files(self, files: Sequence[CheckedFile]) -> World:
        """Return the same world with other files in the place of these."""

    @cached_property
    def subjects(self) -> set[str]:
        """The subjects of the files that are checked themselves, in N-Triples form."""
        return set().union(*(file.part.subjects for file in self.files if file.touched))

    @property
    @abstractmethod
    def results(self) -> set[Result]:
        """The results that are the files' doing: about their subjects, and what they break elsewhere."""

    @cached_property
    def unchecked(self) -> list[str]:
        """The subjects of the files that no shape judges, in N-Triples form and in order."""
        targets = self._targets  # first: while a large graph is loaded, the other set would only take room
        left = sorted(self.subjects - targets)
        if len(left) > _MOST_JUDGED:
            return left
        judging = self.rules.judging
        return [text for text, node in _nodes(left) if not judging.judges(node, self.graph)]

    @property
    @abstractmethod
    def _targets(self) -> set[str]:
        """Of the subjects of the files at least those that a shape looks at by itself, in N-Triples form."""

    @property
    def _others(self) -> Iterator[Part]:
        """What the files that are not touched say, and what the touched ones said before."""
        yield from (file.part for file in self.files if not file.touched)
        yield self.context.before


class Whole(World):
    """Files and context joined, and validated as a whole."""

    @cached_property
    def data(self) -> Data:  # type: ignore[override]
        """All triples."""
        return Data([*(file.part for file in self.files), *self.context.remaining], folder=self.context.folder)

    @property
    def graph(self) -> Graph:  # type: ignore[override]
        """All triples."""
        return self.data.graph

    near = graph

    def with_files(self, files: Sequence[CheckedFile]) -> Whole:
        """Return the same world with other files in the place of these."""
        again = Whole(self.rules, self.engine_name, files, self.context)
        if "_known" in self.__dict__:
            again.__dict__["_known"] = self._known  # the context is the same
        return again

    @cached_property
    def results(self) -> set[Result]:
        """The results about subjects of the files, and those elsewhere that were not there before."""
        if not any(file.part.size for file in self.files if file.touched) and not self.context.before.size:
            return set()
        found = set(self.engine.validate(self.data))
        elsewhere = {result for result in found if str(result.focus) not in self.subjects}
        return found - (elsewhere & self._known) if elsewhere else found

    @cached_property
    def _known(self) -> set[Result]:
        """The results of the context, with the files that are not touched."""
        return set(self.engine.validate(Data([*self._others, *self.context.parts], folder=self.context.folder)))

    @cached_property
    def _targets(self) -> set[str]:
        return set(map(str, Selector(self.rules.graph, self.graph).targets(self.data.store)))


class Resident(World):
    """Files beside a context that stays in its store.

    Raises Unbounded, from whatever needs the results, where they may depend on too much of the graph.
    """

    def with_files(self, files: Sequence[CheckedFile]) -> Resident:
        """Return the same world with other files in the place of these."""
        return Resident(self.rules, self.engine_name, files, self.context)

    @cached_property
    def graph(self) -> Graph:  # type: ignore[override]
        """The graph as it is with the files."""
        return Graph([*self._own, *self._context(self.context.anew)])

    @cached_property
    def near(self) -> Graph:  # type: ignore[override]
        """The files and the model."""
        return Graph([*self._own, *(part.store for part in self.context.parts)])

    @cached_property
    def data(self) -> Data:  # type: ignore[override]
        """The files as they are written, with what shapes can see beside them from the nodes that are validated."""
        own = Graph(self._own)
        try:
            seen = self._incremental.visible(self._pairs, self.graph)
        except TooLarge as error:
            raise Unbounded(_TOO_LARGE) from error
        beside = [triple for triple in seen if not own.has(triple.subject, triple.predicate, triple.object)]
        return Data([*(file.part for file in self.files), self.context.held, Part.of(beside)])

    @cached_property
    def results(self) -> set[Result]:
        """The results about subjects of the files, and those elsewhere that were not there before."""
        found = set(self._incremental.validate_in(self.data, self._pairs))
        elsewhere = {result for result in found if str(result.focus) not in self.subjects}
        return found - set(self._incremental.validate(self._affected.pairs, self._before)) if elsewhere else found

    @cached_property
    def _affected(self) -> Affected:
        everything = Graph([*self._own, *(part.store for part in self._others), *self._context()])
        try:
            found = self._incremental.affected(self._change, everything)
        except TooLarge as error:
            raise Unbounded(_TOO_LARGE) from error
        for shape, reason in found.unbounded.items():
            raise Unbounded(f"{_name(shape)}: {reason}")
        for shape in found.everywhere:
            raise Unbounded(f"{_name(shape)}: what it asks of every node has changed")
        return found

    @property
    def _change(self) -> Iterator[ox.Triple]:
        """The triples that come with the files, and those that go."""
        for file in self.files:
            yield from (t for t in file.part.triples() if not self._before.has(t.subject, t.predicate, t.object))
        said_before = (triple for part in self._others for triple in part.triples())
        said_elsewhere = (t for subject in self.context.anew for t in self._before.find(subject, None, None))
        for triple in (*said_before, *said_elsewhere):
            if not self.graph.has(triple.subject, triple.predicate, triple.object):
                yield triple

    @cached_property
    def _pairs(self) -> set[tuple[Node, Node]]:
        """The pairs of a shape and a node whose results are needed."""
        affected = self._incremental.targets(self._affected.pairs, self.graph)
        return affected | {(shape, node) for node, shapes in self._looked_at for shape in shapes}

    @cached_property
    def _looked_at(self) -> list[tuple[Node, set[Node]]]:
        """The subjects of the files with the shapes that look at them by themselves."""
        selector = Selector(self.rules.graph, self.graph)
        return [(node, selector.looking_at(node)) for _, node in _nodes(self.subjects)]

    @property
    def _targets(self) -> set[str]:
        return {str(node) for node, shapes in self._looked_at if shapes}

    @cached_property
    def _before(self) -> Graph:
        """The graph as it was before the files."""
        return Graph([*(part.store for part in self._others), *self._context()])

    @property
    def _own(self) -> list[ox.Store]:
        return [*(file.part.store for file in self.files), self.context.held.store]

    def _context(self, without: frozenset[Node] = frozenset()) -> Iterator[Layer]:
        yield from (Layer(part.store, without=without) for part in self.context.parts)
        resident = self.context.resident
        assert resident is not None  # else there is a whole world
        yield Layer(resident.store, resident.added, without)

    @property
    def _incremental(self) -> Incremental:
        return self.rules.incremental(self.engine_name)


_TOO_LARGE = "the change affects too many nodes"


def _name(shape: Node) -> str:
    return shorten(shape.value) if isinstance(shape, ox.NamedNode) else str(shape)


def _nodes(texts: Iterable[str]) -> list[tuple[str, Node]]:
    """Return nodes that are given in N-Triples form, in order; blank nodes keep their labels."""
    listed = list(texts)
    terms = parse_terms(text for text in listed if not text.startswith("_:"))
    return [(text, ox.BlankNode(text[2:]) if text.startswith("_:") else terms[text]) for text in listed]
