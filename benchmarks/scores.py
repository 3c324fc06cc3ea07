"""Run `publish check` against servers with one graph, and write how each does into docs/publish-check.md.

python -m benchmarks.scores            every server
python -m benchmarks.scores oxigraph   one
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from benchmarks.servers import EXAMPLE, SERVERS, serving
from mineralkg.checking import rules
from mineralkg.namespaces import ROOT
from mineralkg.publishing.proof import Outcome, prove

PAGE = Path(__file__).parent.parent / "docs" / "publish-check.md"
_TABLE = re.compile(r"(<!-- scores -->\n).*?(<!-- /scores -->)", re.DOTALL)
_SIGNS = {"held": "✓", "broken": "✗", "unjudged": "–"}


def main() -> int:
    """Measure, write the table, and return 0."""
    parser = argparse.ArgumentParser(description="Score servers with publish check.")
    parser.add_argument("names", nargs="*", choices=[*SERVERS, []], default=[], help="servers; all where none is given")
    names = parser.parse_args().names or list(SERVERS)
    outcomes = {name: _outcome(name) for name in names}
    table = _summary(outcomes) + "\n" + _by_rule(outcomes)
    if set(names) == set(SERVERS):
        PAGE.write_text(_TABLE.sub(lambda m: m[1] + table + m[2], PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(table)
    return 0


def _outcome(name: str) -> Outcome:
    with tempfile.TemporaryDirectory() as folder, serving(name, EXAMPLE, Path(folder)) as base:
        return prove(base, base_url=ROOT if name.endswith("shipped graph") else None)


def _summary(outcomes: dict[str, Outcome]) -> str:
    rows = ["| server | rules that hold | broken | of these errors | nothing to judge |", "|---|--:|--:|--:|--:|"]
    for name, outcome in outcomes.items():
        levels = Counter({f.rule: f.severity for f in outcome.report}.values())
        counts = (len(outcome.held), len(outcome.broken), levels["violation"], len(outcome.unjudged))
        package, _, what = name.partition(", ")
        label = ", ".join(filter(None, (f"{package} {version(package)}", what)))
        rows.append(f"| {label} | {' | '.join(map(str, counts))} |")
    return "\n".join(rows) + "\n"


def _by_rule(outcomes: dict[str, Outcome]) -> str:
    rows = [f"| rule | what a server must do | {' | '.join(outcomes)} |", "|---|---|" + ":-:|" * len(outcomes)]
    for rule in rules():
        if rule.file == "shapes/published.ttl":
            signs = [_sign(outcome, rule.id) for outcome in outcomes.values()]
            rows.append(f"| `{rule.id}` | {rule.message.replace('|', chr(92) + '|')} | {' | '.join(signs)} |")
    return "\n".join(rows) + "\n"


def _sign(outcome: Outcome, rule: str) -> str:
    return next(sign for kind, sign in _SIGNS.items() if rule in getattr(outcome, kind))


if __name__ == "__main__":
    raise SystemExit(main())
