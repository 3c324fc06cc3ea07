"""The standard validation report (SHACL 3.6): every finding as a sh:ValidationResult."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.languages import fallbacks, served
from mineralkg.namespaces import SHAPES
from mineralkg.reports import Finding, Level
from mineralkg.validation import SH, Node, Result, ShapesGraph
from mineralkg.validation.paths import Alternative, Inverse
from mineralkg.validation.paths import Path as PropertyPath
from mineralkg.validation.paths import Sequence as PathSequence
from mineralkg.validation.terms import RDF

__all__ = ["validation_report"]

_SEVERITIES: dict[Level, ox.NamedNode] = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
_REPEATS = {"*": SH.zeroOrMorePath, "+": SH.oneOrMorePath, "?": SH.zeroOrOnePath}


def validation_report(findings: Sequence[tuple[Finding, Result | None]], shapes: ShapesGraph, lang: str) -> str:
    """Return the report on *findings* as Turtle; a finding that is no result of a shape is about its file.

    It conforms where there is no result at all, whatever the severity: so SHACL has it.
    """
    report = ox.BlankNode("report")
    triples = [
        ox.Triple(report, RDF.type, SH.ValidationReport),
        ox.Triple(report, SH.conforms, ox.Literal(not findings)),
    ]
    for number, (finding, result) in enumerate(findings):
        node = ox.BlankNode(f"result-{number}")
        triples.append(ox.Triple(report, SH.result, node))
        triples += (ox.Triple(node, p, o) for p, o in _facts(finding, result, shapes, lang))
        if result is not None and (path := _path_of(result, shapes)) is not None:
            head, more = _path_triples(path, f"path-{number}")
            triples += [ox.Triple(node, SH.resultPath, head), *more]
    return rdfio.serialize(triples, "ttl")


def _facts(
    finding: Finding, result: Result | None, shapes: ShapesGraph, lang: str
) -> Iterator[tuple[ox.NamedNode, Node]]:
    yield RDF.type, SH.ValidationResult
    yield SH.resultSeverity, _SEVERITIES[finding.severity]
    yield SH.resultMessage, ox.Literal(finding.message, language=_language(result, shapes, lang))
    if result is None:
        file = ox.NamedNode(rdfio.file_iri(finding.file or "."))
        focus = finding.focus_node or ""
        yield SH.focusNode, ox.NamedNode(focus) if "://" in focus else file
        yield SH.sourceConstraintComponent, ox.NamedNode(f"{SHAPES}{finding.rule}")
        return
    yield SH.focusNode, result.focus
    yield SH.sourceConstraintComponent, result.component
    for predicate, value in ((SH.value, result.value), (SH.sourceShape, result.shape)):
        if value is not None:
            yield predicate, value
    if result.constraint is not None:
        yield SH.sourceConstraint, result.constraint


def _language(result: Result | None, shapes: ShapesGraph, lang: str) -> str:
    """Return the language of a message: the nearest to the one asked for that its shape has, else one of ours."""
    nodes = [] if result is None else [result.constraint, result.shape]
    texts = [text for node in nodes for text in shapes.objects(node, SH.message) if isinstance(text, ox.Literal)]
    tags = {text.language.lower() for text in texts if text.language}
    return next((tag for tag in fallbacks(lang) if tag in tags), served(lang))


def _path_of(result: Result, shapes: ShapesGraph) -> PropertyPath | None:
    if (
        result.path is not None
        and result.path.startswith("<")
        and result.path.count("<") == 1
        and result.path[-1] == ">"
    ):
        return ox.NamedNode(result.path[1:-1])
    return None if result.shape is None else shapes.path(result.shape)


def _path_triples(path: PropertyPath, label: str) -> tuple[Node, list[ox.Triple]]:
    """Return the node that stands for a path, and the triples that describe it (SHACL 2.3.1)."""
    if isinstance(path, ox.NamedNode):
        return path, []
    node = ox.BlankNode(label)
    if isinstance(path, PathSequence):
        return _list(path.steps, label)
    if isinstance(path, Alternative):
        head, more = _list(path.choices, f"{label}-list")
        return node, [ox.Triple(node, SH.alternativePath, head), *more]
    inner, more = _path_triples(path.path, f"{label}-0")
    predicate = SH.inversePath if isinstance(path, Inverse) else _REPEATS[path.sign]
    return node, [ox.Triple(node, predicate, inner), *more]


def _list(paths: Iterable[PropertyPath], label: str) -> tuple[Node, list[ox.Triple]]:
    parts = [_path_triples(path, f"{label}-{number}") for number, path in enumerate(paths)]
    cells: list[ox.BlankNode] = [ox.BlankNode(f"{label}-cell-{number}") for number in range(len(parts))]
    rests: list[Node] = [*cells[1:], RDF.nil]
    triples = []
    for cell, rest, (node, more) in zip(cells, rests, parts, strict=True):
        triples += [ox.Triple(cell, RDF.first, node), ox.Triple(cell, RDF.rest, rest), *more]
    return cells[0], triples
