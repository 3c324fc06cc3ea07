"""Where each triple of an RDF/XML text stands: at the start tag of its property element, or of its node element.

The parser says nothing of places. So the text is read once more by the SAX handler of rdflib, which tells with each
triple at which element it arises, and what both readings found is paired. What cannot be paired has no place.
"""

from __future__ import annotations

import contextlib
import logging
import re
import xml.sax
import xml.sax.xmlreader
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, TypeAlias

import pyoxigraph as ox
import rdflib
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.rdfxml import RDFXMLHandler

from mineralkg.rdfio.pairing import Anonymous, Statement, pair
from mineralkg.rdfio.places import Node, Place, Places
from mineralkg.rdfio.text import Lines, Span

__all__ = ["XmlPlaces"]

_NEW_NODE = re.compile(r"N[0-9a-f]{32}")  # how rdflib labels a node that the text does not name
_START_TAG = re.compile(r"<[^\s/>]*")
Read: TypeAlias = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node, Span]


class XmlPlaces(Places):
    """The places of the triples of one text of RDF/XML, given as the parser gave them."""

    def __init__(self, text: str, quads: Iterable[ox.Quad], *, base: str) -> None:
        """Read the places of *quads* in *text*, the text of a file with the IRI *base*."""
        super().__init__()
        with _quiet():
            self._pair(list(quads), _read(text, base))

    def _pair(self, known: list[ox.Quad], read: list[Read]) -> None:
        keys = [_statement(*triple[:3]) for triple in read]
        labelled = {str(part) for key in keys for part in key[1:] if isinstance(part, str) and part.startswith("_:")}
        paired = pair(keys, (_parsed(quad, labelled) for quad in known))
        written: dict[tuple[object, ...], list[ox.Quad]] = defaultdict(list)
        for quad in known:
            written[str(quad.subject), str(quad.predicate), _normal(quad.object)].append(quad)
        for key, (*_, span) in zip(keys, read, strict=True):
            subject, predicate, value = (_name(part, paired) for part in key[1:])
            for quad in written.get((subject, predicate, value), ()):
                self._note(str(quad.subject), str(quad.predicate), str(quad.object), Place(span, span, span))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from logging literals that are not of their datatype; what is wrong with them is found elsewhere."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


class _Handler(RDFXMLHandler):
    """Keeps the places of the elements that are open; it is its own store, to which triples are added."""

    def __init__(self, text: str) -> None:
        self.found: list[Read] = []
        self._text = text
        self._lines = Lines(text)
        self._tags: list[Span] = []
        super().__init__(self)  # type: ignore[arg-type]
        self.preserve_bnode_ids = True

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        """Note where an element starts before its triples arise."""
        start = self._lines.offset(self.locator.getLineNumber() or 1, (self.locator.getColumnNumber() or 0) + 1)
        tag = _START_TAG.match(self._text, start)
        self._tags.append(Span(*tag.span()) if tag else Span(start, start))
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        """Forget an element after its triples have arisen."""
        super().endElementNS(name, qname)
        self._tags.pop()

    def add(self, triple: Any) -> None:
        """Keep a triple with the place of the element at which it arises."""
        self.found.append((*triple, self._tags[-1]))

    def bind(self, *_: Any, **__: Any) -> None:
        """Take no prefix."""


def _read(text: str, base: str) -> list[Read]:
    """Return the triples of a text with the places of the start tags at which they arise; none where it cannot be."""
    source = xml.sax.xmlreader.InputSource(base)
    source.setByteStream(BytesIO(text.encode("utf-8")))
    source.setEncoding("utf-8")
    reader = xml.sax.make_parser()  # noqa: S317  # the guards have bounded the entities, and none is fetched
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    handler = _Handler(text)
    reader.setContentHandler(handler)
    try:
        reader.parse(source)
    except (xml.sax.SAXException, ParserError, ValueError, AttributeError, TypeError, IndexError):
        return []  # the parser knows more than this reading does
    return handler.found


def _statement(subject: rdflib.term.Node, predicate: rdflib.term.Node, value: rdflib.term.Node) -> Statement:
    return "", _key(subject), str(_key(predicate)), _key(value)


def _key(term: rdflib.term.Node) -> str | Anonymous:
    if isinstance(term, rdflib.BNode):
        return Anonymous(str(term)) if _NEW_NODE.fullmatch(term) else f"_:{term}"
    if isinstance(term, rdflib.Literal):
        return repr((str(term), (term.language or "").lower(), str(term.datatype or "")))
    return f"<{term}>"


def _normal(node: Node) -> str:
    """Return a term of the parser as the other reading names it; that changes the writing of some literals."""
    if not isinstance(node, ox.Literal):
        return str(node)
    plain = bool(node.language) or node.datatype == ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
    datatype = None if plain else rdflib.URIRef(node.datatype.value)
    key = _key(rdflib.Literal(node.value, lang=node.language or None, datatype=datatype))
    assert isinstance(key, str)  # a literal has no label
    return key


def _parsed(quad: ox.Quad, labelled: set[str]) -> Statement:
    def key(term: Node) -> str | Anonymous:
        anonymous = isinstance(term, ox.BlankNode) and str(term) not in labelled
        return Anonymous(str(term)) if anonymous else _normal(term)

    return "", key(quad.subject), str(quad.predicate), key(quad.object)


def _name(part: str | Anonymous, paired: dict[Any, Any]) -> object:
    return part if isinstance(part, str) else paired.get(part.id)
