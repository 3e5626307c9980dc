"""What a person or the third agreeing day decides about a feed: adopt a move, undo it, accept a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.feed import NO_VALIDATORS, FeedRecord
from monitor.model.refresh import FeedOutcome, FetchLogLine
from monitor.parse.identity import decide_entries, keyed, lookups
from monitor.service.editing import edit
from monitor.service.feeds import feed_named
from monitor.service.grouping import attach_stories
from monitor.service.masking import masked, name_of
from monitor.service.matching import matched_entries
from monitor.service.standing import told_to_wait
from monitor.service.wiring import Services
from monitor.settings.edit import add_feed, edit_feed, move_feed


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was written to config/feeds.toml. `merged`: the new address was watched already."""

    url: str
    to: str
    merged: bool

    @property
    def words(self) -> str:
        """Say what happened and how to take it back."""
        what = (
            f"{self.url} moved for good to {self.to}, which is watched already: it was taken out of "
            "config/feeds.toml, its entries stay"
            if self.merged
            else f"{self.url} moved for good: config/feeds.toml has {self.to} now"
        )
        return f"{what}. Undo: monitor feeds undo {self.url}"


def adopt(services: Services, url: str, to: str, now: datetime) -> Moved:
    """Write a permanent move to config/feeds.toml and let the feed's row follow.

    Where the monitor ends between the two, the row follows when the home is opened again. Raises
    `MonitorError` when config/ cannot be changed; then nothing was.
    """
    moved = Moved(url, to, merged=not move_feed(services.home, url, to))
    services.store.feeds.adopt(url, to, now, merged=moved.merged)
    return moved


def undo(services: Services, name: str, now: datetime) -> str:
    """Take the last move of a feed back, and keep it where it was; returns its address.

    It is a change of config/ as `editing.edit` makes them, and raises what that does. `name` is the feed by id,
    address or title, or the address it had before. Raises `NotFoundError` when it has not moved, `UsageError`
    when the address is watched otherwise.
    """
    store = services.store.feeds
    watched = store.feeds()
    for record in watched:
        if record.feed is not None and record.feed.moved_from == name:
            return _move_back(services, record, now)
    feed = store.merged().get(name)
    if feed is not None:
        back = replace(feed, follow_moves=False)
        what = f"Watched {masked(name)} again, which had moved to a feed that is watched"
        edit(services, what, lambda home: add_feed(home, back), now)
        store.undo_move(name, now)
        return feed.url
    record = feed_named(watched, name)
    if record.feed is None or not record.feed.moved_from:
        raise NotFoundError(f"{record.url} was not moved by the monitor; there is nothing to undo.")
    return _move_back(services, record, now)


def _move_back(services: Services, record: FeedRecord, now: datetime) -> str:
    if record.feed is None:
        raise NotFoundError(f"{record.url} is not in config/ any more.")
    former = record.feed.moved_from
    changes = {"url": former, "moved_from": None, "follow_moves": False}
    what = f"Moved {name_of(record)} back to {masked(former)}"
    edit(services, what, lambda home: edit_feed(home, record.url, changes), now)
    # Not within: whoever waits for both has config/ first. Who sees the file before moves the row (`sync`).
    with services.store.feeds.moving(now) as move:
        move(record.url, former)
    services.store.feeds.undo_move(former, now)
    return former


def accept(services: Services, record: FeedRecord, now: datetime) -> tuple[int, int]:
    """Let a quarantined feed be what it has become; return how many entries and matches came of it.

    The entries that were held back are stored as new ones, now, so that the next digest has them.
    The feed is due at once, but where its server has asked to wait. Raises `NotFoundError` when it is
    not quarantined.
    """
    if record.state != "quarantined":
        raise NotFoundError(f"{record.url} is not quarantined; there is nothing to accept.")
    waits = told_to_wait(record, now)
    held = services.store.refresh.held(record.id, record.since_at)
    found = keyed([each.entry for each in held])
    wanted = lookups(found)
    known = services.store.refresh.known(
        record.id, keys=wanted.keys, guids=wanted.guids, urls=wanted.urls
    )
    decided = matched_entries(services, record, "", decide_entries(found, known), now)
    recorded = services.store.refresh.record(
        FeedOutcome(
            # Asked for in full next time, and taken as it is: what it calls itself is not compared.
            feed=replace(
                record,
                state="ok",
                since_at=now,
                error="",
                title="",
                site_url="",
                language="",
                validators=NO_VALIDATORS,
                validators_url="",
                body_hash="",
                last_new_at=now if decided.new else record.last_new_at,
                next_fetch_at=record.next_fetch_at if waits else now,
                why_then=record.why_then if waits else "it was accepted",
            ),
            new=decided.new,
            revised=decided.revised,
            rekeyed=decided.rekeyed,
            held_taken=True,
            log=FetchLogLine(
                at=now,
                result="accepted",
                status=0,
                wire_bytes=0,
                seconds=0.0,
                entries=len(held),
                message="a person accepted what the feed has become",
            ),
            versions=services.versions,
        ),
        now,
    )
    if recorded.left:
        attach_stories(services, now)
    return len(recorded.new_ids), recorded.matches
