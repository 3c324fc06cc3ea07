"""Requests per second and the 99th percentile of latency, ours against named servers over the same data, in one run.

    python -m benchmarks.serving [--instruments 1000] [--seconds 5]

The load comes from wrk. Entities and canned answers are asked for again and again, as readers do, so ours come from
its cache; every ad-hoc query differs from all before it, so none does. The peers have neither pages nor canned answers:
they are asked to CONSTRUCT what our document says, and the SPARQL of the question. Before a scenario is counted,
everything of ours is asked for once, and it is run for a second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from benchmarks.generate import STATES, Plan, write
from benchmarks.peers.servers import PEERS, Server, mineralkg
from mineralkg.graph import EmbeddedGraph
from mineralkg.namespaces import DATA, PREFIXES
from mineralkg.queries import bound_text, find
from mineralkg.sparqltext import with_prefixes

_CONNECTIONS = 8
_SCRIPT = """
local targets, place = {}, 0
for line in io.lines(os.getenv("TARGETS")) do targets[#targets + 1] = line end
local headers = {["Accept"] = os.getenv("ACCEPT")}
request = function()
  place = place + 1
  local target = targets[(place - 1) % #targets + 1]
  if os.getenv("DISTINCT") == "1" then target = target .. "%0A%23" .. place .. os.getenv("SALT") end
  return wrk.format("GET", target, headers)
end
done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.stderr:write(string.format("%d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(99), failed))
end
"""


@dataclass(frozen=True)
class Scenario:
    """Something to be asked for: what of ours and of a peer, and in which form."""

    name: str
    accept: str
    peers_accept: str
    ours: list[str]
    queries: list[str]
    distinct: bool = False

    def targets(self, server: Server) -> list[str]:
        """Return the addresses below the host of a server."""
        if server.name == "mineralkg" and not self.distinct:
            return self.ours
        path = server.endpoint.partition("//")[2].partition("/")[2]
        return [f"/{path}?query={quote(query, safe='')}" for query in self.queries]


@dataclass(frozen=True)
class Measured:
    """What one server did in one scenario."""

    scenario: str
    server: str
    per_second: float
    p99_ms: float
    failed: int


def scenarios(graph: EmbeddedGraph, instruments: int) -> Iterator[Scenario]:
    """Return what is measured."""
    slugs = [f"generated-{n}" for n in range(0, instruments, max(1, instruments // 50))]
    describe = [_DESCRIBE.replace("$x", f"<{DATA}instrument/{slug}>") for slug in slugs]
    yield Scenario("entity, HTML", "text/html", "text/turtle", [f"/doc/instrument/{s}" for s in slugs], describe)
    yield Scenario("entity, Turtle", "text/turtle", "text/turtle", [f"/doc/instrument/{s}" for s in slugs], describe)
    question = find("commitments_of")
    texts = [with_prefixes(bound_text(graph, question, {"partner": code}), PREFIXES) for code in STATES[:20]]
    canned = [f"/query/commitments_of.csv?partner={code}" for code in STATES[:20]]
    yield Scenario("canned answer, CSV", "text/csv", "text/csv", canned, texts)
    looked_up = [_LOOK_UP % f"{DATA}instrument/{slug}" for slug in slugs]
    yield Scenario("ad-hoc look-up", _JSON, _JSON, [], looked_up, distinct=True)
    joined = [_JOIN % f"{DATA}state/{code}" for code in STATES[:20]]
    yield Scenario("ad-hoc join", _JSON, _JSON, [], joined, distinct=True)


# What our document of a thing says, but for the labels: of itself, what points to it, and the words behind.
_DESCRIBE = f"""
PREFIX mkg: <{PREFIXES["mkg"]}>
CONSTRUCT {{ $x ?p ?o . ?c ?q ?v . ?e ?r ?w }} WHERE {{
  {{ $x ?p ?o }} UNION {{ ?c ?to $x ; ?q ?v }} UNION {{ ?c ?to $x ; mkg:evidence ?e . ?e ?r ?w }}
}}"""
_JSON = "application/sparql-results+json"
_LOOK_UP = f"SELECT ?claim ?p ?o {{ ?claim <{PREFIXES['mkg']}inInstrument> <%s> ; ?p ?o }}"
_JOIN = f"""
PREFIX mkg: <{PREFIXES["mkg"]}>
SELECT ?modality (COUNT(DISTINCT ?instrument) AS ?n) {{
  ?claim mkg:committedParty <%s> ; mkg:inInstrument ?instrument ; mkg:modality ?modality .
  ?other mkg:inInstrument ?instrument ; mkg:participant ?participant .
}} GROUP BY ?modality ORDER BY ?modality"""


def measure(scenario: Scenario, server: Server, seconds: int, folder: Path) -> Measured:
    """Return what *server* does under the load of *scenario*."""
    targets, script = folder / "targets", folder / "script.lua"
    targets.write_text("\n".join(scenario.targets(server)))
    script.write_text(_SCRIPT)
    accept = scenario.accept if server.name == "mineralkg" else scenario.peers_accept
    targets_of = scenario.targets(server)
    for target in targets_of if server.name == "mineralkg" else targets_of[:3]:
        asked = urllib.request.Request(server.root + target, headers={"Accept": accept})
        urllib.request.urlopen(asked, timeout=300).close()
    told = ""
    for salt, duration in (("a", 1), ("b", seconds)):
        environment = {
            **os.environ,
            "TARGETS": str(targets),
            "ACCEPT": accept,
            "DISTINCT": str(int(scenario.distinct)),
            "SALT": salt,
        }
        command = ["wrk", "--threads", "1", "--connections", str(_CONNECTIONS), "--timeout", "30s"]
        command += ["--duration", f"{duration}s", "--script", str(script), server.root]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stderr
    found = re.search(r"(\d+) (\d+) (\d+) (\d+)\n", told)
    assert found is not None, told
    requests, microseconds, p99, failed = map(int, found.groups())
    return Measured(scenario.name, server.name, requests / microseconds * 1e6, p99 / 1000, failed)


def run(instruments: int, seconds: int, peers: str) -> tuple[list[Measured], list[str]]:
    """Return all measurements, and what could not be measured, in words."""
    measured, skipped = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, triples = folder / "data.nt", folder / "all.nt"
        write(Plan(instruments), data)
        graph = EmbeddedGraph.of([data])
        everything = {str(quad.triple) + " .\n" for quad in graph.store}  # with the model, which canned questions see
        triples.write_text("".join(sorted(everything)), encoding="utf-8")
        planned = list(scenarios(graph, instruments))
        servers: Sequence[tuple[Callable[..., object], Path]] = [
            (mineralkg, data),
            *((p, triples) for p in PEERS if p.__name__ in peers),
        ]
        for start, source in servers:
            with ExitStack() as stack:
                try:
                    server: Server = stack.enter_context(start(source))  # type: ignore[arg-type]
                except FileNotFoundError as error:
                    skipped.append(str(error))
                    continue
                for scenario in planned:
                    measured.append(measure(scenario, server, seconds, folder))
                    print(measured[-1], file=sys.stderr)
    return measured, skipped


def table(measured: Sequence[Measured]) -> str:
    """Return the measurements as a Markdown table: requests per second and 99th percentile."""
    names = list(dict.fromkeys(m.server for m in measured))
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for scenario in dict.fromkeys(m.scenario for m in measured):
        by_server = {m.server: m for m in measured if m.scenario == scenario}
        cells = (f"{m.per_second:,.0f}/s, {m.p99_ms:,.1f} ms" for m in (by_server[name] for name in names))
        lines.append(f"| {scenario} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Measure, print the table and keep it in benchmarks/serving.json; 1 where a request failed."""
    parser = argparse.ArgumentParser(description="Measure the server against named peers.")
    parser.add_argument("--instruments", type=int, default=1000, help="how many instruments the graph holds")
    parser.add_argument("--seconds", type=int, default=5, help="how long each scenario runs")
    parser.add_argument("--peers", default="oxigraph,virtuoso,rdflib_endpoint", help="whom to measure against")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed; it makes the load.", file=sys.stderr)
        return 2
    measured, skipped = run(options.instruments, options.seconds, options.peers)
    print(table(measured))
    for reason in skipped:
        print(f"not measured: {reason}", file=sys.stderr)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "pyoxigraph": version("pyoxigraph")}
    results = {"machine": machine, "instruments": options.instruments, "measured": [vars(m) for m in measured]}
    Path(__file__).with_name("serving.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if any(m.failed for m in measured) else 0


if __name__ == "__main__":
    raise SystemExit(main())
