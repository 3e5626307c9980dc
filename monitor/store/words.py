"""The words of the full-text index: stems and, where they differ, the words as written, folded."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.store.connection import Database

MOST = 10_000
"""A word's entries are counted up to this many."""


class SqliteWords:
    """`monitor.store.entry_protocols.WordStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, words: Iterable[str]) -> dict[str, int]:
        """Return which words there are: see `WordStore.known`."""
        found = {}
        with self._database.read() as connection:
            for word in words:
                quoted = word.replace('"', '""')
                (number,) = connection.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM entries_fts WHERE entries_fts MATCH ? "
                    "LIMIT ?)",
                    (f'"{quoted}"', MOST),
                ).fetchone()
                if number:
                    found[word] = number
        return found

    def beginning(self, letters: str, most: int) -> dict[str, int]:
        """Return words that begin so: see `WordStore.beginning`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT term, doc FROM entries_words WHERE term >= ? AND term < ? LIMIT ?",
                (letters, letters + "\U0010ffff", most),
            ).fetchall()
        return {row[0]: row[1] for row in rows}
