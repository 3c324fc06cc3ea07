"""A server in a process of its own, for tests that need a real one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import below


@dataclass(frozen=True)
class Running:
    """A running server: where it listens, its process, and the file of its log."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    def children(self) -> list[int]:
        """Return the processes below it: the nursery, and the workers below that."""
        return below(self.process.pid)


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Running]:
    """Run ``mineralkg serve`` on a free port until the block ends, and hold it to an orderly stop."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "mineralkg", "serve", "--port", "0", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **environment},
            )
        try:
            yield Running(_address(process, log), process, log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            code = process.wait(30)
        assert code in (0, -signal.SIGTERM), log.read_text()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    with log.open() as lines:
        while process.poll() is None:
            if match := re.search(r" at (http://\S+/) ", lines.readline()):
                return match[1]
            import time

            time.sleep(0.02)
    raise AssertionError(log.read_text())
