"""Promise 2, no article missed: random histories with crashes, kills and restarts between.

Hundreds of histories share a home and its processes; each is visited once a round.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.service.wiring import open_services
from monitor.settings.home import Home
from monitor.store.feeds import SqliteFeeds
from monitor.store.refresh import SqliteRefresh
from tests.reference.children import Child
from tests.reference.clock import Clock
from tests.reference.driving import found, living, make_home, visits_logged
from tests.reference.histories import History, until_all_are_due
from tests.reference.publisher import word_of
from tests.reference.server import Server, serving

QUICK_ROUNDS, LONG_ROUNDS = 5, 8
BATCH = 500

# A busy machine is no failure: nothing here waits for real time.
pytestmark = pytest.mark.timeout(1800)


class CrashError(BaseException):
    """The process is gone: nothing may catch it, and nothing is written after it."""


@contextmanager
def dying(writes: int, *, written: bool) -> Iterator[None]:
    """Let the process die at its so-manieth write, before or after it is committed."""
    record, release = SqliteRefresh.record, SqliteFeeds.release
    left = writes

    def dying_record(self: SqliteRefresh, *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left > 0:
            return record(self, *args)
        if left == 0 and written:
            record(self, *args)
        raise CrashError

    def dying_release(self: SqliteFeeds, *args: Any, **more: Any) -> None:
        if left > 0:
            release(self, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteRefresh, "record", dying_record)
        patch.setattr(SqliteFeeds, "release", dying_release)
        yield


@dataclass(frozen=True)
class World:
    """Histories that share a home, a server and a clock."""

    server: Server
    home: Home
    clock: Clock
    histories: dict[str, History]
    chance: random.Random

    def live(self, rounds: int) -> None:
        """Visit every history once a round; each round is a process that ends in one way or another.

        One of them is killed.
        """
        kill_in = self.chance.randrange(1, rounds - 1)
        for nth in range(rounds):
            for history in self.histories.values():
                history.happen(self.clock())
            if nth == kill_in:
                self._killed()
            elif nth < rounds - 1 and self.chance.random() < 0.5:
                self._crashed()
            else:
                asyncio.run(self._round())
            self.clock.forward(until_all_are_due())

    async def _round(self) -> None:
        with visits_logged(lambda url, _: self.heard(url)):
            async with living(self.home, self.clock) as (_, rounds):
                await rounds.refresh()

    def _crashed(self) -> None:
        writes = self.chance.randrange(1, len(self.histories) + 1)
        with (
            dying(writes, written=self.chance.random() < 0.5),
            pytest.raises(BaseExceptionGroup) as crash,
        ):
            asyncio.run(self._round())
        assert crash.value.subgroup(CrashError) is not None

    def _killed(self) -> None:
        """Kill a process with SIGKILL once it has asked so many servers; what it said is heard."""
        while self.server.arrived.acquire(blocking=False):
            continue
        with Child(self.home) as child:
            child.tell(self.clock())
            for _ in range(self.chance.randrange(1, len(self.histories) + 1)):
                if not self.server.arrived.acquire(timeout=20):
                    break
            child.kill_now()
            for url in child.stored():
                self.heard(url)

    def heard(self, url: str) -> None:
        """Take note that the monitor has stored what came of a visit."""
        self.histories[url.split("/")[2].partition(":")[0]].stored()


@dataclass(frozen=True)
class Verdict:
    """What the histories came to. `lost` and `twice` name the entries, with their history's deeds."""

    histories: int
    required: int
    lost: list[str]
    twice: list[str]
    twice_churning: int
    churning: int
    invented: list[str]


def live(root: Path, numbers: Sequence[int], rounds: int = LONG_ROUNDS) -> Verdict:
    """Let these histories happen, and judge what is in the store."""
    clock = Clock()
    with serving(clock) as server:
        histories = {history.host: history for history in map(History, numbers)}
        server.sites.update(histories)
        home = make_home(root, [server.url(host) for host in histories])
        World(server, home, clock, histories, random.Random(numbers[0])).live(rounds)
        assert server.faults == []
    return judge(home, clock, list(histories.values()))


def judge(home: Home, clock: Clock, histories: list[History]) -> Verdict:
    """Compare the oracle's sets with what searches find."""
    lost: list[str] = []
    twice: list[str] = []
    invented: list[str] = []
    twice_churning = churning = 0
    with open_services(home, clock()) as services:
        for history in histories:
            words: Counter[str] = found(services, f"zq{history.marker}mark", clock())
            told = f"({history.number}: {history.ids}, {history.format}, {history.deeds})"
            expected = {word_of(history.marker, number) for number in history.required}
            lost += [f"{word} {told}" for word in expected - set(words)]
            repeats = [word for word, count in words.items() if count > 1]
            if history.ids == "churning":
                twice_churning += len(repeats)
                churning += len(words)
            else:
                twice += [f"{word} {told}" for word in repeats]
            known = {each.word for each in history.written}
            invented += [f"{word} {told}" for word in set(words) - known]
    required = sum(len(history.required) for history in histories)
    return Verdict(len(histories), required, lost, twice, twice_churning, churning, invented)


def check(verdict: Verdict) -> None:
    assert verdict.lost == []
    assert verdict.twice == []
    assert verdict.invented == []
    assert verdict.required > 8 * verdict.histories


def test_promise_2_five_hundred_random_histories(tmp_path: Path) -> None:
    verdict = live(tmp_path / "home", range(BATCH), QUICK_ROUNDS)
    check(verdict)
    # A thousand entries are few to measure one in a hundred by; the long run holds it to that.
    assert verdict.twice_churning <= verdict.churning * 0.02


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_promise_2_twenty_thousand_random_histories(tmp_path: Path) -> None:
    """Forty homes of five hundred each. Guids and headlines that change at once are the 1 %."""
    twice = churning = 0
    for batch in range(40):
        verdict = live(tmp_path / str(batch), range(batch * BATCH, (batch + 1) * BATCH))
        check(verdict)
        twice, churning = twice + verdict.twice_churning, churning + verdict.churning
    assert twice <= churning * 0.01


def test_the_oracle_finds_what_is_lost_and_what_is_there_twice(tmp_path: Path) -> None:
    """An oracle that asks for more than was served must be told no."""
    clock = Clock()
    with serving(clock) as server:
        history = History(7)
        history.happen(clock())
        server.sites[history.host] = history
        home = make_home(tmp_path / "home", [server.url(history.host)])
        World(server, home, clock, {history.host: history}, random.Random(7)).live(QUICK_ROUNDS)
    history.required |= {len(history.written)}
    verdict = judge(home, clock, [history])
    assert len(verdict.lost) == 1
    history.written.clear()
    assert judge(home, clock, [history]).invented != []
