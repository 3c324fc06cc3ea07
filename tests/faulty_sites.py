"""One fault for each rule: what a server does wrong, so small that this rule is broken and no other."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from perfect_site import LICENCE, Fault, embedded, html
from werkzeug.wrappers import Request, Response

from mineralkg.publishing.proof.resources import SELECT

__all__ = ["FAULTS"]

Change = Callable[[Request, Response], Response | None]
JPN = "/doc/state/JPN"
PLAIN = "text/plain; charset=utf-8"


def answer(path: str, response: Callable[[Request], Response | None]) -> Fault:
    """Return the fault of answering something else at a path."""
    return Fault(ask=lambda request: response(request) if request.path == path else None)


def accepting(new: Callable[[str], str | None]) -> Fault:
    """Return the fault of reading another Accept field than the one that was sent."""

    def ask(request: Request) -> Request:
        environ = dict(request.environ)
        accept = environ.pop("HTTP_ACCEPT", None)
        changed = new(accept) if accept is not None else None
        if changed is not None:
            environ["HTTP_ACCEPT"] = changed
        return Request(environ)

    return Fault(ask=ask)


def accepts(wanted: Callable[[str], bool], response: Response) -> Fault:
    """Return the fault of giving a certain answer to some Accept fields."""

    def make(request: Request, given: Response) -> Response | None:
        if given.status_code == 200 and "Vary" in given.headers and wanted(request.headers.get("Accept", "")):
            return Response(response.get_data(), response.status_code, response.headers)
        return None

    return Fault(make=make)


def sent(change: Callable[[Request, Response], object]) -> Fault:
    """Return the fault of sending a response that was changed in place."""

    def send(request: Request, response: Response) -> None:
        change(request, response)

    return Fault(send=send)


def made(change: Callable[[Request, Response], object]) -> Fault:
    """Return the fault of making a response that is changed in place, before it gets its tag."""

    def make(request: Request, response: Response) -> None:
        change(request, response)

    return Fault(make=make)


def without(*names: str, when: Callable[[Request, Response], bool] = lambda q, r: True) -> Fault:
    """Return the fault of leaving out header fields."""

    def drop(request: Request, response: Response) -> None:
        for name in names if when(request, response) else ():
            response.headers.pop(name, None)

    return sent(drop)


def replaced(path: str, old: str, new: str) -> Fault:
    """Return the fault of another text in what is sent from a path."""

    def replace(request: Request, response: Response) -> None:
        if request.path == path and response.status_code == 200:
            text = response.get_data(as_text=True)
            assert old in text, path
            response.set_data(text.replace(old, new.replace("{base}", request.host_url)))

    return made(replace)


def in_html(old: str, new: str, path: str = JPN) -> Fault:
    """Return the fault of another text in a page."""

    def replace(request: Request, response: Response) -> None:
        if request.path in (path, f"{path}.html") and response.mimetype == "text/html":
            text = response.get_data(as_text=True)
            assert re.search(old, text), path
            response.set_data(re.sub(old, new, text))

    return made(replace)


def typed(old: str, new: str, *, path: str = "") -> Fault:
    """Return the fault of another media type on what is of one."""

    def change(request: Request, response: Response) -> None:
        if response.mimetype == old and request.path.startswith(path):
            response.headers["Content-Type"] = new

    return made(change)


def endpoint(wanted: Callable[[Request], bool], response: Callable[[Request], Response]) -> Fault:
    """Return the fault of answering some requests at the endpoint otherwise."""
    return answer("/sparql", lambda request: response(request) if wanted(request) else None)


def text(old: str, new: str) -> Fault:
    """Return the fault of other data."""
    return Fault(texts=lambda data: data.replace(old, new))


def _set(name: str, value: str, when: Callable[[Request, Response], bool]) -> Fault:
    return sent(lambda q, r: r.headers.__setitem__(name, value) if when(q, r) else None)


def _cut(request: Request, response: Response) -> None:
    if request.path == "/about" and request.method == "GET":
        response.headers["Content-Length"] = str(len(response.get_data()) + 5)


def _slow(request: Request) -> Response | None:
    time.sleep(2.5)
    return None


def _links(change: Callable[[str], str], path: str = JPN) -> Fault:
    def apply(request: Request, response: Response) -> None:
        if request.path.startswith(path) and "Link" in response.headers:
            response.headers["Link"] = change(response.headers["Link"])

    return made(apply)


def _first(accept: str) -> str:
    """Take the first type, whatever its weight."""
    return accept.partition(",")[0].partition(";")[0]


def _no_zero(accept: str) -> str:
    return re.sub(r";\s*q=0(?=\s*(?:,|$))", ";q=0.9", accept)


def _unspecific(accept: str) -> str:
    """Give each type the greatest weight of all ranges that it is in."""
    broad = "*/*" in accept or "text/*" in accept
    return accept.replace("text/turtle;q=0.1", "text/turtle") if broad and "q=0.1" in accept else accept


def _not_found(request: Request) -> Response:
    return Response("nothing", 404, content_type=PLAIN)


def _is_post(kind: str) -> Callable[[Request], bool]:
    return lambda request: request.method == "POST" and request.mimetype == kind and not _updates(request)


def _updates(request: Request) -> bool:
    said = request.get_data(as_text=True) + request.args.get("query", "")
    return "INSERT" in said or "update=" in said


def _is_json(request: Request) -> bool:
    return request.headers.get("Accept", "") == "application/sparql-results+json"


def _asks(word: str) -> Callable[[Request], bool]:
    return lambda request: word in request.args.get("query", "")


def _json(body: str) -> Callable[[Request], Response]:
    return lambda request: Response(body, headers={"Vary": "Accept"}, content_type="application/sparql-results+json")


def _as(type: str, wanted: Callable[[Request], bool]) -> Fault:
    """Return the fault of giving a type of one's own choice at the endpoint."""

    def ask(request: Request) -> Request | None:
        if request.path != "/sparql" or not wanted(request):
            return None
        return Request(dict(request.environ) | {"HTTP_ACCEPT": type})

    return Fault(ask=ask)


def _without_parameter(name: str) -> Fault:
    def ask(request: Request) -> Request:
        query = request.environ.get("QUERY_STRING", "")
        return Request(dict(request.environ) | {"QUERY_STRING": re.sub(rf"&?{name}=[^&]*", "", query)})

    return Fault(ask=ask)


def _same_tag(request: Request) -> Response | None:
    """Honour one tag for every representation."""
    kept = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache", "ETag": '"one"'}
    named = request.path == JPN and '"one"' in request.headers.get("If-None-Match", "")
    return Response("", 304, kept) if named else None


def _one_tag(request: Request, response: Response) -> None:
    if request.path == JPN and response.status_code == 200 and "ETag" in response.headers:
        response.headers["ETag"] = '"one"'


def _elsewhere(request: Request, response: Response) -> None:
    if "Link" in response.headers:
        response.headers["Link"] = response.headers["Link"].replace("/.well-known/void", "/about")


def _page_only(request: Request) -> Response | None:
    if request.method not in ("GET", "HEAD"):
        return None
    page = html("Ontology", embedded({"@context": "https://schema.org", "name": "Ontology"}), "")
    page.headers["Link"] = f'<{request.base_url}>; rel="canonical"'
    return page


def _as_if(old: str, new: str, wanted: Callable[[str], bool] = lambda accept: True) -> Fault:
    """Return the fault of answering at one path what belongs to another."""

    def ask(request: Request) -> Request | None:
        if request.path == old and wanted(request.headers.get("Accept", "")):
            return Request(dict(request.environ) | {"PATH_INFO": new})
        return None

    return Fault(ask=ask)


def _result(type: str, change: Callable[[bytes], bytes], word: str = "") -> Fault:
    """Return the fault of another body in the results of one type."""

    def apply(request: Request, response: Response) -> None:
        if request.path == "/sparql" and response.mimetype == type and word in request.args.get("query", ""):
            response.set_data(change(response.get_data()))

    return made(apply)


def _first_query(request: Request) -> Request | None:
    query = request.environ.get("QUERY_STRING", "")
    if query.count("query=") < 2:
        return None
    return Request(dict(request.environ) | {"QUERY_STRING": query.partition("&")[0]})


def _thing(request: Request) -> Request | None:
    if request.path.startswith("/id/state"):
        return Request(dict(request.environ) | {"PATH_INFO": request.path.replace("/id/", "/doc/")})
    return None


FAULTS: dict[str, Fault] = {
    "http-answer": answer("/about", _slow),
    "http-length": sent(_cut),
    "http-coding": _set("Content-Encoding", "gzip", lambda q, r: q.path == "/robots.txt"),
    "http-server-error": Fault(ask=lambda q: Response("", 500) if q.headers.get("Accept", "")[:1] == ";" else None),
    "http-head": without("Vary", when=lambda q, r: q.method == "HEAD" and q.path == "/ontology"),
    "http-method": sent(lambda q, r: r.headers.pop("Allow", None)),
    "http-not-found": made(lambda q, r: setattr(r, "status_code", 200) if "1f9c" in q.path else None),
    "http-redirect": answer("/own.js", lambda q: Response("", 302, {"Location": "/own.js"})),
    "http-etag": without("ETag", when=lambda q, r: q.path == "/.well-known/void"),
    "http-etag-strong": Fault(ask=_same_tag, send=_one_tag),
    "http-not-modified": Fault(
        ask=lambda q: Request({k: v for k, v in q.environ.items() if k != "HTTP_IF_NONE_MATCH"})
    ),
    "http-modified": Fault(
        ask=lambda q: Request(dict(q.environ) | ({"HTTP_IF_NONE_MATCH": "*"} if q.if_none_match else {}))
    ),
    "http-304-fields": without("Cache-Control", when=lambda q, r: r.status_code == 304),
    "http-cache": without("Cache-Control"),
    "http-vary-coding": sent(
        lambda q, r: r.headers.__setitem__("Vary", "Accept") if "Accept-Encoding" in r.headers.get("Vary", "") else None
    ),
    "http-content-type": without("Content-Type", when=lambda q, r: q.path == "/robots.txt"),
    "http-utf8": _set("Content-Type", "text/plain; charset=latin-1", lambda q, r: q.path == "/robots.txt"),
    "http-cors": without("Access-Control-Allow-Origin", when=lambda q, r: q.path.startswith("/id/")),
    "http-cors-expose": without("Access-Control-Expose-Headers"),
    "http-preflight": without("Access-Control-Allow-Headers"),
    "http-nosniff": without("X-Content-Type-Options"),
    "http-policy": without("Content-Security-Policy"),
    "conneg-accept": Fault(
        ask=lambda q: (
            Request(dict(q.environ) | {"HTTP_ACCEPT": "text/turtle"})
            if q.path == "/ontology" and q.headers.get("Accept") == "application/ld+json"
            else None
        )
    ),
    "conneg-406": accepting(lambda accept: None if "x-there-is-no-such" in accept else accept),
    "conneg-406-list": made(lambda q, r: r.set_data("no") if r.status_code == 406 else None),
    "conneg-q": accepting(lambda accept: _first(accept) if re.fullmatch(r"[^,*]+, [^,*]+", accept) else accept),
    "conneg-q-zero": accepting(_no_zero),
    "conneg-specific": accepting(_unspecific),
    "conneg-wildcard": accepts(lambda accept: accept == "*/*", Response("no", 406, {"Vary": "Accept"})),
    "conneg-case": accepting(lambda accept: "x/none" if accept.isupper() else accept),
    "conneg-parameters": accepting(lambda accept: "x/none" if "profile=" in accept else accept),
    "conneg-browser": accepting(lambda accept: "text/turtle" if "application/xhtml" in accept else accept),
    "conneg-vary": sent(
        lambda q, r: r.headers.__setitem__("Vary", "Accept-Encoding") if q.path == JPN and r.mimetype else None
    ),
    "conneg-suffix": Fault(
        ask=lambda q: (
            Request(dict(q.environ) | {"PATH_INFO": JPN})
            if q.path == f"{JPN}.ttl" and "html" in q.headers.get("Accept", "")
            else None
        )
    ),
    "conneg-registered": typed("text/plain", "application/x-turtle", path="/robots.txt"),
    "link-syntax": _links(lambda value: value + ", bad; rel=x"),
    "link-alternate": _links(lambda value: re.sub(r", <[^>]*nt>[^,]*", "", value)),
    "link-target": _links(lambda value: value + ', </nowhere>; rel="license"'),
    "link-canonical": _links(lambda value: value.replace("canonical", "self")),
    "link-describedby": _links(lambda value: value.replace("describedby", "related")),
    "ld-resolves": answer("/id/state/KOR", _not_found),
    "ld-303": Fault(ask=_thing),
    "ld-rdf": answer(
        JPN,
        lambda q: (
            Response("text/turtle", 406, {"Vary": "Accept"}, content_type=PLAIN)
            if q.headers.get("Accept", "").lower().startswith("application/ld+json")
            else None
        ),
    ),
    "ld-parses": replaced("/ontology.nt", " .", ""),
    "ld-about": _as_if("/doc/state/KOR", JPN),
    "ld-same-graph": replaced("/ontology.nt", '"state"', '"sate"'),
    "ld-annotated": replaced("/doc/state/JPN.ttl12", '"Japan"@en', '"Nippon"@en'),
    "ld-context": answer("/context.jsonld", _not_found),
    "ld-embedded": in_html(r'\{"@context": "https://schema.org", ', "{{"),
    "onto-served": answer("/ontology", _page_only),
    "onto-metadata": text(
        "dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:creator",
        "dcterms:rights <https://creativecommons.org/licenses/by/4.0/> ; dcterms:creator",
    ),
    "onto-version": answer("/ontology/1.0", _not_found),
    "onto-terms": text("o:since 1952", "o:sinse 1952"),
    "onto-words": text('; rdfs:comment "The first year."@en', ""),
    "onto-anchor": in_html('id="since"', 'id="sinse"', "/ontology"),
    "sparql-get": endpoint(
        lambda q: q.method in ("GET", "HEAD") and q.args.get("query") == SELECT and _is_json(q),
        lambda q: Response("", 405, {"Allow": "POST", "Vary": "Accept"}),
    ),
    "sparql-post-form": endpoint(_is_post("application/x-www-form-urlencoded"), lambda q: Response("", 415)),
    "sparql-post-direct": endpoint(
        lambda q: _is_post("application/sparql-query")(q) and b"SELECT" in q.get_data(), lambda q: Response("", 415)
    ),
    "sparql-results": _as(
        "application/sparql-results+json", lambda q: q.headers.get("Accept") == "text/tab-separated-values"
    ),
    "sparql-same-results": _result("text/csv", lambda body: body.rstrip().rpartition(b"\r\n")[0]),
    "sparql-ask": endpoint(
        lambda q: q.method == "GET" and q.args.getlist("query") == ["ASK {}"] and "json" in q.headers.get("Accept", ""),
        _json('{"head": {"vars": []}, "results": {"bindings": []}}'),
    ),
    "sparql-graphs": _result("text/turtle", lambda body: b"<a", "CONSTRUCT"),
    "sparql-malformed": endpoint(
        lambda q: q.args.get("query") == "SELECT * WHERE {", _json('{"head": {}, "boolean": true}')
    ),
    "sparql-update": endpoint(lambda q: q.mimetype == "application/sparql-update", lambda q: Response("", 204)),
    "sparql-one-query": Fault(ask=_first_query),
    "sparql-body-type": endpoint(
        lambda q: q.mimetype == "text/plain" and q.method == "POST", _json('{"head": {}, "boolean": true}')
    ),
    "sparql-dataset": _without_parameter("default-graph-uri"),
    "service-description": endpoint(lambda q: q.method in ("GET", "HEAD") and not q.args, lambda q: Response("", 400)),
    "service-endpoint": text("sd:endpoint <", "sd:endpoint <http://localhost:1/x"),
    "service-formats": text("f:SPARQL_Results_JSON", "f:TriG"),
    "service-language": text("sd:SPARQL11Query ", "sd:SPARQL11Query , sd:SPARQL11Update "),
    "void-there": Fault(
        ask=lambda q: _not_found(q) if q.path == "/.well-known/void" else None,
        make=_elsewhere,
    ),
    "void-true": text("void:entities 2", "void:entities 3"),
    "void-leads": text('void:uriSpace "http://', 'void:uriSpace "http://x'),
    "dataset-shape": text(
        'dcterms:description "States and partners."@en ;\n    dcterms:license <' + LICENCE + "> ; dcterms:publisher",
        "dcterms:publisher",
    ),
    "dcat-distribution": text("dcat:byteSize ", "dcat:byteSize 1"),
    "dump-same": endpoint(
        _asks("COUNT(*)"),
        _json('{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "1"}}]}}'),
    ),
    "dataset-schema-org": replaced(
        "/", "A handful of states and their partners, made for tests and for nothing else at all.", "Short."
    ),
    "page-dead-link": in_html('href="/"', 'href="/nowhere"'),
    "page-dead-anchor": in_html("#why", "#whi"),
    "page-alternate": in_html('type="text/turtle"', 'type="text/x"'),
    "page-json-ld": in_html('application/ld.json">', 'application/json">'),
    "page-head": replaced("/about", "<title>About</title>", ""),
    "page-off-host": replaced("/about", 'src="/own.js"', 'src="https://cdn.example/own.js"'),
    "sitemap-there": Fault(ask=lambda q: _not_found(q) if q.path in ("/sitemap.xml", "/robots.txt") else None),
    "sitemap-complete": replaced("/sitemap.xml", "about</loc>", "</loc>"),
    "sitemap-true": replaced("/sitemap.xml", "</urlset>", "<url><loc>{base}gone</loc></url></urlset>"),
    "feed-valid": replaced("/deadlines.ics", "UID:1@example.org\r\n", ""),
}
