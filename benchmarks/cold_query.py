"""From cold: ``mineralkg query partner_commitments`` against a short rdflib script on the same files."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from benchmarks.ratio import Measured, measure
from mineralkg.resources import root

__all__ = ["run"]


def run(runs: int) -> list[Measured]:
    """Return our wall time over the peer's, as whole processes in turn; at most 0.5 is expected."""
    ours = [sys.executable, "-m", "mineralkg", "query", "partner_commitments", "-f", "csv"]
    peer = [sys.executable, str(Path(__file__).parent / "peers" / "rdflib_partner_commitments.py"), str(root())]
    if (asked := _claims(ours, "claim")) != (answered := _claims(peer)):
        raise SystemExit(f"The two answers differ, so that times cannot be compared: {sorted(asked ^ answered)}")
    return [measure("cold query", ours, "rdflib script", peer, runs=runs, expected=0.5)]


def _claims(command: list[str], column: str | None = None) -> set[str]:
    """Return the claims in the rows of an answer in CSV: in the named column, or without a head in the last one."""
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {row[column] for row in csv.DictReader(output)} if column else {row[-1] for row in csv.reader(output)}
