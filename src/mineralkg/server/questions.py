"""Canned questions over HTTP: the page with the form, and the answer in each format, by suffix or by Accept.

In RDF there is what is asked, not the answer: the question is a thing, described among the examples of SPARQL.
"""

from __future__ import annotations

from mineralkg.publishing import RDF_FORMATS
from mineralkg.publishing.answers import ANSWER_FORMATS
from mineralkg.server.asked import Asked
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Reply

__all__ = ["question", "questions"]

_TYPES = {"html": "text/html", **{f.name: f.media_type for f in ANSWER_FORMATS}}
_RDF_TYPES = {f.name: f.media_type for f in RDF_FORMATS}
_NAMES = {media_type: name for name, media_type in (*_TYPES.items(), *_RDF_TYPES.items())}


async def questions(asked: Asked) -> Reply:
    """Answer with the list of questions."""
    _, _, suffix = asked.path.partition(".")
    if suffix not in ("", "html", "json"):
        raise Problem(404, "The list of questions can be had as html and json.")
    if not suffix:
        suffix = _NAMES[asked.choose(["text/html", "application/json"])]
    vary = [] if "." in asked.path else ["Accept"]
    address = asked.addresses.page("questions")
    links = [f'<{address}.{name}>; rel="alternate"; type="{_TYPES[name]}"' for name in ("html", "json")]
    links.append(f'<{asked.addresses.absolute(address)}>; rel="canonical"')
    headers = [("link", ", ".join(links))]
    if suffix == "json":
        made = await asked.work("questions")
        return Reply(made.data, made.media_type, headers=headers, vary=vary)
    page = await asked.page("questions")
    return Reply(page.data, "text/html", headers=[*headers, *page.headers], vary=[*vary, *page.vary])


async def question(asked: Asked) -> Reply:
    """Answer a question, or show its page."""
    name, dot, suffix = asked.path.removeprefix("query/").partition(".")
    if dot and suffix not in (*_TYPES, *_RDF_TYPES):
        raise Problem(404, f"Answers can be had as {', '.join(_TYPES)}, not as {suffix}.")
    query = asked.scope["query_string"].decode("latin-1")
    tail = f"?{query}" if query else ""
    address = asked.addresses.page("question", name=name)
    facts = await asked.work("question_facts", name=name, pairs=asked.pairs)
    # What still lacks a required parameter has no answer to link to, or to give to whoever takes anything.
    names = _TYPES if facts.facts["complete"] else {"html": "text/html"}
    chosen = suffix or _NAMES[asked.choose(list({**names, **_RDF_TYPES, **_TYPES}.values()))]
    links = [f'<{address}.{n}{tail}>; rel="alternate"; type="{t}"' for n, t in names.items()]
    links += [f'<{address}.{n}>; rel="describedby"; type="{t}"' for n, t in _RDF_TYPES.items()]
    links.append(f'<{asked.addresses.absolute(address)}>; rel="canonical"')
    headers, vary = [("link", ", ".join(links))], [] if dot else ["Accept"]
    if chosen == "html":
        page = await asked.page("question", name=name, arguments=asked.pairs)
        return Reply(page.data, "text/html", headers=[*headers, *page.headers], vary=[*vary, *page.vary])
    if chosen in _RDF_TYPES:
        made = await asked.work("question_data", name=name, format=chosen)
        return Reply(made.data, made.media_type, headers=headers, vary=vary)
    made = await asked.work("canned", name=name, pairs=asked.pairs, format=chosen)
    if chosen in ("csv", "xlsx"):
        headers.append(("content-disposition", f'attachment; filename="{name}.{chosen}"'))
    return Reply(made.data, made.media_type, headers=headers, vary=vary)
