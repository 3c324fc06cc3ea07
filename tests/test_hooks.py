"""What other projects run: the hooks of pre-commit and the GitHub action, valid by their schemas, and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_watching import BAD, GOOD

from mineralkg.cli.parser import parse
from mineralkg.formats import FORMATS

ROOT = Path(__file__).parent.parent
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)


def test_the_manifest_of_the_hooks_is_valid() -> None:
    done = run("pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))

    assert done.returncode == 0, done.stdout


def test_the_action_follows_its_schema() -> None:
    done = run("check_jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml"))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_a_command_on_the_files_that_it_reads(hook: dict[str, Any]) -> None:
    names = {"mineralkg-check": {f.name for f in FORMATS if f.kind == "rdf"}, "mineralkg-fmt": {"ttl", "trig"}}
    suffixes = {s for f in FORMATS if f.kind == "rdf" and f.name in names[hook["id"]] for s in f.suffixes}
    program, command = hook["entry"].split()

    assert program == "mineralkg"
    assert parse([command, "a.ttl"]).command == command
    # .xml is RDF/XML where somebody says so, and mostly something else.
    assert {s for s in suffixes if re.search(hook["files"], f"a{s}")} == suffixes - {".xml"}
    assert not re.search(hook["files"], "a.txt")


def test_values_of_an_option_end_before_the_names_of_the_files() -> None:
    options = parse(["check", "--shapes", "a", "--against", "none", "--", "b.ttl", "c.ttl"])

    assert (options.shapes, options.against, options.files) == (["a"], ["none"], ["b.ttl", "c.ttl"])


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_action_checks_and_reports(tmp_path: Path, text: str, code: int) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash to run the action with")
    folder = tmp_path / "a folder; touch $(touch hacked)"
    folder.mkdir()
    (folder / "a.ttl").write_text(text, encoding="utf-8")
    step = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "check")
    inputs = {name: given["default"] for name, given in ACTION["inputs"].items()} | {"files": f"{folder.name}\n"}
    variables = {
        name: inputs[match[1]]
        for name, value in step["env"].items()
        if (match := re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value))
    }
    runner = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        [bash, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env=os.environ | variables | runner | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert variables.keys() == step["env"].keys()
    assert done.returncode == code, done.stderr
    assert ("::error" in done.stdout) == bool(code)
    assert '"2.1.0"' in (tmp_path / "mineralkg.sarif").read_text(encoding="utf-8")
    assert (tmp_path / "output").read_text() == "sarif=mineralkg.sarif\n"
    assert ("does not pass" in (tmp_path / "summary.md").read_text(encoding="utf-8")) == bool(code)
    assert not (tmp_path / "hacked").exists()


def test_a_report_is_written_in_several_formats_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(BAD, encoding="utf-8")
    also = [f"--also={name}={tmp_path / name}" for name in ("json", "junit", "html")]

    done = run("mineralkg", "check", *also, str(tmp_path / "a.ttl"))

    assert "error[Named-english]" in done.stdout
    assert all("Named-english" in (tmp_path / name).read_text(encoding="utf-8") for name in ("json", "junit", "html"))


@pytest.mark.parametrize("wanted", ["sarif", "sarif=", "none=a", "sarif=/no/such/folder/a"])
def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "a.ttl").write_text(GOOD, encoding="utf-8")

    assert run("mineralkg", "check", "--also", wanted, "--", str(tmp_path / "a.ttl")).returncode == 2
