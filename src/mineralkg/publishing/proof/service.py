"""Is what the endpoint says about itself true (SPARQL 1.1 Service Description)?"""

from __future__ import annotations

from mineralkg.publishing.proof.media import RESULTS
from mineralkg.publishing.proof.messages import Exchange
from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.resources import CONSTRUCT, SELECT
from mineralkg.publishing.proof.sparql import UPDATE, Way, posted
from mineralkg.publishing.proof.survey import SD, Triples, values

__all__ = ["check_service"]

_FORMATS = "http://www.w3.org/ns/formats/"
# The names of formats at W3C, and the media types that they stand for.
_TYPES = {
    "Turtle": "text/turtle",
    "JSON-LD": "application/ld+json",
    "N-Triples": "application/n-triples",
    "N-Quads": "application/n-quads",
    "RDF_XML": "application/rdf+xml",
    "TriG": "application/trig",
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
}


def check_service(proof: Proof, endpoint: str, way: Way) -> None:
    """Judge the description that an endpoint gives of itself."""
    chain = proof.follow(endpoint, "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8")
    described = proof.data(chain[-1])
    services = {t.subject for t in described if str(getattr(t.object, "value", "")) == SD + "Service"}
    if not proof.judge("service-description", bool(services), chain):
        return
    last = chain[-1]
    stated = values(described, SD + "endpoint")
    right = bool(stated) and all(proof.target.url(iri) == endpoint for iri in stated)
    proof.judge("service-endpoint", right, last, f"sd:endpoint {' '.join(stated) or '–'}; {proof.target.iri(endpoint)}")
    _formats(proof, endpoint, described, way)
    _language(proof, endpoint, described, last)


def _formats(proof: Proof, endpoint: str, described: Triples, way: Way) -> None:
    for iri in values(described, SD + "resultFormat"):
        type = _TYPES.get(iri.removeprefix(_FORMATS))
        if type is None:
            continue
        exchange = proof.client.fetch(way(endpoint, SELECT if type in RESULTS else CONSTRUCT, type))
        proof.judge(
            "service-formats", exchange.ok and exchange.media_type == type, exchange, f"sd:resultFormat <{iri}>"
        )
    if not values(described, SD + "resultFormat"):
        proof.judge("service-formats", False, endpoint, "sd:resultFormat –")


def _language(proof: Proof, endpoint: str, described: Triples, at: Exchange) -> None:
    languages = {iri.removeprefix(SD) for iri in values(described, SD + "supportedLanguage")}
    updates = proof.client.fetch(posted(endpoint, UPDATE, "application/sparql-update"))
    claims = "SPARQL11Update" in languages
    right = bool({"SPARQL11Query", "SPARQL10Query"} & languages) and claims <= updates.ok
    proof.judge("service-language", right, at, f"sd:supportedLanguage {' '.join(sorted(languages)) or '–'}")
