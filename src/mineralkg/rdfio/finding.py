"""The places of the triples of a text, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from mineralkg.rdfio.places import Places

__all__ = ["places"]


def places(text: str, quads: Iterable[ox.Quad], format: str, *, base: str) -> Places:
    """Return where the *quads* of a text stand; *format* is the name of its format, *base* the IRI of its file."""
    if format == "rdf":
        from mineralkg.rdfio.xmlplaces import XmlPlaces  # rdflib takes 0.15 s

        return XmlPlaces(text, quads, base=base)
    if format == "jsonld":
        from mineralkg.rdfio.jsonplaces import JsonPlaces

        return JsonPlaces(text, quads, base=base)
    return Places(text, quads, base=base, quad_lines=format == "nq")
