"""The `serve` command: its options come from the server's own table."""

from __future__ import annotations

import argparse

from mineralkg.cli import collecting
from mineralkg.errors import UsageError

__all__ = ["add_serve", "serve"]


def add_serve(parser: argparse.ArgumentParser) -> None:
    """Add the options of the server to the parser of the command."""
    from mineralkg.server.config import OPTIONS

    group = parser.add_argument_group("serving", "Each can be set by a variable, too: MINERALKG_PORT for --port.")
    for option in OPTIONS:
        names = [f"--{option.flag}"]
        group.add_argument(*names, dest=option.name, type=option.type, metavar=option.metavar, help=option.help)
    group.add_argument("--no-access-log", dest="access_log", action="store_const", const=False, help="write no log")


def serve(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from mineralkg.server.config import from_environment
    from mineralkg.server.running import serve

    if options.endpoint:
        raise UsageError("An endpoint serves its own data. Give files (--data) or a store (--store).")
    collecting.as_usual()
    given = vars(options) | {"data": tuple(options.data) if options.data else None}
    return serve(from_environment(given), quiet=options.quiet)
