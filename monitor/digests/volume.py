"""How many stories a topic had, against what is usual.

Counted are stories in whole blocks of 24 hours that end at the cutoff. What is usual is learned from the
28 days before:

- a mean for each weekday (each place in the week, counted back from the cutoff), drawn towards the mean of
  all days the more, the less the weekdays differ for what four of each can show;
- how much days vary around it: as a Poisson, or more widely (a negative binomial with the same
  mean and variance), with what 28 days leave open about the mean itself added;
- a day that the other days make next to impossible is left out: one flood does not hide the next
  for a month;
- what came while nobody watched comes in when somebody does again: a day behind such a gap is many
  only beyond what is usual for the days of the gap as well. Few it is by itself, as feeds hold only so much.

Days on which nothing at all was seen were not watched and are left out, and so are those up to the
end of the first 24 hours of the database: a first fetch brings a month of entries at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import fsum
from typing import Literal

from monitor.digests.tails import Counted
from monitor.model.edition import Volume, Window
from monitor.model.volume import StoryCounts

BASELINE = 28
"""Days before the span that say what is usual."""

LONGEST_SPAN = 28
"""Days one count covers at most."""

LEAST_DAYS = 14
"""Known days of the baseline without which nothing is said to be usual."""

RANGE = (0.05, 0.95)
"""The quantiles between which a count is usual."""

MANY_LEVEL = 0.003
FEW_LEVEL = 0.001
"""Tail chances below which a count is out of the ordinary: together at most one false alarm per topic
and quarter, with what a baseline of 28 days gets wrong (tests/digests/test_volume.py simulates it)."""

LEAST_MANY = 5
"""Stories below which there are never "many": a handful is news only to itself."""

LEAST_EXPECTED = 8.0
"""Expected stories below which there are never "few"."""

_DAY = timedelta(days=1)
_WEEK = 7
_HALF_A_STORY = 0.5
_FLOODS = 3
_FLOOD_LEVEL = 1e-5

_Day = tuple[int, float]
"""A day's place, counted back from the cutoff (0 is the last one), and its stories."""


def span_of(window: Window) -> int:
    """Return how many days of the counts stand for a window: its length, rounded, 1 to 28."""
    return min(LONGEST_SPAN, max(1, round((window.until_at - window.from_at) / _DAY)))


def volume_of(topic: str, title: str, counts: StoryCounts, span: int) -> Volume:
    """Return a topic's volume in the last `span` days of its counts."""
    known = known_days(counts.seen, counts.began_at, counts.until_at)
    return measured(topic, title, counts.of[topic], known, span)


def known_days(
    seen: Sequence[bool], began_at: datetime | None, until_at: datetime
) -> tuple[bool, ...]:
    """Say which of the blocks up to `until_at`, the oldest first, tell what is usual.

    Those in which anything was seen, and that began 24 hours or more after the first entry came.
    """
    if began_at is None:
        return (False,) * len(seen)
    first = began_at + _DAY
    return tuple(
        any_entry and until_at - _DAY * (len(seen) - place) >= first
        for place, any_entry in enumerate(seen)
    )


def measured(
    topic: str, title: str, counts: Sequence[int], known: Sequence[bool], span: int
) -> Volume:
    """Return the volume of the last `span` days, given those of the 28 days before as well.

    `known` says which days were watched, the oldest first as the counts. An alert asks so for the
    stories its query found in 24 hours: with a `span` of 1.
    """
    count = sum(counts[-span:])
    plain = Volume(
        topic=topic, title=title, count=count, span=span, low=None, high=None,
        days=tuple(counts[-BASELINE - 1 :]),
    )  # fmt: skip
    days = [
        (place, float(stories))
        for place, (stories, watched) in enumerate(
            zip(reversed(counts), reversed(known), strict=True)
        )
        if watched
    ]
    here = [place for place, _ in days if place < span]
    before = [day for day in days if span <= day[0] < span + BASELINE]
    if len(before) < LEAST_DAYS or not here:
        return plain
    learned = _Usual.of(_without_floods(before))
    usual, piled_up = learned.sum_of(here), learned.sum_of([*here, *_gaps_behind(here, known)])
    low, high = usual.quantile(RANGE[0]), piled_up.quantile(RANGE[1])
    many, few = piled_up.at_least(count), usual.at_most(count)
    unusual: Literal["", "many", "few"] = ""
    if count >= LEAST_MANY and many < MANY_LEVEL:
        unusual = "many"
    elif usual.mean >= LEAST_EXPECTED and few < FEW_LEVEL:
        unusual = "few"
    return replace(plain, low=low, high=high, unusual=unusual, chance=min(many, few))


def _gaps_behind(here: Sequence[int], known: Sequence[bool]) -> list[int]:
    """Return the places of days without a watch whose entries came in on one of the days `here`."""
    gaps = []
    for place in here:
        older = place + 1
        while older < len(known) and not known[-1 - older]:
            gaps.append(older)
            older += 1
    return gaps


@dataclass(frozen=True, slots=True)
class _Usual:
    """What days like these are: a mean by weekday, and how far they vary beyond a Poisson.

    The variance of a day is its mean and `spread` times the square of it. `weights` say how far each
    weekday stands for itself.
    """

    days: tuple[_Day, ...]
    overall: float
    means: dict[int, float]
    weights: dict[int, float]
    spread: float

    @classmethod
    def of(cls, days: Sequence[_Day]) -> _Usual:
        """Learn from days, of which there are enough."""
        total = len(days)
        # Half a story more: a topic that had none so far is not one that can have none.
        least = _HALF_A_STORY / total
        overall = fsum(stories for _, stories in days) / total + least
        weekdays: dict[int, list[float]] = defaultdict(list)
        for place, stories in days:
            weekdays[place % _WEEK].append(stories)
        own = {day: fsum(all_of) / len(all_of) for day, all_of in weekdays.items()}
        within = fsum((stories - own[place % _WEEK]) ** 2 for place, stories in days)
        within = max(overall, within / max(1, total - len(own)))
        between = fsum(len(weekdays[day]) * (own[day] - overall) ** 2 for day in own)
        between /= max(1, len(own) - 1)
        differ = max(0.0, between - within) * len(own) / total
        weights = {
            day: differ / (differ + within / len(all_of)) for day, all_of in weekdays.items()
        }
        means = {
            day: max(least, weight * own[day] + (1 - weight) * overall)
            for day, weight in weights.items()
        }
        free = total - 1 - fsum(weights.values()) * (_WEEK - 1) / _WEEK
        error = fsum((stories - means[place % _WEEK]) ** 2 for place, stories in days)
        squares = fsum(means[place % _WEEK] ** 2 for place, _ in days)
        more = error * total / free - fsum(means[place % _WEEK] for place, _ in days)
        return cls(tuple(days), overall, means, weights, max(0.0, more) / squares)

    def sum_of(self, places: Sequence[int]) -> Counted:
        """Return how the sum of some other days varies, by their places."""
        wanted = [place % _WEEK for place in places]
        means = [self.means.get(day, self.overall) for day in wanted]
        # The sum's mean weighs the days it is learned from: their variance is what is open about it.
        lent = fsum(1 - self.weights.get(day, 0.0) for day in wanted) / len(self.days)
        number: dict[int, int] = defaultdict(int)
        for place, _ in self.days:
            number[place % _WEEK] += 1
        doubt = fsum(
            self._variance(self.means[day])
            * (lent + wanted.count(day) * self.weights[day] / number[day]) ** 2
            for day in (place % _WEEK for place, _ in self.days)
        )
        return Counted(fsum(means), fsum(map(self._variance, means)) + doubt)

    def _variance(self, mean: float) -> float:
        return mean + self.spread * mean**2


def _without_floods(days: Sequence[_Day]) -> list[_Day]:
    """Leave out the few highest days that the others make next to impossible."""
    kept = list(days)
    for _ in range(_FLOODS):
        highest = max(kept, key=lambda day: (day[1], -day[0]))
        rest = [day for day in kept if day is not highest]
        if _Usual.of(rest).sum_of([highest[0]]).at_least(round(highest[1])) >= _FLOOD_LEVEL:
            break
        kept = rest
    return kept
