"""The pages of a site as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["Pages"]


class Pages:
    """The pages of one site."""

    def __init__(self, site: Site, links: Links) -> None:
        self._site = site
        self._links = links

    def entity(self, iri: str, lang: str, page: int = 1) -> str:
        rows = "".join(
            f"<tr><td>{escape(str(t.subject))}<td>{escape(str(t.predicate))}<td>{escape(str(t.object))}"
            for t in self._site.statements(iri)
        )
        return self._html(iri, lang, f"<table>{rows}</table><p>{page}")

    def problem(self, status: int, title: str, detail: str, lang: str) -> str:
        return self._html(f"{status} {title}", lang, f"<p>{escape(detail)}")

    def home(self, lang: str) -> str:
        return self._html("home", lang, "")

    def questions(self, lang: str) -> str:
        return self._html("questions", lang, "")

    def question(self, name: str, arguments: Mapping[str, Sequence[str]], lang: str) -> str:
        from mineralkg.queries import find

        return self._html(find(name).question, lang, escape(str(dict(arguments))))

    def ontology(self, lang: str) -> str:
        return self.entity(self._site.base + "ontology", lang)

    def scheme(self, iri: str, lang: str) -> str:
        return self.entity(iri, lang)

    def rules(self, lang: str) -> str:
        return self._html("rules", lang, "")

    def rule(self, id: str, lang: str) -> str:
        return self._html(id, lang, "")

    def sparql(self, lang: str) -> str:
        return self._html("SPARQL", lang, "")

    def browse(self, class_iri: str, lang: str, page: int) -> str:
        return self._html(class_iri, lang, str(page))

    def _html(self, title: str, lang: str, body: str) -> str:
        return f'<!doctype html><html lang="{lang}"><title>{escape(title)}</title><h1>{escape(title)}</h1>{body}</html>'
