"""What to do after a fetch: the new standing of a feed, as one pure function.

Stored entries and validators stay as they were unless a body was read to its end and understood
(PROMISES 2.1, 2.2). Nothing here ever stops a feed for good but a 410 (RFC 9110 section 15.5.11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.fetch.rhythm import rhythm_after, rhythm_of_dates, silent_after
from monitor.model.entry import ParsedFeed, ParseFailure, ParseOutcome
from monitor.model.feed import (
    NO_VALIDATORS,
    FeedLinks,
    FeedRecord,
    FeedState,
    Wishes,
)
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, NotModified
from monitor.service.moves import moving_after, moving_words, sudden_change

LOST_AFTER = timedelta(days=3)
"""A feed that has been a web page for this long is called lost; one that fails for this long is told."""
EMPTY_VISITS = 3
"""Visits in a row that must find a document empty before that is said."""

BURST = timedelta(hours=1)
"""Pushes closer than that are one piece of news to the rhythm, as they would be to a visit."""

DELTA = 226
"""The document holds only what is new (RFC 3229)."""

_STATE_OF_FAILURE: dict[str, FeedState] = {
    "throttled": "throttled",
    "blocked": "blocked",
    "gone": "gone",
}
_BLOCKING_PAGES = frozenset({"challenge", "login"})


@dataclass(frozen=True, slots=True)
class News:
    """How many entries a document lists, each counted once, and how many of them are new."""

    new: int = 0
    listed: int = 0

    @property
    def all(self) -> bool:
        """Whether there are entries and none of them is known."""
        return 0 < self.listed <= self.new


NO_NEWS = News()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands after a fetch.

    `result` goes into the fetch log: "ok", "304", "same" (a body that is known already) or the
    kind of failure. `status` is the HTTP status, 0 without an answer. `hold` says that the entries of
    this document are to be kept back until a person has decided.
    """

    feed: FeedRecord
    result: str
    status: int
    hold: bool = False


def decide(
    record: FeedRecord,
    outcome: FetchOutcome,
    parsed: ParseOutcome | None,
    body_hash: str,
    now: datetime,
    news: News = NO_NEWS,
) -> Standing:
    """Say how the feed stands after `outcome`.

    `parsed` is None when there was no body or its hash (`body_hash`, SHA-256 hex) is that of the
    last one parsed. `next_fetch_at` and `why_then` are left as they were.
    """
    if isinstance(outcome, FetchFailure):
        state = _STATE_OF_FAILURE.get(outcome.kind, "failing")
        feed = _failed(record, state, outcome.message, outcome.status, outcome.snippet, now)
        return Standing(feed, outcome.kind, outcome.status)
    if isinstance(parsed, ParseFailure):
        return _no_feed(record, outcome, parsed, now)
    if isinstance(outcome, Fetched) and outcome.broke_off:
        return _broken_off(record, outcome, parsed, now, news)
    return _succeeded(record, outcome, parsed, body_hash, now, news)


def decide_push(
    record: FeedRecord, parsed: ParsedFeed, news: News, now: datetime
) -> FeedRecord | None:
    """Say how the feed stands after a hub pushed a document of it; None when nothing may be taken of it.

    A push is no visit: it may hold only what is new, and nobody asked the publisher, so that only what
    says when something came is changed. While a person has to decide about the feed, or when the
    document seems to be another's, that is left to the next visit, which sees the whole document.
    """
    if record.state == "quarantined" or (news.all and sudden_change(record, parsed)):
        return None
    if not news.new:
        return record
    if record.last_new_at is None or now - record.last_new_at < BURST:
        return replace(record, last_new_at=now)
    feed = _with_news(record, record, parsed, news, now, whole=False)
    feed = replace(feed, silent_since_at=None)
    return replace(feed, state="ok", since_at=now) if record.state == "silent" else feed


def _no_feed(
    record: FeedRecord, outcome: Fetched | NotModified, parsed: ParseFailure, now: datetime
) -> Standing:
    state: FeedState = "blocked" if parsed.page in _BLOCKING_PAGES else "failing"
    status = outcome.status if isinstance(outcome, Fetched) else 0
    message = parsed.message
    failing_since = record.failing_since_at or now
    if parsed.kind == "not-a-feed" and now - failing_since >= LOST_AFTER:
        message = f"Source lost: {message}"
    return Standing(
        _failed(record, state, message, status, parsed.page_title, now), parsed.kind, status
    )


def _broken_off(
    record: FeedRecord, outcome: Fetched, parsed: ParsedFeed | None, now: datetime, news: News
) -> Standing:
    """Take what came before the break: the caller keeps its entries.

    The former validators stay, so that the whole document is asked for again. Breaking off is no
    way around being held back.
    """
    change = sudden_change(record, parsed) if parsed and news.all else ""
    if change or (record.state == "quarantined" and _is_the_other(record, parsed)):
        words = change or record.error
        feed = _failed(record, "quarantined", words, outcome.status, "", now)
        return Standing(feed, "truncated", outcome.status, hold=True)
    feed = _failed(record, "failing", outcome.broke_off, outcome.status, "", now)
    feed = _with_news(feed, record, parsed, news, now, whole=False)
    return Standing(feed, "truncated", outcome.status)


def _failed(
    record: FeedRecord, state: FeedState, message: str, status: int, words: str, now: datetime
) -> FeedRecord:
    if record.state == "quarantined" and state != "gone":
        # A failure does not answer the question a person was asked.
        state, message = "quarantined", record.error
    elif record.state == "quarantined":
        # Should it come back, the question is asked again, for which its document has to be seen.
        record = replace(record, validators=NO_VALIDATORS, validators_url="", body_hash="")
    return replace(
        record,
        state=state,
        since_at=record.since_at if record.state == state and record.since_at else now,
        failures=_failures(record, now),
        failing_since_at=record.failing_since_at or now,
        error=message,
        status=status,
        words=words,
        last_fetched_at=now,
    )


def _failures(record: FeedRecord, now: datetime) -> int:
    """Count one more failure; a person who looks before it is time does not make the feed wait longer."""
    early = record.next_fetch_at is not None and now < record.next_fetch_at
    return max(record.failures, 1) if early else record.failures + 1


def _succeeded(
    record: FeedRecord,
    outcome: Fetched | NotModified,
    parsed: ParsedFeed | None,
    body_hash: str,
    now: datetime,
    news: News,
) -> Standing:
    status = outcome.status if isinstance(outcome, Fetched) else 304
    result = "304" if isinstance(outcome, NotModified) else ("ok" if parsed else "same")
    feed = replace(
        record,
        validators=outcome.validators,
        validators_url=outcome.url if outcome.hops and outcome.validators else "",
        body_hash=body_hash if isinstance(outcome, Fetched) else record.body_hash,
        failures=0,
        failing_since_at=None,
        error="",
        status=status,
        words="",
        moving=moving_after(record.moving, outcome.hops, now),
        last_fetched_at=now,
        last_ok_at=now,
        empty_visits=_empty_visits(record, parsed),
    )
    change = sudden_change(record, parsed) if parsed and news.all else ""
    hold = bool(change) or (record.state == "quarantined" and _is_the_other(record, parsed))
    if parsed is not None and not hold:
        whole = status != DELTA and not parsed.partial
        feed = _with_news(feed, record, parsed, news, now, whole=whole)
        feed = _described(feed, record, parsed, outcome)
    if parsed is not None and parsed.partial:
        # A document that broke off must be asked for again in full.
        feed = replace(feed, validators=NO_VALIDATORS, validators_url="", body_hash="")
    feed = replace(feed, silent_since_at=_silent_since(feed, now))
    state, error = _state_of_success(record, feed, parsed, change, hold)
    since_at = record.since_at if record.state == state and record.since_at else now
    return Standing(
        replace(feed, state=state, error=error, since_at=since_at), result, status, hold
    )


def _state_of_success(
    record: FeedRecord,
    feed: FeedRecord,
    parsed: ParsedFeed | None,
    change: str,
    hold: bool,
) -> tuple[FeedState, str]:
    if hold or (record.state == "quarantined" and parsed is None):
        return "quarantined", change or record.error
    if feed.moving is not None:
        return "moved", moving_words(feed, feed.moving)
    if parsed is not None and parsed.partial:
        words = "The document broke off before its end; the entries before the break were kept."
        return "ok", words
    if feed.empty_visits >= EMPTY_VISITS:
        return "ok", (
            "Now empty: its document has held no entries for "
            f"{feed.empty_visits} visits; those from before are kept."
        )
    return ("silent" if feed.silent_since_at else "ok"), ""


def _silent_since(feed: FeedRecord, now: datetime) -> datetime | None:
    """Return when a feed was first seen to be silent for longer than is usual for it.

    Failures between two visits do not make it a new silence, so that it is told once.
    """
    if feed.last_new_at is None or now - feed.last_new_at <= silent_after(feed.rhythm):
        return None
    return feed.silent_since_at or now


def _is_the_other(record: FeedRecord, parsed: ParsedFeed | None) -> bool:
    """Tell whether a quarantined feed's document is still not the one that was known."""
    return parsed is not None and parsed.title != record.title


def _empty_visits(record: FeedRecord, parsed: ParsedFeed | None) -> int:
    if parsed is None:
        return record.empty_visits + 1 if record.empty_visits else 0
    if parsed.partial:
        return record.empty_visits  # entries may have stood behind the break
    if parsed.entries or record.last_new_at is None:
        return 0
    return record.empty_visits + 1


def _with_news(
    feed: FeedRecord,
    record: FeedRecord,
    parsed: ParsedFeed | None,
    news: News,
    now: datetime,
    *,
    whole: bool,
) -> FeedRecord:
    """Note that something new came, which ends a silence, and what that says of the rhythm.

    A document that is not `whole` says nothing about how fast it turns over.
    """
    if parsed is None or not news.new:
        return feed
    if record.last_new_at is None:
        dates = [
            entry.published_at
            for entry in parsed.entries
            if entry.published_at is not None and entry.published_at <= now
        ]
        return replace(feed, last_new_at=now, rhythm=rhythm_of_dates(dates, news.listed))
    rhythm = rhythm_after(
        record.rhythm,
        new=news.new,
        listed=news.listed,
        since_new=max(now - record.last_new_at, timedelta(0)),
        since_ok=max(now - (record.last_ok_at or record.last_new_at), timedelta(0)),
    )
    if not whole:
        rhythm = replace(rhythm, turnover=record.rhythm.turnover)
    return replace(feed, last_new_at=now, silent_since_at=None, rhythm=rhythm)


def _described(
    feed: FeedRecord, record: FeedRecord, parsed: ParsedFeed, outcome: Fetched | NotModified
) -> FeedRecord:
    """Take over what the document says of itself."""
    return replace(
        feed,
        title=parsed.title or record.title,
        site_url=parsed.site_url or record.site_url,
        language=parsed.language or record.language,
        wishes=Wishes(parsed.ttl, parsed.skip_hours, parsed.skip_days),
        links=_links(parsed.links, outcome),
    )


def _links(named: FeedLinks, outcome: Fetched | NotModified) -> FeedLinks:
    """Let the answer's Link header fields win over the document's links (WebSub section 4)."""
    if not isinstance(outcome, Fetched):
        return named
    return replace(named, hub=outcome.hub or named.hub, self_url=outcome.self_url or named.self_url)
