"""The gate: what a contribution must not state, whatever the shapes say, and names that only look like known ones.

The shapes judge what is said; these rules judge who may say it, and whether a reader sees what is stored. Their words
stand in shapes/files.ttl.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, TypeAlias

import pyoxigraph as ox

from mineralkg import resources
from mineralkg.checking.files import CheckedFile
from mineralkg.errors import near_matches
from mineralkg.namespaces import DATA, GRAPH, ONTOLOGY, PREFIXES, ROOT, SHAPES, VOCAB, shorten
from mineralkg.validation import SH, Node, Part
from mineralkg.validation.terms import RDF

__all__ = ["Fault", "Model", "faults", "namespace", "nearly_known"]

Position: TypeAlias = Literal["subject", "predicate", "object", "graph"]

_OWL = PREFIXES["owl"]
_LABELS = {PREFIXES["rdfs"] + "label", *(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel"))}
_GENERATED = PREFIXES["prov"] + "generatedAtTime"
# Known namespaces that a typing error may miss by little. Ours come first, so that they are named where both are near.
_KNOWN = (ONTOLOGY, SHAPES, VOCAB, DATA, *(base for name, base in PREFIXES.items() if not base.startswith(ROOT)))
_MARK_UP = re.compile(r"<[A-Za-z/!][^>]*>|^[=+@]|^-[^\W\d]|\]\(\w+:")
# The statements whose values are looked into, and the terms of ours that must exist, in N-Triples form.
_NAMING = frozenset(f"<{iri}>".encode() for iri in _LABELS)
_TIME = f"<{_GENERATED}>".encode()
_MAY_BE_MARK_UP = re.compile(rb'<[A-Za-z/!]|^"[=+@-]|\]\(')
_A = str(RDF.type).encode()
_OURS = (f"<{ONTOLOGY}".encode(), f"<{VOCAB}".encode())
_MOST_MISSPELT = 1000  # terms; to find what one is like takes half a millisecond
_ALLOWED_CONTROLS = "\t\n\r"
_WORDS_JOINED = "\u200c\u200d"  # they join letters in some scripts, and emoji


@dataclass(frozen=True)
class Fault:
    """That a statement breaks a rule of the gate: which part of it, what was found there, and what is known instead."""

    rule: str
    quad: ox.Quad
    position: Position
    found: str
    known: tuple[str, ...] = ()


Check: TypeAlias = Callable[[ox.Quad], Iterator[Fault]]


class Model:
    """The terms that the model declares: classes and properties, concepts and schemes.

    Concepts may also stand in data; *described* says whether the data describe an IRI.
    """

    def __init__(self, triples: Iterable[ox.Triple], described: Callable[[str], bool]) -> None:
        self._triples = triples
        self._described = described
        self._near: dict[str, tuple[str, ...]] = {}

    def declares(self, iri: str) -> bool:
        """Say whether a term of ours exists."""
        return iri in self.terms or (iri.startswith(VOCAB) and self._described(iri))

    def governs(self, iri: str) -> bool:
        """Say whether an IRI is one of the model's own: a term, or anything in a scheme of the model."""
        scheme = VOCAB + iri.removeprefix(VOCAB).partition("/")[0]
        return iri.startswith(ONTOLOGY) or (iri.startswith(VOCAB) and scheme in self.terms)

    @cached_property
    def terms(self) -> frozenset[str]:
        """The IRIs of ours that are subjects in the model."""
        subjects = {t.subject.value for t in self._triples if isinstance(t.subject, ox.NamedNode)}
        return frozenset(iri for iri in subjects if iri.startswith(ROOT))

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces of all IRIs in the model: whatever they look like, they are meant."""
        iris = {node.value for t in self._triples for node in (t.subject, t.object) if isinstance(node, ox.NamedNode)}
        return frozenset(map(namespace, iris))

    def near(self, iri: str) -> tuple[str, ...]:
        """Return the declared terms that are spelt like *iri*, nearest first; one is often asked for many times."""
        if iri not in self._near:
            self._near[iri] = self._spelt_like(iri)
        return self._near[iri]

    def _spelt_like(self, iri: str) -> tuple[str, ...]:
        base = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        local = {term[len(base) :]: term for term in self.terms if term.startswith(base) and term != base}
        return tuple(local[name] for name in near_matches(iri[len(base) :], local))


def faults(file: CheckedFile, model: Model, now: dt.datetime, *, all_rules: bool) -> Iterator[Fault]:
    """Return what breaks the rules of the gate in one file; a file of the model itself may speak of the model.

    Without *all_rules*, for data that are not ours, only characters that hide are looked for.
    """
    is_model = (resources.relative_name(file.path) or "").startswith(("ontology/", "shapes/"))
    checks: list[Check] = [_triple_term, _hidden]
    if all_rules:
        checks += [_near_namespace(model), _label, _later(now)]
    if all_rules and not is_model:
        checks += [_redefines(model), _states, _provenance, _unknown_term(model), _graph]
    told: set[tuple[str, str]] = set()
    for fault in _broken(file, checks):
        # What is wrong with a subject as such is said once, not for each of its statements.
        key = (fault.rule, str(fault.quad.subject))
        if fault.position != "subject" or key not in told:
            told.add(key)
            yield fault


def _broken(file: CheckedFile, checks: Sequence[Check]) -> Iterator[Fault]:
    """Return what breaks a rule in the statements of a file, one after the other.

    Whether a statement does depends on its parts one by one, and for most IRIs on their namespace. So what is made of
    parts that have been seen in a statement without fault is passed over.
    """
    for quad in file.apart:
        yield from (fault for check in checks for fault in check(quad))
    passed: set[bytes] = set()
    told: set[bytes] = set()
    for line in file.part.lines():
        keys = _keys(line)
        if (keys is None or not passed.issuperset(keys)) and line not in told:
            quad = _as_written(file, next(Part(line).triples()))
            found = [fault for check in checks for fault in check(quad)]
            yield from found
            if found:
                told.add(line)  # a file may say it again and again
            else:
                passed.update(keys or ())


def _keys(line: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return what decides about the parts of a line of N-Triples; None where the text of a literal does."""
    if not line.isascii() or b"\\" in line:
        return None
    subject, predicate, value = line.split(b" ", 2)
    base = b"s" + _base(subject)
    if value.startswith(b'"'):
        if predicate == _TIME:
            return base, predicate, value
        if predicate in _NAMING and _MAY_BE_MARK_UP.search(value):
            return None
        return base, predicate, value[value.rfind(b'"') :]
    if predicate == _A:
        return base, predicate, b"a" + value
    return base, predicate, value if value.startswith(_OURS) else b"o" + _base(value)


def _base(term: bytes) -> bytes:
    return term[: max(term.rfind(b"#"), term.rfind(b"/")) + 1]


def _as_written(file: CheckedFile, triple: ox.Triple) -> ox.Quad:
    """Return a triple with its blank nodes as the file names them."""
    subject, value = triple.subject, triple.object
    if isinstance(subject, ox.BlankNode):
        subject = file.labels.old(subject) or subject
    if isinstance(value, ox.BlankNode):
        value = file.labels.old(value) or value
    return ox.Quad(subject, triple.predicate, value)


def _iris(quad: ox.Quad) -> Iterator[tuple[Position, str]]:
    parts: tuple[tuple[Position, Node], ...] = (
        ("subject", quad.subject),
        ("predicate", quad.predicate),
        ("object", quad.object),
    )
    for position, node in parts:
        if isinstance(node, ox.NamedNode):
            yield position, node.value
        elif isinstance(node, ox.Literal) and position == "object":
            yield position, node.datatype.value


def _triple_term(quad: ox.Quad) -> Iterator[Fault]:
    if isinstance(quad.object, ox.Triple):
        yield Fault("triple-term", quad, "object", str(quad.object))


def _hidden(quad: ox.Quad) -> Iterator[Fault]:
    texts: list[tuple[Position, str]] = [(position, iri) for position, iri in _iris(quad)]
    if isinstance(quad.object, ox.Literal):
        texts.append(("object", quad.object.value))
    for position, text in texts:
        found = next((c for c in text if _is_hidden(c)), None) if not text.isascii() or not text.isprintable() else None
        if found is not None:
            name = unicodedata.name(found, "control character")
            yield Fault("hidden-character", quad, position, f"U+{ord(found):04X} {name}")


def _is_hidden(character: str) -> bool:
    if character in _ALLOWED_CONTROLS or character in _WORDS_JOINED:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _near_namespace(model: Model) -> Check:
    def check(quad: ox.Quad) -> Iterator[Fault]:
        for position, iri in _iris(quad):
            base = namespace(iri)
            known = None if base in model.namespaces else nearly_known(base)
            if known:
                yield Fault("near-namespace", quad, position, base, (known,))

    return check


def namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


@cache
def nearly_known(base: str) -> str | None:
    """Return the known namespace that another one misses by a letter or two, or by letters of another script.

    Twins that differ in http and https are the business of a shape.
    """
    plain = _skeleton(base)
    for known in _KNOWN:
        rest = known.partition("://")[2]
        if plain != base and plain.partition("://")[2].startswith(rest):
            return known
        if not any(piece in base for piece in _pieces(rest)):
            continue
        head = "/".join(base.split("/")[: known.count("/")]) + "/" if known.endswith("/") else base
        if head.partition("://")[2] != rest and _distance(head, known) <= 2 and head not in _KNOWN:
            return known
    return None


@cache
def _pieces(text: str) -> tuple[str, ...]:
    """Return a text in three pieces: what misses it by two letters has one of them whole, so that few are measured."""
    third = len(text) // 3
    return text[:third], text[third : 2 * third], text[2 * third :]


def _skeleton(iri: str) -> str:
    """Return an IRI with letters that look like Latin ones written in Latin."""
    if iri.isascii():
        return iri
    text = unicodedata.normalize("NFKD", iri)
    return "".join(_LOOK_ALIKE.get(c, c) for c in text if not unicodedata.combining(c))


# Cyrillic and Greek letters, and the Latin ones that they are taken for.
_LETTERS = ("аеорсухіјѕԁһкмтвнАЕОРСХІЈМТВНК", "aeopcyxijsdhkmtbhAEOPCXIJMTBHK")
_GREEK = ("οαερνικτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaepviktuxABEZHIKMNOPTYX")
_LOOK_ALIKE = dict(zip(_LETTERS[0] + _GREEK[0], _LETTERS[1] + _GREEK[1], strict=True))


def _distance(one: str, other: str) -> int:
    """Return how many letters must be put in, taken out or changed to make one text of the other, 3 for more than 2."""
    if abs(len(one) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != wanted))
        if min(row) > 2:
            return 3
    return min(row[-1], 3)


def _label(quad: ox.Quad) -> Iterator[Fault]:
    if quad.predicate.value in _LABELS and isinstance(quad.object, ox.Literal) and _MARK_UP.search(quad.object.value):
        yield Fault("label-not-plain", quad, "object", quad.object.value)


def _later(now: dt.datetime) -> Check:
    def check(quad: ox.Quad) -> Iterator[Fault]:
        if quad.predicate.value != _GENERATED or not isinstance(quad.object, ox.Literal):
            return
        try:
            time = dt.datetime.fromisoformat(quad.object.value)
        except ValueError:
            return  # what is no time is the business of a shape
        zoned = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
        if zoned > now:
            yield Fault("recorded-later", quad, "object", quad.object.value)

    return check


def _redefines(model: Model) -> Check:
    def check(quad: ox.Quad) -> Iterator[Fault]:
        if isinstance(quad.subject, ox.NamedNode) and model.governs(quad.subject.value):
            yield Fault("redefines-model", quad, "subject", shorten(quad.subject.value))

    return check


def _states(quad: ox.Quad) -> Iterator[Fault]:
    predicate, value = quad.predicate.value, quad.object
    if predicate == _OWL + "imports":
        yield Fault("imports", quad, "predicate", predicate)
    if predicate == _OWL + "sameAs":
        yield Fault("same-as", quad, "predicate", predicate)
    subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
    is_shape = quad.predicate == RDF.type and isinstance(value, ox.NamedNode) and value.value.startswith(SH.base)
    if predicate.startswith(SH.base) or is_shape or subject.startswith(SHAPES):
        yield Fault(
            "smuggled-shape", quad, "predicate" if predicate.startswith(SH.base) else "subject", shorten(predicate)
        )


def _provenance(quad: ox.Quad) -> Iterator[Fault]:
    if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(GRAPH):
        yield Fault("forged-provenance", quad, "subject", shorten(quad.subject.value))


def _unknown_term(model: Model) -> Check:
    """Return the check of one file's terms. Where very many are unknown, nobody has misspelt them one by one."""
    unknown: set[str] = set()

    def check(quad: ox.Quad) -> Iterator[Fault]:
        for position, iri in _iris(quad):
            ours = iri.startswith((ONTOLOGY, VOCAB)) and position != "subject"
            if ours and not model.declares(iri):
                if len(unknown) < _MOST_MISSPELT:
                    unknown.add(iri)
                yield Fault("unknown-term", quad, position, shorten(iri), model.near(iri) if iri in unknown else ())

    return check


def _graph(quad: ox.Quad) -> Iterator[Fault]:
    if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(ROOT):
        yield Fault("foreign-graph", quad, "graph", shorten(quad.graph_name.value))
