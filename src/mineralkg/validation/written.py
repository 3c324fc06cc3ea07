"""Give results the literals as they were written, where a store gave them back in another form (``7`` for ``007``)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from mineralkg.validation.data import Data
from mineralkg.validation.result import Result
from mineralkg.validation.terms import RDF, Node

__all__ = ["as_written"]

_TYPED = re.compile(rb'"(?:[^"\\]|\\.)*"\^\^<[^>]+>(?= \.$)')


def as_written(results: Iterable[Result], data: Data) -> list[Result]:
    """Return *results* with each typed literal as *data* writes it: by the focus node as a rule, else anywhere.

    In a graph too large to be searched as a whole only the focus node's own literals are looked at. A value that a
    query computed stays as it is.
    """
    listed = list(results)
    doubtful = {result.focus for result in listed if _is_typed(result.value) or _is_typed(result.focus)}
    if not doubtful:
        return listed
    near = _forms(triple.object for triple in data.about(doubtful))
    terms = {term for r in listed if r.focus in doubtful for term in (r.focus, r.value) if _is_typed(term)}
    far = {} if data.is_large or terms <= near.keys() else _forms(_typed_literals(data))
    return [
        replace(r, focus=_form(r.focus, near, far) or r.focus, value=_form(r.value, near, far))
        if r.focus in doubtful
        else r
        for r in listed
    ]


def _is_typed(value: Node | None) -> bool:
    return isinstance(value, ox.Literal) and not value.language and value.datatype.value.rpartition("#")[2] != "string"


def _form(value: Node | None, near: dict[Node, set[Node]], far: dict[Node, set[Node]]) -> Node | None:
    for forms in (near, far):
        known = forms.get(value, set()) if value is not None else set()
        if value in known:
            return value
        if known:
            return min(known, key=str)
    return value


def _typed_literals(data: Data) -> Iterable[Node]:
    texts = {text for part in data.parts for line in part.lines() for text in _TYPED.findall(line)}
    lines = b"".join(b"<urn:x> <urn:x> " + text + b" .\n" for text in sorted(texts))
    return [quad.object for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


def _forms(terms: Iterable[Node]) -> dict[Node, set[Node]]:
    """Return the written forms of typed literals, by the form in which a store gives them back."""
    literals = list({term for term in terms if _is_typed(term)})
    store = ox.Store()
    store.extend(ox.Quad(ox.NamedNode(f"urn:{at}"), RDF.first, literal) for at, literal in enumerate(literals))
    forms: dict[Node, set[Node]] = defaultdict(set)
    for quad in store:
        assert isinstance(quad.subject, ox.NamedNode)  # the number of a literal
        forms[quad.object].add(literals[int(quad.subject.value.removeprefix("urn:"))])
    return forms
