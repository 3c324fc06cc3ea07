"""Checking: contributions in context, with the results that the shapes alone would give."""

from __future__ import annotations

import gc
import hashlib
import inspect
import re
from pathlib import Path

import pytest
from pyshacl.errors import ReportableRuntimeError

import mineralkg as mk
from mineralkg.checking import Finding, Report, check, findings, write_baseline
from mineralkg.checking.worlds import World
from mineralkg.errors import ShapesError, UnknownFormat, UsageError
from mineralkg.namespaces import DATA, ONTOLOGY
from mineralkg.resources import folder, resource_files
from mineralkg.validation import Data, ShapesGraph, reference

FILES = Path(__file__).parent / "cli" / "files"


def test_the_shipped_data_conform() -> None:
    report = check([folder("data")])

    assert report.summary.files == len(resource_files("data", ".ttl"))
    assert report.summary.unchecked_nodes == 0
    assert [f for f in report if f.severity != "info"] == []


def test_nothing_of_a_check_is_kept_when_its_report_goes(tmp_path: Path) -> None:
    file = Path(__file__).parent / "mistakes" / "contribution.ttl"
    wrong = file.read_text(encoding="utf-8").replace("mkg:committedParty", "mkg:comittedParty")

    def left(path: Path) -> int:
        assert not check([path]).conforms
        gc.collect()
        return sum(isinstance(thing, World) for thing in gc.get_objects())

    path = tmp_path / "wrong.ttl"
    path.write_text(wrong, encoding="utf-8")
    before = left(path)
    assert left(path) == before


def test_an_open_graph_serves_as_context() -> None:
    kg = mk.open(FILES / "own-context.ttl")

    report = mk.check(FILES / "own-data.ttl", shapes=[FILES / "own-shapes.ttl"], against=kg)

    assert [(f.path, f.value is not None) for f in report] == [("http://example.org/b", True)]
    assert len(report) == 1
    assert not report.conforms


def test_a_remote_graph_cannot_be_the_context() -> None:
    with pytest.raises(UsageError, match="remote"):
        mk.check(FILES / "own-data.ttl", against=mk.open(endpoint="http://127.0.0.1:1/"))


def test_the_level_that_fails_is_the_callers() -> None:
    shapes = [FILES / "own-shapes.ttl"]
    strict = check([FILES / "no-evidence.ttl"], fail_on="info")
    finding = Finding("x", "warning", "…")

    assert Report((finding,)).conforms
    assert not Report((finding,), fail_on="warning").conforms
    assert not strict.conforms
    assert not check([FILES / "own-data.ttl"], shapes=shapes, alone=True).conforms


def test_a_copy_is_judged_by_its_own_words(tmp_path: Path) -> None:
    """What an edited copy of a shipped file leaves out is not filled in by the shipped original."""
    text = (folder("data") / "instruments" / "usmca.ttl").read_text(encoding="utf-8")
    copy = tmp_path / "copy.ttl"
    copy.write_text(re.sub(r"\n *mkg:evidence [^;]*;", "", text, count=1), encoding="utf-8")

    found = check([copy])

    assert [f.rule for f in found if f.severity == "violation"] == ["Claim-evidence"]
    assert found.findings[0].file == str(copy)


def test_what_a_file_breaks_elsewhere_is_reported_and_what_was_broken_before_is_not(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path [ sh:inversePath ex:of ] ; sh:maxCount 1 ] ."
    )
    known = "@prefix ex: <http://example.org/> . ex:a a ex:C . ex:b a ex:C . ex:x ex:of ex:a . "
    (tmp_path / "known.ttl").write_text(known + "ex:y ex:of ex:b . ex:z ex:of ex:b .")
    (tmp_path / "new.ttl").write_text("@prefix ex: <http://example.org/> .\nex:w ex:of ex:a .")

    report = check([tmp_path / "new.ttl"], shapes=[tmp_path / "shapes.ttl"], against=[tmp_path / "known.ttl"])

    assert [(f.focus_node, f.line, f.column) for f in report if f.severity == "violation"] == [
        ("http://example.org/a", 2, 12)
    ]


def test_placeholders_of_a_message_are_filled(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text("<urn:a> <http://example.org/code> 007 .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:code ; sh:sparql [ "
        "sh:message 'In {?path} stands {$value}, {?half} apart.'@en , 'En {?path} hay {?value}.'@es ; "
        "sh:select 'SELECT $this ?path ?value ?half WHERE { $this ?path ?value BIND (?value / 2 AS ?half) }' ] ."
    )

    english, spanish = (
        check([tmp_path / "data.ttl"], shapes=[tmp_path / "shapes.ttl"], alone=True, lang=lang).findings[0].message
        for lang in ("en", "es")
    )

    assert english == "In http://example.org/code stands 007, 3.5 apart."
    assert spanish == "En http://example.org/code hay 007."


@pytest.mark.parametrize(
    ("lang", "message", "tag"), [("fr-CA", "Un nom !", "fr"), ("de", "A name!", "en"), ("es", "A name!", "en")]
)
def test_a_message_is_in_the_language_that_its_tag_says(lang: str, message: str, tag: str, tmp_path: Path) -> None:
    shapes, data = tmp_path / "s.ttl", tmp_path / "d.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:S> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ;\n"
        '    sh:property [ sh:path <urn:name> ; sh:minCount 1 ; sh:message "A name!"@en , "Un nom !"@fr ] .\n'
    )
    data.write_text("<urn:a> <urn:p> <urn:b> .\n")

    report = check([data], shapes=[shapes], alone=True, lang=lang)

    assert [finding.message for finding in report] == [message]
    assert f'"{message}"@{tag}' in report.text("ttl")


def test_a_report_is_the_same_in_every_run(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text("[] <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ] . <urn:a> <urn:p> [] .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "[] sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path ( <urn:p> <urn:q> ) ; sh:minCount 3 ] ."
    )

    def run(format: str) -> str:
        report = check([tmp_path / "data.ttl"], shapes=[tmp_path / "shapes.ttl"], alone=True)
        return re.sub(r"[\d.]+ s|\"seconds\": [\d.]+", "", report.text(format))

    for format in ("text", "json", "ttl", "sarif"):
        assert run(format) == run(format)
    assert '"path": "<urn:p>/<urn:q>"' in run("json")


def test_every_failure_of_pyshacl_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyshacl

    def families(base: type[Exception]) -> list[type[Exception]]:
        return [base, *(f for c in base.__subclasses__() for f in families(c))]

    for exception in families(ReportableRuntimeError):
        wanted = len(inspect.signature(exception.__init__).parameters) - 1

        def fail(*_: object, raised: Exception = exception(*["its words"] * wanted), **__: object) -> None:  # noqa: B008
            raise raised

        monkeypatch.setattr(pyshacl, "validate", fail)
        with pytest.raises(ShapesError):
            reference.validate(ShapesGraph([]), [], Data([]))


def test_a_shape_that_is_ill_formed_is_one_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "shapes.ttl"
    broken.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:b ; sh:property [ sh:path ex:b ; sh:minCount 'many' ] ."
    )

    with pytest.raises(ShapesError):
        check([FILES / "own-data.ttl"], shapes=[broken], alone=True)


def test_literals_are_checked_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:code ; "
        "sh:property [ sh:path ex:code ; sh:pattern '^[0-9]{3}$' ] ."
    )
    (tmp_path / "data.ttl").write_text("<urn:a> <http://example.org/code> 007 . <urn:b> <http://example.org/code> 07 .")

    report = check([tmp_path / "data.ttl"], shapes=[tmp_path / "shapes.ttl"], alone=True)

    assert [(f.focus_node, f.value) for f in report] == [("urn:b", "07")]


def test_a_report_refuses_a_format_it_cannot_hold() -> None:
    with pytest.raises(UnknownFormat):
        Report(()).text("ttl")


def test_a_quotation_must_stand_in_the_text_that_is_held(tmp_path: Path) -> None:
    text = "They will sign it within 30 days.\n"
    (tmp_path / "source.txt").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (tmp_path / "data.ttl").write_text(
        "@prefix mkg: <https://w3id.org/mineralkg/ontology#> . @prefix ex: <http://example.org/> .\n"
        f"ex:doc a mkg:SourceDocument ; <https://schema.org/sha256> '{digest}' .\n"
        "ex:one a mkg:Evidence ; mkg:source ex:doc ; mkg:start 10 ; mkg:end 17 ; mkg:quote 'sign it' .\n"
        "ex:two a mkg:Evidence ; mkg:source ex:doc ; mkg:start 10 ; mkg:end 19 ; mkg:quote 'signed it' ."
    )
    (tmp_path / "other.txt").write_text("Another text.", encoding="utf-8")

    held = check([tmp_path / "data.ttl"], sources=[tmp_path / "source.txt"])
    other = check([tmp_path / "data.ttl"], sources=[tmp_path / "other.txt"])

    in_text = [(f.line, f.column, f.value) for f in held if f.rule == "Evidence-inText"]
    assert in_text == [(4, 83, "signed it")]
    assert [f.line for f in other if f.rule == "SourceDocument-digestOfText"] == [2]
    assert len([f for f in other if f.rule == "Evidence-inText"]) == 2


def test_a_text_of_no_known_document_is_reported(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Another text.", encoding="utf-8")

    report = check([FILES / "no-evidence.ttl"], sources=[tmp_path / "other.txt"])

    assert [(f.file, f.severity) for f in report if f.rule == "source-digest"] == [
        (str(tmp_path / "other.txt"), "violation")
    ]


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ('"2024-13"^^xsd:gYearMonth', "Write a month such as 2026-07."),
        ('"in 2024"^^xsd:gYear', "Write a year such as 2026."),
        ('"2024"', 'this is plain text; wanted is a day written like "2026-02-04"^^xsd:date'),
    ],
)
def test_of_alternatives_the_nearest_is_explained(value: str, note: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(
        "@prefix mkg: <https://w3id.org/mineralkg/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        f"<https://w3id.org/mineralkg/id/claim/x> a mkg:Claim ; mkg:validFrom {value} ."
    )

    report = check([tmp_path / "data.ttl"])

    (found,) = [finding for finding in report if finding.rule == "Claim-validDates"]
    assert found.note is not None
    assert found.note.startswith(note)


def test_terms_without_end_are_told_and_not_all_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "many.ttl"
    terms = "".join(f'id:x mkg:hasDeadlin{number:05} "{number}" .\n' for number in range(1100))
    path.write_text(f"@prefix mkg: <{ONTOLOGY}> .\n@prefix id: <{DATA}claim/> .\n{terms}")

    report = check([path], against=[], fixes=False)
    hints = [finding.hint for finding in report if finding.rule == "unknown-term"]

    assert len(hints) == 1100
    assert hints[0] == "Did you mean mkg:hasDeadline?"
    assert hints[-1] is None


@pytest.mark.parametrize(
    ("line", "rule"), [("id:x{} mkg:partty 1 .", "unknown-term"), ("id:x{} a mkg:Claim .", "Claim-speaker")]
)
def test_findings_without_end_are_told_up_to_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, rule: str
) -> None:
    monkeypatch.setattr(findings, "_MOST_TOLD", 30)
    path, baseline = tmp_path / "many.ttl", tmp_path / "baseline.json"
    lines = "".join(line.format(number) + "\n" for number in range(100))
    path.write_text(f"@prefix mkg: <{ONTOLOGY}> .\n@prefix id: <{DATA}claim/> .\n{lines}")

    report = check([path], against=[])
    write_baseline(report, baseline)
    again = check([path], against=[], baseline=baseline)

    told = [finding.rule for finding in report]
    assert 0 < told.count(rule) <= 30
    assert told.count("too-many") == 1
    assert not report.conforms
    assert "more than 30 findings" in report.text("text")
    assert [finding.rule for finding in again] == ["too-many"]
    assert not again.conforms
