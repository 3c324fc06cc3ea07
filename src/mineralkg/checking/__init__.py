"""Does it conform, where not, and why: SHACL and quotations, in one kind of report."""

from mineralkg.checking.applying import apply_fixes
from mineralkg.checking.baseline import write_baseline
from mineralkg.checking.check import check
from mineralkg.checking.context import open_context
from mineralkg.checking.examples import Example, example
from mineralkg.checking.quotes import verify_quotes
from mineralkg.checking.rules import Rule, find_rule, rules
from mineralkg.reports import LEVELS, Edit, Finding, Fix, Level, Report, Summary

__all__ = [
    "LEVELS",
    "Edit",
    "Example",
    "Finding",
    "Fix",
    "Level",
    "Report",
    "Rule",
    "Summary",
    "apply_fixes",
    "check",
    "example",
    "find_rule",
    "open_context",
    "rules",
    "verify_quotes",
    "write_baseline",
]
