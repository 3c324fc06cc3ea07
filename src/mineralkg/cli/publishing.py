"""The `publish` command: write the site as files, and prove that what was published is right."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from mineralkg.cli.language import add_language
from mineralkg.cli.output import in_colour, write
from mineralkg.errors import UsageError
from mineralkg.extras import require
from mineralkg.formats import names

__all__ = ["add_publish", "publish"]

_MOST_JOBS = 256
_LEVELS = ("violation", "warning", "info")
# What is for one of the two uses of the command only; that of the other with what it is unless it is said.
_OF_OUT = ("data", "store", "endpoint", "public_url", "licence", "publisher", "today", "jobs", "progress")
_OF_CHECK = {"format": "text", "fail_on": "violation", "max_per_rule": 5}


def add_publish(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.usage = (
        "mineralkg publish OUT [--base-url URL] [--public-url URL] [--licence IRI] [--today DATE] [--jobs N] …\n"
        "       mineralkg publish check PLACE [--base-url URL] [-f FORMAT] [--fail-on LEVEL] [--max-pages N] …"
    )
    parser.add_argument("what", metavar="OUT | check", help="a folder to write the site to; or judge what is published")
    parser.add_argument(
        "place", metavar="PLACE", nargs="?", help="of check: an address, such as http://127.0.0.1:8000/, or a folder"
    )
    parser.add_argument("--public-url", metavar="URL", help="of OUT: where the files will be, if not at the base")
    parser.add_argument("--licence", metavar="IRI", help="of OUT: the licence of the data, if not the shipped graph")
    parser.add_argument("--publisher", metavar="IRI", help="of OUT: who publishes the data, if not the shipped graph")
    parser.add_argument(
        "--today", type=_date, metavar="DATE", help="of OUT: the day that deadlines are judged on, such as 2026-01-31"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="of OUT: processes that write; the files are the same (default: one a core)",
    )
    parser.add_argument(
        "--progress", action="store_true", help="of OUT: say how far it is, as on a terminal, where there is none"
    )
    parser.add_argument(
        "--base-url", metavar="URL", help="what the IRIs begin with, if the site does not say so itself"
    )
    formats = [name for name in names("report") if name not in ("ttl", "diff")]
    parser.add_argument("-f", "--format", choices=formats, help="of check: output format")
    parser.add_argument("--fail-on", choices=_LEVELS, help="of check: the least grave finding that fails")
    add_language(parser, "messages")
    for name, (kind, metavar, help) in _BOUNDS.items():
        parser.add_argument(f"--{name}", type=kind, metavar=metavar, help=help)
    parser.add_argument(
        "--max-per-rule", type=int, metavar="N", help="of check: findings of one rule shown per address"
    )


# What bounds a check, with the names that they have in Bounds behind “max-”; a folder has other defaults than a site.
_BOUNDS: dict[str, tuple[Callable[[str], float], str, str]] = {
    "max-pages": (int, "N", "pages that are walked over (default: 500 of a site, all of a folder)"),
    "max-things": (int, "N", "things looked at in all their forms (default: 16 of a site, all of a folder)"),
    "max-requests": (int, "N", "requests in all (default: 20,000 to a site)"),
    "max-seconds": (float, "S", "time for one request (default: 20)"),
    "max-bytes": (int, "N", "size of one answer (default: 64 MB)"),
    "at-once": (int, "N", "requests at one time (default: 4)"),
}


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no date; write it as 2026-01-31") from None


def publish(options: argparse.Namespace) -> int:
    """Write a site as files, or check what was published and print the report; return the exit code."""
    checks = options.what == "check"
    for name in _OF_OUT if checks else (*_OF_CHECK, *(bound.replace("-", "_") for bound in _BOUNDS)):
        if getattr(options, name):
            use = "`mineralkg publish OUT`, which writes a site" if checks else "`mineralkg publish check PLACE`"
            raise UsageError(f"--{name.replace('_', '-')} is an option of {use}. Leave it out here.")
    if not (options.what if options.place is None else options.place):
        raise UsageError("An empty name is no folder; for the current folder write “.”.")
    if checks:
        for name, value in _OF_CHECK.items():
            if getattr(options, name) is None:
                setattr(options, name, value)
        return _check(options)
    if options.place is not None:
        raise UsageError(
            f"`publish` writes to one folder, and “{options.place}” is a second one. "
            f"To judge what is published: mineralkg publish check {options.place}"
        )
    with _unwound():
        return _write_site(options)


@contextmanager
def _unwound() -> Iterator[None]:
    """Let a signal that ends the process end the block in order, so that no temporary files stay behind."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = {}
    if threading.current_thread() is threading.main_thread():  # no other may say what signals do
        known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        # Under nohup, for one, a signal is ignored, and stays so.
        before = {n: signal.signal(n, end) for n in known if signal.getsignal(n) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write_site(options: argparse.Namespace) -> int:
    from mineralkg import api
    from mineralkg.namespaces import ROOT

    require("serve", "jinja2", "icalendar", "werkzeug", "xlsxwriter")

    from mineralkg.publishing.site import address
    from mineralkg.publishing.static import publish_files

    if options.jobs is not None and not 0 < options.jobs <= _MOST_JOBS:
        raise UsageError(f"--jobs is a number from 1 to {_MOST_JOBS}.")

    def say(text: str) -> None:
        print(f"publish: {text}", file=sys.stderr, flush=True)

    base = address(options.base_url or ROOT)
    done = publish_files(
        api.open(*(options.data or ()), endpoint=options.endpoint, store=options.store, base_url=base),
        Path(options.what),
        base_url=base,
        public_url=options.public_url,
        licence=options.licence,
        publisher=options.publisher,
        today=options.today or _epoch(),
        jobs=options.jobs,
        progress=say if options.progress or _is_watched(options) else lambda _: None,
    )
    for note in () if options.quiet else done.notes:
        say(note)
    if not options.quiet:
        say(f"{done.written:,} files written, {done.unchanged:,} unchanged, {done.removed:,} removed")
    return 0


def _is_watched(options: argparse.Namespace) -> bool:
    """Say whether a person waits at the terminal who has not asked for silence."""
    return not options.quiet and sys.stderr is not None and sys.stderr.isatty()


def _epoch() -> dt.date | None:
    """Return the day that reproducible builds take for today (the variable SOURCE_DATE_EPOCH), where one is set."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise UsageError(f"SOURCE_DATE_EPOCH is a number of seconds since 1970, not “{text}”.")
    return dt.datetime.fromtimestamp(int(text), dt.UTC).date()


def _check(options: argparse.Namespace) -> int:
    from mineralkg.publishing.proof import check_published, usual_bounds

    if options.place is None:
        raise UsageError(
            "What is to be checked? mineralkg publish check PLACE; to write to a folder called check: ./check"
        )
    given = {name: getattr(options, name.replace("-", "_")) for name in _BOUNDS}
    told = {name.removeprefix("max-").replace("-", "_"): v for name, v in given.items() if v is not None}
    if any(value <= 0 for value in told.values()):
        raise UsageError("A bound is a number above zero.")
    report = check_published(
        options.place,
        base_url=options.base_url,
        fail_on=options.fail_on,
        lang=options.lang,
        bounds=replace(usual_bounds(options.place), **told),
    )
    shown = {"colour": in_colour(), "most": options.max_per_rule} if options.format == "text" else {}
    write(report.text(options.format, **shown))
    if report.failing:
        return 1
    return 0 if report.checked else 3
