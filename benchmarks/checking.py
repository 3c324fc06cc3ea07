"""Checking generated graphs of 30 k, 300 k and 1.2 M triples, with our shapes, against three other validators.

Ours runs all shapes with their SPARQL constraints and all other rules, and writes its report as JSON. pySHACL gets the
same shapes; pyrudof and the bare Rust engine get them without the SPARQL constraints. The bare engines, Rust for the
core and Oxigraph for the constraints, find the same results, and not where or why. The peers are given the graph
already joined with the ontology, and everything as N-Triples, which is the fastest there is to read.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox

from benchmarks.generate import Plan, write
from benchmarks.ratio import Figure, Measured, measure
from mineralkg import rdfio, resources
from mineralkg.validation import Engine, Graph, ShapesGraph
from mineralkg.validation.sparql import Selector, set_at_a_time

__all__ = ["run"]

SIZES = {"30 k": 380, "300 k": 3_800, "1.2 M": 15_200}  # instruments; each has about 79 triples
FAULTS = 0.01
_MOST = 250  # times ours, after which pySHACL is ended: at most 1/50 of its time is expected of ours
PEERS = Path(__file__).parent / "peers"
_SPARQL = ox.NamedNode("http://www.w3.org/ns/shacl#sparql")


def run(runs: int) -> list[Measured]:
    """Return our wall time over each peer's, size by size, our memory at most, and the check of a contribution."""
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shapes, core, queries = _shapes(folder)
        for size, instruments in SIZES.items():
            graph, joined = _graph(folder, instruments)
            ours = [sys.executable, "-m", "mineralkg", "check", str(graph), "--against", "none"]
            ours += ["--no-fixes", "-f", "json"]
            few = runs if size == "30 k" else max(1, min(runs, 3))  # what takes a second varies more
            for peer, script, rules, bound in (
                ("bare Rust engine, core shapes", "shacl_core", [core], None),
                ("bare engines, all shapes", "shacl_core", [core, queries], 2),
                ("pyrudof, core shapes", "pyrudof_check", [core], None),
                ("pySHACL", "pyshacl_check", [shapes], 1 / 50),
            ):
                if script == "pyshacl_check" and size != "30 k":
                    continue  # it takes more than a quarter of an hour at 30 k
                theirs = [sys.executable, str(PEERS / f"{script}.py"), str(joined), *map(str, rules)]
                title = f"check, {size} triples"
                slow = script == "pyshacl_check"
                found.append(
                    measure(
                        title,
                        ours,
                        peer,
                        theirs,
                        runs=1 if slow else few,
                        expected=bound,
                        warm=not slow,
                        most=_MOST if slow else None,
                    )
                )
            found.append(Figure(f"check, {size} triples: memory", _peak_memory(ours), "MB", 1000))
        found.append(_contribution(folder, runs))
    return found


def _contribution(folder: Path, runs: int) -> Measured:
    """Return the ratio for one contribution of some 60 triples, from cold, beside the shipped graph."""
    path = Path(__file__).parent.parent / "tests" / "mistakes" / "contribution.ttl"
    merged = folder / "merged.nt"
    files = [path, *resources.model_files(), *resources.resource_files("data", ".ttl")]
    with merged.open("wb") as out:
        for file in files:
            out.write(_ntriples(file))
    ours = [sys.executable, "-m", "mineralkg", "check", str(path)]
    peer = [sys.executable, "-m", "pyshacl", "-s", str(folder / "shapes.nt"), str(merged)]
    return measure("check of one contribution, from cold", ours, "pyshacl", peer, runs=min(runs, 3), expected=1 / 3)


def _peak_memory(command: list[str]) -> float:
    """Return the most memory that a process of *command* held, in megabytes."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss counts bytes there, and kilobytes elsewhere
    return round(int(done.stdout) * unit / 1e6)


def _shapes(folder: Path) -> tuple[Path, Path, Path]:
    """Return a file with all shapes, one without their SPARQL constraints, and one with these as plain queries."""
    files = [path for path in resources.resource_files("shapes", ".ttl") if path.name != "meta.ttl"]
    triples = [quad.triple for file in files for quad in rdfio.parse(rdfio.read(file))]
    shapes, core, queries = folder / "shapes.nt", folder / "core.nt", folder / "queries.json"
    ox.serialize(triples, str(shapes), format=ox.RdfFormat.N_TRIPLES)
    ox.serialize([t for t in triples if t.predicate != _SPARQL], str(core), format=ox.RdfFormat.N_TRIPLES)
    graph, model = ShapesGraph(triples), ox.Store()
    model.extend(quad for file in resources.model_files() for quad in rdfio.parse(rdfio.read(file)))
    selector = Selector(graph, Graph([model]))
    found = (constraint for constraints in Engine(graph).constraints.values() for constraint in constraints)
    queries.write_text(json.dumps([set_at_a_time(constraint, selector) for constraint in found]), encoding="utf-8")
    return shapes, core, queries


def _graph(folder: Path, instruments: int) -> tuple[Path, Path]:
    """Return a file with a generated graph, and one with the same graph and the ontology."""
    graph, joined = folder / f"{instruments}.nt", folder / f"{instruments}-joined.nt"
    write(Plan(instruments, faults=FAULTS), graph)
    joined.write_bytes(graph.read_bytes() + b"".join(map(_ntriples, resources.model_files())))
    return graph, joined


def _ntriples(path: Path) -> bytes:
    data = ox.serialize([quad.triple for quad in rdfio.parse(rdfio.read(path))], format=ox.RdfFormat.N_TRIPLES)
    assert data is not None  # no output was given, so the bytes come back
    return data
