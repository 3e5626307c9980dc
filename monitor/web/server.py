"""The page on an address: uvicorn, without signal handlers and logs of its own.

`listen` takes the address first, so that a port in use is said before anything else begins.
`serve` then answers until it is told to stop; it may live in the event loop of `monitor run`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from monitor.errors import MonitorError
from monitor.service.jobs import Worker
from monitor.web.handing import wait_until_done
from monitor.web.safety import known_hosts

GRACE_SECONDS = 3
HANDING_SECONDS = 8.0
"""How long deliveries that the page was asked for have to come to an end."""

Listener = socket.socket
"""An address that is taken."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; port 0 is any free one.

    Raises `MonitorError` when it cannot be had: in use, not allowed, or not of this machine.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise _no_address(host) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = listener.getsockname()[:2]
    if known_hosts(host) is None:
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def is_open(listener: socket.socket) -> bool:
    """Whether other machines can reach the socket."""
    host = str(listener.getsockname()[0])
    return not (host.startswith("127.") or host == "::1")


async def serve(
    app: ASGIApp,
    listener: socket.socket,
    *,
    stop: asyncio.Event,
    ready: Callable[[str], None] = lambda _address: None,
) -> None:
    """Answer requests until `stop` is set, then let those under way end, and close the socket.

    `ready` is called with the page's address once it answers. Long work the page is asked for is done
    meanwhile, where the application has a worker (`monitor.web.app.create_app`).
    """
    worker: Worker | None = getattr(getattr(app, "state", None), "worker", None)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        ),
        lambda: ready(address_of(listener)),
    )
    stopping = asyncio.ensure_future(_stop(server, stop))
    _settle()
    if worker is not None:
        worker.start()
    try:
        await server.serve([listener])
    finally:
        stopping.cancel()
        listener.close()
        # What came of a message could not be noted once the database is closed.
        await asyncio.shield(asyncio.to_thread(wait_until_done, HANDING_SECONDS))
        if worker is not None:
            # In a thread, since a piece of work may wait for what this loop does.
            await asyncio.shield(asyncio.to_thread(worker.stop))


def _settle() -> None:
    """Leave what stays, as topics and modules do, out of garbage collection from now on.

    Going through it takes 50 ms and more, which one page in twenty would wait for.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """A server that leaves signals to the loop's owner and tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _stop(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


def _no_address(host: str) -> MonitorError:
    return MonitorError(
        f"{host!r} is no address of this machine; name another with --host, or [web] host in config/monitor.toml."
    )


def _cannot_listen(host: str, port: int, error: OSError) -> MonitorError:
    if error.errno == errno.EADDRINUSE:
        return MonitorError(
            f"Port {port} on {host} is in use already; name another with --port (0 is any free one)."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return MonitorError(
            f"Port {port} on {host} may not be used by this account; name one above 1023 with --port."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_address(host)
    return MonitorError(
        f"{host} port {port}: {error.strerror}; name others with --host and --port."
    )
