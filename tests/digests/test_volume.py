"""Volume: what is usual, what is not, and how often that is a false alarm. All counts are simulated."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests.tails import Counted
from monitor.digests.volume import BASELINE, known_days, measured, span_of, volume_of
from monitor.model.edition import Volume, Window
from monitor.model.volume import StoryCounts

UNTIL = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
QUARTER = 90

FLAT = (1.0,) * 7
WORKDAYS = (1.25, 1.25, 1.25, 1.25, 1.2, 0.4, 0.4)
NO_WEEKENDS = (1.35, 1.35, 1.35, 1.35, 1.36, 0.12, 0.12)


def volume(counts: list[int], span: int = 1, known: list[bool] | None = None) -> Volume:
    return measured("chips", "Chips", counts, known or [True] * len(counts), span)


def draw(rng: random.Random, mean: float, dispersion: float = 1.0) -> int:
    """Draw from a Poisson, or from a negative binomial whose variance is so many times its mean."""
    if dispersion > 1:
        mean = rng.gammavariate(mean / (dispersion - 1), dispersion - 1)
    left, count = math.exp(-mean), -1
    product = 1.0
    while product > left:
        product *= rng.random()
        count += 1
    return max(0, count)


def history(
    seed: str, mean: float, dispersion: float, week: tuple[float, ...], days: int
) -> list[int]:
    rng = random.Random(seed)
    return [draw(rng, mean * week[day % 7], dispersion) for day in range(days)]


@pytest.mark.parametrize("week", [FLAT, WORKDAYS, NO_WEEKENDS])
@pytest.mark.parametrize("dispersion", [1.0, 2.0])
@pytest.mark.parametrize("mean", [0.3, 2.0, 10.0])
def test_false_alarms_are_about_one_a_quarter_at_most(
    mean: float, dispersion: float, week: tuple[float, ...]
) -> None:
    days = history(f"{mean} {dispersion} {week}", mean, dispersion, week, 8 * QUARTER + BASELINE)
    found = [volume(days[at - BASELINE : at + 1]) for at in range(BASELINE, len(days))]
    flagged = sum(bool(each.unusual) for each in found)
    assert flagged <= 8 * (1.5 if dispersion > 1 else 0.75)
    usual = sum(
        each.low <= each.count <= each.high
        for each in found
        if each.low is not None and each.high is not None
    )
    assert usual / len(found) > 0.85


@pytest.mark.parametrize("week", [FLAT, WORKDAYS, NO_WEEKENDS])
def test_false_alarms_of_a_weekly_digest_are_rarer_still(week: tuple[float, ...]) -> None:
    days = history(f"weekly {week}", 3.0, 2.0, week, 20 * QUARTER)
    found = [volume(days[at - BASELINE - 7 : at], 7) for at in range(35, len(days), 7)]
    assert sum(bool(each.unusual) for each in found) <= 10


@pytest.mark.parametrize("flooded", [False, True])
@pytest.mark.parametrize("week", [FLAT, WORKDAYS])
def test_three_times_as_many_are_noticed_even_after_a_flood(
    week: tuple[float, ...], flooded: bool
) -> None:
    caught = 0
    for number in range(200):
        days = history(f"{number} {week}", 5.0, 1.0, week, BASELINE)
        if flooded:
            days[number % BASELINE] = 60
        caught += volume([*days, round(15 * week[0])]).unusual == "many"
    assert caught >= 170


def test_a_flood_leaves_what_is_usual_as_it_was() -> None:
    days = history("flood", 5.0, 1.0, FLAT, BASELINE)
    flooded = [*days[:9], 80, *days[10:]]
    before, after = volume([*days, 5]), volume([*flooded, 5])
    assert before.high is not None
    assert after.high is not None
    assert abs(after.high - before.high) <= 1


def test_a_quiet_weekend_is_no_silence_but_a_quiet_workday_is() -> None:
    days = history("weekend", 30.0, 1.0, NO_WEEKENDS, BASELINE + 6)
    saturday = volume([*days[:5], *days[5 : BASELINE + 5], 3][-29:])
    assert saturday.unusual == ""
    assert saturday.high is not None
    assert saturday.high < 20
    friday = volume([*days[4 : BASELINE + 4], 3])
    assert friday.unusual == "few"
    assert friday.low is not None
    assert friday.low > 20
    assert friday.chance < 1e-6


@pytest.mark.parametrize(("count", "unusual"), [(0, ""), (2, ""), (4, ""), (5, "many")])
def test_of_a_topic_that_had_nothing_a_handful_is_news(count: int, unusual: str) -> None:
    found = volume([0] * BASELINE + [count])
    assert (found.low, found.high, found.unusual) == (0, 0, unusual)


def test_few_are_never_told_of_a_small_topic() -> None:
    assert volume([5] * BASELINE + [0]).unusual == ""
    assert volume([12] * BASELINE + [0]).unusual == "few"


@pytest.mark.parametrize(("days", "known"), [(13, False), (14, True)])
def test_nothing_is_usual_before_a_fortnight_is_known(days: int, known: bool) -> None:
    found = volume([5] * 29, known=[False] * (28 - days) + [True] * (days + 1))
    assert (found.low is not None, found.high is not None) == (known, known)
    assert found.chance == 1.0 or known
    assert found.count == 5


def test_the_first_fetch_is_not_what_is_usual() -> None:
    counts = [0] * 8 + [300] + [5] * 20
    began_at = UNTIL - 20.5 * DAY
    known = known_days([count > 0 for count in counts], began_at, UNTIL)
    assert known == (False,) * 10 + (True,) * 19
    found = volume(counts, known=list(known))
    assert found.high is not None
    assert found.high < 12
    assert found.unusual == ""
    assert known_days([True, True], UNTIL - 2 * DAY, UNTIL) == (False, True)
    assert known_days([True, True], None, UNTIL) == (False, False)


def test_days_nobody_watched_are_left_out() -> None:
    counts = [9] * 10 + [0] * 8 + [9] * 11
    seen = [count > 0 for count in counts]
    assert volume(counts).low != volume(counts, known=seen).low
    outage = volume([9] * 28 + [0], known=[True] * 28 + [False])
    assert (outage.count, outage.low, outage.unusual) == (0, None, "")
    # Of a week two days of which were an outage, five are compared.
    week = [*[9] * 28, *[9] * 5, 0, 0]
    assert volume(week, 7, [True] * 33 + [False] * 2).unusual == ""
    assert volume(week, 7).unusual != "many"
    high = volume(week, 7, [True] * 33 + [False] * 2).high
    assert high is not None
    assert 45 <= high < 63


@pytest.mark.parametrize("off", [1, 2, 5, 10])
def test_what_piled_up_while_nobody_watched_is_no_flood(off: int) -> None:
    days, known = [6] * 28, [True] * 28
    catch_up = volume([*days, *[0] * off, 6 * (off + 1)], off + 1, [*known, *[False] * off, True])
    assert (catch_up.count, catch_up.unusual) == (6 * (off + 1), "")
    assert catch_up.high is not None
    assert catch_up.high >= catch_up.count
    # An alert and the digest of one day look at the last day alone; the pile is in it.
    window = [*days[off:], *[0] * off]
    assert volume([*window, 6 * (off + 1)], 1, [*known[off:], *[False] * off, True]).unusual == ""
    assert volume([*window, 18 * (off + 1)], 1, [*known[off:], *[False] * off, True]).unusual == (
        "many"
    )
    # Feeds hold only so much: less than was missed is no silence.
    assert volume([*window, 6], 1, [*known[off:], *[False] * off, True]).unusual == ""


@pytest.mark.parametrize(
    ("length", "span"),
    [(timedelta(hours=2), 1), (DAY, 1), (3 * DAY, 3), (7 * DAY + timedelta(hours=1), 7), (99 * DAY, 28)],
)  # fmt: skip
def test_a_window_is_measured_in_whole_days(length: timedelta, span: int) -> None:
    assert span_of(Window(UNTIL - length, UNTIL, "UTC")) == span


def test_volume_is_read_from_the_counts_of_the_store() -> None:
    counts = StoryCounts(
        UNTIL, {"chips": (5,) * 28 + (20,), "wafers": (0,) * 29}, (True,) * 29, UNTIL - 99 * DAY
    )
    found = volume_of("chips", "Chips", counts, 1)
    assert (found.topic, found.title, found.count, found.span) == ("chips", "Chips", 20, 1)
    assert found.days == (5,) * 28 + (20,)
    assert found.unusual == "many"
    assert volume_of("wafers", "Wafers", counts, 1).unusual == ""
    # Two spans of a week: what is shown are 29 days all the same.
    assert len(volume([4] * 35, 7).days) == 29


@settings(max_examples=60)
@given(
    counts=st.lists(st.integers(0, 10**6), min_size=29, max_size=29),
    known=st.lists(st.booleans(), min_size=29, max_size=29),
)
def test_any_history_is_measured(counts: list[int], known: list[bool]) -> None:
    found = volume(counts, known=known)
    assert 0 <= found.chance <= 1
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.high
        assert found.unusual != "many" or found.count > found.high
        assert found.unusual != "few" or found.count < found.low


@pytest.mark.parametrize("variance", [0.5, 4.0, 4.0000001, 9.0, 60.0])
def test_tails_are_those_of_the_definition(variance: float) -> None:
    mean = 4.0
    counted = Counted(mean, variance)
    chances = _by_definition(mean, variance, 400)
    assert math.isclose(math.fsum(chances), 1.0, rel_tol=1e-9)
    for count in (0, 1, 3, 4, 5, 11, 40):
        assert math.isclose(counted.at_most(count), math.fsum(chances[: count + 1]), rel_tol=1e-4)
        assert math.isclose(counted.at_least(count), math.fsum(chances[count:]), rel_tol=1e-4)
    for share in (0.05, 0.5, 0.95):
        quantile = counted.quantile(share)
        assert counted.at_most(quantile) >= share
        assert quantile == 0 or counted.at_most(quantile - 1) < share


def test_tails_of_large_and_small_counts_neither_overflow_nor_vanish() -> None:
    assert 0.45 < Counted(50_000.0, 50_000.0).at_least(50_000) < 0.55
    assert 0.45 < Counted(50_000.0, 10.0**8).at_most(50_000) < 0.65
    assert 0 < Counted(0.01, 0.01).at_least(5) < 1e-10
    assert Counted(3.0, 3.0).at_least(0) == 1.0
    assert Counted(3.0, 3.0).at_most(-1) == 0.0


def _by_definition(mean: float, variance: float, until: int) -> list[float]:
    """Multiply the chances up from 0, each from the one before."""
    if variance <= mean * 1.0001:
        chances = [math.exp(-mean)]
        for count in range(1, until):
            chances.append(chances[-1] * mean / count)
        return chances
    size, share = mean**2 / (variance - mean), 1 - mean / variance
    chances = [(1 - share) ** size]
    for count in range(1, until):
        chances.append(chances[-1] * share * (count - 1 + size) / count)
    return chances
