"""Run commands of mineralkg one after the other, each in a process of its own under limits, and watched.

Reads one JSON object a line: ``program`` (``mineralkg`` or ``pytest``), ``argv``, ``cwd``, ``stdin``, ``memory`` (MiB),
``cpu`` and ``deadline`` (seconds); writes one a line: ``code`` (negative: killed by that signal), ``out``, ``err``, and
``reached``: what the process opened, connected to or started. The library is imported once and each command runs in a
fork, so that a command costs no start.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mineralkg.checking  # imported before the forks
import mineralkg.cli
import mineralkg.reasoning

_PROGRAMS: dict[str, Callable[[list[str]], int]] = {"mineralkg": mineralkg.cli.main, "pytest": pytest.main}
_WATCHED = (
    "open",
    "socket.connect",
    "socket.getaddrinfo",
    "urllib.Request",
    "subprocess.Popen",
    "os.system",
    "os.exec",
)


def main() -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            told = _run(asked, Path(folder))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _run(asked: dict[str, Any], folder: Path) -> dict[str, Any]:
    child = os.fork()
    if child == 0:
        try:
            _command(asked, folder)
        finally:
            os._exit(99)
    status = _wait(child, asked["deadline"])
    texts = {name: (folder / name).read_bytes().decode("utf-8", "surrogateescape") for name in ("out", "err")}
    reached = [json.loads(text) for text in (folder / "reached").read_text().splitlines()]
    return {"code": status, **texts, "reached": reached}


def _wait(child: int, deadline: float) -> int | None:
    """Return the exit code of a process, or None where it had to be ended because it went on too long."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _command(asked: dict[str, Any], folder: Path) -> None:
    os.chdir(asked["cwd"])
    log = (folder / "reached").open("w", buffering=1)
    for name, number in (("out", 1), ("err", 2)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(asked["stdin"] or os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"] << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (asked["cpu"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in _WATCHED:
            log.write(json.dumps([event, *map(str, arguments[:2])]) + "\n")
        if event.startswith(("socket.connect", "socket.getaddrinfo", "urllib")):
            raise PermissionError("no network here")

    sys.addaudithook(watch)
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    code = _PROGRAMS[asked["program"]](asked["argv"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
