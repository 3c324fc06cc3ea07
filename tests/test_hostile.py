"""Hostile input: every case of the corpus ends in bounded time and memory, with its finding and its exit code.

Each runs in a process of its own under limits; it may connect to nothing and open nothing that is not its own.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hostile_corpus import CANARY, CASES, Case

ROOT = Path(__file__).parent.parent
DEADLINE = 120  # only so that a hang is seen as one
LONG = 600  # of a run over the whole corpus


@pytest.fixture(scope="session")
def sandbox() -> Iterator[subprocess.Popen[str]]:
    """A process that runs commands for us."""
    program = [sys.executable, str(ROOT / "tests" / "hostile_sandbox.py")]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def listener() -> Iterator[socket.socket]:
    """A listener that nobody may visit."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        yield listening


@pytest.fixture
def folder(tmp_path: Path, listener: socket.socket) -> Path:
    """An empty folder, with a trap beside it."""
    (tmp_path / "trap").mkdir()
    (tmp_path / "trap" / "secret.txt").write_text(f'<urn:{CANARY}> <urn:p> "{CANARY}"\n')
    (tmp_path / "trap" / "port").write_text(str(listener.getsockname()[1]))
    (tmp_path / "case").mkdir()
    return tmp_path / "case"


def run(
    sandbox: subprocess.Popen[str],
    folder: Path,
    argv: tuple[str, ...],
    case: Case | None = None,
    program: str = "mineralkg",
) -> dict[str, Any]:
    """Run a command in a folder, and return what became of it."""
    limits = {"memory": case.memory if case else 2048, "cpu": case.cpu if case else 60, "deadline": DEADLINE}
    if program == "pytest":
        limits["deadline"] = LONG
    stdin = case.stdin if case else None
    asked = {"program": program, "argv": argv, "cwd": str(folder), "stdin": stdin, **limits}
    assert sandbox.stdin is not None
    assert sandbox.stdout is not None
    sandbox.stdin.write(json.dumps(asked) + "\n")
    sandbox.stdin.flush()
    told: dict[str, Any] = json.loads(sandbox.stdout.readline())
    return told


def assert_kept_to_itself(told: dict[str, Any], folder: Path, listener: socket.socket) -> None:
    """Nothing was connected to, and nothing opened but the case, the program and temporary files."""
    own = [str(folder), str(ROOT), sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), "/proc/", "/dev/null"]
    for event, *arguments in told["reached"]:
        if event == "open":
            path = str((folder / arguments[0]).absolute()) if not arguments[0].isdigit() else str(folder)
            temporary = path.startswith(tempfile.gettempdir()) and "/trap/" not in path
            assert temporary or any(path.startswith(one) for one in own), path
        else:
            assert event == "subprocess.Popen", (event, arguments)
            assert arguments[0] == sys.executable
    assert CANARY not in told["out"] + told["err"]
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_input(case: Case, folder: Path, sandbox: subprocess.Popen[str], listener: socket.socket) -> None:
    expected = case.build(folder)

    told = run(sandbox, folder, case.argv, case)

    shown = f"{told['code']}\n{told['out'][:3000]}\n{told['err'][:3000]}"
    assert "Traceback" not in told["err"], shown
    assert "fault of mineralkg itself" not in told["err"], shown
    assert told["code"] in case.codes, shown
    assert case.says in told["out"] + told["err"], shown
    assert len(told["err"]) < 10_000, shown
    assert set(told["err"]).isdisjoint("\x1b\x07\u202e\u2066"), shown
    assert_kept_to_itself(told, folder, listener)
    if expected:
        assert_found(json.loads(told["out"]), expected, placed=case.placed)


def assert_found(report: dict[str, Any], expected: Mapping[str, set[str]], *, placed: bool) -> None:
    """Each file has the findings that it must have, with their lines where the format has any."""
    for name, rules in expected.items():
        about = [f for f in report["findings"] if f["file"] and Path(f["file"]).name == name]
        found = {f["rule"] for f in about}
        assert rules <= found, (name, rules, found)
        if placed and not name.endswith((".rdf", ".jsonld")):
            assert rules == {f["rule"] for f in about if f["rule"] in rules and f["line"]}, (name, about)


LAID_OUT = [case for case in CASES if case.argv[:2] == ("check", ".") and case.stdin is None]


@pytest.mark.parametrize("case", LAID_OUT, ids=lambda case: case.name)
def test_layout_of_hostile_input(
    case: Case, folder: Path, sandbox: subprocess.Popen[str], listener: socket.socket
) -> None:
    case.build(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    told = run(sandbox, folder, ("fmt", "."), case)

    shown = f"{told['code']}\n{told['out'][:3000]}\n{told['err'][:3000]}"
    assert "Traceback" not in told["err"], shown
    assert "fault of mineralkg itself" not in told["err"], shown
    assert told["code"] in (0, 2, 3), shown
    assert told["out"] + told["err"], "something is said"
    assert_kept_to_itself(told, folder, listener)
    assert {path for path in folder.rglob("*") if path.is_file()} == set(before)
    for path, data in before.items():
        if path.read_bytes() != data:
            assert said_in(path.read_bytes(), path.suffix) == said_in(data, path.suffix)


PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "no:faulthandler")  # which would keep files, and take over stderr
SETTINGS = "[pytest]\nmineralkg_check = .\nmineralkg_against = none\n"


def test_items_of_hostile_files(
    folder: Path, sandbox: subprocess.Popen[str], listener: socket.socket, tmp_path: Path
) -> None:
    """Each file of the corpus is an item of a run of pytest, and fails with the findings that it must have."""
    (folder / "pytest.ini").write_text(SETTINGS)
    shutil.copytree(tmp_path / "trap", folder / "trap")
    expected: dict[str, set[str]] = {}
    for number, case in enumerate(case for case in CASES if case.argv == Case.argv and case.joins):
        own = folder / str(number)
        own.mkdir()
        must = {name: rules for name, rules in case.build(own).items() if rules and 0 not in case.codes}
        expected |= {f"{number}/{name}": rules for name, rules in must.items()}

    told = run(sandbox, folder, (*PYTEST, "-rN"), program="pytest")

    assert told["code"] == 1, told["out"][-3000:] + told["err"][-3000:]
    assert "Traceback" not in told["out"] + told["err"]
    assert set(told["out"]).isdisjoint("\x00\x1b\x07\u202e\u2066")
    assert_kept_to_itself(told, folder, listener)
    assert not [arguments for _, *arguments in told["reached"] if "/trap/" in arguments[0]]
    for name, rules in expected.items():
        found = re.findall(rf"^{re.escape(str(folder / name))}:.*?(?:error|warning|note)\[(.+?)\]", told["out"], re.M)
        assert rules <= set(found), (name, rules, found)


FOLDERS = [case for case in CASES if case.argv == Case.argv and case.says]


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_a_folder_with_what_is_no_file_is_no_item(
    case: Case, folder: Path, sandbox: subprocess.Popen[str], listener: socket.socket
) -> None:
    case.build(folder)
    (folder / "pytest.ini").write_text(SETTINGS)

    told = run(sandbox, folder, PYTEST, program="pytest")

    assert told["code"] == pytest.ExitCode.USAGE_ERROR, told["out"] + told["err"]
    assert case.says in told["err"]
    assert_kept_to_itself(told, folder, listener)


def said_in(data: bytes, suffix: str) -> ox.Dataset | int:
    """Return the statements of a file with names of its own for nodes that have none; of many, how many there are."""
    found = ox.Dataset(ox.parse(data, format=ox.RdfFormat.from_extension(suffix[1:]), base_iri="urn:x"))
    if len(found) > 10_000:  # canonical names of long chains take the parser's stack
        return len(found)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found
