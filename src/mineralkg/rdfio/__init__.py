"""Read and write RDF safely, and say where in a text a triple stands."""

from mineralkg.rdfio.files import (
    Document,
    documents,
    load,
    load_error,
    other_format,
    parse,
    problems,
    read,
    serialize,
    to_rdflib,
)
from mineralkg.rdfio.guards import LIMITS, Limits
from mineralkg.rdfio.places import Place, Places, Span
from mineralkg.rdfio.problems import Problem

__all__ = [
    "LIMITS",
    "Document",
    "Limits",
    "Place",
    "Places",
    "Problem",
    "Span",
    "documents",
    "load",
    "load_error",
    "other_format",
    "parse",
    "problems",
    "read",
    "serialize",
    "to_rdflib",
]
