"""Whatever a rebuild finds, stories about which a person decided stay where they are."""

from __future__ import annotations

from dataclasses import replace

from monitor.model.ruling import Wish
from monitor.model.story import StoryMerge
from monitor.store import Store
from monitor.store.decisions import merge_stories
from monitor.store.story_keys import index_for_grouping
from monitor.stories.grouping import group
from tests.store.builders import DAY, NOW, add, alone, match, new, ungrouped
from tests.store.test_rulings import into, members, story

LATER = NOW + 60 * DAY
DEAL = "Tarnwell signs Quillon partnership agreement with Ostermark on compute"
DEAL_AGAIN = "Ostermark, Tarnwell sign new Quillon compute partnership agreement"
DEAL_TODAY = "Quillon compute: Ostermark and Tarnwell sign partnership agreement today"


def told(store: Store, title: str, outlet: str, day: float) -> int:
    """Store an entry without a story."""
    site = f"https://{outlet}.example"
    entry = new(
        outlet,
        title=title,
        text="",
        url=f"{site}/x",
        domain=f"{outlet}.example",
        matches=(match(),),
    )
    return ungrouped(store, add(store, entry, at=NOW + day * DAY, feed=f"{site}/feed"))[0]


def keyed(store: Store, *entries: int) -> None:
    with store.database.write() as connection:
        index_for_grouping(connection, entries)


def rebuilt(store: Store, since: float) -> None:
    at = store.rebuilds.begin(NOW + since * DAY, 1, LATER)
    while not at.finished:
        at = store.rebuilds.piece(group, LATER)


def test_a_story_pinned_by_entries_no_longer_looked_at_is_not_moved(store: Store) -> None:
    zebra = told(store, "Zebra habitats threatened by drought", "z", 0)
    rules = told(store, "Lawmakers debate Anvil safety rules in Harbour City", "a", 0.1)
    deal, again = told(store, DEAL, "d", 8.0), told(store, DEAL_AGAIN, "b", 8.2)
    today = told(store, DEAL_TODAY, "c", 8.5)
    store.stories.attach([alone(zebra), into(deal, zebra), alone(rules)], NOW)
    store.rulings.rule(Wish("pin", 2), NOW + DAY)
    joined = replace(alone(again), story=2)
    store.stories.attach([joined, into(today, deal)], NOW)
    keyed(store, zebra, rules, deal, again, today)
    rebuilt(store, 8.4)
    assert {rules, again} <= {entry for entry, _, _ in members(store, 2)}
    assert story(store, 2).merged_into is None
    store.rulings.undo(None, LATER)
    assert {rules, again} <= {entry for entry, _, _ in members(store, 2)}
    assert store.upkeep.check() == []


def test_stories_a_person_split_are_not_joined_again(store: Store) -> None:
    zebra = told(store, "Zebra habitats threatened by drought", "z", 0)
    rules = told(store, "Lawmakers debate Anvil safety rules in Harbour City", "a", 0.1)
    deal, again = told(store, DEAL, "d", 8.0), told(store, DEAL_AGAIN, "b", 8.2)
    today = told(store, DEAL_TODAY, "c", 8.5)
    store.stories.attach([alone(zebra), into(rules, zebra)], NOW)
    store.rulings.rule(Wish("split", 1, entries=(rules,)), NOW + DAY)
    store.stories.attach(
        [
            replace(alone(deal), story=1),
            replace(alone(again), story=2),
            replace(alone(today), story=1),
        ],
        NOW,
    )
    keyed(store, zebra, rules, deal, again, today)
    rebuilt(store, 8.4)
    assert [story(store, number).merged_into for number in (1, 2)] == [None, None]
    assert {zebra, deal} <= {entry for entry, _, _ in members(store, 1)}
    assert {rules, again} <= {entry for entry, _, _ in members(store, 2)}


def test_a_merge_turns_round_for_a_pinned_story_and_leaves_two_of_them_alone(store: Store) -> None:
    ids = [told(store, f"Event {name}", name, 0) for name in ("a", "b", "c")]
    store.stories.attach([alone(number) for number in ids], NOW)
    store.rulings.rule(Wish("pin", 2), NOW)
    store.rulings.rule(Wish("pin", 3), NOW)
    with store.database.write() as connection:
        merge_stories(connection, StoryMerge(2, 1, 0.5, "alike"), NOW)
        merge_stories(connection, StoryMerge(3, 2, 0.5, "alike"), NOW)
    assert story(store, 1).merged_into == 2
    assert [story(store, number).merged_into for number in (2, 3)] == [None, None]
    assert [entry for entry, _, _ in members(store, 2)] == ids[:2]


def test_undoing_brings_back_entries_that_have_left_the_stories_concerned(store: Store) -> None:
    one, two, other = (told(store, f"Event {name}", name, 0) for name in ("a", "b", "c"))
    store.stories.attach([alone(one), into(two, one), alone(other)], NOW)
    store.rulings.rule(Wish("pin", 1), NOW)
    with store.database.write() as connection:  # as a version did that moved pinned entries
        connection.execute("UPDATE story_members SET story_id = 2 WHERE entry_id = ?", (one,))
    store.rulings.undo(None, LATER)
    assert members(store, 1) == [(one, None, False), (two, None, False)]
    assert members(store, 2) == [(other, None, False)]
