"""What a rebuild has changed, kept net: what comes back to where it was has not moved.

A story may be opened in one piece and turn out in a later one to be the one its entries were in.
Nothing is told of that, and no redirect is left.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from monitor.model.rebuild import Moved, Rebuild
from monitor.store.decisions import Merged, leads_to, with_pins
from monitor.store.rows import chunks, instant, marks
from monitor.stories.regrouping import redirect

SAMPLES = 20


class Books:
    """The books of a rebuild while a piece is written, within that transaction."""

    def __init__(self, connection: sqlite3.Connection, at: Rebuild) -> None:
        self._connection = connection
        self._at = at
        self._shifts = dict(at.shifts)
        self._opened = set(at.opened_ids)
        self._samples = {each.entry: each for each in at.samples}
        self._merged = at.merged
        self._left: set[int] = set()

    def opened(self, stories: Iterable[int]) -> None:
        """Note stories that were opened."""
        self._opened.update(stories)

    def moved(self, move: Moved) -> None:
        """Note that an entry came from one story to another."""
        entry = move.entry
        origin = self._shifts[entry][0] if entry in self._shifts else move.origin
        if move.origin is not None:
            self._left.add(move.origin)
        self._shifts[entry] = origin, move.story
        self._samples[entry] = replace(move, origin=origin)
        if origin == move.story:
            del self._shifts[entry], self._samples[entry]
        elif origin is None or len(self._samples) > SAMPLES:
            del self._samples[entry]

    def one(self, merged: Merged, why: str) -> None:
        """Note that a story has become part of another, which a new entry has shown."""
        for entry, title in self._titles(merged.entries):
            self.moved(Moved(entry, title, merged.story, merged.into, why))
        self._left.discard(merged.story)
        if merged.story in self._opened:
            self._dissolve(merged.story, merged.into)
        else:
            self._merged += 1

    def regain(self) -> None:
        """Give ids back: to a new story whose entries all were in one that has none any more.

        That one kept some for a while, and could not be had when these were grouped.
        """
        wanted: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for story in sorted(self._opened):
            origins = {self._origin(entry) for entry in self._entries(story)}
            if len(origins) == 1 and (origin := origins.pop()) is not None:
                wanted[origin].append((-len(self._entries(story)), story))
        for origin in self._empty(wanted):
            _, story = min(wanted[origin])
            if self._known(origin) or with_pins(self._connection, [story]):
                continue
            for statement in (
                "UPDATE stories SET merged_into = NULL, merged_at = NULL, merged_why = '' WHERE id = ?1",
                "UPDATE story_members SET story_id = ?1 WHERE story_id = ?2",
                "UPDATE stories SET merged_into = ?1 WHERE id = ?2",
            ):
                self._connection.execute(statement, (origin, story)[: 1 + ("?2" in statement)])
            for entry in self._entries(origin):
                self._shifts.pop(entry, None)
                self._samples.pop(entry, None)
            self._dissolve(story, origin)
            self._merged -= 1
            give_founders(self._connection, {origin})

    def _origin(self, entry: int) -> int | None:
        return self._shifts[entry][0] if entry in self._shifts else None

    def _entries(self, story: int) -> list[int]:
        rows = self._connection.execute(
            "SELECT entry_id FROM story_members WHERE story_id = ?", (story,)
        ).fetchall()
        return [row[0] for row in rows]

    def shut(self) -> Rebuild:
        """Let the stories that have lost all entries lead to where most went; return the report."""
        for story in self._empty(self._left):
            to = self._target(story)
            if to is None:
                continue
            self._connection.execute(
                # One that a person has merged meanwhile leads where they said.
                "UPDATE stories SET merged_into = ? WHERE id = ? AND merged_into IS NULL",
                (to, story),
            )
            if story in self._opened:
                self._dissolve(story, to)
            else:
                self._merged += 1
        moved = sum(origin is not None for origin, _ in self._shifts.values())
        return replace(
            self._at,
            moved=moved,
            grouped=len(self._shifts) - moved,
            opened=len(self._opened),
            merged=self._merged,
            samples=tuple(self._samples.values()),
            shifts=self._shifts,
            opened_ids=tuple(sorted(self._opened)),
        )

    def _titles(self, entries: Iterable[int]) -> list[tuple[int, str]]:
        return [
            (row[0], row[1])
            for some in chunks(sorted(entries))
            for row in self._connection.execute(
                f"SELECT id, title FROM entries WHERE id IN ({marks(some)}) ORDER BY id",
                tuple(some),
            ).fetchall()
        ]

    def _empty(self, stories: Iterable[int]) -> list[int]:
        return sorted(set(stories) - with_entries(self._connection, stories))

    def _target(self, story: int) -> int | None:
        """Return where most of a story's entries are now."""
        counts = Counter(to for origin, to in self._shifts.values() if origin == story)
        targets = (leads_to(self._connection, each) for each in redirect(counts))
        return next((each for each in targets if each != story), None)

    def _dissolve(self, story: int, into: int) -> None:
        """Take back a story this rebuild has opened, unless somebody may know its id."""
        self._opened.discard(story)
        if self._known(story):
            return
        for statement in (
            "UPDATE stories SET merged_into = ?2 WHERE merged_into = ?1",
            "UPDATE OR IGNORE story_relations SET story_id = ?2 WHERE story_id = ?1 AND other_id <> ?2",
            "UPDATE OR IGNORE story_relations SET other_id = ?2 WHERE other_id = ?1 AND story_id <> ?2",
        ):
            self._connection.execute(statement, (story, into))
        for statement in (
            "DELETE FROM story_relations WHERE story_id = ?1 OR other_id = ?1",
            "DELETE FROM stories WHERE id = ?1",
        ):
            self._connection.execute(statement, (story,))

    def _known(self, story: int) -> bool:
        """Tell whether a person has ruled on a story, or an edition may have named it since."""
        row = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM story_rulings WHERE story_id = ?1 "
            "OR ?1 IN (SELECT value FROM json_each(others))) "
            "OR EXISTS (SELECT 1 FROM editions WHERE created_at >= ?2)",
            (story, instant(self._at.began_at)),
        ).fetchone()
        return bool(row[0])


def with_entries(connection: sqlite3.Connection, stories: Iterable[int]) -> set[int]:
    """Return those of the stories that have entries."""
    return {
        row[0]
        for some in chunks(sorted(set(stories)))
        for row in connection.execute(
            f"SELECT DISTINCT story_id FROM story_members WHERE story_id IN ({marks(some)})",
            tuple(some),
        ).fetchall()
    }


def closed(connection: sqlite3.Connection, at: Rebuild) -> Rebuild:
    """Return the report of a rebuild that has ended, with the stories that have lost some entries."""
    books = Books(connection, at)
    books.regain()
    at = books.shut()
    origins = {origin for origin, _ in at.shifts.values() if origin is not None}
    return replace(at, split=len(with_entries(connection, origins)), shifts={}, opened_ids=())


def give_founders(connection: sqlite3.Connection, stories: set[int]) -> None:
    """Give stories whose founder is in them no more the earliest entry they have, no copy."""
    connection.executemany(
        "UPDATE stories SET founder_id = coalesce((SELECT entry_id FROM story_members "
        "WHERE story_id = ?1 ORDER BY copy_of IS NOT NULL, entry_id LIMIT 1), founder_id) "
        "WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM story_members "
        "WHERE story_id = ?1 AND entry_id = founder_id)",
        [(story,) for story in sorted(stories)],
    )
