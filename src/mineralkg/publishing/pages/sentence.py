"""One plain sentence about a thing, made from what the graph holds of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyoxigraph as ox

from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.publishing.pages.claims import Claim, best
from mineralkg.publishing.pages.facts import Statement
from mineralkg.publishing.pages.reading import Reader, Value, within_marks

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
    claim that it is. It is empty where there is no more to say than the kind of the thing.
    """
    if own is not None:
        return reader.words.contracted(f"{_claim(reader, own)}.")
    is_a = {kind.iri for kind in kinds}
    kind = _capital(kinds[0].text if kinds else reader.words("sentence.thing"))
    told = _Told(reader, said)
    text = _instrument(told, kind) if ONTOLOGY + "Instrument" in is_a else _thing(told, kind)
    text += _support(reader, claims, "support_person" if ONTOLOGY + "Person" in is_a else "support")
    text += _resting(reader, resting, speaks)
    return "" if text == kind else reader.words.contracted(f"{text}.")


class _Told:
    """What is said of a thing, by the short name of the property."""

    def __init__(self, reader: Reader, said: Sequence[Statement]) -> None:
        self.reader = reader
        self.words = reader.words
        self._said = said

    def terms(self, name: str) -> list[object]:
        prefix, _, local = name.rpartition(":")
        iri = (PREFIXES[prefix] if prefix else ONTOLOGY) + local
        return [s.term for s in self._said if s.predicate == iri]

    def names(self, name: str) -> list[str]:
        return sorted({self.reader.value(term).text for term in self.terms(name)})

    def called(self, name: str) -> str:
        """Return the names of actors as one part of a sentence."""
        return self.words.listed([self.words.called(actor) for actor in self.names(name)])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _thing(told: _Told, kind: str) -> str:
    words, text = told.words, kind
    if actors := told.called("actsFor"):
        text += " " + words("sentence.acts_for", names=actors)
    if schemes := told.names("skos:inScheme"):
        text += " " + words("sentence.scheme", names=words.listed(schemes))
    if documents := told.names("source"):
        text += ", " + words("sentence.quoted", names=words.listed(documents))
    if tiers := told.names("sourceTier"):
        if authors := told.called("dcterms:creator"):
            text += " " + words("sentence.by", names=authors)
        text += words("sentence.tier", names=words.listed(tiers))
    return text + "".join(f" {_when(told, date)}" for date in told.terms("takesPlaceOn")[:1])


def _when(told: _Told, date: object) -> str:
    """Return when something takes place: on a day, in a month or a year."""
    of_day = isinstance(date, ox.Literal) and date.datatype.value.endswith(("#date", "#dateTime"))
    return told.words("sentence.on" if of_day else "sentence.in_time", date=told.reader.value(date).text)


def _instrument(told: _Told, kind: str) -> str:
    words = told.words
    text = _capital(types[0]) if (types := told.names("instrumentType")) else kind
    if parties := told.called("party"):
        key = "sentence.between" if len(told.names("party")) > 1 else "sentence.with_party"
        text += " " + words(key, actors=parties)
    if dates := told.names("announcedOn"):
        text += ", " + words("sentence.announced", date=dates[0])
    elif status := told.names("currentStatus"):
        text += ", " + words("sentence.status", status=words.listed(status))
    return text


def _claim(reader: Reader, claim: Claim) -> str:
    words = reader.words
    text = _capital(claim.kind.text if claim.kind else words("sentence.thing")) + _promise(reader, claim)
    if claim.speaker:
        text += " " + words("sentence.said_by", actor=words.called(claim.speaker.text))
    if claim.reporter and claim.speaker and claim.reporter.iri != claim.speaker.iri:
        text += ", " + words("sentence.reported_by", actor=words.called(claim.reporter.text))
    documents = list(dict.fromkeys(p.document.text for p in claim.passages if p.document))
    parts = [text.removesuffix(",")]
    return ", ".join([*parts, words("sentence.quoted", names=words.listed(documents))] if documents else parts)


def _promise(reader: Reader, claim: Claim) -> str:
    """Return who committed to what in which instrument; what is told only in another language is left out."""
    words = reader.words

    def names(property_: str) -> list[str]:
        return sorted(reader.value(term).text for term in claim.terms.get(ONTOLOGY + property_, ()))

    if not (actors := [words.called(actor) for actor in names("committedParty")]):
        return ""
    text = " " + words("sentence.committed", actors=words.listed(actors))
    if instruments := names("inInstrument"):
        text += " " + words("sentence.under", names=within_marks(words.listed(instruments)))
    action = reader.value(best(claim.terms.get(ONTOLOGY + "action", ()), reader.lang))
    if action.text and not action.lang:
        text += words("sentence.promised", action=within_marks(action.text))
    return text + ","


def _support(reader: Reader, claims: Sequence[Claim], key: str) -> str:
    """Return how many claims speak of the thing, and in how many documents they stand."""
    words = reader.words
    standing = [claim for claim in claims if not claim.withdrawn]
    if not standing:
        return ""
    documents = Counter(p.document.iri for c in standing for p in c.passages if p.document)
    text = words.counted(len(standing), "claims")
    if documents:
        text += " " + words("sentence.in", documents=words.counted(len(documents), "documents"))
    return words(f"sentence.{key}", claims=text)


def _resting(reader: Reader, claims: Sequence[Claim], speaks: bool) -> str:
    """Return how many claims the thing makes, or how many rest on its words."""
    if not claims:
        return ""
    key = "sentence.speaks" if speaks else "sentence.rests"
    return reader.words(key, claims=reader.words.counted(len(claims), "claims"))
