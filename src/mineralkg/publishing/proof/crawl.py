"""Walk over the pages of a site, breadth first, within bounds and without leaving it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urldefrag, urlsplit

from mineralkg.publishing.proof.media import FEEDS, HTML
from mineralkg.publishing.proof.pages import Page, page_of
from mineralkg.publishing.proof.proof import Chain, Proof

__all__ = ["Crawl", "crawl", "feeds"]

_BATCH = 16
_FEEDS = 10
_PAGES = ("", ".html", ".htm", ".xhtml", ".php")
_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass
class Crawl:
    """The addresses that pages of a site link to, what they answered, and where the links stand."""

    answers: dict[str, Chain] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    # address without fragment: the links to it, each with the page it stands in
    linked: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    left: int = 0  # addresses that the bound on pages left out

    def page(self, url: str) -> Page | None:
        """Return the page that an address leads to."""
        chain = self.answers.get(url)
        return self.pages.get(chain[-1].request.url) if chain else None


def crawl(proof: Proof, sitemap: Iterable[str]) -> Crawl:
    """Return what the start of a site and its sitemap lead to."""
    found = Crawl()
    listed = [url for iri in sitemap if (url := proof.target.url(iri))]
    waiting = list(dict.fromkeys([proof.target.start, *listed]))
    known = set(waiting)
    # Folders take turns, so that each kind of page has its turn; addresses with a query are often endless variations of
    # one page, and wait.
    seen: Counter[str] = Counter()
    most = proof.client.bounds.pages
    while waiting and len(found.answers) < most:
        waiting.sort(key=lambda url: ("?" in url, seen[_folder(url)]))
        batch, waiting = waiting[: min(_BATCH, most - len(found.answers))], waiting[_BATCH:]
        for url, chain in zip(batch, _ask(proof, batch), strict=True):
            found.answers[url] = chain
            seen[_folder(url)] += 1
            for target in _read(proof, found, chain):
                if target not in known:
                    known.add(target)
                    waiting.append(target)
    found.left = len(known) - len(found.answers)
    return found


def feeds(proof: Proof, found: Crawl) -> list[str]:
    """Return the addresses of some feeds: those that pages name, and those that were come across."""
    named = {
        url
        for page in found.pages.values()
        for rels, target, type in page.heads
        if "alternate" in rels and type in FEEDS and (url := proof.target.url(target)) is not None
    }
    named |= {url for url, chain in found.answers.items() if chain[-1].media_type in FEEDS}
    return sorted(named)[:_FEEDS]


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0]


def _ask(proof: Proof, urls: list[str]) -> list[Chain]:
    """Return the answers of some addresses: whole pages, and of files only whether they are there."""
    methods = ["GET" if PurePosixPath(urlsplit(url).path).suffix.lower() in _PAGES else "HEAD" for url in urls]
    chains = proof.chains(proof.request(url, _BROWSER, method) for url, method in zip(urls, methods, strict=True))
    again = [url for url, chain in zip(urls, chains, strict=True) if chain[0].status in (405, 501)]
    gets = dict(zip(again, proof.chains(proof.request(url, _BROWSER) for url in again), strict=True))
    return [gets.get(url, chain) for url, chain in zip(urls, chains, strict=True)]


def _read(proof: Proof, found: Crawl, chain: Chain) -> list[str]:
    """Read the page that a chain leads to, and return the addresses on this site that it links to."""
    last = chain[-1]
    if not last.ok or last.media_type != HTML or last.request.method != "GET" or last.request.url in found.pages:
        return []
    page = page_of(last.request.url, last.text)
    found.pages[last.request.url] = page
    targets = []
    for link in [*page.links, *page.loads, *(target for _, target, _ in page.heads)]:
        if urlsplit(link).scheme not in ("http", "https"):
            continue
        url = proof.target.url(link)
        if url is not None and proof.target.within(url):
            found.linked[url].append((last.request.url, urldefrag(link).fragment))
            targets.append(url)
    return list(dict.fromkeys(targets))
