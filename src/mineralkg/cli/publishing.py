"""The `publish` command: prove that what was published is right."""

from __future__ import annotations

import argparse

from mineralkg.cli.output import in_colour, write
from mineralkg.errors import UsageError
from mineralkg.formats import names

__all__ = ["add_publish", "publish"]

_LEVELS = ("violation", "warning", "info")


def add_publish(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.usage = "mineralkg publish check PLACE [--base-url URL] [-f FORMAT] [--fail-on LEVEL] [--max-pages N] …"
    parser.add_argument(
        "what", metavar="check", choices=("check",), help="ask what was published, and judge the answers"
    )
    parser.add_argument("place", metavar="PLACE", help="an address, such as http://127.0.0.1:8000/, or a folder")
    parser.add_argument("--base-url", metavar="URL", help="what the IRIs begin with, if not with the address")
    formats = [name for name in names("report") if name not in ("ttl", "diff")]
    parser.add_argument("-f", "--format", choices=formats, default="text", help="output format")
    parser.add_argument("--fail-on", choices=_LEVELS, default="violation", help="the least grave finding that fails")
    parser.add_argument("--lang", default="en", metavar="LANG", help="language of the messages: en, es")
    parser.add_argument("--max-pages", type=int, default=500, metavar="N", help="pages that are walked over")
    parser.add_argument("--max-requests", type=int, default=20_000, metavar="N", help="requests in all")
    parser.add_argument("--max-seconds", type=float, default=20.0, metavar="S", help="time for one request")
    parser.add_argument("--max-bytes", type=int, default=64 * 1024 * 1024, metavar="N", help="size of one answer")
    parser.add_argument("--at-once", type=int, default=4, metavar="N", help="requests at one time")
    parser.add_argument(
        "--max-per-rule", type=int, default=5, metavar="N", help="findings of one rule shown per address"
    )


def publish(options: argparse.Namespace) -> int:
    """Check what was published, print the report, and return the exit code."""
    from mineralkg.publishing.proof import Bounds, check_published

    given = (options.max_seconds, options.max_bytes, options.at_once, options.max_requests, options.max_pages)
    if min(given) <= 0:
        raise UsageError("A bound is a number above zero.")
    report = check_published(
        options.place,
        base_url=options.base_url,
        fail_on=options.fail_on,
        lang=options.lang,
        bounds=Bounds(*given),
    )
    shown = {"colour": in_colour(), "most": options.max_per_rule} if options.format == "text" else {}
    write(report.text(options.format, **shown))
    if report.failing:
        return 1
    return 0 if report.checked else 3
