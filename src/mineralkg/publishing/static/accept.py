"""Which form an Accept header asks for (RFC 9110, 12.5.1), told by regular expressions: what hosts can judge by.

In two steps: the weight of each type is cut out of the header, that of the most specific range that covers it; then the
greatest of the weights is looked for, from 1 down by tenths. Weights within the same tenth are taken as equal, and of
equals the first offered wins; that is all in which it falls short of the RFC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["chosen", "greatest", "weights"]

_NO_WEIGHT = r"(?:;(?!\s*q\s*=)[^,;]*)*"
_END = r"\s*(?:[;,]|$)"
_TENTHS = (r"1(?:\.0*)?", *(rf"0?\.{tenth}[0-9]*" for tenth in range(9, 0, -1)), r"0?\.0[0-9]*[1-9][0-9]*")


def weights(media_type: str) -> Iterator[tuple[str, str]]:
    """Return patterns to look for in an Accept header, in any case of letters, each with the weight of a type.

    The first found decides; its weight is a number, or "$1" for what it captures. Where none is found it is 0.
    """
    main = media_type.partition("/")[0]
    for range in (re.escape(media_type), rf"{re.escape(main)}/\*", r"(?:\*/)?\*"):
        begin = rf"(?:^|,)\s*{range}\s*"
        yield rf"{begin}{_NO_WEIGHT};\s*q\s*=\s*([0-9.]+)", "$1"
        yield begin + _NO_WEIGHT + _END, "1"
    yield r"^[^/*]*$", "1"  # no header, or none in which a range can be read: whatever there is


def greatest(number: int) -> Iterator[tuple[str, int]]:
    """Return patterns to look for in *number* weights joined by commas, each with the place of the greatest.

    The first found decides; where none is found nothing is acceptable.
    """
    for tenth in _TENTHS:
        for place in range(number):
            before = "" if not place else f"(?:[^,]*,){{{place}}}"
            yield f"^{before}{tenth}(?:,|$)", place


def chosen(header: str | None, offered: Sequence[str]) -> str | None:
    """Return the type among *offered* that a host with these patterns chooses, None where it answers 406."""
    told = ",".join(_weight(header or "", media_type) for media_type in offered)
    return next((offered[place] for pattern, place in greatest(len(offered)) if re.search(pattern, told)), None)


def _weight(header: str, media_type: str) -> str:
    for pattern, weight in weights(media_type):
        if match := re.search(pattern, header, re.IGNORECASE):
            return match[1] if weight == "$1" else weight
    return "0"
