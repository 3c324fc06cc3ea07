"""The files that are checked: read within limits, parsed, and able to say where in their text a triple stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.errors import LoadError
from mineralkg.rdfio import Document, Limits, Places, Problem, Span
from mineralkg.reports import Excerpt, Finding
from mineralkg.validation import Labels, Node, Part

__all__ = ["CheckedFile", "Lines", "read_files"]

_LARGE = 32 * 1024 * 1024  # bytes; the quads of a larger file are not kept


class Lines:
    """The lines of a text: from offsets to lines and columns, which count from 1, and to what stands in them."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """Return a line without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].removesuffix("\r")

    def excerpt(self, numbers: Iterable[int]) -> Excerpt:
        """Return lines with their numbers, in order."""
        return Excerpt(tuple((number, self.line(number)) for number in sorted(set(numbers))))


class CheckedFile:
    """One file of a contribution. What kept it from being read is in ``problems``; it then has no triples."""

    def __init__(self, name: str, index: int, document: Document | None, problems: list[Problem], text: str) -> None:
        self.name = name
        self.document = document
        self.problems = problems
        self.labels = Labels(f"f{index}")
        self.lines = Lines(text)
        self.part = Part(b"")
        self._quads: list[ox.Quad] | None = []

    def keep(self, quads: Iterator[ox.Quad], folder: str) -> None:
        """Take the triples of the file, without RDF 1.2 triple terms, for which SHACL has no place."""
        assert self.document is not None
        size = len(self.document.data)
        if size <= _LARGE:
            self._quads = list(quads)
            triples: Iterable[ox.Triple] = [quad.triple for quad in self._quads if _is_plain(quad)]
            self.part = Part.of(triples, labels=self.labels)
        elif self.document.format.quads:
            self._quads = None
            self.part = Part.of((q.triple for q in quads), labels=self.labels, size=size, folder=folder)
        else:
            self._quads = None
            self.part = Part.of(quads, labels=self.labels, size=size, folder=folder)

    @property
    def path(self) -> Path:
        """The path of the file."""
        return Path(self.name)

    @property
    def quads(self) -> list[ox.Quad]:
        """The quads as parsed, empty for a file too large to keep them."""
        return self._quads or []

    def own(self, node: Node) -> Node | None:
        """Return a node as the file names it; None for a blank node of another file."""
        return self.labels.old(node) if isinstance(node, ox.BlankNode) else node

    def merged(self, node: Node) -> Node:
        """Return a node of the file as it is named among the nodes of all files."""
        return self.labels.new(node) if isinstance(node, ox.BlankNode) else node

    def describes(self, node: Node) -> bool:
        """Say whether the file makes statements about *node*."""
        return str(node) in self.part.subjects

    @cached_property
    def places(self) -> Places | None:
        """Where the triples of the file stand; None where that cannot be told."""
        if self.document is None or self.document.format.name not in ("ttl", "trig", "nt", "nq"):
            return None
        base = Path(self.document.path).resolve().as_uri()
        if self._quads is None:
            return None
        return Places(self.document.text, self._quads, base=base, quad_lines=self.document.format.name == "nq")

    def span(self, span: Span) -> tuple[int, int, int, int]:
        """Return line, column, end line and end column of a stretch of the text."""
        return (*self.lines.place(span.start), *self.lines.place(span.end))


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
        text = "" if error.problem.start is None else path.read_bytes().decode("utf-8-sig", errors="replace")
        return CheckedFile(str(path), index, None, [error.problem], text)
    file = CheckedFile(str(path), index, document, [], document.text)
    try:
        file.keep(rdfio.parse(document), folder)
    except LoadError:
        other = rdfio.other_format(document)
        return CheckedFile(str(path), index, None, [other] if other else rdfio.problems(document), document.text)
    return file


def finding_of(file: CheckedFile, problem: Problem, lang: str) -> Finding:
    """Return the finding that a problem in a file amounts to."""
    line = column = end_line = end_column = None
    excerpt = None
    if problem.start is not None:
        end = max(problem.end or problem.start, problem.start)
        line, column, end_line, end_column = file.span(Span(problem.start, end))
        end_column = end_column if end > problem.start else column + 1
        excerpt = file.lines.excerpt(number for number in (line - 1, line) if number > 0)
    return Finding(
        rule=problem.rule,
        severity="violation",
        message=problem.sentence(lang),
        file=file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        hint=problem.hint(lang),
        excerpt=excerpt,
    )
