"""pySHACL, the reference: what it says goes, and it runs what the fast engines cannot. No other module knows it.

It is given plain rdflib graphs: over an Oxigraph-backed one it misses violations. It returns an exception object as its
report on failure, prints on standard error, and drops the language of messages of SPARQL constraints; none of that
leaves this module.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.errors import ShapesError
from mineralkg.validation import paths
from mineralkg.validation.data import Data
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph
from mineralkg.validation.terms import OWL_CLASS, RDF, RDFS_CLASS, SH, Node

if TYPE_CHECKING:
    import rdflib

__all__ = ["described", "validate"]

_TARGETS = frozenset((SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf))


def described() -> str:
    """Return the name and version of the library, which need not be loaded here."""
    from importlib.metadata import version

    return f"pyshacl {version('pyshacl')}"


def validate(
    shapes: ShapesGraph, roots: Iterable[Node], data: Data, pairs: Iterable[tuple[Node, Node]] = ()
) -> list[Result]:
    """Return the results of pySHACL for the targets of *roots*, and for *pairs* of a shape and a node.

    Raises ShapesError where it cannot use the shapes.
    """
    import pyshacl  # 0.3 s

    wanted = set(roots)
    try:
        with contextlib.redirect_stderr(io.StringIO()), _quiet():
            _, report, _ = pyshacl.validate(
                data.rdflib,
                shacl_graph=rdfio.to_rdflib(_aimed(shapes, wanted, pairs)),
                advanced=False,
                inference="none",
                do_owl_imports=False,
                allow_warnings=True,
                inplace=True,
            )
    except Exception as error:  # pySHACL lets through what rdflib raises, which is often a bare Exception
        raise ShapesError("the shapes graph", str(error) or type(error).__name__) from error
    import rdflib

    if not isinstance(report, rdflib.Graph):
        raise ShapesError("the shapes graph", str(report))
    return [_result(report, node, shapes) for node in _top_results(report)]


def _aimed(shapes: ShapesGraph, roots: set[Node], pairs: Iterable[tuple[Node, Node]]) -> Iterator[ox.Triple]:
    """Return the shapes, of which only *roots* look at anything by themselves, and others at the nodes of *pairs*."""
    for shape, node in pairs:
        yield ox.Triple(shape, SH.targetNode, node)  # type: ignore[arg-type]
        if not shapes.has_path(shape):
            yield ox.Triple(shape, RDF.type, SH.NodeShape)  # type: ignore[arg-type]
    for triple in shapes.triples:
        keep = triple.subject in roots
        if not keep and triple.predicate in _TARGETS:
            continue
        if not keep and triple.predicate == RDF.type and triple.object in (RDFS_CLASS, OWL_CLASS):
            continue
        yield triple


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence the loggers on which rdflib and pySHACL print what the report already says, and their warnings."""
    import warnings

    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl.validate", "pyshacl")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _top_results(report: rdflib.Graph) -> list[rdflib.term.Node]:
    from rdflib.namespace import RDF, SH

    return [node for head in report.subjects(RDF.type, SH.ValidationReport) for node in report.objects(head, SH.result)]


def _result(report: rdflib.Graph, node: rdflib.term.Node, shapes: ShapesGraph) -> Result:
    from rdflib.namespace import SH as RSH

    def term(predicate: rdflib.URIRef) -> Node | None:
        return _term(report.value(node, predicate))

    shape, path = term(RSH.sourceShape), term(RSH.resultPath)
    own = None if shape is None else shapes.path(shape)
    written = None if own is None else paths.sparql(own)
    component, severity, focus = term(RSH.sourceConstraintComponent), term(RSH.resultSeverity), term(RSH.focusNode)
    assert focus is not None  # SHACL 3.6.2: every result has exactly one
    assert isinstance(component, ox.NamedNode)
    assert isinstance(severity, ox.NamedNode)
    return Result(
        focus=focus,
        path=str(path) if isinstance(path, ox.NamedNode) else written,
        value=term(RSH.value),
        shape=shape,
        component=component,
        severity=severity,
        constraint=term(RSH.sourceConstraint),
        bindings=tuple(("", str(message)) for message in sorted(report.objects(node, RSH.resultMessage), key=str)),
    )


def _term(node: rdflib.term.Node | None) -> Node | None:
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(node)
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(node)
    assert isinstance(node, rdflib.Literal)
    if node.language:
        return ox.Literal(node, language=node.language)
    return ox.Literal(node, datatype=None if node.datatype is None else ox.NamedNode(node.datatype))
