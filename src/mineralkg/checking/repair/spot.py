"""What stands at the place of a finding, as a term and as it is written."""

from __future__ import annotations

import re
from functools import cached_property

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.checking.locating import Location
from mineralkg.checking.repair.spelling import Spelling
from mineralkg.rdfio import Place, Span
from mineralkg.validation import Node
from mineralkg.validation.terms import RDF

__all__ = ["Spot"]


class Spot:
    """The place of a finding: what stands there, and how its file spells things."""

    def __init__(self, place: Location, span: Span, spelling: Spelling) -> None:
        self.place = place
        self.span = span
        self.spelling = spelling

    @property
    def text(self) -> str:
        """What stands at the place, as it is written."""
        return self.file_text(self.span)

    def file_text(self, span: Span) -> str:
        """Return what stands in the file."""
        return self.place.file.lines.text[span.start : span.end]

    @cached_property
    def node(self) -> Node | None:
        """The term that stands at the place, or None where it is no term by itself."""
        head = self.spelling.declarations_for(self.text)
        text = str(RDF.type) if self.text == "a" else self.text
        try:
            quads = list(ox.parse(f"{head}<urn:x> <urn:x> {text} .", format=ox.RdfFormat.TURTLE, base_iri=self._base))
        except SyntaxError:
            return None
        return quads[0].object if len(quads) == 1 else None

    @property
    def _base(self) -> str:
        return rdfio.file_iri(self.place.file.path)

    @property
    def iri(self) -> str | None:
        """The IRI that stands at the place."""
        return self.node.value if isinstance(self.node, ox.NamedNode) else None

    @property
    def literal(self) -> str | None:
        """The text of the literal that stands at the place."""
        return self.node.value if isinstance(self.node, ox.Literal) else None

    @property
    def name(self) -> tuple[str, Span] | None:
        """The IRI that stands at the place, or the datatype of the literal that does, and where it is written."""
        if isinstance(self.node, ox.NamedNode):
            return self.node.value, self.span
        before, carets, written = self.text.rpartition("^^")
        if isinstance(self.node, ox.Literal) and carets and before.endswith(("'", '"')):
            return self.node.datatype.value, Span(self.span.end - len(written.lstrip()), self.span.end)
        return None

    @property
    def quoted(self) -> str:
        """The literal at the place in its quotation marks, without language and datatype."""
        match = re.match(r"\"\"\".*\"\"\"|'''.*'''|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", self.text, re.DOTALL)
        return match[0] if match else f'"{self.literal}"'

    @cached_property
    def said(self) -> list[tuple[str, str, Place]]:
        """What the file says of the subject of the statement that the place belongs to."""
        file, subject = self.place.file, self.place.subject
        if file.places is None or subject is None:
            return []
        node = self.node if subject == self.span else Spot(Location(file, subject), subject, self.spelling).node
        return [] if node is None else file.places.about(node)

    @property
    def predicates(self) -> set[str]:
        """The properties that the file gives the subject, in N-Triples form."""
        return {predicate for predicate, _, _ in self.said}

    def value_span(self, predicate: str) -> Span | None:
        """Return where the one value of another property of the same subject stands."""
        spans = [place.object for said, _, place in self.said if said == f"<{predicate}>"]
        return spans[0] if len(spans) == 1 else None
