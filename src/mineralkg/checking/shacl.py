"""Run pySHACL and read its results. No other module knows that library.

pySHACL is given plain rdflib graphs: over an Oxigraph-backed one it misses violations. It returns an exception object
as its report on failure, prints on standard error, and drops the language of messages of SPARQL constraints; none of
that leaves this module.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH

from mineralkg.checking.rules import Shapes
from mineralkg.errors import ShapesError

__all__ = ["Result", "run", "targets"]


@dataclass(frozen=True)
class Result:
    """One sh:ValidationResult, as terms."""

    focus: rdflib.term.Node
    path: rdflib.term.Node | None
    value: rdflib.term.Node | None
    shape: rdflib.term.Node | None
    component: rdflib.term.Node | None
    severity: rdflib.term.Node | None
    message: str


def run(data: rdflib.Graph, shapes: Shapes, focus: Iterable[rdflib.term.Node]) -> tuple[list[Result], rdflib.Graph]:
    """Return the results of validating the *focus* nodes of *data* that the shapes target, and the W3C report graph.

    Raises ShapesError where pySHACL cannot use the shapes.
    """
    from pyshacl import validate  # 0.3 s
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure

    try:
        with contextlib.redirect_stderr(io.StringIO()), _quiet():
            _, report, _ = validate(
                data,
                shacl_graph=_aimed(data, shapes, set(focus)),
                advanced=False,
                inference="none",
                do_owl_imports=False,
                allow_warnings=True,
                inplace=True,
            )
    except (ReportableRuntimeError, ValidationFailure, rdflib.exceptions.Error) as error:
        raise ShapesError("the shapes graph", str(error)) from error
    if not isinstance(report, rdflib.Graph):
        raise ShapesError("the shapes graph", str(report))
    return [_result(report, node) for node in _top_results(report)], report


def _aimed(data: rdflib.Graph, shapes: Shapes, focus: set[rdflib.term.Node]) -> rdflib.Graph:
    """Return the shapes with each target narrowed to those of its nodes that are in *focus*.

    pySHACL's own option for that, focus_nodes, also leaves out the nodes that nested shapes look at, and so finds
    violations that are none.
    """
    aimed = rdflib.Graph()
    aimed += shapes.graph
    for shape in shapes.nodes:
        nodes = _targets_of(data, shapes, shape)
        for predicate in _TARGETS:
            aimed.remove((shape, predicate, None))
        if _is_class(shapes, shape):
            aimed.remove((shape, RDF.type, None))
            aimed.add((shape, RDF.type, SH.NodeShape))
        for node in nodes & focus:
            aimed.add((shape, SH.targetNode, node))
    return aimed


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence the loggers on which rdflib and pySHACL print what the report already says."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl.validate", "pyshacl")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _top_results(report: rdflib.Graph) -> list[rdflib.term.Node]:
    return [node for head in report.subjects(RDF.type, SH.ValidationReport) for node in report.objects(head, SH.result)]


def _result(report: rdflib.Graph, node: rdflib.term.Node) -> Result:
    focus = report.value(node, SH.focusNode)
    assert focus is not None  # SHACL 3.6.2: every result has exactly one
    return Result(
        focus=focus,
        path=report.value(node, SH.resultPath),
        value=report.value(node, SH.value),
        shape=report.value(node, SH.sourceShape),
        component=report.value(node, SH.sourceConstraintComponent),
        severity=report.value(node, SH.resultSeverity),
        message=" ".join(sorted(map(str, report.objects(node, SH.resultMessage)))),
    )


def targets(data: rdflib.Graph, shapes: Shapes) -> set[rdflib.term.Node]:
    """Return the nodes of *data* that the targets of the shapes select (SHACL 2.1.3)."""
    return {node for shape in shapes.nodes for node in _targets_of(data, shapes, shape)}


_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def _is_class(shapes: Shapes, shape: rdflib.term.Node) -> bool:
    return any((shape, RDF.type, cls) in shapes.graph for cls in (RDFS.Class, OWL.Class))


def _targets_of(data: rdflib.Graph, shapes: Shapes, shape: rdflib.term.Node) -> set[rdflib.term.Node]:
    graph = shapes.graph
    classes = set(graph.objects(shape, SH.targetClass)) | ({shape} if _is_class(shapes, shape) else set())
    found = set(graph.objects(shape, SH.targetNode))
    for cls in classes:
        for below in data.transitive_subjects(RDFS.subClassOf, cls):
            found.update(data.subjects(RDF.type, below))
    for predicate in graph.objects(shape, SH.targetSubjectsOf):
        found.update(data.subjects(predicate, None))
    for predicate in graph.objects(shape, SH.targetObjectsOf):
        found.update(data.objects(None, predicate))
    return found
