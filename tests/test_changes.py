"""Baselines and changes: only new findings count, stale ones are named, and a change is held to what it breaks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mineralkg.checking import Report, check, write_baseline
from mineralkg.errors import LoadError, UsageError

HEAD = "@prefix ex: <http://example.org/> .\n"
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . "
    "ex:Named sh:targetClass ex:C ; sh:property ex:Named-name , ex:Named-part . "
    "ex:Named-name sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 . "
    "ex:Named-part sh:path ex:part ; sh:node [ sh:property [ sh:path ex:size ; sh:minCount 1 ] ] ."
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("shapes.ttl").write_text(SHAPES)
    Path("data").mkdir()
    return tmp_path / "data"


def run(**options: str) -> Report:
    return check(["data"], shapes=["shapes.ttl"], alone=True, **options)  # type: ignore[arg-type]


def violations(report: Report) -> list[tuple[str | None, str | None]]:
    return [(f.file, f.focus_node) for f in report if f.severity == "violation"]


def test_a_baseline_leaves_out_what_is_known_wherever_it_stands(folder: Path) -> None:
    file = folder / "a.ttl"
    file.write_text(HEAD + "ex:a a ex:C . ex:b a ex:C ; ex:name 'b' ; ex:part [ ex:of 1 ] .")
    write_baseline(run(), "known.json")
    file.write_text(
        HEAD
        + "ex:c a ex:C .\n\n# moved\nex:z ex:part [] .\nex:a a ex:C .\n"
        + "ex:b a ex:C ; ex:name 'b' ; ex:part [ ex:of 1 ] ."
    )

    report = run(baseline="known.json")

    assert violations(report) == [("data/a.ttl", "http://example.org/c")]
    assert report.known == 2
    assert report.stale == ()
    assert "2 known, from the baseline" in report.text("text")


def test_what_is_gone_from_a_baseline_is_named(folder: Path) -> None:
    (folder / "a.ttl").write_text(HEAD + "ex:a a ex:C . ex:b a ex:C .")
    (folder / "b.ttl").write_text(HEAD + "ex:x a ex:C .")
    write_baseline(run(), "known.json")
    (folder / "a.ttl").write_text(HEAD + "ex:a a ex:C ; ex:name 'a' . ex:b a ex:C .")

    report = run(baseline="known.json")
    only_b = check(["data/b.ttl"], shapes=["shapes.ttl"], alone=True, baseline="known.json")

    assert report.conforms
    assert len(report.stale) == 1
    assert "Named-name http://example.org/a" in report.stale[0]
    assert only_b.stale == ()  # a.ttl was not looked at


def test_a_baseline_that_is_none_is_an_error(folder: Path) -> None:
    (folder / "a.ttl").write_text(HEAD + "ex:a a ex:C .")
    Path("broken.json").write_text("[]")

    with pytest.raises(LoadError, match="--update-baseline"):
        run(baseline="missing.json")
    with pytest.raises(LoadError, match="no baseline"):
        run(baseline="broken.json")


def git(*arguments: str) -> None:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(folder: Path) -> Path:
    (folder / "a.ttl").write_text(HEAD + "ex:a a ex:C ; ex:name 'a' .")
    (folder / "old fault.ttl").write_text(HEAD + "ex:old a ex:C .")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    return folder


def test_a_change_is_held_to_what_it_touches(repository: Path) -> None:
    (repository / "b ü.ttl").write_text(HEAD + "ex:b a ex:C .")

    report = run(changed_since="HEAD")

    assert violations(report) == [("data/b ü.ttl", "http://example.org/b")]
    assert report.summary.files == 1


def test_a_change_is_held_to_what_it_breaks_elsewhere(repository: Path) -> None:
    (repository / "b.ttl").write_text(HEAD + "ex:a ex:name 'another' .")

    assert violations(run(changed_since="HEAD")) == [("data/b.ttl", "http://example.org/a")]


def test_what_a_deletion_breaks_is_found(repository: Path) -> None:
    (repository / "c.ttl").write_text(HEAD + "ex:c a ex:C .")
    (repository / "name.ttl").write_text(HEAD + "ex:c ex:name 'c' .")
    git("add", ".")
    git("commit", "-qm", "second")
    (repository / "name.ttl").unlink()

    assert violations(run(changed_since="HEAD")) == [("data/c.ttl", "http://example.org/c")]
    assert violations(run(changed_since="HEAD~1")) == [("data/c.ttl", "http://example.org/c")]


def test_no_change_is_nothing_checked(repository: Path) -> None:
    report = run(changed_since="HEAD")

    assert not report.checked
    assert len(report) == 0


@pytest.mark.parametrize("revision", ["nonsense", "--upload-pack=x", "HEAD~9"])
def test_a_revision_that_git_does_not_know_is_an_error(revision: str, repository: Path) -> None:
    with pytest.raises(UsageError, match="revision"):
        run(changed_since=revision)


def test_a_folder_outside_git_is_an_error(folder: Path) -> None:
    (folder / "a.ttl").write_text(HEAD)

    with pytest.raises(UsageError, match="git"):
        run(changed_since="HEAD")
