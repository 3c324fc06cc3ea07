"""Processes that do the same kind of work side by side, each on the next task as soon as it has done its last.

A graph in memory is there in processes that are forked, without being loaded again. Each of them comes to hold most of
it a second time, since its engine counts in the graph itself who reads it. One on disk is opened by each of them: its
engine starts threads, and a fork takes only one along.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from mineralkg.errors import MineralKGError, UsageError, WorkerDied

__all__ = ["Crew", "fitting"]

Task = TypeVar("Task")
Result = TypeVar("Result")
Given = TypeVar("Given", contravariant=True)
Returned = TypeVar("Returned", covariant=True)


class Worker(Protocol[Given, Returned]):
    """What does tasks."""

    def __call__(self, task: Given, /) -> Returned:
        """Do a task and return its result."""

    def close(self) -> None:
        """Do no more."""


Make = Callable[[int], Worker[Task, Result]]


def fitting() -> int:
    """Return how many processes as large as this one go well side by side.

    That is one for each processor, as far as half of the free memory holds them, where it is known.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free, own = Path("/proc/meminfo"), Path("/proc/self/statm")
    if not (free.exists() and own.exists()):
        return cores
    available = re.search(r"MemAvailable:\s+([0-9]+) kB", free.read_text())
    taken = int(own.read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    return max(1, min(cores, int(available[1]) * 1024 // 2 // taken)) if available else cores


class Crew(Generic[Task, Result]):
    """Processes at work, or this process where there is to be but one; use it as a context manager.

    *make* is called in each of them with its number, from 1, and returns what does a task. Where they are not *forked*
    it is sent to them, and has to be of a kind that can be.
    """

    def __init__(self, make: Make[Task, Result], jobs: int, *, forked: bool) -> None:
        method = "fork" if forked else "spawn"
        if jobs > 1 and method not in multiprocessing.get_all_start_methods():
            jobs = 1
        self._make, self._jobs, self._context = make, jobs, multiprocessing.get_context(method if jobs > 1 else None)
        self._alone: Worker[Task, Result] | None = None
        self._workers: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Crew[Task, Result]:
        if self._jobs == 1:
            self._alone = self._make(1)
            return self
        gc.collect()
        gc.freeze()  # what is there now is shared, and must not be touched by a collection
        try:
            for number in range(1, self._jobs + 1):
                self._start(number)
        finally:
            gc.unfreeze()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._alone is not None:
            self._alone.close()
        for connection, process in self._workers.items():
            connection.close()  # a worker that waits for a task ends at that
            if kind is not None:
                process.terminate()
        for process in self._workers.values():
            process.join()

    def do(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Return the result of each task, in the order in which they are done.

        Raises the error of a worker as a UsageError, and WorkerDied where one is gone.
        """
        if self._alone is not None:
            yield from map(self._alone, tasks)
            return
        waiting = iter(tasks)
        busy = [connection for connection in self._workers if self._give(connection, waiting)]
        while busy:
            for connection in wait(busy):
                assert isinstance(connection, Connection)  # nothing else is waited for
                yield self._take(connection)
                if not self._give(connection, waiting):
                    busy.remove(connection)

    def _start(self, number: int) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]  # every context has it
            target=_work, args=(self._make, number, theirs, [ours, *self._workers] if self._forks else []), daemon=True
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the one other thread is the clock of --timeout
            process.start()
        theirs.close()
        self._workers[ours] = process

    @property
    def _forks(self) -> bool:
        return self._context.get_start_method() == "fork"

    def _give(self, connection: Connection, waiting: Iterator[Task]) -> bool:
        """Give a worker the next task, and say whether there was one."""
        for task in waiting:
            try:
                connection.send(task)
            except OSError:
                raise self._death(connection) from None
            return True
        return False

    def _take(self, connection: Connection) -> Result:
        try:
            kind, told = connection.recv()
        except (EOFError, OSError):
            raise self._death(connection) from None
        if kind == "done":
            result: Result = told
            return result
        raise {"error": UsageError, "memory": MemoryError}.get(kind, RuntimeError)(told)

    def _death(self, connection: Connection) -> WorkerDied:
        process = self._workers[connection]
        process.join(10)
        code = process.exitcode
        return WorkerDied(f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}")


def _work(make: Make[Task, Result], number: int, connection: Connection, others: Sequence[Connection]) -> None:
    """Do tasks until the other end is closed."""
    for name in ("SIGINT", "SIGHUP"):  # the process that gave them says when to stop
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # which is how it says so
    for other in others:
        other.close()  # its end would be open here, too, and never be seen to close
    worker: Worker[Task, Result] | None = None
    with suppress(EOFError, OSError):  # the other end is closed
        while True:
            task = connection.recv()
            try:
                worker = worker or make(number)
                answer: tuple[str, object] = ("done", worker(task))
            except MineralKGError as error:
                answer = ("error", str(error))
            except MemoryError as error:
                answer = ("memory", str(error))
            except Exception as error:
                if os.environ.get("MINERALKG_DEBUG"):
                    traceback.print_exc(file=sys.stderr)
                answer = ("fault", f"{type(error).__name__}: {error}")
            connection.send(answer)
    if worker is not None:
        worker.close()
