"""An edit that might mend a finding, and all that one must know to think of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mineralkg.checking.gate import Model
from mineralkg.checking.repair.known import Known
from mineralkg.checking.repair.spot import Spot
from mineralkg.namespaces import ONTOLOGY
from mineralkg.rdfio import Change, Span
from mineralkg.validation import Data, Node, Result, ShapesGraph

__all__ = ["Candidate", "Case", "Texts"]

_SOURCE = ox.NamedNode(ONTOLOGY + "source")
_TEXT = ox.NamedNode("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#isString")

Texts = dict[str, str]


@dataclass(frozen=True)
class Candidate:
    """Changes to one file that might mend a finding, and what they do in words."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Case:
    """One finding: what stands at its place, the result that it comes from, and the causes of that."""

    at: Spot
    result: Result | None
    causes: Sequence[Result]
    shapes: ShapesGraph
    data: Data
    model: Model
    known: Known
    texts: Texts

    def replace(self, text: str, span: Span | None = None) -> Candidate:
        """Return the candidate that puts *text* where the finding is, or at *span*."""
        span = span or self.at.span
        old = self.at.file_text(span)
        return Candidate(self.texts["replace"].format(old=_clipped(old), new=text), (Change(span, text),))

    def values(self, parameter: ox.NamedNode, *, of_causes: bool = False) -> list[Node]:
        """Return the values of a parameter of the shape, and of those that are the causes if asked for."""
        results = [self.result, *(self.causes if of_causes else ())]
        return [v for r in results if r is not None for v in self.shapes.objects(r.shape, parameter)]

    @cached_property
    def said(self) -> dict[str, str]:
        """The literals that are said of the focus node, by property."""
        if self.result is None:
            return {}
        triples = self.data.about([self.result.focus])
        return {t.predicate.value: t.object.value for t in triples if isinstance(t.object, ox.Literal)}

    @property
    def text_of_source(self) -> str | None:
        """The text of the document that the focus node is quoted from, where it is held."""
        documents = [] if self.result is None else self.known.objects(self.result.focus, _SOURCE)
        texts = [text for document in documents for text in self.known.objects(document, _TEXT)]
        return next((text.value for text in texts if isinstance(text, ox.Literal)), None)


def _clipped(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 50 else f"{flat[:49]}…"
