"""From results to findings: words, place, excerpt, and where the rule is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from mineralkg.checking.files import CheckedFile
from mineralkg.checking.gate import Fault
from mineralkg.checking.locating import Location, Locator
from mineralkg.checking.rules import LEVEL_OF, Rules, file_rules
from mineralkg.checking.wording import Wording
from mineralkg.namespaces import shorten
from mineralkg.reports import Finding
from mineralkg.validation import SH, Data, Engine, Node, Result
from mineralkg.validation.nested import details
from mineralkg.validation.terms import parse_terms

__all__ = ["Findings"]


class Findings:
    """Makes findings of the results in one graph, for one reader."""

    def __init__(self, rules: Rules, files: Sequence[CheckedFile], data: Data, engine: Engine, lang: str) -> None:
        self._rules = rules
        self._data = data
        self._engine = engine
        self._wording = Wording(rules, data, lang)
        self._locator = Locator(files, rules.graph, data)
        self._lang = lang

    def of(self, results: Iterable[Result]) -> list[Finding]:
        """Return the findings for *results*, one each; a nested failure stands at its innermost place."""
        listed = list(results)
        inner = details(self._engine, self._data, listed) if listed else {}
        return [self._finding(result, inner.get(result, [])) for result in listed]

    def _finding(self, result: Result, inner: Sequence[Result]) -> Finding:
        located = [(cause, self._locator.locate(cause)) for cause in inner]
        cause, place = next(((c, at) for c, at in located if at is not None and at.span is not None), (result, None))
        if place is None:
            cause, place = result, self._locator.locate(result)
        note = self._wording.note(cause)
        if cause is not result:
            note = note or self._wording.message(cause)
        finding = Finding(
            rule=self._rules.id(result.shape)
            or result.component.value.rpartition("#")[2].removesuffix("ConstraintComponent"),
            severity=LEVEL_OF.get(result.severity, "violation"),
            message=self._wording.message(result),
            focus_node=_plain(result.focus),
            path=result.predicate.value if result.predicate else result.path,
            value=None if result.value is None else _plain(result.value),
            source_shape=None if result.shape is None else _plain(result.shape),
            component=result.component.value.rpartition("#")[2],
            note=note,
            focus_name=self._wording.name(result.focus),
            path_name=self._wording.path(result),
            rule_file=self._rules.file(result.shape),
            rule_line=self._rules.line(result.shape),
        )
        return _placed(finding, place)

    def of_fault(self, file: CheckedFile, fault: Fault) -> Finding:
        """Return the finding that a fault against a rule of the gate amounts to."""
        places = file.places.of(*_spo(fault.quad)) if file.places is not None else []
        position = "subject" if fault.position == "graph" else fault.position
        location = Location(file, None)
        if places:
            location = Location(file, getattr(places[0], position), places[0].subject, states=True)
        details = {"found": fault.found, "known": ", ".join(map(shorten, fault.known))}
        finding = self._by_file_rule(fault.rule, details)
        hint = _did_you_mean(fault.known, self._lang) if fault.rule == "unknown-term" else finding.hint
        node = file.merged(fault.quad.subject)
        focus = replace(finding, hint=hint, focus_node=_plain(node), focus_name=self._wording.name(node))
        path, value = _plain(fault.quad.predicate), _plain(fault.quad.object)
        return _placed(replace(focus, path=path, value=value), location)

    def unchecked(self, nodes: Iterable[str]) -> list[Finding]:
        """Return a note for each node, given in N-Triples form, that no shape looks at."""
        listed = list(nodes)
        terms = parse_terms(node for node in listed if not node.startswith("_:"))
        terms |= {node: ox.BlankNode(node[2:]) for node in listed if node.startswith("_:")}
        return [self._unchecked(terms[node]) for node in listed]

    def _unchecked(self, node: Node) -> Finding:
        finding = self._by_file_rule("unchecked-node", {})
        named = replace(finding, focus_node=_plain(node), focus_name=self._wording.name(node))
        return _placed(named, self._locator.subject(node))

    def other_text(self, name: str, digest: str) -> Finding:
        """Return the finding that no document has the digest of a text that is held."""
        return replace(self._by_file_rule("source-digest", {}), file=name, note=f"SHA-256: {digest}")

    def _by_file_rule(self, id: str, details: Mapping[str, str]) -> Finding:
        told = file_rules()
        node = told.told[id]
        rule = told.rule(node, self._lang)
        text = told.graph.text(node, SH.message, self._lang)
        message = re.sub(r"\{(\w+)\}", lambda match: details.get(match[1], ""), text)
        return Finding(
            rule=id,
            severity=rule.severity,
            message=message,
            source_shape=rule.iri,
            rule_file=rule.file,
            rule_line=told.line(node),
        )


def _spo(quad: ox.Quad) -> tuple[Node, Node, Node]:
    return quad.subject, quad.predicate, quad.object


def _did_you_mean(known: Sequence[str], lang: str) -> str | None:
    if not known:
        return None
    either = " o " if lang.startswith("es") else " or "
    names = either.join(map(shorten, known))
    return f"¿Quería decir {names}?" if lang.startswith("es") else f"Did you mean {names}?"


def _placed(finding: Finding, place: Location | None) -> Finding:
    """Return a finding at its place, with the line of the statement that the place belongs to."""
    if place is None:
        return finding
    if place.span is None:
        return replace(finding, file=place.file.name)
    line, column, end_line, end_column = place.file.span(place.span)
    before = [] if place.subject is None else [place.file.lines.place(place.subject.start)[0]]
    return replace(
        finding,
        file=place.file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        excerpt=place.file.lines.excerpt([*before, line]),
    )


def _plain(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.Literal) else str(node)
