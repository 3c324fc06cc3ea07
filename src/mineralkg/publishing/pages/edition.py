"""What is published, as a citation needs it: by whom, when, in which version, under which licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mineralkg.namespaces import ROOT
from mineralkg.publishing.pages.claims import iso

if TYPE_CHECKING:
    from mineralkg.publishing.site import Site

__all__ = ["Edition", "edition"]

_FACTS = f"""
SELECT ?version ?modified ?publisher WHERE {{
  <{ROOT}ontology> owl:versionInfo ?version ; dcterms:modified ?modified ; dcterms:publisher/schema:name ?publisher .
}} LIMIT 1
"""
_RECORDED = """
SELECT (MIN(?when) AS ?first) (MAX(?when) AS ?last) WHERE {
  ?claim prov:generatedAtTime|prov:invalidatedAtTime|dcterms:modified ?when
}
"""
_LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
}


@dataclass(frozen=True)
class Edition:
    """The edition of a graph: its name, maker, version and release, the days of its records, and its licence."""

    title: str
    publisher: str
    version: str
    release: str  # the version that its makers gave it, which does not change with every fact
    year: str
    first: str | None
    last: str | None
    license: str | None
    license_name: str
    own: bool

    @property
    def citation(self) -> str:
        """The edition as a reference list names it."""
        return f"{self.publisher} ({self.year}): {self.title}, version {self.version}."

    def bibtex(self, address: str) -> str:
        """Return the edition as a BibTeX entry."""
        return (
            f"@misc{{mineralkg{self.year},\n  author = {{{{{self.publisher}}}}},\n  title = {{{self.title}}},\n"
            f"  year = {{{self.year}}},\n  version = {{{self.version}}},\n  url = {{{address}}}\n}}\n"
        )


def edition(site: Site) -> Edition:
    """Return the edition of what a site publishes: of the shipped graph, or of anybody's data under a base."""
    rows = site.kg.handle.ask_model(_FACTS) if site.own else ()
    dates = site.kg.handle.ask_model(_RECORDED)[0]
    first, last = (iso([dates.terms[name]]) for name in ("first", "last"))
    licence = site.licence
    return Edition(
        title="mineralkg" if site.own else site.base.partition("://")[2].strip("/"),
        publisher=str(rows[0].publisher) if rows else site.base.partition("://")[2].partition("/")[0],
        version=f"{rows[0].version}-{site.version}" if rows else site.version,
        release=str(rows[0].version) if rows else "",
        year=(last or "")[:4] or "n.d.",
        first=first,
        last=last,
        license=licence,
        license_name=_LICENCES.get(licence or "", licence or ""),
        own=site.own,
    )
