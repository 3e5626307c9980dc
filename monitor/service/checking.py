"""Try feeds without storing anything: `monitor feeds check` and `monitor feeds discover`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import __version__
from monitor.errors import MonitorError
from monitor.fetch.client import Fetcher
from monitor.model.entry import ParsedFeed, ParseFailure
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest, NotModified
from monitor.service.refreshing import fetch_limits, parser_pool
from monitor.service.workers import ParserPool
from monitor.settings.values import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How a feed answered just now. `newest_at` is its latest plausible date."""

    url: str
    ok: bool
    title: str = ""
    entries: int = 0
    newest_at: datetime | None = None
    error: str = ""


async def check_feeds(
    settings: Settings,
    requests: Sequence[FetchRequest | FetchFailure],
    now: datetime,
    on_checked: Callable[[Checked], None] = lambda _: None,
) -> list[Checked]:
    """Fetch and parse each once; the results come in the order of the requests."""
    fetch = settings.fetch
    async with Fetcher(fetch_limits(fetch), __version__) as fetcher:
        with parser_pool(fetch) as parsers:

            async def check(request: FetchRequest | FetchFailure) -> Checked:
                if isinstance(request, FetchFailure):
                    checked = Checked(url=request.url, ok=False, error=request.message)
                else:
                    checked = await _check(fetcher, parsers, request, now)
                on_checked(checked)
                return checked

            return list(await asyncio.gather(*(check(request) for request in requests)))


async def _check(
    fetcher: Fetcher, parsers: ParserPool, request: FetchRequest, now: datetime
) -> Checked:
    outcome = await fetcher.fetch(request)
    if isinstance(outcome, FetchFailure):
        return Checked(url=request.url, ok=False, error=outcome.message)
    if isinstance(outcome, NotModified):
        return Checked(url=request.url, ok=True)
    parsed = await parsers.parse(
        outcome.body, url=outcome.url, content_type=outcome.content_type, now=now
    )
    if isinstance(parsed, ParseFailure):
        return Checked(url=request.url, ok=False, error=parsed.message)
    dates = [entry.published_at for entry in parsed.entries if entry.published_at]
    return Checked(
        url=request.url,
        ok=True,
        title=parsed.title,
        entries=len(parsed.entries),
        newest_at=max(dates, default=None),
    )


async def discover(settings: Settings, url: str, now: datetime) -> list[Checked]:
    """Find the feeds of a web page: the address itself when it is one, else those it links to.

    Raises `MonitorError` when the page cannot be had. Feeds that do not answer are left out.
    """
    fetch = settings.fetch
    async with Fetcher(fetch_limits(fetch), __version__) as fetcher:
        outcome = await fetcher.fetch(FetchRequest(url=url))
        if isinstance(outcome, FetchFailure):
            raise MonitorError(f"{url}: {outcome.message}")
        if not isinstance(outcome, Fetched):
            raise MonitorError(f"{url}: it answered without a body; try again later.")
        with parser_pool(fetch) as parsers:
            parsed = await parsers.parse(
                outcome.body, url=outcome.url, content_type=outcome.content_type, now=now
            )
            if isinstance(parsed, ParsedFeed):
                return [Checked(url=url, ok=True, title=parsed.title, entries=len(parsed.entries))]
            found = [
                await _check(fetcher, parsers, FetchRequest(url=link.url), now)
                for link in parsed.feeds
            ]
    return [checked for checked in found if checked.ok]
