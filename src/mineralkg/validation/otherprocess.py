"""The process that validates with shapes from outside: it is started when first needed, and killed when it must be."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from typing import Any

import pyoxigraph as ox

from mineralkg.errors import MineralKGError, ShapesError, TimeLimit
from mineralkg.validation.isolation import Isolated
from mineralkg.validation.result import Result

__all__ = ["ask"]


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


def ask(engine: Isolated, method: str, arguments: tuple[Any, ...], seconds: float, until: float) -> list[Result]:
    """Return what a method of the engine returns there; *until* then it may take, which is *seconds* in all.

    Raises TimeLimit where it takes longer, and ShapesError where the process dies of it.
    """
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
