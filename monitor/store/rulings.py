"""Rulings about stories: carried out, kept, undone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.errors import NotFoundError
from monitor.model.ruling import Ruling, Seat, Standing, StoryStanding, Wish
from monitor.store.connection import Database
from monitor.store.decisions import open_story
from monitor.store.rows import (
    LARGEST_ID,
    chunks,
    from_weighed,
    instant,
    marks,
    maybe_moment,
    moment,
    strings,
    to_json,
    weighed,
)
from monitor.stories.rulings import carried_out, check, moving, undone


class SqliteRulings:
    """`monitor.store.protocols.RulingStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rule(self, wish: Wish, now: datetime) -> Ruling:
        """Carry out a wish and keep it: see `RulingStore.rule`."""
        with self._database.write() as connection:
            named = dict.fromkeys((wish.story, *wish.others))
            before = _standing(connection, named)
            _require(named, {story.id for story in before.stories})
            check(wish, before, _elsewhere(connection, wish))
            entries = moving(wish, before)
            others, new = wish.others, 0
            if wish.kind == "split":
                led = _standing(connection, _found_to_be(connection, wish.story)).stories
                before = replace(before, stories=(*before.stories, *led))
                new = open_story(connection, entries[0], now)
                others = (new,)
            after = carried_out(wish, before, new, now)
            _write(connection, before, after)
            row = connection.execute(
                "INSERT INTO story_rulings (kind, story_id, others, entries, before, decided_at) "
                "VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
                (
                    wish.kind,
                    wish.story,
                    to_json(tuple(dict.fromkeys(others))),
                    to_json(entries),
                    _from_standing(before),
                    instant(now),
                ),
            ).fetchone()
            return _ruling(row)

    def undo(self, ruling_id: int | None, now: datetime) -> Ruling:
        """Restore what was before a ruling: see `RulingStore.undo`."""
        with self._database.write() as connection:
            all_of_them = _rulings(connection)
            if ruling_id is None:
                standing = [each for each in all_of_them if each.undone_at is None]
                if not standing:
                    raise NotFoundError("There is no ruling to undo.")
                ruling = standing[-1]
            else:
                ruling = _named(all_of_them, ruling_id)
            later = [e for e in all_of_them if e.id > ruling.id and e.undone_at is None]
            touched = (ruling.story, *ruling.others, *(each.id for each in ruling.before.stories))
            present = _standing(
                connection,
                tuple(dict.fromkeys(touched)),
                [seat.entry for seat in ruling.before.seats],
            )
            _write(connection, present, undone(ruling, present, later))
            row = connection.execute(
                "UPDATE story_rulings SET undone_at = ? WHERE id = ? RETURNING *",
                (instant(now), ruling.id),
            ).fetchone()
            return _ruling(row)

    def rulings(self, story_id: int | None = None) -> list[Ruling]:
        """Return the rulings: see `RulingStore.rulings`."""
        with self._database.read() as connection:
            return _rulings(connection, story_id)


def _found_to_be(connection: sqlite3.Connection, story_id: int) -> list[int]:
    """Return the stories that the monitor has found to be this one, directly or through others."""
    rows = connection.execute(
        "WITH RECURSIVE led (id) AS (SELECT ?1 UNION SELECT s.id FROM stories s "
        "JOIN led ON s.merged_into = led.id WHERE s.merged_at IS NOT NULL) "
        "SELECT id FROM led WHERE id <> ?1",
        (story_id,),
    ).fetchall()
    return [row[0] for row in rows]


def _require(named: Iterable[int], known: set[int]) -> None:
    for story in named:
        if story not in known:
            raise NotFoundError(f"There is no story s{story} in this database.")


def _named(rulings: Sequence[Ruling], ruling_id: int) -> Ruling:
    for ruling in rulings:
        if ruling.id == ruling_id:
            return ruling
    raise NotFoundError(
        f"There is no ruling r{ruling_id} in this database; see: monitor stories rulings"
    )


def _elsewhere(connection: sqlite3.Connection, wish: Wish) -> dict[int, int | None]:
    """Return the entries of a wish that are not in its story, with the one each is in."""
    found: dict[int, int | None] = {}
    for chunk in chunks([min(entry, LARGEST_ID) for entry in wish.entries]):
        for row in connection.execute(
            "SELECT e.id, m.story_id FROM entries e LEFT JOIN story_members m ON m.entry_id = e.id "
            f"WHERE e.id IN ({marks(chunk)})",
            tuple(chunk),
        ).fetchall():
            found[row["id"]] = row["story_id"]
    for entry in wish.entries:
        if entry not in found:
            raise NotFoundError(f"There is no entry e{entry} in this database.")
    return {entry: story for entry, story in found.items() if story != wish.story}


def _rulings(connection: sqlite3.Connection, story_id: int | None = None) -> list[Ruling]:
    rows = connection.execute(
        "SELECT * FROM story_rulings WHERE ?1 IS NULL OR story_id = ?1 "
        "OR ?1 IN (SELECT value FROM json_each(others)) ORDER BY id",
        (story_id,),
    ).fetchall()
    return [_ruling(row) for row in rows]


def _ruling(row: sqlite3.Row) -> Ruling:
    return Ruling(
        id=row["id"],
        kind=row["kind"],
        story=row["story_id"],
        others=tuple(json.loads(row["others"])),
        entries=tuple(json.loads(row["entries"])),
        before=_to_standing(json.loads(row["before"])),
        decided_at=moment(row["decided_at"]),
        undone_at=maybe_moment(row["undone_at"]),
    )


_SEAT = ("entry_id", "story_id", "copy_of", "pinned", "why", "score", "features", "version", "joined_at")  # fmt: skip
_STORY = ("id", "founder_id", "merged_into", "pinned_at")


def _standing(
    connection: sqlite3.Connection, story_ids: Iterable[int], entry_ids: Iterable[int] = ()
) -> Standing:
    """Read how these stories stand; those nobody knows are left out.

    With the seats of more entries, in whatever story they are.
    """
    stories: list[StoryStanding] = []
    seats: set[Seat] = set()
    for chunk in chunks(sorted(entry_ids)):
        rows = connection.execute(
            f"SELECT {', '.join(_SEAT)} FROM story_members WHERE entry_id IN ({marks(chunk)})",
            tuple(chunk),
        ).fetchall()
        seats.update(_seat(tuple(row)) for row in rows)
    for chunk in chunks([min(story, LARGEST_ID) for story in story_ids]):
        within = f"IN ({marks(chunk)})"
        rows = connection.execute(
            f"SELECT {', '.join(_STORY)} FROM stories WHERE id {within}", tuple(chunk)
        ).fetchall()
        stories += [_story(tuple(row)) for row in rows]
        rows = connection.execute(
            f"SELECT {', '.join(_SEAT)} FROM story_members WHERE story_id {within}", tuple(chunk)
        ).fetchall()
        seats.update(_seat(tuple(row)) for row in rows)
    return Standing(
        tuple(sorted(stories, key=lambda story: story.id)),
        tuple(sorted(seats, key=lambda seat: seat.entry)),
    )


def _write(connection: sqlite3.Connection, before: Standing, after: Standing) -> None:
    """Write what is to be different."""
    known = {*before.stories, *before.seats}
    connection.executemany(
        f"UPDATE stories SET {', '.join(f'{name} = ?' for name in _STORY[1:])} WHERE id = ?",
        [(*_of_story(story)[1:], story.id) for story in after.stories if story not in known],
    )
    connection.executemany(
        f"UPDATE story_members SET {', '.join(f'{name} = ?' for name in _SEAT[1:])} "
        "WHERE entry_id = ?",
        [(*_of_seat(seat)[1:], seat.entry) for seat in after.seats if seat not in known],
    )


def _from_standing(standing: Standing) -> str:
    return to_json(
        {
            "stories": [_of_story(story) for story in standing.stories],
            "entries": [_of_seat(seat) for seat in standing.seats],
        }
    )


def _to_standing(kept: dict[str, list[Any]]) -> Standing:
    return Standing(
        tuple(_story(each) for each in kept["stories"]),
        tuple(_seat(each) for each in kept["entries"]),
    )


def _of_story(story: StoryStanding) -> tuple[Any, ...]:
    """Return the values of the columns `_STORY`."""
    return story.id, story.founder, story.merged_into, instant(story.pinned_at)


def _story(values: Sequence[Any]) -> StoryStanding:
    number, founder, merged_into, pinned_at = values
    return StoryStanding(
        id=number, founder=founder, merged_into=merged_into, pinned_at=maybe_moment(pinned_at)
    )


def _of_seat(seat: Seat) -> tuple[Any, ...]:
    """Return the values of the columns `_SEAT`."""
    return (
        seat.entry,
        seat.story,
        seat.copy_of,
        int(seat.pinned),
        to_json(seat.why),
        seat.score,
        from_weighed(seat.features),
        seat.version,
        instant(seat.joined_at),
    )


def _seat(values: Sequence[Any]) -> Seat:
    entry, story, copy_of, pinned, why, score, features, version, joined_at = values
    return Seat(
        entry=entry,
        story=story,
        copy_of=copy_of,
        pinned=bool(pinned),
        why=strings(why),
        score=score,
        features=weighed(features),
        version=version,
        joined_at=moment(joined_at),
    )
