"""One plain sentence about a thing, made from what the graph holds of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mineralkg.namespaces import ONTOLOGY
from mineralkg.publishing.pages.claims import Claim
from mineralkg.publishing.pages.facts import Group
from mineralkg.publishing.pages.reading import Reader, Value

__all__ = ["sentence"]


def sentence(
    reader: Reader, kinds: Sequence[Value], found: Sequence[Group], claims: Sequence[Claim], own: Claim | None
) -> str:
    """Return a sentence that says what a thing is, whom and when it involves, and on how much its page rests."""
    words = reader.words
    if own is not None:
        return f"{_claim(reader, own)}."
    classes = {kind.iri for kind in kinds}
    values = {p.href or p.name: [f.value for f in p.facts] for g in found for p in g.properties}

    def of(name: str) -> list[str]:
        href = reader.links.resource(ONTOLOGY + name)
        return [value.text for value in values.get(href or name, ())]

    if ONTOLOGY + "Instrument" in classes:
        text = _instrument(reader, kinds, of("instrumentType"), of("party"), of("announcedOn"), of("currentStatus"))
    else:
        kind = kinds[0].text if kinds else words("sentence.thing")
        text = words("sentence.is", kind=kind[:1].upper() + kind[1:])
        acts_for = of("actsFor")
        if acts_for:
            text += " " + words("sentence.acts_for", actors=words.listed(acts_for))
        if held := of("takesPlaceOn"):
            text += " " + words("sentence.on", date=held[0])
    return f"{text}{_support(reader, claims)}."


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
    return text + (", " + words("sentence.quoted", documents=words.listed(documents)) if documents else "")


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
