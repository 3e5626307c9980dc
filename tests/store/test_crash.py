"""SQLite only: what was acknowledged survives kill -9, and nothing else is left behind."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from monitor.model.search import Candidates
from monitor.store import open_store
from monitor.store.migrations import names
from tests.store.builders import add, new, watch
from tests.store.children import ENTRIES, Child, start

KILLS = 15

GROUPED = (
    "SELECT count(*) FROM story_members JOIN matches USING (entry_id)",
    "SELECT count(*) FROM story_members",
    "SELECT count(*) FROM story_members WHERE story_id IN "
    "(SELECT id FROM stories JOIN story_members ON entry_id = founder_id AND story_id = id)",
    "SELECT count(DISTINCT entry_id) FROM story_keys",
    "SELECT entries + (SELECT count(*) FROM story_members WHERE copy_of IS NOT NULL) "
    "FROM story_terms WHERE term = ''",
)
"""Each counts what every matched entry has: a story, whose founder is in it, keys, counted terms (copies aside)."""


def reap(child: Child) -> tuple[list[str], str]:
    """Wait for the child's end; return the lines it still said, and its errors."""
    out, err = child.communicate(timeout=60)
    return out.split(), err


def write_until_killed(path: Path, run: int, rng: random.Random) -> set[str]:
    """Let a child write and kill it at a random moment; return what it acknowledged."""
    child = start(f"write_for_ever({str(path)!r}, {run})")
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(rng.randint(1, 5))]
    time.sleep(rng.random() * 0.02)  # any point of a transaction
    child.kill()
    rest, errors = reap(child)
    assert errors == ""
    return {*said, *rest} - {""}


@pytest.mark.parametrize("kills", [KILLS, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.timeout(7200)
def test_what_was_acknowledged_is_whole_and_nothing_is_partial_after_kill_9(
    path: Path, kills: int
) -> None:
    rng = random.Random(20261123)
    store = open_store(path)
    watch(store, "https://a.example/feed")
    store.close()
    acknowledged: set[str] = set()
    for run in range(kills):
        acknowledged |= write_until_killed(path, run, rng)
        store = open_store(path)
        assert store.upkeep.check() == []
        entries = store.upkeep.stats()["entries"]
        matched = store.upkeep.stats()["matches"]
        indexed = len(list(store.entries.candidates(Candidates(fts="word3"))))
        store.close()
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            parts = {
                f"{row[0]}": row[1]
                for row in connection.execute(
                    "SELECT rtrim(rtrim(key, '0123456789'), '-'), count(*) FROM entries GROUP BY 1"
                )
            }
            lines = connection.execute("SELECT count(*) FROM fetch_log").fetchone()[0]
            grouped = [connection.execute(each).fetchone()[0] for each in GROUPED]
        assert acknowledged <= parts.keys()
        assert set(parts.values()) == {ENTRIES}
        assert (lines, indexed) == (len(parts), len(parts))
        assert (entries, matched) == (len(parts) * ENTRIES, len(parts) * 2)
        assert grouped == [matched] * len(GROUPED)
    assert len(acknowledged) >= kills


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET title = 'changed'",
        "DROP TABLE fetch_log",
        "INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')",
    ],
)
def test_a_kill_during_a_schema_step_leaves_the_old_schema(path: Path, statement: str) -> None:
    store = open_store(path)
    (entry_id,) = add(store, new("1", text="chip"))
    store.close()
    child = start(f"die_migrating({str(path)!r}, {statement!r})")
    assert reap(child) == ([], "")
    assert child.returncode == -9
    store = open_store(path)
    assert (store.upkeep.check(), store.upkeep.stats()["schema"]) == ([], len(names()))
    (found,) = store.entries.candidates(Candidates(fts="chip"))
    assert (found.entry.id, found.entry.title) == (entry_id, "Licences for chips")
    store.close()


def test_a_kill_while_the_file_is_made_leaves_one_that_can_be_opened(path: Path) -> None:
    path.parent.mkdir()
    child = start(f"die_migrating({str(path)!r}, 'SELECT 1')")
    assert reap(child) == ([], "")
    store = open_store(path)
    assert (store.upkeep.check(), store.upkeep.stats()["schema"]) == ([], len(names()))
    store.close()
