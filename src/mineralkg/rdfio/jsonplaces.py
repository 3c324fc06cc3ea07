"""Where nodes and values of a JSON-LD text stand, as far as that can be told without processing it whole.

A node stands at the ``@id`` of the one object that says something of it. A value stands where it is written under a key
that the text's own context makes the property. Whatever is written in two places, or in other ways, has no place.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.rdfio.places import Place, Places
from mineralkg.rdfio.text import Span

__all__ = ["JsonPlaces"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


@dataclass
class _Object:
    """A JSON object: its members by key, each with the place of the key."""

    members: dict[str, tuple[Span, _Value]] = field(default_factory=dict)


@dataclass
class _Scalar:
    """A string, number, boolean or null, and where it stands."""

    value: object
    span: Span


_Value: TypeAlias = "_Object | list[_Value] | _Scalar"


class JsonPlaces(Places):
    """The places of the triples of one text of JSON-LD, given as the parser gave them."""

    def __init__(self, text: str, quads: Iterable[ox.Quad]) -> None:
        """Read the places of *quads* in *text*."""
        super().__init__()
        top = _read(text)
        names = _Names(top)
        described: dict[str, list[_Object]] = defaultdict(list)
        for each in _objects(top):
            if (iri := names.id(each)) and len(each.members.keys() - {"@context"}) > 1:
                described[iri].append(each)
        for quad in quads:
            found = described.get(quad.subject.value, []) if isinstance(quad.subject, ox.NamedNode) else []
            if len(found) == 1:
                self._add(quad, found[0], names)

    def _add(self, quad: ox.Quad, node: _Object, names: _Names) -> None:
        subject = _value_span(node.members["@id"])
        keys = [key for key in node.members if names.of(key) == quad.predicate.value]
        if len(keys) != 1:
            return
        predicate, value = node.members[keys[0]]
        spans = [scalar.span for scalar in _scalars(value) if names.means(scalar.value, quad.object)]
        place = Place(subject, predicate, spans[0] if len(spans) == 1 else predicate)
        self._note(str(quad.subject), str(quad.predicate), str(quad.object), place)


class _Names:
    """What keys and ids mean by the context of the top of a text, as far as it maps names to IRIs."""

    def __init__(self, top: _Value) -> None:
        self._prefixes: dict[str, str] = {}
        self._vocab: str | None = None
        context = top.members.get("@context") if isinstance(top, _Object) else None
        self._clear = not any("@context" in o.members for o in _objects(top) if o is not top)
        if context is not None and isinstance(context[1], _Object):
            for name, (_, value) in context[1].members.items():
                given = value.members.get("@id", (None, None))[1] if isinstance(value, _Object) else value
                if isinstance(given, _Scalar) and isinstance(given.value, str):
                    self._prefixes[name] = given.value
            self._vocab = self._prefixes.pop("@vocab", None)

    def of(self, key: str) -> str | None:
        """Return the IRI of a key."""
        if key == "@type":
            return "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
        if not self._clear or key.startswith("@"):
            return None
        if key in self._prefixes:
            return self._expanded(self._prefixes[key])
        return self._expanded(key) if ":" in key else None if self._vocab is None else self._vocab + key

    def id(self, node: _Object) -> str | None:
        """Return the IRI by which an object names its node."""
        value = node.members.get("@id", (None, None))[1]
        return self._expanded(value.value) if isinstance(value, _Scalar) and isinstance(value.value, str) else None

    def means(self, value: object, term: object) -> bool:
        """Say whether a scalar is how a term is written."""
        if isinstance(term, ox.Literal):
            return (value if isinstance(value, str) else json.dumps(value)) == term.value
        iri = term.value if isinstance(term, ox.NamedNode) else None
        return isinstance(value, str) and iri is not None and iri in (self._expanded(value), self.of(value))

    def _expanded(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        base = self._prefixes.get(prefix) if colon and not local.startswith("//") and self._clear else None
        return name if base is None else base + local


def _value_span(member: tuple[Span, _Value]) -> Span:
    return member[1].span if isinstance(member[1], _Scalar) else member[0]


def _objects(value: _Value) -> Iterator[_Object]:
    """Return the objects in a value that stand for nodes; a context is none."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, _Object):
            yield one
            waiting += [inner for key, (_, inner) in one.members.items() if key != "@context"]


def _scalars(value: _Value) -> Iterator[_Scalar]:
    """Return what is written for a property: scalars, and the id or value of an object."""
    for one in value if isinstance(value, list) else [value]:
        inner = one.members.get("@id") or one.members.get("@value") if isinstance(one, _Object) else None
        found = one if inner is None else inner[1]
        if isinstance(found, _Scalar):
            yield found


def _read(text: str) -> _Value:
    """Return a JSON text, which the parser has found to be one, with the places of its strings."""
    holders: list[_Object | list[_Value]] = [[]]
    keys: list[tuple[str, Span] | None] = [None]
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "]}":
            holders.pop()
            keys.pop()
        elif mark not in ",:":
            holder, key = holders[-1], keys[-1]
            value: _Value = _Object() if mark == "{" else [] if mark == "[" else _scalar(token)
            if isinstance(holder, list):
                holder.append(value)
            elif key is None and isinstance(value, _Scalar):
                keys[-1] = str(value.value), value.span
                continue
            elif key is not None:
                holder.members[key[0]] = key[1], value
                keys[-1] = None
            if not isinstance(value, _Scalar):
                holders.append(value)
                keys.append(None)
    top = holders[0]
    assert isinstance(top, list)
    return top[0] if top else _Object()


def _scalar(token: re.Match[str]) -> _Scalar:
    try:
        value = json.loads(token[0], strict=False)
    except ValueError:  # a number of more digits than Python takes
        value = None
    return _Scalar(value, Span(*token.span()))
