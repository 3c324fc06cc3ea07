"""Dumps of all data, and the files that pages use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote

from starlette.types import Receive, Scope, Send
from werkzeug.http import quote_etag

from mineralkg.publishing.catalogue import DUMPS
from mineralkg.server.asked import Asked
from mineralkg.server.problem import Problem
from mineralkg.server.reply import Reply, judged

__all__ = ["asset", "assets", "dump"]

_BLOCK = 1 << 18
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2"}


def assets() -> dict[str, Reply]:
    """Return the files that pages use by their names below ``assets/``. They are read once: no path of a client is."""
    found = dict(_below(files("mineralkg.publishing.pages") / "assets", ""))
    return {name: Reply(data, _media_type(name)) for name, data in found.items()}


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.read_bytes()


def _media_type(name: str) -> str:
    return _TYPES.get(Path(name).suffix) or guess_type(name)[0] or "application/octet-stream"


class asset:  # noqa: N801  # a handler that knows the files
    """Answers for the files that pages use."""

    def __init__(self) -> None:
        self._files = assets()

    async def __call__(self, asked: Asked) -> Reply:
        name = unquote(asked.path.removeprefix("assets/"))
        if name not in self._files:
            raise Problem(404, f"There is no file “{name}”.")
        return self._files[name]


@dataclass(frozen=True)
class _File:
    """A response from a file, sent in blocks."""

    path: Path
    media_type: str
    digest: str
    name: str

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        etag = self.digest[:24]
        status = judged(scope, etag)
        headers = [
            (b"etag", quote_etag(etag).encode()),
            (b"cache-control", b"public, no-cache"),
            (b"content-disposition", f'attachment; filename="{self.name}"'.encode()),
        ]
        if status == 200:
            headers.append((b"content-type", self.media_type.encode()))
            headers.append((b"content-length", str(self.path.stat().st_size).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if status == 200 and scope["method"] != "HEAD":
            with self.path.open("rb") as file:
                while block := await asyncio.to_thread(file.read, _BLOCK):
                    await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def dump(asked: Asked) -> _File:
    """Answer with all data as one file, made once for each version of the data."""
    suffix = asked.path.removeprefix("dump.")
    name, _, packed = suffix.partition(".")
    if name not in DUMPS or packed not in ("", "gz"):
        raise Problem(404, f"Dumps are to be had as {', '.join(DUMPS)}, each with .gz too.")
    made = await asked.state.dump(suffix)
    return _File(made.path, made.media_type, made.sha256, f"dump.{suffix}")
