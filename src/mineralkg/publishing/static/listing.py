"""The documents of a site as a list on disk: there may be more of them than memory should hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from mineralkg.publishing.site import Site
from mineralkg.publishing.static.sorting import sorted_lines

__all__ = ["Listing"]


class Listing:
    """The published IRIs of a site with their documents, in order of these; they lie in a file in *work*."""

    def __init__(self, site: Site, work: Path) -> None:
        self._site = site
        self._path = work / "documents"
        for pieces in ("iris", "pairs"):
            (work / pieces).mkdir()
        pairs = (f"{site.document(iri)}\t{iri}" for iri in sorted_lines(site.occurring(), work / "iris"))
        with self._path.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{line}\n" for line in sorted_lines(pairs, work / "pairs"))
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

    def _pairs(self) -> Iterator[tuple[str, str]]:
        with self._path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                document, _, iri = line.rstrip("\n").partition("\t")
                yield document, iri
