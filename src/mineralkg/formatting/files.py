"""Files to lay out: which there are, and what they would look like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from mineralkg import formats, rdfio
from mineralkg.errors import LayoutRefused, LoadError, UnknownFormat
from mineralkg.formatting.order import put_in_order
from mineralkg.formatting.printer import show
from mineralkg.formatting.reader import Refused, read
from mineralkg.formatting.same import same
from mineralkg.rdfio import Document, Lines
from mineralkg.rdfio.structure import tokens

__all__ = ["Layout", "find", "laid_out", "lay_out"]

_FORMATS = ("ttl", "trig")


@dataclass(frozen=True)
class Layout:
    """A document, and the text that it has in the layout of the house."""

    document: Document
    text: str

    @property
    def is_new(self) -> bool:
        """Whether the file has another layout now."""
        return self.text != self.document.text

    def write(self) -> None:
        """Give the file its new text, at once or not at all. Raises LoadError where that cannot be done."""
        rdfio.replace_text(Path(self.document.path), self.text)


def find(paths: Iterable[str | Path]) -> list[Path]:
    """Return the Turtle and TriG files that *paths* stand for: a file itself, a folder every such file below it.

    What begins with a full stop below a folder is left alone. Raises LoadError for a path that does not exist, and for
    a file of another kind, and for a link that leads out of a folder.
    """
    found = rdfio.named_files(paths, _below)
    for path in found:
        if not _has_layout(path):
            raise LoadError(str(path), "only Turtle (.ttl) and TriG (.trig) have a layout.")
    return list(dict.fromkeys(found))


def _below(folder: Path) -> list[Path]:
    def wanted(path: Path) -> bool:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        return not hidden and _has_layout(path)

    return rdfio.below(folder, wanted)


def _has_layout(path: Path) -> bool:
    try:
        return formats.by_suffix(path).name in _FORMATS
    except UnknownFormat:
        return False


def lay_out(path: str | Path) -> Layout:
    """Return what a file looks like in the layout of the house. Nothing is written.

    Raises LoadError for a file that cannot be read or breaks the syntax, and LayoutRefused where something of it could
    not be kept: a comment that stands inside a term, say.
    """
    document = rdfio.read(path)
    quads = list(rdfio.parse(document))
    try:
        new = laid_out(document.text)
        if not _says_the_same(document, quads, replace(document, data=new.encode("utf-8"))):
            raise Refused("the new text would not say the same, which is a fault of mineralkg; please report it", 0)
    except Refused as error:
        line, column = Lines(document.text).place(error.offset)
        raise LayoutRefused(document.path, f"{error.reason}.", line, column) from error
    return Layout(document, new)


def _says_the_same(before: Document, quads: list[ox.Quad], after: Document) -> bool:
    comments, labels = _kept(before.text)
    try:
        return _kept(after.text)[0] == comments and same(quads, rdfio.parse(after), labels)
    except LoadError:
        return False


def laid_out(text: str) -> str:
    """Return a text that is in order in the layout of the house; raises Refused where something could not be kept."""
    line, end, _ = text.partition("\n")
    return show(put_in_order(read(text)), line_end="\r\n" if end and line.endswith("\r") else "\n")


def _kept(text: str) -> tuple[list[str], set[str]]:
    """Return what must be the same in both texts: the comments in their order, and the labels of blank nodes."""
    found = list(tokens(text, comments=True))
    comments = [token.text.rstrip() for token in found if token.kind == "comment"]
    return comments, {token.text for token in found if token.kind == "blank"}
