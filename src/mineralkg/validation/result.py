"""One result of a validation, as every engine here gives it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from mineralkg.validation.terms import Node, folded

__all__ = ["Result"]


@dataclass(frozen=True)
class Result:
    """What a sh:ValidationResult says (SHACL 3.6.2).

    ``path`` is a property path in the syntax of SPARQL, an IRI in angle brackets as a rule. ``bindings`` are the values
    of a SPARQL constraint's other variables, for its message. Two results are equal where they say the same of the same
    node by the same shape, whatever the engine: the case of language tags does not count.
    """

    focus: Node
    path: str | None
    value: Node | None
    shape: Node | None
    component: ox.NamedNode
    severity: ox.NamedNode
    constraint: Node | None = field(default=None, compare=False)
    bindings: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "focus", folded(self.focus))
        object.__setattr__(self, "value", folded(self.value))

    @property
    def predicate(self) -> ox.NamedNode | None:
        """The property that the path consists of, None for no path and for one that is more than a property."""
        path = self.path or ""
        simple = path.startswith("<") and path.endswith(">") and path.count("<") == 1
        return ox.NamedNode(path[1:-1]) if simple else None

    @property
    def order(self) -> tuple[str, ...]:
        """A key for a stable order."""
        terms = (self.focus, self.path, self.value, self.shape, self.component, self.severity)
        return tuple("" if term is None else str(term) for term in terms)
