"""What holds for every input of the code that reads files, whatever stands in it: fuzzers and tests ask the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from mineralkg import formats, rdfio
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.gate import Model, faults
from mineralkg.errors import LoadError
from mineralkg.namespaces import ONTOLOGY, VOCAB
from mineralkg.rdfio import Document, Limits, Lines, Problem, Span, guards
from mineralkg.rdfio.structure import last_token_end

__all__ = ["TARGETS", "gate_holds", "places_hold", "read_holds"]

_FORMATS = [fmt for fmt in formats.FORMATS if fmt.kind == "rdf"]
_PLACED = [fmt for fmt in _FORMATS if fmt.name in ("ttl", "trig", "nt", "nq")]
_LIMITS = Limits(bytes=1 << 20, depth=500, entities=1 << 16)
_BASE = "http://example.org/base/"
_NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_TERM = ox.Triple(ox.NamedNode(ONTOLOGY + "Claim"), ox.NamedNode("urn:a"), ox.NamedNode(VOCAB + "status"))
_MODEL = Model([_TERM], lambda iri: False)


def inside(span: Span, text: str) -> bool:
    """Say whether a stretch lies in a text."""
    return 0 <= span.start <= span.end <= len(text)


def _document(data: bytes, fmt: formats.Format) -> Document:
    """Return the document that reading a file gives: without a byte order mark."""
    return Document("/file" + fmt.suffixes[0], fmt, data.removeprefix(b"\xef\xbb\xbf"))


def places_hold(data: bytes, fmt: formats.Format) -> int:
    """Read the places of a text, and return how many triples have one.

    Each lies inside the text, and none is given for a triple that the parser does not give.
    """
    document = _document(data, fmt)
    if guards.check(data, fmt.name, _LIMITS):
        return 0
    text = document.text
    assert (last_token_end(text, len(text) // 2) or 0) <= len(text)
    try:
        quads = list(rdfio.parse(document))
    except LoadError:
        return 0
    places = rdfio.places(rdfio.Lines(text), lambda: quads, fmt.name, base="file:///file" + fmt.suffixes[0])
    lines = Lines(text)
    found = 0
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            continue
        for place in places.of(quad.subject, quad.predicate, quad.object):
            found += 1
            for span in place:
                assert inside(span, text), (span, len(text))
                line, column = lines.place(span.start)
                assert lines.offset(line, column) == span.start
                assert column <= len(lines.line(line)) + 2
    triples = {(str(q.subject), str(q.predicate), str(q.object)) for q in quads}
    subjects = {quad.subject for quad in quads}
    known = {(str(node), said, value) for node in subjects for said, value, _ in places.about(node)}
    assert known <= triples, known - triples
    assert len(places) in (0, len(triples)) or fmt not in _PLACED, (len(places), len(triples))
    return found


def read_holds(data: bytes, fmt: formats.Format) -> list[Problem]:
    """Read a file, and return what keeps it from being read: at least one problem, or none where it can be read."""
    document = _document(data, fmt)
    if problem := guards.check(data, fmt.name, _LIMITS):
        text = data.decode("utf-8-sig", errors="replace")
        problems = [problem]
    else:
        file = CheckedFile.of(document, 0, "")
        text, problems = document.text, file.problems
        try:
            for _ in rdfio.parse(document):
                pass
        except LoadError:
            assert problems
        else:
            assert not problems
    for problem in problems:
        assert problem.sentence("en")
        assert problem.sentence("es")
        if problem.start is not None:
            assert 0 <= problem.start <= (problem.end or problem.start) <= len(text) + 1, problem
            assert Lines(text).place(problem.start)[0] >= 1
    return problems


def gate_holds(data: bytes, fmt: formats.Format) -> int:
    """Put a file through the gate, and return how many faults it has; each is about a statement of the file."""
    document = _document(data, fmt)
    if guards.check(data, fmt.name, _LIMITS):
        return 0
    file = CheckedFile.of(document, 0, "")
    found = list(faults(file, _MODEL, _NOW, all_rules=True))
    assert all(fault.quad in file.quads for fault in found)
    return len(found)


def _of_any(hold: Callable[[bytes, formats.Format], object], known: list[formats.Format]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        if data:
            hold(data[1:], known[data[0] % len(known)])

    return run


def _gate(data: bytes, fmt: formats.Format) -> None:
    read_holds(data, fmt)
    gate_holds(data, fmt)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "places": _of_any(places_hold, _FORMATS),
    "gate": _of_any(_gate, _FORMATS),
}
FORMATS = {"places": _FORMATS, "gate": _FORMATS}


def target_of(path: Path) -> Callable[[bytes], None]:
    """Return the target that a kept input belongs to: the first word of its name."""
    return TARGETS[path.name.partition("-")[0]]
