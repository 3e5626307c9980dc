"""What fetching needs of a store; `protocols` has the rest, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

from monitor.model.entry import Headline, KnownEntry
from monitor.model.feed import Feed, FeedRecord, Move
from monitor.model.page import PageStanding, PageVisit, Robots, TakenText, WantedPage
from monitor.model.refresh import FeedOutcome, FetchLogLine, Gap, Listing, NewEntry, Recorded
from monitor.model.subscription import Followed, Receiver, Subscription


class FeedStore(Protocol):
    """The watched feeds and whose turn it is."""

    def sync(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the rows follow config: add the new (due at `now`), detach the removed.

        A feed that has moved, as `moved_from` says, and one that has moved back, keep their rows.
        A feed whose `enabled` is false gets the state "off" and is never due; enabled again it
        is "new" and due. Entries of a detached feed stay. Writes nothing when nothing changed.
        """

    def moving(self, now: datetime) -> AbstractContextManager[Callable[[str, str], None]]:
        """Give a function by which the feed at one address goes on under another, due at `now`.

        The address is changed in config meanwhile, for which nobody else writes until the end: another
        process that sees the file first would take the feed for a new one in `sync`.

        The feed's entries go with it. Its validators and body hash go, since they belong to the old
        address. When config has a feed at the new one already, its row stays and the other is left for
        `sync` to detach; a row there that config no longer has gets the former address.
        """

    def adopt(self, url: str, to: str, now: datetime, *, merged: bool) -> None:
        """Note that the feed at `url` has moved to `to` for good, as config says by now.

        Its row goes on under that address with all that is known of it, validators and next time
        included, unless it was `merged` into a feed that had that address before.
        """

    def undo_move(self, url: str, now: datetime) -> None:
        """Note that the last move away from `url`, if there was one, was taken back."""

    def merged(self) -> dict[str, Feed]:
        """Return what config said of the feeds that were merged into others, by address."""

    def turned_away(self, feed_id: int, since: datetime) -> int:
        """Count the other feeds of a feed's host whose last visit, since then, was answered 429."""

    def feeds(self) -> list[FeedRecord]:
        """All feeds that config has, by id, each with its counts of entries and matches."""

    def claim(
        self,
        now: datetime,
        *,
        lease: timedelta,
        limit: int,
        only: Sequence[int] | None = None,
        retry: timedelta = timedelta(0),
    ) -> list[FeedRecord]:
        """Lease up to `limit` feeds, those longest due first; nobody else gets them until then.

        Without `only`: those due at `now`, not "off" or "gone", and those last visited more than a day
        after `now`: the clock was wrong. With `only`: exactly those ids,
        due or not, "gone" and "off" ones too; still not the ones whose lease has not expired.
        Their counts of entries and matches are left 0.

        A claim that ends without a record (the process died) leaves the feed due `retry` after `now`
        at the earliest: its server may have been asked already.
        """

    def release(self, feed_ids: Iterable[int], *, asked: bool = False) -> None:
        """Give leases back (a clean stop); the feeds are due as they were before.

        Not where their servers may have been `asked`: then they are due as if the process had died.
        """

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

    def held(self, feed_id: int, since: datetime | None = None) -> list[NewEntry]:
        """Return the entries kept back until a person decides about the feed, without matches.

        All, or those first seen since then: what an earlier stranger at the address left stays back.
        """

    def listing(self, feed_id: int) -> Listing | None:
        """Return what the feed's last whole document listed, None before the first."""

    def record(self, outcome: FeedOutcome, now: datetime) -> Recorded:
        """Write it in one transaction: entries, index, revisions, matches, standing, log line.

        New entries get growing ids in the order given and `now` as first-seen time (never
        earlier than the newest stored one, so that ids and first-seen times grow together). The
        lease is given back. A new entry whose key is already there is left out (its id in
        `Recorded.new_ids` is that of the stored one), so that a repeat after a crash is harmless.
        The matches of a revised entry are replaced. A revised entry that was pruned stays so;
        only its identity follows. A key that another entry of the feed holds stays with that.

        `Recorded.revised` counts entries whose title or text says something else than before
        (`monitor.parse.trivial`): only these get a revision. `Recorded.matches` counts those of
        new entries and the topics gained by revised ones. Raises `NotFoundError` for a feed nobody
        knows, `OvertakenError` when a revised entry has got the text of its page since it was read:
        then nothing is written.

        Where config wants the full text of the feed, the page of each new entry that matches is
        wanted from now on (`PageStore`).

        What is withdrawn is marked with the first-seen time of new entries, so that it lies in no closed
        window; what came back loses the mark. The listing is kept unless the claim no longer holds.

        Of a push (`FeedOutcome.push` "came") entries, matches and the log line are written; of the feed
        only when it last brought something, its rhythm, and that it is silent no more. It may come while
        the feed is being fetched, so lease, validators, state and next time stay as they are.
        """


class SubscriptionStore(Protocol):
    """What is agreed with WebSub hubs."""

    def followed(self) -> list[Followed]:
        """Return feeds that name a hub and all subscriptions with their feeds, by feed.

        A feed with an ending subscription is there once for that, and once without it or with its live
        one. Feeds config no longer has are there only with a subscription.
        """

    def live(self) -> dict[int, Subscription]:
        """Return the subscriptions that are not ending, by the id of their feed."""

    def of_feed(self, feed_id: int) -> Subscription | None:
        """Return the feed's subscription that is not ending, or None."""

    def receiver(self, token: str) -> Receiver | None:
        """Return whom a callback belongs to, or None when nobody knows the token."""

    def add(self, new: Subscription) -> Subscription | None:
        """Keep a new one; return it with its id, or None when its feed has one that is not ending."""

    def save(self, before: Subscription, after: Subscription) -> bool:
        """Replace what is known of one, unless it has changed since `before` was read.

        False, and nothing is written, when it has, or is gone: a hub may verify while the answer to
        the request for it is still on its way. `pushed_at` and `misses` are left alone; they belong to
        `RefreshStore.record`.
        """

    def forget(self, subscription_id: int) -> None:
        """Drop one; unknown ids mean nothing."""


class FeedHistory(Protocol):
    """What is known of a feed besides how it stands."""

    def visits(self, feed_id: int, limit: int) -> list[FetchLogLine]:
        """Return its last visits, the newest first; old ones are pruned."""

    def latest_visits(self, limit: int) -> list[tuple[int, FetchLogLine]]:
        """Return (feed, visit) for the last visits to any feed, the newest first."""

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

    def days(self, since: date, feed_id: int | None = None) -> dict[int, dict[date, int]]:
        """Return, by feed, how many entries were first seen on each day (UTC) from `since` on.

        Of all feeds, or of one. Days and feeds without any are left out; pruned entries count.
        """

    def moves(self, url: str) -> list[Move]:
        """Return the moves that led to or from an address, the newest first."""

    def pages(self, feed_id: int) -> dict[str, int]:
        """Return how many linked pages of its entries are "wanted", "taken" and "failed"."""

    def withdrawn(self, feed_id: int, limit: int) -> list[tuple[int, Headline]]:
        """Return its withdrawn entries (id, headline), those withdrawn last before the others."""


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
