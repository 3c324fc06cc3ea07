"""The bytes of a document in each format: the same graph gives the same bytes, whatever order it comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.errors import UnknownFormat
from mineralkg.formats import FORMATS, Format, by_name
from mineralkg.namespaces import PREFIXES
from mineralkg.publishing.turtle12 import turtle12

__all__ = [
    "ANNOTATED",
    "DOCUMENT_FORMATS",
    "RDF_FORMATS",
    "Ordered",
    "Representation",
    "context",
    "offered",
    "represent",
]

# In the order in which a client that accepts several alike gets them.
RDF_FORMATS: tuple[Format, ...] = tuple(f for f in FORMATS if f.kind == "rdf")
# An extra for what reads RDF 1.2: every other format stays with RDF 1.1, which everything reads.
ANNOTATED = Format("ttl12", "rdf", "text/turtle; version=1.2", (".ttl12",), "Turtle 1.2")
DOCUMENT_FORMATS: tuple[Format, ...] = (*RDF_FORMATS, ANNOTATED)
_TYPE = PREFIXES["rdf"] + "type"
_STRING = PREFIXES["xsd"] + "string"
_XML_NAME = re.compile(r"[^\W\d][\w.\-]*$")  # at the end of a predicate (Namespaces in XML 1.0, 4)
_PUBLISHED_PREFIXES = {
    **PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
}


@dataclass(frozen=True)
class Representation:
    """A document in one format."""

    format: Format
    data: bytes


class Ordered(list[ox.Triple]):
    """The triples of a document in the order in which they are written; made once, and represented in many formats.

    What is said of *first* comes before the rest. Blank nodes get canonical labels (RDFC-1.0).
    """

    def __init__(self, triples: Iterable[ox.Triple], first: str = "") -> None:
        super().__init__(_ordered(triples, first))

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that its IRIs can be shortened with."""
        text = "".join(map(str, self))
        return {name: base for name, base in _PUBLISHED_PREFIXES.items() if f"<{base}" in text}

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """The same in the default graph."""
        return [ox.Quad(t.subject, t.predicate, t.object) for t in self]

    @cached_property
    def has_terms_of_triples(self) -> bool:
        """Whether a triple speaks of a triple (RDF 1.2)."""
        return any(isinstance(t.object, ox.Triple) for t in self)


def offered() -> list[str]:
    """Return the media types of RDF in which every document is to be had."""
    return [f.media_type for f in RDF_FORMATS]


def represent(
    triples: Iterable[ox.Triple], name: str, *, first: str = "", context_url: str | None = None
) -> Representation:
    """Return *triples* in the RDF format *name*, what is said of *first* before the rest, unless they are Ordered.

    JSON-LD refers to its context at *context_url*, or holds it. ANNOTATED writes what reifies a statement as an
    annotation of it. Raises UnknownFormat for a name that the table does not have, and for RDF/XML where a predicate
    cannot be an XML name.
    """
    format = ANNOTATED if name == ANNOTATED.name else by_name(name, "rdf")
    ordered = triples if isinstance(triples, Ordered) else Ordered(triples, first)
    if format is ANNOTATED:
        return Representation(format, turtle12(ordered, ordered.prefixes))
    if format.name == "jsonld" and not ordered.has_terms_of_triples:
        return Representation(format, _json_ld(ordered, context_url))
    try:
        if format.name == "jsonld":
            raise ValueError(format.name)  # JSON-LD has no place for a triple term
        if format.name == "rdf" and not all(_XML_NAME.search(t.predicate.value) for t in ordered):
            raise ValueError(format.name)  # the engine would write an element without a name
        prefixes = ordered.prefixes if format.name in ("ttl", "trig", "rdf") else {}
        lines = ordered.quads if format.quads else ordered
        data = ox.serialize(lines, format=rdfio.engine_format(format), prefixes=prefixes)
    except (OSError, ValueError) as error:
        raise UnknownFormat(name, [f.name for f in RDF_FORMATS if f.name != name]) from error
    assert data is not None  # no output was given, so the bytes come back
    return Representation(format, data)


def context() -> bytes:
    """Return the JSON-LD context that published documents refer to: the prefixes, as JSON."""
    return _dump({"@context": _PUBLISHED_PREFIXES})


def _ordered(triples: Iterable[ox.Triple], first: str) -> list[ox.Triple]:
    found = list(dict.fromkeys(triples))
    if any(isinstance(term, ox.BlankNode) for t in found for term in (t.subject, t.object)):
        dataset = ox.Dataset([ox.Quad(t.subject, t.predicate, t.object) for t in found])
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found = [quad.triple for quad in dataset]

    def key(triple: ox.Triple) -> tuple[bool, str, bool, str, str]:
        subject, predicate = str(triple.subject), triple.predicate.value
        return subject != f"<{first}>", subject, predicate != _TYPE, predicate, str(triple.object)

    return sorted(found, key=key)


def _json_ld(triples: Iterable[ox.Triple], context_url: str | None) -> bytes:
    """Return JSON-LD: one object per subject, IRIs as they are, predicates and types shortened by the context."""
    nodes: dict[str, dict[str, list[object]]] = {}
    for t in triples:
        node = nodes.setdefault(_name(t.subject), {})
        if t.predicate.value == _TYPE and isinstance(t.object, ox.NamedNode):
            node.setdefault("@type", []).append(_short(t.object.value))
        else:
            node.setdefault(_short(t.predicate.value), []).append(_value(t.object))
    graph = [
        {"@id": name, **{key: values[0] if len(values) == 1 else values for key, values in node.items()}}
        for name, node in nodes.items()
    ]
    return _dump({"@context": context_url or _PUBLISHED_PREFIXES, "@graph": graph})


@lru_cache(maxsize=10_000)  # predicates, classes and datatypes are few
def _short(iri: str) -> str:
    """Return the compact IRI with the longest prefix of the context, where what is left reads as a name."""
    fitting = [(len(base), name) for name, base in _PUBLISHED_PREFIXES.items() if iri.startswith(base) and iri != base]
    if not fitting:
        return iri
    length, name = max(fitting)
    return iri if iri[length:].startswith("//") else f"{name}:{iri[length:]}"


def _name(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value
    return str(term)


def _value(term: object) -> object:
    if not isinstance(term, ox.Literal):
        return {"@id": _name(term)}
    if term.language:
        return {"@language": term.language, "@value": term.value}
    if term.datatype.value == _STRING:
        return term.value
    return {"@type": _short(term.datatype.value), "@value": term.value}


def _dump(document: Mapping[str, object]) -> bytes:
    """Return JSON with a line for each thing: what is told of it changes in one line, and no other."""
    parts = []
    for key, value in document.items():
        items = ",\n".join(map(_text, value)) if isinstance(value, list) else ""
        parts.append(f"{_text(key)}: [\n{items}\n]" if items else f"{_text(key)}: {_text(value)}")
    return ("{" + ",\n".join(parts) + "}\n").encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
