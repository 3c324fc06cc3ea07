"""Read and write RDF safely, and say where in a text a triple stands."""

from mineralkg.rdfio.files import Document, documents, load, parse, read, serialize, to_rdflib
from mineralkg.rdfio.places import Place, Places, Span

__all__ = [
    "Document",
    "Place",
    "Places",
    "Span",
    "documents",
    "load",
    "parse",
    "read",
    "serialize",
    "to_rdflib",
]
