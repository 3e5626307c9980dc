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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from monitor import __version__
from monitor.errors import MonitorError
from monitor.fetch.client import Fetcher, FetchLimits, Tls
from monitor.fetch.resolving import Resolve, resolve
from monitor.model.entry import ParsedEntry, ParsedFeed, ParseOutcome
from monitor.model.feed import FeedRecord
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, Posted
from monitor.service.adopting import adopt
from monitor.service.archives import NOTHING_OLDER, Older, Page, may_have_lost, read_older
from monitor.service.hosts import HostWaitsError, TurnedAway
from monitor.service.line import Line
from monitor.service.recording import Answer, FeedResult, any_known, record_visit
from monitor.service.requests import older_page, request_for
from monitor.service.wiring import Services
from monitor.service.workers import WALL, ParserPool
from monitor.settings.values import FetchSettings

log = logging.getLogger("monitor")

_LONGEST_LINE = 4
"""Feeds that wait in line at most, in multiples of those under way."""

Result = TypeVar("Result")
Clock = Callable[[], datetime]
Take = Callable[[int], list[FeedRecord]]
"""Claims up to so many feeds; an empty list means there are no more."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What refreshing several feeds came to; the counts of `monitor fetch`.

    `untried` says in a sentence each which feeds could not be asked for from here.
    """

    results: tuple[FeedResult, ...]
    seconds: float
    untried: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[FeedResult, ...]:
        """The feeds that failed, in the order they did."""
        return tuple(result for result in self.results if result.failed)

    def count(self, result: str) -> int:
        """How many feeds came to this result ("ok", "304", "same", or a kind of failure)."""
        return sum(1 for each in self.results if each.result == result)


def lease(settings: FetchSettings) -> timedelta:
    """Say how long a claim holds: for one feed in the queue before this one, this one, older pages.

    A feed that takes longer after all may be fetched by another process too, which costs a request
    and stores nothing twice.
    """
    return 3 * visit_time(settings) + timedelta(seconds=30)


def visit_time(settings: FetchSettings) -> timedelta:
    """Say how long it may take to fetch and parse a document, and again to read older pages."""
    return settings.timeout + timedelta(seconds=WALL * settings.parse_seconds)


def claim_due(services: Services, clock: Clock) -> Take:
    """Take feeds that are due."""
    settings = services.settings.fetch
    held = lease(settings)

    def take(limit: int) -> list[FeedRecord]:
        return services.store.feeds.claim(clock(), lease=held, limit=limit, retry=settings.interval)

    return take


def claim_these(services: Services, feed_ids: list[int], clock: Clock) -> Take:
    """Take exactly these feeds, due or not."""
    waiting = deque(feed_ids)
    settings = services.settings.fetch
    held = lease(settings)

    def take(limit: int) -> list[FeedRecord]:
        # A feed another process holds is left out, so go on until something was claimed.
        while waiting:
            batch = [waiting.popleft() for _ in range(min(limit, len(waiting)))]
            claimed = services.store.feeds.claim(
                clock(), lease=held, limit=limit, only=batch, retry=settings.interval
            )
            if claimed:
                return claimed
        return []

    return take


class Refresher:
    """The machinery of refreshing, kept open between rounds: client, parsers, database thread.

    An async context manager. `environ` is where `auth_env` names are looked up, `resolve` leads from
    host names to addresses; `tls` are certificates to trust instead of the usual ones. `by_hand`: this
    is a command, whose environment may lack the secrets that the running monitor has, so that a feed
    whose secret is not set is left as it is.
    """

    def __init__(
        self,
        services: Services,
        environ: Mapping[str, str],
        clock: Clock,
        *,
        resolve: Resolve = resolve,
        tls: Tls | None = None,
        by_hand: bool = False,
    ) -> None:
        self._by_hand = by_hand
        self._services = services
        self._environ = environ
        self._clock = clock
        settings = services.settings.fetch
        self._fetcher = Fetcher(
            fetch_limits(settings), __version__, resolve=resolve, tls=tls, clock=clock
        )
        self._parsers = parser_pool(settings)
        self._turned_away = TurnedAway()
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

        Feeds whose host turns others away before it is their turn are left out.
        When cancelled, feeds under way are given back and nothing is half-written.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        settings = self._services.settings.fetch
        results: list[FeedResult] = []
        untried: dict[int, str] = {}

        async def more() -> list[FeedRecord]:
            return await self.in_database(take, settings.concurrency)

        line = Line(more, per_host=settings.per_host, longest=_LONGEST_LINE * settings.concurrency)

        async def work() -> None:
            while True:
                async with line.turn() as record:
                    if record is None:
                        return
                    if missing := self._missing_secret(record):
                        untried[record.id] = f"{record.url}: {missing}"
                        continue
                    result = await self._refresh_one(record)
                if result is None:
                    continue
                results.append(result)
                if on_result is not None:
                    on_result(result)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(settings.concurrency):
                    group.create_task(work())
        except* MonitorError as errors:
            # The first one says it; the group has given the other feeds back.
            raise _first(errors) from None
        finally:
            left = [*untried, *(record.id for record in line.waiting)]
            if left:
                await asyncio.shield(self.in_database(self._services.store.feeds.release, left))
        return Summary(tuple(results), loop.time() - started, tuple(untried.values()))

    def _missing_secret(self, record: FeedRecord) -> str:
        """Return what to say of a feed that cannot be asked for from here, "" where it can."""
        if not self._by_hand:
            return ""
        request = request_for(record, self._services.settings.fetch, self._environ)
        return request.message if isinstance(request, FetchFailure) else ""

    async def _refresh_one(self, record: FeedRecord) -> FeedResult | None:
        """Refresh a feed; None where it was given back as its host wants to be left alone."""
        started = asyncio.get_running_loop().time()
        try:
            answer = await self._ask(record, started)
        except asyncio.CancelledError:
            # Its server may have the request already, and is not to get another soon.
            give_back = partial(self._services.store.feeds.release, [record.id], asked=True)
            await asyncio.shield(self.in_database(give_back))
            raise
        except HostWaitsError:
            log.info("%s is not asked now: its host has just turned others away", record.url)
            # As if asked: it is not to be taken again in this round, and the pause holds for it.
            give_back = partial(self._services.store.feeds.release, [record.id], asked=True)
            await asyncio.shield(self.in_database(give_back))
            return None
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001  # no feed may stop the others (promise 6)
            answer = _fault(record, error)
        # Once begun, the write is awaited even when we are told to stop: it is short and whole.
        return await asyncio.shield(self.in_database(self._record, record, answer))

    async def _ask(self, record: FeedRecord, started: float) -> Answer:
        """Fetch, and parse what is new."""
        outcome = await self._fetch(record)
        body_hash, parsed, older = record.body_hash, None, NOTHING_OLDER
        if isinstance(outcome, Fetched):
            # What broke off is no known body, however it hashes: whether it is all there was, is not known.
            if not outcome.broke_off:
                body_hash = hashlib.sha256(outcome.body).hexdigest()
            if outcome.broke_off or body_hash != record.body_hash:
                parsed = await self._parse(outcome)
                if isinstance(parsed, ParsedFeed) and may_have_lost(record, outcome, parsed):
                    older = await self._older(record, outcome.url, parsed)
        seconds = asyncio.get_running_loop().time() - started
        return Answer(outcome, parsed, body_hash, seconds, older)

    async def _parse(self, outcome: Fetched) -> ParseOutcome:
        return await self._parsers.parse(
            outcome.body, url=outcome.url, content_type=outcome.content_type, now=self._clock()
        )

    async def _older(self, record: FeedRecord, url: str, parsed: ParsedFeed) -> Older:
        """Read older pages where no entry of the document is known."""

        async def any_of_them(entries: Sequence[ParsedEntry]) -> bool:
            return await self.in_database(any_known, self._services, record, entries)

        async def get(address: str) -> Page:
            request = request_for(record, self._services.settings.fetch, self._environ)
            if isinstance(request, FetchFailure):
                return None, 0
            outcome = await self._fetcher.fetch(older_page(request, address))
            if not isinstance(outcome, Fetched):
                return None, outcome.wire_bytes
            page = await self._parse(outcome)
            return page if isinstance(page, ParsedFeed) else None, outcome.wire_bytes

        if await any_of_them(parsed.entries):
            return NOTHING_OLDER
        return await read_older(
            parsed, url, get, any_of_them, visit_time(self._services.settings.fetch)
        )

    def _record(self, record: FeedRecord, answer: Answer) -> FeedResult:
        try:
            result = record_visit(self._services, record, answer, self._clock())
            return self._adopt(result) if result.moves_to else result
        except MonitorError:
            with suppress(MonitorError):  # where even that fails, the lease expires by itself
                self._services.store.feeds.release([record.id], asked=True)
            raise
        except Exception as error:  # noqa: BLE001  # as above
            return record_visit(self._services, record, _fault(record, error), self._clock())

    def _adopt(self, result: FeedResult) -> FeedResult:
        """Write a move that is believed by now to config; where that cannot be done the feed stays."""
        try:
            moved = adopt(self._services, result.url, result.moves_to, self._clock())
        except MonitorError as error:
            log.warning("%s moved to %s: %s", result.url, result.moves_to, error)
            return result
        log.warning("%s", moved.words)
        return replace(result, notice=moved.words)

    async def _fetch(self, record: FeedRecord) -> FetchOutcome:
        request = request_for(record, self._services.settings.fetch, self._environ)
        if isinstance(request, FetchFailure):
            return request

        def at_turn() -> None:
            self._turned_away.check(record.url, self._clock())

        outcome = await self._fetcher.fetch(request, at_turn=at_turn)
        # Before anything else is waited for: the next in line gets its turn then.
        if isinstance(outcome, FetchFailure) and outcome.status == 429:
            self._turned_away.note(record.url, self._clock())
        return outcome

    async def post(self, url: str, fields: Sequence[tuple[str, str]]) -> Posted | FetchFailure:
        """Send a form by the same guarded way out, as `Fetcher.post` does."""
        return await self._fetcher.post(url, fields)

    async def parse(self, body: bytes, *, url: str, content_type: str) -> ParseOutcome:
        """Parse a document that came by another way, within the same limits."""
        return await self._parsers.parse(
            body, url=url, content_type=content_type, now=self._clock()
        )

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
