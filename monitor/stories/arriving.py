"""Group entries as if they arrived one by one: what a monitor would have made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from monitor.model.story import StoryEntry, TermCounts
from monitor.stories.features import Features, features
from monitor.stories.grouping import LOOK_BACK, group
from monitor.stories.weighing import WEIGHTS


def arrived(
    entries: Iterable[StoryEntry],
    weights: Mapping[str, float] = WEIGHTS,
    on_entry: Callable[[int], None] = lambda _: None,
) -> tuple[StoryEntry, ...]:
    """Return the entries, in the order they were first seen, each with its story at the end.

    Each is decided about with only those before it known, and with the frequencies of their terms
    alone. Stories are numbered from 1 as they open. `on_entry` is told how many are done.
    """
    ended: list[StoryEntry] = []
    window: dict[int, StoryEntry] = {}
    seen: dict[int, Features] = {}
    counts: Counter[str] = Counter()
    into: dict[int, int] = {}
    total = stories = 0
    for number, entry in enumerate(sorted(entries, key=lambda e: (e.seen_at, e.id)), 1):
        for gone in [e for e in window.values() if entry.seen_at - e.seen_at > LOOK_BACK]:
            ended.append(window.pop(gone.id))
            del seen[gone.id]
        seen[entry.id] = features(entry)
        grouped = group([entry], [*window.values()], TermCounts(total, counts), seen, weights)
        decision = grouped.decisions[0]
        if decision.story is None:
            stories += 1
        window[entry.id] = replace(
            entry,
            story=stories if decision.story is None else decision.story,
            copy_of=decision.copy_of,
        )
        if grouped.merges:
            into |= {merge.story: merge.into for merge in grouped.merges}
            window = {key: _led(known, into) for key, known in window.items()}
        if decision.copy_of is None:
            total += 1
            counts.update(seen[entry.id].counts.keys())
        on_entry(number)
    return tuple(_led(entry, into) for entry in (*ended, *window.values()))


def _led(entry: StoryEntry, into: Mapping[int, int]) -> StoryEntry:
    """Return the entry in the story that its own has become part of."""
    while entry.story is not None and entry.story in into:
        entry = replace(entry, story=into[entry.story])
    return entry
