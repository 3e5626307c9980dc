"""From an answer to the database: decide, match and write one feed's outcome in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.fetch.cadence import Visit, next_fetch
from monitor.model.entry import ParsedEntry, ParsedFeed, ParseOutcome
from monitor.model.feed import FeedRecord
from monitor.model.fetch import FetchOutcome
from monitor.model.refresh import FeedOutcome, FetchLogLine
from monitor.model.topic import StoredMatch
from monitor.parse.addresses import registrable_domain
from monitor.parse.identity import Decided, decide_entries, keyed, lookups
from monitor.query import Document
from monitor.service.decide import Standing, decide
from monitor.service.wiring import Services
from monitor.topics.matching import match_all


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


def record_visit(
    services: Services, record: FeedRecord, answer: Answer, now: datetime
) -> FeedResult:
    """Decide what the answer means for the feed and write all of it at once."""
    standing = decide(record, answer.fetched, answer.parsed, answer.body_hash, now)
    decided = Decided()
    entries = 0
    if isinstance(answer.parsed, ParsedFeed):
        entries = len(answer.parsed.entries)
        decided = _decide_entries(services, record, answer.parsed, now)
    last_new_at = now if decided.new else record.last_new_at
    next_at, why_then = next_fetch(_visit(services, record, answer, standing, last_new_at, now))
    recorded = services.store.refresh.record(
        FeedOutcome(
            feed_id=record.id,
            state=standing.state,
            validators=standing.validators,
            body_hash=standing.body_hash,
            failures=standing.failures,
            error=standing.error,
            title=standing.title,
            site_url=standing.site_url,
            language=standing.language,
            last_fetched_at=now,
            last_ok_at=standing.last_ok_at,
            last_new_at=last_new_at,
            next_fetch_at=next_at,
            new=decided.new,
            revised=decided.revised,
            rekeyed=decided.rekeyed,
            versions=services.versions,
            log=FetchLogLine(
                at=now,
                result=standing.result,
                status=standing.status,
                wire_bytes=answer.fetched.wire_bytes,
                seconds=answer.seconds,
                entries=entries,
                message=standing.error,
            ),
        ),
        now,
    )
    return FeedResult(
        feed_id=record.id,
        url=record.url,
        result=standing.result,
        failed=standing.failures > 0,
        error=standing.error,
        next_fetch_at=next_at,
        why_then=why_then,
        new=len(decided.new),
        revised=recorded.revised,
        matches=recorded.matches,
        wire_bytes=answer.fetched.wire_bytes,
        seconds=answer.seconds,
    )


def _visit(
    services: Services,
    record: FeedRecord,
    answer: Answer,
    standing: Standing,
    last_new_at: datetime | None,
    now: datetime,
) -> Visit:
    """Gather what the next time depends on. A feed's own `every` is not stretched by quiet."""
    every = record.feed.every if record.feed else None
    read = answer.parsed if isinstance(answer.parsed, ParsedFeed) else None
    return Visit(
        url=record.url,
        now=now,
        result=standing.result,
        interval=every or services.settings.fetch.interval,
        adaptive=every is None,
        failures=standing.failures,
        last_new_at=last_new_at,
        last_ok_at=standing.last_ok_at,
        pacing=answer.fetched.pacing,
        ttl=read.ttl if read else None,
        skip_hours=read.skip_hours if read else (),
        skip_days=read.skip_days if read else (),
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

    def matched(entry: ParsedEntry) -> tuple[StoredMatch, ...]:
        document = document_of_parsed(record, parsed, entry, now)
        return match_all(services.index, document, services.versions, now)

    return replace(
        decided,
        new=tuple(replace(each, matches=matched(each.entry)) for each in decided.new),
        revised=tuple(replace(each, matches=matched(each.entry)) for each in decided.revised),
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
