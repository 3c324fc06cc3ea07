"""How a server is set up: one table of options, for flags and for the environment alike."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from mineralkg.errors import UsageError
from mineralkg.namespaces import ROOT

__all__ = ["OPTIONS", "Config", "Option", "from_environment"]


@dataclass(frozen=True)
class Config:
    """What a server serves, where, and how much it takes on."""

    data: tuple[str, ...] = ()
    store: str | None = None
    base_url: str = ROOT
    licence: str | None = None
    publisher: str | None = None
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: str = ""
    # While one hands over its answer, another works; and one is there for who else comes.
    query_workers: int = 2 * (os.cpu_count() or 1) + 1
    page_workers: int = 2
    query_seconds: float = 10.0
    page_seconds: float = 30.0
    waiting: int = 32
    memory_mb: int = 1024
    max_rows: int = 100_000
    max_answer_mb: int = 64
    max_body_kb: int = 1024
    max_url_kb: int = 16
    rate: float = 50.0
    burst: int = 200
    cache_mb: int = 128
    grace_seconds: float = 10.0
    access_log: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise UsageError(f"{self.port} is no port. Give one between 0 (any free one) and 65535.")
        if self.public_url and not _WEB.match(self.public_url):
            raise UsageError(f"--public-url is “{self.public_url}”; an address begins with https:// or http://.")
        for option in OPTIONS:
            value = getattr(self, option.name)
            if isinstance(value, int | float) and not isinstance(value, bool) and value < option.least:
                raise UsageError(f"--{option.flag} must be at least {option.least:g}, not {value:g}.")


@dataclass(frozen=True)
class Option:
    """An option of the server: its name in Config, its type, the least it may be, and a line of help."""

    name: str
    type: type
    metavar: str
    help: str
    least: float = 0

    @property
    def flag(self) -> str:
        """The name on the command line."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return f"MINERALKG_{self.name.upper()}"


OPTIONS = (
    Option("base_url", str, "IRI", "the base of the IRIs that are published"),
    Option("licence", str, "IRI", "the licence of the data, where it is not the shipped graph"),
    Option("publisher", str, "IRI", "who publishes the data, where it is not the shipped graph"),
    Option("public_url", str, "URL", "where the world reaches this server, if not by the name it is asked under"),
    Option("host", str, "ADDRESS", "the address to listen on"),
    Option("port", int, "PORT", "the port to listen on; 0 takes any free one"),
    Option("trusted_proxies", str, "ADDRESSES", "proxies whose X-Forwarded headers are believed, with commas"),
    Option(
        "query_workers",
        int,
        "N",
        "processes that run queries from outside; two for each processor and one more if not said",
        least=1,
    ),
    Option("page_workers", int, "N", "processes that make pages and canned answers", least=1),
    Option("query_seconds", float, "SECONDS", "how long a query from outside may run", least=0.1),
    Option("page_seconds", float, "SECONDS", "how long a page or canned answer may take", least=0.1),
    Option("waiting", int, "N", "requests that may wait for a process; more are turned away"),
    Option("memory_mb", int, "MB", "memory that a query may take beyond the graph", least=64),
    Option("max_rows", int, "N", "rows that an answer may have", least=1),
    Option("max_answer_mb", int, "MB", "size of the largest answer", least=1),
    Option("max_body_kb", int, "KB", "size of the largest request body", least=1),
    Option("max_url_kb", int, "KB", "length of the longest address", least=1),
    Option("rate", float, "N", "requests that make work, per second and client; 0 sets no limit"),
    Option("burst", int, "N", "requests that a client may send at once", least=1),
    Option("cache_mb", int, "MB", "memory for finished responses"),
    Option("grace_seconds", float, "SECONDS", "time to finish requests when stopping"),
)


def from_environment(given: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Config:
    """Return the set-up from what was *given* by flags, then from variables such as MINERALKG_PORT, then by default.

    Raises UsageError for a value of the wrong kind or out of bounds.
    """
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for option in OPTIONS:
        if (text := variables.get(option.variable)) is not None:
            try:
                values[option.name] = option.type(text)
            except ValueError:
                raise UsageError(f"{option.variable} is “{text}”, which is no {_KINDS[option.type]}.") from None
    if (path := variables.get("MINERALKG_DATA")) is not None:
        values["data"] = tuple(path.split(os.pathsep))
    if (folder := variables.get("MINERALKG_STORE")) is not None:
        values["store"] = folder
    if (log := variables.get("MINERALKG_ACCESS_LOG")) is not None:
        if log.lower() not in _SWITCH:
            raise UsageError(f"MINERALKG_ACCESS_LOG is “{log}”; write {', '.join(_SWITCH)}.")
        values["access_log"] = _SWITCH[log.lower()]
    known = {field.name for field in fields(Config)}
    values |= {name: value for name, value in given.items() if value is not None and name in known}
    return Config(**values)


_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_WEB = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_KINDS = {int: "whole number", float: "number", str: "text"}
