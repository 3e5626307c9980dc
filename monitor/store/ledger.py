"""What editions of a digest have told: the ledger by which nothing is told twice, and nothing never."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from monitor.model.edition import Card, Changed, Edition, Told, Window
from monitor.model.entry import Entry
from monitor.store.connection import Database
from monitor.store.entries import id_range
from monitor.store.loading import load_entries
from monitor.store.rows import chunks, instant, marks, maybe_moment, moment


class SqliteLedger:
    """`monitor.store.protocols.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told(self, digest: str, stories: Sequence[int], before: datetime) -> dict[int, Told]:
        """Return where stories were told last: see `Ledger.told`."""
        found: dict[int, Told] = {}
        with self._database.read() as connection:
            for chunk in chunks(stories):
                for row in connection.execute(
                    "SELECT s.story_id, e.id, e.local_on, e.until_at, max(e.number) "
                    "FROM story_members s JOIN edition_entries x ON x.entry_id = s.entry_id "
                    "JOIN editions e ON e.id = x.edition_id "
                    f"WHERE s.story_id IN ({marks(chunk)}) AND e.digest = ? "
                    "AND e.until_at <= ? GROUP BY s.story_id",
                    (*chunk, digest, instant(before)),
                ).fetchall():
                    found[row["story_id"]] = Told(
                        row["id"], date.fromisoformat(row["local_on"]), moment(row["until_at"])
                    )
        return found

    def changed(self, digest: str, window: Window) -> list[Changed]:
        """Return what was told and is not as it was: see `Ledger.changed`."""
        from_at, until_at = instant(window.from_at), instant(window.until_at)
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT e.id, e.revised_at, e.withdrawn_at, d.id AS told_in, max(d.number) "
                "FROM editions d JOIN edition_entries x ON x.edition_id = d.id "
                "JOIN entries e ON e.id = x.entry_id WHERE d.digest = ?1 AND d.until_at <= ?2 "
                # From what changed to where it was told: years of editions told a great deal.
                "AND x.entry_id IN (SELECT id FROM entries WHERE revised_at >= ?2 AND revised_at < ?3 "
                "UNION SELECT id FROM entries WHERE withdrawn_at >= ?2 AND withdrawn_at < ?3) "
                "GROUP BY e.id",
                (digest, from_at, until_at),
            ).fetchall()
            ids = [row["id"] for row in rows]
            entries = load_entries(connection, ids, evidence=False)
            before = _titles_at(connection, ids, from_at)
        found = []
        for row in rows:
            entry = entries[row["id"]]
            withdrawn = row["withdrawn_at"] is not None and row["withdrawn_at"] >= from_at
            former = before.get(entry.id, entry.title)
            found.append(
                Changed(
                    kind="withdrawn" if withdrawn else "edited",
                    entry=entry.id,
                    title=entry.title,
                    before="" if former == entry.title else former,
                    outlet=entry.outlet,
                    url=entry.url or entry.link,
                    at=moment(row["withdrawn_at"] if withdrawn else row["revised_at"]),
                    told_in=row["told_in"],
                    language=entry.language,
                )
            )
        return sorted(found, key=lambda each: (each.at, each.entry), reverse=True)

    def uncovered(self, digest: str, window: Window) -> list[int]:
        """Return older entries that got another text: see `Ledger.uncovered`."""
        from_at, until_at = instant(window.from_at), instant(window.until_at)
        with self._database.read() as connection:
            low, _ = id_range(connection, window.from_at, window.until_at)
            # One index for each of the two: of a million entries few were edited in a window.
            rows = connection.execute(
                "SELECT id FROM (SELECT id FROM entries WHERE revised_at >= ?2 AND revised_at < ?3 "
                "UNION SELECT id FROM entries WHERE page_text_at >= ?2 AND page_text_at < ?3) AS e "
                "WHERE id < ?1 "
                + "".join(
                    f"AND NOT EXISTS (SELECT 1 FROM {table} x JOIN editions d "
                    "ON d.id = x.edition_id WHERE x.entry_id = e.id AND d.digest = ?4) "
                    for table in ("edition_entries", "edition_left_out")
                )
                + "ORDER BY id",
                (low, from_at, until_at, digest),
            ).fetchall()
        return [row[0] for row in rows]

    def as_before(self, entries: Sequence[Entry], at: datetime) -> list[Entry]:
        """Return entries as they were: see `Ledger.as_before`."""
        found = []
        with self._database.read() as connection:
            for entry in entries:
                row = connection.execute(
                    "SELECT title, text FROM revisions WHERE entry_id = ? AND seen_at >= ? "
                    "ORDER BY id LIMIT 1",
                    (entry.id, instant(at)),
                ).fetchone()
                if row is None:
                    continue
                since = {
                    match["topic"]
                    for match in connection.execute(
                        "SELECT topic FROM matches WHERE entry_id = ? AND matched_at >= ?",
                        (entry.id, instant(at)),
                    ).fetchall()
                }
                matches = tuple(each for each in entry.matches if each.topic not in since)
                found.append(replace(entry, title=row["title"], text=row["text"], matches=matches))
        return found

    def last_delivered(self, digest: str) -> datetime | None:
        """Return the cutoff of the newest edition that went to anybody: see `Ledger.last_delivered`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT max(until_at) FROM editions e WHERE digest = ? AND EXISTS "
                "(SELECT 1 FROM deliveries WHERE edition_id = e.id)",
                (digest,),
            ).fetchone()
        return maybe_moment(row[0])


def enter(connection: sqlite3.Connection, edition: Edition) -> None:
    """Note every entry that an edition covers: on which card it stands, or why on none."""
    # By way of `entries`, as one may have been pruned since the edition was composed.
    connection.executemany(
        "INSERT INTO edition_entries (edition_id, part, topic, card, story_id, entry_id) "
        "SELECT ?, ?, ?, ?, ?, id FROM entries WHERE id = ? ON CONFLICT DO NOTHING",
        [
            (edition.id, part, topic, number, card.story, entry_id)
            for number, (part, topic, card) in enumerate(_cards(edition), start=1)
            for entry_id in card.entries
        ],
    )
    connection.executemany(
        "INSERT INTO edition_left_out (edition_id, entry_id, story_id, why) "
        "SELECT ?, id, ?, ? FROM entries WHERE id = ? ON CONFLICT DO NOTHING",
        [(edition.id, each.story, each.why, each.entry) for each in edition.left_out],
    )


def _cards(edition: Edition) -> Iterator[tuple[str, str, Card]]:
    for section in edition.sections:
        for card in section.cards:
            yield "card", section.topic, card
    for development in edition.developing:
        yield "developing", "", development.card
    for card in edition.documents:
        yield "document", "", card


def _titles_at(
    connection: sqlite3.Connection, entry_ids: Sequence[int], from_at: str
) -> dict[int, str]:
    """Return the titles that edited entries had at an instant, where they were edited since."""
    found: dict[int, str] = {}
    for chunk in chunks(entry_ids):
        for row in connection.execute(
            f"SELECT entry_id, title FROM revisions WHERE entry_id IN ({marks(chunk)}) "
            "AND seen_at >= ? ORDER BY id DESC",
            (*chunk, from_at),
        ).fetchall():
            found[row["entry_id"]] = row["title"]
    return found
