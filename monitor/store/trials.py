"""Changing stories without changing them: a connection with copies of their tables of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from monitor.store.connection import connect_reader
from monitor.store.faults import translated
from monitor.store.rows import marks

_TABLES = (
    "stories",
    "story_members",
    "story_relations",
    "story_rebuild",
    "story_keys",
    "story_terms",
    "meta",
)


@contextmanager
def trial(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection on which the tables of stories can be written, and nobody else sees it.

    SQLite looks for a table among the temporary ones first, so the same statements work there. What
    was written is gone with the connection. Entries are those of the database, as they come.
    """
    with translated(path), closing(connect_reader(path)) as connection:
        # The file was opened for reading only; what can be written now is temporary.
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.isolation_level = None  # no transaction is begun that would hold old pages
        connection.execute("BEGIN")  # all tables as of one instant
        made = connection.execute(
            f"SELECT type, sql FROM main.sqlite_schema WHERE tbl_name IN ({marks(_TABLES)}) "
            "AND sql IS NOT NULL ORDER BY type DESC, name",
            _TABLES,
        ).fetchall()
        for row in made:
            into = "CREATE TEMP TABLE " if row["type"] == "table" else "CREATE INDEX temp."
            _, _, rest = row["sql"].partition("TABLE " if row["type"] == "table" else "INDEX ")
            connection.execute(into + rest)
        for table in _TABLES:
            connection.execute(f"INSERT INTO temp.{table} SELECT * FROM main.{table}")
        connection.execute("COMMIT")
        yield connection
