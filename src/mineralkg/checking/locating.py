"""Where in the files of a contribution a result belongs: at the offending value, else at the subject's own statement.

A place is given only where it is known: the value stands there, or the subject begins its statement there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from mineralkg.checking.files import CheckedFile
from mineralkg.rdfio import Place, Span
from mineralkg.validation import SH, Graph, Node, Result, ShapesGraph
from mineralkg.validation.terms import RDF, folded, parse_terms
from mineralkg.validation.walking import reached

__all__ = ["Location", "Locator"]


@dataclass(frozen=True)
class Location:
    """A stretch of a file's text, and the subject and predicate of its statement; None where only the file is known.

    ``states`` says that the file itself states what is wrong, rather than that it lacks something.
    """

    file: CheckedFile
    span: Span | None
    subject: Span | None = None
    predicate: Span | None = None
    states: bool = False


class Locator:
    """Finds the places of results in some files. *graph* is that in which the results were found."""

    def __init__(self, files: Sequence[CheckedFile], shapes: ShapesGraph, graph: Graph) -> None:
        self._files = files
        self._shapes = shapes
        self._graph = graph

    def locate(self, result: Result) -> Location | None:
        """Return where a result belongs, or None where no file has anything to do with it."""
        return self.locate_described(result) or self._mention(result.focus)

    def locate_described(self, result: Result) -> Location | None:
        """Return where a result about something that the files describe belongs, or None where they do not."""
        for found in (self._value, self._repeated, self._reached, self._as_object_of_target):
            if location := found(result):
                return location
        return self.subject(result.focus)

    def _value(self, result: Result) -> Location | None:
        """Return the object of the very triple that is wrong: focus node, predicate, value."""
        if result.value is None or result.predicate is None:
            return self._inverse(result)
        found = self._triple(result.focus, str(result.predicate), result.value)
        return replace(found, span=found.predicate) if found is not None and self._is_about_predicate(result) else found

    def _is_about_predicate(self, result: Result) -> bool:
        """Say whether it is the property that is wrong, not its value: it is not allowed, or the message names it."""
        if result.component == SH.ClosedConstraintComponent:
            return True
        texts = [self._shapes.text(node, SH.message, "en") for node in (result.constraint, result.shape)]
        return not self._shapes.has_path(result.shape) and any("{?path}" in t or "{$path}" in t for t in texts)

    def _triple(self, subject: Node, predicate: str, value: Node) -> Location | None:
        for file in self._about(subject):
            own_value = file.own(value)
            if own_value is not None and (place := _matching(self._said(file, subject), predicate, own_value)):
                return Location(file, place.object, place.subject, place.predicate, states=True)
        return None

    def _inverse(self, result: Result) -> Location | None:
        """Return the subject of the triple that is wrong where the path goes from object to subject."""
        if result.value is None or result.path is None or not result.path.startswith("^<"):
            return None
        for file in self._about(result.value):
            own = file.own(result.focus)
            said = self._said(file, result.value)
            if own is not None and (place := _matching(said, result.path[1:], own)):
                return Location(file, place.subject, place.subject, states=True)
        return None

    def _repeated(self, result: Result) -> Location | None:
        """Return the first value too many, where there may only be so many, or only one of each language."""
        if result.path is None or result.value is not None:
            return None
        if result.component == SH.MaxCountConstraintComponent:
            limit = self._shapes.value(result.shape, SH.maxCount)
            allowed = int(limit.value) if isinstance(limit, ox.Literal) and limit.value.isdigit() else 0
            places = list(self._places(result.focus, result.path))
            return places[min(allowed, len(places) - 1)] if places else None
        if result.component == SH.UniqueLangConstraintComponent:
            return self._second_of_language(result.focus, result.path)
        return None

    def _places(self, focus: Node, predicate: str) -> Iterator[Location]:
        for file in self._about(focus):
            for said, _, place in self._said(file, focus):
                if said == predicate:
                    yield Location(file, place.object, place.subject, states=True)

    def _second_of_language(self, focus: Node, predicate: str) -> Location | None:
        seen: set[str] = set()
        last = None
        for file in self._about(focus):
            for said, text, place in self._said(file, focus):
                language = text.rpartition('"@')[2].lower() if said == predicate and '"@' in text else None
                if language is None:
                    continue
                last = Location(file, place.object, place.subject, states=True)
                if language in seen:
                    return last
                seen.add(language)
        return last

    def _reached(self, result: Result) -> Location | None:
        """Return the last triple on the way to a value that a longer path leads to, or that a query found."""
        if result.value is None or result.value == result.focus:
            return None
        path = self._shapes.path(result.shape) if result.shape is not None else None
        if path is not None and not isinstance(path, ox.NamedNode):
            for node, step in reached(self._graph, result.focus, path):
                if step is not None and folded(node) == result.value and (at := self._step(step, result.value)):
                    return at
        for file in self._about(result.focus):
            own = file.own(result.value)
            for _, text, place in self._said(file, result.focus):
                if own is not None and text == str(own):
                    return Location(file, place.object, place.subject, states=True)
        return None

    def _step(self, step: tuple[Node, ox.NamedNode, Node], value: Node) -> Location | None:
        subject, predicate, found = step
        location = self._triple(subject, str(predicate), found)
        if location is not None and folded(subject) == value:
            return Location(location.file, location.subject, location.subject, states=True)
        return location

    def _as_object_of_target(self, result: Result) -> Location | None:
        """Return where a focus node stands as a value, if it is looked at because it is one."""
        if result.shape is None:
            return None
        for predicate in self._shapes.targets(result.shape).objects_of:
            for file in self._files:
                own = file.own(result.focus)
                for quad in file.quads if own is not None else ():
                    if quad.predicate == predicate and folded(quad.object) == own:
                        return self._triple(file.merged(quad.subject), str(predicate), file.merged(quad.object))
        return None

    def subject(self, focus: Node) -> Location | None:
        """Return where a node's own statement begins: in the file that gives its type, else in the first about it."""
        about = list(self._about(focus))
        typing = [file for file in about if any(said == str(RDF.type) for said, _, _ in self._said(file, focus))]
        for file in [*typing, *about]:
            said = self._said(file, focus)
            span = said[0][2].subject if said else None
            return Location(file, span, span)
        return None

    def _mention(self, focus: Node) -> Location | None:
        """Return where a node of the context is pointed to."""
        for file in self._files:
            own = file.own(focus)
            spans = file.places.of_object(own) if own is not None and file.places is not None else []
            if spans:
                return Location(file, spans[0], None)
        return None

    def _about(self, node: Node) -> Iterator[CheckedFile]:
        return (file for file in self._files if file.describes(node))

    def _said(self, file: CheckedFile, node: Node) -> list[tuple[str, str, Place]]:
        own = file.own(node)
        return [] if own is None or file.places is None else file.places.about(own)


def _matching(said: Sequence[tuple[str, str, Place]], predicate: str, value: Node) -> Place | None:
    """Return the place of a value as it is written, else of one that differs in a way that engines do not see."""
    named = [(text, place) for given, text, place in said if given == predicate]
    exact = next((place for text, place in named if text == str(value)), None)
    if exact is not None or not isinstance(value, ox.Literal):
        return exact
    terms = parse_terms(text for text, _ in named if text.startswith('"'))
    return next((place for text, place in named if text in terms and folded(terms[text]) == folded(value)), None)
