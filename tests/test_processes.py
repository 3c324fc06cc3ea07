"""The command line as processes: pipes that close, output that cannot be written, faults of our own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = Path(__file__).parent / "cli" / "files"
MINERALKG = [sys.executable, "-m", "mineralkg"]


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MINERALKG, *arguments], text=True, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_a_reader_that_has_seen_enough_changes_no_exit_code(tmp_path: Path) -> None:
    claims = "".join(
        f"<https://w3id.org/mineralkg/id/claim/x{i}> a <https://w3id.org/mineralkg/ontology#Remark> .\n"
        for i in range(400)
    )
    (tmp_path / "many.ttl").write_text(claims)
    shell = f"{' '.join(MINERALKG)} check many.ttl --max-per-rule 0 | head -1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.stdout.splitlines()[-1] == "1"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*MINERALKG, "rules"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in done.stderr


def test_closed_output_is_an_error() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(MINERALKG)} rules >&-"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "closed" in done.stderr


def test_arguments_that_are_no_text_are_not_found() -> None:
    done = subprocess.run([*(word.encode() for word in MINERALKG), b"show", b"\xff"], capture_output=True, check=False)

    assert done.returncode == 2
    assert b"There is no thing" in done.stderr


def test_a_fault_of_our_own_never_looks_like_findings() -> None:
    program = (
        "import sys, mineralkg.cli as cli\n"
        "cli.COMMANDS['rules'] = lambda options: {}['nothing']\n"
        "sys.exit(cli.main(['rules']))"
    )
    environment = {key: value for key, value in os.environ.items() if key != "MINERALKG_DEBUG"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "a fault of mineralkg itself (KeyError" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_entered_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0)

    done = run("check", str(tmp_path / "shut"))

    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_a_path_that_is_too_long_is_an_error(command: str) -> None:
    done = run(command, "x" * 5000)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "fault of mineralkg" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        (["serve"], 0),
        (["publish", "out"], 0),
        (["publish", "check", "out"], 0),
        (["check", "file.ttl"], 300),
        (["query"], 300),
        (["serve", "--timeout", "5"], 5),
        (["check", "file.ttl", "--timeout", "0"], 0),
    ],
)
def test_what_lasts_is_not_stopped_unless_it_is_told_so(arguments: list[str], seconds: float) -> None:
    from mineralkg.cli.parser import parse

    assert parse(arguments).timeout == seconds
