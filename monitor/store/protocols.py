"""What the rest of the monitor needs of a store: small protocols, named after the need.

One contract suite (tests/store/) proves them for SQLite, so that a second store can stand
beside it. For all of them: instants are aware UTC and kept to the microsecond; a call either does
all it says or nothing; `StoreError` is raised when the database cannot do it (locked for
longer than the timeout, disk full, read-only, damaged). Any thread may call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from monitor.model.delivery import StoredEdition
from monitor.model.digest import Recipient
from monitor.model.edition import Changed, Coverage, Edition, Rendered, Told, Window
from monitor.model.entry import Entry
from monitor.model.judgement import Judgement
from monitor.model.rebuild import Rebuild
from monitor.model.ruling import Ruling, Wish
from monitor.model.story import Grouped, Story, StoryDecision, StoryEntry, StoryLine, TermCounts
from monitor.model.topic import Rematching, StoredMatch
from monitor.model.volume import StoryCounts
from monitor.stories.features import Features

Decide = Callable[
    [Sequence[StoryEntry], Sequence[StoryEntry], TermCounts, Mapping[int, Features]], Grouped
]
"""New entries, recent ones in stories that could matter, counts of terms and the features of all
these, to decisions: `stories.grouping.group`."""


class StarStore(Protocol):
    """Entries a person has marked."""

    def star(self, entry_ids: Sequence[int], now: datetime) -> list[int]:
        """Mark entries; return those that were not, in the order given. Others keep their time.

        Raises `NotFoundError` for an unknown id; then none is marked.
        """

    def unstar(self, entry_ids: Sequence[int]) -> list[int]:
        """Take the marks away; return the entries that had one, in the order given.

        Raises `NotFoundError` for an unknown id; then all marks stay.
        """

    def starred(self) -> list[int]:
        """Return the ids of all marked entries, the one marked last first."""


class TopicStore(Protocol):
    """Versions of topics, and what they matched."""

    def versions(self, definitions: Mapping[str, str], now: datetime) -> dict[str, int]:
        """Return each topic's version, 1 and up; a definition not seen before gets the next one.

        `definitions` maps the name to its canonical text (query, boosts, floor, lists expanded).
        Going back to an earlier definition gives its earlier version. What was noted about applying
        another version than the present one is dropped.
        """

    def counts(self) -> dict[str, int]:
        """Return how many entries match each topic; those without a match are left out."""

    def rematched(self) -> dict[str, int]:
        """Return the version up to which each topic has been applied to all stored entries."""

    def rematching(self, topic: str) -> Rematching | None:
        """Return how far applying a version to the stored entries has come, None when not begun."""

    def replace_matches(
        self,
        begun: Rematching | None,
        done: Rematching,
        ids: tuple[int, int],
        matches: Mapping[int, StoredMatch],
        since_change: int,
    ) -> tuple[int, int] | None:
        """For the entries from the first to the last of `ids`, let these be the topic's matches.

        In one transaction with `done`, which is where to go on. None, and nothing is written, when
        `begun` is no longer where it stands: somebody else has gone on, or has changed or removed the
        topic. Matches of entries that had none for the topic are marked as backfilled. Entries
        edited since `EntryStore.changes` was `since_change` are left alone: whoever edited them
        has matched them. Return how many matches were gained and how many lost.
        """

    def mark_rematched(self, done: Rematching) -> bool:
        """Note that the topic's version has been applied to every stored entry: it has ended.

        False, and nothing is written, when `done` is not where it stands, or a newer entry has come.
        """

    def forget(self, keep: Iterable[str]) -> int:
        """Drop the matches of topics config no longer has; return how many."""


class JudgementStore(Protocol):
    """What people said about entries and topics: "belongs", "does not"."""

    def judge(self, judgements: Sequence[Judgement]) -> None:
        """Keep judgements; each replaces an earlier one about the same entry and topic.

        Raises `NotFoundError` for an entry that is not stored; then none is kept. A judged entry is
        never pruned.
        """

    def remove(self, entry_ids: Sequence[int], topic: str) -> None:
        """Take back what was judged about entries and a topic.

        Raises `NotFoundError` for an entry of which nothing was; then all judgements stay.
        """

    def judgements(self, topic: str | None = None, *, entry: int | None = None) -> list[Judgement]:
        """Return the judgements, or those about one topic or one entry, by entry and topic.

        Topics that config no longer has are among them.
        """


class StoryStore(Protocol):
    """Grouping matched entries."""

    def waiting(self, after: int, limit: int) -> list[int]:
        """Return matched entries that belong to no story and have a larger id than `after`, by id.

        No more than were first seen within days of each other, so that those around them are few.
        """

    def attach_new(self, entry_ids: Sequence[int], now: datetime) -> int:
        """Give a story to those of these entries that match and have none; return how many.

        In one transaction: grouping looks for their stories and opens new ones with no other
        writer in between. `RefreshStore.record` does the same for what it brings.
        """

    def attach(self, decisions: Sequence[StoryDecision], now: datetime) -> None:
        """Write decisions; those naming the same new founder come into one new story.

        A founder that is in a story already brings the others there, so that a repeat is
        harmless; a story that was merged leads to where its entries went. A pinned entry stays as
        it is. Raises `NotFoundError` for a story nobody knows.
        """

    def catch_up(self, now: datetime) -> bool:
        """Let some of what an older version of the monitor grouped be found; True when all can be.

        And what was revised with much else at once, by what it says now.
        A short transaction, or none; call it until it returns True.
        """

    def revive(self, entry_ids: Sequence[int]) -> bool:
        """Let old entries around these be found once more; True when all can be.

        A short transaction, or none; call it until it returns True, before old entries are
        attached. `tidy` takes them out again.
        """

    def tidy(self, now: datetime) -> bool:
        """Drop some of what old entries are found by, age counts; True when it may be asked no more."""

    def story(self, story_id: int) -> Story | None:
        """Return a story with its members, or None. One that was merged has none."""

    def lines(
        self, limit: int, before: int | None, since: datetime | None, until: datetime | None
    ) -> list[StoryLine]:
        """Return stories, the one opened last first, with an entry first seen in `[since, until)`.

        `before` is a story id: only older ones. Merged stories are not among them.
        """

    def copies(self, entry_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return, for those of the entries that have any, the others with the same text, by id."""


class RulingStore(Protocol):
    """What people decided about stories, and can take back."""

    def rule(self, wish: Wish, now: datetime) -> Ruling:
        """Carry out a wish (`monitor.stories.rulings`) and keep it, in one transaction.

        Raises `NotFoundError` for stories and entries nobody knows, `UsageError` for what cannot
        be done; then nothing has changed.
        """

    def undo(self, ruling_id: int | None, now: datetime) -> Ruling:
        """Restore what was before a ruling, the last that stands without an id; return it.

        Raises `NotFoundError` for a ruling nobody knows, `UsageError` when it was undone already or
        a later one touches the same entries.
        """

    def rulings(self, story_id: int | None = None) -> list[Ruling]:
        """Return the rulings, or those that touched a story, oldest first; undone ones as well."""


class RebuildStore(Protocol):
    """Grouping the stored entries anew."""

    def begin(self, since: datetime | None, version: int, now: datetime) -> Rebuild:
        """Begin with the entries first seen since an instant, all without one; return how it stands.

        A rebuild of the same version that was broken off, and looks at these entries as well, goes
        on instead.
        """

    def piece(self, decide: Decide, now: datetime) -> Rebuild:
        """Group the next entries anew, in one transaction with the note where to go on.

        `decide` is given the entries and those before them that they may belong with, with pinned
        ones around; others can write meanwhile. Where they change these it is asked again about
        fewer entries; raises `StoreError` when they do so every time. Pinned entries are not moved,
        only what changes is written, and a story without entries leads to where most of them went.
        Several processes may do it at once: each piece is done by one. What is stored after the
        rebuild began is left alone. At the end nothing happens, and the same is returned again.
        """

    def tried(
        self, since: datetime | None, version: int, decide: Decide, now: datetime
    ) -> Iterator[Rebuild]:
        """Yield, at first and after each piece, what a rebuild would do; writes nothing, locks nobody."""


class EditionStore(Protocol):
    """Editions and their deliveries: the outbox."""

    def begin(self, digest: str, now: datetime) -> datetime:
        """Return when the digest was first known; the first call sets it to `now`."""

    def keep_zone(self, digest: str, timezone: str, utc_offset: timedelta) -> None:
        """Remember the zone that a digest, known since `begin`, goes by, and its offset from UTC now."""

    def zones(self) -> dict[str, tuple[str, timedelta]]:
        """Return, by digest, the zone that was kept last, with its offset then."""

    def last_cutoff(self, digest: str) -> datetime | None:
        """Return the end of the newest edition's window, or None before the first."""

    def coverage(self, window: Window) -> Coverage:
        """Count feeds and entries; `entries_matched`, copies and stories are left 0.

        Feeds count as they stand now: "ok" and "moved" as ok, "silent" as silent, "new" as none of
        these, all others as failing, of which "gone" and "quarantined" are also counted apart. "off" ones are not counted at all. Named are those whose
        trouble became news in the window (`monitor.digests.troubles`, as they stand now), then those
        that may have lost entries, as a visit in the window showed.
        """

    def freeze(
        self,
        edition: Edition,
        rendered: Rendered,
        to: Sequence[Recipient],
        now: datetime,
        newest_id: int,
        changes: int,
    ) -> StoredEdition | None:
        """Store it with a planned delivery for each recipient and its ledger, in one transaction.

        When the digest already has an edition for that slot, or one whose window reaches into this
        one's (another process was first), return the stored one unchanged. `newest_id` is the
        newest entry's id when the edition was composed and `changes` what `EntryStore.changes` was:
        when another entry has come into the window since, or one was edited in it, store nothing and
        return None, so that it is composed anew.
        """

    def editions(
        self, digest: str | None = None, *, limit: int | None = None, forms: bool = True
    ) -> list[StoredEdition]:
        """Return editions, newest first, `limit` at most.

        An edition has some 100 kB: without `forms` what was rendered is "" but for the subject.
        """

    def edition(self, edition_id: str) -> StoredEdition | None:
        """Return one edition, or None."""


class Ledger(Protocol):
    """What editions have told, by entries: a story is told when one of its entries stood on a card.

    So it stays told when it is merged with another, split or rebuilt.
    """

    def told(self, digest: str, stories: Sequence[int], before: datetime) -> dict[int, Told]:
        """Return, for those of the stories that a digest told before an instant, where that was last.

        Editions whose window ends later do not count.
        """

    def changed(self, digest: str, window: Window) -> list[Changed]:
        """Return the entries told in a digest before the window and edited or withdrawn in it.

        The latest first; each with the newest edition it stood in.
        """

    def uncovered(self, digest: str, window: Window) -> list[int]:
        """Return entries older than the window whose text changed in it, and no edition has covered."""

    def as_before(self, entries: Sequence[Entry], at: datetime) -> list[Entry]:
        """Return, of these, those that were edited since an instant, with the text and topics they had then."""

    def last_delivered(self, digest: str) -> datetime | None:
        """Return the cutoff of the newest edition that had a recipient, None when there is none."""


class VolumeStore(Protocol):
    """What is usual."""

    def story_counts(self, topics: Sequence[str], until: datetime, days: int) -> StoryCounts:
        """Return how many stories each topic had in each of the last `days` blocks of 24 hours.

        A story counts once for a topic, in the block its first matched entry of the topic was first
        seen in; an entry in no story counts alone. The blocks end at `until`.
        """

    def counts_between(self, topics: Sequence[str], ends: Sequence[datetime]) -> StoryCounts:
        """Return the same for blocks of any length: each from one of `ends` to the next, oldest first."""


class Upkeep(Protocol):
    """Keeping the database small and sound."""

    def prune(self, unmatched_before: datetime, log_before: datetime) -> tuple[int, int]:
        """Delete unmatched entries first seen earlier, and old log lines; return both counts.

        Entries with matches, in stories or in editions stay, and so do those a person has judged or
        starred, and those an alert has still to tell. The identity (key, guid, address) of a deleted entry is kept, so that a feed that
        still lists it brings nothing new. Gaps go with the log, entries held back when config no longer
        has their feed.
        """

    def merge_index(self) -> bool:
        """Go on merging the pieces of the search index where there are many; return whether it may end.

        A short transaction; call it until it returns True. Long queries are twice as fast after it.
        """

    def backup(self, to: Path) -> None:
        """Write a sound copy while others read and write; refuses to overwrite."""

    def check(self) -> list[str]:
        """Return what is wrong with the file and the index, each with what to do; [] is sound."""

    def compact(self) -> tuple[int, int]:
        """Give free pages back; return bytes before and after."""

    def stats(self) -> dict[str, int]:
        """Return counts with the keys of `monitor db stats`."""
