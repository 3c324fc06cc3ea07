"""The site as files: the same bytes each time, nothing of others touched, and no finding of `publish check`."""

from __future__ import annotations

import datetime as dt
import errno
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import TODAY, publish

import mineralkg as mk
from mineralkg.cli import main
from mineralkg.errors import UsageError
from mineralkg.namespaces import ROOT
from mineralkg.publishing.pages.reading import Names, Value
from mineralkg.publishing.proof import Bounds, prove
from mineralkg.publishing.static import Published, publish_files
from mineralkg.publishing.static.publish import _Run
from mineralkg.publishing.static.sorting import holds, missing_from, sorted_lines
from mineralkg.queries import all_queries

BASE = "http://example.org/kg/"
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
ONE = f"""
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}thing/a> rdfs:label "a" ; rdfs:seeAlso [ rdfs:label "nameless" ] ; a <{BASE}model#Kind> .
<{BASE}model#Kind> a rdfs:Class ; rdfs:label "kind"@en .
"""
TWO = f'{ONE}<{BASE}thing/b> rdfs:label "b" .\n'
EVERYTHING = Bounds(pages=1_000_000, requests=1_000_000)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _times(folder: Path) -> dict[str, int]:
    return {p.relative_to(folder).as_posix(): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}


def _small(folder: Path, text: str, **options: str) -> Published:
    data = folder / "data.ttl"
    data.write_text(text)
    given = {"licence": LICENCE, **options}
    return publish_files(mk.open(data), folder / "out", base_url=BASE, today=TODAY, **given)  # type: ignore[arg-type]


def test_the_same_data_give_the_same_bytes(shipped_site: Path, tmp_path: Path) -> None:
    said = publish(tmp_path / "again", "--jobs", "1", PYTHONHASHSEED="2", TZ="Asia/Tokyo")

    assert _bytes(tmp_path / "again") == _bytes(shipped_site)
    assert re.fullmatch(r"publish: [\d,]+ files written, 0 unchanged, 0 removed\n", said), said


def test_the_day_is_the_same_wherever_it_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.ttl").write_text(ONE)
    days: list[dt.date] = []
    monkeypatch.setattr(_Run, "all", lambda run: days.append(run.writer.pages.today))
    for hours in (-14, 11):  # the first and the last to see a day
        monkeypatch.setenv("TZ", f"DAY{hours:+}")
        time.tzset()
        publish_files(mk.open(tmp_path / "data.ttl"), tmp_path / "out", base_url=BASE)
    monkeypatch.undo()
    time.tzset()

    assert days[0] == days[1]


def test_the_shipped_site_has_no_finding_at_all(shipped_site: Path) -> None:
    outcome = prove(shipped_site, bounds=EVERYTHING)

    assert [f"{f.file} {f.rule} {f.note}" for f in outcome.report] == []
    assert outcome.held >= {"ld-resolves", "ld-same-graph", "page-dead-link", "sitemap-complete", "void-true"}


@pytest.mark.parametrize(("public", "bounds"), [(None, Bounds()), ("https://files.example.net/pub/", EVERYTHING)])
def test_data_of_others_are_published(tmp_path: Path, public: str | None, bounds: Bounds) -> None:
    done = _small(tmp_path, TWO, **({"public_url": public} if public else {}))

    outcome = prove(tmp_path / "out", bounds=bounds)
    found = [f"{f.file} {f.rule} {f.note}" for f in outcome.report if f.rule not in OF_THE_DATA]
    assert found == []
    assert done.notes == ()
    page = (tmp_path / "out/doc/thing/a.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{public or BASE}doc/thing/a">' in page
    assert "<http://example.org/kg/thing/a>" in (tmp_path / "out/doc/thing/a.nt").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no http or https IRI"),
        (ONE, f"begin with {BASE} — for pages of these: --base-url {BASE}"),
        ("<https://a.example/x#1> <urn:p> 1 . <https://a.example/x#2> <urn:p> 1 . <https://b.example/z> <urn:p> 1 .",
         "--base-url https://a.example/"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("base", ["https://example.org/minerals/", ROOT])
def test_data_that_lie_elsewhere_are_told_of_and_questions_are_written(
    text: str, told: str, base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data.ttl").write_text(text)
    out = tmp_path / "out"

    assert main(["publish", str(out), "--data", str(tmp_path / "data.ttl"), "--base-url", base]) == 0

    warning = capsys.readouterr().err.splitlines()[0]
    assert warning.startswith("publish: warning: ")
    assert base in warning
    assert told in warning
    assert {f"{query.name}.html" for query in all_queries()} <= {p.name for p in (out / "query").iterdir()}
    assert (out / "es/embed/query/deadlines.html").is_file()


# Nobody is named who made these data, and no program can name them.
OF_THE_DATA = ("dataset-schema-org", "dataset-shape")


def test_a_finding_names_the_file(tmp_path: Path) -> None:
    _small(tmp_path, ONE)
    page = tmp_path / "out/doc/thing/a.html"
    page.write_text(page.read_text().replace('href="/kg/sparql"', 'href="/kg/gone"'))

    found = [f for f in prove(tmp_path / "out").report if f.rule == "page-dead-link"]

    assert [f.file for f in found] == [page.as_posix()]


def test_what_did_not_change_is_not_touched_and_what_is_gone_goes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _small(tmp_path, TWO)
    before = _times(out)
    (out / "mine.txt").write_text("mine")
    (out / "doc/thing/mine.html").write_text("mine")
    (out / "robots.txt").write_text("changed")

    again = _small(tmp_path, TWO)
    assert (again.written, again.removed) == (1, 0)
    assert {k: v for k, v in _times(out).items() if k in before and k != "robots.txt"} == {
        k: v for k, v in before.items() if k != "robots.txt"
    }

    fewer = _small(tmp_path, ONE)
    after = _times(out)
    assert fewer.removed > 7
    assert not any(name.startswith(("doc/thing/b.", "es/doc/thing/b.")) for name in after)
    assert after["doc/thing/a.html"] == before["doc/thing/a.html"]
    assert (out / "mine.txt").read_text() == (out / "doc/thing/mine.html").read_text() == "mine"
    assert not [name for name in after if name.startswith(".mineralkg-") and name != ".mineralkg-published"]


def test_an_interrupted_run_is_known_to_the_next(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(TWO)

    def stop(text: str) -> None:
        if text == "rules for hosts":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_files(mk.open(data), tmp_path / "out", base_url=BASE, today=TODAY, progress=stop)
    assert (tmp_path / "out/doc/thing/b.ttl").is_file()
    _small(tmp_path, ONE)

    assert not (tmp_path / "out/doc/thing/b.ttl").exists()


def test_a_file_of_others_is_never_overwritten(tmp_path: Path) -> None:
    _small(tmp_path, ONE)
    mine = tmp_path / "out/doc/thing/b.ttl"
    mine.write_text("mine")

    with pytest.raises(UsageError, match=r"doc/thing/b\.ttl.*not ours"):
        _small(tmp_path, TWO)
    assert mine.read_text() == "mine"


def test_a_folder_of_others_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    code = main(["publish", str(tmp_path)])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "did not write" in err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_below_a_file_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")

    assert main(["publish", str(tmp_path / "file/sub")]) == 2

    said = capsys.readouterr().err
    assert said.startswith(f"mineralkg: “{tmp_path / 'file/sub'}” cannot be read or written (Not a directory).")
    assert said.count("\n") == 1


@pytest.mark.parametrize("act", ["mkdir", "iterdir", "open"])  # nor made, nor read, nor written
def test_a_folder_of_somebody_else_is_refused_in_a_sentence(
    act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Root, as whom tests may run, has every right.
    out, done = tmp_path / "out", getattr(Path, act)
    out.mkdir()

    def refused(path: Path, *args: object, **options: object) -> object:
        if path.is_relative_to(out):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return done(path, *args, **options)

    monkeypatch.setattr(Path, act, refused)

    assert main(["publish", str(out)]) == 2

    said = capsys.readouterr().err
    assert f"“{out}" in said
    assert "(Permission denied)" in said
    assert "fault of mineralkg" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("option", ["--base-url", "--public-url"])
@pytest.mark.parametrize(
    "address",
    ["https:///x/", "http://example.org:99999/", "http://example.org:0/", "http://example.org:x/", "http://[::1/",
     "https://user:secret@example.org/", "https://user@example.org/", "http://:80/", "https://", "ftp://example.org/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(
    option: str, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(tmp_path / "out"), option, address]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"mineralkg: “{address}” ")
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


ODD = ["..%2Fx", "a%0Ab", "a%0Db", "a%00b", "a%2F%2Fb", "a//b", "..%2F..%2F..%2Fx", "a" * 300, "é" * 125, "x/" * 2100]


@pytest.mark.parametrize("slug", ODD, ids=range(len(ODD)))
def test_no_name_leads_out_of_the_folder_or_into_another_line(slug: str, tmp_path: Path) -> None:
    odd = f"{BASE}thing/{slug}"

    done = _small(tmp_path, f"{ONE}<{BASE}thing/a> <{BASE}model#p> <{odd}> .\n<{odd}> <urn:p> 1 .\n")

    assert [note.partition(";")[0] for note in done.notes] == [
        f"warning: left out, since there can be no files of such names: {odd}"
    ]
    out = tmp_path / "out"
    assert {name.partition("/thing/")[2].partition(".")[0] for name in _bytes(out) if "thing/" in name} == {"a"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.ttl", "out"]
    assert f'href="{odd}"' in (out / "doc/thing/a.html").read_text(encoding="utf-8")
    assert "thing/a>" in (out / "doc/thing/a.nt").read_text()


def test_what_is_left_out_is_counted_and_no_two_documents_share_a_file(tmp_path: Path) -> None:
    slugs = [*(f"{n}//" for n in range(5)), "b/index"]
    said = " ".join(f"<{BASE}thing/{slug}> <urn:p> 1 ." for slug in ["b/", *slugs])

    done = _small(tmp_path, ONE + said)

    assert [note.partition("; ")[0] for note in done.notes] == [
        "warning: left out, since there can be no files of such names: "
        f"{BASE}thing/0//, {BASE}thing/1//, {BASE}thing/2// and 3 more"
    ]
    assert f"<{BASE}thing/b/>" in (tmp_path / "out/doc/thing/b/index.nt").read_text()


def test_a_form_that_cannot_hold_a_document_is_named(tmp_path: Path) -> None:
    done = _small(tmp_path, f"{ONE}<{BASE}thing/a> <{BASE}model#123> 1 .\n")

    assert len(done.notes) == 1
    assert done.notes[0].startswith("RDF/XML cannot hold")
    assert not (tmp_path / "out/doc/thing/a.rdf").exists()
    assert (tmp_path / "out/doc/thing/a.ttl").exists()


@pytest.mark.parametrize(("options", "lines"), [((), 1), (("--progress",), 6), (("--quiet",), 0)])
def test_progress_is_said_where_it_is_asked_for(
    options: tuple[str, ...], lines: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data.ttl").write_text(ONE)
    arguments = ["--data", str(tmp_path / "data.ttl"), "--base-url", BASE, "--licence", LICENCE, *options]

    assert main(["publish", str(tmp_path / "out"), *arguments]) == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == lines


@given(st.lists(st.text("abé/.", min_size=1), max_size=40), st.lists(st.text("abé/.", min_size=1), max_size=40))
def test_files_of_lines_are_searched_and_compared(some: list[str], others: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        lines = list(sorted_lines(some, work))
        (work / "lines").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        assert lines == sorted(set(some))
        assert [holds(work / "lines", line) for line in [*some, *others]] == [line in some for line in [*some, *others]]
        assert list(missing_from(lines, sorted_lines(others, work))) == sorted(set(some) - set(others))


def test_many_addresses_are_listed_in_several_sitemaps(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(TWO)
    out = tmp_path / "out"
    publish_files(mk.open(data), out, base_url=BASE, licence=LICENCE, today=TODAY, sitemap_size=100)
    parts = {path.name: re.findall("<loc>(.*)</loc>", path.read_text()) for path in out.glob("sitemap-*.xml")}
    index = re.findall("<loc>(.*)</loc>", (out / "sitemap.xml").read_text())

    outcome = prove(out, bounds=Bounds(pages=1))

    assert len(parts) > 3
    assert index == [f"{BASE}sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    assert sorted(map(len, parts.values()))[1:] == [100] * (len(parts) - 1)
    listed = [address for addresses in parts.values() for address in addresses]
    assert len(set(listed)) == len(listed)
    assert {BASE, f"{BASE}doc/thing/a", f"{BASE}doc/thing/b"} <= set(listed)
    assert outcome.held >= {"sitemap-there", "sitemap-complete", "sitemap-true"}
    found = {f.rule for f in outcome.report}
    assert found <= set(OF_THE_DATA)
    (out / "sitemap-1.xml").write_text("")
    assert "sitemap-complete" in {f.rule for f in prove(out, bounds=Bounds(pages=1)).report}


def test_names_are_not_kept_without_bound() -> None:
    names = Names()
    names.labels.update({f"{BASE}{number}": None for number in range(20_001)})
    names.shown[BASE] = Value("a", "thing")

    names.trim()

    assert not names.labels
    assert names.shown
