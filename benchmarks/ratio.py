"""Time two commands in turn, as whole processes, and give the ratio of each pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

__all__ = ["Failure", "Figure", "Measured", "PeerFailed", "Ratio", "measure", "of"]


@dataclass(frozen=True)
class Ratio:
    """Ours over the peer's: the median over the pairs of runs, its range, and the bound that is expected of it."""

    name: str
    peer: str
    median: float
    lowest: float
    highest: float
    runs: int
    expected: float | None

    @property
    def holds(self) -> bool:
        """Whether the median keeps the bound, if one is expected of it."""
        return self.expected is None or self.median <= self.expected

    def as_json(self) -> dict[str, Any]:
        """Return the fields with the verdict, ratios to three places."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()} | {"holds": self.holds}

    def __str__(self) -> str:
        spread = f"{self.lowest:.3g}–{self.highest:.3g} in {self.runs} pairs"
        bound = "" if self.expected is None else f"; at most {self.expected:g} expected: {self._verdict}"
        return f"{self.name}: {self.median:.3g} × {self.peer} ({spread}{bound})"

    @property
    def _verdict(self) -> str:
        return "holds" if self.holds else "FAILS"


@dataclass(frozen=True)
class Failure:
    """That a peer did not get through, in its own words."""

    name: str
    peer: str
    failure: str
    holds: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the fields."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.name}: no figure for {self.peer}: {self.failure}"


@dataclass(frozen=True)
class Figure:
    """A figure that is no ratio: what it is, how much of which unit, and the bound that is expected of it."""

    name: str
    value: float
    unit: str
    expected: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the figure keeps the bound, if there is one."""
        return self.expected is None or self.value <= self.expected

    def as_json(self) -> dict[str, Any]:
        """Return the fields with the verdict."""
        return asdict(self) | {"holds": self.holds}

    def __str__(self) -> str:
        bound = (
            ""
            if self.expected is None
            else f" (at most {self.expected:g} expected: {'holds' if self.holds else 'FAILS'})"
        )
        return f"{self.name}: {self.value:g} {self.unit}{bound}"


Measured: TypeAlias = Ratio | Failure | Figure


def measure(
    name: str,
    ours: Sequence[str],
    peer_name: str,
    peer: Sequence[str],
    *,
    runs: int,
    expected: float | None,
    warm: bool = True,
    most: float | None = None,
) -> Ratio | Failure:
    """Return the ratio of wall times of *ours* to *peer*, run in turn, where *warm* after one uncounted pair.

    A peer that takes more than *most* times our time is ended; that is a failure of it, which says how long it took.
    """
    try:
        pairs = [_pair(ours, peer, most) for _ in range(runs + warm)][warm:]
    except PeerFailed as error:
        return Failure(name, peer_name, str(error))
    ratios = [own / other for own, other in pairs]
    return of(name, peer_name, ratios, expected)


def of(name: str, peer: str, ratios: Sequence[float], expected: float | None) -> Ratio:
    """Return the ratio that several pairs of runs gave."""
    return Ratio(name, peer, statistics.median(ratios), min(ratios), max(ratios), len(ratios), expected)


class PeerFailed(Exception):
    """A command ended by a signal, or said that it could not do its work."""


def _pair(ours: Sequence[str], peer: Sequence[str], most: float | None) -> tuple[float, float]:
    own = _seconds(ours)
    try:
        return own, _seconds(peer, None if most is None else most * own)
    except subprocess.TimeoutExpired as error:
        told = f"it was not done after {error.timeout:.0f} s, {most} times the {own:.2f} s that ours took"
        raise PeerFailed(told) from error


def _seconds(command: Sequence[str], most: float | None = None) -> float:
    # Byte code is kept, as for anybody who uses a command again and again; some machines are set up not to.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=kept, timeout=most)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PeerFailed(f"it ended with {done.returncode}: {last[:200]}")
    return time.perf_counter() - began
