"""Look at single feeds: try them again now and say what came of it, or tell all that is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.entry import Headline
from monitor.model.feed import FeedRecord
from monitor.model.fetch import FetchFailure
from monitor.model.refresh import FetchLogLine, Gap
from monitor.service.grouping import attach_stories
from monitor.service.recording import FeedResult
from monitor.service.refreshing import Clock, Refresher, claim_these
from monitor.service.requests import request_for
from monitor.service.standing import Account, account, told_to_wait
from monitor.service.wiring import Services

_VISITS = 10
_HEADLINES = 5
_GAPS_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How a feed stands after it was tried just now.

    `ok`: it answered with a feed. `listed` is how many entries its last document held, `new` how many
    of them came now, `newest_at` the latest date among those stored.
    """

    record: FeedRecord
    ok: bool
    listed: int
    new: int
    newest_at: datetime | None
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that is known of a feed, without asking it. `held` entries wait for a person's word."""

    record: FeedRecord
    account: Account
    visits: tuple[FetchLogLine, ...]
    headlines: tuple[Headline, ...]
    gaps: tuple[Gap, ...]
    held: int


def to_check(
    watched: Sequence[FeedRecord], states: Collection[str], now: datetime
) -> tuple[list[FeedRecord], list[FeedRecord]]:
    """Return which feeds are tried when none is named, and which are left alone as their server asks.

    Those in one of `states`, else all that are tried by themselves. What is gone for good is asked for
    by its name or state alone.
    """
    chosen = [feed for feed in watched if feed.state not in ("off", "gone") or feed.state in states]
    waiting = [feed for feed in chosen if told_to_wait(feed, now)]
    return [feed for feed in chosen if feed not in waiting], waiting


def not_from_here(
    services: Services, feeds: Sequence[FeedRecord], environ: Mapping[str, str]
) -> list[str]:
    """Say of each feed that cannot be asked for in this environment why: its secret is not set."""
    asked = [request_for(feed, services.settings.fetch, environ) for feed in feeds]
    return [f"{each.url}: {each.message}" for each in asked if isinstance(each, FetchFailure)]


async def check_feeds(
    services: Services,
    feeds: Sequence[FeedRecord],
    environ: Mapping[str, str],
    clock: Clock,
    on_checked: Callable[[FeedResult], None] = lambda _: None,
) -> list[Checked]:
    """Refresh feeds now, due or not, each with one conditional request, and tell how they stand.

    What comes is stored as by any refresh. Feeds that another process is fetching are left out.
    """
    async with Refresher(services, environ, clock, by_hand=True) as refresher:
        take = claim_these(services, [feed.id for feed in feeds], clock)
        summary = await refresher.refresh(take, on_checked)
    results = {result.feed_id: result for result in summary.results}
    now = clock()
    if any(result.left for result in summary.results):
        attach_stories(services, now)
    return [
        _checked(services, record, results[record.id], now)
        for record in services.store.feeds.feeds()
        if record.id in results
    ]


def _checked(services: Services, record: FeedRecord, result: FeedResult, now: datetime) -> Checked:
    history = services.store.history
    newest = history.headlines(record.id, 1)
    return Checked(
        record=record,
        ok=not result.failed,
        listed=history.listed(record.id),
        new=result.new,
        newest_at=newest[0].published_at if newest else None,
        account=account(record, now),
    )


def seen(services: Services, record: FeedRecord, now: datetime) -> Seen:
    """Gather all that is known of a feed."""
    history = services.store.history
    return Seen(
        record=record,
        account=account(record, now),
        visits=tuple(history.visits(record.id, _VISITS)),
        headlines=tuple(history.headlines(record.id, _HEADLINES)),
        gaps=tuple(gap for _, gap in history.gaps(now - _GAPS_OF, record.id)),
        held=history.held(record.id),
    )
