"""Refresh: fetch, parse, decide, match and store, feed by feed.

The network is waited for concurrently; documents are parsed in worker processes; deciding and
writing happen one feed after the other in a single thread, each feed in one transaction. At most
`[fetch] concurrency` feeds are under way at once, so that memory stays bounded.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import logging
import os
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from monitor import __version__
from monitor.errors import MonitorError
from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.feed import FeedRecord
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome
from monitor.service.recording import Answer, FeedResult, record_visit
from monitor.service.requests import request_for
from monitor.service.wiring import Services
from monitor.service.workers import WALL, ParserPool
from monitor.settings.values import FetchSettings

log = logging.getLogger("monitor")

Result = TypeVar("Result")
Clock = Callable[[], datetime]
Take = Callable[[int], list[FeedRecord]]
"""Claims up to so many feeds; an empty list means there are no more."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What refreshing several feeds came to; the counts of `monitor fetch`."""

    results: tuple[FeedResult, ...]
    seconds: float

    @property
    def failures(self) -> tuple[FeedResult, ...]:
        """The feeds that failed, in the order they did."""
        return tuple(result for result in self.results if result.failed)

    def count(self, result: str) -> int:
        """How many feeds came to this result ("ok", "304", "same", or a kind of failure)."""
        return sum(1 for each in self.results if each.result == result)


def lease(settings: FetchSettings) -> timedelta:
    """Say how long a claim holds: time for one feed in the queue before this one, and for this one.

    A feed that takes longer after all may be fetched by another process too, which costs a request
    and stores nothing twice.
    """
    parsing = timedelta(seconds=WALL * settings.parse_seconds)
    return 2 * (settings.timeout + parsing) + timedelta(seconds=30)


def claim_due(services: Services, clock: Clock) -> Take:
    """Take feeds that are due."""
    held = lease(services.settings.fetch)
    return lambda limit: services.store.feeds.claim(clock(), lease=held, limit=limit)


def claim_these(services: Services, feed_ids: list[int], clock: Clock) -> Take:
    """Take exactly these feeds, due or not."""
    waiting = deque(feed_ids)
    held = lease(services.settings.fetch)

    def take(limit: int) -> list[FeedRecord]:
        # A feed another process holds is left out, so go on until something was claimed.
        while waiting:
            batch = [waiting.popleft() for _ in range(min(limit, len(waiting)))]
            claimed = services.store.feeds.claim(clock(), lease=held, limit=limit, only=batch)
            if claimed:
                return claimed
        return []

    return take


class Refresher:
    """The machinery of refreshing, kept open between rounds: client, parsers, database thread.

    An async context manager. `environ` is where `auth_env` names are looked up.
    """

    def __init__(self, services: Services, environ: Mapping[str, str], clock: Clock) -> None:
        self._services = services
        self._environ = environ
        self._clock = clock
        settings = services.settings.fetch
        self._fetcher = Fetcher(fetch_limits(settings), __version__)
        self._parsers = parser_pool(settings)
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database")

    async def __aenter__(self) -> Refresher:
        # Settings, compiled topics and modules live as long as the process: the collector need
        # not walk them again and again (a quarter of the time of matching, docs/performance.md).
        gc.freeze()
        await self._fetcher.__aenter__()
        self._parsers.__enter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._fetcher.__aexit__(None, None, None)
        self._parsers.__exit__(None, None, None)
        self._database.shutdown()

    @property
    def fetcher(self) -> Fetcher:
        """The way out, for whatever else is fetched beside feeds: its turns hold for all of it."""
        return self._fetcher

    async def refresh(
        self, take: Take, on_result: Callable[[FeedResult], None] | None = None
    ) -> Summary:
        """Refresh feeds until `take` has no more; `on_result` hears of each as it ends.

        When cancelled, feeds under way are given back and nothing is half-written.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        concurrency = self._services.settings.fetch.concurrency
        queue: deque[FeedRecord] = deque()
        refill = asyncio.Lock()
        results: list[FeedResult] = []

        async def work() -> None:
            while True:
                async with refill:
                    if not queue:
                        queue.extend(await self.in_database(take, concurrency))
                    if not queue:
                        return
                    record = queue.popleft()
                result = await self._refresh_one(record)
                results.append(result)
                if on_result is not None:
                    on_result(result)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(work())
        except* MonitorError as errors:
            # The first one says it; the group has given the other feeds back.
            raise _first(errors) from None
        finally:
            if queue:
                left = [record.id for record in queue]
                await asyncio.shield(self.in_database(self._services.store.feeds.release, left))
        return Summary(tuple(results), loop.time() - started)

    async def _refresh_one(self, record: FeedRecord) -> FeedResult:
        started = asyncio.get_running_loop().time()
        try:
            answer = await self._ask(record, started)
        except asyncio.CancelledError:
            await asyncio.shield(self.in_database(self._services.store.feeds.release, [record.id]))
            raise
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001  # no feed may stop the others (promise 6)
            answer = _fault(record, error)
        # Once begun, the write is awaited even when we are told to stop: it is short and whole.
        return await asyncio.shield(self.in_database(self._record, record, answer))

    async def _ask(self, record: FeedRecord, started: float) -> Answer:
        """Fetch, and parse what is new."""
        outcome = await self._fetch(record)
        body_hash, parsed = record.body_hash, None
        if isinstance(outcome, Fetched):
            body_hash = hashlib.sha256(outcome.body).hexdigest()
            if body_hash != record.body_hash:
                parsed = await self._parsers.parse(
                    outcome.body,
                    url=outcome.url,
                    content_type=outcome.content_type,
                    now=self._clock(),
                )
        return Answer(outcome, parsed, body_hash, asyncio.get_running_loop().time() - started)

    def _record(self, record: FeedRecord, answer: Answer) -> FeedResult:
        try:
            return record_visit(self._services, record, answer, self._clock())
        except MonitorError:
            with suppress(MonitorError):  # where even that fails, the lease expires by itself
                self._services.store.feeds.release([record.id])
            raise
        except Exception as error:  # noqa: BLE001  # as above
            return record_visit(self._services, record, _fault(record, error), self._clock())

    async def _fetch(self, record: FeedRecord) -> FetchOutcome:
        request = request_for(record, self._services.settings.fetch, self._environ)
        if isinstance(request, FetchFailure):
            return request
        return await self._fetcher.fetch(request)

    async def in_database(self, call: Callable[..., Result], *args: Any) -> Result:
        """Run one store call in the database thread, in turn."""
        return await asyncio.get_running_loop().run_in_executor(self._database, call, *args)


def _fault(record: FeedRecord, error: Exception) -> Answer:
    """Make a failure of the feed out of a fault of ours, and log where it is."""
    log.error("a fault of the monitor's own at %s; please report it", record.url, exc_info=error)
    failure = FetchFailure(
        url=record.url,
        kind="protocol",
        message=f"The monitor failed on this feed ({type(error).__name__}: {error}). That is a fault "
        "of its own; please report it.",
    )
    return Answer(failure, None, record.body_hash, 0.0)


def _first(group: BaseExceptionGroup[MonitorError]) -> MonitorError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, MonitorError):
        raise TypeError(type(error))
    return error


def fetch_limits(settings: FetchSettings) -> FetchLimits:
    """Translate `[fetch]` into what the fetch room takes."""
    return FetchLimits(
        timeout=settings.timeout,
        max_wire=settings.max_size,
        max_decoded=2 * settings.max_size,
        per_host=settings.per_host,
        concurrency=settings.concurrency,
        allow_private=settings.allow_private,
        contact=settings.contact,
        user_agent=settings.user_agent,
        proxy=settings.proxy,
    )


def parser_pool(settings: FetchSettings) -> ParserPool:
    """Make the pool of parser processes that `[fetch]` asks for: one for each core by default."""
    workers = settings.workers or min(8, os.cpu_count() or 1)
    return ParserPool(workers, settings.parse_seconds, settings.parse_memory)
