"""A seeded generator of graphs in our own model, of a thousand instruments to a million, with a chosen share of faults.

    python -m benchmarks.generate 1000 out.nt --seed 7 --faults 0.01

Same arguments, same bytes. Actors carry codes that ISO 3166-1 leaves to users (XAA to XZZ), so nothing is said of any
real state. Every fault is one that the shapes find, and is listed at the end on standard error by kind.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mineralkg.namespaces import DATA, PREFIXES, VOCAB

__all__ = ["FAULTS", "Plan", "contribution", "triples", "write"]

MKG, SKOS, XSD = PREFIXES["mkg"], PREFIXES["skos"], PREFIXES["xsd"]
TYPE = f"<{PREFIXES['rdf']}type>"
STATES = [f"X{first}{second}" for first in "ABCDEFGH" for second in "ABCDEFGH"]
MODALITIES = ["explore", "consult", "intend", "work-toward", "undertake", "agree-to-conclude"]
CUES = ["explore", "consult", "plans to", "work toward", "commits to", "agreed to conclude"]
TYPES = ["action-plan", "joint-statement", "framework", "memorandum-of-understanding", "initiative"]
FAULTS = ("no-evidence", "text-party", "wrong-scheme", "bad-sum", "misspelt")


class Plan(NamedTuple):
    """What a graph is to hold."""

    instruments: int
    seed: int = 7
    faults: float = 0.0


def write(plan: Plan, path: Path) -> Counter[str]:
    """Write the graph of *plan* to *path* as N-Triples and return how many faults of each kind it holds."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8") as out:
        for line in triples(plan, counts):
            out.write(line)
    return counts


def triples(plan: Plan, counts: Counter[str]) -> Iterator[str]:
    """Return the lines of the graph, one triple each; faults are counted in *counts* as they are made."""
    chance = random.Random(plan.seed)
    yield from _shared()
    for number in range(plan.instruments):
        fault = chance.choice(FAULTS) if chance.random() < plan.faults else None
        counts.update([fault] if fault else [])
        yield from _instrument(number, chance, fault)


def contribution(first: int, number: int, seed: int = 11) -> Iterator[str]:
    """Return the lines of *number* instruments from the *first* on, beside a graph that holds those before."""
    chance = random.Random(seed)
    for each in range(first, first + number):
        yield from _instrument(each, chance, None)


def _iri(kind: str, slug: str) -> str:
    return f"<{DATA}{kind}/{slug}>"


def _concept(scheme: str, name: str) -> str:
    return f"<{VOCAB}{scheme}/{name}>"


def _text(words: str, lang: str = "en") -> str:
    return f'"{words}"@{lang}'


def _date(day: dt.date) -> str:
    return f'"{day.isoformat()}"^^<{XSD}date>'


def _node(subject: str, cls: str, **properties: str | list[str]) -> Iterator[str]:
    yield f"{subject} {TYPE} <{MKG}{cls}> .\n"
    for name, value in properties.items():
        base = SKOS if name in ("prefLabel", "notation") else MKG
        for each in value if isinstance(value, list) else [value]:
            yield f"{subject} <{base}{name}> {each} .\n"


def _shared() -> Iterator[str]:
    for code in STATES:
        label = [_text(f"State {code}"), _text(f"Estado {code}", "es")]
        yield from _node(_iri("state", code), "State", prefLabel=label, notation=f'"{code}"')
    names = [_text("Generator"), _text("Generador", "es")]
    yield from _node(_iri("organisation", "generator"), "Organization", prefLabel=names)


def _claim(slug: str, cls: str, label: str, **properties: str | list[str]) -> Iterator[str]:
    subject = _iri("claim", slug)
    maker = _iri("organisation", "generator")
    yield f'{subject} <{PREFIXES["prov"]}generatedAtTime> "2026-01-01T00:00:00Z"^^<{XSD}dateTime> .\n'
    yield from _node(
        subject,
        cls,
        prefLabel=_text(f"{label}: {slug}"),
        certainty=_concept("certainty", "stated"),
        speaker=maker,
        recorder=maker,
        **properties,
    )


def _instrument(number: int, chance: random.Random, fault: str | None) -> Iterator[str]:
    """Return one instrument with its source, its parties, one commitment each, a deadline and a status."""
    slug = f"generated-{number}"
    instrument, source, evidence = _iri("instrument", slug), _iri("source", slug), _iri("evidence", slug)
    day = dt.date(2022, 1, 1) + dt.timedelta(days=chance.randrange(1500))
    step = chance.randrange(len(MODALITIES))
    words = f"the parties announced it and {CUES[step]} the matter within 30 days"
    labels = [_text(f"Instrument {number}"), _text(f"Instrumento {number}", "es")]
    yield from _node(
        instrument, "Instrument", prefLabel=labels, instrumentType=_concept("instrument-type", chance.choice(TYPES))
    )
    yield f"{instrument} <{PREFIXES['dcterms']}description> {_text(f'Generated instrument {number}.')} .\n"
    yield from _node(
        source, "SourceDocument", prefLabel=_text(f"Text {number}"), sourceTier=_concept("source-tier", "primary")
    )
    yield f"{source} <{PREFIXES['dcterms']}issued> {_date(day)} .\n"
    yield f'{source} <{PREFIXES["schema"]}sha256> "{chance.getrandbits(256):064x}" .\n'
    start = chance.randrange(1000)
    yield from _node(
        evidence, "Evidence", quote=_text(words), source=source, start=str_int(start), end=str_int(start + len(words))
    )
    yield from _claims(slug, day, step, chance, fault)


def _claims(slug: str, day: dt.date, step: int, chance: random.Random, fault: str | None) -> Iterator[str]:
    instrument = _iri("instrument", slug)
    backed: dict[str, str | list[str]] = {"evidence": _iri("evidence", slug)}
    parties = [_iri("state", code) for code in chance.sample(STATES, chance.choice((2, 2, 2, 3, 5)))]
    announced = _concept("status", "announced")
    yield from _claim(
        f"{slug}-s",
        "StatusAssertion",
        "announced",
        statusOf=instrument,
        status=announced,
        validFrom=_date(day),
        **backed,
    )
    stance = _concept(
        "modality" if fault == "wrong-scheme" else "stance", "explore" if fault == "wrong-scheme" else "joint-announcer"
    )
    for i, party in enumerate(parties):
        yield from _claim(
            f"{slug}-p{i}",
            "Participation",
            "takes part",
            participant=party,
            stance=stance,
            inInstrument=instrument,
            **backed,
        )
    if fault == "text-party":
        parties = [_text("a state")]
    promised: dict[str, str | list[str]] = {
        "inInstrument": instrument,
        "modality": _concept("modality", MODALITIES[step]),
        "action": _text("act on the matter"),
        "hasDeadline": _iri("claim", f"{slug}-d"),
        "comittedParty" if fault == "misspelt" else "committedParty": parties,
    }
    support = {} if fault == "no-evidence" else backed
    yield from _claim(f"{slug}-c", "Commitment", "acts on the matter", **promised, **support)
    due = day + dt.timedelta(days=31 if fault == "bad-sum" else 30)
    yield from _claim(
        f"{slug}-d",
        "Deadline",
        "within 30 days",
        deadlineKind=_concept("deadline-kind", "target"),
        period=f'"P30D"^^<{XSD}dayTimeDuration>',
        anchorDate=_date(day),
        dueDate=_date(due),
        derivation=_text("The day of the announcement + 30 days."),
        **backed,
    )


def str_int(number: int) -> str:
    """Return a whole number as a typed literal."""
    return f'"{number}"^^<{XSD}integer>'


def main() -> None:
    """Write a graph as the command line asks."""
    parser = argparse.ArgumentParser(description="Generate a graph in the mineralkg model.")
    parser.add_argument("instruments", type=int, help="how many instruments, 1000 to 1000000")
    parser.add_argument("path", type=Path, help="the N-Triples file to write")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", type=float, default=0.0, help="share of instruments with a fault, 0 to 1")
    options = parser.parse_args()
    counts = write(Plan(options.instruments, options.seed, options.faults), options.path)
    for kind in FAULTS:
        print(f"{kind}: {counts[kind]}", file=sys.stderr)


if __name__ == "__main__":
    main()
