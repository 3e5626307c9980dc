"""A home with as many stored entries as wanted, made from the entries of another one.

`python -m benchmarks.big_store FROM_HOME TO_HOME --entries 1000000` takes the entries of a home
(one kept by `benchmarks.corpus --keep`, say), cuts their text to `--words`, and stores them over and
over under new keys, first seen one after the other over the `--days` before now. Config is copied
as it is. Nothing is matched: what is measured does that.

FROM_HOME may be a file of labelled entries (JSON Lines) instead, with config from the starter pack: a
store in which every other entry is about a topic, which is the hard case.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.corpus import monitor
from monitor.model.feed import Feed
from monitor.store import fulltext, open_store
from monitor.store.connection import Database
from monitor.store.rows import from_feed, instant

Row = dict[str, object]

BATCH = 5_000
_EMPTIED = ("html", "excerpt")


def grow(source: Path, home: Path, entries: int, *, words: int, days: int) -> None:
    """Make the home; raises `FileExistsError` when it is there already."""
    path = home / "db" / "monitor.db"
    if source.is_dir():
        shutil.copytree(source / "config", home / "config")
        (home / "db").mkdir()
        feeds, rows = stored(source / "db" / "monitor.db")
    else:
        monitor(home, "init", str(home))
        (home / "config" / "feeds.toml").write_text("", encoding="utf-8")
        feeds, rows = labelled(source)
    open_store(path).close()
    for row in rows:
        row["text"] = " ".join(str(row["text"]).split()[:words])
        row |= dict.fromkeys(_EMPTIED, "")
    folded = [
        fulltext.fold(str(row["title"]), str(row["text"]), str(row["language"])) for row in rows
    ]
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
    store = open_store(path)
    while not store.upkeep.merge_index():  # as the daily upkeep does
        pass
    store.close()


def stored(database: Path) -> tuple[list[Row], list[Row]]:
    """Return the feeds and entries of a database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as old:
        old.row_factory = sqlite3.Row
        feeds = [dict(row) for row in old.execute("SELECT * FROM feeds")]
        rows = [dict(row) for row in old.execute("SELECT * FROM entries ORDER BY id")]
    return feeds, rows


def labelled(file: Path) -> tuple[list[Row], list[Row]]:
    """Return one feed, and the labelled entries as its own."""
    now = instant(datetime.now(UTC))
    url = "https://labelled.example/feed"
    feeds: list[Row] = [
        {
            "id": 1,
            "url": url,
            "domain": "labelled.example",
            "config": from_feed(Feed(url=url)),
            "in_config": 0,
            "next_fetch_at": now,
        }
    ]
    rows: list[Row] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        rows.append(
            dict.fromkeys(("link", "url", "domain", "author", "published_raw", "note"), "")
            | dict.fromkeys(("tags", "enclosures"), "[]")
            | {
                "feed_id": 1,
                "title": item["title"],
                "text": item["summary"],
                "language": item["language"],
                "content_hash": "",
                "published_at": None,
                "updated_at": None,
            }
        )
    return feeds, rows


def _insert(connection: sqlite3.Connection, table: str, rows: list[Row]) -> None:
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
