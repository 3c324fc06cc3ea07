"""Where the parser of RDF/XML stops, which it does not say: found by giving it less and less of the text.

It reads from front to back, so a beginning of the text raises the same error as the whole as soon as it holds the
fault, and another one, or none, while it does not.
"""

from __future__ import annotations

import re
from bisect import bisect_left

import pyoxigraph as ox

from mineralkg.rdfio.text import Span

__all__ = ["fault"]

_MOST = 8_000_000  # characters; the text is read some twenty times
_TAG_END = re.compile(r">")


def fault(text: str, base: str, reason: str) -> Span | None:
    """Return where the parser raises *reason*: a tag, or the text before one; None where that is not sure."""
    if len(text) > _MOST:
        return None

    def raises(length: int) -> bool:
        return _error(text[:length], base) == reason

    ends = [match.end() for match in _TAG_END.finditer(text)] + [len(text)]
    which = bisect_left(ends, True, key=raises)
    if which == len(ends) or not raises(ends[which]):
        return None
    before = ends[which - 1] if which else 0
    first = bisect_left(range(before, ends[which]), True, key=raises) + before
    stretch = text[before : ends[which]]
    words, mark, _ = stretch.partition("<")
    if mark and first - before > len(words):  # the text between two tags can be read, and the tag cannot
        return Span(before + len(words), ends[which])
    start = before + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def _error(text: str, base: str) -> str | None:
    """Return what the parser says of a text, None where it can be read."""
    try:
        for _ in ox.parse(text, format=ox.RdfFormat.RDF_XML, base_iri=base):
            pass
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None
