"""A rebuild of what a rebuild has just grouped moves nothing."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest

from monitor.model.rebuild import Rebuild
from monitor.model.ruling import Wish
from monitor.store import Store, open_store, rebuilding
from monitor.store.connection import Database
from monitor.stories.grouping import group
from tests.store.builders import DAY, NOW, add, match, new

LATER = NOW + 60 * DAY
NAMES = ("Tarnwell", "Quillon", "Ostermark", "Freedonia", "Anvil", "Brindle", "Corvane", "Delmar")
DEEDS = ("signs", "rejects", "opens", "bans", "sues", "buys")
THINGS = ("compute", "chips", "robots", "pavements", "harbours", "licences", "photographs", "mines")
MORE = ("deal", "plant", "court", "rules", "today", "partnership", "agreement", "again", "appeal")


def history(store: Store, rng: random.Random, days: int, a_day: int) -> None:
    """Store reports of events, each told in several ways on several days, as a monitor would."""
    events = [
        [*rng.sample(NAMES, 2), rng.choice(DEEDS), *rng.sample(THINGS, 2), *rng.sample(MORE, 3)]
        for _ in range(max(2, days * a_day // 4))
    ]
    for day in range(days):
        for number in range(a_day):
            near = min(len(events) - 1, max(0, int(rng.gauss(day * a_day / 4, 3))))
            words = [word for word in events[near] if rng.random() < 0.75] or events[near]
            rng.shuffle(words)
            outlet = f"o{rng.randrange(9)}"
            key = f"{day}-{number}"
            entry = new(
                key,
                title=" ".join(words).capitalize(),
                text="",
                excerpt=" ".join(rng.sample(events[near], 4)),
                url=f"https://{outlet}.example/{key}",
                domain=f"{outlet}.example",
                matches=(match(),),
            )
            at = NOW + (day + number / a_day) * DAY
            add(store, entry, at=at, feed=f"https://{outlet}.example/feed")


def rebuilt(store: Store) -> Rebuild:
    at = store.rebuilds.begin(None, 1, LATER)
    while not at.finished:
        at = store.rebuilds.piece(group, LATER)
    return at


def standing(database: Database) -> tuple[dict[int, int], list[tuple[int, int | None]]]:
    with database.read() as connection:
        members = connection.execute("SELECT entry_id, story_id FROM story_members").fetchall()
        stories = connection.execute("SELECT id, merged_into FROM stories ORDER BY id").fetchall()
    return {row[0]: row[1] for row in members}, [tuple(row) for row in stories]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 5, 6, 8, *(pytest.param(n, marks=pytest.mark.long) for n in range(10, 60))])  # fmt: skip
def test_what_a_rebuild_tells_is_net_and_a_second_one_moves_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    # small, so that much is opened in one piece and turns out to be one with another in a later one
    monkeypatch.setattr(rebuilding, "PIECE", rng.choice((3, 7, 20)))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "db" / "monitor.db")
        history(store, rng, rng.randrange(3, 12), rng.choice((4, 8, 12)))
        numbers = sorted(set(standing(store.database)[0].values()))
        for story in rng.sample(numbers, rng.randrange(3)):
            store.rulings.rule(Wish("pin", story), NOW)
        with store.database.write() as connection:  # as an older version might have grouped them
            for entry, _ in rng.sample(sorted(standing(store.database)[0].items()), 6):
                connection.execute(
                    "UPDATE story_members SET story_id = ?, copy_of = NULL "
                    "WHERE entry_id = ? AND NOT pinned",
                    (rng.choice(numbers), entry),
                )
        before, old = standing(store.database)
        *_, tried = store.rebuilds.tried(None, 1, group, LATER)
        assert standing(store.database) == (before, old)
        first = rebuilt(store)
        assert tried == first
        after, stories = standing(store.database)
        assert first.moved == sum(before[entry] != after[entry] for entry in after)
        assert first.opened == len(set(after.values()) - set(before.values()))
        assert first.merged == len(set(before.values()) - set(after.values()))
        assert {story for story, _ in stories} - {story for story, _ in old} <= set(after.values())
        assert store.upkeep.check() == []
        second = rebuilt(store)
        assert (second.moved, second.opened, second.merged, second.split) == (0, 0, 0, 0)
        assert second.samples == ()
        assert standing(store.database) == (after, stories)
        store.close()
