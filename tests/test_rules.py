"""The rules: listed, explained, and each with a snippet that breaks it and one that does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from mineralkg import rdfio
from mineralkg.checking import Rule, check, example, find_rule, rules
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.rules import Rules, file_rules, published_rules, shipped_rules
from mineralkg.errors import UnknownResource
from mineralkg.namespaces import PREFIXES
from mineralkg.resources import resource_files

RULES = rules()
FILE_RULES = [rule for rule in RULES if rule.file == "shapes/files.ttl"]
PUBLISHED_RULES = [rule for rule in RULES if rule.file == "shapes/published.ttl"]
# What a few lines of Turtle cannot show: bytes, sizes, other files. tests/hostile and test_checking.py prove these.
WITHOUT = {
    "archive",
    "encoding",
    "outside",
    "quote-mark-up",
    "quote-not-found",
    "quote-offset",
    "source-digest",
    "too-deep",
    "too-large",
    "too-many",
}
HEAD = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())


def test_every_rule_has_an_example() -> None:
    assert {rule.id for rule in RULES if example(rule.id) is None} == WITHOUT


@pytest.mark.parametrize("rule", [pytest.param(r, id=r.id) for r in RULES if r.id not in WITHOUT])
def test_the_two_snippets_differ_little(rule: Rule) -> None:
    shown = example(rule.id)

    assert shown is not None
    assert shown.fails != shown.passes
    assert shown.passes.count("\n") < 60


@pytest.mark.parametrize("rule", [pytest.param(r, id=r.id) for r in FILE_RULES if r.id not in WITHOUT])
def test_a_snippet_about_files_breaks_its_rule_or_does_not(rule: Rule, tmp_path: Path) -> None:
    """Those of the shapes are cases of tests/shapes, which test_shapes.py runs."""
    shown = example(rule.id)
    assert shown is not None
    suffix = "trig" if "GRAPH" in shown.fails else "ttl"
    for name, text in (("fails", shown.fails), ("passes", shown.passes)):
        (tmp_path / f"{name}.{suffix}").write_text(HEAD + text, encoding="utf-8")

    fails = {f.rule: f.severity for f in check([tmp_path / f"fails.{suffix}"])}
    passes = {f.rule for f in check([tmp_path / f"passes.{suffix}"])}

    assert fails.get(rule.id) == rule.severity
    assert rule.id not in passes


def test_a_rule_about_published_data_cites_what_asks_it() -> None:
    assert len(PUBLISHED_RULES) > 80
    assert all(" – https://" in rule.spec for rule in PUBLISHED_RULES)


def test_rules_are_told_in_either_language() -> None:
    spanish = rules(lang="es")

    assert len(RULES) > 200
    assert [rule.id for rule in RULES] == [rule.id for rule in spanish]
    assert all(rule.message and rule.file.startswith("shapes/") for rule in RULES)
    assert all(a.message != b.message for a, b in zip(RULES, spanish, strict=True))
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_rule_says_where_it_is_written() -> None:
    rule = find_rule("Claim-evidence")

    text = (Path(__file__).parent.parent / rule.file).read_text(encoding="utf-8").splitlines()
    assert rule.line is not None
    assert text[rule.line - 1].startswith("mkgs:Claim-evidence ")


@pytest.mark.parametrize("of", [shipped_rules, file_rules, published_rules])
def test_the_line_of_a_rule_is_that_of_its_first_statement(of: Callable[[], Rules]) -> None:
    told = of()
    files = [CheckedFile.of(rdfio.read(path), 0, "") for path in resource_files("shapes", ".ttl")]
    named = [node for node in {*told.graph.shapes, *told.told.values()} if isinstance(node, ox.NamedNode)]

    for node in named:
        file = next(file for file in files if file.name.endswith(told.file(node) or "?"))
        span = file.places.of_subject(node) if file.places is not None else None
        assert span is not None
        assert told.line(node) == file.lines.place(span.start)[0]
    assert len(named) > 15


def test_an_unknown_rule_gets_a_near_match() -> None:
    with pytest.raises(UnknownResource) as caught:
        find_rule("Claim-evidnce")

    assert caught.value.suggestions[0] == "Claim-evidence"
