"""A home with as many stored entries as wanted, made from the entries of another one.

`python -m benchmarks.big_store FROM_HOME TO_HOME --entries 1000000` takes the entries of a home
(one kept by `benchmarks.corpus --keep`, say), cuts their text to `--words`, and stores them over and
over under new keys, first seen one after the other over the `--days` before now. Config is copied
as it is. Nothing is matched: what is measured does that.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.store import fulltext, open_store
from monitor.store.connection import Database
from monitor.store.rows import instant

BATCH = 5_000
_EMPTIED = ("html", "excerpt")


def grow(source: Path, home: Path, entries: int, *, words: int, days: int) -> None:
    """Make the home; raises `FileExistsError` when it is there already."""
    home.mkdir(parents=True)
    shutil.copytree(source / "config", home / "config")
    (home / "db").mkdir()
    path = home / "db" / "monitor.db"
    open_store(path).close()
    with closing(sqlite3.connect(f"file:{source / 'db' / 'monitor.db'}?mode=ro", uri=True)) as old:
        old.row_factory = sqlite3.Row
        feeds = [dict(row) for row in old.execute("SELECT * FROM feeds")]
        rows = [dict(row) for row in old.execute("SELECT * FROM entries ORDER BY id")]
    for row in rows:
        row["text"] = " ".join(row["text"].split()[:words])
        row |= dict.fromkeys(_EMPTIED, "")
    folded = [fulltext.fold(row["title"], row["text"], row["language"]) for row in rows]
    database = Database(path)
    with database.write() as connection:
        _insert(connection, "feeds", feeds)
    begin, step = datetime.now(UTC) - timedelta(days=days), timedelta(days=days) / entries
    for first in range(0, entries, BATCH):
        numbers = range(first, min(first + BATCH, entries))
        with database.write() as connection:
            fresh = [
                rows[number % len(rows)]
                | {
                    "id": number + 1,
                    "key": f"{number}",
                    "guid": "",
                    "first_seen_at": instant(begin + step * number),
                    "revised_at": None,
                }
                for number in numbers
            ]
            _insert(connection, "entries", fresh)
            fulltext.add(
                connection,
                [fulltext.doc(number + 1, folded[number % len(rows)]) for number in numbers],
            )
    database.close()


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, object]]) -> None:
    names = list(rows[0])
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [tuple(row.values()) for row in rows],
    )


def main() -> None:
    """Make the home the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--words", type=int, default=110)
    parser.add_argument("--days", type=int, default=900)
    arguments = parser.parse_args()
    if arguments.home.exists():
        sys.exit(f"{arguments.home} is there already; name a folder that is not.")
    started = time.perf_counter()
    grow(
        arguments.source,
        arguments.home,
        arguments.entries,
        words=arguments.words,
        days=arguments.days,
    )
    seconds = time.perf_counter() - started
    size = (arguments.home / "db" / "monitor.db").stat().st_size
    print(f"{arguments.entries:,} entries in {seconds:.0f} s, {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
