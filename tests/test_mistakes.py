"""Plausible mistakes in a contribution: what the report says of each, to the letter, and what its fixes do.

A case is an edit to contribution.ttl and the report that must follow; ``[…]`` stands for what varies.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from mineralkg.checking import Report, apply_fixes, check

FOLDER = Path(__file__).parent / "mistakes"
TEXT = (FOLDER / "contribution.ttl").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Mistake:
    """One edit, and the report on the file with it."""

    name: str
    old: str
    new: str
    report: str

    @property
    def text(self) -> str:
        """The contribution with the mistake in it."""
        assert TEXT.count(self.old) == 1
        return TEXT.replace(self.old, self.new)


def _read(path: Path) -> Mistake:
    head, _, rest = path.read_text(encoding="utf-8").partition("--- replace\n")
    old, _, rest = rest.partition("\n--- by\n")
    new, _, report = rest.partition("\n--- report\n")
    assert head.startswith("# ")
    return Mistake(path.stem, old, new, report)


MISTAKES = [_read(path) for path in sorted(FOLDER.glob("*.txt")) if path.name != "text.txt"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FOLDER / "text.txt", tmp_path)
    return tmp_path


def _check(text: str) -> Report:
    Path("contribution.ttl").write_bytes(text.encode())
    return check(["contribution.ttl"], sources=["text.txt"])


def test_there_are_at_least_ten() -> None:
    assert len(MISTAKES) >= 10


def test_the_contribution_itself_conforms(folder: Path) -> None:
    assert [f for f in _check(TEXT) if f.severity != "info"] == []


@pytest.mark.parametrize("mistake", [pytest.param(m, id=m.name) for m in MISTAKES])
def test_the_report_says_what_to_mend(mistake: Mistake, folder: Path) -> None:
    text = _check(mistake.text).text("text")

    pattern = re.escape(mistake.report).replace(re.escape("[…]"), r"[^\n]*")
    assert re.fullmatch(pattern, text), text


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("mistake", [pytest.param(m, id=m.name) for m in MISTAKES if "mended with --fix" in m.report])
def test_fixes_mend_what_they_say_and_touch_nothing_else(mistake: Mistake, ends: str, mark: str, folder: Path) -> None:
    report = _check(mark + mistake.text.replace("\n", ends))
    promised = sum(any(fix.verified and fix.only for fix in f.fixes) for f in report)
    before = Path("contribution.ttl").read_bytes().decode()

    assert apply_fixes(report) == promised > 0

    after = Path("contribution.ttl").read_bytes().decode()
    assert "# Lists of mines are what such memoranda begin with." in after
    assert after.startswith(mark)
    assert after.count("\r\n") - before.count("\r\n") in ((0,) if ends == "\n" else (0, 1))
    assert sum(a != b for a, b in zip(before.split("\n"), after.split("\n"), strict=False)) <= 2
    assert _check(after).count("violation") < report.count("violation")


@pytest.mark.parametrize("mistake", [pytest.param(m, id=m.name) for m in MISTAKES if "ambiguous" in m.name])
def test_where_two_fixes_do_both_are_shown_and_none_is_made(mistake: Mistake, folder: Path) -> None:
    report = _check(mistake.text)

    [finding] = [f for f in report if f.fixes]
    assert [fix.only for fix in finding.fixes] == [False, False]
    assert apply_fixes(report) == 0
    assert Path("contribution.ttl").read_text(encoding="utf-8") == mistake.text


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no `patch` here to make a diff with")
def test_the_diff_makes_the_fixes(folder: Path) -> None:
    mistake = next(m for m in MISTAKES if m.name.startswith("04"))
    report = _check(mistake.text)
    Path("fixes.diff").write_text(report.text("diff"), encoding="utf-8")

    subprocess.run(["patch", "-p0", "-i", "fixes.diff"], check=True, capture_output=True)

    assert Path("contribution.ttl").read_text(encoding="utf-8") == TEXT


def test_no_fix_is_offered_that_breaks_something_else(tmp_path: Path) -> None:
    """The nearest term removes the finding, but is no more valid there."""
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
        "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:in ( 'cobalt' 'copper' ) ] , "
        "[ sh:path ex:p ; sh:maxLength 5 ] ."
    )
    (tmp_path / "data.ttl").write_text("@prefix ex: <http://example.org/> .\nex:a ex:p 'cobal' .")

    report = check([tmp_path / "data.ttl"], shapes=[tmp_path / "shapes.ttl"], alone=True)

    assert [(f.rule, f.fixes) for f in report if f.severity == "violation"] == [("In", ())]
