"""Changing the list of feeds from the page and the API: `Change`s for `monitor.service.editing`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.digests.phrases import count
from monitor.errors import UsageError
from monitor.model.feed import Feed, FeedRecord
from monitor.service.editing import Change
from monitor.service.feeds import title_of
from monitor.service.wiring import Services
from monitor.settings.edit import add_feeds, edit_feed, edit_feeds, remove_feeds
from monitor.settings.home import Home

FILE = "config/feeds.toml"
"""What these change, for `editing.stamp`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change of feeds: what it does, in words, and the function that does it."""

    what: str
    change: Change[object]


def edited(
    services: Services, record: FeedRecord, changes: Mapping[str, Any], now: datetime
) -> Wanted:
    """Give a feed new values, as `Feed` has them; None takes a key out.

    With another `url` its entries and history go with it, and the former one is noted as `moved_from`, so
    that the change can be taken back.
    """
    to = changes.get("url", record.url)

    def change(home: Home) -> object:
        if to == record.url:
            return edit_feed(home, record.url, changes)
        real = home.root == services.home.root
        with services.store.feeds.moving(now) if real else nullcontext(_stays) as move:
            feed = edit_feed(home, record.url, {**changes, "moved_from": record.url})
            move(record.url, feed.url)
        return feed

    return Wanted(f"Edited {title_of(record)}", change)


def removed(records: Sequence[FeedRecord]) -> Wanted:
    """Take feeds out of config/feeds.toml; their entries stay."""
    urls = [record.url for record in records]
    return Wanted(f"Removed {_named(records)}", lambda home: remove_feeds(home, urls))


def enabled(records: Sequence[FeedRecord], on: bool) -> Wanted:
    """Switch feeds on or off."""
    what = f"{'Switched on' if on else 'Switched off'}: {_named(records)}"
    return _all(what, records, lambda _: {"enabled": None if on else False})


def tagged(records: Sequence[FeedRecord], add: Sequence[str], remove: Sequence[str]) -> Wanted:
    """Add tags to feeds, and take others away."""
    if not (add or remove):
        raise UsageError("Name the tag: one or more, with commas between.")

    def tags(record: FeedRecord) -> Mapping[str, Any]:
        had = record.feed.tags if record.feed else ()
        kept = [tag for tag in dict.fromkeys([*had, *add]) if tag not in remove]
        return {"tags": tuple(kept) or None}

    told = [*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)]
    return _all(f"Tagged {_named(records)} {' '.join(told)}", records, tags)


def fetched_every(records: Sequence[FeedRecord], every: timedelta | None) -> Wanted:
    """Let feeds be fetched so often, or at their own rhythm."""
    return _all(f"Changed how often: {_named(records)}", records, lambda _: {"every": every})


def added(feeds: Sequence[Feed]) -> Wanted:
    """Watch more feeds. The change raises `UsageError` where one may not stand there, or is watched."""

    def change(home: Home) -> object:
        done = add_feeds(home, feeds)
        problems = [*done.left_out, *(f"{feed.url} is watched already, see {where}." for feed, where in done.already)]  # fmt: skip
        if problems:
            raise UsageError("\n".join(problems))
        return done.feeds

    if len(feeds) == 1:
        return Wanted(f"Added {feeds[0].title or feeds[0].url}", change)
    return Wanted(f"Added {count(len(feeds), 'feed', 'feeds')}", change)


def _all(
    what: str, records: Sequence[FeedRecord], changes: Callable[[FeedRecord], Mapping[str, Any]]
) -> Wanted:
    wanted = {record.url: changes(record) for record in records}
    return Wanted(what, lambda home: edit_feeds(home, wanted))


def _named(records: Sequence[FeedRecord]) -> str:
    if len(records) == 1:
        return title_of(records[0])
    return count(len(records), "feed", "feeds")


def _stays(_url: str, _to: str) -> None:
    """Stand for what moves a row where only a copy of config/ is changed."""
