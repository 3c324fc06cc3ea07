"""The server's side of its workers: pools that hand out tasks, end what runs too long, and replace what has died."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mineralkg.errors import UsageError
from mineralkg.server import wire
from mineralkg.server.config import Config
from mineralkg.server.desk import Outcome
from mineralkg.server.problem import Problem

__all__ = ["Nursery", "Pool"]

_STOP_SECONDS = 5


class Nursery:
    """A running nursery process, and what it says of the graph that it has loaded."""

    def __init__(self, config: Config) -> None:
        """Start the process and wait until the graph is loaded. Raises UsageError where it cannot be."""
        ours, theirs = socket.socketpair()
        self._control = ours
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # this program itself
                [sys.executable, "-m", "mineralkg.server.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        wire.send(ours, dataclasses.asdict(config))
        message = wire.receive(ours)
        if message is None or "error" in message[0]:
            self.close()
            raise UsageError(message[0]["error"] if message else "The process that loads the graph has died.")
        self.facts = message[0]

    def fork(self, *, trusted: bool) -> tuple[int, socket.socket]:
        """Return a new worker: its process, and the connection to it. Raises OSError where the nursery is gone."""
        with self._lock:
            wire.send(self._control, {"do": "fork", "trusted": trusted})
            message = wire.receive(self._control)
            if message is None:
                raise ConnectionError("the nursery has gone")
            _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        if not descriptors:
            raise ConnectionError("the nursery has gone")
        return message[0]["pid"], socket.socket(fileno=descriptors[0])

    def end(self, pid: int) -> None:
        """Kill a worker."""
        with self._lock, contextlib.suppress(OSError):
            wire.send(self._control, {"do": "end", "pid": pid})
            wire.receive(self._control)

    def close(self) -> None:
        """End the nursery and all its workers."""
        self._control.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass
class _Worker:
    pid: int
    line: wire.Line
    tasks: int = 0


@dataclass(frozen=True, eq=False)
class _Waiting:
    client: str
    worker: asyncio.Future[_Worker]


class Pool:
    """Workers of one kind, for tasks that may take *seconds* each, with a bounded queue before them.

    One client is given all workers but one, and half of the queue, so that nobody keeps all others out.
    """

    _MOST_TASKS = 20_000  # after so many, a worker is replaced

    def __init__(
        self, nursery: Nursery, *, size: int, seconds: float, waiting: int, trusted: bool, lost: Callable[[], None]
    ) -> None:
        self._nursery = nursery
        self._size = size
        self._seconds = seconds
        self._most_waiting = waiting
        self._trusted = trusted
        self._lost = lost  # called when no worker can be had any more
        self._idle: list[_Worker] = []  # who was at work last goes first: what it needs is still at hand
        self._waiting: list[_Waiting] = []
        self._at_work: Counter[str] = Counter()  # how many workers each client has
        self._repairs: set[asyncio.Task[None]] = set()
        self._closed = False
        self._broken = False  # no worker will come any more

    async def start(self) -> None:
        """Fork the workers. Raises OSError where the nursery is gone."""
        for _ in range(self._size):
            self._release(await self._new())

    async def run(self, task: str, base: str, *, client: str = "", **arguments: Any) -> Outcome:
        """Return what a worker makes of a task; without a *client* it is the server's own, and takes its turn.

        Raises Problem: what the task raised, 503 where too many wait or the worker died of it, 504 after the deadline.
        """
        worker = await self._free(client)
        try:
            header, body = await self._asked(worker, {"task": task, "base": base, "arguments": arguments})
        finally:
            self._at_work[client] -= 1
            if not self._at_work[client]:
                del self._at_work[client]
            self._hand_out()
        if "problem" in header:
            told = header["problem"]
            raise Problem(told["status"], told["detail"], offered=told.get("offered", ()))
        return Outcome(body, header["media_type"], header["facts"])

    async def close(self) -> None:
        """Let go of the workers; they end with the connection."""
        self._closed = True
        while self._idle:
            self._idle.pop().line.close()
        for repair in list(self._repairs):
            repair.cancel()
        await asyncio.gather(*self._repairs, return_exceptions=True)

    async def _asked(self, worker: _Worker, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return what a worker answers, and let it rest, or replace it."""
        try:
            header, body = await worker.line.ask(question, self._seconds)
        except TimeoutError:
            self._replace(worker)
            raise Problem(504, f"It ran for {self._seconds:g} seconds and was ended. Ask for less.") from None
        except OSError:
            self._replace(worker)
            detail = "The process that worked on it ended, most often for want of memory. Ask in smaller steps."
            raise Problem(503, detail, retry_after=1) from None
        except BaseException:
            self._replace(worker)  # it is still at work on what nobody waits for
            raise
        worker.tasks += 1
        if header["tired"] or worker.tasks >= self._MOST_TASKS:
            self._replace(worker)
        else:
            self._release(worker)
        return header, body

    async def _free(self, client: str) -> _Worker:
        """Return a worker that has nothing to do, after a wait that is bounded in number and time."""
        if self._has_share_left(client) and (worker := self._rested()) is not None:
            self._at_work[client] += 1
            return worker
        most = self._most_waiting // 2 if client else self._most_waiting
        if len(self._waiting) >= self._most_waiting or sum(w.client == client for w in self._waiting) >= most:
            raise Problem(503, f"{len(self._waiting)} requests wait already. Try again in a moment.", retry_after=1)
        if self._broken:
            raise _busy()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(client, loop.create_future())
        self._waiting.append(waiting)
        deadline = loop.call_later(self._seconds, self._turn_away, waiting)
        try:
            return await waiting.worker
        except BaseException:
            self._give_up(waiting)
            raise
        finally:
            deadline.cancel()

    def _has_share_left(self, client: str) -> bool:
        return not client or self._at_work[client] < max(1, self._size - 1)

    def _rested(self) -> _Worker | None:
        """Return a worker that has nothing to do, if there is one."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.line.is_lost:
                return worker
            self._replace(worker)  # it was killed from outside while it had nothing to do
        return None

    def _release(self, worker: _Worker) -> None:
        self._idle.append(worker)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give workers that rest to those who have waited longest and have some of their share left."""
        for waiting in list(self._waiting) if self._idle else ():
            if self._has_share_left(waiting.client) and not waiting.worker.done():
                if (worker := self._rested()) is None:
                    return
                self._waiting.remove(waiting)
                self._at_work[waiting.client] += 1
                waiting.worker.set_result(worker)

    def _turn_away(self, waiting: _Waiting) -> None:
        if not waiting.worker.done():
            self._waiting.remove(waiting)
            waiting.worker.set_exception(_busy())

    def _give_up(self, waiting: _Waiting) -> None:
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        elif not waiting.worker.cancelled() and waiting.worker.exception() is None:
            self._at_work[waiting.client] -= 1  # it came in the moment in which the wait was given up
            self._release(waiting.worker.result())

    def _replace(self, worker: _Worker) -> None:
        worker.line.close()
        if not self._closed:
            repair = asyncio.create_task(self._repair(worker.pid))
            self._repairs.add(repair)
            repair.add_done_callback(self._repairs.discard)

    async def _repair(self, pid: int) -> None:
        await asyncio.to_thread(self._nursery.end, pid)
        try:
            worker = await self._new()
        except OSError:
            self._break()
            return
        if self._closed:
            worker.line.close()
        else:
            self._release(worker)

    def _break(self) -> None:
        """Turn away who waits, now that no worker will come, and say so."""
        self._broken = True
        for waiting in list(self._waiting):
            self._turn_away(waiting)
        self._lost()

    async def _new(self) -> _Worker:
        pid, connection = await asyncio.to_thread(self._nursery.fork, trusted=self._trusted)
        _, line = await asyncio.get_running_loop().create_connection(wire.Line, sock=connection)
        return _Worker(pid, line)


def _busy() -> Problem:
    return Problem(503, "All processes are at work. Try again in a moment.", retry_after=1)
