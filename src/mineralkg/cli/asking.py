"""The `query` command: a question's options come from its file."""

from __future__ import annotations

import argparse
import json
from typing import Any

from mineralkg.cli.answering import graph_of, note, print_answer
from mineralkg.cli.output import write
from mineralkg.cli.parser import Parser
from mineralkg.errors import ParameterError, UsageError, near_matches
from mineralkg.graph import Answer, Handle, RemoteGraph
from mineralkg.queries import Query, all_queries, bound_text, description, find, names

__all__ = ["query"]


def query(options: argparse.Namespace) -> int:
    """Ask a canned question, show its parameters, or list all."""
    if options.name is None:
        swallowed = [word for word in options.data or () if word in names()]
        if swallowed:
            raise UsageError(
                f"--data takes all that follows it. Put “{swallowed[0]}” first: mineralkg query {swallowed[0]} --data …"
            )
        return _help_query() if options.help else _list_queries(options)
    asked = find(options.name)
    if options.help:
        write(_query_parser(asked, for_help=True).format_help())
        return 0
    values = _values(asked, options.rest)
    text = bound_text(graph := graph_of(options), asked, values)
    if options.explain:
        write(text if text.endswith("\n") else text + "\n")
        return 0
    answer = graph.ask_model(text)
    if not answer:
        note(options, f"{asked.name}: no rows. {_why_empty(graph)}")
    return print_answer(options, answer)


def _why_empty(graph: Handle) -> str:
    if isinstance(graph, RemoteGraph) and not graph.ask_model("ASK { ?x mkg:committedTo|mkg:party ?y }").boolean:
        return (
            "The endpoint lacks the statements that are derived from claims. Load it with all that "
            "“mineralkg sparql 'CONSTRUCT WHERE { ?s ?p ?o }' -f nt” prints."
        )
    return "The graph says nothing that answers this."


def _values(query: Query, rest: list[str]) -> dict[str, Any]:
    parser = _query_parser(query)
    known = {action.dest for action in parser._actions} - {"help"}
    for word in rest:
        name = word.removeprefix("--").partition("=")[0].replace("-", "_")
        if word.startswith("--") and name not in known:
            near = near_matches(name, known)
            hint = (
                f"did you mean --{near[0]}?"
                if near
                else f"it has {', '.join('--' + k for k in sorted(known)) or 'none'}."
            )
            raise ParameterError(query.name, name, f"this query has no such parameter; {hint}")
    given = [word.removeprefix("--").partition("=")[0].replace("-", "_") for word in rest if word.startswith("--")]
    for parameter in query.parameters:
        if not parameter.many and given.count(parameter.name) > 1:
            raise ParameterError(query.name, parameter.name, "it takes one value, and is given more than once.")
    return {name: value for name, value in vars(parser.parse_args(rest)).items() if value is not None}


def _help_query() -> int:
    parse_help = argparse.ArgumentParser(
        prog="mineralkg query",
        description="Ask a canned question. Without NAME, list the questions and their parameters.",
        usage="mineralkg query [NAME] [--PARAMETER VALUE …] [-f FORMAT] [--explain]",
        add_help=False,
    )
    write(
        f"{parse_help.format_help()}\n"
        "-f FORMAT    table, csv, tsv, json, srj, md\n"
        "--explain    print the bound SPARQL, which sees the model too, and stop\n"
        "--data PATH… | --endpoint URL | --store DIR    another graph than the shipped one\n\n"
        "mineralkg query NAME --help    a question's own parameters\n"
    )
    return 0


def _list_queries(options: argparse.Namespace) -> int:
    queries = all_queries()
    if options.format == "json":
        graph = graph_of(options)
        described = [description(graph, query) for query in queries]
        write(json.dumps(described, ensure_ascii=False, indent=2) + "\n")
        return 0
    rows = [
        (
            query.name,
            query.question,
            " ".join(f"--{p.name}" if p.required else f"[--{p.name}]" for p in query.parameters),
        )
        for query in queries
    ]
    return print_answer(options, Answer.table(("name", "question", "parameters"), rows))


def _query_parser(query: Query, *, for_help: bool = False) -> argparse.ArgumentParser:
    """Return the parser of a question's own parameters; each is an option, with underscores or hyphens.

    Only *for_help* does it mark what is required: a missing parameter is the query room's own error, with an example.
    """
    parser = Parser(
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
