"""The 24 hostile servers of PROMISES 5, each with what a fetch of it must come to.

Tests fetch each once with small limits, benchmarks/hostile.py all of them several times with the
product's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fetch.certificates import serving_context
from tests.fetch.server import FEED, Act, Answer, Asked, answer, running


@dataclass(frozen=True)
class Hostile:
    """One server: what it answers to whatever is asked, and what a fetch may come to.

    `ends` holds kinds of failure, "fetched" and "broke off". `tls` names its certificate,
    "" for plain HTTP, "raw" for one that spoils the handshake: then it answers to its first bytes.
    """

    name: str
    answers: Answer
    ends: frozenset[str]
    tls: str = ""


def dripping(start: bytes, piece: bytes) -> Act:
    """Send `start`, then `piece` again and again, always within any limit for one read."""

    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)

    return act


def flooding(start: bytes, piece: bytes) -> Act:
    """Send `start`, then `piece` as fast as it is taken."""

    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()

    return act


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter, __: Asked) -> None:
    await reader.read()


async def _resetting(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    await writer.drain()
    _reset(writer)


async def _half_closing(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: Asked
) -> None:
    writer.write_eof()
    await reader.read()


async def _circling(_: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
    other = "/a" if asked.target == "/b" else "/b"
    writer.write(answer(301, b"", ("Location", other)))
    await writer.drain()


async def _bombing(_: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Redirect without end, each time with a body of 300 MB."""
    onward = f"Location: {asked.target}x\r\nContent-Length: 300000000\r\n\r\n"
    writer.write(b"HTTP/1.1 302 Found\r\n" + onward.encode())
    for _piece in range(300):
        writer.write(b"x" * 1_000_000)
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset in place of an orderly end: no lingering."""
    transport = writer.transport
    transport.get_extra_info("socket").setsockopt(1, 13, struct.pack("ii", 1, 0))
    transport.abort()


async def _reset_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
    _reset(writer)


def _ends(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = ("Transfer-Encoding", "chunked")
_BOMB = gzip.compress(gzip.compress(b"\0" * 300_000_000, 9), 1)
_GOOD = answer(200, FEED)

HOSTILE = (
    Hostile("drip body", dripping(answer(200, b"<rss>", ("Content-Length", "99999"), length=False), b" "), _ends("timeout")),
    Hostile("drip header", dripping(_OK, b"X-Drip: 1\r\n"), _ends("timeout")),
    Hostile("endless 1xx", flooding(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50), _ends("protocol")),
    Hostile("header flood", flooding(_OK, b"X-Flood: 1\r\n" * 500), _ends("protocol")),
    Hostile("redirect loop", _circling, _ends("bad-redirect")),
    Hostile("redirect body bomb", _bombing, _ends("bad-redirect")),
    Hostile("gzip bomb", answer(200, gzip.decompress(_BOMB), ("Content-Encoding", "gzip")), _ends("too-large")),
    Hostile("stacked codings", answer(200, _BOMB, ("Content-Encoding", "gzip, gzip")), _ends("bad-coding")),
    Hostile("endless chunked", flooding(answer(200, b"", _CHUNKED, length=False), b"2710\r\n" + b"x" * 10_000 + b"\r\n"), _ends("too-large")),
    Hostile("huge length", flooding(answer(200, b"", ("Content-Length", "9" * 18), length=False), b"x" * 10_000), _ends("too-large")),
    Hostile("no length", flooding(answer(200, length=False), b"x" * 10_000), _ends("too-large")),
    Hostile("silence", _silent, _ends("timeout")),
    Hostile("reset", _resetting, _ends("connect", "protocol")),
    Hostile("half-close", _half_closing, _ends("protocol")),
    Hostile("wrong length", answer(200, FEED, ("Content-Length", "9999"), length=False), _ends("broke off")),
    Hostile("trailing junk", answer(200, FEED) + b"junk" * 100_000, _ends("fetched")),
    Hostile("TLS expired", _GOOD, _ends("certificate"), "expired"),
    Hostile("TLS self-signed", _GOOD, _ends("certificate"), "self-signed"),
    Hostile("TLS wrong host", _GOOD, _ends("certificate"), "wrong-host"),
    Hostile("TLS unknown authority", _GOOD, _ends("certificate"), "unknown-ca"),
    Hostile("TLS 1.0 only", _GOOD, _ends("certificate"), "tls-1.0"),
    Hostile("TLS reset in the handshake", _reset_at_once, _ends("certificate", "connect"), "raw"),
    Hostile("TLS stalled handshake", _silent, _ends("timeout"), "raw"),
    Hostile("TLS spoken as plain HTTP", answer(400, b"plain HTTP here"), _ends("certificate"), "raw"),
)  # fmt: skip


class _Everywhere(dict[str, list[Answer]]):
    """Routes that give the same answer to every path."""

    def __init__(self, answers: Answer) -> None:
        self._answers = answers

    def get(self, _key: str, _default: Any = None) -> Any:
        return [self._answers]


@asynccontextmanager
async def serving(
    hostile: Hostile, certificates: Path, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Run a hostile server; yields the address to fetch."""
    if hostile.tls == "raw":
        async with _serving_raw(hostile.answers, host) as port:
            yield f"https://{host}:{port}/a"
        return
    context = serving_context(certificates, hostile.tls) if hostile.tls else None
    async with running(host, context) as server:
        server.routes = _Everywhere(hostile.answers)
        yield server.url("/a")


@asynccontextmanager
async def _serving_raw(answers: Answer, host: str) -> AsyncIterator[int]:
    """Answer to the first bytes that come, whatever they are."""
    tasks: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(asyncio.CancelledError, ConnectionError, ssl.SSLError):
            await reader.read(16)
            if isinstance(answers, bytes):
                writer.write(answers)
                await writer.drain()
            else:
                await answers(reader, writer, Asked(b"", []))
        if isinstance(answers, bytes):
            writer.close()  # what was written is still sent
        else:
            writer.transport.abort()
        tasks.discard(task)

    server = await asyncio.start_server(connected, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
