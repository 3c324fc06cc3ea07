"""Whether the data lie where they are published: of data that lie elsewhere there is nothing to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import pyoxigraph as ox

__all__ = ["lying_elsewhere"]

_MOST = 0.9  # of what lies on a host: so much in one folder names that; hosts such as w3id.org are shared with others


def lying_elsewhere(quads: Iterable[ox.Quad], base: str) -> str | None:
    """Return a sentence for data that describe nothing below *base*: what is missing, and which base they have."""
    hosts: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    for subject, _ in groupby(quad.subject for quad in quads):
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(("http://", "https://")):
            continue
        if subject.value.startswith(base):
            return None
        parts = subject.value.partition("#")[0].split("/", 4)
        hosts["/".join(parts[:3]) + "/"] += 1
        if len(parts) > 4:
            folders["/".join(parts[:4]) + "/"] += 1
    said = (
        f"warning: the data describe nothing whose IRI begins with {base}, so that no thing has a page; "
        "questions, rules and dumps were written"
    )
    if not hosts:
        return f"{said}. There is no http or https IRI that they describe"
    begins, number = hosts.most_common(1)[0]
    for folder, held in folders.most_common(1):
        begins = folder if folder.startswith(begins) and held > _MOST * number else begins
    return f"{said}. Most of their IRIs begin with {begins} — for pages of these: --base-url {begins}"
