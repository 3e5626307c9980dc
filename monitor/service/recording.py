"""From an answer to the database: decide, match and write one feed's outcome in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from monitor.errors import OvertakenError
from monitor.fetch.cadence import Visit, next_fetch
from monitor.model.entry import ParsedEntry, ParsedFeed, ParseOutcome
from monitor.model.feed import FeedRecord
from monitor.model.fetch import Fetched, FetchOutcome
from monitor.model.refresh import FeedOutcome, FetchLogLine, Gap, RevisedEntry
from monitor.model.topic import StoredMatch
from monitor.parse.addresses import registrable_domain
from monitor.parse.identity import Decided, decide_entries, keyed, lookups
from monitor.query import Document
from monitor.service.decide import DELTA, Standing, decide
from monitor.service.wiring import Services
from monitor.topics.matching import match_all

OVERTAKEN = 5
"""How often an outcome is decided anew because stored entries have changed meanwhile."""

Asked = ParamSpec("Asked")


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What one refresh came to. `error` is "" unless something was amiss.

    `why_then` gives the reason for `next_fetch_at` in words.
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one visit: the fetch, and the document where there was a new one.

    `body_hash` is the SHA-256 (hex) of the body, or of the last one when none came. `seconds` is
    wall time spent.
    """

    fetched: FetchOutcome
    parsed: ParseOutcome | None
    body_hash: str
    seconds: float


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
    decided = _decide_entries(services, record, parsed, now) if parsed else Decided()
    standing = decide(
        record, answer.fetched, answer.parsed, answer.body_hash, now, len(decided.new)
    )
    next_at, why_then = next_fetch(_visit(services, answer, standing, now))
    feed = replace(standing.feed, next_fetch_at=next_at, why_then=why_then)
    brought = Decided() if standing.hold else decided
    recorded = services.store.refresh.record(
        FeedOutcome(
            feed=feed,
            new=brought.new,
            revised=brought.revised,
            rekeyed=brought.rekeyed,
            held=decided.new if standing.hold else (),
            gap=None if standing.hold else _gap(record, answer, decided, parsed, now),
            versions=services.versions,
            log=FetchLogLine(
                at=now,
                result=standing.result,
                status=standing.status,
                wire_bytes=answer.fetched.wire_bytes,
                seconds=answer.seconds,
                entries=len(parsed.entries) if parsed else 0,
                message=feed.error
                or "; ".join((*(parsed.notes if parsed else ()), *decided.notes)),
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
        wire_bytes=answer.fetched.wire_bytes,
        seconds=answer.seconds,
    )


def _gap(
    record: FeedRecord,
    answer: Answer,
    decided: Decided,
    parsed: ParsedFeed | None,
    now: datetime,
) -> Gap | None:
    """Tell whether entries may have come and gone between the last look and this one."""
    if parsed is None or record.last_ok_at is None or record.last_new_at is None:
        return None
    delta = isinstance(answer.fetched, Fetched) and answer.fetched.status == DELTA
    if delta or not parsed.entries or len(decided.new) < len(parsed.entries):
        return None
    return Gap(record.last_ok_at, now)


def _visit(services: Services, answer: Answer, standing: Standing, now: datetime) -> Visit:
    """Gather what the next time depends on. A feed's own `every` is not stretched by quiet."""
    feed = standing.feed
    every = feed.feed.every if feed.feed else None
    return Visit(
        url=feed.url,
        now=now,
        result=standing.result,
        interval=every or services.settings.fetch.interval,
        adaptive=every is None,
        failures=feed.failures,
        last_new_at=feed.last_new_at,
        last_ok_at=feed.last_ok_at,
        pacing=answer.fetched.pacing,
        rhythm=feed.rhythm,
        conditional=bool(feed.validators),
        wishes=feed.wishes,
    )


def _decide_entries(
    services: Services, record: FeedRecord, parsed: ParsedFeed, now: datetime
) -> Decided:
    """Tell new, revised and known entries apart, and match what is new or revised."""
    found = keyed(parsed.entries)
    wanted = lookups(found)
    known = services.store.refresh.known(
        record.id, keys=wanted.keys, guids=wanted.guids, urls=wanted.urls
    )
    decided = decide_entries(found, known)

    pages = services.store.pages.texts([each.id for each in decided.revised])

    def with_page(each: RevisedEntry) -> RevisedEntry:
        """Let an entry keep the text of its page; title, excerpt, link and the rest follow."""
        if each.id not in pages:
            return each
        text, html = pages[each.id]
        return replace(each, entry=replace(each.entry, text=text, html=html), page_text=True)

    def matched(entry: ParsedEntry) -> tuple[StoredMatch, ...]:
        document = document_of_parsed(record, parsed, entry, now)
        return match_all(services.index, document, services.versions, now)

    return replace(
        decided,
        new=tuple(replace(each, matches=matched(each.entry)) for each in decided.new),
        revised=tuple(
            replace(each, matches=matched(each.entry)) for each in map(with_page, decided.revised)
        ),
    )


def document_of_parsed(
    record: FeedRecord, parsed: ParsedFeed, entry: ParsedEntry, now: datetime
) -> Document:
    """See an entry that is not stored yet as the query language sees it."""
    feed = record.feed
    return Document(
        title=entry.title,
        text=entry.text,
        language=entry.language,
        feed_url=record.url,
        feed_title=(feed.title if feed else "") or parsed.title or record.title,
        feed_tags=feed.tags if feed else (),
        outlet=(feed.outlet if feed else "") or entry.domain or registrable_domain(record.url),
        domain=entry.domain,
        author=entry.author,
        url=entry.url,
        tags=entry.tags,
        published_at=entry.published_at,
        first_seen_at=now,
    )
