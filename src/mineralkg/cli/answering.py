"""What commands that ask the graph share: which graph, and how its answer is printed."""

from __future__ import annotations

import argparse

from mineralkg import api
from mineralkg.cli.output import is_terminal, tell, write
from mineralkg.graph import Answer, Handle

__all__ = ["graph_of", "note", "print_answer"]


def graph_of(options: argparse.Namespace) -> Handle:
    """Return the graph that is meant; see api.open for what is raised."""
    return api.open(*(options.data or ()), endpoint=options.endpoint, store=options.store).handle


def note(options: argparse.Namespace, text: str) -> None:
    """Say something on standard error, unless nothing is to be said."""
    if not options.quiet:
        tell(text)


def print_answer(options: argparse.Namespace, answer: Answer) -> int:
    """Print an answer as asked, on a terminal as a table, and return the exit code."""
    default = "table" if is_terminal() else "csv"
    write(answer.text(options.format or ("ttl" if answer.kind == "triples" else default)))
    return 0
