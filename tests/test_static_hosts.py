"""The rules that are written for hosts: what they choose is what the server chooses, and real hosts pass the proof."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from hosts import HOSTS, running
from hypothesis import given
from hypothesis import strategies as st

import mineralkg as mk
from mineralkg.namespaces import ROOT
from mineralkg.publishing.negotiation import best_media_type
from mineralkg.publishing.policy import HEADERS, policy
from mineralkg.publishing.proof import Bounds, prove
from mineralkg.publishing.proof.folder import Folder
from mineralkg.publishing.static import publish_files
from mineralkg.publishing.static.accept import chosen
from mineralkg.publishing.static.rules import FORMS

OFFERED = list(FORMS.values())
TABLE = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "server/negotiation.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith(("/doc/", "/ontology |", "/ontology.", "/shapes |", "/vocab/modality |"))
]
CLOSER = {"text/html;q=0.2, application/trig;q=0.201"}  # weights within a tenth are not told apart

RANGES = st.sampled_from([*OFFERED, "text/*", "application/*", "*/*", "image/png", "TEXT/Turtle", "application/xml"])
WEIGHTS = st.sampled_from(
    ["", ";q=1", ";q=1.0", "; q=0.9", ";q=0.5", ";q=0.05", ";q=0", ";q=0.0", ";charset=utf-8;q=0.7"]
)


@given(st.lists(st.tuples(RANGES, WEIGHTS), max_size=6, unique_by=lambda pair: pair[0].lower()))
def test_hosts_choose_as_the_server_does(ranges: list[tuple[str, str]]) -> None:
    header = ", ".join(range + weight for range, weight in ranges)

    assert chosen(header, OFFERED) == best_media_type(header, OFFERED)


@pytest.mark.parametrize("header", [None, "", "nonsense", ";;;,,,", "*", "text/html;level=1;q=0.4, text/turtle;q=0.3"])
def test_hosts_choose_as_the_server_does_whatever_it_is(header: str | None) -> None:
    assert chosen(header, OFFERED) == best_media_type(header, OFFERED)


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_with_the_written_rules_has_no_finding(name: str, shipped_site: Path) -> None:
    with running(name, shipped_site, "/mineralkg/") as url:
        outcome = prove(url, base_url=ROOT, bounds=Bounds(pages=60))
        framed = {p: httpx.get(url + p).headers["content-security-policy"] for p in ("", "embed/query/deadlines")}
        answers = [(row, httpx.get(url + row[0][1:], headers=_headers(row[1]))) for row in TABLE]

    assert [f"{f.file} {f.rule} {f.note}" for f in outcome.report] == []
    assert len(outcome.held) > 60
    assert "frame-ancestors 'none'" in framed[""]
    assert "frame-ancestors *" in framed["embed/query/deadlines"]
    assert len(TABLE) > 40
    for (path, accept, status, *expected), answer in answers:
        if accept in CLOSER:
            continue
        assert answer.status_code == int(status), (path, accept)
        assert status != "200" or answer.headers["content-type"].partition(";")[0] == expected[0], (path, accept)


def _headers(accept: str) -> dict[str, str]:
    return {} if accept == "-" else {"Accept": accept}


THINGS = """
@prefix : <http://example.org/kg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/kg/thing/a> rdfs:label "a" ; rdfs:seeAlso <http://example.org/kg/thing/caf\\u00E9>, :model .
<http://example.org/kg/thing/caf\\u00E9> rdfs:label "b" .
:alone rdfs:label "alone" . <http://example.org/kg/q%22%20x%24%5C> rdfs:label "odd" .
<http://example.org/kg/a$1%25(.+)> rdfs:label "odder" . <http://example.org/kg/model#Term> rdfs:label "term" .
<http://example.org/kg/all*> rdfs:label "all" . <http://example.org/kg/is:b> rdfs:label "is b" .
<http://example.org/kg/trail/> rdfs:label "trail" . <http://example.org/kg/thing/b/> rdfs:label "b" .
<http://example.org/kg/words/#Word> rdfs:label "word" . <http://example.org/kg/thing/b> rdfs:label "no slash" .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody else's data, whose IRIs are looked up at one address and whose files are at another."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "things.ttl").write_text(THINGS)
    publish_files(
        mk.open(folder / "things.ttl"),
        folder / "out",
        base_url="http://example.org/kg/",
        public_url="https://files.example.net/pub/",
        licence="https://creativecommons.org/publicdomain/zero/1.0/",
    )
    return folder / "out"


@pytest.mark.parametrize(
    ("path", "accept", "target"),
    [
        ("thing/a", "*/*", "doc/thing/a"),
        ("thing/a", "text/turtle", "doc/thing/a.ttl"),
        ("thing/a", "text/html;q=0.5, application/ld+json", "doc/thing/a.jsonld"),
        ("thing/caf%C3%A9", "text/turtle", "doc/thing/caf%C3%A9.ttl"),
        ("alone", "application/rdf+xml", "doc/alone.rdf"),
        ("model", "text/turtle", "model.ttl"),
        ("model", "text/html", "model"),
        ("dump.nq", "*/*", "dump.nq"),
        ("doc/with%20space", "*/*", "doc/with%20space"),
        ("doc/a%23b%3Fc", "*/*", "doc/a%23b%3Fc"),
        ("doc/thing/caf%C3%A9.ttl", "*/*", "doc/thing/caf%C3%A9.ttl"),
        ("doc/100%25?x=%20y", "*/*", "doc/100%25?x=%20y"),
        ("", "*/*", ""),
        ("trail/", "*/*", "doc/trail/"),
        ("trail/", "text/turtle", "doc/trail/index.ttl"),
        ("thing/b/", "text/html", "doc/thing/b/"),
        ("thing/b/", "text/turtle", "doc/thing/b/index.ttl"),
        ("words/", "text/turtle", "words/index.ttl"),
    ],
)
def test_the_resolver_sends_to_the_form_that_is_asked_for(small: Path, path: str, accept: str, target: str) -> None:
    with running("apache", small / "w3id", "/kg/", htaccess=small / "w3id/.htaccess") as url:
        answer = httpx.get(url + path, headers={"Accept": accept})

    assert answer.status_code in (302, 303)
    assert answer.headers["location"] == f"https://files.example.net/pub/{target}"
    assert "accept" in answer.headers["vary"].lower()


@pytest.mark.parametrize("name", HOSTS)
def test_names_beyond_ascii_are_found(name: str, small: Path) -> None:
    with running(name, small, "/pub/") as url:
        answer = httpx.get(f"{url}thing/caf%C3%A9", headers={"Accept": "text/turtle"}, follow_redirects=True)

    assert answer.status_code == 200
    assert "caf\\u00E9" in answer.text or "café" in answer.text
    assert "caf%C3%A9.ttl>" in answer.headers["link"]


SLASHED = {"trail/": "doc/trail/", "thing/b/": "doc/thing/b/", "words/": "words/"}


@pytest.mark.parametrize("name", HOSTS)
def test_documents_whose_names_end_in_a_slash_are_found(name: str, small: Path) -> None:
    with running(name, small, "/pub/") as url, httpx.Client(follow_redirects=True) as client:
        for path, document in SLASHED.items():
            page = client.get(url + path, headers={"Accept": "text/html"})
            data = client.get(url + path, headers={"Accept": "text/turtle"})
            file = client.get(f"{url}{document}index.ttl")
            none = client.get(url + document, headers={"Accept": "image/png"})

            assert str(page.url) == str(data.url) == url + document
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert data.headers["content-type"] == "text/turtle; charset=utf-8"
            assert "accept" in _listed(data.headers["vary"])
            assert data.content == file.content
            assert f"<http://example.org/kg/{path}" in data.text or f":{path.rstrip('/')}" in data.text
            for answer in (page, data, file):
                assert f'</pub/{document}index.ttl>; rel="alternate"' in answer.headers["link"]
                assert f'<https://files.example.net/pub/{document}>; rel="canonical"' in answer.headers["link"]
            assert f'href="/pub/{document}index.ttl"' in page.text
            assert none.status_code == 406
        assert "no slash" in client.get(f"{url}thing/b", headers={"Accept": "text/turtle"}).text
        assert client.get(f"{url}es/doc/trail/").status_code == 200


def test_hosts_that_choose_no_form_find_documents_whose_names_end_in_a_slash(small: Path) -> None:
    rules = Folder(small)
    for path, document in SLASHED.items():
        place = f"/pub/{path}" if path == document else (rules.redirect(f"/pub/{path}") or ("", 0))[0]
        assert place == f"/pub/{document}"
        assert rules.file(f"/{document}") == small.resolve() / document / "index.html"


@pytest.mark.parametrize("name", HOSTS)
def test_a_packed_page_is_known_again_and_says_what_it_depends_on(name: str, small: Path) -> None:
    with running(name, small, "/pub/") as url:
        for path in ("", "query", "query/deadlines"):
            page = httpx.get(url + path, headers={"Accept-Encoding": "gzip"})
            told = page.headers.get("etag")
            again = httpx.get(url + path, headers={"Accept-Encoding": "gzip", "If-None-Match": f'"other", {told}'})

            assert page.headers["content-encoding"] == "gzip"
            assert "accept-encoding" in _listed(page.headers["vary"])
            assert "accept-encoding" in _listed(again.headers["vary"])
            assert again.status_code == 304
        document = httpx.get(f"{url}doc/thing/a", headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
        assert _listed(document.headers["vary"]) == {"accept", "accept-encoding"}


def _listed(field: str) -> set[str]:
    return {value.strip().lower() for value in field.split(",")}


@pytest.mark.parametrize("name", HOSTS)
def test_no_name_becomes_a_rule(name: str, small: Path) -> None:
    with running(name, small, "/pub/") as url:
        found = [
            httpx.get(f"{url}{path}").status_code
            for path in ("a$1%25(.+)", "a1%25xx", "q%22%20x%24%5C", "nothing", "all*", "allx", "is:b", "isx")
        ]

    assert found == [303, 404, 404, 404, 303, 404, 303, 404]


def test_no_name_becomes_a_rule_where_nothing_can_be_escaped(small: Path) -> None:
    rules = Folder(small)

    assert [rules.redirect(f"/pub/{path}") for path in ("allx", "all*", "isx", "is:b")] == [None] * 4
    assert rules.redirect("/pub/alone") == ("/pub/doc/alone", 303)


def test_no_rule_covers_a_file(shipped_site: Path, small: Path) -> None:
    # Cloudflare follows its rules whether or not there is a file.
    for folder in (shipped_site, small):
        rules = Folder(folder)
        for file in folder.rglob("*"):
            if file.is_file():
                path = f"{rules.place}{file.relative_to(folder).as_posix()}"
                assert rules.redirect(path) is None, path
                assert rules.redirect(path.removesuffix(".html")) is None, path


def test_rules_stay_within_the_bounds_of_cloudflare(shipped_site: Path) -> None:
    lines = [line for line in (shipped_site / "_redirects").read_text().splitlines() if not line.startswith("#")]
    wild = [number for number, line in enumerate(lines) if "*" in line]

    assert len(lines) - len(wild) <= 2000
    assert len(wild) <= 100
    assert wild == list(range(len(lines) - len(wild), len(lines))), "what has a wildcard stands last"
    assert max(map(len, lines)) <= 1000


def test_every_host_sends_the_headers_of_the_server(shipped_site: Path) -> None:
    for name in ("_headers", ".htaccess", "nginx/site.conf"):
        text = (shipped_site / name).read_text(encoding="utf-8")
        assert policy(engine=True) in text
        for header, value in HEADERS.items():
            assert re.search(rf"{header}:? \"?{re.escape(value)}", text), (name, header)
