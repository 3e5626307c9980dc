"""What editions have told: by entries, so that it holds whatever becomes of their stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.model.edition import LeftOut, Window
from monitor.model.ruling import Wish
from monitor.store import Store
from tests.store.builders import DAY, HOUR, NOW, add, match, new, outcome, record, revised
from tests.store.test_editions import NEWEST, RENDERED, TO, UNEDITED, an_edition
from tests.store.test_pages import claim, on, stored, taken, visit

NEXT = Window(NOW + DAY, NOW + 2 * DAY, "UTC")


def freeze(
    store: Store, *entries: int, digest: str = "daily", left_out: tuple[int, ...] = ()
) -> str:
    """Freeze an edition of the day that begins now with a card of these entries."""
    edition = replace(
        an_edition(entries=entries),
        id=f"{digest}-1",
        digest=digest,
        window=Window(NOW, NOW + DAY, "UTC"),
        left_out=tuple(LeftOut(each, 0, "more") for each in left_out),
    )
    frozen = store.editions.freeze(edition, RENDERED, TO, NOW + DAY, NEWEST, UNEDITED)
    assert frozen is not None
    return frozen.id


def story_of(store: Store, entry_id: int) -> int:
    (entry,) = store.entries.entries([entry_id])
    assert entry.story is not None
    return entry.story


def test_a_story_is_told_when_one_of_its_entries_stood_on_a_card_of_that_digest(
    store: Store,
) -> None:
    one, two, three = add(
        store,
        new("1", title="Bureau lists firms", matches=(match(),)),
        new("2", title="Parliament votes on audits", matches=(match(),)),
        new("3", title="Harbour opens a museum", matches=(match(),)),
    )
    stories = [story_of(store, each) for each in (one, two, three)]
    assert store.ledger.told("daily", stories, NOW + DAY) == {}
    name = freeze(store, one, left_out=(three,))
    told = store.ledger.told("daily", stories, NOW + DAY)
    assert list(told) == stories[:1]
    assert (told[stories[0]].edition, told[stories[0]].on) == (name, date(2026, 11, 23))
    assert told[stories[0]].until_at == NOW + DAY
    assert store.ledger.told("daily", stories, NOW + DAY - HOUR) == {}  # a preview of before
    assert store.ledger.told("weekly", stories, NOW + DAY) == {}


def test_a_story_stays_told_when_it_is_merged_into_another(store: Store) -> None:
    one, two = add(
        store,
        new("1", title="Bureau lists firms", matches=(match(),)),
        new("2", title="Parliament votes on audits", matches=(match(),)),
    )
    freeze(store, two)
    into, gone = story_of(store, one), story_of(store, two)
    store.rulings.rule(Wish(kind="merge", story=into, others=(gone,)), NOW + HOUR)
    assert set(store.ledger.told("daily", [into, gone], NOW + DAY)) == {into}


def test_what_was_told_and_edited_or_withdrawn_since_comes_with_its_former_headline(
    store: Store,
) -> None:
    one, two, three = add(store, new("1", title="First"), new("2"), new("3"))
    name = freeze(store, one, two)
    feed = store.feeds.feeds()[0].id
    for hours, title in ((1, "Second"), (2, "Third")):
        at = NOW + DAY + hours * HOUR
        record(
            store,
            outcome(
                feed,
                at=at,
                revised=(revised(one, "1", title=title), revised(three, "3", title=title)),
            ),
            at,
        )
    (changed,) = store.ledger.changed("daily", NEXT)
    assert (changed.kind, changed.entry, changed.told_in) == ("edited", one, name)
    assert (changed.before, changed.title, changed.at) == ("First", "Third", NOW + DAY + 2 * HOUR)
    assert store.ledger.changed("daily", Window(NOW, NOW + DAY, "UTC")) == []
    assert store.ledger.changed("weekly", NEXT) == []


def test_an_entry_whose_text_changed_is_uncovered_until_an_edition_has_covered_it(
    store: Store,
) -> None:
    one, two, three, four = add(store, new("1"), new("2"), new("3"), new("4"))
    freeze(store, one, left_out=(two,))
    feed = store.feeds.feeds()[0].id
    at = NOW + DAY + HOUR
    edits = tuple(revised(each, str(each), title="Other") for each in (one, two, three))
    record(store, outcome(feed, at=at, revised=edits), at)
    assert store.ledger.uncovered("daily", NEXT) == [three]
    assert store.ledger.uncovered("weekly", NEXT) == [one, two, three]
    assert four not in store.ledger.uncovered("weekly", NEXT)


def test_a_page_whose_visit_began_before_the_cutoff_gives_its_text_after_it(store: Store) -> None:
    """Else the closed window would swallow the text: a section's query would never be held to it."""
    (entry_id,) = stored(store, on("1"))
    (page,) = claim(store)
    freeze(store)  # its window, from NOW to a day later, is closed before the text is written
    began = NOW + DAY - HOUR
    store.pages.take(visit(page), taken(store), began)
    assert entry_id in store.ledger.uncovered("daily", Window(NOW + DAY, NOW + 2 * DAY, "UTC"))


def test_the_last_delivered_edition_is_one_with_a_recipient(store: Store) -> None:
    assert store.ledger.last_delivered("daily") is None
    edition = replace(an_edition("empty"), window=Window(NOW - DAY, NOW, "UTC"))
    store.editions.freeze(edition, RENDERED, (), NOW, NEWEST, UNEDITED)
    assert store.ledger.last_delivered("daily") is None
    freeze(store)
    assert store.ledger.last_delivered("daily") == NOW + DAY


def test_an_entry_that_was_only_left_out_may_be_pruned(store: Store) -> None:
    (gone,) = add(store, new("1"))
    freeze(store, left_out=(gone,))
    assert store.upkeep.prune(NOW + HOUR, NOW) == (1, 0)


@pytest.mark.parametrize("matching", [True, False])
def test_an_entry_that_comes_to_match_is_covered_by_the_window_in_which_it_does(
    store: Store, matching: bool
) -> None:
    """It was first seen in a window that is closed; no other edition would ever show it."""
    (one,) = add(store, new("1", matches=(match("other"),)))
    freeze(store)
    feed = store.feeds.feeds()[0].id
    early = NOW + HOUR  # by a clock that runs behind: the window of that time is closed
    matches = (match("other"), match()) if matching else (match("other"),)
    record(
        store,
        outcome(feed, at=early, revised=(revised(one, "1", title="New", matches=matches),)),
        early,
    )
    found = [entry.id for entry in store.entries.matched(NEXT, ["chips"])]
    assert found == ([one] if matching else [])
    assert store.entries.matched(NEXT, ["chips", "other"]) == []
    assert store.entries.matched(Window(NOW + 2 * DAY, NOW + 3 * DAY, "UTC"), ["chips"]) == []


def test_what_comes_to_match_after_the_window_is_left_to_the_next_one(store: Store) -> None:
    """An edition may be composed long after its cutoff; what was edited meanwhile is not told twice."""
    (one,) = add(store, new("1"))
    feed = store.feeds.feeds()[0].id
    late = NOW + DAY + HOUR
    edit = revised(one, "1", title="New", matches=(match(),))
    record(store, outcome(feed, at=late, revised=(edit,)), late)
    found = [
        [entry.id for entry in store.entries.matched(window, ["chips"])]
        for window in (Window(NOW, NOW + DAY, "UTC"), NEXT)
    ]
    assert found == [[], [one]]
