"""What a page of HTML links to, embeds and declares: read tolerantly, as browsers do."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

__all__ = ["Page", "page_of"]

_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


@dataclass
class Page:
    """A page: its address, and what stands in it. ``links`` are absolute, with their fragments."""

    url: str
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    json_ld: list[str] = field(default_factory=list)
    heads: list[tuple[tuple[str, ...], str, str | None]] = field(default_factory=list)  # rels, target, type
    lang: str | None = None
    title: str = ""
    charset: str | None = None
    policy: bool = False  # a Content-Security-Policy in the page itself

    def alternates(self) -> dict[str, str]:
        """Return the addresses of other representations, by media type."""
        return {kind.lower(): target for rels, target, kind in self.heads if "alternate" in rels and kind}

    def has(self, rel: str) -> bool:
        """Say whether the head has a link of that relation."""
        return any(rel in rels for rels, _, _ in self.heads)


def page_of(url: str, text: str) -> Page:
    """Return what stands in the page *text* that was found at *url*."""
    reader = _Reader(Page(url))
    reader.feed(text)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self._base = page.url
        self._inside = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.anchors.update(given[name] for name in ("id", "name") if given.get(name))
        if tag == "html":
            self.page.lang = given.get("lang")
        elif tag == "base" and given.get("href"):
            self._base = self._absolute(given["href"])
        elif tag == "a" and "href" in given:
            self.page.links.append(self._absolute(given["href"]))
        elif tag == "link":
            self._link(given)
        elif tag == "meta":
            self._meta(given)
        elif given.get(_LOADS.get(tag, "")):
            self.page.loads.append(self._absolute(given[_LOADS[tag]]))
        json_ld = tag == "script" and given.get("type", "").partition(";")[0].strip().lower() == "application/ld+json"
        if json_ld or tag == "title":
            self._inside, self._text = tag, []

    def handle_endtag(self, tag: str) -> None:
        if tag != self._inside:
            return
        text = "".join(self._text)
        if tag == "script":
            self.page.json_ld.append(text)
        elif not self.page.title:
            self.page.title = text.strip()
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._text.append(data)

    def _link(self, given: dict[str, str]) -> None:
        rels = tuple(given.get("rel", "").lower().split())
        if "href" in given:
            target = self._absolute(given["href"])
            self.page.heads.append((rels, target, given.get("type")))
            if {"stylesheet", "icon", "preload", "modulepreload"} & set(rels):
                self.page.loads.append(target)

    def _meta(self, given: dict[str, str]) -> None:
        self.page.charset = self.page.charset or given.get("charset")
        self.page.policy |= given.get("http-equiv", "").lower() == "content-security-policy"

    def _absolute(self, reference: str) -> str:
        try:
            return urljoin(self._base, reference.strip())
        except ValueError:
            return reference
