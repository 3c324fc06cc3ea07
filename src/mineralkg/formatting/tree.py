"""What a Turtle or TriG text consists of, as written: terms keep their lexical form, comments hang where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Comment", "Directive", "GraphBlock", "Item", "Predicate", "Statement", "Value", "statements"]


@dataclass
class Comment:
    """A comment on a line of its own between statements; ``blank`` counts the blank lines above it."""

    text: str
    blank: int = 0


@dataclass
class Directive:
    """A prefix or base declaration; the name of a prefix ends in a colon, a base has none."""

    name: str
    iri: str
    blank: int = 0
    after: list[str] = field(default_factory=list)


@dataclass
class Value:
    """A subject or an object: a term, a node in brackets, or a list.

    ``before`` are comments on lines of their own above it, ``after`` is the one at the end of its line, ``opening`` the
    one behind its opening bracket, ``dangling`` are those on lines of their own before the closing one.
    """

    kind: str
    text: str = ""
    predicates: list[Predicate] = field(default_factory=list)
    items: list[Value] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    dangling: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def is_compound(self) -> bool:
        """Whether it is a node in brackets or a list."""
        return self.kind in ("bracket", "list")

    @property
    def has_comments(self) -> bool:
        """Whether a comment stands in it or hangs on it."""
        own = self.before or self.opening or self.dangling or self.after
        return bool(own) or any(p.has_comments for p in self.predicates) or any(i.has_comments for i in self.items)


@dataclass
class Predicate:
    """A predicate with its values; ``after`` is the comment at the end of its own line."""

    verb: str
    values: list[Value]
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def has_comments(self) -> bool:
        """Whether a comment stands in it or hangs on it."""
        return bool(self.before or self.after) or any(value.has_comments for value in self.values)


@dataclass
class Statement:
    """A subject and what is said of it, up to the full stop, behind which ``after`` stands."""

    subject: Value
    predicates: list[Predicate]
    blank: int = 0
    dangling: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def has_comments(self) -> bool:
        """Whether a comment stands in it or hangs on it."""
        own = self.dangling or self.after or self.subject.has_comments
        return bool(own) or any(predicate.has_comments for predicate in self.predicates)


@dataclass
class GraphBlock:
    """The statements of one graph in TriG, with the words before their brace."""

    header: str
    items: list[Item]
    blank: int = 0
    opening: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


Item: TypeAlias = Comment | Directive | Statement | GraphBlock


def statements(items: list[Item]) -> Iterator[Statement]:
    """Return the statements, with those of graphs."""
    for item in items:
        if isinstance(item, Statement):
            yield item
        elif isinstance(item, GraphBlock):
            yield from statements(item.items)
