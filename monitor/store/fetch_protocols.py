"""What fetching needs of a store; `protocols` has the rest, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model.entry import Headline, KnownEntry
from monitor.model.feed import Feed, FeedRecord
from monitor.model.refresh import FeedOutcome, FetchLogLine, Gap, Recorded


class FeedStore(Protocol):
    """The watched feeds and whose turn it is."""

    def sync(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the rows follow config: add the new (due at `now`), detach the removed.

        A feed whose `enabled` is false gets the state "off" and is never due; enabled again it
        is "new" and due. Entries of a detached feed stay. Writes nothing when nothing changed.
        """

    def move(self, url: str, to: str, now: datetime) -> None:
        """Let the feed at `url` go on under the address `to`, with its entries; due at `now`.

        Its validators and body hash go, since they belong to the old address. When a feed already
        has that address, its row stays and `url` is left for `sync` to detach.
        """

    def feeds(self) -> list[FeedRecord]:
        """All feeds that config has, by id, each with its counts of entries and matches."""

    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, only: Sequence[int] | None = None
    ) -> list[FeedRecord]:
        """Lease up to `limit` feeds, those longest due first; nobody else gets them until then.

        Without `only`: those due at `now`, not "off" or "gone". With `only`: exactly those ids,
        due or not, "gone" and "off" ones too; still not the ones whose lease has not expired.
        Their counts of entries and matches are left 0.
        """

    def release(self, feed_ids: Iterable[int]) -> None:
        """Give leases back without having fetched (a clean stop)."""

    def add(self, feed: Feed, now: datetime, lease: timedelta) -> FeedRecord | None:
        """Watch one more feed and lease it in the same step, so that nobody else fetches it first.

        It must stand in config, or the next `sync` detaches it again. A feed that was watched once
        goes on with its entries. None when another process has leased it already.
        """


class RefreshStore(Protocol):
    """Deciding about and writing the outcome of one refresh."""

    def known(
        self, feed_id: int, *, keys: Iterable[str], guids: Iterable[str], urls: Iterable[str]
    ) -> list[KnownEntry]:
        """Return the feed's entries that share a key, a guid or an address with these, by id.

        Pruned entries are among them; empty strings mean nothing.
        """

    def record(self, outcome: FeedOutcome, now: datetime) -> Recorded:
        """Write it in one transaction: entries, index, revisions, matches, standing, log line.

        New entries get growing ids in the order given and `now` as first-seen time (never
        earlier than the newest stored one, so that ids and first-seen times grow together). The
        lease is given back. A new entry whose key is already there is left out (its id in
        `Recorded.new_ids` is that of the stored one), so that a repeat after a crash is harmless.
        The matches of a revised entry are replaced. A revised entry that was pruned stays so;
        only its identity follows. A key that another entry of the feed holds stays with that.

        `Recorded.revised` counts entries whose title or text changed, `Recorded.matches` those of
        new entries and the topics gained by revised ones. Raises `NotFoundError` for a feed nobody
        knows.
        """


class FeedHistory(Protocol):
    """What is known of a feed besides how it stands."""

    def visits(self, feed_id: int, limit: int) -> list[FetchLogLine]:
        """Return its last visits, the newest first; old ones are pruned."""

    def listed(self, feed_id: int) -> int:
        """Return how many entries its last document held, 0 when none was read lately."""

    def headlines(self, feed_id: int, limit: int) -> list[Headline]:
        """Return its latest entries, by the publisher's date, else by when they were first seen."""

    def gaps(self, since: datetime, feed_id: int | None = None) -> list[tuple[int, Gap]]:
        """Return (feed, gap) for each gap seen at or after `since` and not closed, the newest first.

        Those of feeds that config has, or of one feed.
        """

    def held(self, feed_id: int) -> int:
        """Return how many of its entries are held back until a person has decided."""
