"""The nursery: a process that loads the graph once and forks a worker whenever the server needs one.

A worker starts with the graph already in its memory, shared with all others until somebody writes, which nobody does.
So a worker that ran too long or too large is killed and replaced within milliseconds, whatever the size of the graph.
The nursery has one thread when it forks, runs no text from outside, and ends when the server does.

A store on disk is not opened here but in each worker: its engine starts threads, and a fork takes only one along.

    server ──control socket──▶ nursery ──fork──▶ worker
       └───────────────a socket of its own──────────┘
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mineralkg import api
from mineralkg.errors import MineralKGError
from mineralkg.publishing import Known, Site
from mineralkg.publishing.site import address
from mineralkg.server import wire
from mineralkg.server.config import Config
from mineralkg.server.desk import Desk
from mineralkg.server.problem import Problem, problem_of
from mineralkg.server.tasks import TASKS

_MEGABYTE = 1 << 20
_PAGE_MEMORY_MB = 2048  # a page or a dump may take as much; what it does is known
_NICENESS = 5  # of workers that run text from outside: the server and its pages go before them
_TIRED = 192 * _MEGABYTE  # a worker that once grew by this much is replaced when it is done


def main() -> int:
    """Run the nursery on the control socket whose number is the only argument."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the server says when to stop, also where all its group is told to
    control = socket.socket(fileno=int(sys.argv[1]))
    message = wire.receive(control)
    if message is None:
        return 0
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in message[0].items()}
    config = Config(**fields)
    desk: Desk | None = None
    try:
        if config.store:
            facts = _looked_up(config)
        else:
            desk = _desk(config)
            facts = _facts(desk)
    except MineralKGError as error:
        facts = {"error": str(error)}
    wire.send(control, facts)
    if "error" in facts:
        return 2
    gc.collect()
    gc.freeze()  # what is there now is shared with all workers, and must not be touched by a collection
    _tend(control, lambda: desk or _desk(replace(config, data=()), facts), config)
    return 0


def _desk(config: Config, facts: dict[str, Any] | None = None) -> Desk:
    known = None if facts is None else Known(facts["version"], frozenset(facts["hash_documents"]))
    kg = api.open(*config.data, store=config.store, base_url=address(config.base_url))
    site = Site(kg, config.base_url, licence=config.licence, publisher=config.publisher, known=known)
    return Desk(site, max_rows=config.max_rows, max_bytes=config.max_answer_mb * _MEGABYTE)


def _facts(desk: Desk) -> dict[str, Any]:
    site = desk.site
    facts = {"version": site.version, "name": site.graph.name, "base": site.base}
    return facts | {"hash_documents": sorted(site.hash_documents)}


def _looked_up(config: Config) -> dict[str, Any]:
    """Return the facts about a store on disk, which a process of its own fills where it is new, and looks at."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        try:
            wire.send(theirs, _facts(_desk(config)))
        except MineralKGError as error:
            wire.send(theirs, {"error": str(error)})
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        message = wire.receive(ours)
    os.wait()
    return message[0] if message else {"error": "The process that looked at the store has died."}


def _tend(control: socket.socket, desk: Callable[[], Desk], config: Config) -> None:
    """Fork and end workers as the server asks, until it is gone; then none of them is left."""
    children: set[int] = set()
    try:
        while (message := wire.receive(control)) is not None:
            order = message[0]
            if order["do"] == "fork":
                _fork(control, desk, config, children, trusted=order["trusted"])
            else:
                _end(order["pid"], children)
                wire.send(control, {})
            for pid in list(children):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    children.discard(pid)
    except ConnectionError:
        pass  # it went while it was answered
    finally:
        for pid in list(children):
            _end(pid, children)


def _fork(
    control: socket.socket, desk: Callable[[], Desk], config: Config, children: set[int], *, trusted: bool
) -> None:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            control.close()
            theirs.close()
            there = desk()
            _limit(config, trusted=trusted)
            _work(ours, there)
            status = 0
        finally:
            os._exit(status)  # nothing of the nursery's is to be tidied up twice
    children.add(pid)
    ours.close()
    with theirs:
        wire.send(control, {"pid": pid})
        socket.send_fds(control, [b"f"], [theirs.fileno()])


def _end(pid: int, children: set[int]) -> None:
    """Kill a worker and wait for it. Only children that were not waited for yet are named, so the number is theirs."""
    if pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        children.discard(pid)


def _limit(config: Config, *, trusted: bool) -> None:
    """Bound what a worker may take. One that runs text from outside may not write files either."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere, the deadline and the size of answers have to do
        now = int(statm.read_text().split()[0]) * resource.getpagesize()
        allowed = max(config.memory_mb, _PAGE_MEMORY_MB) if trusted else config.memory_mb
        most = now + allowed * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if not trusted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        os.nice(_NICENESS)


def _work(connection: socket.socket, desk: Desk) -> None:
    """Do tasks one after the other until the server closes the connection."""
    start = _peak()
    while (message := wire.receive(connection)) is not None:
        order = message[0]
        header, body = _do(desk, order["task"], order["base"], order["arguments"])
        header["tired"] = _peak() - start > _TIRED
        wire.send(connection, header, body)


def _do(desk: Desk, task: str, base: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        outcome = TASKS[task](desk, base, **arguments)
        return {"media_type": outcome.media_type, "facts": outcome.facts}, outcome.data
    except Problem as problem:
        found = problem
    except MineralKGError as error:
        found = problem_of(error)
    except MemoryError:
        found = Problem(503, "It takes more memory than one request may have. Ask in smaller steps.")
    except Exception:
        traceback.print_exc()
        found = Problem(500, "The server failed at this request; its log says where.")
    return {"problem": found.fields()}, b""


def _peak() -> int:
    """Return the most memory this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    sys.exit(main())
