"""Deciding about and writing what one refresh of a feed brought."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.errors import OvertakenError
from monitor.model.entry import KnownEntry, ParsedEntry
from monitor.model.feed import FeedRecord
from monitor.model.refresh import FeedOutcome, Listing, NewEntry, Recorded, RevisedEntry
from monitor.model.search import IndexText
from monitor.parse.fulltext import host_of, page_address
from monitor.parse.trivial import edited
from monitor.store import fulltext
from monitor.store.connection import Database
from monitor.store.grouping import features_of, group_brought
from monitor.store.held import held, hold, let_go
from monitor.store.history import count_day
from monitor.store.listings import follow_listing, listing, take_back_marks
from monitor.store.matches import (
    doubt_rematched,
    insert_matches,
    last_cutoff,
    match_row,
    next_change,
    replace_matches,
)
from monitor.store.pages import want_pages
from monitor.store.rows import (
    chunks,
    from_enclosures,
    instant,
    marks,
    moment,
    to_json,
)
from monitor.store.subscriptions import note_miss, note_push
from monitor.store.visits import leave_host_alone, note_gap, set_standing, write_log

# The columns a ParsedEntry fills, in the order of `_content`.
_CONTENT = (
    "guid",
    "url",
    "link",
    "domain",
    "title",
    "author",
    "language",
    "published_at",
    "published_raw",
    "updated_at",
    "tags",
    "enclosures",
    "excerpt",
    "text",
    "html",
)

_INSERT = (
    f"INSERT INTO entries (id, feed_id, key, content_hash, note, first_seen_at, "
    f"{', '.join(_CONTENT)}) VALUES ({marks(range(6 + len(_CONTENT)))})"
)
_REVISE = (
    f"UPDATE entries SET content_hash = ?, {', '.join(f'{name} = ?' for name in _CONTENT)} "
    "WHERE id = ?"
)


class SqliteRefresh:
    """`monitor.store.fetch_protocols.RefreshStore`: the path every new entry takes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(
        self, feed_id: int, *, keys: Iterable[str], guids: Iterable[str], urls: Iterable[str]
    ) -> list[KnownEntry]:
        """Return stored or pruned entries of a feed: see `RefreshStore.known`."""
        found: dict[int, KnownEntry] = {}
        with self._database.read() as connection:
            for column, values in (("key", keys), ("guid", guids), ("url", urls)):
                wanted = sorted({value for value in values if value})
                for table in ("entries", "tombstones"):
                    for row in _having(connection, table, feed_id, column, wanted):
                        found[row["id"]] = KnownEntry(**dict(row))
        return [found[entry_id] for entry_id in sorted(found)]

    def held(self, feed_id: int, since: datetime | None = None) -> list[NewEntry]:
        """Return entries that were kept back: see `RefreshStore.held`."""
        with self._database.read() as connection:
            return held(connection, feed_id, since)

    def listing(self, feed_id: int) -> Listing | None:
        """Return what its last whole document listed: see `RefreshStore.listing`."""
        with self._database.read() as connection:
            return listing(connection, feed_id)

    def record(self, outcome: FeedOutcome, now: datetime) -> Recorded:
        """Write one refresh in one transaction: see `RefreshStore.record`."""
        # Folding is slow, so it is done before others are kept from writing.
        new = [_folded(each.entry) for each in outcome.new]
        revised = [_folded(each.entry) for each in outcome.revised]
        ready = features_of(self._database, outcome)
        with self._database.write() as connection:
            fulltext.require_version(connection)
            cutoff = last_cutoff(connection)
            stands = False  # a push is no visit
            if outcome.push == "came":
                note_push(connection, outcome.feed, now)
            else:
                stands = set_standing(connection, outcome.feed, cutoff, outcome.claimed_until_at)
            if outcome.push == "missed":
                note_miss(connection, outcome.feed.id)
            if outcome.held_taken:
                let_go(connection, outcome.feed.id)
            hold(connection, outcome.feed.id, outcome.held, now)
            if outcome.gap:
                note_gap(connection, outcome.feed.id, outcome.gap, cutoff)
            if outcome.host_until_at:
                leave_host_alone(connection, outcome.feed.id, outcome.host_until_at)
            seen_at = _first_seen_at(connection, now, cutoff)
            ids, fresh, matches = _add(connection, outcome, seen_at, new)
            changed = 0
            for each, folded in zip(outcome.revised, revised, strict=True):
                changed += _revise(connection, outcome.feed.id, each, folded, seen_at)
                if _is_stored(connection, each.id):
                    matches += replace_matches(connection, each.id, each.matches, seen_at)
            _rekey(connection, outcome)
            take_back_marks(connection, outcome)
            if stands:
                follow_listing(connection, outcome, ids, seen_at)
            if (outcome.new or outcome.revised) and outcome.versions is not None:
                doubt_rematched(connection, outcome.versions)
            grouped = group_brought(connection, outcome, fresh, ready, now)
            write_log(connection, outcome.feed.id, outcome.log)
        return Recorded(tuple(ids), changed, matches, left=not grouped)


def _having(
    connection: sqlite3.Connection,
    table: str,
    feed_id: int,
    column: str,
    values: Sequence[str],
) -> list[sqlite3.Row]:
    rows: list[sqlite3.Row] = []
    for chunk in chunks(values):
        rows += connection.execute(
            f"SELECT id, key, guid, url, content_hash, title FROM {table} "
            # `<> ''` lets SQLite use the indexes that leave out empty values.
            f"WHERE feed_id = ? AND {column} <> '' AND {column} IN ({marks(chunk)})",
            (feed_id, *chunk),
        ).fetchall()
    return rows


def _first_seen_at(connection: sqlite3.Connection, now: datetime, cutoff: str) -> datetime:
    """Return `now`, or later: the newest first-seen time, or the last cutoff of any digest.

    The first keeps ids and times growing together when the clock has gone back. The second keeps an
    entry that is written just after an edition was frozen out of that edition's closed window,
    where no digest would ever show it.
    """
    entry = connection.execute(
        "SELECT first_seen_at FROM entries ORDER BY id DESC LIMIT 1"
    ).fetchone()
    known = [moment(text) for text in (entry and entry[0], cutoff) if text]
    return max([now, *known])


def _add(
    connection: sqlite3.Connection,
    outcome: FeedOutcome,
    seen_at: datetime,
    folded: Sequence[IndexText],
) -> tuple[list[int], list[tuple[int, NewEntry]], int]:
    """Insert what is new; return the ids in the order given, those inserted, and a count of matches."""
    if not outcome.new:
        return [], [], 0
    keys = [each.key for each in outcome.new]
    ids = {
        row["key"]: row["id"]
        for table in ("tombstones", "entries")
        for row in _having(connection, table, outcome.feed.id, "key", keys)
    }
    # AUTOINCREMENT's own memory, so that the id of a deleted entry never comes again.
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    last = row[0] if row else 0
    fresh: list[tuple[int, NewEntry]] = []
    docs: list[fulltext.Doc] = []
    for each, text in zip(outcome.new, folded, strict=True):
        if each.key not in ids:
            last += 1
            ids[each.key] = last
            fresh.append((last, each))
            docs.append(fulltext.doc(last, text))
    connection.executemany(
        _INSERT,
        [
            (
                entry_id,
                outcome.feed.id,
                each.key,
                each.content_hash,
                each.note,
                instant(seen_at),
                *_content(each.entry),
            )
            for entry_id, each in fresh
        ],
    )
    fulltext.add(connection, docs)
    count_day(connection, outcome.feed.id, seen_at, len(fresh))
    matches = [match_row(entry_id, match) for entry_id, each in fresh for match in each.matches]
    insert_matches(connection, matches)
    _want_pages(connection, outcome.feed, fresh, seen_at)
    return [ids[key] for key in keys], fresh, len(matches)


def _want_pages(
    connection: sqlite3.Connection,
    feed: FeedRecord,
    fresh: Sequence[tuple[int, NewEntry]],
    seen_at: datetime,
) -> None:
    """Want the page of each new entry that matches, where config wants the feed's full text."""
    if feed.feed is None or not feed.feed.full_text:
        return
    addresses = [
        (entry_id, page_address(each.entry.link, each.entry.url))
        for entry_id, each in fresh
        if each.matches
    ]
    want_pages(connection, [(id_, url, host_of(url)) for id_, url in addresses if url], seen_at)


def _is_stored(connection: sqlite3.Connection, entry_id: int) -> bool:
    return bool(connection.execute("SELECT 1 FROM entries WHERE id = ?", (entry_id,)).fetchone())


def _revise(
    connection: sqlite3.Connection,
    feed_id: int,
    revised: RevisedEntry,
    folded: IndexText,
    now: datetime,
) -> bool:
    """Write an entry's new text; tell whether it says something else, which makes a revision.

    That is decided on the texts: hashes differ for less, and did when they were made otherwise.
    """
    entry = revised.entry
    _rekey_one(connection, feed_id, revised.id, revised.key, entry.guid)
    row = connection.execute(
        "SELECT title, text, language, page_text_at FROM entries WHERE id = ? AND feed_id = ?",
        (revised.id, feed_id),
    ).fetchone()
    if row is None:
        # Pruned: only its identity is kept, so that the next visit finds it unchanged.
        connection.execute(
            "UPDATE tombstones SET content_hash = ?, title = ?, url = ? "
            "WHERE id = ? AND feed_id = ?",
            (revised.content_hash, entry.title, entry.url, revised.id, feed_id),
        )
        return False
    if bool(row["page_text_at"]) != revised.page_text:
        raise OvertakenError(
            f"The entry e{revised.id} has been given the text of its page meanwhile."
        )
    former = row["title"], row["text"], row["language"]
    connection.execute(_REVISE, (revised.content_hash, *_content(entry), revised.id))
    connection.execute(
        "UPDATE entries SET change = ? WHERE id = ?", (next_change(connection), revised.id)
    )
    if former != (entry.title, entry.text, entry.language):
        old = fulltext.fold(*former)
        fulltext.remove(connection, [fulltext.doc(revised.id, old)])
        fulltext.add(connection, [fulltext.doc(revised.id, folded)])
    if not (edited(row["title"], entry.title, title=True) or edited(row["text"], entry.text)):
        return False
    connection.execute("UPDATE entries SET revised_at = ? WHERE id = ?", (instant(now), revised.id))
    connection.execute(
        "INSERT INTO revisions (entry_id, seen_at, note, title, text) VALUES (?, ?, ?, ?, ?)",
        (revised.id, instant(now), revised.note, *former[:2]),
    )
    return True


def _rekey(connection: sqlite3.Connection, outcome: FeedOutcome) -> None:
    for each in outcome.rekeyed:
        _rekey_one(connection, outcome.feed.id, each.id, each.key, each.guid)


def _rekey_one(
    connection: sqlite3.Connection, feed_id: int, entry_id: int, key: str, guid: str
) -> None:
    for table in ("entries", "tombstones"):
        # A key another entry holds stays with it: two entries may never share one.
        connection.execute(
            f"UPDATE {table} SET key = ?1, guid = ?2 WHERE id = ?3 AND feed_id = ?4 "
            "AND NOT EXISTS (SELECT 1 FROM entries WHERE feed_id = ?4 AND key = ?1 AND id <> ?3)",
            (key, guid, entry_id, feed_id),
        )


def _folded(entry: ParsedEntry) -> IndexText:
    return fulltext.fold(entry.title, entry.text, entry.language)


def _content(entry: ParsedEntry) -> tuple[object, ...]:
    """Return the values of the columns `_CONTENT`."""
    return (
        entry.guid,
        entry.url,
        entry.link,
        entry.domain,
        entry.title,
        entry.author,
        entry.language,
        instant(entry.published_at),
        entry.published_raw,
        instant(entry.updated_at),
        to_json(entry.tags),
        from_enclosures(entry.enclosures),
        entry.excerpt,
        entry.text,
        entry.html,
    )
