"""The commands: each calls a room and prints what it returns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mineralkg.cli.answering import graph_of, note, print_answer
from mineralkg.cli.explaining import explained
from mineralkg.cli.layout import fmt
from mineralkg.cli.new import new
from mineralkg.cli.output import in_colour, is_terminal, tell, write
from mineralkg.cli.publishing import publish
from mineralkg.cli.serving import serve
from mineralkg.cli.watching import watch
from mineralkg.errors import LoadError, UsageError
from mineralkg.graph import Answer, EmbeddedGraph
from mineralkg.sparqltext import MAX_LENGTH

if TYPE_CHECKING:
    from mineralkg.checking import Rule
    from mineralkg.reports import Report

__all__ = ["COMMANDS"]


def _query(options: argparse.Namespace) -> int:
    from mineralkg.cli.asking import query  # reads the definitions of questions

    return query(options)


def _sparql(options: argparse.Namespace) -> int:
    if (options.text is None) == (options.file is None):
        raise UsageError("Give the query as TEXT, with --file FILE, or as “-” to read standard input.")
    if options.file is not None:
        text = _read_text(Path(options.file))
    else:
        text = sys.stdin.read() if options.text == "-" else options.text
    return print_answer(options, graph_of(options).sparql(text))


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:  # a pipe is welcome; what is longer than a query may be is refused as such
            return file.read(4 * MAX_LENGTH + 4).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(
            str(path), f"the query cannot be read ({getattr(error, 'strerror', None) or error})."
        ) from error


def _show(options: argparse.Namespace) -> int:
    from mineralkg import formats
    from mineralkg.describing import describe

    description = describe(graph_of(options), options.id)
    if options.format in formats.names("rdf"):
        return print_answer(options, description.triples)
    if (options.format or ("table" if is_terminal() else "csv")) == "table":
        write(f"{description.resource}\n{description.resource.iri}\n\n")
    return print_answer(options, description.facts)


def _check(options: argparse.Namespace) -> int:
    from mineralkg.checking import check
    from mineralkg.rdfio import Limits

    against, alone = _context(options)
    if options.watch:
        against, alone = _kept_open(options, against, alone=alone)

    def run() -> Report:
        return check(
            options.files,
            shapes=options.shapes,
            against=against,
            alone=alone,
            fail_on=options.fail_on,
            lang=options.lang,
            engine=options.engine,
            sources=options.source,
            changed_since=options.changed_since,
            baseline=None if options.update_baseline else options.baseline,
            fixes=options.fixes,
            limits=Limits(bytes=options.max_bytes, depth=options.max_depth, seconds=options.timeout),
        )

    def show(report: Report) -> int:
        return _print_report(options, report, verbose=options.verbose, most=options.max_per_rule)

    if options.watch:
        watched = [*options.files, *options.shapes, *options.source]
        return watch(watched, lambda: show(run()), partial(note, options), seconds=options.timeout)
    report = run()
    if options.fix:
        report = _mend(options, report, run)
    return _update_baseline(options, report) if options.update_baseline else show(report)


def _kept_open(
    options: argparse.Namespace, against: list[str] | EmbeddedGraph | None, *, alone: bool
) -> tuple[EmbeddedGraph | None, bool]:
    """Return the context as an open graph, which many checks can use."""
    from mineralkg.checking import open_context

    if options.fix or options.update_baseline:
        raise UsageError("--watch only reads. Run --fix or --update-baseline by itself.")
    graph = None if alone else open_context(options.files, against)
    return graph, graph is None


def _update_baseline(options: argparse.Namespace, report: Report) -> int:
    from mineralkg.checking import write_baseline

    if options.baseline is None:
        raise UsageError("Name the file to write with --baseline FILE.")
    write_baseline(report, options.baseline)
    note(options, f"{len({f.fingerprint for f in report})} findings written to {options.baseline}.")
    return 2 if report.unreadable else 0


def _mend(options: argparse.Namespace, report: Report, run: Callable[[], Report]) -> Report:
    """Make fixes as long as there are some: one that can be read again may show what else is wrong."""
    from mineralkg.checking import apply_fixes

    total = 0
    for _ in range(_ROUNDS):
        made = apply_fixes(report)
        if not made:
            break
        total += made
        report = run()
    note(options, f"{total} fix{'' if total == 1 else 'es'} made.")
    return report


def _context(options: argparse.Namespace) -> tuple[list[str] | EmbeddedGraph | None, bool]:
    """Return what the files are checked against, and whether they are to be checked alone."""
    if options.endpoint:
        raise UsageError("A contribution is checked against files or a store; an endpoint cannot be read as a whole.")
    if sum(map(bool, (options.against, options.data, options.store))) > 1:
        raise UsageError("Give one context: --against PATH…, --data PATH… or --store DIR.")
    if options.against == ["none"]:
        return None, True
    if options.store:
        store = graph_of(options)
        assert isinstance(store, EmbeddedGraph)  # an endpoint is refused above
        return store, False
    return options.against or options.data, False


def _print_report(options: argparse.Namespace, report: Report, **how: Any) -> int:
    shown = {"colour": in_colour(), **how} if options.format == "text" else {}
    for wanted in getattr(options, "also", ()):
        _write_also(report, wanted)
    write(report.text(options.format, **shown))
    if report.unreadable:
        return 2
    if not report.checked:
        note(options, "nothing was checked.")
        return 3
    return 1 if report.failing else 0


def _write_also(report: Report, wanted: str) -> None:
    format, equals, name = wanted.partition("=")
    if not equals or not name:
        raise UsageError(f"Give --also as FORMAT=FILE, such as sarif=report.sarif; not “{wanted}”.")
    try:
        Path(name).write_text(report.text(format), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{name}: the report cannot be written ({error.strerror or error}).") from error


def _rules(options: argparse.Namespace) -> int:
    from mineralkg.checking import find_rule, rules

    if options.rule:
        return _explain(options, find_rule(options.rule, lang=options.lang))
    if options.format == "text":
        options.format = "table"
    rows = [(rule.id, rule.severity, rule.message, rule.file) for rule in rules(lang=options.lang)]
    return print_answer(options, Answer.table(("rule", "severity", "message", "file"), rows))


def _explain(options: argparse.Namespace, rule: Rule) -> int:
    from mineralkg.checking import example

    shown = example(rule.id)
    if options.format in (None, "text"):
        write(explained(rule, shown, options.lang))
        return 0
    fields = vars(rule) | {"fails": shown.fails if shown else "", "passes": shown.passes if shown else ""}
    texts = tuple("" if value is None else str(value) for value in fields.values())
    return print_answer(options, Answer.table(tuple(fields), [texts]))


def _reason(options: argparse.Namespace) -> int:
    from mineralkg.reasoning import report  # brings rdflib

    graph = graph_of(options)
    if not isinstance(graph, EmbeddedGraph):
        raise UsageError("reason reads the whole graph: give files or a store, not an endpoint.")
    note(options, f"reasoning over {graph.name} with {options.engine} …")
    told = report(graph.stated(), engine=options.engine)
    if options.format in (None, "text"):
        write(told.text())
    else:
        write(Answer("triples", triples=told.follows).text(options.format))
        for sentence in told.contradictions:
            tell(sentence)
    return 0 if told.sound else 1


def _verify_quotes(options: argparse.Namespace) -> int:
    from mineralkg.checking import verify_quotes

    return _print_report(options, verify_quotes(graph_of(options), options.file))


_ROUNDS = 5  # of --fix

COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "query": _query,
    "sparql": _sparql,
    "show": _show,
    "check": _check,
    "fmt": fmt,
    "new": new,
    "publish": publish,
    "reason": _reason,
    "rules": _rules,
    "serve": serve,
    "verify-quotes": _verify_quotes,
}
