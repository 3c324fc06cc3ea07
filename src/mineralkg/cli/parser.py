"""What the command line accepts. Only the command that is given has its options made; others are names in a list."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import NoReturn

from mineralkg.cli.language import add_language
from mineralkg.cli.publishing import add_publish
from mineralkg.cli.serving import add_serve
from mineralkg.errors import UsageError, near_matches
from mineralkg.formats import names
from mineralkg.rdfio import LIMITS

__all__ = ["Parser", "parse"]

_RDF = names("rdf")
_ROWS = names("rows")
_LASTING = ("publish", "serve")  # these may take any time, unless they are told otherwise
LEVELS = ("violation", "warning", "info")


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError, with what to do next, where argparse would end the program."""

    def error(self, message: str) -> NoReturn:
        missing = message.startswith("the following arguments are required")
        hint = " An option that takes several values takes all that follow it: put it last." if missing else ""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.{hint} See: {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options of one command line; raises UsageError for one that cannot be understood.

    The options that every command has may stand before the command, too. What `query` does not know itself is kept in
    ``rest`` for the question's own parser.
    """
    arguments = _command_first(list(argv), list(_COMMANDS))
    parser = _build(arguments[0] if arguments else None)
    options, rest = parser.parse_known_args(arguments)
    if options.command is None:
        parser.print_help()
        raise SystemExit(0 if not argv else 2)
    if rest and options.command != "query":
        raise UsageError(f"“{rest[0]}” is not understood. See: mineralkg {options.command} --help")
    options.rest = rest
    if getattr(options, "timeout", 0) is None:
        options.timeout = 0 if options.command in _LASTING else LIMITS.seconds
    return options


def _command_first(argv: list[str], commands: Sequence[str]) -> list[str]:
    place = next((i for i, word in enumerate(argv) if word in commands), None)
    if place is None:
        for word in argv:
            if not word.startswith("-"):
                near = near_matches(word, commands)
                hint = f" Did you mean {' or '.join(near)}?" if near else f" There are: {', '.join(commands)}."
                raise UsageError(f"There is no command “{word}”.{hint}")
        return argv
    return [argv[place], *argv[place + 1 :], *argv[:place]]


def _build(chosen: str | None) -> Parser:
    """Return the parser, with the options of the command that is chosen."""
    parser = Parser(prog="mineralkg", description=_ABOUT, allow_abbrev=False)
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and stop")
    commands: argparse._SubParsersAction[Parser] = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=Parser
    )
    quiet, shared = _shared_options()
    for name, (help, add_options) in _COMMANDS.items():
        parents = [quiet] if name in _WITHOUT_GRAPH else [shared]
        command = commands.add_parser(
            name, help=help, description=f"{help}.", parents=parents, add_help=name != "query", allow_abbrev=False
        )
        if name == chosen:
            add_options(command)
    return parser


class _PrintVersion(argparse.Action):
    """Print the version, which is looked up only when it is asked for, and stop."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"mineralkg {version('mineralkg')}")
        parser.exit()


_ABOUT = "Query, check and publish the knowledge graph of critical-minerals diplomacy."


def _shared_options() -> tuple[Parser, Parser]:
    """Return the options of every command, and these with the ones that say which graph is meant."""
    quiet = Parser(add_help=False, allow_abbrev=False)
    quiet.add_argument("--quiet", action="store_true", help="print no notes on standard error")
    shared = Parser(add_help=False, allow_abbrev=False, parents=[quiet])
    group = shared.add_argument_group("which graph")
    group.add_argument("--data", nargs="+", metavar="PATH", help="files or folders, instead of the shipped graph")
    group.add_argument("--endpoint", metavar="URL", help="a SPARQL 1.1 endpoint, instead of the shipped graph")
    group.add_argument("--store", metavar="DIR", help="an on-disk store; an empty folder is filled first")
    shared.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help=f"the longest that it may take; 0: any time, as for {' and '.join(_LASTING)} (else {LIMITS.seconds:g})",
    )
    return quiet, shared


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError("give a number of seconds, or 0 for any time")
    return seconds


def _add_query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="the question; leave it out to list them")
    parser.add_argument("-f", "--format", choices=[*_ROWS, *(n for n in _RDF if n not in _ROWS)], help="output format")
    parser.add_argument("--explain", action="store_true", help="print the bound SPARQL and stop")
    parser.add_argument("-h", "--help", action="store_true", help="show this help; with NAME, the question's own")


def _add_sparql(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="?", help="the query; “-” reads standard input")
    parser.add_argument("--file", metavar="FILE", help="read the query from a file")
    parser.add_argument("-f", "--format", choices=[*_ROWS, *(n for n in _RDF if n not in _ROWS)], help="output format")


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="files or folders of RDF")
    parser.add_argument("-f", "--format", choices=names("report"), default="text", help="output format")
    parser.add_argument(
        "--also", action="append", metavar="FORMAT=FILE", default=[], help="write the report to a file as well"
    )
    parser.add_argument("--shapes", nargs="+", metavar="PATH", default=[], help="shapes, instead of the shipped ones")
    parser.add_argument(
        "--against", nargs="+", metavar="PATH", help="context, instead of the shipped graph; “none”: the files alone"
    )
    parser.add_argument(
        "--source", nargs="+", metavar="TEXT", default=[], help="texts of sources: what is quoted must stand in them"
    )
    parser.add_argument("--fail-on", choices=LEVELS, default="violation", help="the least grave finding that fails")
    add_language(parser, "messages")
    parser.add_argument("--engine", choices=("auto", "pyshacl"), default="auto", help="the SHACL engine")
    parser.add_argument("--changed-since", metavar="REV", help="check what a change in git touches and breaks")
    parser.add_argument("--baseline", metavar="FILE", help="leave out the findings that the file lists")
    parser.add_argument("--update-baseline", action="store_true", help="write the findings to the baseline, and stop")
    parser.add_argument("--fix", action="store_true", help="make the fixes that are known to work, then report")
    parser.add_argument("--no-fixes", dest="fixes", action="store_false", help="do not look for fixes")
    parser.add_argument("--watch", action="store_true", help="check again whenever a file is saved, until Ctrl-C")
    parser.add_argument("--verbose", action="store_true", help="show the terms of SHACL and RDF, too")
    parser.add_argument(
        "--max-per-rule", type=int, default=5, metavar="N", help="findings of one rule shown per file; 0 shows all"
    )
    parser.add_argument("--max-bytes", type=int, default=LIMITS.bytes, metavar="N", help="size of the largest file")
    parser.add_argument("--max-depth", type=int, default=LIMITS.depth, metavar="N", help="depth of nesting")


def _add_fmt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="files or folders of Turtle and TriG")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where something would change")
    parser.add_argument("--diff", action="store_true", help="like --check, and show what would change")


def _add_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", nargs="?", help="what to describe; leave it out to list the kinds")
    parser.add_argument("--out", metavar="FILE", help="the file to write, which must not exist yet")
    add_language(parser, "comments")
    parser.add_argument("-f", "--format", choices=_ROWS, help="format of the list")


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a code (JPN), a label, a CURIE (state:JPN) or an IRI")
    parser.add_argument("-f", "--format", choices=[*_ROWS, *(n for n in _RDF if n not in _ROWS)], help="output format")


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", nargs="?", help="the rule to explain")
    parser.add_argument("-f", "--format", choices=("text", *_ROWS), help="output format")
    add_language(parser, "texts")


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine", choices=("rl", "hermit"), default="rl", help="OWL 2 RL rules, or HermiT (needs the extra)"
    )
    parser.add_argument("-f", "--format", choices=("text", *_RDF), help="format of what follows")


def _add_verify_quotes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the text of a source, as UTF-8")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="output format")


_WITHOUT_GRAPH = ("rules", "fmt", "new")
_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "query": ("Ask a canned question, or list them", _add_query),
    "sparql": ("Ask in SPARQL; read-only", _add_sparql),
    "show": ("Show everything about one thing", _add_show),
    "check": ("Check files against the shapes", _add_check),
    "fmt": ("Lay out Turtle and TriG in one style", _add_fmt),
    "new": ("Write a scaffold for a contribution, or list the kinds", _add_new),
    "rules": ("List the rules, or explain one", _add_rules),
    "reason": ("Show what follows, or prove the ontology sound", _add_reason),
    "publish": ("Write the site as files for any host, or prove that what was published is right", add_publish),
    "serve": ("Serve the graph as linked data, pages and a SPARQL endpoint", add_serve),
    "verify-quotes": ("Verify every quotation against a text that you hold", _add_verify_quotes),
}
