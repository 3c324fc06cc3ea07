"""One plain sentence about a thing, made from what the graph holds of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.publishing.pages.claims import Claim
from mineralkg.publishing.pages.facts import Statement
from mineralkg.publishing.pages.reading import Reader, Value

__all__ = ["sentence"]


def sentence(
    reader: Reader,
    kinds: Sequence[Value],
    said: Sequence[Statement],
    claims: Sequence[Claim],
    resting: Sequence[Claim],
    speaks: bool,
    own: Claim | None,
) -> str:
    """Return a sentence that says what a thing is, whom and when it involves, and on how much its page rests.

    *claims* are about the thing; *resting* are those that it makes, where it *speaks*, or that rest on it; *own* is the
    claim that it is.
    """
    if own is not None:
        return f"{_claim(reader, own)}."
    words = reader.words

    def of(name: str) -> list[str]:
        prefix, _, local = name.rpartition(":")
        iri = (PREFIXES[prefix] if prefix else ONTOLOGY) + local
        return sorted({reader.value(s.term).text for s in said if s.predicate == iri})

    if ONTOLOGY + "Instrument" in {kind.iri for kind in kinds}:
        text = _instrument(reader, kinds, of("instrumentType"), of("party"), of("announcedOn"), of("currentStatus"))
    else:
        kind = kinds[0].text if kinds else words("sentence.thing")
        text = words("sentence.is", kind=kind[:1].upper() + kind[1:])
        for key, names in (("acts_for", of("actsFor")), ("scheme", of("skos:inScheme")), ("quoted", of("source"))):
            if names:
                text += f"{', ' if key == 'quoted' else ' '}{words(f'sentence.{key}', names=words.listed(names))}"
        if held := of("takesPlaceOn"):
            text += " " + words("sentence.on", date=held[0])
    return f"{text}{_support(reader, claims)}{_resting(reader, resting, speaks)}."


def _instrument(
    reader: Reader, kinds: Sequence[Value], types: list[str], parties: list[str], dates: list[str], status: list[str]
) -> str:
    words = reader.words
    kind = types[0] if types else kinds[0].text
    text = words("sentence.is", kind=kind[:1].upper() + kind[1:])
    if parties:
        key = "sentence.between" if len(parties) > 1 else "sentence.with_party"
        text += " " + words(key, actors=words.listed(parties))
    if dates:
        text += ", " + words("sentence.announced", date=dates[0])
    elif status:
        text += ", " + words("sentence.status", status=words.listed(status))
    return text


def _claim(reader: Reader, claim: Claim) -> str:
    words = reader.words
    kind = claim.kind.text if claim.kind else words("sentence.thing")
    text = words("sentence.is", kind=kind[:1].upper() + kind[1:])
    if claim.speaker:
        text += " " + words("sentence.said_by", actor=claim.speaker.text)
    if claim.reporter and claim.speaker and claim.reporter.iri != claim.speaker.iri:
        text += ", " + words("sentence.reported_by", actor=claim.reporter.text)
    documents = list(dict.fromkeys(p.document.text for p in claim.passages if p.document))
    return text + (", " + words("sentence.quoted", names=words.listed(documents)) if documents else "")


def _support(reader: Reader, claims: Sequence[Claim]) -> str:
    """Return how many claims speak of the thing, and in how many documents they stand."""
    words = reader.words
    standing = [claim for claim in claims if not claim.withdrawn]
    if not standing:
        return ""
    documents = Counter(p.document.iri for c in standing for p in c.passages if p.document)
    text = words.counted(len(standing), "claims")
    if documents:
        text += " " + words("sentence.in", documents=words.counted(len(documents), "documents"))
    return words("sentence.support", claims=text)


def _resting(reader: Reader, claims: Sequence[Claim], speaks: bool) -> str:
    """Return how many claims the thing makes, or how many rest on its words."""
    if not claims:
        return ""
    key = "sentence.speaks" if speaks else "sentence.rests"
    return reader.words(key, claims=reader.words.counted(len(claims), "claims"))
