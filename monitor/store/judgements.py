"""What people said about entries and topics."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.errors import NotFoundError
from monitor.model.judgement import Judgement
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, instant, moment


class SqliteJudgements:
    """`monitor.store.protocols.JudgementStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, judgements: Sequence[Judgement]) -> None:
        """Keep judgements: see `JudgementStore.judge`."""
        with self._database.write() as connection:
            for judgement in judgements:
                # The entry is looked up in the same transaction, so that none can be pruned in between.
                written = connection.execute(
                    "INSERT INTO judgements (entry_id, topic, belongs, judged_at) "
                    "SELECT id, ?, ?, ? FROM entries WHERE id = ? "
                    "ON CONFLICT (entry_id, topic) DO UPDATE SET belongs = excluded.belongs, "
                    "judged_at = excluded.judged_at",
                    (
                        judgement.topic,
                        int(judgement.belongs),
                        instant(judgement.judged_at),
                        min(judgement.entry, LARGEST_ID),
                    ),
                ).rowcount
                if not written:
                    raise NotFoundError(f"There is no entry e{judgement.entry} in this database.")

    def remove(self, entry_ids: Sequence[int], topic: str) -> None:
        """Take judgements back: see `JudgementStore.remove`."""
        with self._database.write() as connection:
            for entry_id in dict.fromkeys(entry_ids):
                removed = connection.execute(
                    "DELETE FROM judgements WHERE entry_id = ? AND topic = ?",
                    (min(entry_id, LARGEST_ID), topic),
                ).rowcount
                if not removed:
                    raise NotFoundError(
                        f"Nothing is judged about e{entry_id} and {topic!r}; "
                        "see: monitor topics judged"
                    )

    def judgements(self, topic: str | None = None, *, entry: int | None = None) -> list[Judgement]:
        """Return judgements: see `JudgementStore.judgements`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT entry_id, topic, belongs, judged_at FROM judgements "
                "WHERE (?1 IS NULL OR topic = ?1) AND entry_id BETWEEN ?2 AND ?3 "
                "ORDER BY entry_id, topic",
                (topic, *((0, LARGEST_ID) if entry is None else (entry, entry))),
            ).fetchall()
        return [
            Judgement(row["entry_id"], row["topic"], bool(row["belongs"]), moment(row["judged_at"]))
            for row in rows
        ]
