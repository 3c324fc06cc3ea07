"""All data as files with the same bytes whenever the data are the same: sorted, without times, in bounded memory."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.formats import by_name
from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.static.sorting import sorted_lines

__all__ = ["write_dump", "write_sorted"]

_DEFAULT = "-"  # stands for the name of the default graph


def write_sorted(quads: Iterable[ox.Quad], path: Path, work: Path) -> None:
    """Write *quads* as N-Quads to *path*, each once, by graph and then by subject; *work* is a folder for pieces."""
    lines = (f"{_DEFAULT if q.graph_name == ox.DefaultGraph() else q.graph_name} {q.triple}" for q in _named(quads))
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for line in sorted_lines(lines, work):
            graph, _, triple = line.partition(" ")
            out.write(f"{triple} .\n" if graph == _DEFAULT else f"{triple} {graph} .\n")


def write_dump(ordered: Path, path: Path, suffix: str, work: Path) -> None:
    """Write what the sorted N-Quads in *ordered* say to *path* in the form that *suffix* names, such as "nq.gz"."""
    name, _, packed = suffix.partition(".")
    plain = work / "plain" if packed else path
    if name == "nq":
        shutil.copyfile(ordered, plain)
    else:
        with ordered.open("rb") as source, plain.open("wb") as out:
            quads = ox.parse(source, format=ox.RdfFormat.N_QUADS)
            form = by_name(name, "rdf")
            said = quads if form.quads else _triples(quads, work)
            prefixes = PREFIXES if name in ("trig", "ttl") else None
            ox.serialize(said, output=out, format=rdfio.engine_format(form), prefixes=prefixes)
    if packed:
        with plain.open("rb") as source, path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
            shutil.copyfileobj(source, out, 1 << 20)
        plain.unlink()


def _triples(quads: Iterable[ox.Quad], work: Path) -> Iterator[ox.Triple]:
    """Return what is said in any graph, once, in order."""
    for line in sorted_lines((f"{q.triple}" for q in quads), work):
        yield from (q.triple for q in ox.parse(f"{line} .", format=ox.RdfFormat.N_TRIPLES))


def _named(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Return *quads* with canonical labels for their blank nodes (RDFC-1.0): their own differ from run to run."""
    nameless = ox.Dataset()
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            yield quad
        else:
            nameless.add(quad)
    nameless.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    yield from nameless
