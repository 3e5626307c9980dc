"""The zones that digests and alerts went by last, in tables of their own names."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from monitor.store.connection import Database

Table = Literal["digests", "alerts"]


def keep_zone(
    database: Database, table: Table, name: str, timezone: str, utc_offset: timedelta
) -> None:
    """Remember the zone of a row; nothing is written where it is known already."""
    wanted = (timezone, int(utc_offset.total_seconds()))
    select = f"SELECT timezone, utc_offset FROM {table} WHERE name = ?"
    with database.read() as connection:
        row = connection.execute(select, (name,)).fetchone()
    if row is not None and tuple(row) != wanted:
        with database.write() as connection:
            connection.execute(
                f"UPDATE {table} SET timezone = ?, utc_offset = ? WHERE name = ?", (*wanted, name)
            )


def zones(database: Database, table: Table) -> dict[str, tuple[str, timedelta]]:
    """Return the zones that were kept, by name, with their offsets then."""
    with database.read() as connection:
        rows = connection.execute(
            f"SELECT name, timezone, utc_offset FROM {table} WHERE timezone <> ''"
        ).fetchall()
    return {row[0]: (row[1], timedelta(seconds=row[2])) for row in rows}
