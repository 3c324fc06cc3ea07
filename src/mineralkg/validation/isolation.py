"""Validation in a process of its own, which is ended when its time is over.

Shapes from outside can ask for what never ends: a regular expression that tries everything, a query that joins all with
all. Neither Python nor the engines can be told to stop, so that such shapes run in another process, which can be. One
process serves all checks of this one; it has its shapes as long as it lives.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import math
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from mineralkg.errors import MineralKGError, ShapesError, TimeLimit
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
        return _call(self, "validate", data)

    def validate_targets(self, data: Data, pairs: set[tuple[Node, Node]]) -> list[Result]:
        """Return the results for pairs of a shape and a node that it is to look at; see Engine."""
        return _call(self, "validate_targets", data, pairs)

    def validate_nodes(self, data: Data, pairs: Iterable[tuple[Node, Node]]) -> list[Result]:
        """Return what SHACL Core finds for pairs of a shape and a node; see Engine."""
        return _call(self, "validate_nodes", data, list(pairs))


class _Worker:
    """The other process. It runs nothing that lies in the current folder, which may be anybody's."""

    def __init__(self) -> None:
        program = [sys.executable, "-P", "-m", "mineralkg.validation.worker"]
        self.owner = os.getpid()
        self.known: set[int] = set()
        self.process = subprocess.Popen(  # noqa: S603  # our own module
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def ask(self, seconds: float, engine: Isolated, method: str, arguments: tuple[Any, ...]) -> Any:
        """Return the answer to a request. Raises EOFError or OSError where the process has ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        shapes = None
        if engine.number not in self.known:
            shapes = (ox.serialize(engine.shapes.triples, format=ox.RdfFormat.N_TRIPLES), engine.name)
            self.known.add(engine.number)
        pickle.dump((seconds, engine.number, shapes, method, arguments), self.process.stdin)
        self.process.stdin.flush()
        return pickle.load(self.process.stdout)  # noqa: S301  # what our own process says

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]


_lock = threading.Lock()
_workers: list[_Worker] = []


def _end_all() -> None:
    while _workers:
        worker = _workers.pop()
        if worker.owner == os.getpid():
            worker.end()


atexit.register(_end_all)


def _call(engine: Isolated, method: str, *arguments: Any) -> list[Result]:
    seconds, until = _LIMIT.get()
    with _lock:
        if _workers and (_workers[0].owner != os.getpid() or _workers[0].process.poll() is not None):
            _workers.clear()
        worker = _workers[0] if _workers else _Worker()
        _workers[:] = [worker]
        left = max(until - time.monotonic(), 0.0)
        clock = threading.Timer(min(left, threading.TIMEOUT_MAX), worker.process.kill)
        clock.daemon = True
        clock.start()
        try:
            answer = worker.ask(left, engine, method, arguments)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            _end_all()
            if time.monotonic() >= until:
                raise TimeLimit("the shapes", seconds) from error
            raise ShapesError(
                "the shapes graph", "validation with them ended early; it may need too much memory."
            ) from error
        except BaseException:
            _end_all()  # what it answers later would be taken for the answer to something else
            raise
        finally:
            clock.cancel()
    if isinstance(answer, MineralKGError):
        raise answer
    found: list[Result] = answer
    return found
