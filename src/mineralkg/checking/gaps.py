"""What a scaffold leaves to be filled in: each comment that says so stands for a value that nobody has given yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mineralkg.checking.files import CheckedFile
from mineralkg.rdfio import Span
from mineralkg.rdfio.structure import Unreadable, tokens

__all__ = ["gaps"]

_GAP = re.compile(r"#\s*(?:fill in|por rellenar):\s*(.*)", re.IGNORECASE)


def gaps(file: CheckedFile) -> Iterator[tuple[Span, str]]:
    """Return where in a Turtle or TriG file something is to be filled in, and what."""
    if file.document is None or file.document.format.name not in ("ttl", "trig") or not _GAP.search(file.lines.text):
        return
    try:
        found = [token for token in tokens(file.lines.text, comments=True) if token.kind == "comment"]
    except Unreadable:
        return  # RDF 1.2, which has a finding of its own
    for comment in found:
        if match := _GAP.match(comment.text):
            yield Span(comment.start, comment.start + len(comment.text.rstrip())), match[1].rstrip(" .")
