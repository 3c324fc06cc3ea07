"""Scaffolds: each kind's conforms but for what is to be filled in, is laid out, and says what the shapes say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mineralkg.checking import check
from mineralkg.cli import main
from mineralkg.formatting import laid_out
from mineralkg.scaffolding import Kind, find_kind, kinds, scaffold

KINDS = kinds()
GAP = re.compile(r" # (?:fill in|por rellenar): .*")


def test_the_kinds_are_those_that_a_contribution_can_hold() -> None:
    names = {kind.name for kind in KINDS}

    assert {"commitment", "company", "event", "evidence", "instrument", "source-document", "state"} <= names
    assert not {"entity", "actor", "claim", "supply-stage"} & names
    assert all(kind.definition for kind in KINDS)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_scaffold_asks_for_what_is_to_be_filled_in_and_for_nothing_else(
    kind: Kind, lang: str, tmp_path: Path
) -> None:
    text = laid_out(scaffold(kind, lang=lang))
    path, filled = tmp_path / "scaffold.ttl", tmp_path / "filled.ttl"
    path.write_text(text, encoding="utf-8")
    filled.write_text(GAP.sub("", text), encoding="utf-8")
    asked = [number for number, line in enumerate(text.splitlines(), 1) if GAP.search(line)]

    report = check([path], fixes=False)
    after = check([filled], fixes=False)

    assert len(asked) > 1
    assert [f.line for f in report.failing] == asked
    assert {f.rule for f in report.failing} == {"fill-in"}
    assert after.conforms, after.text()
    assert laid_out(text) == text


def test_a_claim_brings_the_passage_that_it_rests_on(tmp_path: Path) -> None:
    text = scaffold(find_kind("commitment"))

    assert "claim:new-commitment a mkg:Commitment" in text
    assert "mkg:evidence evidence:new-commitment ;" in text
    assert "evidence:new-commitment a mkg:Evidence" in text
    assert "Choose" in text or "One of: modality:" in text


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("State", 0, ""),
        ("source", 0, ""),
        ("claim", 2, "commitment"),
        ("actor", 2, "state"),
        ("instrumnet", 2, "instrument"),
        ("supply-stage", 2, "no kind of thing"),
    ],
)
def test_kinds_are_found_by_name_and_beginning(
    text: str, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", text]) == code
    assert words in capsys.readouterr().err


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ttl"

    assert main(["new", "event", "--out", str(path)]) == 0
    written = path.read_text(encoding="utf-8")
    assert main(["new", "state", "--out", str(path)]) == 2

    assert path.read_text(encoding="utf-8") == written
    assert "is there already" in capsys.readouterr().err
