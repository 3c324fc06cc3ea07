"""From what a check finds to findings: words, place, excerpt, and where the rule is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.checking.checker import Checker
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.gaps import gaps
from mineralkg.checking.gate import Fault
from mineralkg.checking.identity import identity
from mineralkg.checking.locating import Location, Locator
from mineralkg.checking.rules import LEVEL_OF, Rules, file_rules
from mineralkg.checking.wording import Wording
from mineralkg.languages import served
from mineralkg.namespaces import shorten
from mineralkg.rdfio import Problem, Span
from mineralkg.reports import Finding
from mineralkg.validation import SH, Node, Result
from mineralkg.validation.nested import details
from mineralkg.validation.terms import parse_terms

__all__ = ["MOST_UNCHECKED", "TOO_MANY", "Found", "Key", "findings", "keys", "other_text"]

MOST_UNCHECKED = 1000  # nodes that are named; all are counted
_MOST_TOLD = 100_000  # results, and faults against the gate; each takes some 6 kB
TOO_MANY = "too-many"  # the rule that says so; it is no finding of a file, and no baseline knows it

Key: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True)
class Found:
    """A finding and what it comes from: a result with its causes, a fault against the gate, or a problem of a text."""

    finding: Finding
    place: Location | None = None
    result: Result | None = None
    causes: tuple[Result, ...] = ()
    problem: Problem | None = None

    @property
    def key(self) -> Key:
        """What tells it from others in the same check, wherever it stands; see keys."""
        f = self.finding
        return (f.rule, f.focus_node, f.path, f.value, f.component)


def keys(checker: Checker) -> set[Key]:
    """Return the keys of all that a check finds, without the words and places of findings."""
    found: set[Key] = {_key(checker.rules, result) for result in checker.results}
    for file, fault in checker.faults():
        spo = (file.merged(fault.quad.subject), fault.quad.predicate, fault.quad.object)
        found.add((fault.rule, *map(_plain, spo), None))
    found |= {
        ("unchecked-node", node if node.startswith("_:") else node[1:-1], None, None, None)
        for node in checker.world.unchecked[:MOST_UNCHECKED]
    }
    return found


def _key(rules: Rules, result: Result) -> Key:
    path = result.predicate.value if result.predicate else result.path
    value = None if result.value is None else _plain(result.value)
    return (_rule_id(rules, result), _plain(result.focus), path, value, result.component.value.rpartition("#")[2])


def _rule_id(rules: Rules, result: Result) -> str:
    return rules.id(result.shape) or result.component.value.rpartition("#")[2].removesuffix("ConstraintComponent")


def findings(checker: Checker, lang: str) -> list[Found]:
    """Return the findings of a check, in the order of a report."""
    faults = _faults_beside_results(checker)
    _look_for_places(checker, faults)
    writer = _Writer(checker, lang)
    found = [*writer.of_results(), *writer.of_problems()]
    taken = {_place(f) for f in found}
    # A shape may have found an unknown term already, and says more about it.
    gate = [
        f for f in writer.of_faults(faults[:_MOST_TOLD]) if f.finding.rule != "unknown-term" or _place(f) not in taken
    ]
    found += [*gate, *writer.of_gaps(), *writer.of_unchecked()]
    if len(faults) > _MOST_TOLD or len(checker.results) > _MOST_TOLD:
        found.append(Found(_by_file_rule(TOO_MANY, {"found": str(_MOST_TOLD)}, lang)))
    return sorted(_once(found), key=lambda one: one.finding.order)


def _faults_beside_results(checker: Checker) -> list[tuple[CheckedFile, Fault]]:
    """Return the faults of a check; meanwhile its results are found, by engines that work outside Python's lock."""
    checker.world.data  # noqa: B018  # one for both
    with ThreadPoolExecutor(1) as beside:
        results = beside.submit(copy_context().run, lambda: checker.results)
        found = list(islice(checker.faults(), _MOST_TOLD + 1))
        checker.world.unchecked  # noqa: B018  # they are kept
        for file in {file for file, _ in found if not file.is_large}:
            file.places  # noqa: B018  # they are kept, too, and will be asked for
        results.result()
    return found


def _look_for_places(checker: Checker, faults: Sequence[tuple[CheckedFile, Fault]]) -> None:
    """Tell large files which nodes findings will be about."""
    large = [file for file in checker.files if file.is_large]
    if not large:
        return
    nodes: dict[Node, None] = {node: None for r in checker.results for node in (r.focus, r.value) if node is not None}
    nodes |= {file.merged(node): None for file, fault in faults for node in (fault.quad.subject, fault.quad.object)}
    nodes |= dict.fromkeys(_unchecked(checker))
    for file in large:
        file.look_for(nodes, lambda: checker.world.graph)


def _unchecked(checker: Checker) -> list[Node]:
    """Return the nodes that no shape looks at, and no more than a person may want to read."""
    listed = checker.world.unchecked[:MOST_UNCHECKED]
    terms = parse_terms(node for node in listed if not node.startswith("_:"))
    return [ox.BlankNode(node[2:]) if node.startswith("_:") else terms[node] for node in listed]


def _once(found: Iterable[Found]) -> list[Found]:
    """Return the findings with those left out that say the same at the same place: of a property with two values."""
    said: dict[tuple[object, ...], Found] = {}
    for one in found:
        f = one.finding
        place = (f.file, f.line, f.column)
        said.setdefault(
            (f.rule, f.message, f.note, f.focus_node, *(place if f.column else (f.file, f.value, f.path))), one
        )
    return list(said.values())


def _place(found: Found) -> tuple[object, ...]:
    """Return where a finding stands, or what it is about where that is not known."""
    f = found.finding
    return (f.file, f.line, f.column) if f.line is not None else (f.file, f.focus_node, f.path, f.value)


def other_text(name: str, digest: str, lang: str) -> Found:
    """Return the finding that no document has the digest of a text that is held."""
    return Found(replace(_by_file_rule("source-digest", {}, lang), file=name, note=f"SHA-256: {digest}"))


class _Writer:
    def __init__(self, checker: Checker, lang: str) -> None:
        self._checker = checker
        self._rules = checker.rules
        self._wording = Wording(checker.rules, checker.world.graph, checker.world.near, lang)
        self._locator = Locator(checker.files, checker.rules.graph, checker.world.graph)
        self._lang = lang

    def of_results(self) -> Iterator[Found]:
        """Return a finding for each result; a nested failure stands at its innermost place."""
        results = self._checker.results[:_MOST_TOLD]
        inner = details(self._checker.world.engine, self._checker.world.data, results) if results else {}
        for result in results:
            yield self._of_result(result, inner.get(result, []))

    def _of_result(self, result: Result, inner: Sequence[Result]) -> Found:
        located = [(cause, self._locator.locate_described(cause)) for cause in inner]
        innermost = next(((c, at) for c, at in located if at is not None and at.span is not None), None)
        causes = inner if innermost is None else [innermost[0], *(c for c in inner if c is not innermost[0])]
        place = self._locator.locate(result) if innermost is None else innermost[1]
        finding = Finding(
            rule=_rule_id(self._rules, result),
            severity=LEVEL_OF.get(result.severity, "violation"),
            message=self._wording.message(result),
            focus_node=_plain(result.focus),
            path=result.predicate.value if result.predicate else result.path,
            value=None if result.value is None else _plain(result.value),
            identity=self._identity(result.focus, result.value),
            source_shape=None if result.shape is None else _plain(result.shape),
            component=result.component.value.rpartition("#")[2],
            note=self._wording.note(result, causes),
            hint=self._wording.hint(causes),
            focus_name=self._wording.name(result.focus),
            path_name=self._wording.path(result),
            rule_file=self._rules.file(result.shape),
            rule_line=self._rules.line(result.shape),
        )
        return Found(_placed(finding, place), place, result, tuple(inner))

    def _identity(self, *parts: Node | None) -> str:
        """Return what tells focus node and value where one of them is a blank node, whose label says nothing."""
        nodes = [node for node in parts if node is not None]
        if not any(isinstance(node, ox.BlankNode) for node in nodes):
            return ""
        return " ".join(identity(self._checker.world.graph, node) for node in nodes)

    def of_problems(self) -> Iterator[Found]:
        """Return a finding for each thing that keeps a file from being read."""
        for file in self._checker.files:
            for problem in file.problems:
                finding = Finding(
                    problem.rule, "violation", problem.sentence(self._lang), hint=problem.hint(self._lang)
                )
                place = Location(file, None)
                if problem.start is not None:
                    end = max(problem.end or problem.start, problem.start)
                    place = Location(file, Span(problem.start, end))
                yield Found(_with_line_before(_placed(finding, place), place), place, problem=problem)

    def of_faults(self, faults: Iterable[tuple[CheckedFile, Fault]]) -> Iterator[Found]:
        """Return a finding for each fault against a rule of the gate."""
        return (self._of_fault(file, fault) for file, fault in faults)

    def _of_fault(self, file: CheckedFile, fault: Fault) -> Found:
        quad = fault.quad
        places = [] if file.places is None else file.places.of(quad.subject, quad.predicate, quad.object)
        place = Location(file, None)
        if places:
            parts = {"subject": places[0].subject, "predicate": places[0].predicate, "object": places[0].object}
            span = parts.get(fault.position, places[0].subject)
            place = Location(file, span, places[0].subject, places[0].predicate, states=True)
        finding = _by_file_rule(
            fault.rule, {"found": fault.found, "known": ", ".join(map(shorten, fault.known))}, self._lang
        )
        node = file.merged(quad.subject)
        finding = replace(
            finding,
            hint=_did_you_mean(fault.known, self._lang) if fault.rule == "unknown-term" else None,
            focus_node=_plain(node),
            focus_name=self._wording.name(node),
            identity=self._identity(node, file.merged(quad.object)),
            path=_plain(quad.predicate),
            value=_plain(file.merged(quad.object)),
        )
        return Found(_placed(finding, place), place)

    def of_gaps(self) -> Iterator[Found]:
        """Return a finding for each thing that a scaffold leaves to be filled in."""
        for file in self._checker.touched if self._checker.ours else ():
            for span, wanted in gaps(file):
                place = Location(file, span)
                yield Found(_placed(_by_file_rule("fill-in", {"found": wanted}, self._lang), place), place)

    def of_unchecked(self) -> Iterator[Found]:
        """Return a note for each node that no shape looks at."""
        for node in _unchecked(self._checker):
            finding = _by_file_rule("unchecked-node", {}, self._lang)
            name, told = self._wording.name(node), self._identity(node)
            named = replace(finding, focus_node=_plain(node), focus_name=name, identity=told)
            place = self._locator.subject(node)
            yield Found(_placed(named, place), place)


def _by_file_rule(id: str, details: Mapping[str, str], lang: str) -> Finding:
    told = file_rules()
    node = told.told[id]
    rule = told.rule(node, lang)
    text = told.graph.text(node, SH.message, lang)
    return Finding(
        rule=id,
        severity=rule.severity,
        message=re.sub(r"\{(\w+)\}", lambda match: details.get(match[1], ""), text),
        source_shape=rule.iri,
        rule_file=rule.file,
        rule_line=told.line(node),
    )


def _did_you_mean(known: Sequence[str], lang: str) -> str | None:
    if not known:
        return None
    spanish = served(lang) == "es"
    names = (" o " if spanish else " or ").join(map(shorten, known))
    return f"¿Quería decir {names}?" if spanish else f"Did you mean {names}?"


def _placed(finding: Finding, place: Location | None) -> Finding:
    """Return a finding at its place, with the line of the statement that the place belongs to."""
    if place is None:
        return finding
    if place.span is None:
        return replace(finding, file=place.file.name)
    line, column, end_line, end_column = place.file.span(place.span)
    if (end_line, end_column) == (line, column):
        end_column = column + 1  # between two characters: the next one is marked
    before = [] if place.subject is None else [place.file.lines.place(place.subject.start)[0]]
    return replace(
        finding,
        file=place.file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        excerpt=place.file.excerpt([*before, line]),
    )


def _with_line_before(finding: Finding, place: Location) -> Finding:
    """Return a finding about syntax with the line before it, in which its cause often is."""
    if finding.line is None or finding.line == 1:
        return finding
    return replace(finding, excerpt=place.file.excerpt([finding.line - 1, finding.line]))


def _plain(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.Literal) else str(node)
