"""Naming feeds: by id, by address, or by a part of either that only one of them has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from difflib import get_close_matches

from monitor.errors import NotFoundError, UsageError
from monitor.model.feed import FeedRecord
from monitor.model.masking import masked
from monitor.service.standing import in_trouble


def feeds_named(watched: Sequence[FeedRecord], names: Sequence[str]) -> list[FeedRecord]:
    """Return the feed for each name; raises for one that names none or several.

    A name is an id, an address, a title, or a part of address or title that only one feed has.
    """
    return [feed_named(watched, name) for name in names]


def feed_named(watched: Sequence[FeedRecord], name: str) -> FeedRecord:
    """Return the feed a person means; raises `NotFoundError` or `UsageError`."""
    wanted = name.strip()
    for record in watched:
        if wanted in (str(record.id), record.url):
            return record
    lowered = wanted.lower()
    exact = [record for record in watched if title_of(record).lower() == lowered]
    partly = [
        record
        for record in watched
        if lowered and lowered in masked(f"{record.url}\n{title_of(record)}").lower()
    ]
    found = exact or partly
    if len(found) == 1:
        return found[0]
    if found:
        some = "; ".join(f"{record.id} {masked(record.url)}" for record in found[:5])
        raise UsageError(f"{name!r} fits {len(found)} feeds; name one by its id: {some}")
    near = get_close_matches(wanted, [masked(record.url) for record in watched], n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else "; see: monitor feeds list"
    raise NotFoundError(f"No watched feed is called {name!r}{hint}")


def title_of(record: FeedRecord) -> str:
    """Return the title config gives a feed, else its own, else its address."""
    return (record.feed.title if record.feed else "") or record.title or record.url


def with_words(watched: Sequence[FeedRecord], text: str) -> list[FeedRecord]:
    """Return the feeds whose title, address or outlet hold all words of a text, in any order."""
    words = text.casefold().split()
    if not words:
        return list(watched)

    def said(record: FeedRecord) -> str:
        outlet = record.feed.outlet if record.feed else ""
        return masked(f"{title_of(record)} {record.url} {outlet}").casefold()

    return [record for record in watched if all(word in said(record) for word in words)]


def with_tag(watched: Sequence[FeedRecord], tag: str) -> list[FeedRecord]:
    """Return the feeds with a tag, all without one."""
    return [record for record in watched if not tag or (record.feed and tag in record.feed.tags)]


def in_states(
    watched: Sequence[FeedRecord], states: Collection[str], now: datetime
) -> list[FeedRecord]:
    """Return the feeds in one of the states, all without any; "trouble" is what needs a person."""
    return [
        record
        for record in watched
        if not states or record.state in states or ("trouble" in states and in_trouble(record, now))
    ]


def in_use(watched: Sequence[FeedRecord]) -> list[FeedRecord]:
    """Return the feeds that are visited by themselves: not switched off, not gone."""
    return [record for record in watched if record.state not in ("off", "gone")]


def due(watched: Sequence[FeedRecord], now: datetime) -> list[FeedRecord]:
    """Return the feeds whose time has come."""
    return [
        record
        for record in in_use(watched)
        if record.next_fetch_at is not None and record.next_fetch_at <= now
    ]
