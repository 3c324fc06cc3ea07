"""What the documents show is what happens: their console and Python examples run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mineralkg.cli import main
from mineralkg.queries import names

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md"]
BLOCKS = [
    pytest.param(kind, body, id=f"{path.stem}-{i}")
    for path in DOCUMENTS
    for i, (kind, body) in enumerate(
        re.findall(r"^```(console|python)\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
    )
]


def test_there_are_examples() -> None:
    assert len(BLOCKS) > 4


@pytest.mark.parametrize(("kind", "body"), BLOCKS)
def test_example(
    kind: str, body: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    if kind == "python":
        monkeypatch.chdir(tmp_path)
        exec(compile(body, "README.md", "exec"), {})
        return
    monkeypatch.chdir(ROOT)
    for command, expected in re.findall(r"^\$ mineralkg (.*)\n((?:(?!\$ ).*\n)*)", body, re.M):
        main(shlex.split(command))
        out, err = capsys.readouterr()
        assert re.fullmatch(_pattern(expected), out or err), f"{command}\n{out}{err}"


def _pattern(expected: str) -> str:
    lines = [re.escape(line).replace(re.escape("[…]"), ".*") for line in expected.splitlines()]
    return "".join(r"(?:.*\n)*" if line == ".*" else line + "\r?\n" for line in lines)


def test_every_question_named_in_the_documents_exists() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)

    assert set(re.findall(r"mineralkg query (\w+)", text)) - {"NAME"} <= set(names())


PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_report_shown_is_one_that_is_written() -> None:
    shown = re.findall(r"^```text\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "mistakes").glob("*.txt"))

    assert shown
    for report in shown:
        assert re.sub(r"(rule: \S+):\d+", r"\1:[…]", report) in written
