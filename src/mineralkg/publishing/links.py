"""Where things are on a site: the one place that turns an IRI, a document or a page into an address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from mineralkg.errors import UsageError
from mineralkg.publishing.catalogue import DUMPS

if TYPE_CHECKING:
    from mineralkg.publishing.site import Site

__all__ = ["Addresses", "Links"]

# The pages of a site by name. What stands in braces is given as a parameter; other parameters become the query string.
_PAGES = {
    "home": "",
    "questions": "query",
    "question": "query/{name}",
    "answer": "query/{name}.{suffix}",
    "rules": "rules",
    "rule": "rules/{id}",
    "ontology": "ontology",
    "shapes": "shapes",
    "sparql": "sparql",
    "graphs": "graphs",
    "browse": "browse",
    "api": "api",
    "openapi": "openapi.json",
    "context": "context.jsonld",
    "dump": "dump.{suffix}",
    "void": "void",
    "examples": ".well-known/sparql-examples",
    "sitemap.xml": "sitemap.xml",
    "sitemap": "sitemap-{number}.xml",
    "feed.atom": "feed.atom",
    "deadlines.ics": "deadlines.ics",
}


class Addresses:
    """The addresses of the pages and files of a site; ``base`` is its public root, ``root`` that without the host.

    Links inside the site are written without scheme and host, so that they hold behind any name the site is known by.
    ``endpoint`` says whether something answers SPARQL there, and ``dumps`` in which forms all data are to be had.
    """

    endpoint = True
    dumps: tuple[str, ...] = DUMPS

    def __init__(self, base: str) -> None:
        self.base = base if base.endswith("/") else base + "/"
        self.root = urlsplit(self.base).path or "/"

    def page(self, page: str, /, **parameters: str | list[str]) -> str:
        """Return the address of a page by its name; what its address does not name becomes the query string.

        Raises UsageError for a page there is not.
        """
        if page not in _PAGES:
            raise UsageError(f"There is no page “{page}”. There are: {', '.join(_PAGES)}.")
        path = _PAGES[page]
        rest: dict[str, str | list[str]] = {}
        for key, value in parameters.items():
            if f"{{{key}}}" in path:
                path = path.replace(f"{{{key}}}", quote(str(value), safe=""))
            else:
                rest[key] = value
        return self.root + path + (f"?{urlencode(rest, doseq=True)}" if rest else "")

    def variant(self, address: str, **parameters: str | int) -> str:
        """Return the address of a page in another language (``lang``), or of a further part of it (``page``)."""
        path, hash, fragment = address.partition("#")
        joined = f"{path}{'&' if '?' in path else '?'}{urlencode(parameters)}" if parameters else path
        return joined + hash + fragment

    def asset(self, name: str) -> str:
        """Return the address of a file that pages use: a style sheet, a script, a picture."""
        return f"{self.root}assets/{quote(name)}"

    def absolute(self, address: str) -> str:
        """Return one of the addresses above with scheme and host."""
        return self.base.removesuffix(self.root) + address


class Links(Addresses):
    """The addresses of one site, as its server has them: of the documents about its IRIs, too."""

    def __init__(self, site: Site, base: str) -> None:
        super().__init__(base)
        self._site = site

    def resource(self, iri: str) -> str | None:
        """Return the address of the page about a published IRI, or None for an IRI that is not ours to describe."""
        if not self._site.publishes(iri):
            return None
        _, hash, fragment = iri.partition("#")
        return self.root + self._site.document(iri) + (f"#{quote(fragment)}" if hash else "")

    def document(self, iri: str, suffix: str = "") -> str:
        """Return the address of one representation of the document about a published IRI, such as its "ttl"."""
        return self.root + self._site.document(iri) + (f".{suffix}" if suffix else "")
