"""Grouping the stored entries anew, piece by piece, without touching what people decided.

A piece is read and decided about while others write; when they have changed what the decisions
rest on, it is decided again under the lock. It is written in one transaction with the note where
to go on, so that a rebuild that ends in any way goes on where it stopped.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model.rebuild import Moved, Rebuild
from monitor.model.story import Grouped, StoryEntry
from monitor.store.connection import Database
from monitor.store.decisions import leads_to, merge_stories, open_story, place
from monitor.store.entries import id_range
from monitor.store.grouping import mark_pinned
from monitor.store.protocols import Decide
from monitor.store.rebuild_notes import begun, note, noted
from monitor.store.rows import chunks, instant, marks
from monitor.store.story_keys import index_for_grouping, story_entries
from monitor.store.trials import trial
from monitor.stories.grouping import LOOK_BACK
from monitor.stories.regrouping import named, redirect, settle

PIECE = 2_000
SPAN = timedelta(days=1)
"""A piece is as many entries at most, first seen within so much time."""

ATTEMPTS = 3
"""How often a piece is decided about while others write, before they have to wait."""

SAMPLES = 20


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
        attempts = 0
        while True:
            with self._database.read() as connection:
                piece = _read(connection, decide)
            if piece.at.finished:
                return piece.at
            attempts += 1
            with self._database.write() as connection:
                changed = _state(connection, piece.ids) != piece.state
                if changed and attempts < ATTEMPTS:
                    continue
                # They change it again and again: now they wait for us.
                now_there = _read(connection, decide) if changed else piece
                return _written(connection, now_there, now)

    def tried(
        self, since: datetime | None, version: int, decide: Decide, now: datetime
    ) -> Iterator[Rebuild]:
        """Tell what a rebuild would do: see `RebuildStore.tried`."""
        with trial(self._database.path) as connection:
            connection.execute("DELETE FROM story_rebuild")
            at = begun(connection, _first_id(connection, since), version, now)
            yield at
            while not at.finished:
                at = _done(connection, _read(connection, decide), now)
                at = _closed(at) if at.finished else at
                note(connection, at)
                yield at


def _written(connection: sqlite3.Connection, piece: _Piece, now: datetime) -> Rebuild:
    """Write a piece, with the note where to go on."""
    done = _done(connection, piece, now)
    index_for_grouping(connection, [entry.id for entry in piece.entries])
    newest = _newest_id(connection)
    if done.finished and newest > done.newest_id:
        # Those that came meanwhile may have joined a story before it was looked at.
        done = replace(done, newest_id=newest)
    if done.finished:
        done = _closed(done)
    note(connection, done)
    return done


@dataclass(frozen=True, slots=True)
class _Piece:
    """Entries to be grouped anew with what was decided, as of `state`. None are left without any."""

    at: Rebuild
    entries: Sequence[StoryEntry]
    grouped: Grouped
    ids: tuple[int, int]
    state: object


def _read(connection: sqlite3.Connection, decide: Decide) -> _Piece:
    at = noted(connection)
    found = [] if at.finished else _next(connection, at)
    if not found:
        return _Piece(at, (), Grouped(), (0, 0), _state(connection, (0, 0)))
    first, last = found[0], found[-1]
    low, _ = id_range(connection, first.seen_at - LOOK_BACK, None)
    _, high = id_range(connection, None, last.seen_at + LOOK_BACK)
    before = story_entries(
        connection,
        "WHERE s.entry_id IS NOT NULL AND e.id >= ? AND e.id < ? ORDER BY e.id",
        (low, first.id),
    )
    after = story_entries(
        connection,
        "WHERE s.pinned AND e.id > ? AND e.id < ? ORDER BY e.id",
        (last.id, high),
    )
    fixed = [entry for entry in found if entry.pinned]
    anew = [entry for entry in found if not entry.pinned]
    grouped = decide(anew, mark_pinned(connection, [*before, *fixed, *after])) if anew else Grouped()
    ids = low, high
    return _Piece(at, found, grouped, ids, _state(connection, ids))


def _next(connection: sqlite3.Connection, at: Rebuild) -> list[StoryEntry]:
    found = story_entries(
        connection,
        "WHERE e.id >= ? AND e.id <= ? AND (s.entry_id IS NOT NULL "
        "OR EXISTS (SELECT 1 FROM matches WHERE entry_id = e.id)) ORDER BY e.id LIMIT ?",
        (at.next_id, at.newest_id, PIECE),
    )
    return [entry for entry in found if entry.seen_at - found[0].seen_at < SPAN]


def _state(connection: sqlite3.Connection, ids: tuple[int, int]) -> object:
    """Return what decisions about a piece rest on and others may change."""
    rows = connection.execute(
        "SELECT entry_id, story_id, copy_of, pinned FROM story_members "
        "WHERE entry_id >= ? AND entry_id < ? ORDER BY entry_id",
        ids,
    ).fetchall()
    return noted(connection), [tuple(row) for row in rows]


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
    for merge in piece.grouped.merges:
        merge_stories(connection, merge, now)
    moved = [
        Moved(e.id, e.title, e.story, each.story, "; ".join(each.why))
        for each in decisions
        for e in (anew[each.entry],)
        if each.story is not None and each.story != e.story
    ]
    leaving = {story: Counter(counts) for story, counts in at.leaving.items()}
    for each in moved:
        if each.origin is not None:
            leaving.setdefault(each.origin, Counter())[each.story] += 1
    _give_founders(connection, {story for m in moved for story in (m.origin, m.story) if story})
    next_id = piece.entries[-1].id + 1
    merged, split = _through(connection, leaving, next_id)
    shifted = [each for each in moved if each.origin is not None]
    return replace(
        at,
        next_id=next_id,
        entries=at.entries + len(piece.entries),
        pinned=at.pinned + len(piece.entries) - len(anew),
        moved=at.moved + len(shifted),
        grouped=at.grouped + len(moved) - len(shifted),
        opened=at.opened + len(opened),
        merged=at.merged + len(merged) + len(piece.grouped.merges),
        split=at.split + len(split),
        samples=(*at.samples, *shifted)[:SAMPLES],
        leaving={s: dict(c) for s, c in leaving.items() if s not in {*merged, *split}},
    )


def _closed(at: Rebuild) -> Rebuild:
    """Count the stories that have lost entries and keep others that came later."""
    return replace(at, split=at.split + len(at.leaving), leaving={})


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


def _give_founders(connection: sqlite3.Connection, stories: set[int]) -> None:
    """Give stories whose founder is in them no more the earliest entry they have, no copy."""
    connection.executemany(
        "UPDATE stories SET founder_id = coalesce((SELECT entry_id FROM story_members "
        "WHERE story_id = ?1 ORDER BY copy_of IS NOT NULL, entry_id LIMIT 1), founder_id) "
        "WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM story_members "
        "WHERE story_id = ?1 AND entry_id = founder_id)",
        [(story,) for story in sorted(stories)],
    )


def _through(
    connection: sqlite3.Connection, leaving: dict[int, Counter[int]], next_id: int
) -> tuple[list[int], list[int]]:
    """Return the stories that have lost all entries, and those that have lost some and are through.

    The former lead to where most of their entries went.
    """
    merged, split = [], []
    for story, counts in sorted(leaving.items()):
        entries, newest = connection.execute(
            "SELECT count(*), max(entry_id) FROM story_members WHERE story_id = ?", (story,)
        ).fetchone()
        if not entries:
            merged.append(story)
            _let_lead(connection, story, counts)
        elif newest < next_id:
            split.append(story)
    return merged, split


def _let_lead(connection: sqlite3.Connection, story: int, counts: Counter[int]) -> None:
    for target in redirect(counts):
        to = leads_to(connection, target)
        if to != story:
            connection.execute(
                # One that a person has merged meanwhile leads where they said.
                "UPDATE stories SET merged_into = ? WHERE id = ? AND merged_into IS NULL",
                (to, story),
            )
            return


def _first_id(connection: sqlite3.Connection, since: datetime | None) -> int:
    return id_range(connection, since, None)[0]


def _newest_id(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()[0])
