"""The project's IRIs and prefixes, and the way between an IRI and its short form."""

from __future__ import annotations

__all__ = [
    "DATA",
    "GRAPH",
    "KINDS",
    "ONTOLOGY",
    "ONTOLOGY_IRI",
    "PREFIXES",
    "QUERY",
    "SHAPES",
    "VOCAB",
    "expand",
    "shorten",
]

ROOT = "https://w3id.org/mineralkg/"
ONTOLOGY_IRI = ROOT + "ontology"
ONTOLOGY = ROOT + "ontology#"
SHAPES = ROOT + "shapes#"
VOCAB = ROOT + "vocab/"
DATA = ROOT + "id/"
QUERY = ROOT + "query/"
GRAPH = ROOT + "graph/"

# The kinds of thing that data IRIs name: https://w3id.org/mineralkg/id/{kind}/{slug}.
KINDS = (
    "body",
    "claim",
    "company",
    "event",
    "evidence",
    "group",
    "instrument",
    "material",
    "measure",
    "organisation",
    "person",
    "post",
    "quantity",
    "source",
    "state",
    "union",
)

PREFIXES: dict[str, str] = {
    "mkg": ONTOLOGY,
    "mkgs": SHAPES,
    "mkgv": VOCAB,
    "mkgd": DATA,
    "mkgq": QUERY,
    "mkgg": GRAPH,
    **{kind: f"{DATA}{kind}/" for kind in KINDS},
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expand(curie: str) -> str | None:
    """Return the IRI that a CURIE such as ``state:JPN`` stands for, or None where its prefix is not ours."""
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in PREFIXES or local.startswith("//"):
        return None
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """Return the CURIE of an IRI with the longest prefix that fits, or the IRI itself."""
    fitting = [(len(base), prefix) for prefix, base in PREFIXES.items() if iri.startswith(base) and iri != base]
    if not fitting:
        return iri
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"
