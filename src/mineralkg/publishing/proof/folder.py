"""A folder of files, served on the loopback while it is checked: as a static host does it.

Files are found as such hosts find them: ``a`` is the file a, a.html or a/index.html. The redirects of ``_redirects``
are made, as Netlify and Cloudflare do; rules for other hosts are not run, and the report says so.
"""

from __future__ import annotations

import mimetypes
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from mineralkg.errors import LoadError
from mineralkg.formats import FORMATS
from mineralkg.publishing.proof.media import RDF
from mineralkg.publishing.proof.pages import page_of
from mineralkg.publishing.representations import ANNOTATED

__all__ = ["Folder", "serving"]

_TYPES = {suffix: f.media_type for f in reversed(FORMATS) if f.kind != "report" for suffix in f.suffixes}
_TYPES |= {".xml": "application/xml", ".json": "application/json", ".atom": "application/atom+xml"}
_TYPES |= dict.fromkeys(ANNOTATED.suffixes, ANNOTATED.media_type)
_OTHER_RULES = (".htaccess", "nginx/site.conf", "w3id/.htaccess", "netlify.toml", "_worker.js", "CNAME")


@dataclass(frozen=True)
class Redirect:
    """A line of ``_redirects``: a pattern of paths, where to, and with which status."""

    pattern: re.Pattern[str]
    target: str
    status: int


class Folder:
    """The files below a folder, and the rules for hosts among them. Raises LoadError for what is no folder."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise LoadError(str(path), "there is no such folder.")
        self._given = path
        self.root = path.resolve()
        self.redirects = [*self._redirects()]
        self.others = [name for name in _OTHER_RULES if (self.root / name).exists()]

    @cached_property
    def public(self) -> str | None:
        """The address at which a host has the folder: the canonical one of the start, where it names one."""
        start = self.file("/")
        page = page_of("", start.read_text(encoding="utf-8", errors="replace")) if start else None
        return next((target for rels, target, _ in page.heads if "canonical" in rels), None) if page else None

    @cached_property
    def place(self) -> str:
        """The path of that address, else the root."""
        path = urlsplit(self.public or "").path
        return path if path.endswith("/") else "/"

    @property
    def base(self) -> str | None:
        """What the IRIs begin with: the void:uriSpace of the description, else the public address."""
        for name in ("void.ttl", ".well-known/void"):
            if (file := self.root / name).is_file():
                found = re.search(
                    r'uriSpace>?\s+"(https?://[^"\s]+)"', file.read_text(encoding="utf-8", errors="replace")
                )
                if found:
                    return found[1]
        return self.public

    def file(self, path: str) -> Path | None:
        """Return the file that a path leads to, None where there is none; what lies outside the folder is none."""
        plain = unquote(path).lstrip("/")
        for name in (plain, f"{plain}.html", f"{plain}/index.html") if plain else ("index.html",):
            file = (self.root / name).resolve()
            if file.is_relative_to(self.root) and file.is_file():
                return file
        return None

    def data(self) -> Iterator[str]:
        """Return the paths of the files below it that a program reads, which have a syntax to be judged.

        Those in a version of Turtle that says more than the others are judged with what they are a version of.
        """
        for file in sorted(self.root.rglob("*")):
            kind = _type(file).partition(";")[0] if file.is_file() and not file.is_symlink() else ""
            if (kind in RDF or kind.endswith(("json", "xml"))) and file.suffix not in ANNOTATED.suffixes:
                yield quote(file.relative_to(self.root).as_posix())

    def below(self, path: str) -> str | None:
        """Return a path of the site as one of the folder, None for one that lies beside the site."""
        return path[len(self.place) - 1 :] if path.startswith(self.place) else None

    def name(self, url: str) -> str:
        """Return the file that an address leads to, as the folder was given, or the path where there is none."""
        path = urlsplit(url).path
        path = self.below(path) or path
        file = self.file(path)
        return (self._given / (file.relative_to(self.root) if file else path.lstrip("/"))).as_posix()

    def redirect(self, path: str) -> tuple[str, int] | None:
        """Return where the rules send a path, and the status."""
        for rule in self.redirects:
            if match := rule.pattern.fullmatch(path):
                target = rule.target
                for name, value in match.groupdict().items():
                    target = target.replace(f":{name}", value or "")
                return target, rule.status
        return None

    def _redirects(self) -> Iterator[Redirect]:
        file = self.root / "_redirects"
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else ():
            words = line.partition("#")[0].split() if line.lstrip().startswith("#") else line.split()
            if len(words) >= 2:
                status = words[2].rstrip("!") if len(words) > 2 else "301"
                yield Redirect(_pattern(words[0]), words[1], int(status) if status.isdecimal() else 301)


def _pattern(text: str) -> re.Pattern[str]:
    """Return what matches the paths that ``/a/:name/*`` stands for."""
    parts = re.split(r"(\*|:[A-Za-z]\w*)", text)
    names = {"*": "(?P<splat>.*)"}
    return re.compile("".join(names.get(p) or (f"(?P<{p[1:]}>[^/]+)" if p[:1] == ":" else re.escape(p)) for p in parts))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    disable_nagle_algorithm = True
    folder: Folder

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        path = urlsplit(self.path).path
        file = self._file(path)
        place = self.folder.redirect(path) if file is None else None
        if place is not None and place[1] == 200:  # a rewrite, which the address does not show
            file, place = self._file(place[0]), None
        if place is not None and place[1] in (301, 302, 303, 307, 308):
            self._send(place[1], b"", [("Location", place[0])], body=body)
        elif file is None:
            self._send(404, b"", [], body=body)
        else:
            self._send_file(file, body=body)

    def _file(self, path: str) -> Path | None:
        below = self.folder.below(path)
        return None if below is None else self.folder.file(below)

    def _send_file(self, file: Path, *, body: bool) -> None:
        try:
            data = file.read_bytes()
        except OSError:
            self._send(403, b"", [], body=body)
            return
        self._send(200, data, [("Content-Type", _type(file))], body=body)

    def _send(self, status: int, data: bytes, fields: list[tuple[str, str]], *, body: bool) -> None:
        self.send_response(status)
        for name, value in [*fields, ("Content-Length", str(len(data)))]:
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the report does."""


def _type(file: Path) -> str:
    guessed, packed = mimetypes.guess_type(file.name)
    known = _TYPES.get(file.suffix.lower()) or ("application/gzip" if packed else guessed) or "application/octet-stream"
    if known in ("application/xml", "text/xml") and b"http://www.w3.org/2005/Atom" in _beginning(file):
        return "application/atom+xml"
    return f"{known}; charset=utf-8" if known.startswith("text/") else known


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(500)
    except OSError:
        return b""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who hangs up before all is sent: that is how a client takes no more than it may."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(folder: Folder) -> Iterator[str]:
    """Serve a folder on the loopback while the block runs, and give the address."""
    handler = type("Handler", (_Handler,), {"folder": folder})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{folder.place}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
