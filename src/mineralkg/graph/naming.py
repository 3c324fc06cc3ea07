"""What the graph of a file is called."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.namespaces import GRAPH

__all__ = ["named_files"]

_FILES = "graph/data/"  # below the base of a site; no graph that is added to the files is called so


def named_files(paths: Iterable[str | Path], base: str | None = None) -> dict[Path, ox.NamedNode]:
    """Return the RDF files that *paths* stand for, in order, each with the name of its graph.

    That is where the file lies. Where it is published, that is nobody's business: below the *base* of a site the name
    is the path of the file from the folder that was given. Raises LoadError as rdfio.documents does.
    """
    found: dict[Path, ox.NamedNode] = {}
    names: dict[Path, ox.NamedNode] = {}
    taken: set[ox.NamedNode] = set()
    for given in paths:
        files = rdfio.documents([given])
        home = Path(given) if Path(given).is_dir() else Path(given).parent
        for path in files:
            real = rdfio.real_path(path)
            if real not in names:
                names[real] = _shipped_name(path) or _name(path.relative_to(home), real, base, taken)
                taken.add(names[real])
            found[path] = names[real]
    return found


def _shipped_name(path: Path) -> ox.NamedNode | None:
    """Return the name of the graph of a file that comes with the package, or None for others."""
    shipped = resources.relative_name(path)
    return ox.NamedNode(GRAPH + shipped.removesuffix(path.suffix)) if shipped else None


def _name(path: Path, real: Path, base: str | None, taken: set[ox.NamedNode]) -> ox.NamedNode:
    if base is None:
        return ox.NamedNode(real.as_uri())
    name = f"{base}{_FILES}{quote(os.fsencode(path.with_suffix('')))}"
    wanted = (ox.NamedNode(name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(node for node in wanted if node not in taken)
