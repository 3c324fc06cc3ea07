"""What any host has to be told of a site in files: where things lead to, what types files have, what headers say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from mineralkg.publishing.answers import ANSWER_FORMATS
from mineralkg.publishing.policy import HEADERS, REVALIDATED, policy
from mineralkg.publishing.representations import ANNOTATED, RDF_FORMATS
from mineralkg.publishing.site import DOCUMENTS, THINGS, Site

__all__ = [
    "COMMON",
    "FILES",
    "FORMS",
    "MARK",
    "TYPES",
    "Rules",
    "headers",
    "links",
    "pattern",
    "rules_of",
    "with_charset",
]

MARK = "# Written by `mineralkg publish`; docs/publish.md says how it is used.\n"
FORMS: Mapping[str, str] = {"html": "text/html", **{f.name: f.media_type for f in RDF_FORMATS}}
# Of every document: its forms, and what has an address of its own only, since hosts do not tell versions apart.
FILES: Mapping[str, str] = {**FORMS, ANNOTATED.name: ANNOTATED.media_type}
# What hosts often do not know.
TYPES: Mapping[str, str] = {
    **{f.name: f.media_type for f in (*RDF_FORMATS, ANNOTATED)},
    "atom": "application/atom+xml",
    "ics": "text/calendar",
    **{f.name: f.media_type for f in ANSWER_FORMATS if f.name in ("srj", "md")},
    "wasm": "application/wasm",
}
# What they do know, unless they were told nothing.
COMMON: Mapping[str, str] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    **{f.name: f.media_type for f in ANSWER_FORMATS if f.name in ("json", "csv", "tsv", "xlsx")},
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "gz": "application/gzip",
}
# Folders that hold files of the site: what lies below them is never sent on as a whole.
_TAKEN = ("assets", "browse", "doc", "embed", "es", "nginx", "page", "query", "rules", "w3id", ".well-known")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\]')  # would end a text in the files of some hosts, and begin a rule of its own


@dataclass
class Rules:
    """The rules for one site, as paths below its ``root``: where single things and whole folders of them lead to (303).

    ``documents`` are those of hash IRIs, ``described`` those that are there as RDF only. ``public`` is the address at
    which the root is reached, and ``named`` the path at which the IRIs are looked up, which is another where a resolver
    stands before the host. A document whose name ends in a slash lies in files called index; ``indexed`` says whether
    the name of any document ends so, which then is not taken for one of those files.
    """

    root: str
    public: str
    named: str
    documents: list[str]
    described: tuple[str, ...] = ("void", ".well-known/sparql-examples")
    folders: dict[str, str] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    indexed: bool = False

    def both(self) -> Iterator[tuple[str, str, bool]]:
        """Return what leads where, and whether it is a folder; what is single comes first and wins."""
        yield from ((path, target, False) for path, target in sorted(self.single.items()))
        yield from ((path, target, True) for path, target in sorted(self.folders.items()))

    def negotiated(self, path: str) -> str:
        """Return a pattern of the paths at which the form depends on Accept; *path* is a pattern of the rest of one."""
        return "|".join([f"{DOCUMENTS}{path}", *map(pattern, self.documents), self.only_rdf])

    @property
    def inside(self) -> str:
        """A pattern of what the name of a file has beyond that of its document, before its suffix."""
        return "" if self.indexed else r"(?:(?<=/)index(?=\.))?"

    @property
    def only_rdf(self) -> str:
        """A pattern of the paths at which there is no page."""
        return "|".join(map(pattern, self.described))


def rules_of(site: Site, things: Iterable[tuple[str, str]], root: str, public: str) -> Rules:
    """Return the rules for *things*, pairs of an IRI and its document.

    A folder in which nothing but things lies is one rule, with the document of its own name for each; a thing that fits
    no such folder is a rule of its own. Hosts that look for rules before they look for files need it so.
    """
    found = Rules(root, public, urlsplit(site.base).path, [quote(document) for document in sorted(site.hash_documents)])
    found.single = {".well-known/void": "void"}
    # The logo of the shipped ontology is a file of the site, too.
    files = {*found.documents, *(["ontology/logo.svg"] if site.own else [])}
    held = {
        "/".join(parts[:end]) + "/" for parts in (file.split("/") for file in files) for end in range(1, len(parts))
    }
    found.indexed = any(document.endswith("/index") for document in found.documents)
    for iri, document in things:
        found.indexed = found.indexed or document.endswith("/index")
        path = quote(iri.removeprefix(site.base), safe="/:@!$&'()*+,;=~-._%")
        if path in files or _UNSAFE.search(unquote(path)):
            continue
        for folder, target in _folders(path):
            if folder not in held and document == target + path.removeprefix(folder):
                found.folders[folder] = target
                break
        else:
            found.single[path] = document
    return found


def _folders(path: str) -> Iterator[tuple[str, str]]:
    """Return the folders that a path lies in, the outermost first, each with that of its documents."""
    parts = path.removesuffix("/").split("/")
    if parts[0] in _TAKEN or not all(parts):
        return
    for end in range(1, len(parts)):
        folder = "/".join(parts[:end]) + "/"
        yield folder, DOCUMENTS + folder.removeprefix(THINGS)


def links(rules: Rules, document: str, files: str, *, page: bool) -> str:
    """Return the Link field (RFC 8288) of a *document*: its forms, its lasting address, and its description.

    *files* is what the names of its files begin with.
    """
    forms = FILES if page else {suffix: type for suffix, type in FORMS.items() if suffix != "html"}
    told = [f'<{rules.root}{files}.{suffix}>; rel="alternate"; type="{type}"' for suffix, type in forms.items()]
    told.append(f'<{rules.public}{document}>; rel="canonical"')
    if page:
        told.append(f'<{rules.root}{files}.ttl>; rel="describedby"; type="text/turtle"')
    return ", ".join(told)


def headers() -> dict[str, str]:
    """Return the header fields of every file, but for who may frame it."""
    return {**HEADERS, "Cache-Control": REVALIDATED, "Content-Security-Policy": policy(engine=True)}


def with_charset(media_type: str) -> str:
    """Return a media type as Content-Type states it."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def pattern(text: str) -> str:
    """Return a regular expression that matches a text, without escapes that some hosts do not know."""
    return re.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\1", text)
