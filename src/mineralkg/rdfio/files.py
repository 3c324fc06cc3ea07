"""Read and write RDF safely: nothing is fetched, and a failure names file, line and column.

Parsing is pyoxigraph's, which never opens a JSON-LD context or an XML entity. Reading is bounded before the parser sees
the text, because deep nesting ends the process rather than raising an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mineralkg import formats
from mineralkg.errors import LoadError, UnknownFormat
from mineralkg.namespaces import PREFIXES
from mineralkg.rdfio import guards, opening
from mineralkg.rdfio.guards import LIMITS, Limits
from mineralkg.rdfio.problems import Problem, of_parser

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "Document",
    "documents",
    "engine_format",
    "file_iri",
    "load",
    "load_error",
    "other_format",
    "parse",
    "problems",
    "read",
    "serialize",
    "to_rdflib",
]


def engine_format(fmt: formats.Format) -> ox.RdfFormat:
    """Return what the parser calls an RDF format of the table."""
    found = ox.RdfFormat.from_media_type(fmt.media_type)
    assert found is not None  # it reads and writes every RDF format of the table
    return found


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

    @cached_property
    def text(self) -> str:
        """The file as text, without a byte order mark; offsets and columns count its characters."""
        return self.data.decode("utf-8-sig")

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a place that the parser names; to it a carriage return alone ends a line, too."""
        starts = self._parser_lines
        return min(starts[min(line, len(starts)) - 1] + column - 1, len(self.text))

    @cached_property
    def _parser_lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n?|\n", self.text))]


def documents(paths: Iterable[str | Path]) -> list[Path]:
    """Return the RDF files that *paths* stand for: a file stands for itself, a folder for every RDF file below it.

    Raises LoadError for a path that does not exist, for a folder without any RDF file, and for what stands in a folder
    with the name of such a file and is none, or leads out of the folder.
    """
    return opening.named_files(paths, _below)


def _below(folder: Path) -> list[Path]:
    inside = opening.below(folder, formats.is_rdf)
    if not inside:
        raise LoadError(str(folder), "there is no RDF file in this folder.")
    return inside


def read(path: str | Path, limits: Limits = LIMITS) -> Document:
    """Return the document at *path*, read and not yet parsed.

    Raises LoadError where the file cannot be read, has no RDF suffix, is not UTF-8, or is beyond the *limits* within
    which it can be parsed.
    """
    path = Path(path)
    try:
        fmt = formats.by_suffix(path)
    except UnknownFormat as error:
        raise load_error(str(path), "", Problem("syntax/suffix", details={"known": ", ".join(error.known)})) from error
    data = opening.content(path, limits.bytes)
    if len(data) > limits.bytes:
        details = {"size": str(_size(path) or len(data)), "limit": str(limits.bytes)}
        raise load_error(str(path), "", Problem("too-large/file", details=details))
    if problem := guards.check(data, fmt.name, limits):
        raise load_error(str(path), data.decode("utf-8-sig", errors="replace"), problem)
    return Document(str(path), fmt, data.removeprefix(_BOM))


def _size(path: Path) -> int:
    """Return the size of a file, 0 where it has gone since it was read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


_BOM = b"\xef\xbb\xbf"


def load_error(path: str, text: str, problem: Problem) -> LoadError:
    """Return the error that a problem in the text of a file amounts to."""
    line = column = None
    if problem.start is not None:
        line = text.count("\n", 0, problem.start) + 1
        column = problem.start - text.rfind("\n", 0, problem.start)
    hint = problem.hint()
    error = LoadError(path, f"{problem.sentence()}{f' {hint}' if hint else ''}", line, column)
    error.problem = problem
    error.text = "" if problem.start is None else text
    return error


def parse(document: Document) -> Iterator[ox.Quad]:
    """Return the quads of a document, one at a time; relative IRIs resolve against its file IRI.

    Raises LoadError with line and column at the first syntax error.
    """
    with _translated(document):
        yield from ox.parse(document.data, format=engine_format(document.format), base_iri=file_iri(document.path))


def problems(document: Document, *, most: int = 25) -> list[Problem]:
    """Return the syntax errors of a document, as many as its parser can honestly give, *most* of them at most.

    After an error the parser goes on at the next statement. An error that stands in the statement of the one before it
    is a consequence of that, and left out.
    """
    found: list[Problem] = []
    quads = ox.parse(document.data, format=engine_format(document.format), base_iri=file_iri(document.path))
    end = errors = 0
    while len(found) < most and errors < _MOST_ERRORS:
        try:
            next(quads)
        except StopIteration:
            return found
        except (SyntaxError, ValueError, MemoryError) as error:
            errors += 1
            problem = _problem(document, error)
            if not found or (problem.start is not None and _statement_ends(document, end, problem.start)):
                found.append(_at_statement_end(document, problem))
            end = max(end, problem.end or problem.start or 0)
            if problem.start is None or isinstance(error, MemoryError):
                return found
    return [*found, Problem("syntax/more", details={"number": str(len(found))})]


_MOST_ERRORS = 500  # that are looked at, with those that only follow from others
_FAR = 300_000  # characters; so far it is looked for the end of the statement before an error


def _at_statement_end(document: Document, problem: Problem) -> Problem:
    """Return a missing full stop at the place where it is missing; the parser finds out at the next token."""
    if problem.kind not in ("syntax/dot", "syntax/end") or problem.start is None or problem.start > _FAR:
        return problem
    from mineralkg.rdfio.structure import last_token_end  # its patterns are needed only where something is wrong

    end = last_token_end(document.text, problem.start)
    return problem if end is None else replace(problem, start=end, end=end)


def other_format(document: Document) -> Problem | None:
    """Return the problem that a document is in another format than its name says, or None where it is in no other."""
    if re.match(r"\s*(?:<!doctype html|<html)\b", document.text, re.IGNORECASE):
        return Problem("syntax/html", details={"format": document.format.help})
    for fmt in formats.FORMATS:
        if fmt.kind == "rdf" and fmt.name != document.format.name:
            other = Document(document.path, fmt, document.data)
            if guards.check(other.data, fmt.name) is None and _reads(other):
                details = {"format": document.format.help, "other": fmt.help, "suffix": fmt.suffixes[0]}
                return Problem("syntax/format", details=details)
    return None


def _reads(document: Document) -> bool:
    try:
        return sum(1 for _ in parse(document)) > 0
    except LoadError:
        return False


def _statement_ends(document: Document, start: int, end: int) -> bool:
    """Say whether a statement ends between two errors: a full stop, or in N-Triples and N-Quads a line end."""
    between = document.text[start:end]
    return "\n" in between if document.format.name in ("nt", "nq") else bool(re.search(r"\.(?=\s)", between))


@contextlib.contextmanager
def _translated(document: Document) -> Iterator[None]:
    """Turn what the parser raises into LoadError."""
    try:
        yield
    except (SyntaxError, ValueError, MemoryError) as error:
        raise load_error(document.path, document.text, _problem(document, error)) from error


def _problem(document: Document, error: Exception) -> Problem:
    """Return the problem that an exception of the parser tells of."""
    if isinstance(error, MemoryError):
        return Problem("too-large/token")
    if not isinstance(error, SyntaxError):
        return of_parser(str(error), document.format.help, *_xml_place(document, str(error)), "")
    reason = re.sub(
        r"^Parser error (?:at line \d+(?: column \d+| between columns? \d+ and (?:column )?\d+)|between .*?): ",
        "",
        error.msg,
    )
    if error.lineno is None:
        return of_parser(reason, document.format.help, *_xml_place(document, str(error)), "")
    column = error.offset or 1
    start = document.offset(error.lineno, column)
    end = document.offset(error.end_lineno or error.lineno, error.end_offset or column + 1)
    found = document.text[start:end].partition("\n")[0]
    return of_parser(reason, document.format.help, start, max(end, start), found)


def _xml_place(document: Document, reason: str) -> tuple[int | None, int | None]:
    """Return where the parser of RDF/XML stops for a *reason*; that of other formats says so itself, if it can."""
    if document.format.name != "rdf":
        return None, None
    from mineralkg.rdfio.xmlfaults import fault  # needed only where something is wrong

    return fault(document.text, file_iri(document.path), reason) or (None, None)


def file_iri(path: str | Path) -> str:
    """Return the IRI of a file, which relative IRIs in it resolve against."""
    return opening.real_path(path).as_uri()


def load(document: Document, store: ox.Store, graph: ox.NamedNode, *, steady: bool = False) -> None:
    """Put the triples of a document into the named graph *graph* of *store*; quads keep their own graph names.

    Where labels are to be *steady*, a blank node has the same one whenever the same document is put into the same
    graph, and what is written from the store is the same, too. Else the labels differ from time to time, which takes
    half the time. Raises LoadError like parse.
    """
    with _translated(document):
        if steady and any(sign in document.data for sign in _NAMELESS.get(document.format.name, (b"",))):
            store.extend(_labelled(document, graph))
            return
        store.load(
            input=document.data,
            format=engine_format(document.format),
            base_iri=file_iri(document.path),
            to_graph=None if document.format.quads else graph,
        )


# What it takes to write a blank node; in any other format it takes nothing.
_NAMELESS = {
    **dict.fromkeys(("nt", "nq"), (b"_:",)),
    **dict.fromkeys(("ttl", "trig"), (b"_:", b"[", b"(", b"<<", b"{|", b"~")),
}


def _labelled(document: Document, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Return the quads of a document to put into *graph*, their blank nodes labelled in the order of the document."""
    digest = hashlib.sha256(f"{graph.value} {document.sha256}".encode()).hexdigest()
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def steady(term: Any) -> Any:
        if isinstance(term, ox.Triple):
            return ox.Triple(steady(term.subject), term.predicate, steady(term.object))
        if isinstance(term, ox.BlankNode):
            # The engine takes 32 hexadecimal digits for a number, which needs little room.
            return labels.get(term) or labels.setdefault(term, ox.BlankNode(f"b{digest[:23]}{len(labels):08x}"))
        return term

    for quad in ox.parse(document.data, format=engine_format(document.format), base_iri=file_iri(document.path)):
        subject, predicate, object, name = quad
        yield ox.Quad(steady(subject), predicate, steady(object), steady(name) if document.format.quads else graph)


def serialize(triples: Iterable[ox.Triple | ox.Quad], name: str) -> str:
    """Return *triples* as text in the RDF format *name*, in a stable order and with the project's prefixes.

    Raises UnknownFormat for a name that the table does not have.
    """
    fmt = formats.by_name(name, "rdf")
    ordered: list[Any] = sorted(triples, key=str)
    text = "".join(map(str, ordered))
    prefixes = {name: base for name, base in PREFIXES.items() if f"<{base}" in text}
    data = ox.serialize(ordered, format=engine_format(fmt), prefixes=prefixes)
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
