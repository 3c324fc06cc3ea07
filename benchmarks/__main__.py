"""Run every benchmark in one go, print the ratios and keep them in benchmarks/results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import checking, cold_query, incremental
from benchmarks.ratio import Measured

BENCHMARKS = {"cold_query": cold_query.run, "checking": checking.run, "incremental": incremental.run}
LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "shacl", "pyrudof")
RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    """Return 0 where every ratio keeps its bound, else 1."""
    parser = argparse.ArgumentParser(description="Measure against named peers.")
    parser.add_argument("--runs", type=int, default=9, help="pairs of runs for each ratio")
    parser.add_argument("names", nargs="*", default=[], help=f"only these benchmarks, of {', '.join(BENCHMARKS)}")
    options = parser.parse_args()
    measured: dict[str, list[Measured]] = {}
    for name in options.names or BENCHMARKS:
        measured[name] = BENCHMARKS[name](options.runs)
        print(*measured[name], sep="\n", flush=True)
    _keep(measured)
    return 0 if all(one.holds for found in measured.values() for one in found) else 1


def _keep(measured: dict[str, list[Measured]]) -> None:
    """Write what was measured to the results; benchmarks that did not run keep their figures."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))["measured"] if RESULTS.exists() else {}
    machine = {"python": platform.python_version(), "cpus": os.cpu_count()}
    found = {name: [one.as_json() for one in ones] for name, ones in measured.items()}
    results = {"machine": machine | dict(_versions()), "measured": kept | found}
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _versions() -> Iterator[tuple[str, str]]:
    """Return the libraries that are installed with their versions; what was measured names the peers that are not."""
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


if __name__ == "__main__":
    raise SystemExit(main())
