"""Why a graph is inconsistent: a smallest set of its statements that already clash.

The set is found by QuickXplain (Junker 2004), which asks a reasoner about parts of the data, always together with the
whole ontology. HermiT takes half a second per question, so the rules of OWL 2 RL go first: they point to the nodes that
clash and reduce the statements about them to a handful, on which HermiT then has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from mineralkg.namespaces import PREFIXES
from mineralkg.reasoning.closure import triples_of
from mineralkg.reasoning.consistency import Clash, clashes
from mineralkg.reasoning.hermit import is_consistent
from mineralkg.reasoning.wording import Wording

__all__ = ["Explanation", "explain"]

Engine: TypeAlias = Literal["rl", "hermit"]
_Clashes: TypeAlias = Callable[[Sequence[ox.Triple]], bool]

_OWL, _RDF, _RDFS = PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]
_TYPE = _RDF + "type"
_IDENTITY = (_OWL + "sameAs", _OWL + "differentFrom")
_DOCUMENTATION = frozenset(_RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy"))
_ANNOTATION = ox.NamedNode(_OWL + "AnnotationProperty")


@dataclass(frozen=True)
class Explanation:
    """Statements that cannot all be true.

    ``statements`` clash, given the ontology, and ``sentences`` say the same in words. Where ``minimal`` holds, none of
    them can be left out; else the bound on runs was met first. ``engine`` is the reasoner that saw the clash, ``runs``
    says how often HermiT was asked. Without statements the ontology contradicts itself.
    """

    statements: tuple[ox.Triple, ...]
    sentences: tuple[str, ...]
    minimal: bool
    engine: Engine
    runs: int


def explain(
    statements: Iterable[ox.Triple | ox.Quad], *, engine: Engine = "hermit", max_runs: int = 60
) -> Explanation | None:
    """Return one smallest set of *statements* that clash, or None where the engine finds them consistent.

    With "hermit", a clash that only the rules of OWL 2 RL can see (two dates, say) is explained by these. HermiT is
    asked *max_runs* times at most, and once at least. Raises ReasoningError like `classify`.
    """
    given = triples_of(statements)
    ontology, data = _parted(given)
    asked = _Asked(ontology, max_runs)
    try:
        found = _explained(ontology, data, asked, engine)
        minimal = True
    except _BoundReached:
        found, minimal = (asked.smallest, "hermit"), False
    if found is None:
        return None
    wording = Wording(_store(given))
    words = tuple(wording.sentence(t) for t in found[0]) or ("The ontology contradicts itself, whatever the data.",)
    return Explanation(tuple(found[0]), words, minimal, found[1], asked.runs)


def _explained(
    ontology: Sequence[ox.Triple], data: Sequence[ox.Triple], asked: _Asked, engine: Engine
) -> tuple[Sequence[ox.Triple], Engine] | None:
    def clash(part: Sequence[ox.Triple]) -> bool:
        return bool(clashes([*ontology, *part]))

    pointers = clashes([*ontology, *data])
    suspects = _smallest(_about(pointers[0], data, clash), clash) if pointers else None
    if engine == "rl" or (suspects is not None and not asked.clash(suspects)):
        return None if suspects is None else (suspects, "rl")
    if suspects is None and not asked.clash(data):
        return None
    return _smallest(data if suspects is None else suspects, asked.clash), "hermit"


class _BoundReached(Exception):
    """HermiT has been asked as often as it may be."""


class _Asked:
    """HermiT, with a count of what it was asked and the smallest set that it found to clash."""

    def __init__(self, ontology: Sequence[ox.Triple], most: int) -> None:
        self._ontology = ontology
        self._most = max(most, 1)
        self.runs = 0
        self.smallest: Sequence[ox.Triple] = ()

    def clash(self, part: Sequence[ox.Triple]) -> bool:
        """Say whether HermiT finds *part* inconsistent with the ontology."""
        if self.runs >= self._most:
            raise _BoundReached
        self.runs += 1
        clashing = not is_consistent([*self._ontology, *part])
        if clashing and (self.runs == 1 or len(part) < len(self.smallest)):
            self.smallest = part
        return clashing


def _parted(given: set[ox.Triple]) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """Return the statements of the ontology and those of the data; what only documents is in neither."""
    meant = sorted((t for t in given if t.predicate.value not in _DOCUMENTATION), key=str)
    ontology = [t for t in meant if _is_axiom(t)]
    declared = {t.subject for t in ontology} - {t.subject for t in ontology if t.object == _ANNOTATION}
    named = {ox.NamedNode(iri) for iri in (_TYPE, *_IDENTITY)}
    return ontology, [t for t in meant if not _is_axiom(t) and t.predicate in declared | named]


def _is_axiom(triple: ox.Triple) -> bool:
    predicate, value = triple.predicate.value, triple.object
    if predicate == _TYPE:
        return isinstance(value, ox.NamedNode) and value.value.startswith((_OWL, _RDF, _RDFS))
    return predicate.startswith((_OWL, _RDF, _RDFS)) and predicate not in _IDENTITY


def _about(pointer: Clash, data: Sequence[ox.Triple], clash: _Clashes) -> Sequence[ox.Triple]:
    """Return the part of *data* around the nodes that clash, widened step by step until it clashes by itself."""
    nodes = set(pointer.nodes)
    part: Sequence[ox.Triple] = ()
    while len(part) < len(data):
        wider = [t for t in data if t.subject in nodes or t.object in nodes]
        if clash(wider):
            return wider
        if len(wider) == len(part):
            break
        part = wider
        nodes |= {t.subject for t in part} | {t.object for t in part if not isinstance(t.object, ox.Literal)}
    return data


def _smallest(data: Sequence[ox.Triple], clash: _Clashes) -> list[ox.Triple]:
    """Return a subset of *data* that clashes and from which nothing can be left out; *data* clashes."""
    return [] if clash([]) else _xplain([], False, data, clash)


def _xplain(kept: list[ox.Triple], grown: bool, data: Sequence[ox.Triple], clash: _Clashes) -> list[ox.Triple]:
    """QuickXplain: what is needed of *data* beside *kept*, which has *grown* since it was last seen not to clash."""
    if grown and clash(kept):
        return []
    if len(data) == 1:
        return list(data)
    half = len(data) // 2
    left, right = data[:half], data[half:]
    of_right = _xplain([*kept, *left], bool(left), right, clash)
    of_left = _xplain([*kept, *of_right], bool(of_right), left, clash)
    return [*of_left, *of_right]


def _store(given: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in given)
    return store
