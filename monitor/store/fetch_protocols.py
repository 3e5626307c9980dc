"""What fetching needs of a store; `protocols` has the rest, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model.entry import KnownEntry
from monitor.model.feed import Feed, FeedRecord
from monitor.model.page import PageStanding, PageVisit, Robots, TakenText, WantedPage
from monitor.model.refresh import FeedOutcome, Recorded


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
        knows, `OvertakenError` when a revised entry has got the text of its page since it was read:
        then nothing is written.

        Where config wants the full text of the feed, the page of each new entry that matches is
        wanted from now on (`PageStore`).
        """


class PageStore(Protocol):
    """Linked pages whose text is wanted, one at a time of each host."""

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> list[WantedPage]:
        """Take up to `limit` pages that are due, one of each host that is free, and hold the hosts.

        Nobody else gets a page of these hosts until the visit is recorded, or the lease is over.
        """

    def release(self, page: WantedPage, free_at: datetime) -> None:
        """Give a page back of which nothing came (a clean stop): it stays due, its host is free then.

        Where the visit has been recorded after all, that holds.
        """

    def record(self, visit: PageVisit) -> None:
        """Note what a visit came to and until when its host is left alone.

        What was taken or has failed for good stays so.
        """

    def take(self, visit: PageVisit, taken: TakenText, now: datetime) -> int | None:
        """Let an entry have the text of its page, and note the visit, in one transaction.

        Index and matches follow; no revision is made, and what tells an edit of the feed
        (`content_hash`) stays. Topics new to the entry count as matches of a new entry; their number
        is returned. Nothing is written and None returned when the entry was edited since it was
        read: read it again. An entry that has such a text already, or was pruned, stays as it is.
        """

    def texts(self, entry_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return text and HTML of those entries that have them from their pages."""

    def next_at(self) -> datetime | None:
        """Return when the next wanted page can be asked for, None when none is wanted."""

    def standing(self, entry_id: int) -> PageStanding | None:
        """Return how an entry's page stands, None when it was never wanted."""

    def counts(self) -> dict[str, int]:
        """Return how many pages are "wanted", "taken" and "failed"."""

    def robots(self, origin: str, now: datetime) -> Robots | None:
        """Return what an origin (`https://news.example:8443`) answered, if it holds still."""

    def keep_robots(self, robots: Robots) -> None:
        """Remember an origin's robots.txt in place of the former one."""
