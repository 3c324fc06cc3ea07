"""Write a site as files: every page in every language, every document in every form, and what hosts need."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mineralkg.checking import rules
from mineralkg.errors import ParameterError, UnknownFormat
from mineralkg.languages import LANGUAGES
from mineralkg.namespaces import ROOT
from mineralkg.publishing.answers import FILES, answer
from mineralkg.publishing.catalogue import Dump, dataset_description
from mineralkg.publishing.examples import query_examples
from mineralkg.publishing.feeds import atom, calendar
from mineralkg.publishing.openapi import openapi
from mineralkg.publishing.pages import Pages, assets
from mineralkg.publishing.pages.environment import words
from mineralkg.publishing.representations import ANNOTATED, DOCUMENT_FORMATS, RDF_FORMATS, context, represent
from mineralkg.publishing.site import Site, address
from mineralkg.publishing.sitemap import pages as all_pages
from mineralkg.publishing.static.dumps import write_dump, write_sorted
from mineralkg.publishing.static.hosts import host_files
from mineralkg.publishing.static.links import StaticLinks
from mineralkg.publishing.static.output import Output
from mineralkg.publishing.static.rules import FORMS, rules_of
from mineralkg.queries import all_queries, description
from mineralkg.resources import folder as shipped

if TYPE_CHECKING:
    from mineralkg.api import KnowledgeGraph

__all__ = ["Published", "publish_files"]

_SITEMAP = 50_000  # addresses that one file may list (sitemaps.org)
_REPORTED = 500  # documents between two words on how far it is
_URLSET = '<?xml version="1.0" encoding="UTF-8"?>\n<{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


@dataclass(frozen=True)
class Published:
    """How many files were written, were the same already, and were removed; and what could not be written, in words."""

    written: int
    unchanged: int
    removed: int
    notes: tuple[str, ...] = ()


def publish_files(
    kg: KnowledgeGraph,
    out: Path,
    *,
    base_url: str = ROOT,
    public_url: str | None = None,
    licence: str | None = None,
    publisher: str | None = None,
    today: dt.date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Published:
    """Write what a graph says below *base_url* to the folder *out*, and return what became of the files.

    *public_url* is where the files will be reached, if not at the base; *today* is the day that deadlines are judged
    on. *progress* is told how far it is. Raises UsageError for a graph that cannot be read as a whole, a base that is
    none, and a folder with files of somebody else.
    """
    site = Site(kg, base_url, licence=licence, publisher=publisher)
    links = StaticLinks(site, address(public_url or site.base))
    with Output(out) as output:
        writer = _Writer(site, links, output, today, progress)
        writer.all()
    return Published(output.written, output.unchanged, output.removed, tuple(writer.notes()))


class _Writer:
    """Writes the parts of one site."""

    def __init__(
        self, site: Site, links: StaticLinks, output: Output, today: dt.date | None, progress: Callable[[str], None]
    ) -> None:
        self.site, self.links, self.output, self.say = site, links, output, progress
        self.pages = Pages(site, links, today=today, local=links.page("dump", suffix="nq"))
        self.context_url = links.absolute(links.page("context"))
        self._lacking: dict[str, tuple[int, str]] = {}  # by form, how many documents it cannot hold, and the first

    def notes(self) -> Iterator[str]:
        """Return what could not be written, in words."""
        if self.site.licence is None:
            yield "nobody is told under which licence the data may be used; --licence says it, and --publisher who does"
        for form, (number, first) in self._lacking.items():
            documents = f"{number:,} documents, from {first} on" if number > 1 else f"the document {first}"
            yield f"{form} cannot hold {documents}; other forms do"

    def all(self) -> None:
        """Write everything; the dumps come first, since the front page tells their size."""
        self.say("dumps")
        dumps = self._dumps()
        self.say("pages")
        for lang in LANGUAGES:
            self._page(self.links.page("home"), lang, self.pages.home(lang, dumps))
            self._general(lang)
        self._questions()
        self._descriptions(dumps)
        self._documents()
        self._lists()
        self._sitemap()
        self.say("rules for hosts")
        self._hosts()
        for name, path in assets().items():
            self.output.copy(f"assets/{name}", path)

    def _page(self, address: str, lang: str, html: str) -> None:
        self.output.write(self.links.file(self.links.variant(address, lang=lang)), html)

    def _general(self, lang: str) -> None:
        pages, links = self.pages, self.links
        for name in ("questions", "sparql", "rules"):
            self._page(links.page(name), lang, getattr(pages, name)(lang))
        self._page(links.page("api"), lang, pages.interface(lang))
        for rule in rules():
            self._page(links.page("rule", id=rule.id), lang, pages.rule(rule.id, lang))
        forms = ", ".join(f".{suffix} ({type})" for suffix, type in FORMS.items())
        for status, text in ((404, words(lang)("not_here")), (406, words(lang)("other_forms", forms=forms))):
            self.output.write(
                f"{'' if lang == 'en' else lang + '/'}{status}.html", pages.problem(status, "", text, lang)
            )

    def _questions(self) -> None:
        for query in all_queries():
            address = self.links.page("question", name=query.name)
            for lang in LANGUAGES:
                self._page(address, lang, self.pages.question(query.name, {}, lang))
                alone = self.pages.question(query.name, {"embed": ["1"]}, lang)
                self._page(self.links.variant(address, embed=1), lang, alone)
            example = {p.name: [p.example] for p in query.parameters if p.required}
            for suffix in FILES:
                try:
                    made = answer(self.site.graph, query.name, example, suffix)
                except ParameterError:
                    break  # the example is of the shipped graph, and not in this one; the page says so
                self.output.write(f"query/{query.name}.{suffix}", made.data)
        described = [description(self.site.graph, query) for query in all_queries()]
        self.output.write("query.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n")

    def _descriptions(self, dumps: Sequence[Dump]) -> None:
        site, links = self.site, self.links
        for name, first, triples in (
            ("void", site.dataset, dataset_description(site, links, dumps)),
            (".well-known/sparql-examples", "", query_examples(site, links)),
        ):
            for f in RDF_FORMATS:
                made = represent(triples, f.name, first=first, context_url=self.context_url)
                self.output.write(f"{name}.{f.name}", made.data)
        self.output.write("context.jsonld", context())
        self.output.write("openapi.json", json.dumps(openapi(site, links), ensure_ascii=False))
        self.output.write("feed.atom", atom(site, links))
        self.output.write("deadlines.ics", calendar(site, links))
        sitemap = links.absolute(links.page("sitemap.xml"))
        self.output.write("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n")

    def _sitemap(self) -> None:
        lists = (self.links.page("browse", **{"class": iri}) for iri in self.links.browsed)
        found = chain(all_pages(self.site, self.links), lists)
        addresses = (escape(self.links.absolute(address)) for address in found)
        parts = 0
        while part := list(islice(addresses, _SITEMAP)):
            parts += 1
            entries = "".join(f"<url><loc>{address}</loc></url>\n" for address in part)
            text = f"{_URLSET.format('urlset')}{entries}</urlset>\n"
            if parts == 1 and len(part) < _SITEMAP:
                self.output.write("sitemap.xml", text)
                return
            self.output.write(f"sitemap-{parts}.xml", text)
        base = self.links.base
        entries = "".join(f"<sitemap><loc>{base}sitemap-{n}.xml</loc></sitemap>\n" for n in range(1, parts + 1))
        self.output.write("sitemap.xml", f"{_URLSET.format('sitemapindex')}{entries}</sitemapindex>\n")

    def _documents(self) -> None:
        done = 0
        for document, iri in self.site.documents():
            self._document(document, iri)
            self.pages.forget()
            done += 1
            if done % _REPORTED == 0:
                self.say(f"{done:,} documents")
        self.say(f"{done:,} documents")

    def _document(self, document: str, iri: str) -> None:
        plain = self.site.statements(iri)
        name = self.links.file(self.links.root + document).removesuffix(".html")
        for f in DOCUMENT_FORMATS:
            said = self.site.annotated(plain) if f is ANNOTATED else plain
            try:
                made = represent(said, f.name, first=iri, context_url=self.context_url)
            except UnknownFormat:  # a predicate that cannot be an XML name, or a triple term
                number, first_of = self._lacking.get(f.help, (0, document))
                self._lacking[f.help] = (number + 1, first_of)
                continue
            self.output.write(f"{name}.{f.name}", made.data)
        address, shown = self.links.root + document, self.site.page_of(iri)
        for lang in LANGUAGES:
            if shown == "rules":
                self._page(address, lang, self.pages.rules(lang))
            elif shown == "ontology":
                self._page(address, lang, self.pages.ontology(lang))
            elif shown == "scheme":
                self._page(address, lang, self.pages.scheme(iri, lang))
            else:
                self._paged(address, lang, lambda number, lang=lang: self.pages.entity(iri, lang, number))  # type: ignore[misc]

    def _paged(self, address: str, lang: str, made: Callable[[int], str]) -> None:
        """Write a page, and all further pages that it or they link to."""
        self.links.further.clear()
        waiting, done = {1}, set[int]()
        while waiting - done:
            number = min(waiting - done)
            self._page(self.links.variant(address, page=number), lang, made(number))
            done.add(number)
            waiting |= self.links.further
            self.links.further.clear()

    def _lists(self) -> None:
        """Write the lists of classes that any page links, and those that these link in turn."""
        done: set[str] = set()
        while waiting := [iri for iri in self.links.browsed if iri not in done]:
            for iri in waiting:
                done.add(iri)
                address = self.links.page("browse", **{"class": iri})
                for lang in LANGUAGES:
                    self._paged(
                        address,
                        lang,
                        lambda number, iri=iri, lang=lang: self.pages.browse(iri, lang, number),  # type: ignore[misc]
                    )

    def _dumps(self) -> list[Dump]:
        made: list[Dump] = []
        with tempfile.TemporaryDirectory(prefix="mineralkg-") as place:
            work = Path(place)
            ordered = work / "ordered.nq"
            write_sorted(self.site.graph.visible(), ordered, work)
            for suffix in self.links.dumps:
                with self.output.made(f"dump.{suffix}") as path:
                    write_dump(ordered, path, suffix, work)
                    with path.open("rb") as file:
                        digest = file_digest(file, "sha256").hexdigest()
                    made.append(Dump(suffix, path.stat().st_size, digest))
        self.output.write("SHA256SUMS", "".join(f"{d.sha256}  dump.{d.suffix}\n" for d in made))
        return made

    def _hosts(self) -> None:
        site, links = self.site, self.links
        for name, text in host_files(rules_of(site, self._things(), links.root, links.base)):
            self.output.write(name, text)
        if site.own:
            self.output.copy("ontology/logo.svg", shipped("ontology") / "logo.svg")

    def _things(self) -> Iterator[tuple[str, str]]:
        for iri in self.site.iris():
            if "#" not in iri and not self.site.is_document(iri):
                yield iri, self.site.document(iri)
