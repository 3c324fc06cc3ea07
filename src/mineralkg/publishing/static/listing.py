"""The documents of a site as a list on disk: there may be more of them than memory should hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from mineralkg.publishing.site import Site
from mineralkg.publishing.static.sorting import sorted_lines

__all__ = ["Listing"]

_NAMED = 3  # of what is left out


class Listing:
    """The published IRIs of a site with their documents, in order of these; they lie in a file in *work*.

    Documents that cannot be written, since *holds* says so, are left out; ``left_out`` are the first of their IRIs.
    """

    def __init__(self, site: Site, work: Path, holds: Callable[[str], bool]) -> None:
        self._site = site
        self.left_out: list[str] = []
        self.number_left_out = 0
        self._path = work / "documents"
        for pieces in ("iris", "pairs"):
            (work / pieces).mkdir()
        pairs = (f"{site.document(iri)}\t{iri}" for iri in sorted_lines(site.occurring(), work / "iris"))
        with self._path.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{line}\n" for line in self._held(sorted_lines(pairs, work / "pairs"), holds))
        self.total = sum(1 for _ in self.documents())

    def documents(self) -> Iterator[tuple[str, str]]:
        """Return each document with its first topic."""
        for document, pairs in groupby(self._pairs(), key=lambda pair: pair[0]):
            yield document, self._site.topic_of_hash(document) or next(pairs)[1]

    def things(self) -> Iterator[tuple[str, str]]:
        """Return the IRIs that are no documents themselves, and have no hash, with their documents."""
        return (
            (iri, document) for document, iri in self._pairs() if "#" not in iri and not self._site.is_document(iri)
        )

    def _held(self, lines: Iterable[str], holds: Callable[[str], bool]) -> Iterator[str]:
        for document, pairs in groupby(lines, key=lambda line: line.partition("\t")[0]):
            if holds(document):
                yield from pairs
                continue
            left = [line.partition("\t")[2] for line in pairs]
            self.number_left_out += len(left)
            self.left_out += left[: _NAMED - len(self.left_out)]

    def _pairs(self) -> Iterator[tuple[str, str]]:
        with self._path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                document, _, iri = line.rstrip("\n").partition("\t")
                yield document, iri
