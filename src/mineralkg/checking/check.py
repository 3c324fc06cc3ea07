"""Check files against shapes, in the context of what is already known."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDFS, SKOS

from mineralkg import rdfio, resources
from mineralkg.checking import shacl
from mineralkg.checking.report import Finding, Level, Report, Summary
from mineralkg.checking.rules import SEVERITIES, Shapes, load_shapes
from mineralkg.errors import LoadError
from mineralkg.graph import EmbeddedGraph

__all__ = ["check"]


def check(
    paths: Iterable[str | Path],
    *,
    shapes: Sequence[str | Path] = (),
    against: Sequence[str | Path] | EmbeddedGraph | None = None,
    alone: bool = False,
    fail_on: Level = "violation",
    lang: str = "en",
) -> Report:
    """Return the report on the files and folders *paths*.

    *shapes* replaces the shipped shapes. The files are seen together with the shipped graph, or with *against* instead
    (files and folders, or an open graph), or *alone*; the shipped shapes always see the ontology and the vocabularies.
    Only nodes that the files speak of as subjects are checked. Messages are in *lang* where the shapes have it. A file
    with a syntax error becomes a finding with its place, and the report is then ``unreadable``. Raises LoadError for a
    file that is not there, and ShapesError for shapes that cannot be used.
    """
    began = time.monotonic()
    rules = load_shapes(shapes)
    files, broken = _read(rdfio.documents(paths))
    context = _context(against, with_model=not shapes, alone=alone)
    data = rdfio.to_rdflib([*context, *(t for triples in files.values() for t in triples)])
    own = {name: rdfio.to_rdflib(triples) for name, triples in files.items()}
    subjects = {subject for graph in own.values() for subject in graph.subjects()}
    focus = subjects & shacl.targets(data, rules)
    results, report = shacl.run(data, rules, focus)
    findings = broken + [_finding(result, rules, own, data, lang) for result in results]
    return Report(
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        summary=Summary(
            files=len(own) + len(broken),
            triples=sum(map(len, own.values())),
            focus_nodes=len(focus),
            shapes=len(rules.nodes),
            unchecked_nodes=len(subjects - focus),
            engine="pyshacl",
            seconds=round(time.monotonic() - began, 3),
        ),
        fail_on=fail_on,
        checked=bool(focus),
        unreadable=bool(broken),
        turtle=report.serialize(format="turtle"),
    )


def _read(paths: Iterable[Path]) -> tuple[dict[str, list[ox.Triple]], list[Finding]]:
    """Return the triples of each file, and a finding for each file that cannot be parsed."""
    files: dict[str, list[ox.Triple]] = {}
    broken = []
    for path in paths:
        try:
            files[str(path)] = [quad.triple for quad in rdfio.parse(rdfio.read(path))]
        except LoadError as error:
            broken.append(_syntax(error))
    return files, broken


def _syntax(error: LoadError) -> Finding:
    end = error.column + 1 if error.column else None
    reason = f"{error.reason[:1].upper()}{error.reason[1:]}"
    return Finding("syntax", "violation", reason, error.path, error.line, error.column, error.line, end)


def _context(against: Sequence[str | Path] | EmbeddedGraph | None, *, with_model: bool, alone: bool) -> list[ox.Triple]:
    model = _triples(resources.model_files()) if with_model else []
    if alone:
        return model
    if isinstance(against, EmbeddedGraph):
        return [*model, *against.asserted()]
    return [
        *model,
        *_triples(resources.resource_files("data", ".ttl") if against is None else rdfio.documents(against)),
    ]


def _triples(paths: Iterable[Path]) -> list[ox.Triple]:
    return [quad.triple for path in paths for quad in rdfio.parse(rdfio.read(path))]


def _finding(
    result: shacl.Result, rules: Shapes, own: dict[str, rdflib.Graph], data: rdflib.Graph, lang: str
) -> Finding:
    shape = result.shape
    told = _told(result, rules)
    message = rules.text(told, rdflib.SH.message, lang) if told is not None else ""
    rule = rules.id(told) if told is not None else ""
    component = str(result.component).rpartition("#")[2] if result.component else None
    return Finding(
        rule=rule or (component or "rule").removesuffix("ConstraintComponent"),
        severity=SEVERITIES.get(result.severity, "violation"),
        message=message or result.message,
        file=_file_of(result, own),
        focus_node=str(result.focus),
        path=None if result.path is None else str(result.path),
        value=None if result.value is None else str(result.value),
        source_shape=None if shape is None else str(shape),
        component=component,
        focus_label=_label(data, result.focus, lang),
    )


def _told(result: shacl.Result, rules: Shapes) -> rdflib.term.Node | None:
    """Return the node that tells what to do: the shape, or its one SPARQL constraint where the shape has no message."""
    shape = result.shape
    if shape is None or (shape, rdflib.SH.message, None) in rules.graph:
        return shape
    constraints = list(rules.graph.objects(shape, rdflib.SH.sparql))
    return constraints[0] if len(constraints) == 1 else shape


def _file_of(result: shacl.Result, own: dict[str, rdflib.Graph]) -> str | None:
    """Return the file that holds the offending triple, else the first that speaks of the focus node as a subject."""
    if isinstance(result.path, rdflib.URIRef) and result.value is not None:
        for name, graph in own.items():
            if (result.focus, result.path, result.value) in graph:
                return name
    return next((name for name, graph in own.items() if (result.focus, None, None) in graph), None)


def _label(data: rdflib.Graph, node: rdflib.term.Node, lang: str) -> str | None:
    texts = [t for p in (SKOS.prefLabel, RDFS.label) for t in data.objects(node, p) if isinstance(t, rdflib.Literal)]
    for wanted in (lang, "en"):
        for text in texts:
            if text.language == wanted:
                return str(text)
    return str(texts[0]) if texts else None
