"""Reports: every format carries the same findings and counts, and no text from outside can break out of any."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from html_tags import Tags

from mineralkg.checking import check
from mineralkg.formats import names
from mineralkg.reports import Edit, Excerpt, Finding, Fix, Name, Report, Summary
from mineralkg.reports.words import words

ROOT = Path(__file__).parent.parent
SARIF_SCHEMA = ROOT / "tests/npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
FILES = ROOT / "tests" / "cli" / "files"

# What tries to be more than text, in one format or another.
HOSTILE = (
    "<script>alert(1)</script> & \"quoted\" 'so' ]]> <!-- --> "
    "::error file=x::injected %0A | cell | `code` [link](javascript:x) @everyone #1 **bold** "
    '=HYPERLINK("http://127.0.0.1") \x1b[31mred\x1b[0m \u202eright-to-left\u202c \u200bhidden \x00 nul\r\nnext line\t\\'
)


def finding(**fields: object) -> Finding:
    known: dict[str, object] = {
        "rule": "Rule-name",
        "severity": "violation",
        "message": "Do this.",
        "file": "data/a b.ttl",
        "line": 3,
        "column": 5,
        "end_line": 3,
        "end_column": 9,
        "focus_node": "https://example.org/a",
        "path": "https://example.org/p",
        "value": "7",
        "excerpt": Excerpt(((2, "ex:a a ex:T ;"), (3, "    ex:p 007 ."))),
        "note": "this is a number",
        "focus_name": Name("ex:a", "A thing"),
        "fixes": (Fix("write 7", (Edit(3, 5, 3, 9, "7"),), verified=True),),
    }
    return Finding(**(known | fields))  # type: ignore[arg-type]


PLAIN = Report(
    (finding(), finding(severity="warning", line=9), finding(severity="info", file=None, line=None, column=None)),
    Summary(files=1, triples=4, focus_nodes=2, shapes=1, engine="an engine", seconds=0.1),
    notes=("one sentence",),
    graph=lambda: "",
)
NASTY = Report(
    (
        finding(**dict.fromkeys(("rule", "message", "file", "note", "hint", "value", "focus_node"), HOSTILE)),
        finding(message=HOSTILE, focus_name=Name(HOSTILE, HOSTILE), excerpt=Excerpt(((3, HOSTILE),)), line=3),
    ),
    Summary(files=1, focus_nodes=1),
    notes=(HOSTILE,),
    stale=(HOSTILE,),
)
EMPTY = Report((), Summary(files=1, focus_nodes=1))
NOTHING = Report((), Summary(files=1), checked=False)
REPORTS = [
    pytest.param(r, id=n) for n, r in (("plain", PLAIN), ("nasty", NASTY), ("empty", EMPTY), ("nothing", NOTHING))
]


def test_the_table_of_formats_is_what_can_be_written() -> None:
    assert {"text", "json", "sarif", "junit", "github", "md", "html", "ttl", "diff"} == set(names("report"))
    for name in names("report"):
        assert isinstance(PLAIN.text(name), str)


@pytest.mark.parametrize("report", REPORTS)
def test_json_follows_its_published_schema(report: Report) -> None:
    schema = json.loads((ROOT / "src/mineralkg/reports/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    document = json.loads(report.text("json"))

    jsonschema.validate(document, schema)
    assert len(document["findings"]) == len(report)


@pytest.mark.parametrize("report", REPORTS)
def test_sarif_follows_the_official_schema(report: Report) -> None:
    if not SARIF_SCHEMA.is_file():
        pytest.skip("the SARIF schema is not at hand: npm ci --prefix tests/npm brings it")
    document = json.loads(report.text("sarif"))

    jsonschema.Draft4Validator(json.loads(SARIF_SCHEMA.read_text(encoding="utf-8"))).validate(document)
    [run] = document["runs"]
    assert len(run["results"]) == len(report)
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == sorted({f.rule for f in report})


def test_sarif_has_regions_fingerprints_and_fixes() -> None:
    first, _, last = json.loads(PLAIN.text("sarif"))["runs"][0]["results"]

    region = {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "data/a%20b.ttl"},
        "region": region,
    }
    assert first["partialFingerprints"]["mineralkg/v1"] == PLAIN.findings[0].fingerprint
    replacement = {"deletedRegion": region, "insertedContent": {"text": "7"}}
    assert first["fixes"][0]["artifactChanges"][0]["replacements"] == [replacement]
    assert "physicalLocation" not in last["locations"][0]


def test_a_fingerprint_outlives_lines_and_words_and_nothing_else() -> None:
    base = finding()

    assert finding(line=99, column=1, message="Other words.", severity="info").fingerprint == base.fingerprint
    for change in ({"rule": "Other"}, {"focus_node": "x"}, {"path": None}, {"value": "8"}):
        assert finding(**change).fingerprint != base.fingerprint


@pytest.mark.parametrize("report", REPORTS)
def test_junit_is_xml_with_a_case_for_each_finding(report: Report) -> None:
    root = ET.fromstring(report.text("junit"))

    assert len(list(root.iter("testcase"))) == max(1, len(report))
    assert len(list(root.iter("failure"))) == len(report.failing) == int(root.get("failures", "-1"))


@pytest.mark.parametrize("report", REPORTS)
def test_github_gets_one_command_a_finding_and_no_other(report: Report) -> None:
    lines = report.text("github").splitlines()

    assert len(lines) == len(report)
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) ((?:\w+=[^,:]*,?)+)::(.*)", line)
        assert command
        assert "\x1b" not in line


@pytest.mark.parametrize("report", REPORTS)
def test_markdown_has_one_row_a_finding_and_no_mark_up_from_outside(report: Report) -> None:
    text = report.text("md")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "severity" not in line]

    assert len(rows) == len(report)
    assert all(re.fullmatch(r"\|(?:[^|]*\|){4}", row) for row in rows)
    assert not re.search(r"<script|\]\(javascript|@everyone", text)


@pytest.mark.parametrize("report", REPORTS)
def test_html_has_one_row_a_finding_and_one_script_of_its_own(report: Report) -> None:
    page = Tags(report.text("html"))

    assert page.tags.count("tr") == (len(report) + 1 if len(report) else 0)
    assert page.tags.count("script") == 1
    assert not {"img", "iframe", "link", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("href", "src")]


def test_html_shows_what_is_hidden_and_escapes_the_rest() -> None:
    text = html.unescape(NASTY.text("html"))

    assert "\\u{202e}right-to-left" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b\u202a-\u202e]", NASTY.text("html"))


def test_text_is_plain_on_one_line_a_fact() -> None:
    text = NASTY.text("text")

    assert not re.search("[\x00-\x08\x0b-\x1f\u200b\u202a-\u202e]", text)
    assert len(re.findall(r"^\S.*error\[", text, re.M)) == 2
    assert "\x1b[31;1m" in PLAIN.text("text", colour=True)
    assert "\x1b" not in PLAIN.text("text")


def test_text_collapses_and_says_how_many() -> None:
    report = Report(tuple(finding(line=n) for n in range(1, 9)), Summary(files=1, focus_nodes=8))

    assert report.text("text", most=5).count("error[") == 5
    assert "3 more like this" in report.text("text", most=5)
    assert report.text("text", most=0).count("error[") == 8
    assert report.text("text", most=8).count("more like this") == 0


@pytest.mark.parametrize(
    ("line", "start", "end", "marks"),
    [
        ("    ex:p 007 .", 9, 12, "         ^^^"),
        ("\tex:p 007 .", 6, 9, "         ^^^"),
        ("ex:p “日本” .", 5, 9, "     ^^^^^^"),
        ("ex:p e\u0301 .", 5, 7, "     ^"),
    ],
)
def test_the_caret_stands_under_what_it_means(line: str, start: int, end: int, marks: str) -> None:
    one = finding(line=1, column=start + 1, end_line=1, end_column=end + 1, excerpt=Excerpt(((1, line),)), note=None)

    shown = Report((one,), Summary(files=1, focus_nodes=1)).text("text").splitlines()

    assert shown[2] == f"      | {marks}"


def test_a_long_line_is_shown_around_the_place() -> None:
    line = "ex:p " + '"' + "x" * 500 + '" , "here" .'
    start = line.index('"here"')
    one = finding(line=1, column=start + 1, end_line=1, end_column=start + 7, excerpt=Excerpt(((1, line),)), note=None)

    _, source, marks = Report((one,), Summary(files=1, focus_nodes=1)).text("text").splitlines()[:3]

    assert len(source) < 200
    assert source[marks.index("^") : marks.rindex("^") + 1] == '"here"'


def test_the_words_are_the_same_in_both_languages() -> None:
    assert set(words("en")) == set(words("es"))
    assert words("fr") is words("en")
    assert words("es-MX") is words("es")


def test_all_formats_agree_on_a_real_check(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<urn:a> <urn:b> .")
    report = check([FILES / "no-evidence.ttl", FILES / "unrelated.ttl", tmp_path / "broken.ttl"])

    assert len(json.loads(report.text("json"))["findings"]) == len(report) == 3
    assert len(json.loads(report.text("sarif"))["runs"][0]["results"]) == 3
    assert len(list(ET.fromstring(report.text("junit")).iter("testcase"))) == 3
    assert report.text("github").count("\n") == 3
    assert report.text("ttl").count("a sh:ValidationResult") == 3
    assert report.text("html").count("<tr ") == 3
    assert "2 errors, 0 warnings, 1 note" in report.text("md")
    assert "2 errors, 0 warnings, 1 note" in report.text("text")
