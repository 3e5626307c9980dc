"""Taking turns: so many requests to one host at once, so many in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _HostQueue:
    turns: asyncio.Semaphore
    users: int = field(default=0)


class Slots:
    """Hands out turns in the order asked for; hosts nobody waits for are forgotten."""

    def __init__(self, per_host: int, concurrency: int) -> None:
        self._per_host = per_host
        self._all = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, _HostQueue] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at `host` and hold it.

        The host comes first, so that those who queue for a busy host do not keep the rest waiting.
        """
        key = host.lower().rstrip(".")
        queue = self._hosts.setdefault(key, _HostQueue(asyncio.Semaphore(self._per_host)))
        queue.users += 1
        try:
            async with queue.turns, self._all:
                yield
        finally:
            queue.users -= 1
            if not queue.users:
                self._hosts.pop(key, None)
