"""Reading entries, and proposing candidates for a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from monitor.model.change import FormerTitle
from monitor.model.edition import Bounded, Window
from monitor.model.entry import Entry, Revision
from monitor.model.search import Candidate, Candidates, Proposed
from monitor.store import proposals
from monitor.store.connection import Database
from monitor.store.loading import load_entries
from monitor.store.rows import LARGEST_ID, chunks, instant, marks, moment

_FIRST_BATCH, _LARGEST_BATCH = 50, 400
"""Entries that are loaded at once: few for a first page, more for who reads on."""
_MOST_IDS = 50_000
"""Ids that one question to the index brings; a long query costs it 0.1 s to begin with."""

IdRange = tuple[int, int]
"""Entry ids, half-open."""


class SqliteEntries:
    """`monitor.store.protocols.EntryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entry(self, entry_id: int) -> Entry | None:
        """Return one entry whole, or None."""
        if not 0 < entry_id <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            return load_entries(connection, [entry_id], html=True).get(entry_id)

    def newest_id(self) -> int:
        """Return the id of the newest entry, 0 when there is none."""
        with self._database.read() as connection:
            row = connection.execute("SELECT max(id) FROM entries").fetchone()
        return row[0] or 0

    def revisions(self, entry_id: int) -> list[Revision]:
        """Return its earlier texts, oldest first."""
        if not 0 < entry_id <= LARGEST_ID:
            return []
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT seen_at, title, text FROM revisions WHERE entry_id = ? ORDER BY id",
                (entry_id,),
            ).fetchall()
        return [Revision(moment(row["seen_at"]), row["title"], row["text"]) for row in rows]

    def former_titles(self, entry_ids: Sequence[int]) -> dict[int, tuple[FormerTitle, ...]]:
        """Return the earlier titles of entries: see `EntryStore.former_titles`."""
        found: dict[int, tuple[FormerTitle, ...]] = {}
        with self._database.read() as connection:
            for chunk in chunks(entry_ids):
                for row in connection.execute(
                    "SELECT entry_id, title, seen_at FROM revisions "
                    f"WHERE entry_id IN ({marks(chunk)}) ORDER BY entry_id, id",
                    tuple(chunk),
                ).fetchall():
                    former = FormerTitle(row["title"], moment(row["seen_at"]))
                    found[row["entry_id"]] = (*found.get(row["entry_id"], ()), former)
        return found

    def changes(self) -> int:
        """Return the number of edits so far: see `EntryStore.changes`."""
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = 'changes'").fetchone()
        return int(row[0]) if row else 0

    def count(self, since: datetime | None = None) -> int:
        """Count the entries: see `EntryStore.count`."""
        with self._database.read() as connection:
            low, _ = id_range(connection, since, None)
            row = connection.execute("SELECT count(*) FROM entries WHERE id >= ?", (low,))
            return int(row.fetchone()[0])

    def entries(self, entry_ids: Sequence[int], *, evidence: bool = True) -> list[Entry]:
        """Return entries in the order of the ids: see `EntryStore.entries`."""
        possible = [entry_id for entry_id in entry_ids if 0 < entry_id <= LARGEST_ID]
        with self._database.read() as connection:
            found = load_entries(connection, possible, evidence=evidence)
        return [found[entry_id] for entry_id in possible if entry_id in found]

    def matched(self, window: Window, topics: Sequence[str]) -> list[Entry]:
        """Return, by id, what matched in a window: see `EntryStore.matched`."""
        with self._database.read() as connection:
            low, high = id_range(connection, window.from_at, window.until_at)
            from_at, until_at = instant(window.from_at), instant(window.until_at)
            # Where the edition is composed late, one may have come to match meanwhile: the next has it.
            rows = connection.execute(
                "SELECT DISTINCT entry_id FROM matches WHERE entry_id >= ? AND entry_id < ? "
                f"AND topic IN ({marks(topics)}) AND (matched_at IS NULL OR matched_at < ?)",
                (low, high, *topics, until_at),
            ).fetchall()
            # The + keeps it from going through all matches of the topics there ever were.
            rows += connection.execute(
                "SELECT entry_id FROM matches m WHERE matched_at >= ? AND matched_at < ? "
                f"AND entry_id < ? AND NOT backfilled AND +topic IN ({marks(topics)}) "
                "AND NOT EXISTS (SELECT 1 FROM matches o WHERE o.entry_id = m.entry_id "
                f"AND o.topic IN ({marks(topics)}) AND (o.matched_at IS NULL OR o.matched_at < ?))",
                (
                    *(from_at, until_at, low),
                    *(*topics, *topics, from_at),
                ),
            ).fetchall()
            ids = sorted({row[0] for row in rows})
            return list(load_entries(connection, ids).values())

    def bounded(self, window: Window, topics: Sequence[str], matched: int, seen: int) -> Bounded:
        """Say how far back a window may reach: see `EntryStore.bounded`."""
        with self._database.read() as connection:
            low, high = id_range(connection, window.from_at, window.until_at)
            within = (
                f"FROM matches WHERE entry_id >= ? AND entry_id < ? AND topic IN ({marks(topics)})"
            )
            values = (low, high, *topics)
            (number,) = connection.execute(
                f"SELECT count(DISTINCT entry_id) {within}", values
            ).fetchone()
            last = [
                connection.execute(question, (*asked, most)).fetchone()
                for question, asked, most in (
                    (
                        f"SELECT DISTINCT entry_id {within} ORDER BY 1 DESC LIMIT 1 OFFSET ?",
                        values,
                        matched - 1,
                    ),
                    (
                        "SELECT id FROM entries WHERE id >= ? AND id < ? "
                        "ORDER BY id DESC LIMIT 1 OFFSET ?",
                        (low, high),
                        seen - 1,
                    ),
                )
            ]
            cut = max((row[0] for row in last if row is not None), default=low)
            row = connection.execute(
                "SELECT first_seen_at FROM entries WHERE id = ?", (cut,)
            ).fetchone()
        if cut <= low or row is None:
            return Bounded(number, window.from_at)
        return Bounded(number, moment(row[0]))

    def proposed(self, wanted: Candidates, limit: int | None) -> list[int]:
        """Return ids of candidates, newest first: see `EntryStore.proposed`."""
        with self._database.read() as connection:
            question = proposals.asked(connection, wanted, *_within(connection, wanted))
            return proposals.newest(connection, question, limit)

    def look(self, wanted: Candidates) -> Proposed:
        """Return the newest candidates and count all: see `EntryStore.look`."""
        with self._database.read() as connection:
            question = proposals.asked(connection, wanted, *_within(connection, wanted))
            return proposals.proposed(connection, question, wanted)

    def best(self, wanted: Candidates, low: int, titles: str | None, most: int) -> list[int]:
        """Return the best candidates from an id on: see `EntryStore.best`."""
        with self._database.read() as connection:
            question = proposals.asked(connection, wanted, *_within(connection, wanted))
            if not question.fts:
                return proposals.newest(connection, question, most)
            return proposals.best(connection, question, low, titles, most)

    def holding(self, expressions: Sequence[str | None], among: int) -> tuple[list[int], int]:
        """Count the newest entries that expressions find: see `EntryStore.holding`."""
        with self._database.read() as connection:
            return proposals.holding(connection, list(expressions), among)

    def newest_seen_at(self) -> datetime | None:
        """Return when the newest entry was first seen: see `EntryStore.newest_seen_at`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT first_seen_at FROM entries ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return moment(row[0]) if row else None

    def candidates(self, wanted: Candidates) -> Iterator[Candidate]:
        """Yield candidates, newest first: see `EntryStore.candidates`."""
        with self._database.read() as connection:
            within = _within(connection, wanted)
        for batch in _loaded_at_once(self._newest_first(wanted, within)):
            with self._database.read() as connection:
                entries = load_entries(connection, batch)
            # One that was pruned since its id was read is passed over.
            yield from (Candidate(entries[each]) for each in batch if each in entries)

    def _newest_first(self, wanted: Candidates, within: IdRange) -> Iterator[list[int]]:
        low, high = within
        size = _FIRST_BATCH
        while True:
            with self._database.read() as connection:
                question = proposals.asked(connection, wanted, low, high)
                ids = proposals.newest(connection, question, size)
            if not ids:
                return
            yield ids
            high = ids[-1]
            size = min(size * 8, _MOST_IDS)


def _loaded_at_once(batches: Iterable[list[int]]) -> Iterator[list[int]]:
    """Cut what the index proposed into pieces that are loaded at once, small ones first."""
    size = _FIRST_BATCH
    for batch in batches:
        start = 0
        while start < len(batch):
            yield batch[start : start + size]
            start += size
            size = min(size * 2, _LARGEST_BATCH)


def id_range(
    connection: sqlite3.Connection, from_at: datetime | None, until_at: datetime | None
) -> IdRange:
    """Return the ids of the entries first seen in `[from_at, until_at)`.

    Ids grow with first-seen time, so these are all entries of a range, and no others.
    """
    low = 0 if from_at is None else _first_id(connection, from_at)
    high = LARGEST_ID if until_at is None else _first_id(connection, until_at)
    return low, high


def _within(connection: sqlite3.Connection, wanted: Candidates) -> IdRange:
    low, high = id_range(connection, wanted.from_at, wanted.until_at)
    until = LARGEST_ID if wanted.until_id is None else wanted.until_id
    return max(low, wanted.from_id), min(high, until)


def _first_id(connection: sqlite3.Connection, at: datetime) -> int:
    """Return the id of the first entry seen at or after an instant, the largest if none was."""
    row = connection.execute(
        "SELECT id FROM entries WHERE first_seen_at >= ? ORDER BY first_seen_at, id LIMIT 1",
        (instant(at),),
    ).fetchone()
    return row[0] if row else LARGEST_ID
