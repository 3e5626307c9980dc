"""The contract of LookStore."""

from __future__ import annotations

from monitor.model.search import Look
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, new


def test_a_saved_search_begins_as_looked_at_and_is_forgotten_when_it_is_none(store: Store) -> None:
    store.looks.keep(["a"], NOW)
    assert store.looks.looks() == {"a": Look(NOW, 1)}
    (one, two) = add(store, new("1"), new("2"))
    store.looks.keep(["b", "a"], NOW + HOUR)
    assert store.looks.looks() == {"a": Look(NOW, 1), "b": Look(NOW + HOUR, two + 1)}
    store.looks.keep(["b"], NOW + HOUR)
    store.looks.keep(["a", "b"], NOW + 2 * HOUR)
    assert store.looks.looks()["a"] == Look(NOW + 2 * HOUR, two + 1)
    assert one < two


def test_a_look_goes_forward_only_and_no_further_than_there_are_entries(store: Store) -> None:
    store.looks.keep(["a"], NOW)
    (one, two) = add(store, new("1"), new("2"))
    store.looks.looked("a", two, NOW + HOUR)
    assert store.looks.looks() == {"a": Look(NOW + HOUR, two)}
    store.looks.looked("a", one, NOW + 2 * HOUR)
    assert store.looks.looks() == {"a": Look(NOW + 2 * HOUR, two)}
    for far in (10**30, -(10**30), 0):
        store.looks.looked("a", far, NOW + 2 * HOUR)
    assert store.looks.looks() == {"a": Look(NOW + 2 * HOUR, two + 1)}
    store.looks.looked("nobody", 1, NOW)
    assert store.looks.looks().keys() == {"a"}


def test_what_stays_as_it_is_writes_nothing(store: Store) -> None:
    store.looks.keep(["a"], NOW)
    with store.database.read() as connection:
        before = connection.execute("PRAGMA data_version").fetchone()[0]
    store.looks.keep(["a"], NOW + HOUR)
    assert store.looks.looks() == {"a": Look(NOW, 1)}
    with store.database.read() as connection:
        assert connection.execute("PRAGMA data_version").fetchone()[0] == before
