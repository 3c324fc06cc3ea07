"""Run the server until it is told to stop: SIGTERM and SIGINT end it in order, SIGHUP reads the data again."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from typing import TYPE_CHECKING

from mineralkg.errors import UsageError
from mineralkg.extras import require
from mineralkg.server.config import Config

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

__all__ = ["serve"]

_MODULES = ("brotli", "httptools", "icalendar", "jinja2", "starlette", "uvicorn", "werkzeug", "xlsxwriter")
_MOST_CONNECTIONS = 1000


def serve(config: Config, *, quiet: bool = False) -> int:
    """Serve until told to stop, and return the exit code.

    Raises UsageError where a library is missing, the address cannot be had, or the graph cannot be loaded.
    """
    require("serve", *_MODULES)
    early: list[int] = []  # asked to read the data again while they are read
    signal.signal(signal.SIGHUP, lambda number, _: early.append(number))
    listening = _listen(config)
    from mineralkg.server.app import application

    app, keeper = application(config)
    if not quiet:
        host, port = listening.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        print(f"serving {keeper.state.nursery.facts['name']} at http://{name}:{port}/ (Ctrl-C stops)", file=sys.stderr)
    server = _server(app, config)

    async def run() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, keeper.reload_soon)
        if early:
            keeper.reload_soon()
        await server.serve(sockets=[listening])

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(run())
    return 0


def _listen(config: Config) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        return socket.create_server((config.host, config.port), family=family, backlog=1024)
    except OSError as error:
        raise UsageError(
            f"Port {config.port} of {config.host} cannot be had ({error.strerror}). Give another."
        ) from error


def _server(app: ASGIApp, config: Config) -> uvicorn.Server:
    import uvicorn

    from mineralkg.server.forwarded import Forwarded
    from mineralkg.server.protocol import BoundedProtocol

    return uvicorn.Server(
        uvicorn.Config(
            Forwarded(app, config.trusted_proxies) if config.trusted_proxies else app,  # type: ignore[arg-type]
            http=BoundedProtocol,
            ws="none",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=int(config.grace_seconds) or 1,
        )
    )
