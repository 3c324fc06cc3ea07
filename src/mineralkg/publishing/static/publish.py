"""Write a site as files: every page in every language, every document in every form, and what hosts need.

What there is once is written here, and the documents by a crew of processes.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from mineralkg.checking import rules
from mineralkg.languages import LANGUAGES
from mineralkg.namespaces import ROOT
from mineralkg.publishing.catalogue import Dump, dataset_description
from mineralkg.publishing.examples import query_examples
from mineralkg.publishing.feeds import atom, calendar
from mineralkg.publishing.openapi import openapi
from mineralkg.publishing.pages import assets
from mineralkg.publishing.pages.environment import words
from mineralkg.publishing.representations import RDF_FORMATS, context, represent
from mineralkg.publishing.site import Known, Site, address
from mineralkg.publishing.sitemap import MOST, sitemaps
from mineralkg.publishing.sitemap import pages as all_pages
from mineralkg.publishing.static.crew import Crew, fitting
from mineralkg.publishing.static.documents import Documents, Lists, Plan, Question, Writer, Wrote
from mineralkg.publishing.static.dumps import write_dump, write_sorted
from mineralkg.publishing.static.hosts import host_files
from mineralkg.publishing.static.links import StaticLinks
from mineralkg.publishing.static.listing import Listing
from mineralkg.publishing.static.output import Output, told_in_words
from mineralkg.publishing.static.rules import FORMS, rules_of
from mineralkg.publishing.static.whereabouts import lying_elsewhere
from mineralkg.queries import all_queries, description, names
from mineralkg.resources import folder as shipped

if TYPE_CHECKING:
    from mineralkg.api import KnowledgeGraph

__all__ = ["Published", "publish_files"]

_REPORTED = 500  # documents between two words on how far it is
_AT_ONCE = 50  # documents that a process is given to write


@dataclass(frozen=True)
class Published:
    """How many files were written, were the same already, and were removed; and what could not be written, in words."""

    written: int
    unchanged: int
    removed: int
    notes: tuple[str, ...] = ()


@told_in_words()
def publish_files(
    kg: KnowledgeGraph,
    out: Path,
    *,
    base_url: str = ROOT,
    public_url: str | None = None,
    licence: str | None = None,
    publisher: str | None = None,
    today: dt.date | None = None,
    jobs: int | None = 1,
    sitemap_size: int = MOST,
    progress: Callable[[str], None] = lambda _: None,
) -> Published:
    """Write what a graph says below *base_url* to the folder *out*, and return what became of the files.

    *public_url* is where the files will be reached, if not at the base; *today* is the day that deadlines are judged
    on, in UTC that of the run unless it is given. As many processes as there are *jobs* write documents, or as many as
    go well side by side for None; the files are the same. A sitemap lists at most *sitemap_size* addresses. *progress*
    is told how far it is.

    Raises UsageError for a graph that cannot be read as a whole, a base that is none, a folder with files of somebody
    else, and what cannot be written, and WorkerDied where one of the processes does.
    """
    site = Site(kg, base_url, licence=licence, publisher=publisher)
    public = address(public_url or site.base)
    with Output(out) as output:
        plan = Plan(
            site=None if site.graph.folder else site,
            store=site.graph.folder,
            base=site.base,
            public=public,
            licence=licence,
            publisher=publisher,
            known=Known(site.version, site.hash_documents),
            today=today or dt.datetime.now(dt.UTC).date(),  # the same wherever it is published
            shares=output.shares,
        )
        run = _Run(site, plan, output, jobs or fitting(), sitemap_size, progress)
        with closing(run.share):
            run.all()
    return Published(run.wrote.written, run.wrote.unchanged, output.removed, tuple(run.notes()))


class _Run:
    """One run: this process writes what there is once, and a crew writes the documents."""

    def __init__(
        self, site: Site, plan: Plan, output: Output, jobs: int, sitemap_size: int, progress: Callable[[str], None]
    ) -> None:
        self.site, self.plan, self.jobs, self.sitemap_size, self.say = site, plan, jobs, sitemap_size, progress
        self.links = StaticLinks(site, plan.public, output.shares.can_hold)
        self.listing = Listing(site, output.work, self.links.holds)
        self.share = output.shares.open(0)
        self.writer = Writer(site, self.links, self.share, plan.today)
        self.pages = self.writer.pages
        self.wrote = Wrote()
        self.browsed: set[str] = set()  # classes whose lists are written

    def notes(self) -> Iterator[str]:
        """Return what could not be written, in words."""
        if elsewhere := lying_elsewhere(self.site.graph.visible(), self.site.base):
            yield elsewhere
        if self.site.licence is None:
            yield "nobody is told under which licence the data may be used; --licence says it, and --publisher who does"
        if left := self.listing.left_out:
            more = self.listing.number_left_out - len(left)
            others = f" and {more:,} more" if more else ""
            yield (
                f"warning: left out, since there can be no files of such names: {', '.join(left)}{others}; "
                "`mineralkg serve` publishes them"
            )
        for form, (number, first) in sorted(self.wrote.lacking.items()):
            documents = f"{number:,} documents, from {first} on" if number > 1 else f"the document {first}"
            yield f"{form} cannot hold {documents}; other forms do"

    def all(self) -> None:
        """Write everything; the dumps come first, since the front page tells their size."""
        self.say("dumps")
        dumps = self._dumps()
        self.say("pages")
        for lang in LANGUAGES:
            self.writer.page(self.links.page("home"), lang, self.pages.home(lang, dumps))
            self._general(lang)
        self._descriptions(dumps)
        self.pages.forget()
        self.wrote.add(self.writer.wrote())
        self._documents()
        self._sitemap()
        self.say("rules for hosts")
        self._hosts()
        for name, path in assets().items():
            self.share.copy(f"assets/{name}", path)
        self.wrote.add(self.writer.wrote())

    def _general(self, lang: str) -> None:
        pages, links = self.pages, self.links
        for name in ("questions", "sparql", "rules"):
            self.writer.page(links.page(name), lang, getattr(pages, name)(lang))
        self.writer.page(links.page("api"), lang, pages.interface(lang))
        for rule in rules():
            self.writer.page(links.page("rule", id=rule.id), lang, pages.rule(rule.id, lang))
        forms = ", ".join(f".{suffix} ({type})" for suffix, type in FORMS.items())
        for status, text in ((404, words(lang)("not_here")), (406, words(lang)("other_forms", forms=forms))):
            self.share.write(
                f"{'' if lang == 'en' else lang + '/'}{status}.html", pages.problem(status, text, lang, told_in=lang)
            )

    def _descriptions(self, dumps: Sequence[Dump]) -> None:
        site, links = self.site, self.links
        for name, first, triples in (
            ("void", site.dataset, dataset_description(site, links, dumps)),
            (".well-known/sparql-examples", "", query_examples(site, links)),
        ):
            for f in RDF_FORMATS:
                made = represent(triples, f.name, first=first, context_url=self.writer.context_url)
                self.share.write(f"{name}.{f.name}", made.data)
        described = [description(site.graph, query) for query in all_queries()]
        self.share.write("query.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n")
        self.share.write("context.jsonld", context())
        self.share.write("openapi.json", json.dumps(openapi(site, links), ensure_ascii=False))
        self.share.write("feed.atom", atom(site, links))
        self.share.write("deadlines.ics", calendar(site, links))
        sitemap = links.absolute(links.page("sitemap.xml"))
        self.share.write("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n")

    def _sitemap(self) -> None:
        lists = (self.links.page("browse", **{"class": iri}) for iri in sorted(self.browsed))
        addresses = chain(all_pages(self.site, self.links, self.listing.documents()), lists)
        for number, text in sitemaps(self.links, addresses, self.sitemap_size):
            self.share.write(f"sitemap-{number}.xml" if number else "sitemap.xml", text)

    def _documents(self) -> None:
        """Write the pages and answers of questions, the documents, and the lists of classes."""
        said = 0
        listed = self.listing.documents()
        chunks = iter(lambda: list(islice(listed, _AT_ONCE)), [])
        jobs = min(self.jobs, -(-self.listing.total // _AT_ONCE) or 1)  # questions are asked without documents, too
        with Crew(self.plan, jobs, forked=self.plan.store is None) as crew:
            for wrote in crew.do(chain(map(Question, names()), map(Documents, chunks))):
                self.wrote.add(wrote)
                if self.wrote.documents - said >= _REPORTED:
                    said = self.wrote.documents
                    self.say(f"{said:,} of {self.listing.total:,} documents")
            self.say(f"{self.wrote.documents:,} documents")
            self._lists(crew)

    def _lists(self, crew: Crew[Documents | Lists | Question, Wrote]) -> None:
        """Write the lists of classes that any page links, and those that these link in turn."""
        while waiting := sorted(self.wrote.browsed - self.browsed):
            self.browsed.update(waiting)
            for wrote in crew.do(map(Lists, waiting)):
                self.wrote.add(wrote)
        self.say(f"{len(self.browsed):,} lists")

    def _dumps(self) -> list[Dump]:
        made: list[Dump] = []
        with tempfile.TemporaryDirectory(prefix="mineralkg-") as place:
            work = Path(place)
            ordered = work / "ordered.nq"
            write_sorted(self.site.graph.visible(), ordered, work)
            for suffix in self.links.dumps:
                with self.share.made(f"dump.{suffix}") as path:
                    write_dump(ordered, path, suffix, work)
                    with path.open("rb") as file:
                        digest = file_digest(file, "sha256").hexdigest()
                    made.append(Dump(suffix, path.stat().st_size, digest))
        self.share.write("SHA256SUMS", "".join(f"{d.sha256}  dump.{d.suffix}\n" for d in made))
        return made

    def _hosts(self) -> None:
        site, links = self.site, self.links
        for name, text in host_files(rules_of(site, self.listing.things(), links.root, links.base)):
            self.share.write(name, text)
        if site.own:
            self.share.copy("ontology/logo.svg", shipped("ontology") / "logo.svg")
