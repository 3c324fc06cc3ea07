"""`check --watch` as a process: it reports, reads a saved file again, and ends on Ctrl-C with its last exit code."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
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
PATIENCE = 60  # seconds, after which a process that says nothing is taken to hang


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

    def until(self, words: str) -> str:
        """Return the first report that has some words in it; what is written in steps may be reported in steps."""
        while words not in (report := self.report()):
            pass
        return report

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


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _ring(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _many_times(path: Path) -> None:
    for number in range(1_000):
        path.write_text(GOOD[: number % len(GOOD)], encoding="utf-8")
    path.write_text(BAD, encoding="utf-8")


BECOMES: dict[str, tuple[Callable[[Path], object], str]] = {
    "bytes": (lambda path: path.write_bytes(bytes(range(256)) * 1_000), "[encoding]"),
    "an archive": (lambda path: path.write_bytes(b"\x1f\x8b\x08" * 1_000), "[archive]"),
    "deep": (lambda path: path.write_text("[" * 100_000), "[too-deep]"),
    "a folder": (_folder, "there is no RDF file in this folder"),
    "a pipe": (_pipe, "a pipe or a device"),
    "a device": (_device, "a pipe or a device"),
    "a link to itself": (_ring, "there is no such file"),
    "written many times": (_many_times, "error[Named-english]"),
}


def test_whatever_a_file_becomes_is_told_and_watching_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(GOOD, encoding="utf-8")

    with watching(str(path)) as process:
        told = process.until("0 errors")
        for become, words in BECOMES.values():
            become(path)
            told += process.until(words)
            path.rmdir() if path.is_dir() else path.unlink()
            path.write_text(GOOD, encoding="utf-8")
            told += process.until("0 errors")
        code = process.interrupt()

    assert "Traceback" not in told
    assert "fault of mineralkg" not in told
    assert code == 0


@pytest.mark.parametrize("whole_folder", [False, True])
def test_another_folder_of_the_same_name_is_watched(tmp_path: Path, whole_folder: bool) -> None:
    folder = tmp_path / "data" / "new"
    path = folder / "a.ttl"
    folder.mkdir(parents=True)
    path.write_text(GOOD, encoding="utf-8")

    with watching(str(folder if whole_folder else path)) as process:
        process.until("0 errors")
        shutil.rmtree(folder.parent)
        process.until("there is no such file")
        folder.mkdir(parents=True)
        path.write_text(BAD, encoding="utf-8")
        process.until("error[Named-english]")
        path.write_text(GOOD, encoding="utf-8")
        process.until("0 errors")
        (folder / "more").mkdir()
        (folder / "more" / "b.ttl").write_text("nothing", encoding="utf-8")
        if whole_folder:
            process.until("[syntax]")
        code = process.interrupt()

    assert code == (2 if whole_folder else 0)


def test_links_out_of_a_folder_are_not_watched(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(BAD, encoding="utf-8")
    (tmp_path / "disk").symlink_to("/")
    (tmp_path / "ring").symlink_to(".")

    with watching(str(tmp_path)) as process:
        process.until("error[Named-english]")
        path.write_text(GOOD, encoding="utf-8")
        process.until("0 errors")
        code = process.interrupt()

    assert code == 0


def test_waiting_takes_no_time_from_a_check(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.ttl"

    with watching(str(path), "--timeout", "3", "--against", "none") as process:
        process.until("there is no such file")
        with pytest.raises(subprocess.TimeoutExpired):
            process.process.wait(5)
        path.parent.mkdir()
        path.write_text(GOOD, encoding="utf-8")
        process.until("0 errors")
        code = process.interrupt()

    assert code == 0


def test_what_cannot_be_watched_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--watch", "a" * 5_000 + "\x1b.ttl"]) == 2

    told = capsys.readouterr().err
    assert "File name too long" in told
    assert len(told) < 3_000


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
