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
    listening = _listen(config)
    from mineralkg.server.app import application

    app, keeper = application(config)
    if not quiet:
        host, port = listening.getsockname()[:2]
        print(f"serving {keeper.state.nursery.facts['name']} at http://{host}:{port}/ (Ctrl-C stops)", file=sys.stderr)
    server = _server(app, config)

    async def run() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, keeper.reload_soon)
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

    from mineralkg.server.protocol import BoundedProtocol

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            ws="none",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(config.trusted_proxies),
            forwarded_allow_ips=config.trusted_proxies or None,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=int(config.grace_seconds) or 1,
        )
    )
