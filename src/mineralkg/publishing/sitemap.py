"""The addresses of all pages of a site, by the sitemaps.org protocol."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mineralkg.checking import rules
from mineralkg.queries import names

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["pages", "sitemap"]

_MOST = 50_000  # addresses that one file may list
_START = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def pages(site: Site, links: Links) -> Iterator[str]:
    """Return the address of each page, those of the site itself before those about what it publishes."""
    for name in ("home", "questions", "rules", "sparql", "api"):
        yield links.page(name)
    yield from (links.page("question", name=name) for name in names())
    yield from (links.page("rule", id=rule.id) for rule in rules())
    yield from (links.document(iri) for _, iri in site.documents())


def sitemap(site: Site, links: Links) -> bytes:
    """Return the sitemap, with the first 50,000 addresses where there are more."""
    addresses = (escape(links.absolute(address)) for address in islice(pages(site, links), _MOST))
    entries = "".join(f"<url><loc>{address}</loc></url>\n" for address in addresses)
    return f"{_START}{entries}</urlset>\n".encode()
