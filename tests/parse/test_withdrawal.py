"""Which entries were taken back: by what whole documents lack, one after the other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.refresh import Listed, Listing
from monitor.parse.withdrawal import absences

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

Document = Sequence[int]
"""Entries by number, which is also the hour they were published in."""


class Feed:
    """Follows a feed as the store does; what is withdrawn by now is in `withdrawn`."""

    def __init__(self, *, dated: bool = True) -> None:
        self.withdrawn: set[int] = set()
        self.notes: list[str] = []
        self._dated = dated
        self._before = Listing()
        self._visits = 0
        self._known: dict[int, datetime] = {}

    def shows(self, *documents: Document) -> set[int]:
        for document in documents:
            self._visits += 1
            now = NOON + self._visits * HOUR
            listed = tuple(
                # Ids of new entries are not known yet.
                Listed(
                    number if number in self._known else 0,
                    NOON + number * HOUR if self._dated else None,
                    self._known.get(number, now),
                    f"key {number}",
                )
                for number in document
            )
            found = absences(self._before, listed)
            self.withdrawn = (self.withdrawn | set(found.withdrawn)) - set(document)
            self.notes += [found.note] * bool(found.note)
            for number in document:
                self._known.setdefault(number, now)
            stored = tuple(
                Listed(number, each.published_at, each.listed_at)
                for number, each in zip(document, listed, strict=True)
            )
            self._before = Listing(stored, found.missing)
        return self.withdrawn


def down(newest: int, oldest: int, *gone: int) -> list[int]:
    """A document, newest first."""
    return [number for number in range(newest, oldest - 1, -1) if number not in gone]


CASES: list[tuple[str, list[Document], set[int]]] = [
    ("gone twice with older ones shown", [down(9, 1), down(9, 1, 7), down(10, 1, 7)], {7}),
    ("gone once", [down(9, 1), down(9, 1, 7)], set()),
    ("a cache flip", [down(9, 1), down(8, 0), down(9, 1), down(10, 2)], set()),
    ("gone, back, gone", [down(9, 1), down(9, 1, 7), down(9, 1), down(10, 1, 7)], set()),
    ("the newest one", [down(9, 1), down(8, 1), down(10, 1, 9)], {9}),
    ("it comes back later", [down(9, 1), *[down(n, 1, 7) for n in (9, 10, 11)], down(12, 1)], set()),
    ("rolling", [down(9, 1), down(10, 2), down(11, 3), down(20, 12), down(21, 13)], set()),
    ("rolling while one is gone", [down(9, 1), down(10, 2, 7), down(11, 3, 7)], {7}),
    ("the last but one", [down(9, 1), down(9, 1, 2), down(10, 1, 2)], set()),
    ("the last but two", [down(9, 1), down(9, 1, 3), down(9, 1, 3, 9)], {3}),
    ("three at once", [down(9, 1), down(9, 1, 7, 6, 5), down(10, 1, 7, 6, 5)], {5, 6, 7}),
    ("four at once of nine", [down(9, 1), *[down(n, 1, 7, 6, 5, 4) for n in (9, 10, 11)]], set()),
    ("four of thirty", [down(30, 1), *[down(n, 1, 9, 8, 7, 6) for n in (30, 31)]], {6, 7, 8, 9}),
    ("two posts that never leave",
     [[*down(20 + n, 10 + n), 2, 1] for n in range(8)], set()),
    ("one post pinned on top", [[1, *down(9 + n, 2)] for n in range(3)], set()),
    ("one post pinned on top and one gone",
     [[1, *down(9, 2)], [1, *down(9, 2, 7)], [1, *down(10, 2, 7)]], {7}),
    ("a ranking", [[3, 9, 1, 7, 5, 8], [3, 9, 1, 5, 8, 2], [9, 3, 1, 5, 2, 6]], set()),
    ("oldest first", [down(9, 1)[::-1], down(9, 1, 7)[::-1], down(10, 1, 7)[::-1]], {7}),
    ("another page", [down(9, 1), down(5, 0), down(9, 1)], set()),
    ("reordered", [down(9, 1), [5, 4, 9, 8, 1, 2, 3, 6], [5, 4, 9, 8, 1, 2, 3, 6]], set()),
    ("emptied", [down(9, 1), [], down(9, 1, 7), down(10, 1, 7)], set()),
    ("all others", [down(9, 1), down(99, 90), down(100, 91)], set()),
    ("missing, then a reorganisation",
     [down(20, 1), down(21, 1, 7), down(21, 1, 7, *range(8, 18))], set()),
    ("the same document twice", [down(9, 1), down(9, 1, 7), down(9, 1, 7)], set()),
    ("the same twice and then something new",
     [down(9, 1), down(9, 1, 7), down(9, 1, 7), down(10, 1, 7)], {7}),
    ("the same twice and then back",
     [down(9, 1), down(9, 1, 7), down(9, 1, 7), down(10, 1)], set()),
    ("the first again in another order",
     [down(9, 1), down(9, 1, 7), [8, 9, *down(6, 1)], [8, 9, *down(6, 1)]], set()),
    ("older ones put in", [down(9, 5), [9, 8, 7, 6, 4, 3, 2], [10, 9, 8, 7, 6, 4, 3, 2]], set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("documents", "wanted"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_withdrawn(documents: list[Document], wanted: set[int]) -> None:
    assert Feed().shows(*documents) == wanted


def test_without_dates_it_counts_when_an_entry_was_first_listed() -> None:
    one, other = Feed(dated=False), Feed(dated=False)
    assert one.shows(down(9, 1), down(9, 1, 7), down(10, 1, 7)) == set(), "all are equally old"
    later = [down(9, 1), down(12, 1), down(12, 1, 11), down(13, 1, 11)]
    assert other.shows(*later) == {11}


def test_a_reorganisation_is_told() -> None:
    feed = Feed()
    feed.shows(down(9, 1), down(9, 1, 7, 6, 5, 4))
    assert feed.notes == [
        "4 entries gone at once while older ones are shown: taken for a reorganisation"
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.booleans(),
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 12), st.integers(-5, 5)), max_size=12),
)
def test_a_feed_that_only_rolls_off_its_oldest_marks_nothing(
    dated: bool, size: int, visits: list[tuple[int, int]]
) -> None:
    feed = Feed(dated=dated)
    newest, oldest = 100, 100 - size
    for new, longer in visits:
        newest += new
        oldest = max(oldest, min(newest, newest - size - longer))
        assert feed.shows(down(newest, oldest)) == set()


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(5, 30))
def test_shuffled_documents_mark_nothing(rng: random.Random, size: int) -> None:
    feed = Feed()
    for _ in range(6):
        document = rng.sample(range(100), size)
        ordered = sorted(document) == document or sorted(document)[::-1] == document
        if not ordered and size > 12:
            assert feed.shows(document) == set()


@settings(max_examples=100, deadline=None)
@given(st.integers(8, 30), st.data())
def test_one_that_is_taken_back_is_noticed_and_nothing_else(size: int, data: st.DataObject) -> None:
    gone = data.draw(st.integers(4, size))
    feed = Feed()
    assert feed.shows(down(size, 1), down(size, 1, gone)) == set()
    assert feed.shows(down(size + 1, 1, gone)) == {gone}
    assert feed.shows(down(size + 2, 1)) == set()
