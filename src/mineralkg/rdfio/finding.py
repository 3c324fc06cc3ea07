"""The places of the triples of a text, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import pyoxigraph as ox

from mineralkg.rdfio.lineplaces import LinePlaces, is_regular
from mineralkg.rdfio.places import Places, TextPlaces
from mineralkg.rdfio.text import FileLines, Lines

__all__ = ["places"]


def places(
    lines: Lines,
    quads: Callable[[], Iterable[ox.Quad]],
    format: str,
    *,
    base: str,
    wanted: Collection[str] = (),
    bracketed: Collection[str] = (),
) -> Places:
    """Return where the *quads* of a text stand; *format* is the name of its format, *base* the IRI of its file.

    In formats whose statements are lines the quads are not asked for. In Turtle and TriG that are not held, places are
    those of the *wanted* subjects, as LongPlaces takes them with *bracketed*; in other formats such a text has none.
    """
    if format in ("nt", "nq") and is_regular(lines.text):
        return LinePlaces(lines, quad_lines=format == "nq")
    if isinstance(lines, FileLines) and format in ("ttl", "trig"):
        from mineralkg.rdfio.longplaces import LongPlaces

        return LongPlaces(lines, wanted, quads(), base=base, bracketed=bracketed)
    text = lines.text
    if format == "rdf":
        from mineralkg.rdfio.xmlplaces import XmlPlaces  # rdflib takes 0.15 s

        return XmlPlaces(text, quads(), base=base)
    if format == "jsonld":
        from mineralkg.rdfio.jsonplaces import JsonPlaces

        return JsonPlaces(text, quads())
    return TextPlaces(text, quads(), base=base, quad_lines=format == "nq")
