"""The servers that are measured against each other, each over the same triples, on the loopback interface."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import free_port, running
from mineralkg.publishing.catalogue import DUMPS

__all__ = ["PEERS", "Server", "mineralkg"]

_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = {admin}
DirsAllowed = .
NumberOfBuffers = 85000
MaxDirtyBuffers = 65000
ServerThreads = 20
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20
MaxClientConnections = 20
[SPARQL]
DefaultGraph = urn:bench
ResultSetMaxRows = 100000
"""


@dataclass(frozen=True)
class Server:
    """A running server: its name and version, its root, and its SPARQL endpoint."""

    name: str
    root: str
    endpoint: str


@contextmanager
def mineralkg(data: Path) -> Iterator[Server]:
    """Run ours with its limits on, but for that on the requests of one client; wait until its dumps are made."""
    root = f"http://127.0.0.1:{(port := free_port())}"
    options = ["--port", str(port), "--data", str(data), "--rate", "0", "--no-access-log"]
    with running([sys.executable, "-m", "mineralkg", "serve", *options], f"{root}/healthz"):
        for name in DUMPS:
            urllib.request.urlopen(f"{root}/dump.{name}", timeout=300).close()
        yield Server("mineralkg", root, f"{root}/sparql")


@contextmanager
def oxigraph(triples: Path) -> Iterator[Server]:
    """Run Oxigraph's own server, of the PyPI package."""
    program = Path(sys.executable).with_name("oxigraph")
    with tempfile.TemporaryDirectory() as folder:
        location = ["--location", f"{folder}/store"]
        subprocess.run([program, "load", *location, "--file", triples], check=True, capture_output=True)
        root = f"http://127.0.0.1:{(port := free_port())}"
        command = [str(program), "serve-read-only", *location, "--bind", f"127.0.0.1:{port}"]
        with running(command, f"{root}/query?query=ASK%7B%7D"):
            yield Server("oxigraph serve", root, f"{root}/query")


@contextmanager
def rdflib_endpoint(triples: Path) -> Iterator[Server]:
    """Run rdflib-endpoint, which is installed beside this interpreter with what tests need."""
    program = str(Path(sys.executable).with_name("rdflib-endpoint"))
    if not Path(program).exists():
        raise FileNotFoundError('rdflib-endpoint: not installed; pip install -e ".[dev]" does it')
    root = f"http://127.0.0.1:{(port := free_port())}"
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), str(triples)]
    with running(command, f"{root}/?query=ASK%7B%7D"):
        yield Server("rdflib-endpoint", root, f"{root}/")


@contextmanager
def virtuoso(triples: Path) -> Iterator[Server]:
    """Run Virtuoso, of Debian's virtuoso-opensource-7-bin, in a folder of its own."""
    if shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None:
        raise FileNotFoundError("Virtuoso: virtuoso-t and isql-vt are not installed")
    port, admin = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "virtuoso.ini").write_text(_VIRTUOSO.format(port=port, admin=admin))
        shutil.copy(triples, Path(folder, "data.nt"))
        load = "DB.DBA.TTLP_MT(file_to_string_output('data.nt'), '', 'urn:bench', 0);\ncheckpoint;\n"
        Path(folder, "load.sql").write_text(load)
        root = f"http://127.0.0.1:{port}"
        command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
        with running(command, f"{root}/sparql?query=ASK%7B%7D", folder):
            isql = ["isql-vt", str(admin), "dba", "dba", "load.sql"]
            subprocess.run(isql, cwd=folder, check=True, capture_output=True)
            yield Server("Virtuoso 7", root, f"{root}/sparql")


PEERS = (oxigraph, virtuoso, rdflib_endpoint)
