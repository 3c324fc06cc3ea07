"""Run every benchmark in one go, print the ratios and keep them in benchmarks/results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks import cold_query

BENCHMARKS = (cold_query.run,)
LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl")


def main() -> int:
    """Return 0 where every ratio keeps its bound, else 1."""
    parser = argparse.ArgumentParser(description="Measure against named peers.")
    parser.add_argument("--runs", type=int, default=9, help="pairs of runs for each ratio")
    options = parser.parse_args()
    ratios = [benchmark(options.runs) for benchmark in BENCHMARKS]
    for ratio in ratios:
        print(ratio)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count()}
    results = {
        "machine": machine | {name: version(name) for name in LIBRARIES},
        "ratios": [ratio.as_json() for ratio in ratios],
    }
    Path(__file__).with_name("results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0 if all(ratio.holds for ratio in ratios) else 1


if __name__ == "__main__":
    raise SystemExit(main())
