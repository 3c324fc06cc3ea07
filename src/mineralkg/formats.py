"""The one table of formats: what they are called, their media types and suffixes, and what they can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from mineralkg.errors import UnknownFormat

__all__ = ["FORMATS", "Format", "by_name", "by_suffix", "is_rdf", "names"]

Kind = Literal["rdf", "rows", "report"]


@dataclass(frozen=True)
class Format:
    """A format: its short name, what it holds, its registered media type, its suffixes, and a line of help."""

    name: str
    kind: Kind
    media_type: str
    suffixes: tuple[str, ...]
    help: str
    quads: bool = False


FORMATS: tuple[Format, ...] = (
    Format("ttl", "rdf", "text/turtle", (".ttl", ".turtle"), "Turtle"),
    Format("trig", "rdf", "application/trig", (".trig",), "TriG", quads=True),
    Format("nt", "rdf", "application/n-triples", (".nt",), "N-Triples"),
    Format("nq", "rdf", "application/n-quads", (".nq",), "N-Quads", quads=True),
    Format("rdf", "rdf", "application/rdf+xml", (".rdf", ".owl", ".xml"), "RDF/XML"),
    Format("jsonld", "rdf", "application/ld+json", (".jsonld",), "JSON-LD", quads=True),
    Format("table", "rows", "text/plain", (), "a table to read"),
    Format("csv", "rows", "text/csv", (".csv",), "SPARQL 1.1 CSV"),
    Format("tsv", "rows", "text/tab-separated-values", (".tsv",), "SPARQL 1.1 TSV"),
    Format("json", "rows", "application/json", (".json",), "an array with one object per row"),
    Format("srj", "rows", "application/sparql-results+json", (".srj",), "SPARQL 1.1 Query Results JSON"),
    Format("md", "rows", "text/markdown", (".md",), "a Markdown table"),
    Format("text", "report", "text/plain", (), "a report to read"),
    Format("json", "report", "application/json", (".json",), "findings and summary as JSON"),
    Format("sarif", "report", "application/sarif+json", (".sarif",), "SARIF 2.1.0, for code hosts"),
    Format("junit", "report", "application/xml", (".xml",), "JUnit XML, for continuous integration"),
    Format("github", "report", "text/plain", (), "annotations of GitHub Actions"),
    Format("md", "report", "text/markdown", (".md",), "Markdown, for a pull request"),
    Format("html", "report", "text/html", (".html",), "one self-contained page"),
    Format("ttl", "report", "text/turtle", (".ttl",), "the standard sh:ValidationReport"),
    Format("diff", "report", "text/x-diff", (".diff", ".patch"), "the verified fixes, as a unified diff"),
)


def names(kind: Kind) -> list[str]:
    """Return the names of the formats of one kind, in the order of the table."""
    return [f.name for f in FORMATS if f.kind == kind]


def by_name(name: str, kind: Kind) -> Format:
    """Return the format *name* of one kind, or raise UnknownFormat with the names there are."""
    for candidate in FORMATS:
        if candidate.name == name and candidate.kind == kind:
            return candidate
    raise UnknownFormat(name, names(kind))


def is_rdf(path: PurePath) -> bool:
    """Say whether a file is named as one of RDF."""
    return any(fmt.kind == "rdf" and path.suffix.lower() in fmt.suffixes for fmt in FORMATS)


def by_suffix(path: str | PurePath) -> Format:
    """Return the RDF format that the file name ends in, or raise UnknownFormat with the suffixes there are."""
    suffix = PurePath(path).suffix.lower()
    for candidate in FORMATS:
        if candidate.kind == "rdf" and suffix in candidate.suffixes:
            return candidate
    raise UnknownFormat(suffix or str(path), [s for f in FORMATS if f.kind == "rdf" for s in f.suffixes])
