"""What a process of a crew writes: documents in every form with their pages, questions, and lists of classes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mineralkg import api
from mineralkg.errors import ParameterError, UnknownFormat
from mineralkg.languages import LANGUAGES
from mineralkg.publishing.answers import answer_files
from mineralkg.publishing.pages import Pages
from mineralkg.publishing.representations import ANNOTATED, DOCUMENT_FORMATS, Ordered, represent
from mineralkg.publishing.site import Known, Site
from mineralkg.publishing.static.links import StaticLinks
from mineralkg.publishing.static.output import Share, Shares, told_in_words
from mineralkg.queries import find

__all__ = ["Documents", "Lists", "Plan", "Question", "Writer", "Wrote"]


@dataclass(frozen=True)
class Documents:
    """The task to write some documents, each with its topic."""

    of: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Lists:
    """The task to write the lists of the things of a class."""

    of: str


@dataclass(frozen=True)
class Question:
    """The task to write the pages of a question, and its answer as files."""

    name: str


@dataclass
class Wrote:
    """What became of a task: how many files were written and how many were the same already.

    ``browsed`` are the classes whose lists were linked. ``lacking`` tells by form how many documents it cannot hold,
    and the first of these.
    """

    documents: int = 0
    written: int = 0
    unchanged: int = 0
    browsed: set[str] = field(default_factory=set)
    lacking: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, other: Wrote) -> None:
        """Add what became of another task."""
        self.documents += other.documents
        self.written += other.written
        self.unchanged += other.unchanged
        self.browsed |= other.browsed
        for form, (number, first) in other.lacking.items():
            before, earliest = self.lacking.get(form, (0, first))
            self.lacking[form] = (before + number, min(first, earliest))


@dataclass(frozen=True)
class Plan:
    """What is published and where to: what a process needs to know to write a share of it.

    ``site`` is what is published, where it lies in the memory that the process has, too; else the process opens the
    folder ``store``.
    """

    site: Site | None
    store: Path | None
    base: str
    public: str
    licence: str | None
    publisher: str | None
    known: Known
    today: dt.date | None
    shares: Shares

    @told_in_words()
    def __call__(self, number: int) -> Writer:
        """Return a writer with a number that no other has."""
        site = self.site
        if site is None:
            kg = api.open(store=self.store)
            site = Site(kg, self.base, licence=self.licence, publisher=self.publisher, known=self.known)
        return Writer(site, StaticLinks(site, self.public, self.shares.can_hold), self.shares.open(number), self.today)


class Writer:
    """Writes documents, pages and lists of one site into a share of its folder."""

    def __init__(self, site: Site, links: StaticLinks, share: Share, today: dt.date | None) -> None:
        self.site, self.links, self.share = site, links, share
        self.pages = Pages(site, links, today=today, local=links.page("dump", suffix="nq"))
        self.context_url = links.absolute(links.page("context"))
        self._wrote = Wrote()

    @told_in_words()
    def __call__(self, task: Documents | Lists | Question) -> Wrote:
        """Do a task, and say what became of it."""
        if isinstance(task, Lists):
            self._lists(task.of)
        elif isinstance(task, Question):
            self._question(task.name)
        else:
            for document, iri in task.of:
                self._document(document, iri)
                self.pages.forget()
        return self.wrote()

    def close(self) -> None:
        """End writing."""
        self.share.close()

    def wrote(self) -> Wrote:
        """Say what was written since this was asked last."""
        share, found, self._wrote = self.share, self._wrote, Wrote()
        found.written, found.unchanged = share.written, share.unchanged
        found.browsed = set(self.links.browsed)
        share.written = share.unchanged = 0
        self.links.browsed.clear()
        share.flush()
        return found

    def page(self, address: str, lang: str, html: str) -> None:
        """Write a page in one language."""
        self.share.write(self.links.file(self.links.variant(address, lang=lang)), html)

    def _question(self, name: str) -> None:
        address, query = self.links.page("question", name=name), find(name)
        for lang in LANGUAGES:
            self.page(address, lang, self.pages.question(name, {}, lang))
            self.page(self.links.variant(address, embed=1), lang, self.pages.question(name, {"embed": ["1"]}, lang))
        example = {p.name: [p.example] for p in query.parameters if p.required}
        # The example is of the shipped graph, and may not be in this one: the page says so.
        with suppress(ParameterError):
            for made in answer_files(self.site.graph, name, example, self.pages.answer):
                self.share.write(f"query/{name}.{made.format.name}", made.data)
        self.pages.forget()

    def _document(self, document: str, iri: str) -> None:
        plain = Ordered(self.site.statements(iri), iri)
        name = self.links.file(self.links.root + document).removesuffix(".html")
        for f in DOCUMENT_FORMATS:
            said = Ordered(self.site.annotated(plain), iri) if f is ANNOTATED else plain
            try:
                made = represent(said, f.name, context_url=self.context_url)
            except UnknownFormat:  # a predicate that cannot be an XML name, or a triple term
                self._wrote.add(Wrote(lacking={f.help: (1, document)}))
                continue
            self.share.write(f"{name}.{f.name}", made.data)
        self._pages_of(document, iri, plain)
        self._wrote.documents += 1

    def _pages_of(self, document: str, iri: str, said: Ordered) -> None:
        address, shown = self.links.root + document, self.site.page_of(iri)
        if shown == "entity":
            self.pages.know(iri, said)
            self._paged(address, lambda lang, number: self.pages.entity(iri, lang, number))
            return
        for lang in LANGUAGES:
            if shown == "rules":
                self.page(address, lang, self.pages.rules(lang))
            elif shown == "ontology":
                self.page(address, lang, self.pages.ontology(lang))
            else:
                self.page(address, lang, self.pages.scheme(iri, lang))

    def _lists(self, iri: str) -> None:
        address = self.links.page("browse", **{"class": iri})
        self._paged(address, lambda lang, number: self.pages.browse(iri, lang, number))
        self.pages.forget()

    def _paged(self, address: str, made: Callable[[str, int], str]) -> None:
        """Write a page, and all further pages that it or they link to, each in all languages."""
        self.links.further.clear()
        number, last = 0, 1
        while number < last:
            number += 1
            for lang in LANGUAGES:
                self.page(self.links.variant(address, page=number), lang, made(lang, number))
            last = max(last, *self.links.further)
            self.links.further.clear()
