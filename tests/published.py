"""The shipped site as files, and a host that hands them out and does nothing else."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["TODAY", "publish"]

TODAY = dt.date(2026, 1, 31)


def publish(folder: Path, *arguments: str, **environment: str) -> str:
    """Run ``mineralkg publish`` in a process of its own, as a user does, and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "mineralkg", "publish", str(folder), "--today", TODAY.isoformat(), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr
