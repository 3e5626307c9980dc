"""How long it takes to find the stories of 200 new entries in a window of many, on one core.

`python -m benchmarks.stories FOLDER` makes, once, a store of 100,000 invented entries that match,
first seen over the five days before now, grouped by the product's own code in batches; it stays in
FOLDER. On a copy it then groups 200 further ones in one write, and 200 in 40 writes of five, as if
40 feeds had brought them. `--entries` makes other windows, to see how the time grows. `--naive` compares
the same 200 with all in the window by the words of their titles. `--profile` says where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.stories_made import Made, News
from monitor.model.feed import Feed
from monitor.store import Store, open_store
from monitor.store.rows import instant
from monitor.stories.conflicts import overlap
from monitor.stories.features import folded_words

SEED = 5
NEW = 200
WRITES = 40
FEEDS = 300
BATCH = 200
WINDOW = timedelta(days=5)
"""How far the entries reach back."""


def measure(folder: Path, entries: int, *, naive: bool, profile: bool) -> None:
    """Group new entries beside a window of so many and print what it took."""
    kept = folder / f"{entries}" / "monitor.db"
    if not kept.exists():
        build(kept, entries)
    path = folder / "measured" / "monitor.db"
    shutil.rmtree(path.parent, ignore_errors=True)
    shutil.copytree(kept.parent, path.parent)
    store = open_store(path)
    now = datetime.now(UTC)
    ids = list(range(entries + 1, entries + 2 * NEW + 1))
    stories = store.upkeep.stats()["stories"]
    print(f"{entries:,} entries in {stories:,} stories")
    if profile:
        with cProfile.Profile() as profiler:
            store.stories.attach_new(ids[:NEW], now)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        return
    began, cpu = time.perf_counter(), time.process_time()
    store.stories.attach_new(ids[:NEW], now)
    at_once, at_once_cpu = time.perf_counter() - began, time.process_time() - cpu
    longest, began, cpu = 0.0, time.perf_counter(), time.process_time()
    for some in range(NEW, 2 * NEW, NEW // WRITES):
        begun = time.perf_counter()
        store.stories.attach_new(ids[some : some + NEW // WRITES], now)
        longest = max(longest, time.perf_counter() - begun)
    by_feed, by_feed_cpu = time.perf_counter() - began, time.process_time() - cpu
    opened = store.upkeep.stats()["stories"] - stories
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {NEW} in one write {at_once:6.2f} s, CPU {at_once_cpu:.2f} s")
    print(
        f"  {NEW} in {WRITES} writes {by_feed:6.2f} s, CPU {by_feed_cpu:.2f} s, the longest "
        f"{longest * 1000:.0f} ms"
    )
    print(f"  {opened} stories opened by {2 * NEW}; peak memory {peak:.0f} MB")
    store.close()
    sizes(path)
    if naive:
        seconds = all_pairs(path, entries)
        print(
            f"  titles of {NEW} with all, words in common {seconds:6.2f} s: {seconds / at_once_cpu:.0f} x"
        )


def build(path: Path, entries: int) -> None:
    """Make the store; further entries wait in it to be grouped."""
    making = path.parent.with_name(path.parent.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    began = time.perf_counter()
    store = open_store(making / path.name)
    feeds = [Feed(url=f"https://outlet{n}.example/feed", title=f"Outlet {n}") for n in range(FEEDS)]
    now = datetime.now(UTC)
    store.feeds.sync(feeds, now)
    step = WINDOW / entries
    news = islice(enumerate(News(SEED), 1), entries + 2 * NEW)
    while batch := list(islice(news, BATCH)):
        insert(store, batch, now - WINDOW, step)
        if batch[0][0] <= entries:
            store.stories.attach_new([number for number, _ in batch if number <= entries], now)
    store.database.checkpoint()
    store.close()
    making.rename(path.parent)
    print(f"made {entries:,} entries in {time.perf_counter() - began:.0f} s")


def insert(
    store: Store, batch: Sequence[tuple[int, Made]], begin: datetime, step: timedelta
) -> None:
    """Store entries that match, without what grouping does not look at (the search index)."""
    rows = [
        {
            "id": number,
            "feed_id": number % FEEDS + 1,
            "url": f"https://outlet{number % FEEDS}.example/{number}",
            "title": made.title,
            "excerpt": made.excerpt,
            "language": made.language,
            "first_seen_at": instant(begin + step * number),
        }
        for number, made in batch
    ]
    with store.database.write() as connection:
        connection.executemany(
            "INSERT INTO entries (id, feed_id, key, guid, url, link, domain, title, author, language, "
            "published_raw, first_seen_at, content_hash, tags, enclosures, note, excerpt, text, html) "
            "VALUES (:id, :feed_id, :id, '', :url, '', '', :title, '', :language, '', :first_seen_at, "
            "'', '[]', '[]', '', :excerpt, '', '')",
            rows,
        )
        connection.executemany(
            "INSERT INTO matches (entry_id, topic, version, points, evidence) "
            "VALUES (:id, 'news', 1, 1, '[]')",
            rows,
        )


def sizes(path: Path) -> None:
    """Print how large what grouping keeps is."""
    with closing(sqlite3.connect(path)) as connection:
        total = connection.execute("PRAGMA page_count").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        for table in ("story_keys", "story_terms", "story_members"):
            rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            print(f"  {table}: {rows:,} rows{bytes_of(connection, table)}")
        print(f"  the whole file: {total * size / 1e6:.0f} MB")


def bytes_of(connection: sqlite3.Connection, table: str) -> str:
    """Return the size of a table with its indexes, where SQLite was built to tell."""
    try:
        row = connection.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name IN "
            "(SELECT name FROM sqlite_schema WHERE tbl_name = ?)",
            (table,),
        ).fetchone()
    except sqlite3.OperationalError:
        return ""
    return f", {row[0] / 1e6:.1f} MB"


def all_pairs(path: Path, entries: int) -> float:
    """Compare each new title with all others, reading and cutting them into words not counted."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT title FROM entries WHERE id <= ? ORDER BY id", (entries + NEW,)
        ).fetchall()
    words = [frozenset(folded_words(row[0])) for row in rows]
    began = time.process_time()
    for place in range(entries, entries + NEW):
        title = words[place]
        max((overlap(title, words[other]), other) for other in range(place))
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", type=int, nargs="+", default=[100_000])
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for entries in arguments.entries:
        measure(arguments.folder, entries, naive=arguments.naive, profile=arguments.profile)


if __name__ == "__main__":
    main()
