"""How much a topic misses, with an interval, from a small random sample that a person judges.

The stored entries fall into three strata: those that match, near misses, and the rest. From each, a
sample is drawn; what is judged in it stands for the whole stratum.

Which entries are drawn is decided by a hash of topic, seed and entry: within a stratum they come in
the order of their hashes, so the sample stays the same from call to call, grows without being drawn
anew, and anyone can work it out again. Judgements count as far as the order is judged without a
gap. Others, such as errors picked by hand, would bend the estimate.

*Precision* is the share of the judged matches that belong. *Recall* weighs what belongs in each
stratum by N/n, its size over the number judged, and is the share of the matches in the sum.

The interval is the one W. Webber recommends for this, "Approximate Recall Confidence Intervals",
ACM TOIS 31(1), 2013 (arXiv:1202.2880): how many of a stratum's entries belong has a beta-binomial
posterior with Jeffreys' prior, Beta(1/2, 1/2); drawing from the posteriors of all strata gives the
distribution of recall, and its 2.5 % and 97.5 % points are the interval. One thing is added, as is
usual with Jeffreys' intervals (Brown, Cai and DasGupta, Statistical Science 16(2), 2001): where nothing
judged belongs, the lower end of a share is 0, so for the upper end of recall such a stratum hides
nothing. In simulations of seven populations (some of them in tests/topics/test_recall.py) the
intervals held the truth in 92 to 100 % of the samples.

Where the size of a stratum is itself estimated, because the index proposed too many entries to look
at all, it is drawn as well.
"""

from __future__ import annotations

import hashlib
import heapq
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.topics.nearmiss import Stratum

STRATA: tuple[Stratum, ...] = ("matched", "near", "rest")
"""The strata in the order they are shown."""

BATCH: Mapping[Stratum, int] = {"matched": 10, "near": 20, "rest": 20}
"""How many entries of each stratum are given to be judged at a time."""

LEAST = 5
"""Judgements each stratum needs (or all of it) before anything is estimated."""

USEFUL = 0.3
"""How wide an interval of recall may be to say something."""

_DRAWS = 4_000
_STEPS = (10, 20, 50, 100, 200, 500, 1_000)
_EXACTLY = 40


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the stored entries, of which a random sample was looked at.

    `seen` counts the strata in the sample; `unseen` is how many were not looked at.
    """

    seen: Mapping[Stratum, int]
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """How many of a stratum's sample belong, and how many do not."""

    yes: int = 0
    no: int = 0

    @property
    def count(self) -> int:
        """How many were judged."""
        return self.yes + self.no


@dataclass(frozen=True, slots=True)
class Estimate:
    """Precision and recall with their 95 % intervals.

    `precision` is None when nothing matches, `recall` while nothing belongs.
    """

    precision: float | None
    precision_interval: tuple[float, float]
    recall: float | None
    recall_interval: tuple[float, float]

    @property
    def width(self) -> float:
        """How wide the interval of recall is."""
        return self.recall_interval[1] - self.recall_interval[0]


class Order:
    """The order in which entries are drawn for one topic."""

    def __init__(self, topic: str, seed: int = 0) -> None:
        self._begun = hashlib.blake2b(f"{topic}\0{seed}\0".encode(), digest_size=8)

    def place(self, entry: int) -> int:
        """Return the hash of an entry; smaller ones are drawn first."""
        started = self._begun.copy()
        started.update(str(entry).encode())
        return int.from_bytes(started.digest(), "big")

    def first(self, entries: Iterable[int], most: int) -> list[int]:
        """Return the entries drawn first, in order."""
        return heapq.nsmallest(most, entries, key=self.place)


def counted(order: Iterable[int], judgements: Mapping[int, bool]) -> Judged:
    """Count the judgements of a stratum, entries in drawing order, up to the first gap."""
    judged = Judged()
    for entry in order:
        belongs = judgements.get(entry)
        if belongs is None:
            break
        judged = Judged(judged.yes + belongs, judged.no + (not belongs))
    return judged


def drawn(stratum: Stratum, order: Sequence[int], judgements: Mapping[int, bool]) -> Sequence[int]:
    """Return the entries of a stratum that were given to be judged, up to the batch begun."""
    batch = BATCH[stratum]
    return order[: batch * (counted(order, judgements).count // batch + 1)]


def to_judge(stratum: Stratum, order: Sequence[int], judgements: Mapping[int, bool]) -> list[int]:
    """Return which entries of a stratum to judge next: what is left of the batch begun."""
    return [entry for entry in drawn(stratum, order, judgements) if entry not in judgements]


def sizes(parts: Sequence[Part]) -> dict[Stratum, int]:
    """Return the size of each stratum, scaled up where only a sample was looked at."""
    shares = [_shares(part) for part in parts]
    return {
        name: round(
            sum(
                part.seen.get(name, 0) + part.unseen * share[name]
                for part, share in zip(parts, shares, strict=True)
            )
        )
        for name in STRATA
    }


def estimate(
    parts: Sequence[Part], judged: Mapping[Stratum, Judged], *, seed: int = 0, draws: int = _DRAWS
) -> Estimate | None:
    """Return precision and recall, or None while a stratum has fewer than `LEAST` judgements."""
    size = sizes(parts)
    if any(judged[name].count < min(LEAST, size[name]) for name in STRATA):
        return None
    chance = random.Random(seed)  # noqa: S311 - a simulation, no secret
    precisions, recalls, high_recalls = [], [], []
    for _ in range(draws):
        drawn = _drawn_sizes(parts, size, judged, chance)
        belong = {name: _belonging(drawn[name], judged[name], chance) for name in STRATA}
        found, all_ = belong["matched"], sum(belong.values())
        precisions.append(found / drawn["matched"] if drawn["matched"] else 0.0)
        if all_:
            recalls.append(found / all_)
            likely = sum(belong[name] for name in STRATA if judged[name].yes)
            high_recalls.append(found / max(likely, found, 1))
    belonging = {
        name: size[name] * judged[name].yes / judged[name].count if judged[name].count else 0.0
        for name in STRATA
    }
    total = sum(belonging.values())
    matched = judged["matched"]
    precision = matched.yes / matched.count if matched.count else None
    recall = belonging["matched"] / total if total else None
    return Estimate(
        precision,
        _interval(precisions, precisions, precision) if precision is not None else (0.0, 1.0),
        recall,
        _interval(recalls, high_recalls, recall) if recall is not None else (0.0, 1.0),
    )


def further(
    parts: Sequence[Part], judged: Mapping[Stratum, Judged], *, seed: int = 0
) -> tuple[int, Stratum] | None:
    """Return about how many more to judge until the interval of recall is at most `USEFUL` wide.

    With it the stratum that needs most of them. None when even a thousand would not do. Supposes
    that the shares stay as they are, and gives each stratum what its weight asks for (Neyman).
    """
    size = sizes(parts)
    found = estimate(parts, judged, seed=seed, draws=_DRAWS // 4)
    if found is not None and found.width <= USEFUL:
        return 0, "matched"
    weights = {
        name: size[name] * math.sqrt((each.yes + 0.5) * (each.no + 0.5)) / (each.count + 1)
        for name, each in judged.items()
    }
    for step in _STEPS:
        more = {
            name: min(
                size[name] - judged[name].count,
                max(
                    LEAST - judged[name].count,
                    round(step * weights[name] / (sum(weights.values()) or 1)),
                ),
            )
            for name in STRATA
        }
        expected = {name: _with_more(judged[name], max(0, more[name])) for name in STRATA}
        found = estimate(parts, expected, seed=seed, draws=_DRAWS // 4)
        if found is not None and found.recall is not None and found.width <= USEFUL:
            return max(1, sum(max(0, count) for count in more.values())), max(
                more, key=more.__getitem__
            )
    return None


def _with_more(judged: Judged, more: int) -> Judged:
    yes = round(more * judged.yes / judged.count) if judged.count else 0
    return replace(judged, yes=judged.yes + yes, no=judged.no + more - yes)


def _shares(part: Part) -> dict[Stratum, float]:
    total = sum(part.seen.values())
    return {name: part.seen.get(name, 0) / total if total else 0.0 for name in STRATA}


def _drawn_sizes(
    parts: Sequence[Part],
    size: Mapping[Stratum, int],
    judged: Mapping[Stratum, Judged],
    chance: random.Random,
) -> dict[Stratum, int]:
    """Draw the sizes of the strata: those that are estimated from a Dirichlet posterior."""
    if not any(part.unseen for part in parts):
        return dict(size)
    drawn: dict[Stratum, float] = dict.fromkeys(STRATA, 0.0)
    for part in parts:
        shares = {
            name: chance.gammavariate(part.seen.get(name, 0) + 0.5, 1.0) if part.unseen else 0.0
            for name in STRATA
        }
        total = sum(shares.values()) or 1.0
        for name in STRATA:
            drawn[name] += part.seen.get(name, 0) + part.unseen * shares[name] / total
    return {name: max(judged[name].count, round(drawn[name])) for name in STRATA}


def _belonging(size: int, judged: Judged, chance: random.Random) -> int:
    """Draw how many entries of a stratum belong: those judged, and of the others a share."""
    unjudged = size - judged.count
    if unjudged <= 0:
        return judged.yes
    share = chance.betavariate(judged.yes + 0.5, judged.no + 0.5)
    if unjudged <= _EXACTLY:
        return judged.yes + sum(chance.random() < share for _ in range(unjudged))
    # Large strata: the normal curve for the binomial one; the share itself varies far more.
    more = chance.gauss(unjudged * share, math.sqrt(unjudged * share * (1 - share)))
    return judged.yes + min(unjudged, max(0, round(more)))


def _interval(lows: Sequence[float], highs: Sequence[float], point: float) -> tuple[float, float]:
    """Return the 2.5 % point of the one and the 97.5 % point of the other, `point` within."""
    low = sorted(lows)[int(0.025 * (len(lows) - 1))]
    high = sorted(highs)[math.ceil(0.975 * (len(highs) - 1))]
    return min(low, point), max(high, point)
