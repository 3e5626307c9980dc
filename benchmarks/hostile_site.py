"""Serve 200 good feeds and every hostile server several times, on loopback, from one process.

`python -m benchmarks.hostile_site FOLDER --times 5 --good 200` prints one JSON line
`{"good": [address], "hostile": {address: name}}` and then serves until its standard input ends.
Each server has an address of its own (127.1.x.y, 127.2.x.y), as a client asks one host one thing
at a time. A line on standard input ("take") is answered by one JSON line `{address: time}` with
when (seconds since the epoch) each good feed was asked for since the last such line. FOLDER is where
certificates are written.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from tests.fetch.certificates import make_certificates
from tests.fetch.hostile_servers import HOSTILE, serving
from tests.fetch.server import Asked, answer, running
from tests.site import rss

TEXT = "Regulators weigh export controls on chips and the entity list. " * 12


async def serve(folder: Path, times: int, good: int) -> None:
    """Serve until standard input ends."""
    make_certificates(folder)
    asked: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        hostile = {
            await stack.enter_async_context(serving(each, folder, f"127.1.{number}.{copy + 1}")): each.name
            for number, each in enumerate(HOSTILE)
            for copy in range(times)
        }  # fmt: skip
        addresses = [
            await stack.enter_async_context(_good(number, asked)) for number in range(good)
        ]
        print(json.dumps({"good": addresses, "hostile": hostile}), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(asked), flush=True)
            asked.clear()


class _good:  # noqa: N801  # used like the functions around it
    """A feed of 20 entries, with validators it does not honour, so that each visit costs the same."""

    def __init__(self, number: int, asked: dict[str, float]) -> None:
        self._running = running(f"127.2.{number // 200}.{number % 200 + 1}")
        self._number = number
        self._asked = asked

    async def __aenter__(self) -> str:
        server = await self._running.__aenter__()
        body = rss(
            *((f"{self._number}-{each}", f"Entry {each} of {self._number}", TEXT) for each in range(20))
        )  # fmt: skip
        url = server.url("/feed")

        async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
            self._asked.setdefault(url, time.time())
            writer.write(answer(200, body, ("ETag", f'"{time.time()}"')))
            await writer.drain()

        server.on("/feed", act)
        return url

    async def __aexit__(self, *exc: object) -> None:
        await self._running.__aexit__(None, None, None)


def main() -> None:
    """Serve as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--good", type=int, default=200)
    given = parser.parse_args()
    loop = asyncio.new_event_loop()
    # A handshake that fails is what some of the servers are for.
    loop.set_exception_handler(_report)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(serve(given.folder, given.times, given.good))


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    if not isinstance(context.get("exception"), ssl.SSLError | ConnectionError):
        loop.default_exception_handler(context)


if __name__ == "__main__":
    main()
