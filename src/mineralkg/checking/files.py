"""The files that are checked: read within limits, parsed, and able to say where in their text a triple stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.checking.hanging import Hanging
from mineralkg.errors import LoadError
from mineralkg.rdfio import Document, FileLines, Limits, Lines, Places, Problem, Span
from mineralkg.reports import Excerpt
from mineralkg.validation import Graph, Labels, Node, Part

__all__ = ["CheckedFile", "read_files"]

_LARGE = 32 * 1024 * 1024  # bytes; text and quads of a larger file are not kept
_MOST_HUNG = 200_000  # statements of nodes with brackets that a large file is asked for
_LONGEST = 16 * 1024 * 1024  # bytes of a triple; RDF/XML can hold what the readers of other formats refuse


class CheckedFile:
    """One file of a contribution. What kept it from being read is in ``problems``; it then has no triples.

    ``document`` is None where not even its text could be read, and for a large file: its text and its quads are not
    kept. ``apart`` are the quads that its ``part`` cannot show.
    """

    def __init__(self, name: str, index: int, document: Document | None, problems: list[Problem], text: str) -> None:
        self.name = name
        self.index = index
        self.touched = True  # whether it is checked itself, or only part of what the others are seen with
        self.document = document
        self.problems = problems
        self.labels = Labels(f"f{index}")
        self.lines = Lines(text)
        self.part = Part(b"")
        self.apart: list[ox.Quad] = []
        self._wanted: set[str] = set()
        self._hanging = Hanging()
        self._format = "" if document is None else document.format.name

    @classmethod
    def of(cls, document: Document, index: int, folder: str) -> CheckedFile:
        """Return the file that a document is; large ones keep their triples in *folder*."""
        large = len(document.data) > _LARGE and bool(folder)
        file = cls(document.path, index, document, [], "" if large else document.text)
        try:
            quads = rdfio.parse(document)
            simple = not document.format.quads and b"<<" not in document.data
            if large:
                file._keep_apart(quads if simple else file._plain(quads), len(document.data), folder)
            elif simple and document.format.name == "nt":
                file.part = Part.of(quads, labels=file.labels)
            else:
                file.quads = list(quads)
                file.part = Part.of(file.quads if simple else file._plain(file.quads), labels=file.labels)
        except LoadError:
            other = rdfio.other_format(document)
            return cls(document.path, index, document, [other] if other else rdfio.problems(document), document.text)
        if document.format.name == "rdf" and any(len(line) > _LONGEST for line in file.part.lines()):
            return cls(document.path, index, document, [Problem("too-large/token")], document.text)
        return file

    def with_text(self, text: str) -> CheckedFile:
        """Return the same file with another text."""
        assert self.document is not None
        file = CheckedFile.of(replace(self.document, data=text.encode("utf-8")), self.index, "")
        file.touched = self.touched
        return file

    def _keep_apart(self, triples: Iterator[ox.Quad] | Iterator[ox.Triple], size: int, folder: str) -> None:
        """Take the triples of a large file, and neither its quads nor its text."""
        self.part = Part.of(triples, labels=self.labels, size=size, folder=folder)
        self.document = None
        self.lines = FileLines(self.path)

    def _plain(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
        """Return the triples that SHACL has a place for, and keep of the quads what they do not show.

        SHACL has none for a triple term of RDF 1.2; and of each named graph one statement is kept to show its name.
        """
        graphs = {str(ox.DefaultGraph())}
        for quad in quads:
            if (graph := str(quad.graph_name)) not in graphs:
                graphs.add(graph)
                self.apart.append(quad)
            if _is_plain(quad):
                yield quad.triple
            else:
                self.apart.append(quad)

    @property
    def is_large(self) -> bool:
        """Whether neither text nor quads are kept."""
        return isinstance(self.lines, FileLines)

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """The quads, with blank nodes as the file names them; none of a large file.

        Those of N-Triples are seldom asked for, and read again: in other formats a node can have a name that only one
        reading gives it.
        """
        return [] if self.document is None or self.problems else list(rdfio.parse(self.document))

    def triples(self) -> Iterator[ox.Triple]:
        """Return the triples that SHACL has a place for, with blank nodes as they are named among those of all files.

        They are those of ``part``, and not read again from it. A large file has none.
        """
        for quad in filter(_is_plain, self.quads):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
                yield ox.Triple(self.merged(subject), quad.predicate, self.merged(value))  # type: ignore[arg-type]
            else:
                yield quad.triple

    @property
    def path(self) -> Path:
        """The path of the file."""
        return Path(self.name)

    def own(self, node: Node) -> Node | None:
        """Return a node as the file names it; None for a blank node of another file."""
        return self.labels.old(node) if isinstance(node, ox.BlankNode) else node

    def merged(self, node: Node) -> Node:
        """Return a node of the file as it is named among the nodes of all files."""
        return self.labels.new(node) if isinstance(node, ox.BlankNode) else node

    def describes(self, node: Node) -> bool:
        """Say whether the file makes statements about *node*."""
        return str(node) in self.part.subjects

    def look_for(self, nodes: Collection[Node], graph: Callable[[], Graph]) -> None:
        """Say which nodes are going to be asked for, before places are: of a large file only their places are read.

        *graph* has the triples of the file; it is asked for only where the file writes nodes with brackets.
        """
        bracketed = [node for node in nodes if self.labels.are_without(node)]
        named = [node for node in nodes if self.describes(node) and not self.labels.are_without(node)]
        if self.labels.are_needed:
            self._hanging = Hanging.of(bracketed, named, graph(), self.labels.are_without)
        self._wanted = {str(own) for node in (*named, *self._hanging.holders) if (own := self.own(node)) is not None}
        if self._hanging.loose:
            self._wanted |= {"[", "("}

    def _hung(self) -> list[ox.Quad]:
        """Return what a large file says of nodes with brackets that are going to be asked for, named as it names them.

        Its triples are gone through for that, so it is not asked where there is no such node. Where it says very much
        of them, nothing is returned: half of it would let one be taken for another.
        """
        nodes = {str(node).encode() for node in self._hanging.nodes}
        lines = (line for line in self.part.lines() if not nodes.isdisjoint(_ends(line))) if nodes else iter(())
        found = list(islice(lines, _MOST_HUNG + 1))
        if len(found) > _MOST_HUNG:
            return []
        quads = []
        for triple in Part(b"".join(found)).triples():
            subject, value = self.own(triple.subject), self.own(triple.object)
            if isinstance(subject, ox.NamedNode | ox.BlankNode) and value is not None:
                quads.append(ox.Quad(subject, triple.predicate, value))
        return quads

    @cached_property
    def places(self) -> Places | None:
        """Where the triples of the file stand; None where that cannot be told."""
        if self.problems or not self._format:
            return None
        base = rdfio.file_iri(self.path)
        quads = self._hung if self.is_large else lambda: self.quads
        bracketed = {str(self.own(node)) for node in self._hanging.nodes}
        return rdfio.places(self.lines, quads, self._format, base=base, wanted=self._wanted, bracketed=bracketed)

    def excerpt(self, numbers: Iterable[int]) -> Excerpt:
        """Return lines with their numbers, in order."""
        return Excerpt(tuple((number, self.lines.line(number)) for number in sorted(set(numbers))))

    def span(self, span: Span) -> tuple[int, int, int, int]:
        """Return line, column, end line and end column of a stretch of the text."""
        return (*self.lines.place(span.start), *self.lines.place(span.end))


def _ends(line: bytes) -> tuple[bytes, bytes]:
    """Return the subject of a line of N-Triples and the last part of its object: all of it where it is no literal."""
    return line.partition(b" ")[0], line.removesuffix(b" .\n").rpartition(b" ")[2]


def _is_plain(quad: ox.Quad) -> bool:
    return not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple)


def read_files(paths: Iterable[Path], limits: Limits, folder: str) -> list[CheckedFile]:
    """Return the files at *paths*; large ones keep their triples in *folder*.

    What is wrong with a file is kept with it. Raises LoadError for one that cannot be opened.
    """
    return [_read(path, index, limits, folder) for index, path in enumerate(paths)]


def _read(path: Path, index: int, limits: Limits, folder: str) -> CheckedFile:
    try:
        document = rdfio.read(path, limits)
    except LoadError as error:
        if not isinstance(error.problem, Problem):
            raise
        return CheckedFile(str(path), index, None, [error.problem], error.text)
    return CheckedFile.of(document, index, folder)
