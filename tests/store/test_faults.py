"""SQLite only: a full disk, failing writes, a damaged file: one sentence, no harm, and on again."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store, open_store
from monitor.store.connection import wal_file
from tests.store.builders import add, new

BIG = [new(f"big {n}", text=f"lorem{n} ipsum " * 2000) for n in range(40)]


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """Let the file not grow beyond a few pages more."""
    with store.database.exclusive() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    yield
    with store.database.exclusive() as connection:
        connection.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def failing_writes(path: Path) -> Iterator[None]:
    """Let the operating system refuse to write beyond the present end of the log."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = wal_file(path).stat().st_size + 50_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def assert_whole(store: Store, ids: list[int]) -> None:
    assert [entry.id for entry in store.entries.entries(range(1, 100))] == ids
    assert store.upkeep.check() == []


def test_a_full_disk_is_said_loses_nothing_and_is_over_when_there_is_space(store: Store) -> None:
    ids = add(store, new("1"))
    with full_disk(store):
        for _ in range(2):
            with pytest.raises(StoreError, match=r"no space left .* free some space"):
                add(store, *BIG)
        assert_whole(store, ids)
        assert store.entries.entry(ids[0]) is not None
    ids += add(store, *BIG)
    assert_whole(store, ids)


def test_writes_the_system_refuses_are_said_and_lose_nothing(store: Store, path: Path) -> None:
    ids = add(store, new("1"))
    with failing_writes(path), pytest.raises(StoreError, match="failed"):
        add(store, *BIG)
    assert_whole(store, ids)
    ids += add(store, *BIG)
    assert_whole(store, ids)


def test_a_backup_the_system_refuses_leaves_nothing_behind(store: Store, path: Path) -> None:
    add(store, *BIG)
    to = path.parent / "copy.db"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(StoreError, match="copy"):
            store.upkeep.backup(to)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not [each for each in path.parent.iterdir() if "copy" in each.name]
    store.upkeep.backup(to)
    assert to.exists()


def test_a_damaged_file_is_said_with_what_to_do(path: Path) -> None:
    store = open_store(path)
    add(store, *BIG)
    store.close()
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] + b"\xa5" * 40_000 + whole[half + 40_000 :])
    store = open_store(path)
    faults = store.upkeep.check()
    assert faults
    assert all("monitor db restore" in fault or "not sound" in fault for fault in faults)
    store.close()


def test_a_file_cut_short_is_said_with_what_to_do(path: Path) -> None:
    store = open_store(path)
    add(store, *BIG)
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(StoreError, match=r"damaged .*monitor db restore"):
        open_and_read(path)


def open_and_read(path: Path) -> None:
    store = open_store(path)
    try:
        store.entries.entries(range(1, 100))
    finally:
        store.close()
