"""How likely two entries tell of one event: named measures, each with its weight, added up.

The weights are those of a logistic model fitted on labelled entries by `benchmarks/fit_stories.py`:
the sum is the logarithm of the odds, 0 where one event is as likely as two. `VERSION` goes up with
every change of a measure or a weight, and is stored with each decision.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from monitor.model.story import StoryEntry, Weighed
from monitor.stories.copies import same_outlet
from monitor.stories.features import Features
from monitor.stories.folding import is_cjk
from monitor.stories.rarity import Rarity
from monitor.stories.signs import opposed

VERSION = 2
"""Of the features and weights; 1 had titles and words alone."""

DAY = 86_400.0

CJK_PAIR = 0.5
"""What a pair of characters counts beside a word."""

WEIGHTS: dict[str, float] = {
    "always": -1.61,
    "shared names in both titles": 0.61,
    "shared events in both titles": 0.4,
    "further shared names": 1.09,
    "further shared events": 0.95,
    "shared figures": 0.63,
    "shared amounts": 0.46,
    "days apart": -0.84,
    "another day": -0.74,
    "one outlet": -1.61,
    "share of the better covered title": 3.62,
    "share of the worse covered title": 4.06,
    "same subject": 0.89,
    "one up, one down": -1.55,
    "names across languages": 4.15,
    "no word in both titles": -0.56,
    "what each title has alone": -3.31,
    "nothing but names in common": -0.63,
    "results of one company": 0.82,
    "results of two companies": -0.99,
    "one market, one day": 1.48,
    "a round-up and a report": -1.02,
}
"""What each measure counts. See `measures` for what they are."""

_NAMES = frozenset({"name"})
_EVENTS = frozenset({"word"})


def weighed(
    one: tuple[StoryEntry, Features],
    other: tuple[StoryEntry, Features],
    rarity: Rarity,
    weights: Mapping[str, float] = WEIGHTS,
) -> tuple[float, tuple[Weighed, ...]]:
    """Return the score of a pair, and what it is the sum of, the weightiest first."""
    found = measures(one, other, rarity)
    points = [Weighed(name, value, value * weights[name]) for name, value in found.items() if value]
    points.sort(key=lambda each: -abs(each.points))
    return math.fsum(each.points for each in points), tuple(points)


def score(
    one: tuple[StoryEntry, Features],
    other: tuple[StoryEntry, Features],
    rarity: Rarity,
    weights: Mapping[str, float] = WEIGHTS,
) -> float:
    """Return the score of a pair: above 0, more likely one event than two."""
    found = measures(one, other, rarity)
    return math.fsum(value * weights[name] for name, value in found.items())


def measures(
    one: tuple[StoryEntry, Features], other: tuple[StoryEntry, Features], rarity: Rarity
) -> dict[str, float]:
    """Return what is measured of a pair, by name; `one` is the earlier.

    Shared terms count by how much rarer they are than usual (`Rarity.above_usual`), up to a bound
    each, so that long texts do not win by length. Names of media count for nothing.
    """
    (entry, a), (entry2, b) = one, other
    both = a.title & b.title
    further = [t for t in a.counts if t in b.counts and t not in both]
    names, more_names = _sum(both, a, _NAMES, rarity), _sum(further, a, _NAMES, rarity)
    figures = a.figures & b.figures
    amounts = sum(1 for t in figures if a.kinds[t] == "amount")
    numbers = math.fsum(_telling(t) for t in figures if a.kinds[t] == "number")
    across = bool(a.language) and bool(b.language) and a.language != b.language
    covered, covered2 = _covered(a, b, rarity), _covered(b, a, rarity)
    events = any(
        (t in a.title or t in b.title) and a.kinds[t] not in ("name", "other")
        for t in a.counts
        if t in b.counts
    )
    words = any(
        a.kinds[t] == "other" and (t in a.title or t in b.title) for t in a.counts if t in b.counts
    )
    days = abs((entry.told_at - entry2.told_at).total_seconds()) / DAY
    first = bool(a.firms and b.firms) and a.firms[0] == b.firms[0]
    signs, signs2 = a.signs, b.signs
    return {
        "always": 1.0,
        "shared names in both titles": min(1.5, names),
        "shared events in both titles": min(2.0, _sum(both, a, _EVENTS, rarity)),
        "further shared names": min(1.2, more_names),
        "further shared events": min(2.0, _sum(further, a, _EVENTS, rarity)),
        "shared figures": min(2.0, numbers),
        "shared amounts": min(2.0, float(amounts)),
        "days apart": min(5.0, days),
        "another day": float(entry.told_at.date() != entry2.told_at.date()),
        "one outlet": float(same_outlet(entry, entry2)),
        "share of the better covered title": max(covered, covered2),
        "share of the worse covered title": min(covered, covered2),
        "same subject": _same_subject(a, b),
        "one up, one down": float(opposed(a.title, b.title, a.counts, b.counts)),
        "names across languages": min(2.0, names + more_names) if across else 0.0,
        "no word in both titles": float(not both),
        "what each title has alone": math.sqrt(_alone(a, b, rarity) * _alone(b, a, rarity)),
        "nothing but names in common": float(not events and not words),
        "results of one company": float(
            first
            and (signs.results_title or signs2.results_title)
            and signs.results
            and signs2.results
        ),
        "results of two companies": float(
            bool(a.firms and b.firms)
            and not set(a.firms) & set(b.firms)
            and (signs.results_title or signs2.results_title)
        ),
        "one market, one day": float(signs.market and signs2.market and days < 0.8),
        "a round-up and a report": float(signs.round_up != signs2.round_up),
    }


def _sum(shared: Iterable[str], a: Features, kinds: frozenset[str], rarity: Rarity) -> float:
    return math.fsum(
        rarity.above_usual(t) for t in shared if a.kinds[t] in kinds and not t.startswith("media:")
    )


def _telling(number: str) -> float:
    """Weigh a shared number by its length: "17" is met by chance, "153074" is not."""
    return 0.3 if len(number) <= len("number:") + 1 else 1.0


def _covered(a: Features, b: Features, rarity: Rarity) -> float:
    """Return the share of a title, by squared rarity, that stands somewhere in the other entry."""
    whole = math.fsum(_size(t) * rarity.of(t) ** 2 for t in a.title)
    found = math.fsum(_size(t) * rarity.of(t) ** 2 for t in a.title if t in b.counts)
    return found / max(0.01, whole)


def _alone(a: Features, b: Features, rarity: Rarity) -> float:
    """Return the share of what a title says that the other entry does not say at all."""
    whole = math.fsum(_size(t) * rarity.above_usual(t) for t in a.title)
    alone = math.fsum(_size(t) * rarity.above_usual(t) for t in a.title if t not in b.counts)
    return alone / max(0.1, whole)


def _size(term: str) -> float:
    """Return 1, or less for a pair of CJK characters, of which there is one for each character."""
    return CJK_PAIR if len(term) == 2 and is_cjk(term) else 1.0


def _same_subject(a: Features, b: Features) -> float:
    """Compare whom the titles name first: 1 the same, 0.5 named later, -1 nobody in common."""
    if not a.actors or not b.actors:
        return 0.0
    if a.actors[0] == b.actors[0]:
        return 1.0
    if a.actors[0] in b.title or b.actors[0] in a.title:
        return 0.5
    return 0.0 if set(a.actors) & set(b.actors) else -1.0
