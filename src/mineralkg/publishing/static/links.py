"""The addresses of a site that is only files: languages and further pages are paths, for no host looks at a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode

from mineralkg.publishing.links import Links

if TYPE_CHECKING:
    from mineralkg.publishing.site import Site

__all__ = ["StaticLinks"]

_FIXED = {"void": "void.ttl", "examples": ".well-known/sparql-examples.ttl"}
_MOST_KEPT = 50_000
_VARIANT = re.compile(r"(?P<lang>es/)?(?P<embed>embed/)?(?:page/(?P<page>[1-9][0-9]*)/)?(?P<rest>.*)", re.DOTALL)


class StaticLinks(Links):
    """The addresses of a copy of a site in files; lists and further pages that were linked are known afterwards."""

    endpoint = False
    dumps = ("trig", "nq", "nq.gz", "jsonld", "ttl", "nt")

    def __init__(self, site: Site, base: str, can_hold: Callable[[str], bool] = lambda _: True) -> None:
        """Take the site and its address; *can_hold* says whether there can be a file of some name."""
        super().__init__(site, base)
        self._can_hold = can_hold
        self.browsed: dict[str, None] = {}  # classes whose lists were linked, in that order
        self._resources: dict[str, str | None] = {}
        self.further: set[int] = set()  # numbers of further pages that were linked since it was last emptied

    def resource(self, iri: str) -> str | None:
        """Return the address of the page about a published IRI, or None; pages ask for the same again and again."""
        if iri not in self._resources:
            if len(self._resources) >= _MOST_KEPT:
                self._resources.clear()
            address = super().resource(iri)
            self._resources[iri] = address if address and self._can_hold(self.file(address)) else None
        return self._resources[iri]

    def holds(self, document: str) -> bool:
        """Say whether a document can lie in files, and these are not those of another document."""
        other = document.removesuffix("index")
        taken = other != document and other.endswith("/") and self._site.topic(other) is not None
        return not taken and self._can_hold(self.file(self.root + document))

    def page(self, page: str, /, **parameters: str | list[str]) -> str:
        """Return the address of a page; answers are there for the example alone, lists by the name of the class."""
        if page in _FIXED:
            return self.root + _FIXED[page]
        if page == "browse" and (iri := str(parameters.get("class", ""))):
            self.browsed.setdefault(iri)
            return f"{self.root}browse/{_slug(iri)}"
        if page == "answer":
            parameters = {key: parameters[key] for key in ("name", "suffix")}
        elif page in ("feed.atom", "deadlines.ics"):
            parameters = {}
        return super().page(page, **parameters)

    def variant(self, address: str, **parameters: str | int) -> str:
        """Return the address of a page in another language, of a further part of it, or of its answer alone."""
        before, path, after = self._split(address)
        match = _VARIANT.fullmatch(path)
        assert match is not None  # it matches any text
        found: dict[str, str | int | None] = {**match.groupdict(), **parameters}
        rest = parameters.keys() - {"lang", "page", "embed"}
        lang = "es/" if str(found["lang"] or "").startswith("es") else ""
        number = int(found["page"] or 1)
        if "page" in parameters:
            self.further.add(number)
        part = ("embed/" if found["embed"] else "") + (f"page/{number}/" if number > 1 else "")
        query = urlencode({key: parameters[key] for key in sorted(rest)})
        return f"{before}{lang}{part}{found['rest']}{'?' + query if query else ''}{after}"

    def document(self, iri: str, suffix: str = "") -> str:
        """Return the address of one representation of a document; of one whose name ends in a slash, it lies inside."""
        address = super().document(iri)
        inside = "index" if suffix and address.endswith("/") else ""
        return f"{address}{inside}.{suffix}" if suffix else address

    def file(self, address: str) -> str:
        """Return the name of the file with the page at an address."""
        path = unquote(self._split(address)[1])
        return f"{path}index.html" if not path or path.endswith("/") else f"{path}.html"

    def _split(self, address: str) -> tuple[str, str, str]:
        """Return an address as what stands before the path below the root, that path, and what stands after it."""
        host = self.base.removesuffix(self.root)
        before = (host if address.startswith(self.base) else "") + self.root
        end = re.search(r"[?#]", address)
        stop = end.start() if end else len(address)
        return before, address[len(before) : stop], address[stop:]


def _slug(iri: str) -> str:
    """Return a name for the list of a class that is readable, and unlike that of any other class."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", re.split(r"[/#]", iri)[-1]).strip("-") or "class"
    return f"{name}-{sha256(iri.encode()).hexdigest()[:8]}"
