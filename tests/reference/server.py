"""The server: sites on one port of loopback, by host name, over real sockets, in a thread of its own.

It reads the time from the simulation's clock and writes every request and answer down.
"""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache

from tests.reference.clock import Clock
from tests.reference.log import Answer, Fields, Visit
from tests.reference.sites import PATH, Site

_LENGTHLESS = frozenset({204, 304})


class Server:
    """Running sites: add to `sites` by host name (without port), read `visits`.

    `faults` are exceptions of the sites themselves: a test asserts that there are none. While a
    `gate` is set and closed, answers wait for it; `arrived` is released for each request.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sites: dict[str, Site] = {}
        self.visits: list[Visit] = []
        self.faults: list[BaseException] = []
        self.port = 0
        self.gate: threading.Event | None = None
        self.arrived = threading.Semaphore(0)
        # By host and time: what a reader gave up long ago may not have been noticed yet.
        self._open: Counter[tuple[str, datetime]] = Counter()

    def url(self, host: str, target: str = PATH) -> str:
        """Return the address of a feed."""
        return f"http://{host}:{self.port}{target}"

    def at(self, host: str) -> list[Visit]:
        """Return the visits of a host, in order."""
        return [visit for visit in self.visits if visit.host == host]

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._handle(reader, writer)
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, *rest = head[:-4].split(b"\r\n")
        method, target, _ = line.split(b" ", 2)
        fields = tuple(
            (name, value[1:]) for name, _, value in (each.partition(b":") for each in rest)
        )
        host = _host(fields)
        now = self.clock.now
        self._open[host, now] += 1
        try:
            answer = self._answer(host, target.decode("latin-1"), fields)
            self.visits.append(
                Visit(
                    at=now,
                    host=host,
                    method=method.decode("latin-1"),
                    target=target.decode("latin-1"),
                    fields=fields,
                    answer=answer,
                    open_there=self._open[host, now],
                )
            )
            self.arrived.release()
            if self.gate is not None:
                await asyncio.to_thread(self.gate.wait, 30)
            await _send(reader, writer, answer)
        finally:
            self._open[host, now] -= 1

    def _answer(self, host: str, target: str, fields: Fields) -> Answer:
        site = self.sites.get(host)
        if site is None:
            return Answer(status=404, body=b"no such host")
        try:
            return site.answer(target, fields, self.clock.now)
        except Exception as error:  # noqa: BLE001  # the test is told by `faults`
            self.faults.append(error)
            return Answer(status=500, body=b"a fault of the reference server's own")


def _host(fields: Fields) -> str:
    value = next((value for name, value in fields if name.lower() == b"host"), b"")
    return value.decode("latin-1").rpartition(":")[0].lower()


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    if answer.ending == "reset":
        writer.transport.abort()
        return
    body = answer.body if answer.ending != "bomb" else bomb()
    lines = [b"HTTP/1.1 %d Whatever" % answer.status]
    if answer.status not in _LENGTHLESS:
        lines.append(b"Content-Length: %d" % len(body))
    if answer.ending == "bomb":
        lines.append(b"Content-Encoding: gzip")
    lines += [name + b": " + value for name, value in answer.fields]
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
    if answer.ending == "drip":
        await _drip(reader, writer, body)
        return
    writer.write(body[: len(body) // 2] if answer.ending == "cut" else body)
    await writer.drain()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
    """Send a byte now and then, until the other side has had enough."""
    for at in range(len(body)):
        writer.write(body[at : at + 1])
        await writer.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
            return  # it has closed the connection


@cache
def bomb() -> bytes:
    """Make a small body that becomes a hundred megabytes."""
    return gzip.compress(b"\0" * 100_000_000, 9)


@contextmanager
def serving(clock: Clock) -> Iterator[Server]:
    """Serve on 127.0.0.1 at a free port."""
    server = Server(clock)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="reference server")
    thread.start()
    try:
        listening = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(server.connected, "127.0.0.1", 0), loop
        ).result(10)
        server.port = listening.sockets[0].getsockname()[1]
        yield server
        asyncio.run_coroutine_threadsafe(_stop(listening), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(listening: asyncio.Server) -> None:
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def resolve(host: str, port: int) -> list[str]:
    """Lead every name below `.example` to loopback, as `monitor.fetch.resolving.Resolve`."""
    if not host.rstrip(".").endswith(".example"):
        raise OSError(f"{host} is not simulated")
    return ["127.0.0.1"]
