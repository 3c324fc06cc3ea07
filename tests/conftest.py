"""What several test modules share: the graph of the report, copies of it to change, and the reference material."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings
from published import publish

from mineralkg.graph import EmbeddedGraph
from mineralkg.graph.derive import derive
from mineralkg.graph.embedded import _DERIVED
from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.static.output import MANIFEST
from mineralkg.resources import root

pytest_plugins = ["pytester"]

settings.register_profile("any machine", deadline=None)  # no test asserts a time
settings.load_profile("any machine")

ROOT = Path(__file__).parent.parent
REPORT_FILES = [
    root() / line
    for line in (ROOT / "tests/queries/graph.txt").read_text(encoding="utf-8").splitlines()
    if line[:1] != "#"
]


@pytest.fixture(scope="session")
def report_graph() -> EmbeddedGraph:
    """The graph of the news report with which everything began; later files of data/ do not change its answers."""
    return EmbeddedGraph.of(REPORT_FILES)


@pytest.fixture(scope="session")
def mutated(report_graph: EmbeddedGraph) -> Callable[[str], EmbeddedGraph]:
    """Return a function from a SPARQL update to a copy of the report graph, changed by it and derived anew."""

    def mutate(update: str) -> EmbeddedGraph:
        store = ox.Store()
        store.extend(report_graph.store)
        store.remove_graph(_DERIVED)
        before = set(store)
        store.update(update, prefixes=PREFIXES)
        assert set(store) != before, "the update changes nothing"
        derive(store, _DERIVED)
        return EmbeddedGraph(store, "a changed graph", shows_model=False)

    return mutate


@pytest.fixture(scope="session")
def shipped_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph, published as files. Not to be changed: all processes of a run of the tests share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shipped-site"
    with (folder.parent / "shipped-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not (folder / MANIFEST).is_file():  # it is written last
            publish(folder, "--jobs", "3", PYTHONHASHSEED="1")
    return folder


def reference_folder(variable: str, beside: str) -> Path | None:
    """Return a folder of reference material, which is not part of the project, or None where it is not at hand."""
    folder = Path(os.environ.get(variable) or ROOT.parent / beside)
    return folder if folder.is_dir() else None


def _reference(variable: str, beside: str) -> Path:
    folder = reference_folder(variable, beside)
    if folder is None:
        pytest.skip(f"no reference material: set {variable} to its folder")
    return folder


@pytest.fixture(scope="session")
def facts() -> Path:
    """The folder of fact sheets and source texts, which is not part of the project."""
    return _reference("MINERALKG_FACTS", "shared/facts")


@pytest.fixture(scope="session")
def suites() -> Path:
    """The folder of W3C conformance suites, which is not part of the project."""
    return _reference("MINERALKG_SUITES", "shared/suites")
