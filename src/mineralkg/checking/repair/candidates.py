"""Think of edits that might mend a finding. Whether they do is found out by trying: see trying.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from mineralkg.checking.files import CheckedFile
from mineralkg.checking.gate import Model
from mineralkg.checking.locating import Location
from mineralkg.checking.repair import literals, terms
from mineralkg.checking.repair.candidate import Candidate, Case, Texts
from mineralkg.checking.repair.known import Known
from mineralkg.checking.repair.spelling import Spelling
from mineralkg.checking.repair.spot import Spot
from mineralkg.checking.worlds import World
from mineralkg.languages import served
from mineralkg.reports import Finding
from mineralkg.validation import Result, ShapesGraph

__all__ = ["Candidates"]

_MOST = 4  # candidates that are tried for one finding


class Candidates:
    """Thinks of edits for the findings in one graph."""

    def __init__(self, shapes: ShapesGraph, world: World, model: Model, lang: str) -> None:
        self._shapes = shapes
        self._world = world
        self._model = model
        self._known = Known(world.graph, world.near)
        self._texts = _TEXTS[served(lang)]
        self._spellings: dict[CheckedFile, Spelling] = {}

    def of(self, finding: Finding, place: Location, result: Result | None, causes: Sequence[Result]) -> list[Candidate]:
        """Return the candidates for a finding at its place, each once, best first."""
        document = place.file.document
        if place.span is None or document is None or document.format.name not in ("ttl", "trig"):
            return []
        at = Spot(place, place.span, self._spelling(place.file))
        case = Case(at, result, causes, self._shapes, self._world.data, self._model, self._known, self._texts)
        found = (candidate for way in _ways(finding, result) for candidate in way(case))
        return list(dict.fromkeys(found))[:_MOST]

    def _spelling(self, file: CheckedFile) -> Spelling:
        if file not in self._spellings:
            self._spellings[file] = Spelling(file.lines.text)
        return self._spellings[file]


_Way: TypeAlias = Callable[[Case], Iterator[Candidate]]


def _ways(finding: Finding, result: Result | None) -> Sequence[_Way]:
    if result is None:
        return _BY_FILE_RULE.get(finding.rule, ())
    return _BY_COMPONENT.get(result.component.value.rpartition("#")[2].removesuffix("ConstraintComponent"), ())


def _datatype(case: Case) -> Iterator[Candidate]:
    """A datatype in the twin of a known namespace is corrected there; any other text is written as what it is."""
    yield from list(terms.twin(case)) or literals.datatype(case)


_BY_COMPONENT: Mapping[str, tuple[_Way, ...]] = {
    "In": (terms.near_member,),
    "Class": (terms.named_thing, terms.missing_type, terms.near_thing),
    "Datatype": (_datatype,),
    "NodeKind": (literals.as_iri,),
    "LanguageIn": (literals.language,),
    "Node": (terms.in_scheme, _datatype, literals.language, terms.near_term, terms.near_thing),
    "Or": (_datatype, literals.language, terms.near_term, terms.near_listed),
    "SPARQL": (
        terms.near_term,
        terms.near_listed,
        terms.twin,
        terms.replacement,
        terms.near_thing,
        literals.offsets,
        literals.due_date,
    ),
}
_BY_FILE_RULE: Mapping[str, tuple[_Way, ...]] = {
    "unknown-term": (terms.near_term,),
    "near-namespace": (terms.near_namespace,),
    "unchecked-node": (terms.missing_type,),
}
_TEXTS: Mapping[str, Texts] = {
    "en": {
        "replace": "write {new} for {old}",
        "type": "say what it is: a {type}",
        "prefix": "let the prefix stand for <{new}>, not <{old}>",
        "offsets": "write {start} for the start and {end} for the end: there the words stand",
    },
    "es": {
        "replace": "escriba {new} en lugar de {old}",
        "type": "diga qué es: a {type}",
        "prefix": "haga que el prefijo valga <{new}>, no <{old}>",
        "offsets": "escriba {start} como inicio y {end} como fin: ahí están las palabras",
    },
}
