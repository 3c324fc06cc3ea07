"""A graph in this process: an Oxigraph store with one named graph per source file.

Beside the files' own graphs stand the model (ontology and vocabularies), the shortcuts derived from claims, and a graph
of provenance that gives each file's name and digest. The default graph of a query is the union of what it may see.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mineralkg import rdfio, resources, sparqltext
from mineralkg.errors import QueryRefused, StoreError
from mineralkg.graph.answer import Answer
from mineralkg.graph.derive import derive
from mineralkg.graph.handle import Handle, syntax_error
from mineralkg.graph.naming import named_files
from mineralkg.namespaces import GRAPH, PREFIXES

if TYPE_CHECKING:
    import rdflib

__all__ = ["EmbeddedGraph"]

_PROVENANCE = ox.NamedNode(GRAPH + "provenance")
_DERIVED_MODEL = ox.NamedNode(GRAPH + "derived/model")
_DERIVED = ox.NamedNode(GRAPH + "derived/data")
_MODEL_PREFIX = GRAPH + "ontology/"
_HIDDEN = (_PROVENANCE, _DERIVED_MODEL)
_WRITTEN = [(f"{name}:", name, iri) for name, iri in PREFIXES.items()]


class EmbeddedGraph(Handle):
    """A graph held by Oxigraph in this process."""

    def __init__(self, store: ox.Store, name: str, *, shows_model: bool, folder: Path | None = None) -> None:
        """Take a store, which lies in *folder* where it is on disk."""
        self.store = store
        self.folder = folder
        self.name = name
        self._visible = None if shows_model else _data_graphs(store)

    @classmethod
    def shipped(cls) -> EmbeddedGraph:
        """Return the graph that comes with the package."""
        store = ox.Store()
        _fill(store, named_files(resources.resource_files("data", ".ttl")), steady=True)
        return cls(store, "the shipped graph", shows_model=True)

    @classmethod
    def of(cls, paths: Iterable[str | Path], base: str | None = None) -> EmbeddedGraph:
        """Return a graph of the user's own files and folders, whose graphs are named below *base* where it is given.

        SPARQL sees the files and the shortcuts that follow from them; the canned questions also see the model.
        Raises LoadError for the first file that cannot be read.
        """
        files = named_files(paths, base)
        store = ox.Store()
        _fill(store, files, apart=True, steady=base is not None)
        name = str(next(iter(files))) if len(files) == 1 else f"{len(files)} files"
        return cls(store, name, shows_model=False)

    @classmethod
    def on_disk(cls, folder: str | Path, paths: Sequence[str | Path] = (), base: str | None = None) -> EmbeddedGraph:
        """Return the graph kept in *folder*; an empty or new folder is first filled from *paths* or the shipped graph.

        The graphs of files are named below *base* where it is given. Raises StoreError where the folder
        cannot be opened, or holds a graph already and *paths* are given.
        """
        folder = Path(folder)
        try:
            filled = folder.is_dir() and any(folder.iterdir())
            if filled and paths:
                raise StoreError(str(folder), "it already holds a graph. Name a new folder, or leave out --data.")
            if not filled:
                _fill_folder(folder, named_files(paths or resources.resource_files("data", ".ttl"), base))
            return cls(ox.Store.read_only(str(folder)), f"the store {folder}", shows_model=True, folder=folder)
        except OSError as error:
            reason = error.strerror or "it is not a store of this program"
            raise StoreError(str(folder), f"{reason}. Name a folder that holds a graph, or an empty one.") from error

    @property
    def added(self) -> frozenset[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
        """The graphs that are not the files' own: the model, and what is derived or recorded here."""
        own = frozenset(_data_graphs(self.store)) - {_DERIVED}
        return frozenset(self.store.named_graphs()) - own

    def asserted(self) -> Iterator[ox.Triple]:
        """Return the triples of the files themselves, without the model and what is derived or recorded here."""
        for graph in _data_graphs(self.store):
            if graph != _DERIVED:
                yield from (quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph))

    def stated(self) -> Iterator[ox.Triple]:
        """Return the triples of the model and of the files, without what is derived or recorded here."""
        for quad in self.store:
            if quad.graph_name not in (_DERIVED, _DERIVED_MODEL, _PROVENANCE):
                yield quad.triple

    def dump(self) -> bytes:
        """Return the whole store, shortcuts included, as N-Quads in a stable order."""
        data = self.store.dump(format=ox.RdfFormat.N_QUADS)
        assert data is not None  # no output was given, so the bytes come back
        return b"".join(sorted(data.splitlines(keepends=True)))

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The store as an rdflib dataset: a live view whose default graph is the union of all graphs."""
        import rdflib  # 0.15 s, and oxrdflib more
        from oxrdflib import OxigraphStore

        view = rdflib.Dataset(store=OxigraphStore(store=self.store), default_union=True)
        for prefix, base in PREFIXES.items():
            view.bind(prefix, base)
        return view

    def visible(self) -> Iterator[ox.Quad]:
        """Return the quads that SPARQL sees: all of them, or those of the user's files and what follows from them."""
        if self._visible is None:
            yield from self.store
        else:
            for graph in self._visible:
                yield from self.store.quads_for_pattern(None, None, None, graph)

    def visible_graphs(self) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
        """Return the names of the graphs that SPARQL sees."""
        return [*self.store.named_graphs()] if self._visible is None else self._visible

    def sees(self, iri: str) -> bool:
        """Say whether *iri* names a graph that SPARQL sees."""
        try:
            name = ox.NamedNode(iri)
        except ValueError:
            return False
        return self.store.contains_named_graph(name) and (self._visible is None or name in self._visible)

    def seen(self) -> EmbeddedGraph:
        """Return a graph of just what SPARQL sees here: this one, or a copy without what is hidden, which is faster.

        An engine that is told which graphs to look into looks into each of them at every step.
        """
        if self._visible is None:
            return self
        store = ox.Store()
        store.bulk_extend(self.visible())
        return EmbeddedGraph(store, self.name, shows_model=True)

    def results(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        with_model: bool = False,
        base_iri: str | None = None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return what the engine answers to a guarded query, to be read or serialized as it comes.

        Graphs given here are the dataset, whatever the text says (SPARQL 1.1 Protocol, 2.1.4). Raises QuerySyntaxError
        and QueryRefused; an error may also come up while the results are read.
        """
        try:
            dataset = self._dataset(text, default_graphs, named_graphs, with_model=with_model)
            # The engine parses each prefix that it is given, which can take as long as a short query.
            prefixes = {name: iri for written, name, iri in _WRITTEN if written in text}
            return self.store.query(text, base_iri=base_iri, prefixes=prefixes, **dataset)
        except SyntaxError as error:
            raise syntax_error(text, error) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryRefused(f"the engine cannot run it ({error}).") from error

    def look_up(self, text: str) -> Answer:
        """Return the answer to a query of the toolkit's own in which nothing but terms varies, the model included.

        It is not guarded: that takes as long as such a query does.
        """
        return self._evaluate(text, "select", with_model=True)

    def _dataset(
        self, text: str, default_graphs: Sequence[str], named_graphs: Sequence[str], *, with_model: bool
    ) -> dict[str, Any]:
        """Return the arguments that tell the engine which graphs a query sees."""
        if default_graphs or named_graphs:
            return {
                "default_graph": [ox.NamedNode(iri) for iri in default_graphs],
                "named_graphs": [ox.NamedNode(iri) for iri in named_graphs],
            }
        if "FROM" in text.upper() and any(token.is_word("FROM") for token in sparqltext.tokens(text)):
            return {}
        if with_model or self._visible is None:
            return {"use_default_graph_as_union": True}
        return {"default_graph": self._visible}

    def _evaluate(self, text: str, _form: sparqltext.Form, /, *, with_model: bool) -> Answer:
        try:
            return Answer.of(self.results(text, with_model=with_model))
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryRefused(f"the engine cannot run it ({error}).") from error


def _data_graphs(store: ox.Store) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
    named = [
        graph
        for graph in store.named_graphs()
        if not (isinstance(graph, ox.NamedNode) and (graph in _HIDDEN or graph.value.startswith(_MODEL_PREFIX)))
    ]
    return [ox.DefaultGraph(), *sorted(named, key=str)]  # the store lists them in an order of chance


def _fill_folder(folder: Path, files: Mapping[Path, ox.NamedNode]) -> None:
    """Fill a store beside *folder* and move it there when it is complete, so that a failure leaves nothing behind."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        store = ox.Store(f"{beside}/store")
        _fill(store, files, steady=True)
        store.flush()
        del store  # releases the lock on the folder
        if folder.is_dir():
            folder.rmdir()
        Path(beside, "store").rename(folder)


def _fill(store: ox.Store, files: Mapping[Path, ox.NamedNode], *, apart: bool = False, steady: bool) -> None:
    """Load the model and *files* into their graphs, and derive; what follows from the model alone can stand *apart*.

    What is published has *steady* labels of blank nodes: whoever has it need not fetch it again when it is read again.
    """
    model = named_files(resources.model_files())
    for path, graph in model.items():
        _load(store, path, graph, steady=steady)
    if apart:
        derive(store, _DERIVED_MODEL, list(model.values()))
    for path, graph in files.items():
        _load(store, path, graph, steady=steady)
    derive(store, _DERIVED)


def _load(store: ox.Store, path: Path, graph: ox.NamedNode, *, steady: bool) -> None:
    """Put one file into its own named graph, and record where it comes from."""
    document = rdfio.read(path)
    rdfio.load(document, store, graph, steady=steady)
    facts: dict[str, ox.NamedNode | ox.Literal] = {
        PREFIXES["rdf"] + "type": ox.NamedNode(PREFIXES["prov"] + "Entity"),
        PREFIXES["dcterms"] + "identifier": ox.Literal(resources.relative_name(path) or path.name),
        PREFIXES["schema"] + "sha256": ox.Literal(document.sha256),
        PREFIXES["dcterms"] + "format": ox.Literal(document.format.media_type),
    }
    store.extend(ox.Quad(graph, ox.NamedNode(p), o, _PROVENANCE) for p, o in facts.items())
