"""The command line as a person uses it: each case is a file with the command, its exit code and what it prints.

A case begins with a comment that says what it proves, then ``$ mineralkg …``, ``exit N``, and the expected lines below
``--- stdout`` and ``--- stderr``; ``[…]`` stands for anything within a line, and a line of ``[…]`` for any lines.
"""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import pytest

from mineralkg.cli import main

FOLDER = Path(__file__).parent / "cli"
CASES = sorted(FOLDER.glob("*.txt"))


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_command(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    comment, command, code, stdout, stderr = _parse(path.read_text(encoding="utf-8"))
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("sys.stdin", io.StringIO("ASK { ?s ?p ?o }"))

    if "$FACTS" in command:
        command = command.replace("$FACTS", str(request.getfixturevalue("facts")))
    arguments = shlex.split(command)
    try:
        exit_code = main(arguments)
    except SystemExit as stopped:
        exit_code = int(stopped.code or 0)
    out, err = capsys.readouterr()

    assert comment
    assert exit_code == code, err
    assert re.fullmatch(_pattern(stdout), out), out
    assert re.fullmatch(_pattern(stderr), err), err


def _parse(text: str) -> tuple[str, str, int, str, str]:
    head, _, rest = text.partition("--- stdout\n")
    stdout, _, stderr = rest.partition("--- stderr\n")
    comment, command, code = head.splitlines()[:3]
    assert comment.startswith("# ")
    assert command.startswith("$ mineralkg")
    return comment, command.removeprefix("$ mineralkg"), int(code.removeprefix("exit ")), stdout, stderr


def _pattern(expected: str) -> str:
    lines = [re.escape(line).replace(re.escape("[…]"), ".*") for line in expected.splitlines()]
    return "".join(r"(?:.*\n)*" if line == ".*" else line + "\r?\n" for line in lines)
