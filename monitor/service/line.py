"""The feeds that wait to be refreshed: in order, but none whose host is being asked already.

A host gets one request at a time. Feeds of one slow host that came up together would otherwise hold
every worker, each waiting for its turn there, while feeds of other hosts wait behind them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from monitor.model.feed import FeedRecord


class Line:
    """Hands feeds out; `take` gets up to so many more, and an empty list says that there are none.

    At most `per_host` feeds of one host are out at once, and about `longest` wait in line.
    """

    def __init__(
        self, take: Callable[[], Awaitable[list[FeedRecord]]], *, per_host: int, longest: int
    ) -> None:
        self._take = take
        self._per_host = per_host
        self._longest = longest
        self._waiting: list[FeedRecord] = []
        self._out: Counter[str] = Counter()
        self._more = True
        self._refill = asyncio.Lock()
        self._freed = asyncio.Event()

    @property
    def waiting(self) -> tuple[FeedRecord, ...]:
        """The feeds that were taken and not handed out yet."""
        return tuple(self._waiting)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[FeedRecord | None]:
        """Wait for a feed whose host is free and hold it; None when there are no more feeds."""
        record = await self._next()
        try:
            yield record
        finally:
            if record is not None:
                self._out[_host(record)] -= 1
                self._freed.set()

    async def _next(self) -> FeedRecord | None:
        while True:
            record = self._first_free()
            if record is not None:
                return record
            async with self._refill:
                record = self._first_free()
                if record is not None:
                    return record
                if self._more and len(self._waiting) < self._longest:
                    taken = await self._take()
                    self._more = bool(taken)
                    self._waiting += taken
                    continue
            if not self._waiting:
                return None
            self._freed.clear()
            await self._freed.wait()

    def _first_free(self) -> FeedRecord | None:
        for place, record in enumerate(self._waiting):
            if self._out[_host(record)] < self._per_host:
                self._out[_host(record)] += 1
                return self._waiting.pop(place)
        return None


def _host(record: FeedRecord) -> str:
    return (urlsplit(record.url).hostname or "").rstrip(".")
