"""A folder of files is held to what files can do, and the report says what they cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from perfect_site import Site
from werkzeug.test import Client

from mineralkg.errors import LoadError
from mineralkg.publishing.proof import Bounds, check_published, prove

BASE = "https://example.org/"
FILES = {
    "index.html": "/",
    "about.html": "/about",
    "own.js": "/own.js",
    "context.jsonld": "/context.jsonld",
    "sitemap.xml": "/sitemap.xml",
    "feed.xml": "/feed",
    "deadlines.ics": "/deadlines.ics",
    "dump.nt": "/dump.nt",
    "ontology-1.0.ttl": "/ontology.ttl",
    "void.ttl": "/.well-known/void",
    **{
        f"{stem}{suffix}": f"/{stem}{suffix}"
        for stem in ("doc/state/JPN", "doc/state/KOR", "ontology")
        for suffix in (".html", ".ttl", ".ttl12", ".jsonld", ".nt", ".rdf")
    },
}
REDIRECTS = """
/id/*           /doc/:splat        303
/feed           /feed.xml          301
/ontology/:v    /ontology-:v.ttl   200
# what has no suffix has no type
/.well-known/void  /void.ttl  302
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The site without a fault, as files."""
    client = Client(Site(BASE))
    for name, path in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        accept = "text/html" if name.endswith(".html") else "text/turtle"
        file.write_bytes(client.get(path, headers={"Accept": accept, "Accept-Encoding": "identity"}).get_data())
    void = tmp_path / "void.ttl"
    void.write_text(void.read_text().replace(f"<{BASE}sparql>", "<https://elsewhere.example/sparql>"))
    (tmp_path / "_redirects").write_text(REDIRECTS)
    return tmp_path


def test_a_folder_without_a_fault_has_no_finding(folder: Path) -> None:
    outcome = prove(folder)

    assert [f"{f.file} {f.rule} {f.note}" for f in outcome.report] == []
    assert outcome.held >= {"ld-same-graph", "ld-resolves", "onto-anchor", "void-true", "page-dead-link", "feed-valid"}
    assert "conneg-vary" in outcome.unjudged
    assert any("conneg-*" in note for note in outcome.report.notes)


def test_what_is_too_large_to_be_read_is_there_and_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with (folder / "dump.nt").open("a") as dump:
        dump.write("# long\n" * 3_000_000)

    outcome = prove(folder, bounds=Bounds(bytes=1_000_000))

    assert [f"{f.file} {f.rule} {f.note}" for f in outcome.report] == []
    assert "dcat-distribution" in outcome.unjudged
    assert any("--max-bytes" in note and note.endswith(": /dump.nt") for note in outcome.report.notes)
    assert capfd.readouterr().err == ""


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_bytes().decode()
        assert old in text, text
        (folder / name).write_bytes(text.replace(old, new).encode())

    return edit


FAULTS: dict[str, Callable[[Path], None]] = {
    "ld-same-graph": _edit("doc/state/JPN.nt", "Japan", "Nippon"),
    "ld-annotated": _edit("doc/state/JPN.ttl12", "Japan", "Nippon"),
    "ld-parses": _edit("ontology.nt", " .", " "),
    "ld-resolves": _edit("_redirects", "/id/*", "/id/state/JPN /doc/state/JPN 303\n/no/*"),
    "onto-anchor": _edit("ontology.html", 'id="since"', 'id="sinse"'),
    "onto-version": _edit("_redirects", "/ontology/:v", "/onto/:v"),
    "void-true": _edit("void.ttl", "entities> 2", "entities> 3"),
    "dcat-distribution": _edit("void.ttl", "byteSize> ", "byteSize> 1"),
    "page-dead-link": _edit("about.html", 'href="/"', 'href="/gone"'),
    "page-dead-anchor": _edit("index.html", "#why", "#whi"),
    "sitemap-true": _edit("sitemap.xml", "</urlset>", f"<url><loc>{BASE}gone</loc></url></urlset>"),
    "feed-valid": _edit("deadlines.ics", "UID:1@example.org", "X:1"),
    "ld-context": lambda folder: (folder / "context.jsonld").unlink(),
}


def _garble(name: str) -> Callable[[Path], None]:
    def garble(folder: Path) -> None:
        (folder / name).write_text("{ <")

    return garble


# Faults in files that no page leads to, or that are one of many of their kind.
HIDDEN: dict[str, tuple[str, Callable[[Path], None]]] = {
    "a description in another format": ("ld-same-graph", _edit("void.nt", 'entities> "2', 'entities> "3')),
    "a dump in another format": ("ld-same-graph", _edit("dump.ttl", "Japan", "Nippon")),
    "JSON": ("ld-parses", _garble("openapi.json")),
    "results": ("ld-parses", _garble("query/all.srj")),
    "XML": ("ld-parses", _garble("results.srx")),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_fault_in_a_file_that_no_page_leads_to_is_found(name: str, folder: Path) -> None:
    (folder / "query").mkdir()
    triples = list(ox.parse((folder / "dump.nt").read_bytes(), format=ox.RdfFormat.N_TRIPLES))
    (folder / "dump.ttl").write_bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"")
    void = list(ox.parse((folder / "void.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    (folder / "void.nt").write_bytes(ox.serialize(void, format=ox.RdfFormat.N_TRIPLES) or b"")
    (folder / "openapi.json").write_text("{}")
    (folder / "query" / "all.srj").write_text('{"head": {}, "boolean": true}')
    (folder / "results.srx").write_text("<sparql/>")
    assert prove(folder, base_url=BASE).broken == set()
    rule, fault = HIDDEN[name]
    fault(folder)

    assert prove(folder, base_url=BASE).broken == {rule}


def test_a_file_that_cannot_be_read_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "JPN.html":
            raise PermissionError  # as root, no file is closed to a test
        return kept(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)

    outcome = prove(folder, base_url=BASE)

    assert "page-dead-link" in outcome.broken
    assert capfd.readouterr().err == ""


def test_what_is_left_out_is_said(folder: Path) -> None:
    whole, part = prove(folder, base_url=BASE), prove(folder, base_url=BASE, bounds=Bounds(things=1, pages=1))

    assert not any("--max" in note for note in whole.report.notes)
    assert any("1 things were looked at" in note and "--max-things" in note for note in part.report.notes)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_in_a_file_is_found(rule: str, folder: Path) -> None:
    FAULTS[rule](folder)

    outcome = prove(folder, base_url=BASE)

    assert outcome.broken == {rule}, [f"{f.file} {f.rule} {f.note}" for f in outcome.report]


def test_nothing_outside_the_folder_is_served(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.html"
    secret.write_text("<html lang=en><title>secret</title></html>")
    (folder / "leak.html").symlink_to(secret)
    _edit("about.html", 'href="/"', 'href="/leak.html"')(folder)

    assert any("leak" in (f.note or "") and f.rule == "page-dead-link" for f in check_published(folder))


def test_rules_for_other_hosts_are_named(folder: Path) -> None:
    (folder / ".htaccess").write_text("RewriteEngine on\n")

    assert any(".htaccess" in note for note in check_published(folder, lang="es").notes)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError):
        prove(tmp_path / "none")
