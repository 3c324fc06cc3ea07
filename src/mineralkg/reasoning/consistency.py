"""Clashes that OWL 2 RL sees: statements that cannot all be true.

`reasonable` infers and does not report clashes, so each rule of the specification that ends in a clash is a SPARQL file
in ``clashes/``, run on the closure of the graph. A file opens with a comment that names the rule, and its line
``#+ says:`` holds the sentence that tells a person what clashes; the names in it are the columns of the answer.
The rules: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from mineralkg.reasoning.closure import materialise, triples_of
from mineralkg.reasoning.wording import Node, Wording

__all__ = ["Clash", "clashes"]

_FOLDER = Path(__file__).parent / "clashes"


@dataclass(frozen=True)
class Clash:
    """Statements that cannot all be true: the rule of OWL 2 RL broken, the nodes concerned, and a sentence."""

    rule: str
    nodes: tuple[Node, ...]
    sentence: str


@dataclass(frozen=True)
class _Check:
    rule: str
    says: str
    query: str


def clashes(statements: Iterable[ox.Triple | ox.Quad], *, added: Iterable[ox.Triple] | None = None) -> list[Clash]:
    """Return what clashes in *statements* by the rules of OWL 2 RL, in a stable order; none where they agree.

    *added* is what `materialise` said of the same statements, where the caller has it at hand.
    """
    given = triples_of(statements)
    store = ox.Store()
    for part in (given, materialise(given) if added is None else added):
        store.bulk_extend(ox.Quad(*triple) for triple in part)
    wording = Wording(store)
    return [clash for check in _checks() for clash in _found(check, store, wording)]


def _found(check: _Check, store: ox.Store, wording: Wording) -> list[Clash]:
    """Return the clashes of one rule; two ways to name the same nodes are one clash."""
    solutions = store.query(check.query)
    assert isinstance(solutions, ox.QuerySolutions)  # every check is a SELECT
    columns = [variable.value for variable in solutions.variables]
    found: dict[frozenset[Node], Clash] = {}
    for solution in solutions:
        nodes = {column: solution[column] for column in columns}
        clash = Clash(check.rule, tuple(nodes.values()), wording.fill(check.says, nodes))
        found.setdefault(frozenset(clash.nodes), clash)
    return list(found.values())


@cache
def _checks() -> tuple[_Check, ...]:
    return tuple(_check(path) for path in sorted(_FOLDER.glob("*.rq")))


def _check(path: Path) -> _Check:
    text = path.read_text(encoding="utf-8")
    says = re.search(r"^#\+ says: (.+)$", text, re.MULTILINE)
    assert says is not None, f"{path.name} does not say its sentence"
    return _Check(path.stem, says[1], text)
