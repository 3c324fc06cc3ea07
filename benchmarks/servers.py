"""Start a server with some RDF on this machine, and stop it: ours and the peers that publish RDF over HTTP, too."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import free_port, stop

__all__ = ["EXAMPLE", "SERVERS", "serving"]

# A graph that every server can be given; {base} is the address at which it is served.
EXAMPLE = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix o: <{base}ontology#> .

<{base}ontology> a owl:Ontology ; dcterms:title "States"@en ; dcterms:description "States and their partners."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:creator "the project" ;
    dcterms:created "2026-11-24"^^xsd:date ; owl:versionInfo "1.0" .
o:State a owl:Class ; rdfs:label "state"@en ; rdfs:comment "A state."@en .
o:partner a owl:ObjectProperty ; rdfs:label "partner"@en ; rdfs:comment "Who is a partner of a state."@en .
<{base}id/state/JPN> a o:State ; rdfs:label "Japan"@en , "Japón"@es ; o:partner <{base}id/state/KOR> .
<{base}id/state/KOR> a o:State ; rdfs:label "Korea"@en ; o:partner <{base}id/state/JPN> , [ rdfs:label "unnamed"@en ] .
"""

_SECONDS = 60


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _ours(file: Path, port: int, _: Path) -> Sequence[str]:
    base = f"http://127.0.0.1:{port}/"
    said = ["--licence", "https://creativecommons.org/licenses/by/4.0/", "--publisher", f"{base}#us"]
    command = [_tool("mineralkg"), "serve", "--data", str(file), "--base-url", base, *said]
    return [*command, "--port", str(port), "--rate", "0"]


def _rdflib_endpoint(file: Path, port: int, _: Path) -> Sequence[str]:
    return [_tool("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(file)]


def _oxigraph(file: Path, port: int, folder: Path) -> Sequence[str]:
    store = str(folder / "store")
    load = [_tool("oxigraph"), "load", "--location", store, "--file", str(file)]
    subprocess.run(load, check=True, capture_output=True, timeout=_SECONDS)
    return [_tool("oxigraph"), "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]


def _shipped(_: Path, port: int, __: Path) -> Sequence[str]:
    return [_tool("mineralkg"), "serve", "--port", str(port), "--rate", "0"]


# The name of a server, as its package is called, and the command that serves a file.
SERVERS: dict[str, Callable[[Path, int, Path], Sequence[str]]] = {
    "mineralkg": _ours,
    "oxigraph": _oxigraph,
    "rdflib-endpoint": _rdflib_endpoint,
    "mineralkg, shipped graph": _shipped,
}


@contextmanager
def serving(name: str, text: str, folder: Path) -> Iterator[str]:
    """Serve a Turtle *text*, in which {base} stands for the address, while the block runs; give the address.

    Raises RuntimeError where the server does not answer within a minute.
    """
    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    file = folder / f"{re.sub('[^a-z]', '-', name)}.ttl"
    file.write_text(text.replace("{base}", base), encoding="utf-8")
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(SERVERS[name](file, port, folder), stdout=out, stderr=out, cwd=folder)
        try:
            _wait(base, process, log)
            yield base
        finally:
            stop(process)


def _wait(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(base, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"it does not answer: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
