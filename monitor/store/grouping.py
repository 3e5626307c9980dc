"""Giving entries their stories, within a caller's transaction.

`monitor.stories.grouping.group` decides; this proposes to it the few stored entries that could
matter, so that the work does not grow with what is stored. An index over what entries may be found
by (`story_keys`, hashes of `monitor.stories.nearest.keys`) takes the place of the one `group` makes
over the entries at hand; both choose by the same weights, so that `group` decides as if the
whole window were before it. How often terms occur stands in `story_terms`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.model.entry import ParsedEntry
from monitor.model.refresh import FeedOutcome, NewEntry
from monitor.model.story import StoryEntry
from monitor.store.connection import Database
from monitor.store.decisions import with_pins, write_grouped
from monitor.store.entries import id_range
from monitor.store.loading import FeedFacts, load_feed_facts, outlet
from monitor.store.rows import LARGEST_ID, chunks, marks, maybe_moment, moment
from monitor.store.story_keys import (
    count_terms,
    hashed,
    keys_from,
    mark_stale,
    rekey,
    story_entries,
    term_counts,
    write_keys,
)
from monitor.store.story_upkeep import is_counting
from monitor.stories.board import COPIES_READ, MEMBERS
from monitor.stories.copies import COPY_WITHIN
from monitor.stories.features import EXCERPT_CHARACTERS, Features, features
from monitor.stories.grouping import JOIN_WITHIN, LOOK_BACK, STORIES, group
from monitor.stories.nearest import LATEST, NEAREST, SAME, keys
from monitor.stories.rarity import Rarity

BATCH = 200
"""Entries decided about at once: what is at hand then is bounded."""

AT_ONCE = 100
"""Entries of one document that are grouped as they are stored, so that others need not wait long to
write (half a second); those of a larger one follow in transactions of their own."""

_SPARE = 8
"""Candidates beyond those `group` looks at, and stories twice as many: an entry's keys were chosen when it
was stored, and `group` chooses them by what is rare now."""

_LATEST = (
    "SELECT entry_id FROM story_keys WHERE key = ? AND entry_id >= ? AND entry_id < ? "
    "ORDER BY entry_id DESC LIMIT ?"
)
_NEVER = datetime.min.replace(tzinfo=UTC)

_Span = tuple[int, int]
"""Entry ids, half-open."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Features worked out before a transaction: of new entries by key, of revised ones by id."""

    new: Mapping[str, Features]
    revised: Mapping[int, Features]


def features_of(database: Database, outcome: FeedOutcome) -> Ready:
    """Return the features of what `group_brought` will look at: work that needs no lock."""
    new = [each for each in outcome.new if each.matches][:AT_ONCE]
    if not new and not outcome.revised:
        return Ready({}, {})
    with database.read() as connection:
        facts = load_feed_facts(connection, [outcome.feed.id]).get(outcome.feed.id)
        grouped = _grouped(connection, [each.id for each in outcome.revised])
    if facts is None:
        return Ready({}, {})
    revised = [each for each in outcome.revised if each.matches or each.id in grouped]
    return Ready(
        {each.key: features(_unstored(each.entry, facts)) for each in new},
        {each.id: features(_unstored(each.entry, facts)) for each in revised[: 2 * AT_ONCE]},
    )


def group_brought(
    connection: sqlite3.Connection,
    outcome: FeedOutcome,
    fresh: Iterable[tuple[int, NewEntry]],
    ready: Ready,
    now: datetime,
) -> bool:
    """Group what a refresh has just stored, with the features of `features_of`; False if some is left.

    What a revision has made match is grouped as well. What is more than `AT_ONCE` waits for
    `monitor.service.grouping`, and so does an entry too old to be compared by keys; all do as long as
    what an older version grouped cannot be found, since they would open second stories.
    """
    oldest = keys_from(connection)
    known = {entry_id: ready.new.get(each.key) for entry_id, each in fresh if each.matches}
    seen = {entry_id: found for entry_id, found in known.items() if found} | dict(ready.revised)
    grouped = _grouped(connection, [each.id for each in outcome.revised])
    changed = sorted(entry_id for entry_id in grouped if entry_id >= oldest)
    rekey(connection, changed[:AT_ONCE], seen)
    mark_stale(connection, changed[AT_ONCE:])
    matched = [each.id for each in outcome.revised if each.matches and each.id not in grouped]
    waiting = [*known, *matched]
    ours = [entry_id for entry_id in waiting if entry_id >= oldest][:AT_ONCE]
    if is_counting(connection):
        ours = []
    attach_new(connection, ours, now, seen)
    return len(changed) <= AT_ONCE and len(ours) == len(waiting)


def _grouped(connection: sqlite3.Connection, entry_ids: Sequence[int]) -> set[int]:
    """Return those of the entries that are in stories."""
    return {
        row[0]
        for some in chunks(entry_ids)
        for row in connection.execute(
            f"SELECT entry_id FROM story_members WHERE entry_id IN ({marks(some)})", tuple(some)
        ).fetchall()
    }


def _unstored(entry: ParsedEntry, facts: FeedFacts) -> StoryEntry:
    return StoryEntry(
        id=0,
        title=entry.title,
        excerpt=entry.excerpt[:EXCERPT_CHARACTERS],
        url=entry.url,
        outlet=outlet(facts, entry.domain),
        language=entry.language,
        seen_at=_NEVER,
    )


def attach_new(
    connection: sqlite3.Connection,
    entry_ids: Iterable[int],
    now: datetime,
    ready: Mapping[int, Features] | None = None,
) -> int:
    """Give a story to those of these entries that match and have none; return how many.

    `ready` are features worked out before the transaction. Other writers must be kept out until
    it ends: nothing may come between looking for a story and opening one.
    """
    attached = 0
    for some in chunks(sorted(set(entry_ids)), BATCH):
        fresh = story_entries(
            connection,
            f"WHERE e.id IN ({marks(some)}) AND s.entry_id IS NULL "
            "AND EXISTS (SELECT 1 FROM matches WHERE entry_id = e.id) ORDER BY e.id",
            some,
        )
        if fresh:
            _attach(connection, fresh, now, ready or {})
        attached += len(fresh)
    return attached


def _attach(
    connection: sqlite3.Connection,
    fresh: Sequence[StoryEntry],
    now: datetime,
    ready: Mapping[int, Features],
) -> None:
    seen = {entry.id: ready.get(entry.id) or features(entry) for entry in fresh}
    ours = list(seen.values())
    counts = term_counts(connection, ours)
    rarity = Rarity(counts, ours)
    recent = at_hand(connection, fresh, seen, rarity)
    seen |= {entry.id: features(entry) for entry in recent}
    counts = term_counts(connection, seen.values())
    grouped = group(fresh, recent, counts, seen)
    write_grouped(connection, grouped, now)
    write_keys(connection, fresh, seen, rarity)
    # A text counts once, however many repeat it.
    count_terms(connection, [seen[d.entry] for d in grouped.decisions if d.copy_of is None])


def at_hand(
    connection: sqlite3.Connection,
    fresh: Sequence[StoryEntry],
    seen: Mapping[int, Features],
    rarity: Rarity,
    below: int = LARGEST_ID,
) -> list[StoryEntry]:
    """Load all that `group` would look at if the window were at hand, and little besides.

    Of the entries from the id `below` on, which a rebuild has still to decide about, only the pinned.
    """
    proposed: set[int] = set()
    for entry in fresh:
        proposed |= _proposed(connection, entry, seen[entry.id], rarity, below)
    # What is asked is a story's earliest voice in the window and its latest ones.
    first, last = min(e.seen_at for e in fresh), max(e.seen_at for e in fresh)
    span = id_range(connection, first - LOOK_BACK, last + LOOK_BACK)
    found = {entry.id: entry for entry in _members(connection, proposed, below)}
    asked = {e.copy_of for e in found.values() if e.copy_of and span[0] <= e.copy_of < span[1]}
    stories = {entry.story for entry in found.values() if entry.story is not None}
    for story in stories | _pinned_from(connection, below, span):
        asked |= _spokesmen(connection, story, span, below)
    found |= {entry.id: entry for entry in _members(connection, asked - found.keys(), below)}
    copies = _copies(connection, found.keys(), span) - found.keys()
    found |= {entry.id: entry for entry in _members(connection, copies, below)}
    return mark_pinned(connection, found.values())


def _pinned_from(connection: sqlite3.Connection, below: int, span: _Span) -> set[int]:
    """Return the stories with pinned entries from an id on: nearest entries do not lead there."""
    rows = connection.execute(
        "SELECT DISTINCT story_id FROM story_members WHERE entry_id >= ? AND entry_id < ? AND pinned",
        (below, span[1]),
    ).fetchall()
    return {row[0] for row in rows}


def _proposed(
    connection: sqlite3.Connection,
    entry: StoryEntry,
    seen: Features,
    rarity: Rarity,
    below: int,
) -> set[int]:
    """Return the stored entries nearest to one, and those that may be the same text."""
    span = _around(connection, entry, COPY_WITHIN, below)
    proposed: set[int] = set()
    shared: dict[int, float] = defaultdict(float)
    for kind, value, points in keys(entry, seen, rarity):
        most = SAME if points is None else LATEST
        found = [row[0] for row in connection.execute(_LATEST, (hashed(kind, value), *span, most))]
        if points is None:
            proposed.update(found)
        else:
            for other in found:
                shared[other] += points
    nearest = sorted(shared, key=lambda other: (-shared[other], other))
    return proposed.union(_nearest(connection, entry, nearest))


def _nearest(
    connection: sqlite3.Connection, entry: StoryEntry, ranked: Sequence[int]
) -> Iterator[int]:
    """Yield those that were told near to an entry in time, of as many stories as are tried."""
    stories: set[int] = set()
    left = NEAREST + _SPARE
    for some in chunks(ranked, 2 * NEAREST):
        rows = {
            row["id"]: row
            for row in connection.execute(
                "SELECT e.id, e.first_seen_at, e.published_at, s.story_id FROM entries e "
                f"JOIN story_members s ON s.entry_id = e.id WHERE e.id IN ({marks(some)})",
                tuple(some),
            ).fetchall()
        }
        for row in (rows[other] for other in some if other in rows):
            seen_at, published_at = moment(row["first_seen_at"]), maybe_moment(row["published_at"])
            told_at = min(published_at or seen_at, seen_at)
            if abs(told_at - entry.told_at) > JOIN_WITHIN:
                continue
            stories.add(row["story_id"])
            left -= 1
            if len(stories) > 2 * STORIES or left < 0:
                return
            yield row["id"]


def _around(
    connection: sqlite3.Connection, entry: StoryEntry, within: timedelta, below: int
) -> _Span:
    until = entry.seen_at + within + timedelta(microseconds=1)
    low, high = id_range(connection, entry.seen_at - within, until)
    return low, min(high, below)


def _spokesmen(connection: sqlite3.Connection, story: int, span: _Span, below: int) -> set[int]:
    """Return the members of a story that `group` asks: see `monitor.stories.board.MEMBERS`.

    A copy speaks where its original is too old to be looked at.
    """
    voices = (
        "FROM story_members WHERE story_id = ?1 AND entry_id >= ?2 AND entry_id < ?3 "
        "AND (copy_of IS NULL OR copy_of < ?2 OR copy_of >= ?3) AND (pinned OR entry_id < ?4)"
    )
    first = connection.execute(f"SELECT min(entry_id) {voices}", (story, *span, below)).fetchone()
    latest = connection.execute(
        f"SELECT entry_id {voices} ORDER BY entry_id DESC LIMIT ?5",
        (story, *span, below, MEMBERS - 1),
    ).fetchall()
    return {row[0] for row in [first, *latest] if row[0] is not None}


def _copies(connection: sqlite3.Connection, originals: Iterable[int], span: _Span) -> set[int]:
    """Return the earliest copies of texts, those that are read: see `board.COPIES_READ`."""
    found: dict[int, list[int]] = defaultdict(list)
    for some in chunks(sorted(originals)):
        for row in connection.execute(
            f"SELECT copy_of, entry_id FROM story_members WHERE copy_of IN ({marks(some)}) "
            "AND entry_id >= ? AND entry_id < ? ORDER BY entry_id",
            (*some, *span),
        ).fetchall():
            found[row[0]].append(row[1])
    return {entry_id for copies in found.values() for entry_id in copies[:COPIES_READ]}


def mark_pinned(connection: sqlite3.Connection, entries: Iterable[StoryEntry]) -> list[StoryEntry]:
    """Mark all entries of stories in which any is pinned, whichever of them are at hand."""
    entries = list(entries)
    pinned = with_pins(connection, (e.story for e in entries if e.story is not None))
    return [replace(entry, pinned=True) if entry.story in pinned else entry for entry in entries]


def _members(
    connection: sqlite3.Connection, entry_ids: Iterable[int], below: int
) -> list[StoryEntry]:
    return [
        entry
        for some in chunks(sorted(entry_ids))
        for entry in story_entries(
            connection, f"WHERE s.entry_id IS NOT NULL AND e.id IN ({marks(some)})", some
        )
        if entry.pinned or entry.id < below
    ]
