"""Validation in a process of its own, which is ended when its time is over.

Shapes from outside can ask for what never ends: a regular expression that tries everything, a query that joins all with
all. Neither Python nor the engines can be told to stop, so that such shapes run in another process, which can be. One
process serves all checks of this one; it has its shapes as long as it lives.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from mineralkg.validation.data import Data
from mineralkg.validation.engine import Engine
from mineralkg.validation.result import Result
from mineralkg.validation.terms import Node

__all__ = ["Isolated", "time_limit"]

_LIMIT: ContextVar[tuple[float, float]] = ContextVar("limit", default=(math.inf, math.inf))  # seconds, and until when
_NUMBERS = itertools.count()


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let all validations in this context together take that long; for 0, as long as they need."""
    token = _LIMIT.set((seconds, time.monotonic() + seconds) if seconds else (math.inf, math.inf))
    try:
        yield
    finally:
        _LIMIT.reset(token)


@dataclass
class Isolated(Engine):
    """An engine that validates in another process, and raises TimeLimit where that takes longer than it may."""

    number: int = field(init=False, default_factory=lambda: next(_NUMBERS))

    def prepare(self) -> None:
        """Do nothing: the shapes are compiled where they are run."""

    def validate(self, data: Data) -> list[Result]:
        """Return the results for every node that the shapes look at; see Engine."""
        return self._ask("validate", data)

    def validate_targets(self, data: Data, pairs: set[tuple[Node, Node]]) -> list[Result]:
        """Return the results for pairs of a shape and a node that it is to look at; see Engine."""
        return self._ask("validate_targets", data, pairs)

    def validate_nodes(self, data: Data, pairs: Iterable[tuple[Node, Node]]) -> list[Result]:
        """Return what SHACL Core finds for pairs of a shape and a node; see Engine."""
        return self._ask("validate_nodes", data, list(pairs))

    def _ask(self, method: str, *arguments: Any) -> list[Result]:
        from mineralkg.validation.otherprocess import ask

        return ask(self, method, arguments, *_LIMIT.get())
