"""From a host name to addresses, and what can be said about a name without resolving it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable

from monitor.fetch.guard import Allowed, refusal

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host name to addresses in order of preference; raises OSError when it has none."""

_INNER_NAMES = (
    "localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp",
    "home.arpa",
)  # fmt: skip


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver, which knows every spelling of an address the socket would take.

    Each look-up has a daemon thread of its own: the resolver cannot be interrupted, and a name
    server that does not answer must hold up neither other look-ups nor the end of the program.
    """
    with contextlib.suppress(OSError):
        return numeric(host, port)  # nobody has to be asked
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(addresses)

    def look_up() -> None:
        addresses: list[str] = []
        failure: OSError | None = None
        try:
            # Bytes keep Python from applying IDNA of its own; the URL parser has done so.
            found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
            addresses = [str(each[4][0]) for each in found]
        except OSError as error:
            failure = error
        # The loop is closed when the program ends meanwhile; then nobody waits for the answer.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=look_up, name="resolver", daemon=True).start()
    return await answer


def numeric(host: str, port: int) -> list[str]:
    """Read an address in any spelling the system knows ("127.1", "0x7f.1"); OSError for a name."""
    found = socket.getaddrinfo(
        host.encode("ascii"), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )
    return [str(each[4][0]) for each in found]


def refusal_by_name(host: str, port: int, allowed: Allowed) -> str:
    """Return what the guard can say without resolving a name; "" when it has no objection."""
    if allowed.name(host, port):
        return ""
    try:
        addresses = numeric(host, port)
    except OSError:
        name = host.lower().rstrip(".")
        if "." not in name or name.endswith(tuple(f".{inner}" for inner in _INNER_NAMES)):
            return (
                f"{host} is a name of this machine or its own network; if it is yours, "
                "open it in [fetch] allow_private."
            )
        # Any public address stands in for the unknown one, so that the port is still checked.
        return refusal(host, port, ["1.1.1.1"], allowed)
    return refusal(host, port, addresses, allowed)
