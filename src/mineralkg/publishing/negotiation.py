"""Which of several representations a client wants (RFC 9110, 12.5), decided on headers that werkzeug has parsed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from werkzeug.datastructures import Accept, LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

__all__ = ["best_encoding", "best_language", "best_media_type"]


def best_media_type(header: str | None, offered: Sequence[str]) -> str | None:
    """Return the media type among *offered* that an Accept header asks for, or None where it accepts none of them.

    The most specific range decides on a type, whatever others say of it (RFC 9110, 12.5.1), and q=0 rules it out; among
    equals the first offered wins. A missing header accepts all, and so does one in which no media range can be read.
    Of parameters only ``version`` is told apart (RDF 1.2 Turtle, IANA considerations), and only where *offered* has it:
    a range with it means that version, and one without it any. Any other range with parameters, such as ``charset`` and
    ``profile``, means the type.
    """
    return _best_media_type(header, tuple(offered))


@lru_cache(maxsize=256)  # clients send the same few
def _best_media_type(header: str | None, offered: tuple[str, ...]) -> str | None:
    ranges = _ranges(header, offered)
    if ranges is None:
        return offered[0]
    qualities = [(_quality(ranges, type), -place, type) for place, type in enumerate(offered)]
    quality, _, best = max(qualities)
    return best if quality > 0 else None


def _quality(ranges: MIMEAccept, offered: str) -> float:
    """Return the weight of a media type; one of a version has that of the type where no range names the version."""
    values = [value for value, _ in ranges]
    return ranges.quality(offered if offered in values else parse_options_header(offered)[0])


def _ranges(header: str | None, offered: Sequence[str]) -> MIMEAccept | None:
    parsed = parse_accept_header(header, MIMEAccept) if header else MIMEAccept([])
    items = [(_range(value, offered), quality) for value, quality in parsed]
    # Old Java clients send “*; q=.2” and mean everything.
    known = [("*/*" if value == "*" else value, quality) for value, quality in items if "/" in value or value == "*"]
    return MIMEAccept(known) if known else None


def _range(text: str, offered: Sequence[str]) -> str:
    """Return a media range without parameters, or the versioned type among *offered* that it names."""
    type, parameters = parse_options_header(text)
    version = f"{type.lower()}; version={parameters.get('version')}"
    return version if version in offered else type


def best_language(header: str | None, offered: Sequence[str]) -> str:
    """Return the language among *offered* that an Accept-Language header asks for, by lookup (RFC 4647, 3.4).

    A range such as ``es-MX`` is cut down to ``es`` before the next one is looked at; the first offered is the default.
    """
    return _best_language(header, tuple(offered))


@lru_cache(maxsize=256)  # clients send the same few
def _best_language(header: str | None, offered: tuple[str, ...]) -> str:
    for wanted, quality in parse_accept_header(header, LanguageAccept):
        tag = wanted.lower()
        while quality > 0 and tag:
            if tag in offered:
                return tag
            tag = tag.rpartition("-")[0]
    return offered[0]


def best_encoding(header: str | None, offered: Sequence[str]) -> str | None:
    """Return the content coding among *offered* that an Accept-Encoding header asks for, or None for no coding.

    Without a header no coding is used: a client that says nothing may not be able to undo it (RFC 9110, 12.5.3).
    """
    wanted = parse_accept_header(header, Accept)
    qualities = [(wanted.quality(coding), -place, coding) for place, coding in enumerate(offered)]
    quality, _, best = max(qualities)
    plain = wanted.quality("identity") if "identity" in wanted.values() else 0
    return best if quality > 0 and quality >= plain else None
