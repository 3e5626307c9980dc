"""What shows that two similar entries are about different things, whatever their words."""

from __future__ import annotations

from monitor.model.story import StoryEntry
from monitor.stories.features import Features
from monitor.stories.folding import stem
from monitor.stories.signs import opposed
from monitor.stories.terms import terms
from monitor.stories.words import STOP

SERIES = 0.4
FRAME = 0.25
"""Below this share of common words, what two titles have besides a frame is different."""


def conflict(entry: StoryEntry, a: Features, entry2: StoryEntry, b: Features) -> str:
    """Say what keeps two entries apart, or "" if nothing does.

    Two round-ups; two stock markets; shares that rise and shares that fall; one headline with other
    numbers (two releases, two lots of firms); counts or versions of one thing that disagree; two of
    a series: one outlet's label, or a frame around a period, with different names.
    """
    if a.surface.headline == b.surface.headline:
        return ""
    if a.signs.round_up and b.signs.round_up:
        return "two round-ups"
    if a.signs.market and b.signs.market and _disjoint(a.signs.markets, b.signs.markets):
        return "reports of two stock markets"
    if (
        a.signs.shares_move
        and b.signs.shares_move
        and opposed(a.title, b.title, a.counts, b.counts)
    ):
        return "shares rise in one and fall in the other"
    if _results_of_two(a, b):
        return "results of two companies"
    if said := _other_subject(a, b):
        return said
    if said := _miscounted(a, b):
        return said
    return _series(entry, a, entry2, b)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common words among all words of both (Jaccard), 0 for two empty sets."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def _other_subject(a: Features, b: Features) -> str:
    """Compare titles that are equal but for one name: "Italy bans it" and "Australia bans it".

    Both names have to be of one kind, and neither to stand anywhere in the other entry.
    """
    here, there = a.title - b.title, b.title - a.title
    if len(here) != 1 or len(there) != 1 or len(a.title & b.title) < 2:
        return ""
    (one,), (other,) = here, there
    kind, _, _ = one.partition(":")
    named = a.kinds[one] == b.kinds[other] == "name" and other.startswith(f"{kind}:")
    if not named or kind == "media" or one in b.counts or other in a.counts:
        return ""
    return f"one headline about {a.shown[one]} and about {b.shown[other]}"


def _results_of_two(a: Features, b: Features) -> bool:
    """Tell whether both titles speak of results, of other firms, and neither of a whole market."""
    if not (a.signs.results_title and b.signs.results_title) or a.signs.market or b.signs.market:
        return False
    firms = [{f for f in each.firms if f.startswith("firm:")} for each in (a, b)]
    return bool(firms[0]) and bool(firms[1]) and not firms[0] & firms[1]


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _miscounted(a: Features, b: Features) -> str:
    """Compare what numbers of the titles count: firms, versions, days of a month."""
    units = {unit for _, unit in a.surface.counted} & {unit for _, unit in b.surface.counted}
    for unit in sorted(units):
        one = {number for number, what in a.surface.counted if what == unit}
        other = {number for number, what in b.surface.counted if what == unit}
        if not one & other:
            return f"{min(one)} and {min(other)} of the same ({_written(unit, a)})"
    if a.surface.template == b.surface.template and a.surface.numbers != b.surface.numbers:
        return "one headline with different numbers"
    return ""


def _written(unit: str, a: Features) -> str:
    """Return what is counted as the title has it, and not its stem."""
    words = a.surface.headline.split()
    bare = unit.removeprefix("<")
    return next((w for w in words if stem(w, a.language) == bare or w.startswith(bare)), bare)


def _series(entry: StoryEntry, a: Features, entry2: StoryEntry, b: Features) -> str:
    """Tell two of a series: titles that begin or end alike around different things.

    One outlet's label before both ("Stock movers: ..."), unless it names somebody, as that of a
    live blog does; one outlet's pattern with other words and other numbers in it; or a common part
    with a period in it ("... Q2 2026 call summary") that names nobody. Elsewhere two such titles are
    two wordings of one headline.
    """
    one, other = a.surface.headline.split(), b.surface.headline.split()
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    rest = frozenset(one[head : len(one) - tail]) - STOP
    rest2 = frozenset(other[head : len(other) - tail]) - STOP
    if not rest or not rest2:
        return ""
    shared = overlap(rest, rest2)
    label, same = a.surface.label, bool(entry.outlet) and entry.outlet == entry2.outlet
    if same and label and label == b.surface.label and shared < SERIES:
        return "" if _names_somebody(label, a) else f"two of a series ({label})"
    common = one[:head] + one[len(one) - tail :]
    named = _names_somebody(" ".join(common), a)
    mostly = 2 * len(common) >= min(len(one), len(other)) and not shared and not named
    if same and mostly and all(map(_whom_and_how_much, (rest, rest2))):
        return "one outlet's pattern around other names and numbers"
    period = len(common) >= 3 and any(word[0].isdigit() for word in common)
    if period and shared < FRAME and not named:
        return "one frame around different names"
    return ""


def _whom_and_how_much(rest: frozenset[str]) -> bool:
    """Tell whether what is left of a title has words and numbers."""
    digits = sum(word[0].isdigit() for word in rest)
    return 0 < digits < len(rest)


def _names_somebody(words: str, seen: Features) -> bool:
    return any(
        kind == "name" and not term.startswith("media:")
        for term, kind, _ in terms(words, seen.language)
    )


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for word, word2 in zip(one, other, strict=False):
        if word != word2:
            break
        count += 1
    return count
