"""The outbox in SQLite: any order of senders, deaths, refusals and clock jumps repeats nothing unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import NotFoundError, OvertakenError, UsageError
from monitor.model.delivery import Claimed
from monitor.model.digest import Recipient
from monitor.store import Store, open_store
from monitor.store.deliveries import plan
from monitor.store.rows import instant
from tests.store.builders import NOW

MINUTE = timedelta(minutes=1)
FATES = ("taken", "taken-and-lost", "refused", "lost")
ACTIONS = st.one_of(
    st.tuples(st.just("go"), st.integers(0, 2), st.sampled_from(FATES)),
    st.tuples(st.just("die"), st.integers(0, 2), st.just("")),
    st.tuples(st.just("turn"), st.sampled_from([1, 4, 13, 300, -1500, 6000]), st.just("")),
)


def plan_one(store: Store, at: datetime = NOW) -> None:
    with store.database.write() as connection:
        connection.execute(
            "INSERT INTO alert_messages (alert, created_at, subject, text, markdown, html, json) "
            "VALUES ('chips', ?, 's', 't', 'm', 'h', '{}')",
            (instant(at),),
        )
        plan(connection, [Recipient("mail", "ann@reader.example")], at, alert_message=1)


@contextmanager
def opened() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "db" / "monitor.db")
        plan_one(store)
        yield store
        store.close()


class World:
    """Three senders, a server that keeps what it takes, and a clock."""

    def __init__(self, store: Store) -> None:
        self.deliveries = store.deliveries
        self.now = NOW
        self.held: dict[int, tuple[Claimed, bool]] = {}
        self.copies: list[Claimed] = []

    def go(self, sender: int, fate: str) -> None:
        """Let a sender do its next step: claim, hand over, or learn its fate."""
        if sender not in self.held:
            claimed = self.deliveries.claim_next(self.now)
            if claimed is not None:
                self.held[sender] = (claimed, False)
            return
        claimed, handed = self.held[sender]
        if not handed:
            try:
                self.deliveries.hand_over(claimed, self.now)
            except OvertakenError:
                del self.held[sender]
            else:
                self.held[sender] = (claimed, True)
            return
        del self.held[sender]
        if fate.startswith("taken"):
            self.copies.append(claimed)
        if fate == "taken":
            self.deliveries.finish(claimed, "sent", self.now)
        elif fate == "refused":
            self.deliveries.finish(claimed, "temporary", self.now, "later")
        else:
            self.deliveries.finish(claimed, "unknown", self.now, "lost")

    def finish(self) -> None:
        """Let one more sender do what is left, the others being dead."""
        self.held.clear()
        for _ in range(12):
            self.now += timedelta(hours=5)
            self.go(9, "taken")
        if 9 in self.held:
            self.go(9, "taken")


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=40))
def test_whatever_happens_there_is_one_message_and_at_most_one_repeat_that_says_so(
    actions: list[tuple[str, int, str]],
) -> None:
    with opened() as store:
        world = World(store)
        for action, number, fate in actions:
            if action == "go":
                world.go(number, fate)
            elif action == "die":
                world.held.pop(number, None)
            else:
                world.now += number * MINUTE
        world.finish()
        delivery = store.deliveries.delivery(1)
        assert delivery is not None
        assert len(world.copies) <= 2
        assert sum(not each.doubtful for each in world.copies) <= 1
        assert len({each.of for each in world.copies}) <= 1
        if delivery.state == "sent":
            assert world.copies
        else:
            # Only what may have arrived, or is old news, is left to a person.
            assert delivery.next_at is None
            assert delivery.state in ("unknown", "failed")
        if delivery.state == "unknown":
            assert delivery.repeats >= 1


def test_a_delivery_nobody_knows() -> None:
    with opened() as store:
        for number in (5, 0, -1, 10**30):
            assert store.deliveries.delivery(number) is None
            assert store.deliveries.list_of(number) is None
            with pytest.raises(NotFoundError, match=f"delivery {number};"):
                store.deliveries.claim(number, NOW)
        store.deliveries.unsubscribe(99, NOW)


def test_one_that_is_sent_is_claimed_by_nobody() -> None:
    with opened() as store:
        claimed = store.deliveries.claim_next(NOW)
        assert claimed is not None
        assert (claimed.of, claimed.kind, claimed.list_name) == ("alert-chips-1", "alerts", "chips")
        sent = store.deliveries.finish(claimed, "sent", NOW)
        assert sent is not None
        assert (sent.state, sent.attempts, sent.error) == ("sent", 1, "")
        assert store.deliveries.claim_next(NOW + 999 * MINUTE) is None
        assert store.deliveries.open_deliveries() == []
        with pytest.raises(UsageError, match="not sent twice"):
            store.deliveries.claim(1, NOW)


def test_a_home_has_a_name_and_a_secret_of_its_own() -> None:
    with opened() as one, opened() as other:
        assert one.deliveries.identity() == one.deliveries.identity()
        assert not set(one.deliveries.identity()) & set(other.deliveries.identity())
        assert [len(each) for each in one.deliveries.identity()] == [16, 64]
