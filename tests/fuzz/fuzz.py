"""Fuzz the position code or the gate, guided by coverage: ``fuzz.py places|gate [FOLDER…] [-max_total_time=600]``.

The first byte of an input chooses the format, the rest is the file. Nothing may be raised, and what is found must stand
inside the text; ``hold`` says what holds for every input, and the tests ask the same of the inputs that were kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import atheris  # an optional tool

with atheris.instrument_imports(include=["mineralkg.rdfio", "mineralkg.checking"]):
    from invariants import TARGETS


def main() -> None:
    """Run until the time is over or something does not hold."""
    name, *rest = sys.argv[1:] or ["help"]
    if name not in TARGETS:
        raise SystemExit(f"usage: fuzz.py {'|'.join(TARGETS)} [FOLDER…] [libFuzzer options]")
    atheris.Setup([sys.argv[0], *rest], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
