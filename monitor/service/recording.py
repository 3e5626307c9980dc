"""From an answer to the database: decide, match and write one feed's outcome in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from monitor.errors import OvertakenError
from monitor.fetch.cadence import Visit, next_fetch
from monitor.model.entry import KnownEntry, ParsedEntry, ParsedFeed, ParseOutcome
from monitor.model.feed import FeedRecord
from monitor.model.fetch import Fetched, FetchOutcome
from monitor.model.refresh import FeedOutcome, FetchLogLine, Gap
from monitor.model.subscription import Subscription
from monitor.parse.identity import Decided, Keyed, decide_entries, keyed, lookups
from monitor.service.archives import NOTHING_OLDER, Older
from monitor.service.decide import DELTA, NO_NEWS, News, Standing, decide, decide_push
from monitor.service.hosts import HOST_WINDOW, named_host
from monitor.service.matching import matched_entries
from monitor.service.moves import adoptable
from monitor.service.subscribing import missed, relied_until
from monitor.service.wiring import Services
from monitor.service.withdrawing import known_ids, seen_anew

OVERTAKEN = 5
"""How often an outcome is decided anew because stored entries have changed meanwhile."""

Asked = ParamSpec("Asked")


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What one refresh came to. `error` is "" unless something was amiss.

    `why_then` gives the reason for `next_fetch_at` in words. `moves_to` is the address the feed is to
    have from now on, "" while it stays. `notice` is what a person should know besides. `left` says that
    some of what came still waits for its stories (`monitor.service.grouping`).
    """

    feed_id: int
    url: str
    result: str
    failed: bool
    error: str
    next_fetch_at: datetime
    why_then: str
    new: int
    revised: int
    matches: int
    wire_bytes: int
    seconds: float
    moves_to: str = ""
    notice: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one visit: the fetch, and the document where there was a new one.

    `body_hash` is the SHA-256 (hex) of the body, or of the last one when none came. `seconds` is
    wall time spent. `older` is what was read of older pages.
    """

    fetched: FetchOutcome
    parsed: ParseOutcome | None
    body_hash: str
    seconds: float
    older: Older = NOTHING_OLDER

    @property
    def wire_bytes(self) -> int:
        """What came over the network in all."""
        return self.fetched.wire_bytes + self.older.wire_bytes


def _again_when_overtaken(
    record: Callable[Asked, FeedResult],
) -> Callable[Asked, FeedResult]:
    """Decide anew when another process has given an entry the text of its page meanwhile."""

    @wraps(record)
    def recorded(*args: Asked.args, **kwargs: Asked.kwargs) -> FeedResult:
        for _ in range(OVERTAKEN):
            with suppress(OvertakenError):
                return record(*args, **kwargs)
        return record(*args, **kwargs)

    return recorded


@_again_when_overtaken
def record_visit(
    services: Services, record: FeedRecord, answer: Answer, now: datetime
) -> FeedResult:
    """Decide what the answer means for the feed and write all of it at once."""
    parsed = answer.parsed if isinstance(answer.parsed, ParsedFeed) else None
    decided = _decide_entries(services, record, parsed, answer.older, now) if parsed else Decided()
    news = _news(parsed, decided)
    standing = decide(record, answer.fetched, answer.parsed, answer.body_hash, now, news)
    brought = Decided() if standing.hold else decided
    seen = seen_anew(services, record, _whole(answer), brought, now)
    subscription = _subscription(services, standing.feed)
    missing = bool(brought.new) and missed(subscription, record.last_ok_at, now)
    visit = replace(
        _visit(services, answer, standing, now),
        pushed_until=relied_until(subscription, now, missing=missing),
    )
    next_at, why_then = next_fetch(visit)
    feed = replace(standing.feed, next_fetch_at=next_at, why_then=why_then)
    recorded = services.store.refresh.record(
        FeedOutcome(
            feed=feed,
            new=brought.new,
            revised=brought.revised,
            rekeyed=brought.rekeyed,
            held=decided.new if standing.hold else (),
            gap=None if standing.hold else _gap(record, answer, news, now),
            host_until_at=_host_until(services, standing, next_at, now),
            push="missed" if missing else "",
            claimed_until_at=record.leased_until_at,
            listing=seen.listing,
            withdrawn=seen.withdrawn,
            back=known_ids(brought),
            versions=services.versions,
            log=FetchLogLine(
                at=now,
                result=standing.result,
                status=standing.status,
                wire_bytes=answer.wire_bytes,
                seconds=answer.seconds,
                entries=len(parsed.entries) if parsed else 0,
                message=feed.error
                or "; ".join((*(parsed.notes if parsed else ()), *decided.notes, *seen.notes)),
            ),
        ),
        now,
    )
    return FeedResult(
        feed_id=record.id,
        url=record.url,
        result=standing.result,
        failed=feed.failures > 0,
        error=feed.error,
        next_fetch_at=next_at,
        why_then=why_then,
        new=len(brought.new),
        revised=recorded.revised,
        matches=recorded.matches,
        wire_bytes=answer.wire_bytes,
        seconds=answer.seconds,
        moves_to=adoptable(feed),
        left=recorded.left,
    )


def _news(parsed: ParsedFeed | None, decided: Decided) -> News:
    """Count what stands in the document itself; what older pages brought says nothing about it."""
    if parsed is None:
        return NO_NEWS
    listed = {id(entry) for entry in parsed.entries}
    new = sum(1 for each in decided.new if id(each.entry) in listed)
    return News(new, len(keyed(parsed.entries)))


def _subscription(services: Services, feed: FeedRecord) -> Subscription | None:
    """Return what is agreed with the feed's hub, where hubs can reach the monitor at all."""
    if not (feed.links.hub and services.settings.web.public_url):
        return None
    return services.store.subscriptions.of_feed(feed.id)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one push came to. `taken` is false where it was left to the next visit.

    `left` says that some of it still waits for its stories.
    """

    taken: bool
    new: int = 0
    revised: int = 0
    matches: int = 0
    left: bool = False


def record_push(
    services: Services, record: FeedRecord, parsed: ParsedFeed, size: int, now: datetime
) -> Pushed:
    """Write what a hub pushed of a feed, all at once; `size` is that of the body in bytes.

    `record` must be as the feed stands at this moment, for which this runs in the database thread.
    The same document twice is stored once. Raises `NotFoundError` when the feed is no longer known.
    """
    decided = _decide_entries(services, record, parsed, NOTHING_OLDER, now)
    feed = decide_push(record, parsed, _news(parsed, decided), now)
    if feed is None:
        return Pushed(taken=False)
    recorded = services.store.refresh.record(
        FeedOutcome(
            feed=feed,
            new=decided.new,
            revised=decided.revised,
            rekeyed=decided.rekeyed,
            push="came",
            back=known_ids(decided),
            versions=services.versions,
            log=FetchLogLine(
                at=now,
                result="pushed",
                status=0,
                wire_bytes=size,
                seconds=0.0,
                entries=len(parsed.entries),
                message="; ".join((*parsed.notes, *decided.notes)),
            ),
        ),
        now,
    )
    return Pushed(True, len(decided.new), recorded.revised, recorded.matches, recorded.left)


def _whole(answer: Answer) -> ParsedFeed | None:
    """Return the document that came where it is whole: not a part, not what is new alone, not none."""
    fetched, parsed = answer.fetched, answer.parsed
    if not isinstance(fetched, Fetched) or not isinstance(parsed, ParsedFeed):
        return None
    return None if fetched.status == DELTA or fetched.broke_off or parsed.partial else parsed


def _gap(record: FeedRecord, answer: Answer, news: News, now: datetime) -> Gap | None:
    """Note the time from which entries may be missing, and what older pages did about it."""
    if record.last_ok_at is None or record.last_new_at is None or not news.all:
        return None
    if _whole(answer) is None:
        # What is missing may be the part that is known.
        return None
    return Gap(record.last_ok_at, now, answer.older.pages, answer.older.closed)


def _host_until(
    services: Services, standing: Standing, next_at: datetime, now: datetime
) -> datetime | None:
    """Return until when all feeds of the host are left alone: when it turns a second one away.

    One feed's 429 is about that feed (RFC 6585 section 4 leaves it open); two within an hour are about
    us. An address without a name may be shared by strangers, so it is not taken for one host.
    """
    feed = standing.feed
    if feed.status != 429 or standing.result != "throttled" or not named_host(feed.url):
        return None
    others = services.store.feeds.turned_away(feed.id, now - HOST_WINDOW)
    return next_at if others else None


def _visit(services: Services, answer: Answer, standing: Standing, now: datetime) -> Visit:
    """Gather what the next time depends on. A feed's own `every` is not stretched by quiet."""
    feed = standing.feed
    every = feed.feed.every if feed.feed else None
    return Visit(
        url=feed.url,
        now=now,
        result=standing.result,
        # Without its secret no request is made: that costs nobody anything.
        asked=not (standing.result == "blocked" and standing.status == 0),
        interval=every or services.settings.fetch.interval,
        adaptive=every is None,
        failures=feed.failures,
        # A feed that never had an entry has been quiet since it first answered.
        last_new_at=feed.last_new_at or feed.since_at,
        last_ok_at=feed.last_ok_at,
        pacing=answer.fetched.pacing,
        rhythm=feed.rhythm,
        conditional=bool(feed.validators),
        wishes=feed.wishes,
    )


def _decide_entries(
    services: Services, record: FeedRecord, parsed: ParsedFeed, older: Older, now: datetime
) -> Decided:
    """Tell new, revised and known entries apart, and match what is new or revised."""
    found = keyed((*parsed.entries, *older.entries))
    decided = decide_entries(found, _known(services, record, found))
    # Documents list the newest first, but what came later has the higher id; without a date it is as of now.
    oldest_first = sorted(decided.new, key=lambda each: each.entry.published_at or now)
    decided = replace(decided, new=tuple(oldest_first))
    return matched_entries(services, record, parsed.title, decided, now)


def any_known(services: Services, record: FeedRecord, entries: Sequence[ParsedEntry]) -> bool:
    """Tell whether any of these entries is stored already, or was."""
    found = keyed(entries)
    return len(decide_entries(found, _known(services, record, found)).new) < len(found)


def _known(services: Services, record: FeedRecord, found: Sequence[Keyed]) -> list[KnownEntry]:
    wanted = lookups(found)
    return services.store.refresh.known(
        record.id, keys=wanted.keys, guids=wanted.guids, urls=wanted.urls
    )
