"""Read and write RDF safely: nothing is fetched, and a failure names file, line and column.

Parsing is pyoxigraph's, which never opens a JSON-LD context or an XML entity. Reading is bounded before the parser sees
the text, because deep nesting ends the process rather than raising an error.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mineralkg import formats
from mineralkg.errors import LoadError, UnknownFormat
from mineralkg.namespaces import PREFIXES

if TYPE_CHECKING:
    import rdflib

__all__ = ["Document", "documents", "load", "parse", "read", "serialize", "to_rdflib"]

MAX_NESTING = 500

_OX = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class Document:
    """One RDF file as read: where it lies, in which format, and its bytes."""

    path: str
    format: formats.Format
    data: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 digest of the file, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def documents(paths: Iterable[str | Path]) -> list[Path]:
    """Return the RDF files that *paths* stand for: a file stands for itself, a folder for every RDF file below it.

    Raises LoadError for a path that does not exist and for a folder without any RDF file.
    """
    found: list[Path] = []
    for given in map(Path, paths):
        if given.is_dir():
            inside = sorted(p for p in given.rglob("*") if p.is_file() and _is_rdf(p))
            if not inside:
                raise LoadError(str(given), "there is no RDF file in this folder.")
            found += inside
        elif given.exists():
            found.append(given)
        else:
            raise LoadError(str(given), "there is no such file or folder.")
    return found


def _is_rdf(path: Path) -> bool:
    try:
        formats.by_suffix(path)
    except UnknownFormat:
        return False
    return True


def read(path: str | Path) -> Document:
    """Return the document at *path*, read and not yet parsed.

    Raises LoadError where the file cannot be read, has no RDF suffix, is not UTF-8 or nests too deep to be parsed.
    """
    path = Path(path)
    try:
        fmt = formats.by_suffix(path)
    except UnknownFormat as error:
        known = ", ".join(error.known)
        raise LoadError(str(path), f"the suffix does not say which RDF format this is. Use one of {known}.") from error
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(str(path), f"the file cannot be read ({error.strerror or error}).") from error
    document = Document(str(path), fmt, data)
    _check_nesting(document)
    return document


_NESTS = re.compile(rb'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*|[\[({]|[\])}]', re.DOTALL)


def _check_nesting(document: Document) -> None:
    """Refuse text whose brackets or elements nest deeper than the parser's stack is known to bear."""
    if document.format.name == "rdf" or sum(map(document.data.count, (b"[", b"(", b"{"))) <= MAX_NESTING:
        return
    depth = 0
    for match in _NESTS.finditer(document.data):
        mark = match.group()
        if mark in (b"[", b"(", b"{"):
            depth += 1
        elif mark in (b"]", b")", b"}"):
            depth -= 1
        if depth > MAX_NESTING:
            line = document.data.count(b"\n", 0, match.start()) + 1
            raise LoadError(document.path, f"brackets nest more than {MAX_NESTING} deep.", line)


def parse(document: Document) -> Iterator[ox.Quad]:
    """Return the quads of a document, one at a time; relative IRIs resolve against its file IRI.

    Raises LoadError with line and column at the first syntax error.
    """
    try:
        yield from ox.parse(document.data, format=_OX[document.format.name], base_iri=_base_iri(document.path))
    except SyntaxError as error:
        raise _load_error(document, error) from error
    except ValueError as error:
        raise LoadError(document.path, f"this is not {document.format.help} ({error}).") from error


def _base_iri(path: str) -> str:
    return Path(path).resolve().as_uri()


def _load_error(document: Document, error: SyntaxError) -> LoadError:
    reason = re.sub(
        r"^Parser error (?:at line \d+(?: column \d+| between columns \d+ and \d+)|between .*?): ", "", error.msg
    )
    sentence = f"this is not {document.format.help}: {reason[:1].lower()}{reason[1:].rstrip('.')}."
    return LoadError(document.path, sentence, error.lineno, error.offset)


def load(document: Document, store: ox.Store, graph: ox.NamedNode) -> None:
    """Put the triples of a document into the named graph *graph* of *store*; quads keep their own graph names.

    Raises LoadError like parse.
    """
    try:
        store.load(
            input=document.data,
            format=_OX[document.format.name],
            base_iri=_base_iri(document.path),
            to_graph=None if document.format.quads else graph,
        )
    except SyntaxError as error:
        raise _load_error(document, error) from error
    except ValueError as error:
        raise LoadError(document.path, f"this is not {document.format.help} ({error}).") from error


def serialize(triples: Iterable[ox.Triple | ox.Quad], name: str) -> str:
    """Return *triples* as text in the RDF format *name*, in a stable order and with the project's prefixes.

    Raises UnknownFormat for a name that the table does not have.
    """
    fmt = formats.by_name(name, "rdf")
    ordered: list[Any] = sorted(triples, key=str)
    text = "".join(map(str, ordered))
    prefixes = {name: base for name, base in PREFIXES.items() if f"<{base}" in text}
    data = ox.serialize(ordered, format=_OX[fmt.name], prefixes=prefixes)
    assert data is not None  # no output was given, so the bytes come back
    text = data.decode()
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n" if fmt.name == "jsonld" else text


def to_rdflib(triples: Iterable[ox.Triple | ox.Quad]) -> rdflib.Graph:
    """Return *triples* as a plain rdflib graph, with literals as they were written (``007`` stays ``007``).

    Raises LoadError for an RDF 1.2 triple term, which rdflib has no place for.
    """
    import rdflib  # 0.15 s: only where an rdflib graph is asked for

    def term(value: object) -> rdflib.term.Node:
        if isinstance(value, ox.NamedNode):
            return rdflib.URIRef(value.value)
        if isinstance(value, ox.BlankNode):
            return rdflib.BNode(value.value)
        if isinstance(value, ox.Literal):
            if value.language:
                return rdflib.Literal(value.value, lang=value.language)
            plain = value.datatype.value == str(rdflib.XSD.string)
            datatype = None if plain else rdflib.URIRef(value.datatype.value)
            return rdflib.Literal(value.value, datatype=datatype, normalize=False)
        raise LoadError("the data", "RDF 1.2 triple terms cannot be checked; name the statement with an IRI instead.")

    graph = rdflib.Graph()
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph
