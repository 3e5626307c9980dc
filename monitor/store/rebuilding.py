"""Grouping the stored entries anew, piece by piece, without touching what people decided.

A piece is read and decided about while others write. Only what it rests on is looked at again as
it is written: where that has changed, it is decided again, and smaller. It is written in one
transaction with the note where to go on, so that a rebuild that ends in any way goes on where it
stopped. What is read for a piece are the few entries that `monitor.store.grouping` finds by keys, so
that its time and memory do not grow with what is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.errors import StoreError
from monitor.model.rebuild import Moved, Rebuild
from monitor.model.story import Grouped, StoryEntry, TermCounts
from monitor.store import story_upkeep
from monitor.store.connection import Database
from monitor.store.decisions import merge_stories, open_story, place, with_pins
from monitor.store.entries import id_range
from monitor.store.grouping import BATCH, at_hand
from monitor.store.protocols import Decide
from monitor.store.rebuild_books import Books, closed, give_founders
from monitor.store.rebuild_notes import begun, note, noted
from monitor.store.rows import chunks, instant, marks
from monitor.store.story_keys import index_for_grouping, story_entries, term_counts
from monitor.store.trials import trial
from monitor.stories.features import Features, features
from monitor.stories.grouping import LOOK_BACK
from monitor.stories.rarity import Rarity
from monitor.stories.regrouping import named, settle

PIECE = BATCH
SPAN = timedelta(days=1)
"""A piece is as many entries at most, first seen within so much time."""

SMALLEST = 50
"""A piece is halved each time others have changed what it rests on, down to so many."""

ATTEMPTS = 10
"""How often a piece is decided about before the rebuild ends, to be called again."""


class SqliteRebuilds:
    """`monitor.store.protocols.RebuildStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, since: datetime | None, version: int, now: datetime) -> Rebuild:
        """Begin, or find what was broken off: see `RebuildStore.begin`."""
        with self._database.write() as connection:
            return begun(connection, _first_id(connection, since), version, now)

    def piece(self, decide: Decide, now: datetime) -> Rebuild:
        """Do the next piece: see `RebuildStore.piece`."""
        most = PIECE
        for _ in range(ATTEMPTS):
            piece = self._next(most)
            if piece.at.finished:
                return piece.at
            piece = _decided(piece, decide)  # nobody waits for this
            with self._database.write() as connection:
                at = noted(connection)
                if at != piece.at:
                    return at  # another rebuild has done it
                if _state(connection, piece) == piece.state:
                    return _written(connection, piece, now)
            most = max(SMALLEST, most // 2)
        raise StoreError(
            "Others change the same stories all the time, so that the rebuild cannot go on. What it "
            "has done is kept; call it again when they have ended: monitor stories rebuild"
        )

    def tried(
        self, since: datetime | None, version: int, decide: Decide, now: datetime
    ) -> Iterator[Rebuild]:
        """Tell what a rebuild would do: see `RebuildStore.tried`."""
        with trial(self._database.path) as connection:
            while not story_upkeep.catch_up(connection, now):
                pass
            connection.execute("DELETE FROM story_rebuild")
            at = begun(connection, _first_id(connection, since), version, now)
            yield at
            while not at.finished:
                while span := _to_key(connection):
                    story_upkeep.key_some(connection, *span)
                at = _written(connection, _decided(_read(connection, PIECE), decide), now)
                yield at

    def _next(self, most: int) -> _Piece:
        """Read the next piece, once all that it is to be compared with can be found."""
        while True:
            with self._database.read() as connection:
                span = _to_key(connection)
                if span is None:
                    return _read(connection, most)
            with self._database.write() as connection:
                story_upkeep.key_some(connection, *span)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Entries to be grouped anew, with the `recent` ones decided by, as of `state`.

    None are left without any.
    """

    at: Rebuild
    entries: Sequence[StoryEntry] = ()
    recent: Sequence[StoryEntry] = ()
    counts: TermCounts = field(default_factory=TermCounts)
    seen: Mapping[int, Features] = field(default_factory=dict)
    state: object = None
    grouped: Grouped = field(default_factory=Grouped)


def _to_key(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Return the ids of old entries before the next piece when some cannot be found by keys."""
    at = noted(connection)
    found = [] if at.finished else _next(connection, at, 1)
    if not found:
        return None
    low, _ = id_range(connection, found[0].seen_at - LOOK_BACK, None)
    span = low, found[0].id
    return None if story_upkeep.all_keyed(connection, *span) else span


def _read(connection: sqlite3.Connection, most: int) -> _Piece:
    at = noted(connection)
    found = [] if at.finished else _next(connection, at, most)
    if not found:
        return _Piece(at)
    anew = [entry for entry in found if not entry.pinned]
    seen = {entry.id: features(entry) for entry in anew}
    ours = list(seen.values())
    rarity = Rarity(term_counts(connection, ours), ours)
    recent = at_hand(connection, anew, seen, rarity, below=found[0].id) if anew else []
    seen |= {entry.id: features(entry) for entry in recent}
    counts = term_counts(connection, seen.values())
    piece = _Piece(at, found, recent, counts, seen)
    return replace(piece, state=_state(connection, piece))


def _decided(piece: _Piece, decide: Decide) -> _Piece:
    anew = [entry for entry in piece.entries if not entry.pinned]
    if not anew:
        return piece
    return replace(piece, grouped=decide(anew, piece.recent, piece.counts, piece.seen))


def _next(connection: sqlite3.Connection, at: Rebuild, most: int) -> list[StoryEntry]:
    found = story_entries(
        connection,
        "WHERE e.id >= ? AND e.id <= ? AND (s.entry_id IS NOT NULL "
        "OR EXISTS (SELECT 1 FROM matches WHERE entry_id = e.id)) ORDER BY e.id LIMIT ?",
        (at.next_id, at.newest_id, most),
    )
    return [entry for entry in found if entry.seen_at - found[0].seen_at < SPAN]


def _state(connection: sqlite3.Connection, piece: _Piece) -> object:
    """Return what decisions about a piece rest on and others may change.

    That is where its entries are, and those they were compared with; who comes new is neither.
    """
    if not piece.entries:
        return None
    columns = "SELECT entry_id, story_id, copy_of, pinned FROM story_members"
    rows = connection.execute(
        f"{columns} WHERE entry_id >= ? AND entry_id <= ? ORDER BY entry_id",
        (piece.entries[0].id, piece.entries[-1].id),
    ).fetchall()
    for some in chunks(sorted(entry.id for entry in piece.recent)):
        rows += connection.execute(
            f"{columns} WHERE entry_id IN ({marks(some)}) ORDER BY entry_id", tuple(some)
        ).fetchall()
    return [tuple(row) for row in rows], with_pins(connection, (row["story_id"] for row in rows))


def _written(connection: sqlite3.Connection, piece: _Piece, now: datetime) -> Rebuild:
    """Write a piece, with the note where to go on."""
    done = _done(connection, piece, now)
    index_for_grouping(connection, [entry.id for entry in piece.entries])
    if done.finished:
        done = closed(connection, done)
    note(connection, done)
    return done


def _done(connection: sqlite3.Connection, piece: _Piece, now: datetime) -> Rebuild:
    """Write a piece and return how far the rebuild has come with it."""
    at = piece.at
    if not piece.entries:
        return replace(at, next_id=at.newest_id + 1)
    anew = {entry.id: entry for entry in piece.entries if not entry.pinned}
    decisions = settle(
        list(anew.values()),
        piece.grouped.decisions,
        _taken(connection, piece.entries[0].id, anew.values()),
    )
    opened = {
        each.founder: open_story(connection, each.founder, anew[each.founder].seen_at)
        for each in decisions
        if each.story is None and each.entry == each.founder
    }
    decisions = named(decisions, opened)
    _forget_relations(connection, at, [*(e.story for e in anew.values()), *opened.values()])
    place(connection, decisions, now)
    books = Books(connection, at)
    books.opened(opened.values())
    touched: set[int] = set()
    for each in decisions:
        entry = anew[each.entry]
        if each.story is not None and each.story != entry.story:
            why = "; ".join(each.why)
            books.moved(Moved(entry.id, entry.title, entry.story, each.story, why))
            touched.add(each.story)
            if entry.story is not None:
                touched.add(entry.story)
    give_founders(connection, touched)
    for merge in piece.grouped.merges:
        if merged := merge_stories(connection, merge, now):
            books.one(merged, merge.why)
    return replace(
        books.shut(),
        next_id=piece.entries[-1].id + 1,
        entries=at.entries + len(piece.entries),
        pinned=at.pinned + len(piece.entries) - len(anew),
    )


def _taken(
    connection: sqlite3.Connection, first_id: int, entries: Iterable[StoryEntry]
) -> set[int]:
    """Return those of the entries' stories that have entries which stay where they are."""
    stories = sorted({e.story for e in entries if e.story is not None})
    return {
        row[0]
        for chunk in chunks(stories)
        for row in connection.execute(
            f"SELECT DISTINCT story_id FROM story_members WHERE story_id IN ({marks(chunk)}) "
            "AND (pinned OR entry_id < ?)",
            (*chunk, first_id),
        )
    }


def _forget_relations(
    connection: sqlite3.Connection, at: Rebuild, stories: Sequence[int | None]
) -> None:
    """Drop what was related before this rebuild; what is still so is found again."""
    connection.executemany(
        "DELETE FROM story_relations WHERE story_id = ? AND found_at < ? "
        "AND (SELECT founder_id FROM stories WHERE id = story_id) >= ?",
        [(story, instant(at.began_at), at.since_id) for story in {*stories} - {None}],
    )


def _first_id(connection: sqlite3.Connection, since: datetime | None) -> int:
    return id_range(connection, since, None)[0]
