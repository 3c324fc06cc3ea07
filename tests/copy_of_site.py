"""A few pages as files behind a server that only hands out files: no query, no negotiation."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox

import mineralkg as mk
from mineralkg.publishing import Links, Site
from mineralkg.publishing.pages import Pages, assets


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def copied(folder: Path) -> Iterator[str]:
    """Write the query pages and what they need to *folder*, and serve it as files until the block ends."""
    kg = mk.open()
    site = Site(kg)
    pages = Pages(site, Links(site, "http://localhost/"), local="/dump.nq")
    texts = {"query/commitments_of.html": pages.question("commitments_of", {}), "sparql.html": pages.sparql()}
    texts["dump.nq"] = ox.serialize(site.graph.visible(), format=ox.RdfFormat.N_QUADS).decode()  # type: ignore[union-attr]
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, path in assets().items():
        (folder / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "assets" / name).write_bytes(path.read_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
