"""Checking a contribution of some 150 triples beside an open graph of 30 k, 300 k and 1.2 M triples, in one process.

The peer is our own full check of the graph. The time is to follow the contribution, not the graph.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import mineralkg
from benchmarks.checking import SIZES
from benchmarks.generate import Plan, contribution, write
from benchmarks.ratio import Measured, of

__all__ = ["run"]

RUNS = 5


def run(runs: int) -> list[Measured]:
    """Return the time of the contribution over that of the full check, and over its own beside the smallest graph."""
    found: list[Measured] = []
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size, instruments in SIZES.items():
            graph = folder / f"{instruments}.nt"
            write(Plan(instruments), graph)
            path = folder / "contribution.nt"
            path.write_text("".join(contribution(instruments, 2)), encoding="utf-8")
            known = mineralkg.open(graph)
            taken[size] = [_seconds(path, known) for _ in range(max(runs, RUNS) + 1)][1:]
            full = _seconds(graph, None)
            bound = 1 / 20 if size == "1.2 M" else None
            ratios = [one / full for one in taken[size]]
            found.append(of(f"contribution beside {size} triples", "the full check", ratios, bound))
    first, *_, last = SIZES
    flat = [one / statistics.median(taken[first]) for one in taken[last]]
    return [*found, of(f"contribution beside {last} triples", f"the same beside {first}", flat, 2)]


def _seconds(path: Path, known: mineralkg.KnowledgeGraph | None) -> float:
    began = time.perf_counter()
    report = mineralkg.check(path, against=[] if known is None else known)
    assert report.conforms  # there is no fault in what is generated here
    assert not any("whole" in note for note in report.notes)
    return time.perf_counter() - began
