"""The process in which shapes from outside are run: it answers requests until there are no more (see isolation).

It bounds itself as well, so that it does not outlive the process that it serves for long.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import signal
import sys
from typing import BinaryIO

import pyoxigraph as ox

from mineralkg.errors import MineralKGError, ShapesError
from mineralkg.validation.engine import Engine
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph

__all__ = ["main"]

_MEMORY = 8 * 1024**3  # bytes


def main() -> None:
    """Read requests from standard input, and write the answers to standard output, which nothing else may write to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that is served decides
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    engines: dict[int, Engine] = {}
    with contextlib.suppress(EOFError):
        while True:
            _answer(requests, answers, engines)


def _answer(requests: BinaryIO, answers: BinaryIO, engines: dict[int, Engine]) -> None:
    seconds, number, shapes, method, arguments = pickle.load(requests)  # noqa: S301  # from the process that is served
    _bound(seconds)
    answer: list[Result] | MineralKGError
    try:
        if shapes is not None:
            text, name = shapes
            graph = ShapesGraph(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
            engines[number] = Engine(graph, name)
        answer = getattr(engines[number], method)(*arguments)
    except MineralKGError as error:
        answer = error
    except (MemoryError, RecursionError) as error:
        answer = ShapesError("the shapes graph", f"validation with them needs too much ({type(error).__name__}).")
    pickle.dump(answer, answers)
    answers.flush()


def _bound(seconds: float) -> None:
    """Limit the memory, and the time of all threads from now on; where the system has no such limits, nothing is."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(
            resource.RLIMIT_AS, (_MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most), most)
        )
        if math.isfinite(seconds):
            used = resource.getrusage(resource.RUSAGE_SELF)
            spent = used.ru_utime + used.ru_stime + (seconds + 5) * (os.cpu_count() or 1)
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(spent), most))


if __name__ == "__main__":
    main()
