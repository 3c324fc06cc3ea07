"""`check --watch` as a process: it reports, reads a saved file again, and ends on Ctrl-C with its last exit code."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mineralkg.cli import main

GOOD = """\
@prefix mkg: <https://w3id.org/mineralkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://w3id.org/mineralkg/id/state/XAA> a mkg:State ;
    skos:prefLabel "Freedonia"@en , "Libertonia"@es ;
    skos:notation "XAA" .
"""
BAD = GOOD.replace('"Freedonia"@en , ', "")
PATIENCE = 120  # seconds, after which a process that says nothing is taken to hang


class Watching:
    """A running `check --watch`, and what it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def report(self) -> str:
        """Return what is printed up to the note that it waits for a change."""
        lines: list[str] = []
        while not lines or "Ctrl-C ends it" not in lines[-1]:
            lines.append(self._lines.get(timeout=PATIENCE))
        return "".join(lines)

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def watching(*arguments: str) -> Iterator[Watching]:
    command = [sys.executable, "-m", "mineralkg", "check", "--watch", *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=environment
    ) as process:
        try:
            yield Watching(process)
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_saved_file_is_checked_again(tmp_path: Path, whole_folder: bool) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(BAD, encoding="utf-8")

    with watching(str(tmp_path if whole_folder else path)) as process:
        first = process.report()
        new = tmp_path / ".a.ttl.new"
        new.write_text(GOOD, encoding="utf-8")
        new.replace(path)  # as editors save
        second = process.report()
        path.write_text(GOOD.replace(" .\n", "\n", 1), encoding="utf-8")
        third = process.report()
        code = process.interrupt()

    assert "error[Named-english]" in first
    assert "0 errors" in second
    assert "error[syntax]" in third
    assert code == 2


def test_a_file_that_is_gone_is_told_and_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(GOOD, encoding="utf-8")

    with watching(str(path)) as process:
        process.report()
        path.unlink()
        gone = process.report()
        path.write_text(GOOD, encoding="utf-8")
        back = process.report()
        code = process.interrupt()

    assert "there is no such file" in gone
    assert "0 errors" in back
    assert code == 0


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "watchfiles", None)

    assert main(["check", "--watch", str(path)]) == 2
    assert 'pip install "mineralkg[watch]"' in capsys.readouterr().err


def test_watching_only_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(GOOD, encoding="utf-8")

    assert main(["check", "--watch", "--fix", str(path)]) == 2
