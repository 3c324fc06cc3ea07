"""What the command line accepts. The options of a canned question come from its file."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import NoReturn

from mineralkg.cli.language import add_language
from mineralkg.cli.publishing import add_publish
from mineralkg.cli.serving import add_serve
from mineralkg.errors import UsageError, near_matches
from mineralkg.formats import names
from mineralkg.queries import Query
from mineralkg.rdfio import LIMITS

__all__ = ["parse", "query_parser"]

_RDF = names("rdf")
_ROWS = names("rows")
_LASTING = ("publish", "serve")  # these may take any time, unless they are told otherwise
LEVELS = ("violation", "warning", "info")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        missing = message.startswith("the following arguments are required")
        hint = " An option that takes several values takes all that follow it: put it last." if missing else ""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.{hint} See: {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options of one command line; raises UsageError for one that cannot be understood.

    The options that every command has may stand before the command, too. What `query` does not know itself is kept in
    ``rest`` for the question's own parser.
    """
    parser, commands = _build()
    arguments = _command_first(list(argv), commands)
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


def _build() -> tuple[_Parser, list[str]]:
    quiet, shared = _shared_options()
    parser = _Parser(prog="mineralkg", description=_ABOUT, allow_abbrev=False)
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and stop")
    commands: argparse._SubParsersAction[_Parser] = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=_Parser
    )

    def command(name: str, help: str, *, add_help: bool = True) -> argparse.ArgumentParser:
        parents = [quiet] if name in ("rules", "fmt", "new") else [shared]
        return commands.add_parser(
            name, help=help, description=f"{help}.", parents=parents, add_help=add_help, allow_abbrev=False
        )

    _add_query(command("query", "Ask a canned question, or list them", add_help=False))
    _add_sparql(command("sparql", "Ask in SPARQL; read-only"))
    show = command("show", "Show everything about one thing")
    show.add_argument("id", metavar="ID", help="a code (JPN), a label, a CURIE (state:JPN) or an IRI")
    show.add_argument("-f", "--format", choices=[*_ROWS, *(n for n in _RDF if n not in _ROWS)], help="output format")
    _add_check(command("check", "Check files against the shapes"))
    _add_fmt(command("fmt", "Lay out Turtle and TriG in one style"))
    _add_new(command("new", "Write a scaffold for a contribution, or list the kinds"))
    rules = command("rules", "List the rules, or explain one")
    rules.add_argument("rule", metavar="RULE", nargs="?", help="the rule to explain")
    rules.add_argument("-f", "--format", choices=("text", *_ROWS), help="output format")
    add_language(rules, "texts")
    reason = command("reason", "Show what follows, or prove the ontology sound")
    reason.add_argument(
        "--engine", choices=("rl", "hermit"), default="rl", help="OWL 2 RL rules, or HermiT (needs the extra)"
    )
    reason.add_argument("-f", "--format", choices=("text", *_RDF), help="format of what follows")
    add_publish(command("publish", "Write the site as files for any host, or prove that what was published is right"))
    add_serve(command("serve", "Serve the graph as linked data, pages and a SPARQL endpoint"))
    quotes = command("verify-quotes", "Verify every quotation against a text that you hold")
    quotes.add_argument("file", metavar="FILE", help="the text of a source, as UTF-8")
    quotes.add_argument("-f", "--format", choices=("text", "json"), default="text", help="output format")
    return parser, list(commands.choices)


class _PrintVersion(argparse.Action):
    """Print the version, which is looked up only when it is asked for, and stop."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"mineralkg {version('mineralkg')}")
        parser.exit()


_ABOUT = "Query, check and publish the knowledge graph of critical-minerals diplomacy."


def _shared_options() -> tuple[_Parser, _Parser]:
    """Return the options of every command, and these with the ones that say which graph is meant."""
    quiet = _Parser(add_help=False, allow_abbrev=False)
    quiet.add_argument("--quiet", action="store_true", help="print no notes on standard error")
    shared = _Parser(add_help=False, allow_abbrev=False, parents=[quiet])
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


def query_parser(query: Query, *, for_help: bool = False) -> argparse.ArgumentParser:
    """Return the parser of a question's own parameters; each is an option, with underscores or hyphens.

    Only *for_help* does it mark what is required: a missing parameter is the query room's own error, with an example.
    """
    parser = _Parser(
        prog=f"mineralkg query {query.name}",
        description=query.question,
        epilog="Further options: see mineralkg query --help",
        allow_abbrev=False,
    )
    for parameter in query.parameters:
        need = "required; " if parameter.required else ""
        default = f"default {parameter.default}; " if parameter.default else ""
        parser.add_argument(
            *dict.fromkeys((f"--{parameter.name}", f"--{parameter.name.replace('_', '-')}")),
            dest=parameter.name,
            required=for_help and parameter.required,
            metavar=parameter.type.upper(),
            action="extend" if parameter.many else "store",
            nargs="+" if parameter.many else ("?" if parameter.type == "boolean" else None),
            const="true" if parameter.type == "boolean" else None,
            help=f"{parameter.doc} ({need}{default}e.g. {parameter.example})".replace("%", "%%"),
        )
    return parser
