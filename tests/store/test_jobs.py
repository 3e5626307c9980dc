"""The contract of JobStore: who works on what, and what becomes of it."""

from __future__ import annotations

import pytest

from monitor.model.job import JobState
from monitor.store import Store
from tests.store.builders import HOUR, NOW

LEASE = HOUR
KINDS = ("rematch", "rebuild")


def test_the_same_work_is_not_begun_twice_while_it_is_open(store: Store) -> None:
    one = store.jobs.start("rematch", "Chips", {"topic": "chips"}, NOW)
    assert store.jobs.start("rematch", "Chips", {"topic": "chips"}, NOW + HOUR) == one
    other = store.jobs.start("rematch", "Wafers", {"topic": "wafers"}, NOW)
    assert [job.id for job in store.jobs.jobs(9)] == [other.id, one.id]
    assert store.jobs.claim(KINDS, "me", NOW, LEASE)
    assert store.jobs.finish(one.id, "me", NOW, "done", "Done.", {"gained": 2})
    again = store.jobs.start("rematch", "Chips", {"topic": "chips"}, NOW)
    assert again.id not in (one.id, other.id)


def test_a_job_is_worked_on_by_one_until_its_lease_is_over(store: Store) -> None:
    job = store.jobs.start("rebuild", "All", {}, NOW)
    assert store.jobs.claim(("fetch",), "me", NOW, LEASE) is None
    mine = store.jobs.claim(KINDS, "me", NOW, LEASE)
    assert mine is not None
    assert (mine.id, mine.state) == (job.id, "running")
    assert store.jobs.claim(KINDS, "you", NOW + HOUR / 2, LEASE) is None
    assert store.jobs.note(job.id, "me", NOW + HOUR / 2, LEASE, 3, 9, "three")
    assert store.jobs.claim(KINDS, "you", NOW + HOUR, LEASE) is None  # held longer
    yours = store.jobs.claim(KINDS, "you", NOW + 2 * HOUR, LEASE)
    assert yours is not None
    assert (yours.done, yours.total, yours.words) == (3, 9, "three")
    assert not store.jobs.note(job.id, "me", NOW + 2 * HOUR, LEASE, 9, 9, "mine")
    assert not store.jobs.finish(job.id, "me", NOW, "done", "mine", {})
    store.jobs.give_back(job.id, "me", NOW)
    assert store.jobs.claim(KINDS, "they", NOW + 2 * HOUR, LEASE) is None
    store.jobs.give_back(job.id, "you", NOW)
    assert store.jobs.claim(KINDS, "they", NOW + 2 * HOUR, LEASE) is not None


def test_a_job_whose_workers_are_never_heard_of_again_is_given_up(store: Store) -> None:
    job = store.jobs.start("rebuild", "All", {}, NOW, b"a list")
    for lost in range(3):
        assert store.jobs.claim(KINDS, f"worker {lost}", NOW + 2 * lost * HOUR, LEASE) is not None
    assert store.jobs.claim(KINDS, "worker 3", NOW + 6 * HOUR, LEASE) is None
    given_up = store.jobs.job(job.id)
    assert given_up is not None
    assert given_up.state == "failed"
    assert "ended 3 times" in given_up.words
    assert store.jobs.document(job.id) is None


def test_a_job_that_is_given_back_is_taken_up_however_often(store: Store) -> None:
    job = store.jobs.start("rebuild", "All", {}, NOW)
    for _ in range(9):
        assert store.jobs.claim(KINDS, "me", NOW, LEASE) is not None
        store.jobs.give_back(job.id, "me", NOW)


def test_a_lease_from_a_wrong_clock_does_not_hold(store: Store) -> None:
    store.jobs.start("rebuild", "All", {}, NOW)
    assert store.jobs.claim(KINDS, "me", NOW + 10_000 * HOUR, LEASE)
    assert store.jobs.claim(KINDS, "you", NOW, LEASE)


def test_a_stopped_job_stays_so_and_still_gets_what_came_of_it(store: Store) -> None:
    job = store.jobs.start("rebuild", "All", {}, NOW, b"list")
    assert store.jobs.claim(KINDS, "me", NOW, LEASE)
    assert store.jobs.document(job.id) == b"list"
    stopped = store.jobs.stop(job.id, NOW)
    assert stopped is not None
    assert stopped.state == "stopped"
    assert store.jobs.document(job.id) is None
    assert not store.jobs.note(job.id, "me", NOW, LEASE, 1, 1, "on")
    assert store.jobs.finish(job.id, "me", NOW, "done", "Two of nine.", {"n": 2})
    ended = store.jobs.job(job.id)
    assert ended is not None
    assert (ended.state, ended.words, ended.result) == ("stopped", "Two of nine.", {"n": 2})
    assert store.jobs.claim(KINDS, "you", NOW + 9 * HOUR, LEASE) is None


@pytest.mark.parametrize("state", ["done", "failed"])
def test_what_ended_is_dropped_in_time_and_what_is_open_is_not(
    store: Store, state: JobState
) -> None:
    one = store.jobs.start("rebuild", "All", {}, NOW)
    two = store.jobs.start("rematch", "Chips", {}, NOW)
    store.jobs.claim(("rebuild",), "me", NOW, LEASE)
    store.jobs.finish(one.id, "me", NOW, state, "", {})
    assert store.jobs.prune(NOW) == 0
    assert store.jobs.prune(NOW + HOUR) == 1
    assert [job.id for job in store.jobs.jobs(9)] == [two.id]


@pytest.mark.parametrize("unknown", [0, -1, 999, 10**30])
def test_an_unknown_job_is_none(store: Store, unknown: int) -> None:
    assert store.jobs.job(unknown) is None
    assert store.jobs.stop(unknown, NOW) is None
