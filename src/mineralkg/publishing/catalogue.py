"""What a site says about itself to machines: VoID, DCAT 3, schema.org and the SPARQL service description.

Every number is counted in what SPARQL sees of the graph, so that anybody can count again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mineralkg.formats import by_name
from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.publishing.representations import RDF_FORMATS

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["DUMPS", "Dump", "dataset_description", "service_description"]

DUMPS = ("nt", "ttl", "nq", "trig")
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_SPDX = "http://spdx.org/rdf/terms#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_DCTERMS, _RDF, _SCHEMA, _XSD = (PREFIXES[name] for name in ("dcterms", "rdf", "schema", "xsd"))
_FORMAT_NAMES = {
    "ttl": "Turtle",
    "trig": "TriG",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}
_RESULT_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }",
}
_PARTS = {
    "class": "SELECT ?x (COUNT(DISTINCT ?s) AS ?n) { ?s a ?x FILTER (isIRI(?x)) } GROUP BY ?x ORDER BY ?x",
    "property": "SELECT ?x (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?x ?o { ?s ?x ?o } } GROUP BY ?x ORDER BY ?x",
}
_MOST_PARTS = 500
_LAST_CHANGE = "SELECT (MAX(?when) AS ?last) { ?claim prov:generatedAtTime|prov:invalidatedAtTime ?when }"


@dataclass(frozen=True)
class Dump:
    """Everything in one file: its format, and its size in bytes and SHA-256 digest where they are known."""

    suffix: str
    size: int | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        """The name of its format; a packed file says so."""
        format, _, packed = self.suffix.partition(".")
        return by_name(format, "rdf").help + (f" ({packed})" if packed else "")


class _Writer:
    """Collects triples; values that are text are IRIs."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def say(self, subject: str, predicate: str, *values: str | ox.Literal) -> None:
        for value in values:
            node = ox.NamedNode(value) if isinstance(value, str) else value
            self.triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node))


def dataset_description(site: Site, links: Links, dumps: Sequence[Dump] = ()) -> list[ox.Triple]:
    """Return the description of the dataset in VoID, DCAT 3 and schema.org, with the addresses of this site.

    *dumps* tells the size and digest of files with all data, where known.
    """
    out = _Writer()
    _dataset(out, site, links)
    _statistics(out, site)
    _distributions(out, site, links, {dump.suffix: dump for dump in dumps})
    _catalogue(out, site, links)
    return out.triples


def _dataset(out: _Writer, site: Site, links: Links) -> None:
    dataset = site.dataset
    out.say(dataset, _RDF + "type", _VOID + "Dataset", _DCAT + "Dataset", _SCHEMA + "Dataset")
    for language, title, text in _titles(site):
        for predicate in (_DCTERMS + "title", _SCHEMA + "name"):
            out.say(dataset, predicate, ox.Literal(title, language=language))
        for predicate in (_DCTERMS + "description", _SCHEMA + "description"):
            out.say(dataset, predicate, ox.Literal(text, language=language))
    if site.licence:
        out.say(dataset, _DCTERMS + "license", site.licence)
        out.say(dataset, _SCHEMA + "license", site.licence)
    out.say(dataset, _DCTERMS + "identifier", ox.Literal(dataset))
    out.say(dataset, _DCAT + "version", ox.Literal(site.version))
    out.say(dataset, _SCHEMA + "version", ox.Literal(site.version))
    out.say(dataset, _DCAT + "landingPage", links.absolute(links.page("home")))
    out.say(dataset, _SCHEMA + "url", links.absolute(links.page("home")))
    if site.publisher:
        out.say(dataset, _DCTERMS + "publisher", site.publisher)
        out.say(dataset, _DCTERMS + "creator", site.publisher)
        out.say(dataset, _SCHEMA + "creator", site.publisher)
    if site.own:
        out.say(dataset, _VOID + "vocabulary", ONTOLOGY)
    last = site.graph.sparql(_LAST_CHANGE)
    if last and (term := last[0].terms["last"]) is not None and isinstance(term, ox.Literal):
        out.say(dataset, _DCTERMS + "modified", term)
    out.say(dataset, _VOID + "uriSpace", ox.Literal(site.base))
    out.say(dataset, _VOID + "feature", *(_FORMATS + _FORMAT_NAMES[f.name] for f in RDF_FORMATS))


def _titles(site: Site) -> Iterator[tuple[str, str, str]]:
    if site.own:
        yield (
            "en",
            "mineralkg: the knowledge graph of critical-minerals diplomacy",
            "Who promised what to whom about critical minerals, how firmly, and on whose words.",
        )
        yield (
            "es",
            "mineralkg: el grafo de conocimiento de la diplomacia de los minerales críticos",
            "Quién prometió qué a quién sobre minerales críticos, con qué firmeza y con qué palabras.",
        )
    else:
        yield "en", f"Linked data at {site.base}", f"What the data say about the things named {site.base}…"


def _statistics(out: _Writer, site: Site) -> None:
    for name, text in _COUNTS.items():
        out.say(site.dataset, _VOID + name, _count(site.graph.sparql(text)[0].terms["n"]))
    for kind, text in _PARTS.items():
        for row in site.graph.sparql(f"{text} LIMIT {_MOST_PARTS}"):
            part = f"{site.base}void#{kind}-{_part_name(str(row.x))}"
            out.say(site.dataset, f"{_VOID}{kind}Partition", part)
            out.say(part, _VOID + kind, str(row.x))
            out.say(part, _VOID + ("entities" if kind == "class" else "triples"), _count(row.terms["n"]))
    example = next((iri for iri in site.iris() if iri.startswith(f"{site.base}id/instrument/")), None)
    if example := example or next(site.iris(), None):
        out.say(site.dataset, _VOID + "exampleResource", example)


def _part_name(iri: str) -> str:
    """Return a name for the part of the dataset that one class or property makes, unlike that of any other."""
    from hashlib import sha256

    return f"{sha256(iri.encode()).hexdigest()[:12]}"


def _count(term: object) -> ox.Literal:
    assert isinstance(term, ox.Literal)  # COUNT is always bound
    return term


def _distributions(out: _Writer, site: Site, links: Links, known: Mapping[str, Dump]) -> None:
    for name in links.dumps:
        form, _, packed = name.partition(".")
        format = by_name(form, "rdf")
        address = links.absolute(links.page("dump", suffix=name))
        node = f"{site.base}void#dump-{name.replace('.', '-')}"
        out.say(site.dataset, _VOID + "dataDump", address)
        out.say(site.dataset, _DCAT + "distribution", node)
        out.say(site.dataset, _SCHEMA + "distribution", node)
        out.say(node, _RDF + "type", _DCAT + "Distribution", _SCHEMA + "DataDownload")
        out.say(
            node,
            _DCTERMS + "title",
            ox.Literal(f"All data as {format.help}{', compressed' if packed else ''}", language="en"),
        )
        out.say(node, _DCAT + "downloadURL", address)
        out.say(node, _DCAT + "accessURL", address)
        out.say(node, _SCHEMA + "contentUrl", address)
        out.say(node, _DCAT + "mediaType", _MEDIA_TYPES + format.media_type)
        out.say(node, _SCHEMA + "encodingFormat", ox.Literal(format.media_type))
        if packed:
            out.say(node, _DCAT + "compressFormat", _MEDIA_TYPES + "application/gzip")
        if site.licence:
            out.say(node, _DCTERMS + "license", site.licence)
        if name in known:
            _measures(out, node, known[name])


def _measures(out: _Writer, node: str, dump: Dump) -> None:
    """Say by what a file can be known when it has been fetched: its size, and its digest (DCAT 3, 6.8)."""
    if dump.size is not None:
        number = ox.Literal(str(dump.size), datatype=ox.NamedNode(_XSD + "nonNegativeInteger"))
        out.say(node, _DCAT + "byteSize", number)
        out.say(node, _SCHEMA + "contentSize", ox.Literal(f"{dump.size} B"))
    if dump.sha256 is not None:
        checksum = f"{node}-checksum"
        out.say(node, _SPDX + "checksum", checksum)
        out.say(checksum, _RDF + "type", _SPDX + "Checksum")
        out.say(checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256")
        digest = ox.Literal(dump.sha256, datatype=ox.NamedNode(_XSD + "hexBinary"))
        out.say(checksum, _SPDX + "checksumValue", digest)
        out.say(node, _SCHEMA + "sha256", ox.Literal(dump.sha256))


def _catalogue(out: _Writer, site: Site, links: Links) -> None:
    out.say(site.dataset, _VOID + "rootResource", site.base)
    out.say(site.base, _RDF + "type", _DCAT + "Catalog", _SCHEMA + "DataCatalog")
    out.say(site.base, _DCAT + "dataset", site.dataset)
    out.say(site.base, _SCHEMA + "dataset", site.dataset)
    for language, title, text in _titles(site):
        out.say(site.base, _DCTERMS + "title", ox.Literal(title, language=language))
        out.say(site.base, _DCTERMS + "description", ox.Literal(text, language=language))
    if links.endpoint:
        _service(out, site, links)
    document = f"{site.base}void"
    out.say(document, _RDF + "type", _VOID + "DatasetDescription")
    out.say(document, "http://xmlns.com/foaf/0.1/primaryTopic", site.dataset)


def _service(out: _Writer, site: Site, links: Links) -> None:
    endpoint, service = links.absolute(links.page("sparql")), f"{site.base}void#sparql"
    out.say(site.dataset, _VOID + "sparqlEndpoint", endpoint)
    out.say(site.base, _DCAT + "service", service)
    out.say(service, _RDF + "type", _DCAT + "DataService")
    out.say(service, _DCTERMS + "title", ox.Literal("SPARQL endpoint", language="en"))
    out.say(service, _DCAT + "endpointURL", endpoint)
    out.say(service, _DCAT + "endpointDescription", endpoint)
    out.say(service, _DCAT + "servesDataset", site.dataset)
    out.say(service, _DCTERMS + "conformsTo", "http://www.w3.org/TR/sparql11-protocol/")


def service_description(site: Site, links: Links) -> list[ox.Triple]:
    """Return the description of the SPARQL service (SPARQL 1.1 Service Description): what it speaks and holds."""
    out = _Writer()
    endpoint = links.absolute(links.page("sparql"))
    service = f"{endpoint}#service"
    dataset, default = f"{service}-dataset", f"{service}-default-graph"
    out.say(service, _RDF + "type", _SD + "Service")
    out.say(service, _SD + "endpoint", endpoint)
    out.say(service, _SD + "supportedLanguage", _SD + "SPARQL11Query")
    out.say(service, _SD + "feature", _SD + "UnionDefaultGraph")
    out.say(service, _SD + "resultFormat", *(_FORMATS + name for name in _RESULT_FORMATS))
    out.say(service, _SD + "resultFormat", *(_FORMATS + _FORMAT_NAMES[f.name] for f in RDF_FORMATS))
    out.say(service, _SD + "defaultDataset", dataset)
    out.say(dataset, _RDF + "type", _SD + "Dataset")
    out.say(dataset, _SD + "defaultGraph", default)
    out.say(default, _RDF + "type", _SD + "Graph")
    out.say(default, _VOID + "triples", _count(site.graph.sparql(_COUNTS["triples"])[0].terms["n"]))
    counts = site.graph.sparql(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g LIMIT 1000"
    )
    seen = set(site.graph.visible_graphs())
    for number, row in enumerate((row for row in counts if row.terms["g"] in seen), 1):
        name, graph = f"{service}-named-graph-{number}", f"{service}-graph-{number}"
        out.say(dataset, _SD + "namedGraph", name)
        out.say(name, _RDF + "type", _SD + "NamedGraph")
        out.say(name, _SD + "name", str(row.g))
        out.say(name, _SD + "graph", graph)
        out.say(graph, _RDF + "type", _SD + "Graph")
        out.say(graph, _VOID + "triples", _count(row.terms["n"]))
    return out.triples
