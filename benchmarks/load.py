"""Mixed load on our server for as long as is wanted: readers, programs, and requests that mean harm, side by side.

    python -m benchmarks.load [--minutes 30]

Every answer is held to what its request may be told, and the memory of all processes of the server is looked at all
along, as its proportional share, so that what workers have in common counts once. Memory may not grow once the caches
are full and each kind of request has been answered some hundred times: that is the first tenth of the time.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import statistics
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import quote

from benchmarks.processes import below, free_port, running

__all__ = ["EXPECTED", "Outcome", "run"]

# Limits that the load reaches within seconds, which with the usual ones it would in an hour.
_LIMITS = ("--rate", "0", "--cache-mb", "8", "--query-seconds", "1", "--memory-mb", "256", "--max-answer-mb", "4")
_CLIENTS = 6
_WARM = 0.1  # of the time
_GROWTH = 1.1  # of the memory after that
_TURNED_AWAY = 0.05  # of all requests
_SECONDS = 60  # in which every request is answered


@dataclass(frozen=True)
class Kind:
    """Requests of one kind: their share, the statuses that are right for them, and how one is made of a number."""

    name: str
    share: int
    expected: frozenset[int]
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


_QUERY = {"Content-Type": "application/sparql-query"}
_BUSY = {503, 504}  # what any request may be told now and then, for the load is more than the server can take
_CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# {n} is a number that no other request has, {day} such a day, {state} a state.
KINDS = (
    Kind("page", 20, frozenset({200}), "/doc/state/{state}", {"Accept": "text/html", "Accept-Encoding": "br"}),
    Kind("page anew", 6, frozenset({200}), "/doc/state/{state}?lang=es&n={n}", {"Accept": "text/html"}),
    Kind("resource", 10, frozenset({303}), "/id/state/{state}", {"Accept": "text/turtle;q=0.9, */*;q=0.1"}),
    Kind("document", 10, frozenset({200}), "/doc/state/{state}.jsonld?n={n}"),
    Kind("answer", 10, frozenset({200}), "/query/commitments_of.csv?partner={state}"),
    Kind("answer anew", 4, frozenset({200}), "/query/deadlines.json?as_of={day}"),
    Kind("home", 3, frozenset({200}), "/?n={n}", {"Accept": "text/html"}),
    Kind("look-up", 20, frozenset({200}), "/sparql", _QUERY, "SELECT * {{ ?s ?p ?o }} LIMIT 20 # {n}"),
    Kind("large answer", 2, frozenset({200, 422, 504}), "/sparql", _QUERY, "SELECT * {{ ?s ?p ?o }} # {n}"),
    Kind("cross product", 1, frozenset({504}), "/sparql", _QUERY, _CROSS.replace("{", "{{").replace("}", "}}")),
    Kind("wrong query", 4, frozenset({400}), "/sparql", _QUERY, "SELECT * {{ ?s ?p {n} "),
    Kind("service", 2, frozenset({400}), "/sparql", _QUERY, "SELECT * {{ SERVICE <http://a/{n}> {{}} }}"),
    Kind("update", 2, frozenset({403}), "/sparql", {"Content-Type": "application/sparql-update"}, "DROP ALL # {n}"),
    Kind("unknown", 4, frozenset({404}), "/doc/state/none-{n}"),
    Kind("other forms", 2, frozenset({406}), "/doc/state/{state}?n={n}", {"Accept": "image/{n}"}),
)
EXPECTED = {kind.name: kind.expected for kind in KINDS}
_STATES = ("AUS", "CHN", "JPN", "KOR", "MEX", "MYS", "THA", "USA")  # the shipped graph has them


@dataclass
class Outcome:
    """What came of the load: answers by kind and status, what was answered wrongly, and memory by time in MB."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def growth(self) -> float:
        """The memory of the last third over that of a third after the first tenth, each in the middle of its values."""
        warm = [size for at, size in self.memory if at >= _WARM * self.seconds]
        third = max(1, len(warm) // 3)
        return statistics.median(warm[-third:]) / statistics.median(warm[:third])

    @property
    def turned_away(self) -> float:
        """The share of requests that were told that the server is busy, or that they took too long."""
        busy = sum(n for (kind, status), n in self.answers.items() if status in _BUSY - EXPECTED[kind])
        return busy / max(1, sum(self.answers.values()))

    @property
    def holds(self) -> bool:
        """Whether all was answered rightly, few were turned away, and the memory did not grow."""
        return not self.wrong and self.turned_away <= _TURNED_AWAY and self.growth <= _GROWTH

    def __str__(self) -> str:
        total = sum(self.answers.values())
        sizes = [size for _, size in self.memory]
        lines = [f"{kind}: {count} × {status}" for (kind, status), count in sorted(self.answers.items())]
        lines.append(
            f"{total} requests in {self.seconds:.0f} s, {self.turned_away:.2%} turned away; "
            f"memory {min(sizes):.0f} to {max(sizes):.0f} MB, at the end {sizes[-1]:.0f} MB; "
            f"{self.growth:.3f} × from the first third to the last"
        )
        return "\n".join([*lines, *(f"wrong: {one}" for one in self.wrong[:20])])


def run(seconds: float, *, told: bool = False) -> Outcome:
    """Return what comes of that many seconds of load on a server of ours; with *told*, say each minute how it goes."""
    outcome, lock = Outcome(seconds=seconds), threading.Lock()
    numbers = itertools.count()
    port = free_port()
    command = [sys.executable, "-m", "mineralkg", "serve", "--port", str(port), "--no-access-log", *_LIMITS]
    with running(command, f"http://127.0.0.1:{port}/healthz") as process:
        start = time.monotonic()
        clients = [
            threading.Thread(target=_ask_on, args=(port, start + seconds, numbers, seed, outcome, lock))
            for seed in range(_CLIENTS)
        ]
        for client in clients:
            client.start()
        while (now := time.monotonic() - start) < seconds:
            outcome.memory.append((now, _memory(process.pid)))
            if told and len(outcome.memory) % 60 == 1:
                count = sum(outcome.answers.values())
                print(f"{now:5.0f} s  {outcome.memory[-1][1]:5.0f} MB  {count} requests", file=sys.stderr, flush=True)
            time.sleep(min(1.0, seconds / 30))
        for client in clients:
            client.join()
        if process.poll() is not None:
            outcome.wrong.append(f"the server ended by itself, with {process.returncode}")
    return outcome


def _ask_on(port: int, until: float, numbers: Iterator[int], seed: int, outcome: Outcome, lock: threading.Lock) -> None:
    """Ask one request after the other, as one client on one connection."""
    chance = random.Random(seed)
    shares = [kind.share for kind in KINDS]
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)) as connection:
        first = deque(KINDS)
        first.rotate(seed * len(KINDS) // _CLIENTS)  # between them, the clients soon have asked for everything
        while time.monotonic() < until:
            kind = first.popleft() if first else chance.choices(KINDS, shares)[0]
            status = _ask(connection, kind, next(numbers), chance.choice(_STATES))
            with lock:
                outcome.answers[kind.name, status] += 1
                if status not in kind.expected | _BUSY:
                    outcome.wrong.append(f"{kind.name} was answered with {status or 'nothing'}")


def _ask(connection: http.client.HTTPConnection, kind: Kind, number: int, state: str) -> int:
    """Return the status of the answer, or 0 where there is none."""
    told = {"n": str(number), "state": state, "day": str(date.fromordinal(1 + number))}
    headers = {name: value.format(**told) for name, value in kind.headers.items()}
    body = kind.body.format(**told).encode() if kind.body else None
    try:
        path = quote(kind.path.format(**told), safe="/?&=.")
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0


def _memory(pid: int) -> float:
    """Return the memory of a process and all below it in MB, what they share counted once."""
    found = 0.0
    for one in [pid, *below(pid)]:
        with suppress(OSError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
            found += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024
    return found


def main() -> int:
    """Run the load and say what came of it; 1 where an answer was wrong or the memory grew."""
    parser = argparse.ArgumentParser(description="Put our server under mixed load, and watch its memory.")
    parser.add_argument("--minutes", type=float, default=30, help="how long")
    outcome = run(parser.parse_args().minutes * 60, told=True)
    print(outcome)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
