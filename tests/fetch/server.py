"""A server on loopback that does exactly what a test wants, byte for byte, however wrong.

It speaks raw sockets, as no HTTP library would let it drip, lie about lengths or break off.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.fetch import FetchOutcome, FetchRequest

LOOPBACK = ("127.0.0.0/8",)
TLS = ssl.create_default_context()  # made once, as it takes longer than most of the tests
FEED = b"<rss version='2.0'><channel><title>Invented Gazette</title></channel></rss>"


@dataclass(frozen=True)
class Asked:
    """One request as it came: the request line and the header fields, in order."""

    line: bytes
    fields: list[tuple[bytes, bytes]]

    def values(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key.lower() == name.lower().encode()]

    @property
    def target(self) -> str:
        return self.line.split(b" ")[1].decode("latin-1")


Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Asked], Awaitable[None]]
Answer = bytes | Act


def answer(
    status: int, body: bytes = b"", *fields: tuple[str, str | bytes], length: bool = True
) -> bytes:
    """Write an answer; a Content-Length is added unless `length` is off."""
    lines = [f"HTTP/1.1 {status} Whatever".encode()]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    for name, value in fields:
        lines.append(
            name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass
class Server:
    """A running server: `routes` say what each path answers, `asked` what was asked."""

    port: int
    host: str = "127.0.0.1"
    scheme: str = "http"
    routes: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    sent: int = 0

    def on(self, path: str, *answers: Answer) -> str:
        """Let `path` give these answers in turn, the last one again and again; return its URL."""
        self.routes[path] = list(answers)
        return self.url(path)

    def url(self, path: str, host: str = "") -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        # The other side may leave whenever it likes: that is what many of the tests are about.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = await reader.readuntil(b"\r\n\r\n")
            line, *rest = head[:-4].split(b"\r\n")
            fields = [(key, value[1:]) for key, _, value in (each.partition(b":") for each in rest)]
            asked = Asked(line, fields)
            self.asked.append(asked)
            path = asked.target.partition("?")[0]
            answers = self.routes.get(path) or [answer(404, b"nothing here")]
            chosen = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(chosen, bytes):
                writer.write(chosen)
                await writer.drain()
            else:
                await chosen(reader, writer, asked)
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def running(
    host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Run a server on a free port."""
    tasks: set[asyncio.Task[None]] = set()
    here = Server(0, host, "https" if tls else "http")

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            # A cancelled handler ends quietly: asyncio would report it as an error otherwise.
            with contextlib.suppress(asyncio.CancelledError):
                await here.handle(reader, writer)
        finally:
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(connected, host, 0, ssl=tls)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def get(request: str | FetchRequest, limits: FetchLimits | None = None) -> FetchOutcome:
    """Fetch once with a fetcher of its own that may reach loopback."""
    asked = FetchRequest(url=request) if isinstance(request, str) else request
    async with Fetcher(limits or FetchLimits(allow_private=LOOPBACK), "0.1", tls=TLS) as fetcher:
        return await fetcher.fetch(asked)
