"""The canonical form of a graph (RDFC-1.0), within a deadline.

The algorithm takes exponential time on graphs made for it, so one whose unnamed nodes are many and interlinked is left
to a process of its own, which can be ended.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable

import pyoxigraph as ox

__all__ = ["digest"]

_HARMLESS = 6  # unnamed nodes that unnamed nodes point to: their permutations are few
_SECONDS = 20


def digest(triples: Iterable[ox.Triple]) -> str | None:
    """Return a digest that two sets of triples share where they are the same graph, or None where it takes too long."""
    found = set(triples)
    linked = {node for t in found if isinstance(t.subject, ox.BlankNode) and isinstance(node := t.object, ox.BlankNode)}
    if len(linked) <= _HARMLESS:
        return _digest(found)
    data = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES)
    command = [sys.executable, "-m", "mineralkg.publishing.proof.canonical"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return done.stdout.decode()


def _digest(triples: Iterable[ox.Triple]) -> str:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(str(quad) for quad in dataset)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    quads = ox.parse(sys.stdin.buffer.read(), format=ox.RdfFormat.N_TRIPLES)
    sys.stdout.write(_digest({quad.triple for quad in quads}))
