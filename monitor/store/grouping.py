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
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from monitor.model.entry import ParsedEntry
from monitor.model.refresh import FeedOutcome, NewEntry
from monitor.model.story import StoryEntry
from monitor.store.connection import Database
from monitor.store.decisions import write_decisions
from monitor.store.entries import id_range
from monitor.store.loading import FeedFacts, load_feed_facts, outlet
from monitor.store.rows import chunks, marks
from monitor.store.story_keys import (
    count_terms,
    hashed,
    keys_from,
    rekey,
    story_entries,
    term_counts,
    write_keys,
)
from monitor.stories.copies import COPY_WITHIN
from monitor.stories.features import EXCERPT_CHARACTERS, Features, features
from monitor.stories.grouping import JOIN_WITHIN, LOOK_BACK, MEMBERS, group
from monitor.stories.nearest import LATEST, NEAREST, SAME, keys, weight
from monitor.stories.scoring import Rarity

BATCH = 200
"""Entries decided about at once: what is at hand then is bounded."""

AT_ONCE = 500
"""Entries of one document that are grouped as they are stored, so that others need not wait long to
write; those of a larger one follow in transactions of their own."""

_NEAREST = NEAREST + 4
"""Some more candidates than `group` looks at: an entry's keys were chosen when it was stored."""

_COPIES_READ = 3

_VOICES = (
    "SELECT entry_id FROM story_members WHERE story_id = ?1 AND entry_id >= ?2 AND entry_id < ?3 "
    "AND (copy_of IS NULL OR copy_of < ?2 OR copy_of >= ?3)"
)
_LATEST = (
    "SELECT entry_id FROM story_keys WHERE key = ? AND entry_id >= ? AND entry_id < ? "
    "ORDER BY entry_id DESC LIMIT ?"
)
_NEVER = datetime.min.replace(tzinfo=UTC)

_Span = tuple[int, int]
"""Entry ids, half-open."""


def features_of(database: Database, outcome: FeedOutcome) -> dict[str, Features]:
    """Return, by key, the features of new matched entries: work that needs no lock."""
    matched = [each for each in outcome.new if each.matches]
    if not matched:
        return {}
    with database.read() as connection:
        facts = load_feed_facts(connection, [outcome.feed.id]).get(outcome.feed.id)
    return {each.key: features(_unstored(each.entry, facts)) for each in matched if facts}


def group_brought(
    connection: sqlite3.Connection,
    outcome: FeedOutcome,
    fresh: Iterable[tuple[int, NewEntry]],
    ready: Mapping[str, Features],
    now: datetime,
) -> None:
    """Group what a refresh has just stored, with the features of `features_of`.

    What a revision has made match is grouped as well. An entry too old to be compared by keys waits
    for `monitor.service.grouping`, and so does what is more than `AT_ONCE`.
    """
    oldest = keys_from(connection)
    revised = [each.id for each in outcome.revised if each.id >= oldest]
    rekey(connection, revised)
    known = {entry_id: ready[each.key] for entry_id, each in fresh if each.key in ready}
    attach_new(connection, [*known, *revised][:AT_ONCE], now, known)


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
    recent = _recent(connection, fresh, seen, rarity)
    seen |= {entry.id: features(entry) for entry in recent}
    counts = term_counts(connection, seen.values())
    write_decisions(connection, group(fresh, recent, counts, seen), now)
    write_keys(connection, fresh, seen, rarity)
    count_terms(connection, ours)


def _recent(
    connection: sqlite3.Connection,
    fresh: Sequence[StoryEntry],
    seen: Mapping[int, Features],
    rarity: Rarity,
) -> list[StoryEntry]:
    """Load all that `group` would look at if the window were at hand, and little besides."""
    proposed: set[int] = set()
    for entry in fresh:
        proposed |= _proposed(connection, entry, seen[entry.id], rarity)
    first, last = min(e.seen_at for e in fresh), max(e.seen_at for e in fresh)
    span = id_range(connection, first - LOOK_BACK, last + LOOK_BACK)
    recent = {entry.id: entry for entry in _members(connection, proposed)}
    asked = {e.copy_of for e in recent.values() if e.copy_of and span[0] <= e.copy_of < span[1]}
    for story in {entry.story for entry in recent.values()}:
        asked |= _spokesmen(connection, story, span)
    recent |= {entry.id: entry for entry in _members(connection, asked - recent.keys())}
    copies = {copy for entry_id in recent for copy in _copies(connection, entry_id, span)}
    return [*recent.values(), *_members(connection, copies - recent.keys())]


def _proposed(
    connection: sqlite3.Connection, entry: StoryEntry, seen: Features, rarity: Rarity
) -> set[int]:
    """Return the stored entries nearest to one, soon or longer before it, and those that may be copies."""
    soon, span = _around(connection, entry, JOIN_WITHIN), _around(connection, entry, COPY_WITHIN)
    proposed: set[int] = set()
    shared: dict[int, float] = defaultdict(float)
    for kind, value in keys(entry, seen, rarity):
        points, key = weight(kind, value, seen, rarity), hashed(kind, value)
        most = SAME if points is None else LATEST
        found = [row[0] for row in connection.execute(_LATEST, (key, *span, most))]
        if points is None:
            proposed.update(found)
        else:
            for other in found:
                shared[other] += points
    nearest = sorted(shared, key=lambda other: (-shared[other], other))
    proposed.update(nearest[:_NEAREST])
    proposed.update([other for other in nearest if soon[0] <= other < soon[1]][:_NEAREST])
    return proposed


def _around(connection: sqlite3.Connection, entry: StoryEntry, within: timedelta) -> _Span:
    until = entry.seen_at + within + timedelta(microseconds=1)
    return id_range(connection, entry.seen_at - within, until)


def _spokesmen(connection: sqlite3.Connection, story: int | None, span: _Span) -> set[int]:
    """Return the members of a story that `group` asks: see `monitor.stories.grouping.MEMBERS`.

    A copy stands for itself where what it repeats is too old to be at hand.
    """
    low, high = span
    rows = connection.execute(
        "SELECT min(entry_id) FROM story_members WHERE story_id = ?1 AND entry_id >= ?2 "
        f"AND entry_id < ?3 UNION SELECT min(entry_id) FROM ({_VOICES}) "
        f"UNION SELECT entry_id FROM ({_VOICES} ORDER BY entry_id DESC LIMIT ?4)",
        (story, low, high, MEMBERS - 1),
    ).fetchall()
    return {row[0] for row in rows if row[0] is not None}


def _copies(connection: sqlite3.Connection, entry_id: int, span: _Span) -> list[int]:
    """Return the earliest copies of an entry: they may say more than it does."""
    rows = connection.execute(
        "SELECT entry_id FROM story_members WHERE copy_of = ? AND entry_id >= ? AND entry_id < ? "
        "ORDER BY entry_id LIMIT ?",
        (entry_id, *span, _COPIES_READ),
    ).fetchall()
    return [row[0] for row in rows]


def _members(connection: sqlite3.Connection, entry_ids: Iterable[int]) -> list[StoryEntry]:
    return [
        entry
        for some in chunks(sorted(entry_ids))
        for entry in story_entries(
            connection, f"WHERE s.entry_id IS NOT NULL AND e.id IN ({marks(some)})", some
        )
    ]
