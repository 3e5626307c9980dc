"""SQLite only: several processes and threads on one file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from monitor.model.feed import Feed
from monitor.store import open_store
from monitor.store.migrations import names
from tests.store.builders import HOUR, NOW, watch
from tests.store.children import start


def test_three_processes_that_open_a_new_file_at_once_all_succeed(path: Path) -> None:
    children = [start(f"open_once({str(path)!r})") for _ in range(3)]
    assert [child.communicate(timeout=60) for child in children] == [(f"{len(names())}\n", "")] * 3
    store = open_store(path)
    assert store.upkeep.check() == []
    store.close()


def test_processes_and_threads_write_at_once_without_an_error_or_a_lost_row(path: Path) -> None:
    store = open_store(path)
    watch(store, "https://a.example/feed")
    threads, rounds = 3, 12
    children = [
        start(f"write_from_threads({str(path)!r}, {name!r}, {threads}, {rounds})") for name in "ab"
    ]
    sizes = [store.upkeep.stats()["entries"] for _ in range(50)]
    assert [child.communicate(timeout=60) for child in children] == [("done\n", "")] * 2
    assert sizes == sorted(sizes)
    stats = store.upkeep.stats()
    expected = 2 * threads * rounds * 3
    assert (stats["entries"], stats["matches"]) == (expected, expected)
    assert store.upkeep.check() == []
    seen = [entry.first_seen_at for entry in store.entries.entries(range(1, expected + 1))]
    assert len(seen) == expected
    store.close()


def test_copies_that_processes_store_at_once_come_into_one_story(path: Path) -> None:
    store = open_store(path)
    feeds = watch(store, *(f"https://{name}.example/feed" for name in "abc"))
    rounds = 30
    children = [start(f"write_copies({str(path)!r}, {feed}, {rounds})") for feed in feeds]
    assert [child.communicate(timeout=60) for child in children] == [("done\n", "")] * len(feeds)
    stories: dict[str, set[tuple[int | None, bool]]] = {}
    for entry in store.entries.entries(range(1, rounds * len(feeds) + 1)):
        assert entry.story is not None
        stories.setdefault(entry.title, set()).add((entry.story, entry.copy_of is None))
    # One original and copies of it, all in one story.
    assert [len(found) for found in stories.values()] == [2] * rounds
    assert store.upkeep.check() == []
    store.close()


def test_each_feed_is_claimed_once_among_processes_and_threads(path: Path) -> None:
    store = open_store(path)
    store.feeds.sync([Feed(url=f"https://{n}.example/feed") for n in range(60)], NOW)
    children = [start(f"claim_all({str(path)!r})") for _ in range(2)]

    def claim_here(_: int) -> list[int]:
        mine = []
        while claimed := store.feeds.claim(NOW, lease=HOUR, limit=2):
            mine += [feed.id for feed in claimed]
        return mine

    with ThreadPoolExecutor(3) as pool:
        ids = [feed_id for mine in pool.map(claim_here, range(3)) for feed_id in mine]
    for child in children:
        out, err = child.communicate(timeout=60)
        assert err == ""
        ids += [int(line) for line in out.split()]
    assert sorted(ids) == [feed.id for feed in store.feeds.feeds()]
    store.close()
