"""A small site of linked data with nothing wrong, and ways to break one thing of it at a time.

It is written for the tests of the proof and shares nothing with the server of the project: two programs that agree with
the specifications agree with each other.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
import uvicorn
from werkzeug.datastructures import MIMEAccept
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

RDF = {
    "text/turtle": (".ttl", ox.RdfFormat.TURTLE),
    "application/ld+json": (".jsonld", ox.RdfFormat.JSON_LD),
    "application/n-triples": (".nt", ox.RdfFormat.N_TRIPLES),
    "application/rdf+xml": (".rdf", ox.RdfFormat.RDF_XML),
}
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
ANNOTATED = "text/turtle; version=1.2"
SUFFIXES = {".html": "text/html", ".ttl12": ANNOTATED, **{suffix: type for type, (suffix, _) in RDF.items()}}
DATA = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix o: <{base}ontology#> .
<{base}id/state/JPN> a o:State ; rdfs:label "Japan"@en , "Japón"@es ; o:partner <{base}id/state/KOR> ; o:since 1952 .
<{base}id/state/KOR> a o:State ; rdfs:label "Korea"@en ; o:partner <{base}id/state/JPN> , [ rdfs:label "unnamed"@en ] .
"""
ONTOLOGY = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix o: <{base}ontology#> .
<{base}ontology> a owl:Ontology ; dcterms:title "States"@en ; dcterms:description "States and partners."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:creator <https://example.org/me> ;
    dcterms:created "2026-11-24" ; owl:versionIRI <{base}ontology/1.0> ; owl:versionInfo "1.0" .
o:State a owl:Class ; rdfs:label "state"@en ; rdfs:comment "A state."@en .
o:partner a owl:ObjectProperty ; rdfs:label "partner"@en ; rdfs:comment "Who is a partner."@en .
o:since a owl:DatatypeProperty ; rdfs:label "since"@en ; rdfs:comment "The first year."@en .
"""
VOID = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix : <{base}dataset#> .
:it a void:Dataset , dcat:Dataset ; dcterms:title "States"@en ; dcterms:description "States and partners."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:publisher <https://example.org/me> ;
    void:sparqlEndpoint <{base}sparql> ; void:dataDump <{base}dump.nt> ; void:uriSpace "{base}" ;
    void:exampleResource <{base}id/state/JPN> ;
    void:triples {triples} ; void:distinctSubjects {subjects} ; void:properties 12 ;
    void:classPartition [ void:class <{base}ontology#State> ; void:entities 2 ] ;
    void:propertyPartition [ void:property <{base}ontology#partner> ; void:triples 3 ] ;
    dcat:distribution :file .
:file a dcat:Distribution ; dcat:downloadURL <{base}dump.nt> ; dcat:byteSize {size} ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> ;
    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{sha256}" ] .
"""
SERVICE = """
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix f: <http://www.w3.org/ns/formats/> .
[] a sd:Service ; sd:endpoint <{base}sparql> ; sd:supportedLanguage sd:SPARQL11Query ;
    sd:resultFormat f:SPARQL_Results_JSON , f:SPARQL_Results_XML , f:SPARQL_Results_CSV , f:Turtle , f:JSON-LD .
"""
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
    '<h1 id="top">{title}</h1>{body}<a href="/">home</a> <a href="/about#why">about</a></body></html>'
)
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>{base}feed</id><title>Changes</title>'
    "<updated>2026-11-24T00:00:00Z</updated><entry><id>{base}feed/1</id><title>One</title>"
    "<updated>2026-11-24T00:00:00Z</updated></entry></feed>"
)
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n"
    "DTSTAMP:20261124T000000Z\r\nDTSTART;VALUE=DATE:20261201\r\nSUMMARY:Report due\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass
class Fault:
    """A way to break the site: *ask* changes the request, *make* what is answered, *send* what goes over the wire.

    Each gets the request and, but for *ask*, the response, and may return another.
    """

    ask: Callable[[Request], Request | Response | None] = lambda request: None
    make: Callable[[Request, Response], Response | None] = lambda request, response: None
    send: Callable[[Request, Response], Response | None] = lambda request, response: None
    texts: Callable[[str], str] = lambda text: text  # of the data, before they are parsed


@dataclass
class Site:
    """The site at one address."""

    base: str
    fault: Fault = field(default_factory=Fault)

    def __post_init__(self) -> None:
        self.store = ox.Store()
        for text in (DATA, ONTOLOGY):
            self.store.load(self._text(text).encode(), format=ox.RdfFormat.TURTLE)
        self.dump = b"".join(sorted(f"{quad.triple} .\n".encode() for quad in self.store))
        self.ontology = self._parsed(ONTOLOGY)
        subjects = len({quad.subject for quad in self.store})
        facts = {
            "triples": len(self.store),
            "subjects": subjects,
            "size": len(self.dump),
            "sha256": hashlib.sha256(self.dump).hexdigest(),
        }
        self.void = self._parsed(VOID, **facts)
        self.service = self._parsed(SERVICE)

    def _text(self, text: str, **facts: Any) -> str:
        filled = text
        for name, value in {"base": self.base, **facts}.items():
            filled = filled.replace(f"{{{name}}}", str(value))
        return self.fault.texts(filled)

    def _parsed(self, text: str, **facts: Any) -> list[ox.Triple]:
        return [q.triple for q in ox.parse(self._text(text, **facts).encode(), format=ox.RdfFormat.TURTLE)]

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        changed = self.fault.ask(request)
        if isinstance(changed, Request):
            request = changed
        response = changed if isinstance(changed, Response) else self.answer(request)
        response = self.fault.make(request, response) or response
        response = self.finish(request, response)
        response = self.fault.send(request, response) or response
        return response(environ, start)

    def answer(self, request: Request) -> Response:
        """Return the answer to a request, without what all answers have."""
        path = request.path
        if path == "/sparql":
            return self.sparql(request)
        if request.method not in ("GET", "HEAD"):
            return Response("", 405, {"Allow": "GET, HEAD"})
        fixed = self.fixed(path)
        if fixed is not None:
            return fixed
        if path in ("/id/state/JPN", "/id/state/KOR"):
            return Response("", 303, {"Location": path.replace("/id/", "/doc/")})
        stem, suffix = next(((path.removesuffix(s), s) for s in SUFFIXES if path.endswith(s)), (path, ""))
        if stem in ("/doc/state/JPN", "/doc/state/KOR"):
            iri = ox.NamedNode(self.base[:-1] + stem.replace("/doc/", "/id/"))
            return self.described(request, stem, suffix, self.about(iri), iri.value)
        if stem in ("/ontology", "/ontology/1.0"):
            return self.described(request, "/ontology", suffix, self.ontology, f"{self.base}ontology")
        if stem == "/.well-known/void" and not suffix:
            return self.described(request, stem, "", self.void, f"{self.base}dataset#it")
        return Response("there is nothing here", 404, content_type="text/plain; charset=utf-8")

    def fixed(self, path: str) -> Response | None:
        """Return what has one representation only."""
        if path == "/":
            dataset = {
                "@context": "https://schema.org",
                "@type": "Dataset",
                "@id": f"{self.base}dataset#it",
                "name": "States",
                "url": self.base,
                "license": LICENCE,
                "creator": {"@type": "Person", "name": "Me"},
                "description": "A handful of states and their partners, made for tests and for nothing else at all.",
            }
            links = "".join(f'<a href="{p}">{p}</a> ' for p in ("/doc/state/JPN", "/doc/state/KOR", "/ontology"))
            feeds = (
                '<link rel="alternate" type="application/atom+xml" href="/feed">'
                '<link rel="alternate" type="text/calendar" href="/deadlines.ics">'
            )
            return html("States", feeds + embedded(dataset), links)
        if path == "/about":
            return html("About", "", '<h2 id="why">Why</h2><script src="/own.js"></script>')
        pages = ("", "about", "doc/state/JPN", "doc/state/KOR", "ontology")
        listed = "".join(f"<url><loc>{self.base}{page}</loc></url>" for page in pages)
        files: dict[str, tuple[str, str | bytes]] = {
            "/own.js": ("text/javascript; charset=utf-8", "void 0"),
            "/context.jsonld": ("application/ld+json", '{"@context": {}}'),
            "/robots.txt": ("text/plain; charset=utf-8", f"Sitemap: {self.base}sitemap.xml\n"),
            "/sitemap.xml": (
                "application/xml",
                f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>',
            ),
            "/feed": ("application/atom+xml", FEED.replace("{base}", self.base)),
            "/deadlines.ics": ("text/calendar; charset=utf-8", CALENDAR),
            "/dump.nt": ("application/n-triples", self.dump),
        }
        return Response(files[path][1], content_type=files[path][0]) if path in files else None

    def about(self, iri: ox.NamedNode) -> list[ox.Triple]:
        """Return what the data say of a thing, and of what has no name beside it."""
        found = [quad.triple for quad in self.store.quads_for_pattern(iri, None, None)]
        blank = [t.object for t in found if isinstance(t.object, ox.BlankNode)]
        return found + [quad.triple for node in blank for quad in self.store.quads_for_pattern(node, None, None)]

    def described(self, request: Request, path: str, suffix: str, graph: list[ox.Triple], iri: str) -> Response:
        """Return a description in the type that is asked for, with links to its other representations."""
        has_files = path != "/.well-known/void"
        types = [*(["text/html"] if has_files else []), *RDF]
        type = SUFFIXES[suffix] if suffix else best(request, types)
        if type is None:
            return Response(", ".join(types), 406, {"Vary": "Accept"}, content_type="text/plain; charset=utf-8")
        links = [f'<{self.base[:-1]}{path}>; rel="canonical"', '</.well-known/void>; rel="describedby"']
        for other in types:
            own = ({"text/html": ".html"} | {t: s for t, (s, _) in RDF.items()})[other] if has_files else ""
            links.append(f'<{path}{own}>; rel="alternate"; type="{other}"')
        if has_files:
            links.append(f'<{path}.ttl12>; rel="alternate"; type="{ANNOTATED}"')
        if type == "text/html":
            response = self.page(path, graph, iri)
        elif type == ANNOTATED:
            response = Response(self.annotated(graph), content_type=f"{type}; charset=utf-8")
        else:
            response = Response(written(graph, type), content_type=type)
            if type == "text/turtle":
                response.headers["Content-Type"] = "text/turtle; charset=utf-8"
        response.headers["Link"] = ", ".join(links)
        if not suffix:
            response.headers["Vary"] = "Accept"
        return response

    def annotated(self, graph: list[ox.Triple]) -> str:
        """Return Turtle 1.2 in which a claim reifies each statement that can be written before a tilde as it stands."""
        named = [str(t) + (f" ~ <{self.base}claim/{n}>" if "_:" not in str(t) else "") for n, t in enumerate(graph)]
        return 'VERSION "1.2"\n' + "".join(f"{line} .\n" for line in named)

    def page(self, path: str, graph: list[ox.Triple], iri: str) -> Response:
        """Return the page of a description."""
        head = "".join(
            f'<link rel="alternate" type="{type}" href="{path}{suffix}">' for type, (suffix, _) in RDF.items()
        )
        head += f'<link rel="alternate" type="{ANNOTATED}" href="{path}.ttl12">'
        head += f'<link rel="canonical" href="{self.base[:-1]}{path}">'
        data = {"@context": "https://schema.org", "@id": iri, "name": iri.rpartition("/")[2]}
        terms = [t.subject.value for t in graph if isinstance(t.subject, ox.NamedNode) and "#" in t.subject.value]
        body = "".join(f'<h3 id="{term.partition("#")[2]}">{term}</h3>' for term in dict.fromkeys(terms))
        return html(iri, head + embedded(data), body)

    def sparql(self, request: Request) -> Response:
        """Return what the endpoint answers."""
        if request.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "Content-Type"}
            return Response("", 204, allowed)
        if request.method not in ("GET", "HEAD", "POST"):
            return Response("", 405, {"Allow": "GET, HEAD, POST, OPTIONS"})
        query, parameters, refused = asked(request)
        if refused is not None:
            return refused
        if query is None:
            type = best(request, list(RDF))
            if type is None:
                return Response(", ".join(RDF), 406, {"Vary": "Accept"}, content_type="text/plain; charset=utf-8")
            return Response(written(self.service, type), headers={"Vary": "Accept"}, content_type=type)
        return self.result(request, query, parameters)

    def result(self, request: Request, query: str, parameters: dict[str, list[str]]) -> Response:
        """Return the result of a query."""
        default = [ox.NamedNode(iri) for iri in parameters.get("default-graph-uri", [])]
        named = [ox.NamedNode(iri) for iri in parameters.get("named-graph-uri", [])]
        chosen = {"default_graph": default, "named_graphs": named} if default or named else {}
        try:
            found: Any = self.store.query(query, **chosen)  # type: ignore[arg-type]
        except SyntaxError as error:
            return Response(str(error), 400, content_type="text/plain; charset=utf-8")
        triples = isinstance(found, ox.QueryTriples)
        types = list(RDF if triples else RESULTS)
        type = best(request, types)
        if type is None:
            return Response(", ".join(types), 406, {"Vary": "Accept"}, content_type="text/plain; charset=utf-8")
        if triples:
            return Response(written(list(found), type), headers={"Vary": "Accept"}, content_type=type)
        return Response(found.serialize(format=RESULTS[type]), headers={"Vary": "Accept"}, content_type=type)

    def finish(self, request: Request, response: Response) -> Response:
        """Return the response with what every response has: a tag, a coding, and the fields for browsers."""
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "ETag, Link"
        headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            headers["Content-Security-Policy"] = "default-src 'self'"
        if response.status_code == 200 and not (
            request.path == "/sparql" and (request.args or request.method == "POST")
        ):
            headers["Cache-Control"] = "no-cache"
            body = response.get_data()
            coding = ""
            vary = f"{headers['Vary']}, Accept-Encoding" if headers.get("Vary") else "Accept-Encoding"
            headers["Vary"] = vary
            if "gzip" in request.headers.get("Accept-Encoding", "") and len(body) > 200:
                response.set_data(gzip.compress(body, mtime=0))
                headers["Content-Encoding"] = coding = "gzip"
            digest = hashlib.sha256(body).hexdigest()[:12]
            response.set_etag(f"{digest}-{(response.mimetype or '').replace('/', '.')}{coding}")
            response.make_conditional(request)
        return response


def best(request: Request, types: list[str]) -> str | None:
    """Return the type that Accept prefers among *types*; the first where nothing is asked for."""
    # Parameters do not tell representations apart here.
    accept = MIMEAccept([(value.partition(";")[0], quality) for value, quality in request.accept_mimetypes])
    if not accept:
        return types[0]
    found = max(types, key=accept.quality)
    return found if accept.quality(found) > 0 else None


def asked(request: Request) -> tuple[str | None, dict[str, list[str]], Response | None]:
    """Return the query of a request and its other parameters, or the response that refuses it."""
    values = dict(request.args.lists())
    query: str | None = None
    refusal = None
    if request.method == "POST":
        if request.mimetype == "application/x-www-form-urlencoded":
            values |= dict(request.form.lists())
        elif request.mimetype == "application/sparql-query":
            query = request.get_data(as_text=True)
        elif request.mimetype == "application/sparql-update":
            refusal = Response("read only", 403, content_type="text/plain; charset=utf-8")
        else:
            refusal = Response("not this type", 415, content_type="text/plain; charset=utf-8")
    if "update" in values:
        refusal = Response("read only", 403, content_type="text/plain; charset=utf-8")
    if len(values.get("query", [])) > 1:
        refusal = Response("one query, please", 400, content_type="text/plain; charset=utf-8")
    return query if query is not None else values.get("query", [None])[0], values, refusal


def written(graph: list[ox.Triple], type: str) -> bytes:
    """Return a graph in a type; JSON-LD names a context of the site."""
    data = ox.serialize(graph, format=RDF[type][1]) or b""
    if type == "application/ld+json":
        return json.dumps({"@context": "/context.jsonld", "@graph": json.loads(data)}).encode()
    return data


def html(title: str, head: str, body: str) -> Response:
    """Return a page."""
    text = PAGE.replace("{title}", title).replace("{head}", head).replace("{body}", body)
    return Response(text, content_type="text/html; charset=utf-8")


def embedded(data: dict[str, Any]) -> str:
    """Return JSON-LD for the head of a page."""
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


class _Server(uvicorn.Server):
    """Serves a WSGI application in threads, over connections that stay open for many requests."""

    def __init__(self, address: socket.socket, site: Callable[[Any, Any], Any]) -> None:
        super().__init__(uvicorn.Config(self._answer, interface="asgi3", http="h11", lifespan="off", log_config=None))
        self._address, self._site = address, site
        self._thread = threading.Thread(target=self.run, kwargs={"sockets": [address]}, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self.should_exit = self.force_exit = True
        self._thread.join()

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive()).get("body") or message.get("more_body"):
            body += message["body"]
            if not message.get("more_body"):
                break
        content, status, headers = await asyncio.to_thread(run_wsgi_app, self._site, _environ(scope, body))
        named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": int(status.split()[0]), "headers": named})
        await send({"type": "http.response.body", "body": b"".join(content)})


def _environ(scope: Any, body: bytes) -> dict[str, Any]:
    """Return a request as WSGI has it (PEP 3333)."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return named | {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }


@contextmanager
def served(fault: Fault | None = None) -> Iterator[str]:
    """Serve the site while the block runs, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as address:
        base = f"http://127.0.0.1:{address.getsockname()[1]}/"
        with _Server(address, Site(base, fault or Fault())):
            yield base
