"""The contract of StarStore, and what entries say of stars and editions."""

from __future__ import annotations

import pytest

from monitor.errors import NotFoundError
from monitor.query import document_of, evaluate, parse
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, new
from tests.store.test_editions import NEWEST, RENDERED, UNEDITED, an_edition


def test_stars_come_and_go_the_latest_first(store: Store) -> None:
    one, two, three = add(store, new("1"), new("2"), new("3"))
    assert store.stars.starred() == []
    assert store.stars.star([one], NOW) == [one]
    assert store.stars.star([three, one, three], NOW + HOUR) == [three]
    assert store.stars.starred() == [three, one]
    for unknown in (999, -1, 10**30):
        with pytest.raises(NotFoundError, match=f"e{unknown} "):
            store.stars.unstar([three, unknown])
    assert store.stars.starred() == [three, one]
    assert store.stars.unstar([three, two, three]) == [three]
    assert store.stars.starred() == [one]


@pytest.mark.parametrize("unknown", [0, -1, 999, 10**30])
def test_an_unknown_entry_is_not_starred_nor_are_those_with_it(store: Store, unknown: int) -> None:
    (one,) = add(store, new("1"))
    with pytest.raises(NotFoundError, match=f"e{unknown}"):
        store.stars.star([one, unknown], NOW)
    assert store.stars.starred() == []


def test_an_entry_says_that_it_is_starred_and_a_query_finds_it(store: Store) -> None:
    one, two = add(store, new("1"), new("2"))
    store.stars.star([two], NOW)
    assert [entry.starred for entry in store.entries.entries([one, two])] == [False, True]
    whole = store.entries.entry(two)
    assert whole is not None
    assert whole.starred
    assert not whole.sent
    assert evaluate(parse("is:starred"), document_of(whole), NOW) is not None
    assert evaluate(parse("is:sent"), document_of(whole), NOW) is None


def test_an_entry_on_a_card_of_an_edition_is_sent(store: Store) -> None:
    one, two = add(store, new("1"), new("2"))
    store.editions.freeze(an_edition(entries=(two,)), RENDERED, (), NOW, NEWEST, UNEDITED)
    store.editions.freeze(
        an_edition("2026-11-24T07:00", entries=(two,)), RENDERED, (), NOW + HOUR, NEWEST, UNEDITED
    )
    found = store.entries.entries([one, two])
    assert [entry.sent for entry in found] == [False, True]
    held = [evaluate(parse("is:sent"), document_of(entry), NOW) is not None for entry in found]
    assert held == [False, True]
