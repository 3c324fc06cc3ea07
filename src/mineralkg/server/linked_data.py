"""IRIs and documents: 303 from a thing to the document about it, and the document in the form that is asked for.

Best Practice Recipes for Publishing RDF Vocabularies; Cool URIs for the Semantic Web, 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mineralkg.publishing import DOCUMENT_FORMATS, RDF_FORMATS
from mineralkg.publishing.catalogue import DUMPS
from mineralkg.server.asked import Asked
from mineralkg.server.desk import Outcome
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Reply

__all__ = ["home", "offered_documents", "page_number", "resource", "void"]

_TYPES = {"html": "text/html", **{f.name: f.media_type for f in DOCUMENT_FORMATS}}
_NAMES = {media_type: name for name, media_type in _TYPES.items()}
_RDF_TYPES = [f.media_type for f in RDF_FORMATS]


def offered_documents() -> list[str]:
    """Return the media types in which every document is to be had, the one for whoever does not care first."""
    return list(_TYPES.values())


async def resource(asked: Asked) -> Reply:
    """Answer for a document, or send on: from a thing to the document about it, from the name of a graph to the graph.

    Raises Problem 404 for anything else.
    """
    path = asked.path
    found = await asked.work("find_document", path=path)
    if found.facts:
        return await _document(asked, found)
    named = await asked.work("locate", path=path)
    if not named.facts:
        raise Problem(404, f"“{path}” is neither a page nor something that the graph speaks of.")
    if graph := named.facts.get("graph"):
        return _see(asked.addresses.page("graphs", graph=graph))
    target = asked.addresses.root + named.facts["document"]
    if query := asked.scope["query_string"].decode("latin-1"):
        target += f"?{query}"
    return _see(target)


def _see(target: str) -> Reply:
    headers = [("location", target), ("link", f'<{target}>; rel="describedby"')]
    return Reply(f"See {target}\n".encode(), "text/plain", status=303, headers=headers)


async def _document(asked: Asked, found: Outcome) -> Reply:
    iri, document, suffix = (found.facts[key] for key in ("iri", "document", "suffix"))
    name = suffix or _NAMES[asked.choose(offered_documents())]
    headers = [("link", _links(asked, iri, document))]
    vary = [] if suffix else ["Accept"]
    if not suffix:
        headers.append(("content-location", _location(asked, document, name)))
    if name == "html":
        shown = found.facts["page"]
        extra = {"iri": iri} if shown in ("entity", "scheme") else {}
        if shown == "entity":
            extra["page"] = page_number(asked)
        elif page_number(asked) > 1:
            raise Problem(404, f"There is no page {page_number(asked)}; all of it is on one page.")
        reply = await asked.page(shown, **extra)
        return Reply(reply.data, "text/html", headers=[*headers, *reply.headers], vary=[*vary, *reply.vary])
    made = await asked.work("document", iri=iri, format=name)
    return Reply(made.data, made.media_type, headers=headers, vary=vary)


def _location(asked: Asked, document: str, name: str) -> str:
    """Return the address of one form of a document; a page also has a language and a number, where they were named."""
    named = {key: value for key in ("lang", "page") if name == "html" and (value := asked.one(key))}
    return asked.addresses.variant(f"{asked.addresses.root}{document}.{name}", **named)


def page_number(asked: Asked) -> int:
    """Return the number of the page that is asked for, 1 where none is."""
    text = asked.one("page") or "1"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
        raise Problem(400, f"“{text}” is no number of a page.")
    return int(text)


def _links(asked: Asked, iri: str, document: str) -> str:
    """Return the Link header (RFC 8288) of a document: its other forms, its lasting address, and its subject."""
    root = asked.addresses.root
    links = [f'<{root}{document}.{name}>; rel="alternate"; type="{type}"' for name, type in _TYPES.items()]
    links.append(f'<{asked.addresses.absolute(root + document)}>; rel="canonical"')
    links.append(f'<{root}{document}.ttl>; rel="describedby"; type="text/turtle"')
    if iri.isascii():
        links.append(f'<{iri}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"')
    return ", ".join(links)


async def home(asked: Asked) -> Reply:
    """Answer for the root: the home page, or the description of the dataset."""
    media_type = asked.choose(["text/html", *_RDF_TYPES])
    dumps = _known_dumps(asked)
    void, root = asked.addresses.page("void"), asked.addresses.root
    links = [f'<{void}.{f.name}>; rel="alternate"; type="{f.media_type}"' for f in RDF_FORMATS]
    links += [f'<{asked.base}>; rel="canonical"', f'<{void}.ttl>; rel="describedby"; type="text/turtle"']
    headers = [("link", ", ".join(links))]
    if media_type == "text/html":
        reply = await asked.page("home", dumps=dumps)
        return Reply(
            reply.data,
            "text/html",
            headers=[*headers, *reply.headers],
            vary=["Accept", *reply.vary],
            kept=_all_known(dumps),
        )
    headers.append(("content-location", f"{root}void.{_NAMES[media_type]}"))
    made = await asked.work("describe", what="dataset", format=_NAMES[media_type], dumps=dumps)
    return Reply(made.data, made.media_type, headers=headers, vary=["Accept"], kept=_all_known(dumps))


def _known_dumps(asked: Asked) -> list[dict[str, Any]]:
    """Return the size and digest of each file with all data that is made already."""
    made = asked.state.known_dumps()
    return [{"suffix": dump.suffix, "size": dump.size, "sha256": dump.sha256} for dump in made]


def _all_known(dumps: Sequence[object]) -> bool:
    """Say whether nothing is still to come, so that an answer with these files may be kept."""
    return len(dumps) == len(DUMPS)


async def void(asked: Asked) -> Reply:
    """Answer for the description of the dataset (VoID, 6.2), or for the example queries, in RDF."""
    stem, dot, suffix = asked.path.rpartition("/")[2].rpartition(".")
    name = suffix if dot and stem else ""
    if name and name not in {f.name for f in RDF_FORMATS}:
        raise Problem(404, f"It can be had as {', '.join(f.name for f in RDF_FORMATS)}, not as {name}.")
    chosen = name or _NAMES[asked.choose(_RDF_TYPES)]
    what = "examples" if "sparql-examples" in asked.path else "dataset"
    address = asked.addresses.page("void") if what == "dataset" else asked.addresses.page("examples")
    links = [f'<{address}.{f.name}>; rel="alternate"; type="{f.media_type}"' for f in RDF_FORMATS]
    links.append(f'<{asked.addresses.absolute(address)}>; rel="canonical"')
    dumps = _known_dumps(asked) if what == "dataset" else []
    made = await asked.work("describe", what=what, format=chosen, dumps=dumps)
    headers, vary = [("link", ", ".join(links))], [] if name else ["Accept"]
    if not name:
        headers.append(("content-location", f"{address}.{chosen}"))
    kept = what != "dataset" or _all_known(dumps)
    return Reply(made.data, made.media_type, headers=headers, vary=vary, kept=kept)
