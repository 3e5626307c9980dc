"""Full text: fetch the linked pages of new matched entries, and let entries have their text.

Which pages are wanted, and whose turn it is, stands in the database, so that a restart asks for
nothing twice and every pause is kept. Each request is a turn of its own: a redirect comes back to
the database as the address to ask next, and waits for the turn of its host and for its robots.txt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import MonitorError
from monitor.fetch.client import Fetcher
from monitor.model.fetch import Fetched, FetchFailure
from monitor.model.page import PageText, PageVisit, TakenText, WantedPage
from monitor.parse.fulltext import not_a_page, read_page
from monitor.parse.robots import ask_robots
from monitor.query import document_of
from monitor.service import visiting
from monitor.service.refreshing import Clock, lease
from monitor.service.replacing import why_not, with_page
from monitor.service.visiting import Pause
from monitor.service.wiring import Services
from monitor.service.workers import GivenUp, ParserPool
from monitor.settings.extras import full_text_missing
from monitor.topics.matching import match_all

log = logging.getLogger("monitor")

PER_ROUND = 100
"""Visits in one round at most."""
AT_ONCE = 8
"""Pages, each of another host, that are under way at once."""
_GROWTH = 100 << 20
"""Bytes the reading child may grow by: trafilatura itself takes a sixth of that, then keeps some."""
OVERTAKEN = 5
"""How often a page is matched anew because its entry was edited meanwhile."""

InDatabase = Callable[..., Awaitable[Any]]
"""Runs a store call where it may block: `Refresher.in_database`."""


@dataclass(frozen=True, slots=True)
class PageResult:
    """What one visit came to; `gained` topics are new to the entry."""

    visit: PageVisit
    gained: int = 0


@dataclass(frozen=True, slots=True)
class Pages:
    """What a round came to, by page: taken, failed for good, to be tried again; topics gained.

    `waiting` pages are wanted still when it ends.
    """

    taken: int = 0
    failed: int = 0
    later: int = 0
    gained: int = 0
    waiting: int = 0


async def take_pages(
    services: Services,
    fetcher: Fetcher,
    in_database: InDatabase,
    clock: Clock,
    *,
    most: int = PER_ROUND,
    until: datetime | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    on_page: Callable[[PageResult], None] = lambda _: None,
) -> Pages:
    """Visit wanted pages that are due, `most` at most; return what came of it.

    With `until`, hosts that are in their pause are waited for, and nothing is begun after it. Does
    nothing where the extra `fulltext` is not installed: `Settings.warnings` says so. When cancelled,
    pages under way are given back.
    """
    due_at = None if full_text_missing() else await in_database(services.store.pages.next_at)
    if due_at is None:
        return Pages()
    if due_at > (until or clock()):  # the usual answer to the scheduler's bell
        return Pages(waiting=await _wanted(services, in_database))
    settings = services.settings.fetch
    # A child of its own, for this round: trafilatura takes memory that feeds do without.
    with ParserPool(1, settings.parse_seconds, settings.parse_memory, growth=_GROWTH) as readers:
        turns = _Turns(services, fetcher, readers, in_database, clock)
        results = await _visit_all(turns, most, until, sleep, on_page)
    last = {result.visit.entry: result for result in results}.values()
    states = [result.visit.state for result in last]
    return Pages(
        taken=states.count("taken"),
        failed=states.count("failed"),
        later=sum(bool(each.visit.error) for each in last if each.visit.state == "wanted"),
        gained=sum(result.gained for result in last),
        waiting=await _wanted(services, in_database),
    )


async def _wanted(services: Services, in_database: InDatabase) -> int:
    counts: dict[str, int] = await in_database(services.store.pages.counts)
    return counts["wanted"]


async def _visit_all(
    turns: _Turns,
    most: int,
    until: datetime | None,
    sleep: Callable[[float], Awaitable[None]],
    on_page: Callable[[PageResult], None],
) -> list[PageResult]:
    results: list[PageResult] = []
    broken: list[MonitorError] = []
    begun = 0

    async def work() -> None:
        nonlocal begun
        while begun < most and not broken and (until is None or turns.clock() <= until):
            begun += 1
            page = await turns.claim()
            if page is None:
                begun -= 1
                if not await turns.wait(until, sleep):
                    return
                continue
            result = await turns.visit(page)
            results.append(result)
            on_page(result)

    async def guarded() -> None:
        try:
            await work()
        except MonitorError as error:
            broken.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, most)):
            group.create_task(guarded())
    if broken:
        raise broken[0]
    return results


class _Turns:
    """One visit after the other: what it needs, and how it goes."""

    def __init__(
        self,
        services: Services,
        fetcher: Fetcher,
        readers: ParserPool,
        in_database: InDatabase,
        clock: Clock,
    ) -> None:
        self.clock = clock
        self._services = services
        self._pages = services.store.pages
        self._settings = services.settings.fetch
        self._fetcher = fetcher
        self._readers = readers
        self._in_database = in_database

    async def claim(self) -> WantedPage | None:
        """Take the page that has waited longest for a host that is free."""
        # Two fetches (robots.txt and page) and two pieces of work for the child.
        held = 2 * lease(self._settings)

        def one() -> list[WantedPage]:
            return self._pages.claim(self.clock(), lease=held, limit=1)

        return next(iter(await self._in_database(one)), None)

    async def wait(self, until: datetime | None, sleep: Callable[[float], Awaitable[None]]) -> bool:
        """Sleep until a page is due, if that is in time; tell whether it was."""
        due_at = await self._in_database(self._pages.next_at)
        if due_at is None or until is None or due_at > until:
            return False
        await sleep(max((due_at - self.clock()).total_seconds(), 0.0))
        return True

    async def visit(self, page: WantedPage) -> PageResult:
        """Ask for a page and note what came of it."""
        try:
            result = await self._visit(page)
        except asyncio.CancelledError:
            free_at = self.clock() + visiting.PAUSE  # it may have been asked already
            released = self._in_database(self._pages.release, page, free_at)
            await asyncio.shield(asyncio.ensure_future(released))
            raise
        except MonitorError:
            raise
        except Exception as error:  # no page may stop the others
            log.error(
                "a fault of the monitor's own at %s; please report it", _bare(page), exc_info=error
            )
            reason = f"The monitor failed on this page ({type(error).__name__}: {error})."
            result = await self._noted(visiting.failed(page, reason, self._pause()))
        visit = result.visit
        level = logging.WARNING if visit.state == "failed" else logging.INFO
        said = f" error={visit.error!r}" if visit.error else ""
        log.log(level, "page e%d %s state=%s%s", page.entry, _bare(page), visit.state, said)
        return result

    async def _visit(self, page: WantedPage) -> PageResult:
        unwanted = visiting.not_wanted(page, self.clock())
        if unwanted:
            return await self._noted(visiting.failed(page, unwanted, self._no_pause()))
        delay = await self._ask_robots(page)
        if isinstance(delay, PageVisit):
            return await self._noted(delay)
        outcome = await self._fetcher.fetch(visiting.page_request(page))
        pause = self._pause(delay)
        if isinstance(outcome, FetchFailure):
            return await self._noted(visiting.after_failure(page, outcome, pause))
        if not isinstance(outcome, Fetched):
            raise TypeError(f"{outcome!r} answers a request without validators")
        if outcome.broke_off:
            return await self._noted(visiting.later(page, outcome.broke_off, pause))
        kind = not_a_page(outcome.content_type, outcome.body)
        if kind:
            reason = f"What it links to is {kind}, not a web page."
            return await self._noted(visiting.failed(page, reason, pause))
        found = await self._readers.run(read_page, outcome.body, page.url, outcome.content_type)
        if isinstance(found, GivenUp) or found.fault:
            why = found.why if isinstance(found, GivenUp) else found.fault
            reason = f"The page is too complex to be read safely: {why}."
            return await self._noted(visiting.failed(page, reason, pause))
        result: PageResult = await asyncio.shield(
            asyncio.ensure_future(self._in_database(self._take, page, found, pause))
        )
        return result

    async def _ask_robots(self, page: WantedPage) -> timedelta | PageVisit:
        """Return the pause that robots.txt asks for, or what follows when it forbids the page."""
        origin = visiting.origin_of(page.url)
        pause = self._no_pause()
        robots = await self._in_database(self._pages.robots, origin, self.clock())
        if robots is None:
            outcome = await self._fetcher.fetch(visiting.robots_request(page))
            pause = self._pause()
            if isinstance(outcome, FetchFailure) and visiting.refused(outcome):
                return visiting.failed(page, outcome.message, pause)
            robots = visiting.read_robots(origin, outcome, self.clock())
            await self._in_database(self._pages.keep_robots, robots)
        if robots.error:
            reason = f"No robots.txt could be had, so the page is not asked for: {robots.error}"
            return visiting.later(page, reason, pause, robots.expires_at - pause.now)
        if not robots.rules:
            return timedelta(0)
        agents = visiting.agents_of(page, self._settings)
        say = await self._readers.run(ask_robots, robots.rules, page.url, agents)
        if isinstance(say, GivenUp):
            reason = f"The robots.txt of {origin} cannot be read: {say.why}."
            return visiting.failed(page, reason, pause)
        if not say.allowed:
            return visiting.failed(page, f"The robots.txt of {origin} disallows it.", pause)
        return say.delay

    def _take(self, page: WantedPage, found: PageText, pause: Pause) -> PageResult:
        """Decide about the text of a page and store it; runs in the database thread."""
        store, services = self._services.store, self._services
        for _ in range(OVERTAKEN):
            since_change = store.entries.changes()
            entry = store.entries.entry(page.entry)
            if entry is None:
                return self._note(visiting.failed(page, "The entry is gone.", pause))
            reason = why_not(entry.title, entry.text, entry.excerpt, found.text)
            if reason and entry.page_text_at is None:
                return self._note(visiting.failed(page, reason, pause))
            text, html = with_page(entry.text, entry.html, found)
            document = document_of(replace(entry, text=text))
            now = self.clock()
            matches = match_all(services.index, document, services.versions, now)
            visit = visiting.taken(page, pause)
            taken = TakenText(
                text=text,
                html=html,
                matches=matches,
                versions=services.versions,
                since_change=since_change,
            )
            gained = store.pages.take(visit, taken, now)
            if gained is not None:
                return PageResult(visit, gained)
        return self._note(visiting.later(page, "The entry was being edited meanwhile.", pause))

    def _note(self, visit: PageVisit) -> PageResult:
        self._pages.record(visit)
        return PageResult(visit)

    async def _noted(self, visit: PageVisit) -> PageResult:
        """Write what a visit came to; once begun it is awaited even when we are told to stop."""
        noted = asyncio.ensure_future(self._in_database(self._note, visit))
        result: PageResult = await asyncio.shield(noted)
        return result

    def _pause(self, delay: timedelta = timedelta(0)) -> Pause:
        return Pause(self.clock(), max(visiting.PAUSE, delay))

    def _no_pause(self) -> Pause:
        """For visits in which nothing was asked."""
        return Pause(self.clock(), timedelta(0))


def _bare(page: WantedPage) -> str:
    """Write an address without its query, which may be a secret."""
    return page.url.partition("?")[0]
