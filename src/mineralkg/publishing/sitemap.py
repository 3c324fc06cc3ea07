"""The addresses of all pages of a site, by the sitemaps.org protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mineralkg.checking import rules
from mineralkg.queries import names

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["MOST", "pages", "sitemap", "sitemaps"]

MOST = 50_000  # addresses that one file may list
_START = '<?xml version="1.0" encoding="UTF-8"?>\n<{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def pages(site: Site, links: Links, documents: Iterable[tuple[str, str]] | None = None) -> Iterator[str]:
    """Return the address of each page, those of the site itself before those about what it publishes.

    *documents* are those of the site with their topics, where they are listed already.
    """
    for name in ("home", "questions", "rules", "sparql", "api"):
        yield links.page(name)
    yield from (links.page("question", name=name) for name in names())
    yield from (links.page("rule", id=rule.id) for rule in rules())
    yield from (links.root + document for document, _ in (site.documents() if documents is None else documents))


def sitemaps(links: Links, addresses: Iterable[str], most: int = MOST) -> Iterator[tuple[int, str]]:
    """Return the sitemaps of all *addresses* with their numbers, at last the one that is asked for first, number 0.

    That lists the addresses itself, or the other sitemaps where there are more addresses than *most*.
    """
    waiting = iter(addresses)
    part, number = list(islice(waiting, most)), 0
    while following := list(islice(waiting, most)):
        number += 1
        yield number, _listed("urlset", "url", links, part)
        part = following
    if not number:
        yield 0, _listed("urlset", "url", links, part)
        return
    yield number + 1, _listed("urlset", "url", links, part)
    files = (links.page("sitemap", number=str(n)) for n in range(1, number + 2))
    yield 0, _listed("sitemapindex", "sitemap", links, files)


def sitemap(site: Site, links: Links, number: int = 0, most: int = MOST) -> str | None:
    """Return the sitemap with this number, as `sitemaps` counts them; None where there is none."""
    found = sitemaps(links, pages(site, links), most)
    return next((text for each, text in found if each == number), None)


def _listed(root: str, each: str, links: Links, addresses: Iterable[str]) -> str:
    entries = "".join(f"<{each}><loc>{escape(links.absolute(address))}</loc></{each}>\n" for address in addresses)
    return f"{_START.format(root)}{entries}</{root}>\n"
