"""The sentences about results: the shape's own message in the reader's language, and what stands at the place.

A shape without a message gets a sentence of ours, made of its constraint and the values that it allows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from mineralkg.checking.rules import Rules
from mineralkg.languages import fallbacks, served
from mineralkg.namespaces import PREFIXES, shorten
from mineralkg.reports import Name
from mineralkg.validation import SH, Graph, Node, Result
from mineralkg.validation.paths import members_of
from mineralkg.validation.terms import RDF

__all__ = ["Wording"]

_LABELS = tuple(ox.NamedNode(iri) for iri in (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"))
_XSD = PREFIXES["xsd"]
_IN_SCHEME = ox.NamedNode(PREFIXES["skos"] + "inScheme")
_MOST_LISTED = 5
_MOST_CHOICES = 20


@cache
def _texts(lang: str) -> dict[str, str]:
    """Return the words of a language."""
    text = files("mineralkg.checking").joinpath("wording.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = tomllib.loads(text)
    return tables[lang]


class Wording:
    """Words for the results in one graph, in one language; *near* is the part of it that may be gone through."""

    def __init__(self, rules: Rules, graph: Graph, near: Graph, lang: str) -> None:
        self._rules = rules
        self._shapes = rules.graph
        self._graph = graph
        self._near = near
        self._lang = lang
        self._texts = _texts(served(lang))
        self._path_names: dict[tuple[str, Node | None], Name] = {}

    def message(self, result: Result) -> str:
        """Return what to do, in one sentence."""
        for node in (result.constraint, result.shape):
            if text := self._shapes.text(node, SH.message, self._lang):
                return self._filled(text, result)
        if result.bindings and result.bindings[0][0] == "":
            return result.bindings[0][1]
        component = _component(result)
        limit = self._shapes.value(result.shape, ox.NamedNode(f"{SH.base}{component[:1].lower()}{component[1:]}"))
        once = f"{component}:one" if isinstance(limit, ox.Literal) and limit.value == "1" else ""
        return self._fill(
            self._texts.get(once) or self._texts.get(f"{component}:do") or self._texts["other:do"], result
        )

    def note(self, result: Result, causes: Sequence[Result] = ()) -> str | None:
        """Return what stands at the place and why that is wrong, or None where the message says it all.

        *causes* are the innermost results behind one that only says that a value does not conform: the first speaks for
        all, but for alternatives that differ in their datatype, which are all named.
        """
        causes = _nearest(causes)
        cause = next(iter(causes), result)
        if len(causes) > 1 and all(_component(one) == "Datatype" for one in causes):
            wanted = [self._listed(self._shapes.objects(one.shape, SH.datatype), "datatype") for one in causes]
            text = self._texts["Datatype"].replace("{datatype}", self._texts["or"].join(dict.fromkeys(wanted)))
            return self._fill(text, result)
        if cause.predicate == _IN_SCHEME:
            return self._fill(self._texts["InScheme"], result)
        if cause is not result and _component(cause) == "Pattern" and self._shapes.text(cause.shape, SH.message, "en"):
            return self.message(cause)  # a shape says in words what its pattern says in signs
        template = self._texts.get(_component(cause))
        if template:
            return self._fill(template, cause)
        return self.message(cause) if cause is not result else None

    def hint(self, causes: Sequence[Result]) -> str | None:
        """Return what there is to choose from, where a rule asks for a concept of a vocabulary."""
        schemes = {s for c in causes if c.predicate == _IN_SCHEME for s in self._shapes.objects(c.shape, SH.hasValue)}
        members = {member for scheme in schemes for member in self._near.subjects(_IN_SCHEME, scheme)}
        listed = sorted(shorten(m.value).rpartition("/")[2] for m in members if isinstance(m, ox.NamedNode))
        return (
            self._texts["choices"].replace("{members}", ", ".join(listed)) if 0 < len(listed) <= _MOST_CHOICES else None
        )

    def name(self, node: Node) -> Name:
        """Return a node as a reader knows it."""
        if isinstance(node, ox.NamedNode):
            return Name(shorten(node.value), self.label(node))
        if isinstance(node, ox.BlankNode):
            return Name(self._texts["unnamed"], self.label(node))
        if isinstance(node, ox.Literal):
            return Name(f"“{_clipped(node.value)}”")
        return Name(str(node))

    def path(self, result: Result) -> Name | None:
        """Return the property or path of a result as a reader knows it: a shape's own name is its label."""
        if result.path is None:
            return None
        key = (result.path, result.shape)
        if key not in self._path_names:
            self._path_names[key] = self._path_name(*key)
        return self._path_names[key]

    def _path_name(self, path: str, shape: Node | None) -> Name:
        iris = re.findall(r"<([^<>]*)>", path)
        short = re.sub(r"<([^<>]*)>", lambda match: shorten(match[1]), path)
        label = self.label(ox.NamedNode(iris[0])) if len(iris) == 1 else None
        return Name(short, label or self._shapes.text(shape, SH.name, self._lang) or None)

    def label(self, node: Node) -> str | None:
        """Return the label that the graph gives a node, in the reader's language, else in English, else in any."""
        for wanted in (*fallbacks(self._lang), None):
            for predicate in _LABELS:
                for text in self._graph.objects(node, predicate):
                    if isinstance(text, ox.Literal) and (wanted is None or (text.language or "").lower() == wanted):
                        return text.value
        return None

    def _filled(self, text: str, result: Result) -> str:
        """Return the message of a SPARQL constraint with ``{?x}`` replaced by what its query found (SHACL 5.3.2)."""
        values = dict(result.bindings)
        if result.path is not None:
            values.setdefault("path", result.path.strip("<>"))
        if result.value is not None:
            values["value"] = _plain(result.value)  # as it is written, which a query may not have seen
        values.setdefault("this", _plain(result.focus))
        return re.sub(r"\{[?$](\w+)\}", lambda match: shorten(values.get(match[1], match[0])), text)

    def _fill(self, template: str, result: Result) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self._part(match[1], result), template)

    def _part(self, name: str, result: Result) -> str:
        if name == "value":
            return str(self.name(result.value if result.value is not None else result.focus))
        if name == "schemes":
            value = result.value if result.value is not None else result.focus
            schemes = sorted(str(self.name(scheme)) for scheme in self._graph.objects(value, _IN_SCHEME))
            return ", ".join(schemes) or self._texts["no scheme"]
        if name == "is":
            return self._kind(result.value if result.value is not None else result.focus)
        if name == "property":
            return str(self.path(result) or self._texts["it"])
        if name == "component":
            return _component(result)
        values = self._shapes.objects(result.shape, ox.NamedNode(SH.base + name))
        members = [m for v in values for m in (members_of(self._shapes.value, v) if _is_list(v, name) else [v])]
        return self._listed(members, name)

    def _listed(self, members: Iterable[Node], name: str) -> str:
        words = [self._value_name(member, name) for member in members]
        more = f" … (+{len(words) - _MOST_LISTED})" if len(words) > _MOST_LISTED + 1 else ""
        return ", ".join(words[:_MOST_LISTED] if more else words) + more

    def _value_name(self, node: Node, name: str) -> str:
        if name in ("datatype", "nodeKind") and isinstance(node, ox.NamedNode):
            local = node.value.rpartition("#")[2]
            return self._texts.get(f"type:{local}", shorten(node.value))
        if isinstance(node, ox.Literal):
            return node.value
        return str(self.name(node))

    def _kind(self, value: Node) -> str:
        """Return in words what kind of thing a value is."""
        if isinstance(value, ox.NamedNode):
            return self._texts["kind:iri"]
        if not isinstance(value, ox.Literal):
            return self._texts["kind:blank"]
        if value.language:
            return self._texts["kind:language"].replace("{language}", value.language)
        local = value.datatype.value.rpartition("#")[2]
        if value.datatype.value == _XSD + "string":
            return self._texts["kind:text"]
        return self._texts["kind:typed"].replace(
            "{type}", self._texts.get(f"type:{local}", shorten(value.datatype.value))
        )


def _is_list(node: Node, name: str) -> bool:
    return name in ("in", "languageIn", "ignoredProperties") and (isinstance(node, ox.BlankNode) or node == RDF.nil)


def _nearest(causes: Sequence[Result]) -> Sequence[Result]:
    """Return causes without what follows from another: a value of another datatype has not the form of this one either.

    Where the datatype of an alternative is right, the form is what is wrong.
    """
    of_other_type = {cause.shape for cause in causes if _component(cause) == "Datatype"}
    forms = [cause for cause in causes if _component(cause) == "Pattern" and cause.shape not in of_other_type]
    return forms or [cause for cause in causes if _component(cause) != "Pattern" or cause.shape not in of_other_type]


def _component(result: Result) -> str:
    return result.component.value.rpartition("#")[2].removesuffix("ConstraintComponent")


def _plain(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.Literal) else str(node)


def _clipped(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"
