"""Claims as a reader meets them: what is claimed, in which words, by whom, and how firmly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.publishing.pages.reading import Reader, Value, text_of, values_block

__all__ = ["Claim", "Firmness", "Passage", "best", "claims_of", "iso"]

_AT_ONCE = 500  # claims that one query asks for
_FACTS = "SELECT ?claim ?property ?value WHERE {{ VALUES ?claim {{ {claims} }} ?claim ?property ?value }}"
_KINDS = """
SELECT ?claim ?kind WHERE {{
  VALUES ?claim {{ {claims} }}
  ?claim a ?kind .
  ?kind rdfs:subClassOf mkg:Claim .
}}
"""
_PASSAGES = """
SELECT ?claim ?passage ?quote ?written ?document ?start ?end ?tier WHERE {{
  VALUES ?claim {{ {claims} }}
  ?claim mkg:evidence ?passage .
  ?passage mkg:quote ?quote .
  OPTIONAL {{ ?passage mkg:quoteAsWritten ?written }}
  OPTIONAL {{ ?passage mkg:source ?document . OPTIONAL {{ ?document mkg:sourceTier ?tier }} }}
  OPTIONAL {{ ?passage mkg:start ?start }}
  OPTIONAL {{ ?passage mkg:end ?end }}
}} ORDER BY ?claim ?document ?start ?passage
"""
_SCALES = """
SELECT ?concept (COUNT(DISTINCT ?lower) AS ?step) (COUNT(DISTINCT ?other) AS ?steps) WHERE {{
  VALUES ?concept {{ {concepts} }}
  ?concept skos:inScheme ?scheme ; skos:notation ?place .
  ?other skos:inScheme ?scheme ; skos:notation ?its_place .
  OPTIONAL {{ ?lower skos:inScheme ?scheme ; skos:notation ?low FILTER (?low <= ?place && ?lower = ?other) }}
}} GROUP BY ?concept
"""
_SKOS = PREFIXES["skos"]
_PROV = PREFIXES["prov"]


@dataclass(frozen=True)
class Passage:
    """Words of a document, with their place in it."""

    quote: str
    lang: str | None
    href: str | None
    document: Value | None
    tier: Value | None
    start: int | None
    end: int | None
    written: str | None


@dataclass(frozen=True)
class Firmness:
    """How firm a wording is: its name, and its step on the scale of its scheme."""

    name: Value
    step: int
    steps: int


@dataclass
class Claim:
    """One claim, ready to be shown."""

    iri: str
    title: Value
    code: str
    kind: Value | None
    passages: list[Passage]
    certainty: Value | None
    firmness: Firmness | None
    speaker: Value | None
    speaking_as: Value | None
    said_at: Value | None
    cites: Value | None
    reporter: Value | None
    recorder: Value | None
    recorded: str | None
    withdrawn: str | None
    derivation: Value | None
    note: Value | None
    terms: dict[str, list[object]] = field(default_factory=dict)

    def first(self, property_: str) -> object | None:
        """Return the first value of a property of the ontology, or None."""
        return next(iter(self.terms.get(ONTOLOGY + property_, ())), None)


def claims_of(reader: Reader, iris: Sequence[str]) -> list[Claim]:
    """Return the claims among *iris* with their words, in the order given; what is no claim is left out."""
    if len(iris) > _AT_ONCE:
        named = list(dict.fromkeys(iris))
        parts = [claims_of(reader, named[start : start + _AT_ONCE]) for start in range(0, len(named), _AT_ONCE)]
        return [claim for part in parts for claim in part]
    if not iris:
        return []
    block = values_block(dict.fromkeys(iris))
    terms, kinds = reader.once(f"claims {block}", lambda: _facts(reader, block))
    passages = _passages(reader, block)
    reader.learn([*iris, *kinds.values()])
    reader.learn(value for facts in terms.values() for values in facts.values() for value in values)
    scales = _scales(reader, terms.values())
    found = dict.fromkeys(iris)
    return [_claim(reader, iri, kinds[iri], terms[iri], passages[iri], scales) for iri in found if iri in kinds]


def _facts(reader: Reader, block: str) -> tuple[dict[str, dict[str, list[object]]], dict[str, str]]:
    """Return what is said of each claim, by property, and its kind."""
    terms: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for claim, property_, value in reader.ask(_FACTS.format(claims=block)).tuples:
        terms[text_of(claim)][text_of(property_)].append(value)
    return terms, {text_of(c): text_of(k) for c, k in reader.ask(_KINDS.format(claims=block)).tuples}


def _passages(reader: Reader, block: str) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for claim, passage, quote, written, document, start, end, tier in reader.ask(_PASSAGES.format(claims=block)).tuples:
        lang = quote.language if isinstance(quote, ox.Literal) else None
        found[text_of(claim)].append(
            Passage(
                quote=text_of(quote),
                lang=lang if lang != reader.lang else None,
                href=reader.links.resource(text_of(passage)),
                document=reader.value(document) if document is not None else None,
                tier=reader.value(tier) if tier is not None else None,
                start=int(text_of(start)) if start is not None else None,
                end=int(text_of(end)) if end is not None else None,
                written=text_of(written) if written is not None else None,
            )
        )
    return found


def _scales(reader: Reader, facts: Iterable[dict[str, list[object]]]) -> dict[str, tuple[int, int]]:
    """Return for each modality its step on the scale and the number of steps."""
    used = {str(getattr(t, "value", "")) for terms in facts for t in terms.get(ONTOLOGY + "modality", ())}
    if not used:
        return {}
    rows = reader.ask(_SCALES.format(concepts=values_block(sorted(used))))
    return {str(row.concept): (int(str(row.step)), int(str(row.steps))) for row in rows}


def _claim(
    reader: Reader,
    iri: str,
    kind: str,
    terms: dict[str, list[object]],
    passages: list[Passage],
    scales: dict[str, tuple[int, int]],
) -> Claim:
    def value(property_: str) -> Value | None:
        found = terms.get(property_ if ":" in property_ else ONTOLOGY + property_)
        return reader.value(best(found, reader.lang)) if found else None

    modality = terms.get(ONTOLOGY + "modality")
    firm = value("modality")
    step, steps = scales.get(str(getattr(modality[0], "value", "")) if modality else "", (0, 0))
    code = terms.get(_SKOS + "notation")
    return Claim(
        iri=iri,
        title=reader.thing(iri),
        code=str(getattr(code[0], "value", "")) if code else "",
        kind=reader.thing(kind),
        passages=passages,
        certainty=value("certainty"),
        firmness=Firmness(firm, step, steps) if firm else None,
        speaker=value("speaker"),
        speaking_as=value("speakingAs"),
        said_at=value("saidAt"),
        cites=value("citesDocument"),
        reporter=value("reporter"),
        recorder=value("recorder"),
        recorded=iso(terms.get(_PROV + "generatedAtTime")),
        withdrawn=iso(terms.get(_PROV + "invalidatedAtTime")),
        derivation=value("derivation"),
        note=value(_SKOS + "editorialNote"),
        terms=terms,
    )


def best(terms: Sequence[object], lang: str) -> object | None:
    """Return the term to show where one is enough: in *lang*, else in English, else the first in order."""
    order = {lang: 0, "en": 1, None: 2}

    def rank(term: object) -> tuple[int, str]:
        return (order.get(term.language, 3) if isinstance(term, ox.Literal) else 0, str(term))

    return min(terms, key=rank, default=None)


def iso(terms: Sequence[object] | None) -> str | None:
    """Return the day of the earliest of some dates, as it is written in the data."""
    found = sorted(t.value[:10] for t in terms or () if isinstance(t, ox.Literal))
    return found[0] if found else None
