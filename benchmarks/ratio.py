"""Time two commands in turn, as whole processes, and give the ratio of each pair."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Ratio", "measure"]


@dataclass(frozen=True)
class Ratio:
    """Ours over the peer's: the median over the pairs of runs, its range, and the bound that is expected of it."""

    name: str
    peer: str
    median: float
    lowest: float
    highest: float
    runs: int
    expected: float

    @property
    def holds(self) -> bool:
        """Whether the median keeps the bound."""
        return self.median <= self.expected

    def as_json(self) -> dict[str, Any]:
        """Return the fields with the verdict, ratios to three places."""
        return {k: round(v, 3) if isinstance(v, float) else v for k, v in asdict(self).items()} | {"holds": self.holds}

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "FAILS"
        spread = f"{self.lowest:.2f}–{self.highest:.2f} in {self.runs} pairs"
        return f"{self.name}: {self.median:.2f} × {self.peer} ({spread}; at most {self.expected:g} expected: {verdict})"


def measure(
    name: str, ours: Sequence[str], peer_name: str, peer: Sequence[str], *, runs: int, expected: float
) -> Ratio:
    """Return the ratio of wall times of *ours* to *peer*, run in turn after one uncounted pair."""
    ratios = [_seconds(ours) / _seconds(peer) for _ in range(runs + 1)][1:]
    return Ratio(name, peer_name, statistics.median(ratios), min(ratios), max(ratios), runs, expected)


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began
