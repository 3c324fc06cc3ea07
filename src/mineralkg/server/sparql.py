"""The SPARQL 1.1 Protocol (queries), the Service Description, and reads by the Graph Store HTTP Protocol."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

from mineralkg.publishing import RDF_FORMATS
from mineralkg.server.asked import Asked
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Reply

__all__ = ["graphs", "sparql"]

_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_NO_UPDATE = "This endpoint answers queries; nothing can be changed through it."
_NAMES = {f.media_type: f.name for f in RDF_FORMATS}


async def sparql(asked: Asked) -> Reply:
    """Answer a query; without one, describe the service. To people, both are a page with an editor."""
    pairs = dict(asked.pairs)
    if asked.scope["method"] == "POST":
        for name, values in (await _posted(asked)).items():
            pairs[name] = [*pairs.get(name, []), *values]
    if "update" in pairs:
        raise Problem(403, _NO_UPDATE)
    queries = pairs.get("query", [])
    if len(queries) > 1:
        raise Problem(400, "There is more than one “query”; one is answered at a time.")
    if not queries:
        if asked.scope["method"] == "POST":
            raise Problem(400, "There is no “query” in it.")
        return await _service(asked)
    try:
        made = await asked.state.queries.run(
            "sparql",
            asked.base,
            client=asked.client,
            text=queries[0],
            accept=asked.accept,
            lang=asked.lang,
            default_graphs=pairs.get("default-graph-uri", []),
            named_graphs=pairs.get("named-graph-uri", []),
        )
    except Problem as problem:
        if not asked.wants_page:
            raise
        page = await asked.page("sparql", text=queries[0], wrong=problem.detail)
        headers, vary = [*problem.headers, *page.headers], ["Accept", *page.vary]
        return replace(page, status=problem.status, headers=headers, vary=vary, kept=False)
    kept = not made.facts["volatile"]
    if made.media_type != "text/html":
        return Reply(made.data, made.media_type, vary=["Accept"], kept=kept)
    page = asked.spoken(made.data)
    return replace(page, vary=["Accept", *page.vary], kept=kept)


async def _posted(asked: Asked) -> dict[str, list[str]]:
    """Return what a POST carries, by the names of the URL-encoded form (SPARQL 1.1 Protocol, 2.1.2 and 2.1.3)."""
    content_type = asked.request.headers.get("content-type", "")
    media_type, _, parameters = content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type not in (_FORM, _DIRECT, _UPDATE):
        raise Problem(415, f"Send the query as {_DIRECT}, or in a field of {_FORM}.", offered=[_DIRECT, _FORM])
    if media_type == _UPDATE:
        raise Problem(403, _NO_UPDATE)
    charset = parameters.lower().partition("charset=")[2].strip(' "')
    if charset not in ("", "utf-8", "utf8"):
        raise Problem(415, f"The body is in {charset}; a query is sent in UTF-8.")
    body = await asked.body()
    try:
        text = body.decode("utf-8")
        if media_type == _DIRECT:
            return {"query": [text]}
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200):
            found.setdefault(name, []).append(value)
    except ValueError:
        raise Problem(400, "The body is not UTF-8, or has more than 200 fields.") from None
    return found


async def _service(asked: Asked) -> Reply:
    media_type = asked.choose([*_NAMES, "text/html"])
    links = f'<{asked.addresses.page("openapi")}>; rel="service-desc"; type="application/json"'
    if media_type == "text/html":
        page = await asked.page("sparql", example=asked.one("example"))
        return Reply(page.data, "text/html", headers=[("link", links), *page.headers], vary=["Accept", *page.vary])
    made = await asked.work("describe", what="service", format=_NAMES[media_type])
    return Reply(made.data, made.media_type, headers=[("link", links)], vary=["Accept"])


async def graphs(asked: Asked) -> Reply:
    """Answer with one graph: ``?default`` or ``?graph=IRI`` (SPARQL 1.1 Graph Store HTTP Protocol, 4.2 and 5.2)."""
    default, iri = asked.one("default"), asked.one("graph")
    if (default is None) == (iri is None):
        raise Problem(400, "Name one graph: ?default, or ?graph= and its IRI.")
    media_type = asked.choose(list(_NAMES))
    made = await asked.work("graph", iri=iri, format=_NAMES[media_type])
    return Reply(made.data, made.media_type, vary=["Accept"])
