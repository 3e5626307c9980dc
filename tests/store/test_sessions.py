"""Sessions: good while they are used and the password is the same, and never longer than a month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.store import Store

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_session_is_good_for_its_password_and_cookie_alone(store: Store) -> None:
    store.sessions.begin("a", "p", NOW)
    assert store.sessions.is_good("a", "p", NOW)
    assert not store.sessions.is_good("b", "p", NOW)
    assert not store.sessions.is_good("a", "q", NOW)
    assert store.sessions.count("p", NOW) == 1


def test_it_ends_a_week_after_it_was_used_and_after_a_month(store: Store) -> None:
    store.sessions.begin("a", "p", NOW)
    assert store.sessions.is_good("a", "p", NOW + 6.9 * DAY)
    assert not store.sessions.is_good("a", "p", NOW + 7 * DAY)
    for days in (6, 12, 18, 24):
        store.sessions.note("a", NOW + days * DAY)
    assert store.sessions.is_good("a", "p", NOW + 29.9 * DAY)
    assert not store.sessions.is_good("a", "p", NOW + 30 * DAY)


def test_that_it_is_used_is_written_once_an_hour(store: Store) -> None:
    store.sessions.begin("a", "p", NOW)
    store.sessions.note("a", NOW + timedelta(minutes=59))
    assert not store.sessions.is_good("a", "p", NOW + 7 * DAY)
    store.sessions.note("a", NOW + timedelta(minutes=61))
    assert store.sessions.is_good("a", "p", NOW + 7 * DAY)
    store.sessions.note("unknown", NOW + DAY)


def test_ended_ones_are_good_no_more_and_old_ones_are_dropped(store: Store) -> None:
    for name in "abc":
        store.sessions.begin(name, "p", NOW)
    store.sessions.end("a")
    assert not store.sessions.is_good("a", "p", NOW)
    assert store.sessions.end_all() == 2
    store.sessions.begin("d", "p", NOW)
    store.sessions.begin("e", "q", NOW)
    assert store.sessions.end_all() == 1
