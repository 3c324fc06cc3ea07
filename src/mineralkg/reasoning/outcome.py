"""What reasoning came to, in one type for both engines: what follows, and what contradicts itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES, shorten
from mineralkg.reasoning.closure import materialise, triples_of
from mineralkg.reasoning.consistency import clashes
from mineralkg.reasoning.explanation import explain
from mineralkg.reasoning.hermit import classify

__all__ = ["Outcome", "report"]

_BELOW = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")


@dataclass(frozen=True)
class Outcome:
    """What follows from a graph, and in sentences what in it cannot all be true; ``scope`` says what was looked at."""

    engine: str
    scope: str
    follows: tuple[ox.Triple, ...]
    contradictions: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing contradicts itself."""
        return not self.contradictions

    def text(self) -> str:
        """Return the outcome to read: what follows, counted by property, and each contradiction."""
        counts = Counter(shorten(triple.predicate.value) for triple in self.follows)
        lines = [f"{self.engine}: {self.scope}; {len(self.follows)} statements follow"]
        lines += [f"{number:>8}  {name}" for name, number in sorted(counts.items(), key=lambda c: (-c[1], c[0]))]
        lines += [f"contradiction: {sentence}" for sentence in self.contradictions] or ["No contradiction."]
        return "\n".join(lines) + "\n"


def report(statements: Iterable[ox.Triple | ox.Quad], *, engine: Literal["rl", "hermit"] = "rl") -> Outcome:
    """Return what *statements* come to by the rules of OWL 2 RL, or by HermiT.

    With HermiT, what follows are the class inclusions that nobody wrote down, a class without possible members is a
    contradiction, and an inconsistency is explained by a smallest set of statements that clash. Raises ReasoningError
    where HermiT is asked for and not installed, or fails.
    """
    given = triples_of(statements)
    return _by_rules(given) if engine == "rl" else _by_hermit(given)


def _by_rules(given: set[ox.Triple]) -> Outcome:
    added = materialise(given)
    found = tuple(clash.sentence for clash in clashes(given, added=added))
    return Outcome("OWL 2 RL", f"{len(given)} statements", tuple(added), found)


def _by_hermit(given: set[ox.Triple]) -> Outcome:
    classified = classify(given)
    scope = f"{classified.classes} classes in {len(given) - classified.left_out} statements"
    if classified.left_out:
        scope += f", {classified.left_out} left out whose datatypes OWL 2 does not know"
    follows = tuple(ox.Triple(ox.NamedNode(c), _BELOW, ox.NamedNode(above)) for c, above in classified.inferred)
    found = [f"{shorten(name)} can have no member." for name in classified.unsatisfiable]
    if not classified.consistent and (why := explain(given)):
        least = "" if why.minimal else " (perhaps not all are needed)"
        found.append(f"these cannot all be true{least}: {' '.join(why.sentences)}")
    return Outcome("HermiT", scope, follows, tuple(found))
