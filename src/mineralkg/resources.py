"""Where ontology/, shapes/, queries/ and data/ lie: in the checkout, else in the installed package.

The checkout comes first, so that an edit there is live at once even where an editable install left a packaged copy.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["folder", "model_files", "relative_name", "resource_files", "root"]

# The folders that do not lie at the root of a checkout. The package holds all side by side.
_ELSEWHERE = {"examples": "tests/shapes"}
_PACKAGE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """Return the folder that holds ontology/, shapes/, queries/ and data/."""
    checkout = _PACKAGE.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "ontology").is_dir():
        return checkout
    return _PACKAGE / "assets"


def folder(name: str) -> Path:
    """Return the resource folder *name*: "ontology", "shapes", "queries", "data", or "examples" of the shapes."""
    return root() / (name if root() == _PACKAGE / "assets" else _ELSEWHERE.get(name, name))


def resource_files(name: str, suffix: str) -> list[Path]:
    """Return the files below the resource folder *name* that end in *suffix*, in a stable order."""
    return sorted(folder(name).rglob(f"*{suffix}"))


def model_files() -> list[Path]:
    """Return the ontology, its term stubs and its vocabularies; the alignments stay apart."""
    base = folder("ontology")
    return [*sorted(base.glob("*.ttl")), *sorted((base / "vocab").glob("*.ttl"))]


def relative_name(path: Path) -> str | None:
    """Return the name of a shipped file below its root, such as ``data/actors/states.ttl``, or None for others."""
    try:
        return path.resolve().relative_to(root()).as_posix()
    except ValueError:
        return None
