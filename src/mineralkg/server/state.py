"""What a running server holds: the workers over one version of the data, and the responses made from it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from mineralkg.errors import MineralKGError
from mineralkg.publishing.catalogue import DUMPS
from mineralkg.server.config import Config
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Finished
from mineralkg.server.workers import Nursery, Pool

__all__ = ["Cache", "Keeper", "State"]

_MEGABYTE = 1 << 20
_LARGEST_SHARE = 8  # a response that takes more than this part of the cache is not kept


class Cache:
    """Finished responses by what was asked, up to a size; what was not asked for longest goes first."""

    def __init__(self, size: int) -> None:
        self._room = self._size = size
        self._found: OrderedDict[tuple[object, ...], Finished] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> Finished | None:
        """Return what was kept under *key*, or None."""
        if (finished := self._found.get(key)) is not None:
            self._found.move_to_end(key)
        return finished

    def put(self, key: tuple[object, ...], finished: Finished) -> None:
        """Keep a response, where there can be room for it."""
        if finished.size > self._size // _LARGEST_SHARE or key in self._found:
            return
        self._found[key] = finished
        self._room -= finished.size
        while self._room < 0:
            _, oldest = self._found.popitem(last=False)
            self._room += oldest.size


@dataclass(frozen=True)
class Dump:
    """All data in one file."""

    suffix: str
    path: Path
    size: int
    media_type: str
    sha256: str


class State:
    """One version of the data: its workers, its finished responses, and a folder for its dumps."""

    def __init__(self, config: Config, nursery: Nursery, keeper: Keeper) -> None:
        self.config = config
        self.nursery = nursery
        self.version: str = nursery.facts["version"]
        self.base: str = nursery.facts["base"]
        self.cache = Cache(config.cache_mb * _MEGABYTE)
        self._warming: asyncio.Task[None] | None = None
        self._dumps: dict[str, asyncio.Task[Dump]] = {}
        self.spool = Path(tempfile.mkdtemp(prefix="mineralkg-"))
        self.pages = Pool(
            nursery,
            size=config.page_workers,
            seconds=config.page_seconds,
            trusted=True,
            waiting=config.waiting,
            lost=lambda: keeper.replace_lost(self),
        )
        self.queries = Pool(
            nursery,
            size=config.query_workers,
            seconds=config.query_seconds,
            trusted=False,
            waiting=config.waiting,
            lost=lambda: keeper.replace_lost(self),
        )

    async def start(self) -> None:
        """Fork the workers."""
        await self.pages.start()
        await self.queries.start()
        self._warming = asyncio.create_task(self._make_dumps())

    async def _make_dumps(self) -> None:
        """Make the dumps that the home page lists, so that it can give their sizes and digests."""
        for suffix in DUMPS:
            with contextlib.suppress(Problem):
                await self.dump(suffix)

    def known_dumps(self) -> list[Dump]:
        """Return the dumps that are made already, in the order of the list."""
        tasks = [self._dumps.get(suffix) for suffix in DUMPS]
        return [t.result() for t in tasks if t and t.done() and not t.cancelled() and t.exception() is None]

    async def dump(self, suffix: str) -> Dump:
        """Return the file with all data, made at the first request for it. Raises Problem."""
        task = self._dumps.get(suffix)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._dumps[suffix] = asyncio.create_task(self._make_dump(suffix))
        return await asyncio.shield(task)

    async def _make_dump(self, suffix: str) -> Dump:
        path = self.spool / f"dump.{suffix}"
        name, _, packed = suffix.partition(".")
        made = await self.pages.run("dump", "", format=name, compressed=bool(packed), path=str(path))
        return Dump(suffix, path, path.stat().st_size, made.media_type, made.facts["sha256"])

    async def close(self) -> None:
        """End the workers, and remove the dumps."""
        if self._warming is not None:
            self._warming.cancel()
        for task in self._dumps.values():
            task.cancel()
        await asyncio.gather(*self._dumps.values(), return_exceptions=True)
        await self.pages.close()
        await self.queries.close()
        await asyncio.to_thread(self.nursery.close)
        shutil.rmtree(self.spool, ignore_errors=True)


class Keeper:
    """Holds the state that requests are answered from, and puts a new one in its place when the data have changed."""

    def __init__(self, config: Config, nursery: Nursery) -> None:
        self.config = config
        self.state = State(config, nursery, self)
        self._is_stale = False  # the data may have changed since the last reading began
        self._reload: asyncio.Task[None] | None = None
        self._leaving: dict[State, asyncio.Task[None]] = {}  # states of before, whose requests still finish

    def reload_soon(self) -> None:
        """Read the data again, without a pause: requests are answered from the old state until the new one is there."""
        self._is_stale = True
        if self._reload is None or self._reload.done():
            self._reload = asyncio.create_task(self._catch_up())

    def replace_lost(self, state: State) -> None:
        """Read the data again where *state*, which can get no workers any more, is the one that answers."""
        if state is self.state and (self._reload is None or self._reload.done()):
            self.reload_soon()

    async def _catch_up(self) -> None:
        while self._is_stale:
            self._is_stale = False
            await self._replace()

    async def _replace(self) -> None:
        try:
            nursery = await asyncio.to_thread(Nursery, self.config)
        except (MineralKGError, OSError) as error:
            _not_read(error)
            return
        fresh = State(self.config, nursery, self)
        try:
            await fresh.start()
        except OSError as error:
            await fresh.close()
            _not_read(error)
            return
        old, self.state = self.state, fresh
        print(f"mineralkg: the data were read again; their version is {fresh.version}", file=sys.stderr)
        self._leaving[old] = asyncio.create_task(self._leave(old))

    async def _leave(self, old: State) -> None:
        """Let requests under way finish, then end a state of before."""
        await asyncio.sleep(max(self.config.query_seconds, self.config.page_seconds))
        await old.close()
        del self._leaving[old]

    async def close(self) -> None:
        """End it all."""
        waiting = [*self._leaving.values(), *([self._reload] if self._reload is not None else [])]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for state in (self.state, *self._leaving):
            await state.close()


def _not_read(error: Exception) -> None:
    print(f"mineralkg: the data were not read again: {error}", file=sys.stderr)
