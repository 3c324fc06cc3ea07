"""The Python door: open a graph, ask it, check files against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mineralkg.errors import UsageError
from mineralkg.graph import Answer, EmbeddedGraph, Handle, RemoteGraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import rdflib

    from mineralkg.describing import Description
    from mineralkg.rdfio import Limits
    from mineralkg.reports import Level, Report
    from mineralkg.validation import EngineName

__all__ = ["KnowledgeGraph", "check", "open"]


class KnowledgeGraph:
    """An open knowledge graph.

    ``kg.query`` holds the canned questions as functions, ``kg.sparql`` answers SPARQL, ``kg.graph`` is the same graph
    for rdflib.
    """

    def __init__(self, handle: Handle) -> None:
        from mineralkg.queries import Catalogue  # a check asks no question

        self.handle = handle
        self.query = Catalogue(handle)

    def sparql(self, text: str) -> Answer:
        """Return the answer to a read-only SPARQL query.

        Raises QueryRefused for text that would write or reach outside the graph, and QuerySyntaxError for text that is
        not SPARQL.
        """
        return self.handle.sparql(text)

    def show(self, name: str) -> Description:
        """Return everything about one thing, given by code, label, CURIE or IRI, with the words behind it.

        Raises UnknownResource with near matches, or AmbiguousResource with the candidates.
        """
        from mineralkg.describing import describe

        return describe(self.handle, name)

    @property
    def graph(self) -> rdflib.Dataset:
        """The graph as an rdflib dataset over the same store: no copy. Its default graph is the union of all graphs."""
        return self.handle.rdflib

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {self.handle.name}>"


def open(
    *paths: str | Path, endpoint: str | None = None, store: str | Path | None = None, base_url: str | None = None
) -> KnowledgeGraph:
    """Return a knowledge graph: the shipped one, or that of files and folders, an *endpoint* or an on-disk *store*.

    An empty *store* folder is filled from *paths*, or from the shipped graph, and kept. Each file is a graph, named by
    where the file lies; to publish them below *base_url*, give it here, too, and their names lie there as well and tell
    nothing of the machine. Raises LoadError for a file that cannot be read, StoreError for a folder that cannot be
    used, UsageError where *endpoint* meets other sources.
    """
    if endpoint is not None:
        if paths or store is not None:
            raise UsageError("An endpoint holds its own data. Leave out the files and the store, or the endpoint.")
        return KnowledgeGraph(RemoteGraph(endpoint))
    base = base_url and f"{base_url.removesuffix('/')}/"
    if store is not None:
        return KnowledgeGraph(EmbeddedGraph.on_disk(store, paths, base))
    if paths:
        return KnowledgeGraph(EmbeddedGraph.of(paths, base))
    return KnowledgeGraph(EmbeddedGraph.shipped())


def check(
    *paths: str | Path,
    shapes: Sequence[str | Path] = (),
    against: KnowledgeGraph | str | Path | Sequence[str | Path] | None = None,
    alone: bool = False,
    fail_on: Level = "violation",
    lang: str = "en",
    engine: EngineName = "auto",
    sources: Sequence[str | Path] = (),
    changed_since: str | None = None,
    baseline: str | Path | None = None,
    fixes: bool = True,
    limits: Limits | None = None,
) -> Report:
    """Return the report on files and folders of RDF: does it conform, where not, and why.

    The files are seen in the context of the shipped graph, of *against* (an open graph, or files), or *alone*. *shapes*
    replaces the shipped shapes by anybody's; *sources* are texts in which what is quoted from them must stand. With
    *changed_since*, a revision of git, only what has changed since is checked; findings that the file *baseline* lists
    are left out. Raises LoadError for a file that is not there, ShapesError for shapes that cannot be used, and
    UsageError where no path is given and where *against* is a remote graph, which cannot be read as a whole.
    """
    from mineralkg.checking import check as run
    from mineralkg.rdfio import LIMITS
    from mineralkg.reports import LEVELS

    if not paths:
        raise UsageError("Name at least one file or folder to check.")
    if fail_on not in LEVELS:
        raise UsageError(f"There is no level “{fail_on}”. Use one of: {', '.join(LEVELS)}.")
    return run(
        paths,
        shapes=shapes,
        against=_context(against),
        alone=alone,
        fail_on=fail_on,
        lang=lang,
        engine=engine,
        sources=sources,
        changed_since=changed_since,
        baseline=baseline,
        fixes=fixes,
        limits=limits or LIMITS,
    )


def _context(
    against: KnowledgeGraph | str | Path | Sequence[str | Path] | None,
) -> EmbeddedGraph | Sequence[str | Path] | None:
    if isinstance(against, str | Path):
        return [against]
    if not isinstance(against, KnowledgeGraph):
        return against
    if not isinstance(against.handle, EmbeddedGraph):
        raise UsageError("A contribution cannot be checked against a remote graph. Give files or an embedded graph.")
    return against.handle
