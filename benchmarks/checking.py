"""Checking generated graphs of 30 k, 300 k and 1.2 M triples, with our shapes, against three other validators.

Ours runs all shapes with their SPARQL constraints and all other rules, and writes its report as JSON. pySHACL gets the
same shapes; pyrudof and the bare Rust engine get them without the SPARQL constraints. The peers are given the graph
already joined with the ontology, and everything as N-Triples, which is the fastest there is to read.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox

from benchmarks.generate import Plan, write
from benchmarks.ratio import Figure, Measured, measure
from mineralkg import rdfio, resources

__all__ = ["run"]

SIZES = {"30 k": 380, "300 k": 3_800, "1.2 M": 15_200}  # instruments; each has about 79 triples
FAULTS = 0.01
PEERS = Path(__file__).parent / "peers"
_SPARQL = ox.NamedNode("http://www.w3.org/ns/shacl#sparql")


def run(runs: int) -> list[Measured]:
    """Return our wall time over each peer's, size by size, our memory at most, and the check of a contribution."""
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shapes, core = _shapes(folder)
        for size, instruments in SIZES.items():
            graph, joined = _graph(folder, instruments)
            ours = [sys.executable, "-m", "mineralkg", "check", str(graph), "--against", "none"]
            ours += ["--no-fixes", "-f", "json"]
            few = max(1, min(runs, 3))
            for peer, script, rules, bound in (
                ("bare Rust engine, core shapes", "shacl_core", core, None),
                ("pyrudof, core shapes", "pyrudof_check", core, None),
                ("pySHACL", "pyshacl_check", shapes, 1 / 50),
            ):
                if script == "pyshacl_check" and size != "30 k":
                    continue  # it takes minutes at 30 k
                theirs = [sys.executable, str(PEERS / f"{script}.py"), str(rules), str(joined)]
                title = f"check, {size} triples"
                single = script == "pyshacl_check"
                found.append(
                    measure(title, ours, peer, theirs, runs=1 if single else few, expected=bound, warm=not single)
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


def _shapes(folder: Path) -> tuple[Path, Path]:
    """Return a file with all shapes, and one without their SPARQL constraints."""
    files = [path for path in resources.resource_files("shapes", ".ttl") if path.name != "meta.ttl"]
    triples = [quad.triple for file in files for quad in rdfio.parse(rdfio.read(file))]
    shapes, core = folder / "shapes.nt", folder / "core.nt"
    ox.serialize(triples, str(shapes), format=ox.RdfFormat.N_TRIPLES)
    ox.serialize([t for t in triples if t.predicate != _SPARQL], str(core), format=ox.RdfFormat.N_TRIPLES)
    return shapes, core


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
