"""What is published: which IRIs, in which document each is described, and what that document says.

An IRI below the base is published when the graph speaks of it. A hash IRI (``ontology#Claim``) is described in the
document before its hash, which holds all its terms. Any other (``id/state/JPN``, ``vocab/modality``) names a thing that
is no document; it is described in one of its own below ``doc/`` (``doc/state/JPN``, ``doc/vocab/modality``).

Nothing here knows where a site is served: documents are paths, and the data keep their IRIs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph as ox

from mineralkg.errors import UsageError
from mineralkg.graph import EmbeddedGraph
from mineralkg.namespaces import GRAPH, PREFIXES, ROOT
from mineralkg.publishing.derivation import claims_behind
from mineralkg.publishing.description import Describer
from mineralkg.publishing.shapes import shape_iris, shape_triples
from mineralkg.publishing.turtle12 import REIFIES

if TYPE_CHECKING:
    from mineralkg.api import KnowledgeGraph

__all__ = ["DOCUMENTS", "THINGS", "Known", "Site", "address"]

DOCUMENTS = "doc/"
THINGS = "id/"
_SHAPES = "shapes"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_PUBLISHER = "id/organisation/mineralkg-project"
_SCHEMA = tuple(f"{scheme}://schema.org/" for scheme in ("https", "http"))
# How a graph speaks of itself as a whole, the predicates in the order in which they are looked at.
_DATASETS = ("http://rdfs.org/ns/void#Dataset", "http://www.w3.org/ns/dcat#Dataset", *(f"{s}Dataset" for s in _SCHEMA))
_LICENCES = (
    PREFIXES["dcterms"] + "license",
    "http://creativecommons.org/ns#license",
    *(f"{s}license" for s in _SCHEMA),
)
_PUBLISHERS = (
    *(PREFIXES["dcterms"] + name for name in ("publisher", "creator")),
    *(s + name for s in _SCHEMA for name in ("publisher", "creator")),
)
_PAGES = {"ontology": "ontology", _SHAPES: "rules"}
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SCHEME = ox.NamedNode(PREFIXES["skos"] + "ConceptScheme")
_VERSION_IRI = ox.NamedNode(PREFIXES["owl"] + "versionIRI")
_BEYOND_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_SAFE = "/:@!$&'()*+,;=~-._%"

_HASH_DOCUMENTS = """
SELECT DISTINCT (STRBEFORE(STR(?x), "#") AS ?document) WHERE {{
  ?x ?p ?o FILTER (STRSTARTS(STR(?x), {base}) && CONTAINS(STR(?x), "#"))
}}
"""
_TERMS = """
CONSTRUCT {{ ?x ?p ?o }} WHERE {{ ?x ?p ?o FILTER (STRSTARTS(STR(?x), {start})) }}
"""


@dataclass(frozen=True)
class Known:
    """What was found out about a graph once, by looking at all of it."""

    version: str
    hash_documents: frozenset[str]


class Site:
    """The part of a graph that lies below one base, as documents; ``base`` ends with a slash."""

    def __init__(
        self,
        kg: KnowledgeGraph,
        base_url: str = ROOT,
        *,
        licence: str | None = None,
        publisher: str | None = None,
        known: Known | None = None,
    ) -> None:
        """Take the graph and the base of its IRIs; what is *known* of the graph is not found out again.

        Where no *licence* and no *publisher* is given, what the graph says of its dataset counts. Raises UsageError for
        a remote graph, which cannot be read as a whole, for a base that is none, and for what is no IRI.
        """
        if not isinstance(kg.handle, EmbeddedGraph):
            raise UsageError("An endpoint publishes its own data. Give files (--data) or a store (--store).")
        self.kg = kg
        self.graph: EmbeddedGraph = kg.handle
        self.base = address(base_url)
        self.own = self.base == ROOT
        self.dataset = f"{self.base}void#dataset"
        if self.own:
            licence, publisher = licence or _LICENCE, publisher or self.base + _PUBLISHER
        self.licence = _iri(licence, "a licence") or self._stated(_LICENCES)
        self.publisher = _iri(publisher, "a publisher") or self._stated(_PUBLISHERS)
        if known is not None:
            self.__dict__.update(version=known.version, hash_documents=known.hash_documents)  # the cached properties

    def _stated(self, predicates: Sequence[str]) -> str | None:
        """Return what the graph says of its dataset, or of the base, by one of some predicates; None if it differs."""
        store = self.graph.store
        typed = (store.quads_for_pattern(None, _TYPE, ox.NamedNode(kind), None) for kind in _DATASETS)
        subjects = {self.base, self.base[:-1], self.dataset}
        subjects |= {q.subject.value for quads in typed for q in quads if isinstance(q.subject, ox.NamedNode)}
        for predicate in predicates:
            found = {
                quad.object.value
                for subject in subjects
                if f"{subject}/".startswith(self.base)
                for quad in store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None, None)
                if isinstance(quad.object, ox.NamedNode)
            }
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def publishes(self, iri: str) -> bool:
        """Say whether *iri* has a document here: it lies below the base, and the graph speaks of it."""
        if not iri.startswith(self.base) or iri == self.base:
            return False
        path = iri.removeprefix(self.base).partition("#")[0]
        if "#" not in iri and path in self.hash_documents:
            return True
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        if self._is_of_shapes(iri):
            return iri in shape_iris()
        store = self.graph.store
        spoken_of = ((node, None, None, None), (None, None, node, None), (None, node, None, None))
        return any(next(store.quads_for_pattern(*pattern), None) is not None for pattern in spoken_of)

    def iris(self) -> Iterator[str]:
        """Return all published IRIs, in order: all that the graph names, and the shapes."""
        yield from sorted(set(self.occurring()))

    def occurring(self) -> Iterator[str]:
        """Return the published IRIs wherever they occur, again and again."""
        terms = (term for quad in self.graph.store for term in (quad.subject, quad.predicate, quad.object))
        named = (term.value for term in terms if isinstance(term, ox.NamedNode))
        for iri in chain(named, shape_iris() if self.own else ()):
            if iri.startswith(self.base) and iri != self.base:
                yield iri

    @cached_property
    def hash_documents(self) -> frozenset[str]:
        """The documents whose terms are hash IRIs, such as ``ontology`` and ``shapes``."""
        rows = self.graph.ask_model(_HASH_DOCUMENTS.format(base=ox.Literal(self.base)))
        found = {str(row.document).removeprefix(self.base) for row in rows}
        return frozenset(found | ({_SHAPES} if self.own else set())) - {""}

    def document(self, iri: str) -> str:
        """Return the path of the document that describes a published IRI, without a suffix: ``doc/state/JPN``.

        It is a URI path: what the IRI has beyond ASCII is percent-encoded.
        """
        path, hash, _ = iri.removeprefix(self.base).partition("#")
        if hash or path in self.hash_documents:
            return quote(path, safe=_SAFE)
        if self._is_of_shapes(iri):
            return _SHAPES
        if edition := self._edition_of(iri):
            return self.document(edition)
        short = path.removeprefix(THINGS)
        if short != path and self.publishes(self.base + short):
            short = path  # both …/id/x and …/x are there: the first keeps its full path
        return DOCUMENTS + quote(short, safe=_SAFE)

    def is_document(self, iri: str) -> bool:
        """Say whether a published IRI without a hash is itself a document, so that it answers with 200 and not 303."""
        return iri.removeprefix(self.base) in self.hash_documents

    def topic(self, document: str) -> str | None:
        """Return the IRI that a document path describes first, or None where there is no such document."""
        if unquote(document) in self.hash_documents:
            return self.base + unquote(document)
        if not document.startswith(DOCUMENTS):
            return None
        rest = document.removeprefix(DOCUMENTS)
        for path in dict.fromkeys(f(p) for p in (THINGS + rest, rest) for f in (str, _decoded, unquote)):
            iri = self.base + path
            if self.publishes(iri) and self.document(iri) == document:
                return iri
        return None

    def named(self, path: str) -> str | None:
        """Return the published IRI whose path below the base is asked for as *path*, or None."""
        return next((self.base + p for p in _spellings(path) if self.publishes(self.base + p)), None)

    def graph_named(self, path: str) -> str | None:
        """Return the name of the graph that SPARQL sees whose path below the base is asked for as *path*, or None."""
        return next((self.base + p for p in _spellings(path) if self.graph.sees(self.base + p)), None)

    def page_of(self, iri: str) -> str:
        """Return which page shows a document to people: "ontology", "rules", "scheme", or "entity" for any thing."""
        path = iri.removeprefix(self.base)
        if self.own and path in _PAGES:
            return _PAGES[path]
        scheme = next(self.graph.store.quads_for_pattern(ox.NamedNode(iri), _TYPE, _SCHEME, None), None)
        return "entity" if scheme is None else "scheme"

    def documents(self) -> Iterator[tuple[str, str]]:
        """Return each document with its first topic, in order of the topics."""
        seen: set[str] = set()
        for iri in self.iris():
            document = self.document(iri)
            if document not in seen:
                seen.add(document)
                yield document, self.topic_of_hash(document) or iri

    def topic_of_hash(self, document: str) -> str | None:
        """Return the IRI of a document whose terms are hash IRIs, None for any other document."""
        path = unquote(document)
        return self.base + path if path in self.hash_documents else None

    def document_iri(self, iri: str) -> str:
        """Return the IRI of the document that describes *iri*, which does not depend on where it is served."""
        return self.base + self.document(iri)

    def statements(self, iri: str) -> list[ox.Triple]:
        """Return what the document of a published IRI says: about its topics, and about itself."""
        document = self.document(iri)
        path = unquote(document)
        if path in self.hash_documents:
            topic = self.base + path
            terms = shape_triples() if self.own and path == _SHAPES else self._terms_of(topic)
            about = self._describer.labelled([*terms, *self._describer.thing(ox.NamedNode(topic))])
        else:
            topic = iri
            about = self._describer.thing(ox.NamedNode(iri))
        return list(dict.fromkeys([*about, *self._about_document(self.base + document, topic)]))

    def annotated(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return *triples*, and for each that follows from claims that these reify it (RDF 1.2)."""
        said = list(triples)
        store = self.graph.store
        return [*said, *(ox.Triple(claim, REIFIES, t) for t in said for claim in claims_behind(store, t))]

    @cached_property
    def version(self) -> str:
        """The version of what is published: a digest that changes with the data, the model and the program."""
        from importlib.metadata import version

        digest = hashlib.sha256(f"{version('mineralkg')} {self.base} {self.licence} {self.publisher}\n".encode())
        provenance = ox.NamedNode(GRAPH + "provenance")
        recorded = sorted(str(q.triple) for q in self.graph.store.quads_for_pattern(None, None, None, provenance))
        for line in recorded or [self.graph.dump().decode()]:
            digest.update(line.encode())
        for triple in sorted(map(str, shape_triples())) if self.own else ():
            digest.update(triple.encode())
        return digest.hexdigest()[:16]

    @cached_property
    def _describer(self) -> Describer:
        return Describer(self.graph.store)

    def _is_of_shapes(self, iri: str) -> bool:
        """Say whether an IRI would name a shipped shape, or a file of them such as ``shapes/core``."""
        return self.own and iri.startswith((f"{self.base}{_SHAPES}#", f"{self.base}{_SHAPES}/"))

    def _edition_of(self, iri: str) -> str | None:
        """Return the published thing that *iri* is the version IRI of."""
        quads = self.graph.store.quads_for_pattern(None, _VERSION_IRI, ox.NamedNode(iri), None)
        subject = next((q.subject for q in quads), None)
        found = subject.value if isinstance(subject, ox.NamedNode) else None
        return found if found and found != iri and self.publishes(found) else None

    def terms(self, iri: str) -> list[str]:
        """Return the hash IRIs that a document describes, in order; none for what is no such document."""
        if iri.removeprefix(self.base) not in self.hash_documents:
            return []
        named = {t.subject.value for t in self._terms_of(iri) if isinstance(t.subject, ox.NamedNode)}
        return sorted(term for term in named if term.startswith(f"{iri}#"))

    def _terms_of(self, document: str) -> list[ox.Triple]:
        text = _TERMS.format(start=ox.Literal(f"{document}#"))
        return self._describer.with_blank_nodes(self.graph.ask_model(text).triples)

    def _about_document(self, document: str, topic: str) -> Iterator[ox.Triple]:
        node = ox.NamedNode(document)
        foaf, dcterms, rdf = "http://xmlns.com/foaf/0.1/", PREFIXES["dcterms"], PREFIXES["rdf"]
        facts = [(rdf + "type", foaf + "Document"), (dcterms + "isPartOf", self.dataset)]
        if topic != document:
            facts.append((foaf + "primaryTopic", topic))
        if self.licence:
            facts.append((dcterms + "license", self.licence))
        yield from (ox.Triple(node, ox.NamedNode(p), ox.NamedNode(o)) for p, o in facts)


def address(text: str) -> str:
    """Return an address below which a site can lie, with a slash at its end. Raises UsageError for what is none."""
    base = text if text.endswith("/") else text + "/"
    try:
        ox.NamedNode(base)
        parts = urlsplit(base)
        has_host = bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError:
        has_host = False
    if not has_host or not base.startswith(("http://", "https://")) or "#" in base or "?" in base:
        raise UsageError(f"“{text}” cannot be a base. Give an http or https address such as http://example.org/kg/.")
    if "@" in parts.netloc:
        raise UsageError(
            f"“{text}” names a user, and would be published. Give the address without what stands before @."
        )
    return base


def _iri(text: str | None, what: str) -> str | None:
    """Return *text*, which names *what*. Raises UsageError for what is no absolute IRI."""
    try:
        return text and ox.NamedNode(text).value
    except ValueError:
        raise UsageError(f"“{text}” is no IRI of {what}. Give one such as https://example.org/us.") from None


def _spellings(path: str) -> Iterable[str]:
    """Return what may be meant by a path as it is sent: as an IRI may be written."""
    return dict.fromkeys((path, _decoded(path), unquote(path)))


def _decoded(path: str) -> str:
    """Return a path with what is beyond ASCII decoded and all other percent escapes kept, as an IRI is written."""
    return _BEYOND_ASCII.sub(lambda match: unquote(match.group()), path)
