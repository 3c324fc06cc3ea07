"""Read and write RDF safely, and say where in a text a triple stands."""

from mineralkg.rdfio.files import (
    Document,
    documents,
    engine_format,
    file_iri,
    load,
    load_error,
    other_format,
    parse,
    problems,
    read,
    serialize,
    to_rdflib,
)
from mineralkg.rdfio.finding import places
from mineralkg.rdfio.guards import LIMITS, Limits
from mineralkg.rdfio.opening import below, content, named_files, real_path
from mineralkg.rdfio.places import Place, Places
from mineralkg.rdfio.problems import Problem
from mineralkg.rdfio.replacing import replace_text
from mineralkg.rdfio.text import Change, FileLines, Lines, Span, changed

__all__ = [
    "LIMITS",
    "Change",
    "Document",
    "FileLines",
    "Limits",
    "Lines",
    "Place",
    "Places",
    "Problem",
    "Span",
    "below",
    "changed",
    "content",
    "documents",
    "engine_format",
    "file_iri",
    "load",
    "load_error",
    "named_files",
    "other_format",
    "parse",
    "places",
    "problems",
    "read",
    "real_path",
    "replace_text",
    "serialize",
    "to_rdflib",
]
