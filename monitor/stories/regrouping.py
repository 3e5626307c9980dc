"""Which ids stories keep when their entries are grouped anew.

Stories have addresses that people and editions point to. So a group of entries keeps the id of the
story most of them were in, and an id goes to one group alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from monitor.model.story import StoryDecision, StoryEntry


def settle(
    entries: Sequence[StoryEntry],
    decisions: Sequence[StoryDecision],
    taken: Collection[int],
) -> tuple[StoryDecision, ...]:
    """Give the groups that open in these decisions the ids they keep; others stay None.

    `entries` are those decided about, with the story each was in. A group keeps the story most of
    its entries were in, of several the oldest. It may not be one of the `taken`, which have entries
    elsewhere that stay; when two groups want one, it goes to the one with more entries of it.
    """
    was = {entry.id: entry.story for entry in entries}
    wanted: dict[int, Counter[int]] = defaultdict(Counter)
    for each in decisions:
        story = was[each.entry]
        if each.story is None and story is not None and story not in taken:
            wanted[each.founder][story] += 1
    bids = sorted(
        (-count, story, founder)
        for founder, stories in wanted.items()
        for story, count in stories.items()
    )
    kept: dict[int, int] = {}
    given: set[int] = set()
    for _, story, founder in bids:
        if founder not in kept and story not in given:
            kept[founder] = story
            given.add(story)
    return named(decisions, kept)


def named(
    decisions: Sequence[StoryDecision], stories: Mapping[int, int]
) -> tuple[StoryDecision, ...]:
    """Put the ids of stories in place of their founders, those known; the others stay."""
    return tuple(
        replace(
            each,
            story=stories.get(each.founder) if each.story is None else each.story,
            related=tuple(
                replace(near, story=stories.get(near.founder)) if near.story is None else near
                for near in each.related
            ),
        )
        for each in decisions
    )


def redirect(counts: Mapping[int, int]) -> list[int]:
    """Return where the entries of a story that has none left went, the likeliest target first."""
    return sorted(counts, key=lambda story: (-counts[story], story))
