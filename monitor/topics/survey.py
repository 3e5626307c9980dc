"""The stored entries as one topic divides them: matches, near misses, the rest; all or a sample.

The index proposes what may match and what may be near. Where that is too much to look at, only the
entries drawn first are looked at (`monitor.topics.recall.Order`), and sizes are scaled up from them.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from monitor.topics.nearmiss import Stratum
from monitor.topics.recall import STRATA, Judged, Order, Part, counted, drawn, to_judge


@dataclass(frozen=True, slots=True)
class Proposed:
    """Entries the index proposes together, and the strata of those that were looked at."""

    entries: Collection[int]
    strata: Mapping[int, Stratum]

    @property
    def whole(self) -> bool:
        """Whether all were looked at."""
        return len(self.strata) >= len(self.entries)


@dataclass(frozen=True)
class Survey:
    """What is known of the strata. `order` gives each stratum's entries as they are drawn."""

    parts: tuple[Part, ...]
    order: Mapping[Stratum, tuple[int, ...]]

    def judged(self, judgements: Mapping[int, bool]) -> dict[Stratum, Judged]:
        """Count, for each stratum, the judgements that may stand for it."""
        return {name: counted(self.order[name], judgements) for name in STRATA}

    def to_judge(self, judgements: Mapping[int, bool]) -> list[tuple[int, Stratum]]:
        """Return which entries to judge next, with their strata."""
        return [
            (entry, name)
            for name in STRATA
            for entry in to_judge(name, self.order[name], judgements)
        ]

    def not_drawn(self, judgements: Mapping[int, bool]) -> int:
        """Count the judgements of entries that were not given to be judged."""
        given = {entry for name in STRATA for entry in drawn(name, self.order[name], judgements)}
        return sum(entry not in given for entry in judgements)


def survey(
    proposed: Collection[Proposed], others: Collection[int], order: Order, most: int
) -> Survey:
    """Put together what was looked at. `others` are all entries the index proposes nowhere.

    At most so many entries of a stratum are put in order.
    """
    # Where one group was not looked at to its end, the order is known up to there for none. A group
    # that was not looked at at all cannot say where that is, and is left to its size.
    until = min(
        (max(map(order.place, each.strata)) for each in proposed if each.strata and not each.whole),
        default=2**64,
    )
    entries: dict[Stratum, list[int]] = {name: [] for name in STRATA}
    for each in proposed:
        for entry, stratum in each.strata.items():
            entries[stratum].append(entry)
    entries["rest"] += order.first(others, most)
    in_order = {
        name: tuple(
            entry
            for entry in heapq.nsmallest(most, members, key=order.place)
            if order.place(entry) <= until
        )
        for name, members in entries.items()
    }
    parts = [
        Part(Counter(each.strata.values()), len(each.entries) - len(each.strata))
        for each in proposed
    ]
    return Survey((*parts, Part({"rest": len(others)})), in_order)
