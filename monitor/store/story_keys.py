"""By what entries in stories are found (`story_keys`), and how often terms occur (`story_terms`).

All entries in stories from the id `story_keys_from` (table `meta`) on have keys; older ones lost
theirs when grouping stopped looking back at them, or have none yet, as an older version grouped
them (`monitor.store.story_upkeep`).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from monitor.model.story import StoryEntry, TermCounts
from monitor.store.loading import load_feed_facts, outlet
from monitor.store.rows import chunks, marks, maybe_moment, moment
from monitor.stories.features import EXCERPT_CHARACTERS, Features, features
from monitor.stories.nearest import keys
from monitor.stories.rarity import Rarity

KEYS_FROM = "story_keys_from"

STALE = 0
"""The key, besides their others, of entries whose keys are of an earlier text. Nothing is hashed to it."""

_ENTRY = (
    f"SELECT e.id, e.feed_id, e.title, substr(e.excerpt, 1, {EXCERPT_CHARACTERS}) AS excerpt, e.url, "
    "e.domain, e.language, e.first_seen_at, e.published_at, s.story_id, s.copy_of, s.pinned "
    "FROM entries e LEFT JOIN story_members s ON s.entry_id = e.id "
)
_COUNT = (
    "INSERT INTO story_terms (term, entries) VALUES (?, ?) "
    "ON CONFLICT (term) DO UPDATE SET entries = entries + excluded.entries"
)


def story_entries(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[StoryEntry]:
    """Load entries as grouping sees them; `where` may speak of `e` (entries), `s` (story_members)."""
    rows = connection.execute(_ENTRY + where, tuple(values)).fetchall()
    feeds = load_feed_facts(connection, {row["feed_id"] for row in rows})
    return [
        StoryEntry(
            id=row["id"],
            title=row["title"],
            excerpt=row["excerpt"],
            url=row["url"],
            outlet=outlet(feeds[row["feed_id"]], row["domain"]),
            language=row["language"],
            seen_at=moment(row["first_seen_at"]),
            published_at=maybe_moment(row["published_at"]),
            story=row["story_id"],
            copy_of=row["copy_of"],
            pinned=bool(row["pinned"]),
        )
        for row in rows
    ]


def term_counts(connection: sqlite3.Connection, seen: Iterable[Features]) -> TermCounts:
    """Return in how many entries each term of these occurs."""
    terms = sorted({term for each in seen for term in each.counts})
    found: dict[str, int] = {}
    for some in chunks(["", *terms]):
        found |= dict(
            connection.execute(
                f"SELECT term, entries FROM story_terms WHERE term IN ({marks(some)})", tuple(some)
            ).fetchall()
        )
    return TermCounts(found.pop("", 0), found)


def count_terms(connection: sqlite3.Connection, seen: Sequence[Features]) -> None:
    """Count the terms of entries that have come into stories."""
    counts = Counter(term for each in seen for term in each.counts)
    connection.executemany(_COUNT, [("", len(seen)), *sorted(counts.items())])


def write_keys(
    connection: sqlite3.Connection,
    entries: Sequence[StoryEntry],
    seen: Mapping[int, Features],
    rarity: Rarity,
) -> None:
    """Let entries be found by their keys; one without any gets one that nothing else has."""
    connection.executemany(
        "INSERT OR IGNORE INTO story_keys (key, entry_id) VALUES (?, ?)",
        [
            (hashed(kind, value), entry.id)
            for entry in entries
            for kind, value, _ in keys(entry, seen[entry.id], rarity)
            or [("none", str(entry.id), None)]
        ],
    )


def index_for_grouping(connection: sqlite3.Connection, entry_ids: Iterable[int]) -> None:
    """Let entries that have come into stories be found, where grouping looks back to them."""
    oldest = keys_from(connection)
    for some in chunks(sorted(entry_id for entry_id in entry_ids if entry_id >= oldest)):
        entries = story_entries(
            connection,
            f"WHERE e.id IN ({marks(some)}) AND s.entry_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM story_keys WHERE entry_id = e.id)",
            some,
        )
        seen = {entry.id: features(entry) for entry in entries}
        count_terms(connection, [seen[entry.id] for entry in entries if entry.copy_of is None])
        write_keys(connection, entries, seen, Rarity(term_counts(connection, seen.values())))


def mark_stale(connection: sqlite3.Connection, entry_ids: Iterable[int]) -> None:
    """Note that the text of entries in stories has changed: `rekey` is for later."""
    connection.executemany(
        "INSERT OR IGNORE INTO story_keys (key, entry_id) "
        "SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM story_keys WHERE entry_id = ?2)",
        [(STALE, entry_id) for entry_id in entry_ids],
    )


def rekey(
    connection: sqlite3.Connection,
    entry_ids: Iterable[int],
    ready: Mapping[int, Features] | None = None,
) -> None:
    """Let entries whose text has changed be found by what they say now, where they can be found.

    `ready` are features worked out before the transaction.
    """
    known = ready or {}
    for some in chunks(sorted(entry_ids)):
        entries = story_entries(
            connection,
            f"WHERE e.id IN ({marks(some)}) AND s.entry_id IS NOT NULL "
            "AND EXISTS (SELECT 1 FROM story_keys WHERE entry_id = e.id)",
            some,
        )
        seen = {entry.id: known.get(entry.id) or features(entry) for entry in entries}
        connection.executemany(
            "DELETE FROM story_keys WHERE entry_id = ?", [(entry_id,) for entry_id in seen]
        )
        write_keys(connection, entries, seen, Rarity(term_counts(connection, seen.values())))


def hashed(kind: str, value: str) -> int:
    """Return the key that stands in the index: 64 bits, the same in every process and version."""
    digest = blake2b(f"{kind}\0{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def keys_from(connection: sqlite3.Connection) -> int:
    """Return the id from which on all entries in stories have keys."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (KEYS_FROM,)).fetchone()
    return int(row[0]) if row else 0
