"""From cold: ``mineralkg query partner_commitments`` against a short rdflib script on the same files."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.ratio import Ratio, measure
from mineralkg.resources import root

__all__ = ["run"]


def run(runs: int) -> Ratio:
    """Return our wall time over the peer's, as whole processes in turn; at most 0.5 is expected."""
    ours = [sys.executable, "-m", "mineralkg", "query", "partner_commitments", "-f", "csv"]
    peer = [sys.executable, str(Path(__file__).parent / "peers" / "rdflib_partner_commitments.py"), str(root())]
    return measure("cold query", ours, "rdflib script", peer, runs=runs, expected=0.5)
