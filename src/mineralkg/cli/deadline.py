"""The time that a command may take: when it is over, the process says so and ends.

A query that joins all with all cannot be told to stop, but it lets other threads run.
"""

from __future__ import annotations

import os
import sys
import threading

from mineralkg.errors import TimeLimit

__all__ = ["finished", "start"]

_clocks: list[threading.Timer] = []


def start(seconds: float, command: str) -> None:
    """Give this command so many seconds, and one more to say itself that it takes too long; for 0, any time."""
    if seconds > 0:
        clock = threading.Timer(min(seconds + 1, threading.TIMEOUT_MAX), _end, (seconds, command))
        clock.daemon = True
        _clocks.append(clock)
        clock.start()


def finished() -> None:
    """Stop the clock: the answer is there, and whoever reads it may take all the time in the world."""
    while _clocks:
        _clocks.pop().cancel()


def _end(seconds: float, command: str) -> None:
    print(f"mineralkg: {TimeLimit(command, seconds)}", file=sys.stderr, flush=True)
    os._exit(2)
