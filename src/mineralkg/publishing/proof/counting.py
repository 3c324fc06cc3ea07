"""The numbers that a description states of a dataset, and the same numbers counted again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.publishing.proof.proof import Proof
from mineralkg.publishing.proof.survey import VOID, Triples, selected

__all__ = ["TRIPLES", "Statement", "by_dump", "by_endpoint", "statements"]

TRIPLES = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"
_COUNTS = {
    "triples": TRIPLES,
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?o }",
}
# property of the dataset, what the part is about, what is counted, and the query, in which # stands for that
_PARTS = (
    ("classPartition", "class", "entities", "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a # }"),
    (
        "propertyPartition",
        "property",
        "triples",
        "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?o WHERE { ?s # ?o } }",
    ),
)


@dataclass(frozen=True)
class Statement:
    """A number, what it is said to count, and the query that counts it."""

    what: str
    number: int
    query: str


def statements(dataset: Triples) -> Iterator[Statement]:
    """Return the numbers that a description states of the dataset as a whole: the one with an endpoint or a dump."""
    whole = {t.subject for t in dataset if t.predicate.value in (VOID + "sparqlEndpoint", VOID + "dataDump")}
    for triple in sorted((t for t in dataset if t.subject in whole), key=str):
        name = triple.predicate.value.removeprefix(VOID)
        if name in _COUNTS and (number := _number(triple.object)) is not None:
            yield Statement(f"{triple.subject} void:{name}", number, _COUNTS[name])
        for part, key, count, query in _PARTS:
            if name == part:
                yield from _of_part(dataset, triple.object, key, count, query)


def _of_part(dataset: Triples, part: object, key: str, count: str, query: str) -> Iterator[Statement]:
    said = [(t.predicate.value, t.object) for t in dataset if t.subject == part]
    for predicate, about in said:
        if predicate == VOID + key and isinstance(about, ox.NamedNode):
            numbers = [_number(value) for name, value in said if name == VOID + count]
            for number in numbers:
                if number is not None:
                    yield Statement(f"{about} void:{count}", number, query.replace("#", str(about)))


def _number(term: object) -> int | None:
    text = term.value if isinstance(term, ox.Literal) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None


def by_endpoint(proof: Proof, endpoint: str, queries: Sequence[str]) -> list[int | None]:
    """Return what an endpoint counts for each query, None where it gives no number."""
    answers = [rows[0][0] if rows else "" for rows in selected(proof, endpoint, queries)]
    return [int(answer) if answer.isdecimal() else None for answer in answers]


def by_dump(triples: Iterable[ox.Triple], queries: Sequence[str]) -> list[int | None]:
    """Return what is counted in a dump for each query."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return [int(next(iter(store.query(query)))[0].value) for query in queries]  # type: ignore[arg-type]
