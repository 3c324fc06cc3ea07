"""The pages of a site, each as text: one method for each kind of page, for the server and for the static site alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mineralkg.errors import UsageError
from mineralkg.graph import Answer
from mineralkg.languages import LANGUAGES, served
from mineralkg.publishing.pages import environment
from mineralkg.publishing.pages.edition import Edition, edition
from mineralkg.publishing.pages.reading import Kept, Names, Reader, document_of
from mineralkg.publishing.policy import policy
from mineralkg.publishing.representations import Ordered, represent

if TYPE_CHECKING:
    from mineralkg.publishing.catalogue import Dump
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.pages.sparql import Results
    from mineralkg.publishing.site import Site

__all__ = ["Pages"]


class _InLanguage:
    """The links of a site for a page in one language: they lead to pages in the same language."""

    def __init__(self, links: Links, lang: str) -> None:
        self._links = links
        self.lang = lang

    def __getattr__(self, name: str) -> Any:
        return getattr(self._links, name)

    def resource(self, iri: str) -> str | None:
        address = self._links.resource(iri)
        return None if address is None else self.kept(address)

    def page(self, name: str, /, **parameters: str | list[str]) -> str:
        address = self._links.page(name, **parameters)
        return self.kept(address) if name in _SPOKEN else address

    def kept(self, address: str) -> str:
        return address if self.lang == "en" else self._links.variant(address, lang=self.lang)


# The pages that are written in a language; the others are data.
_SPOKEN = ("home", "questions", "question", "rules", "rule", "ontology", "sparql", "browse", "api")

_SECTIONS = ("questions", "ontology", "rules", "sparql")
_ASKING = ("question.html", "sparql.html")  # their queries run in the browser, where no server answers


class Pages:
    """The pages of *site*, with addresses from *links*; *today* is the day that deadlines are judged on.

    Every method takes the language of the reader (``en``, ``es``; any other is served in English) and returns HTML that
    is complete without scripts, asks nothing of another host, and needs no inline script or style.
    """

    def __init__(
        self,
        site: Site,
        links: Links,
        *,
        today: dt.date | None = None,
        local: str | None = None,
    ) -> None:
        """Take what is published and where.

        *local* is the address of the data as N-Quads, for a copy of the site that no server answers for: its queries
        run in the browser, and each page carries its Content-Security-Policy, since hosts of files may send none.
        """
        self.site = site
        self.links = links
        self._today = today
        self._local = local
        self._names: dict[str, Names] = {}
        self._kept: Kept | None = {} if local else None

    def forget(self) -> None:
        """Forget what was kept for other pages of the same document: they are written, and memory is bounded."""
        if self._kept is not None:
            self._kept.clear()

    def know(self, iri: str, said: Ordered) -> None:
        """Take what the document about a thing says from where it was worked out; it is forgotten with the rest."""
        if self._kept is not None:
            self._kept[document_of(iri)] = said

    @property
    def today(self) -> dt.date:
        """The day that deadlines are judged on."""
        return self._today or dt.date.today()

    @cached_property
    def edition(self) -> Edition:
        """The edition of what is published."""
        return edition(self.site)

    def entity(self, iri: str, lang: str = "en", page: int = 1) -> str:
        """Return the page about a published thing; *page* is the page of what points to it.

        All that is told of the thing stands on the first; the others list what points to it, and nothing else.
        """
        from mineralkg.publishing.pages.connections import incoming
        from mineralkg.publishing.pages.entity import downloads, entity

        reader = self._reader(lang)
        found = incoming(reader, iri, page)
        address = self.links.resource(iri) or self.links.page("home")

        def incoming_page(number: int) -> str:
            further = self.links.variant(reader.links.resource(iri) or address, page=number)
            return f"{further}#incoming"

        shared = {"here": "", "incoming_page": incoming_page}
        if found.page > 1:
            told = {"title": reader.thing(iri), "found": found, "downloads": downloads(reader, iri)}
            return self._render("further.html", reader, address, **told, **shared)
        seen = entity(reader, iri, found, self.today)
        return self._render(
            "entity.html",
            reader,
            address,
            summary=seen.sentence,
            e=seen,
            **shared,
            local=self._local,
            # In files a page is to change with what it tells, and not with every fact elsewhere.
            cited=self.edition.release if self._local else self.edition.version,
        )

    def questions(self, lang: str = "en") -> str:
        """Return the list of the canned questions."""
        from mineralkg.publishing.pages.question import questions

        reader = self._reader(lang)
        return self._render(
            "questions.html", reader, self.links.page("questions"), here="questions", found=questions(reader)
        )

    def question(self, name: str, arguments: Arguments, lang: str = "en") -> str:
        """Return the page of a canned question for *arguments*, as a query string gives them.

        With ``embed`` among them it is the answer alone, to stand inside another page. Raises UnknownQuery.
        """
        from mineralkg.publishing.pages.question import in_the_browser, question

        reader = self._reader(lang)
        seen = question(reader, name, arguments)
        address = self.links.page("question", name=seen.query.name, **({} if seen.example else seen.given))
        return self._render(
            "question.html",
            reader,
            address,
            here="questions",
            summary=seen.query.asked_in(reader.lang)[0],
            q=seen,
            embedded=bool(arguments.get("embed")),
            local=in_the_browser(seen, self._local, reader.words) if self._local else None,
            base=self.site.base,
            root=self.links.page("home"),
            title=lambda name: reader.words.texts.get(f"column.{name}") or name.replace("_", " "),
        )

    def answer(self, text: str) -> Answer:
        """Return the answer to a bound question: that which its page showed, where it is kept."""
        return self._reader("en").answer(text)

    def home(self, lang: str = "en", dumps: Sequence[Dump] = ()) -> str:
        """Return the front page; *dumps* tells the size and digest of files with all data, where known."""
        from mineralkg.publishing.catalogue import Dump, dataset_description
        from mineralkg.publishing.pages.home import home

        reader = self._reader(lang)
        words = reader.words
        own = self.edition.own
        return self._render(
            "home.html",
            reader,
            self.links.page("home"),
            here="home",
            front=True,
            heading=words("home_title") if own else words("home_title_other", base=self.site.base),
            summary=words("home_lead") if own else words("home_lead_other"),
            h=home(reader, self.today, list({d.suffix: d for d in (*map(Dump, self.links.dumps), *dumps)}.values())),
            date=reader.date,
            today=self.today.isoformat(),
            jsonld=represent(dataset_description(self.site, self.links, dumps), "jsonld").data.decode(),
            bibtex=self.edition.bibtex(self.site.base),
            site_iri=self.site.base,
        )

    def ontology(self, lang: str = "en") -> str:
        """Return the page of the ontology, with an anchor for each of its terms."""
        from mineralkg.publishing.pages.model import ontology

        reader = self._reader(lang)
        seen = ontology(reader)
        context = {"o": seen, "summary": reader.words("ontology_say"), **self._data(reader, seen.iri)}
        return self._render("ontology.html", reader, self.links.page("ontology"), here="ontology", **context)

    def scheme(self, iri: str, lang: str = "en") -> str:
        """Return the page of a concept scheme, with an anchor for each of its concepts."""
        from mineralkg.publishing.pages.model import scheme

        reader = self._reader(lang)
        seen = scheme(reader, iri)
        address = self.links.resource(iri) or self.links.page("ontology")
        summary = seen.description.text if seen.description else ""
        return self._render(
            "scheme.html", reader, address, here="ontology", s=seen, summary=summary, **self._data(reader, iri)
        )

    def rules(self, lang: str = "en") -> str:
        """Return the page of all rules, with an anchor for each shape."""
        from mineralkg.publishing.pages.ruling import rule_index

        reader = self._reader(lang)
        return self._render(
            "rules.html",
            reader,
            self.links.page("rules"),
            here="rules",
            summary=reader.words("rules_say"),
            r=rule_index(reader.lang),
        )

    def rule(self, id: str, lang: str = "en") -> str:
        """Return the page of one rule. Raises UnknownResource."""
        from mineralkg.publishing.pages.ruling import rule_page

        reader = self._reader(lang)
        seen = rule_page(id, reader.lang)
        address = self.links.page("rule", id=id)
        return self._render("rule.html", reader, address, here="rules", summary=seen.rule.message, r=seen)

    def sparql(
        self,
        lang: str = "en",
        text: str | None = None,
        example: str | None = None,
        results: Results | None = None,
        wrong: str | None = None,
    ) -> str:
        """Return the page to write SPARQL on; its form posts to the endpoint, or asks the data in the browser.

        It shows *text* and its *results* or what is *wrong* with it, else the question *example*. Raises UnknownQuery.
        """
        from mineralkg.publishing.pages.sparql import sparql_page

        reader = self._reader(lang)
        return self._render(
            "sparql.html",
            reader,
            self.links.page("sparql"),
            here="sparql",
            summary=reader.words("sparql_say"),
            s=sparql_page(reader, text, example, results),
            wrong=wrong,
            base=self.site.base,
            local=self._local,
            root=self.links.page("home"),
            action=self.links.page("sparql"),
        )

    def interface(self, lang: str = "en") -> str:
        """Return the page about the interface for programs."""
        from itertools import groupby

        from mineralkg.publishing.pages.interface import operations

        reader = self._reader(lang)
        found = operations(self.site, self.links, reader.words)
        groups = [(name, list(members)) for name, members in groupby(found, key=lambda o: o.group)]
        return self._render(
            "interface.html",
            reader,
            self.links.page("api"),
            here="api",
            summary=reader.words("interface_say"),
            groups=groups,
        )

    def browse(self, class_iri: str, lang: str = "en", page: int = 1) -> str:
        """Return a page of the list of all things of a class. Raises UsageError for what cannot be an IRI."""
        from mineralkg.publishing.pages.browse import browse

        reader = self._reader(lang)
        try:
            seen = browse(reader, class_iri, page)
        except ValueError as error:
            raise UsageError(f"“{class_iri}” is not an IRI. Choose a kind of thing on the start page.") from error
        address = self.links.page("browse", **{"class": class_iri})

        def further(number: int) -> str:
            return self.links.variant(reader.links.page("browse", **{"class": class_iri}), page=number)

        return self._render("browse.html", reader, address, here="", b=seen, further=further)

    def problem(self, status: int, detail: str, lang: str = "en", *, told_in: str = "en") -> str:
        """Return the page that says what did not work; *told_in* is the language of the detail."""
        reader = self._reader(lang)
        return self._render(
            "problem.html",
            reader,
            self.links.page("home"),
            here="",
            status=status,
            heading=reader.words(f"status.{status}"),
            detail=detail,
            told_in=told_in,
        )

    def _has_ontology(self) -> bool:
        return "ontology" in self.site.hash_documents

    def _data(self, reader: Reader, iri: str) -> dict[str, object]:
        """Return the addresses of a document as data, and the data to embed in its page."""
        from mineralkg.publishing.pages.entity import downloads

        text = represent(self.site.statements(iri), "jsonld", first=iri).data.decode()
        return {"downloads": downloads(reader, iri), "jsonld": text}

    def _reader(self, lang: str) -> Reader:
        spoken = served(lang)
        names = self._names.setdefault(spoken, Names())
        names.trim()
        return Reader(self.site, _InLanguage(self.links, spoken), environment.words(spoken), names, self._kept)  # type: ignore[arg-type]

    def _render(self, template: str, reader: Reader, address: str, **context: object) -> str:
        links = reader.links
        files = environment.assets()
        # English, too, is named: without it a browser set to Spanish would be served Spanish again.
        languages = [(code, name, self.links.variant(address, lang=code)) for code, name in LANGUAGES.items()]
        shared: dict[str, object] = {
            "t": reader.words,
            "page": links.page,
            "asset": links.asset,
            "has_asset": files.__contains__,
            "absolute": links.absolute,
            "canonical": links.absolute(address.partition("#")[0]),
            "languages": languages,
            "edition": self.edition,
            "sections": [name for name in _SECTIONS if name != "ontology" or self._has_ontology()],
            "policy": policy(engine=template in _ASKING) if self._local else None,
            "front": False,
            "summary": "",
        }
        return environment.render(template, **{**shared, **context})


Address = Callable[[int], str]
Arguments = Mapping[str, Sequence[str]]
