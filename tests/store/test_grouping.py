"""SQLite only: entries get their stories as they are stored, found by keys as if all were at hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import Entry
from monitor.model.refresh import NewEntry
from monitor.model.story import StoryDecision, StoryEntry, TermCounts
from monitor.store import Store, open_store
from monitor.stories.features import features
from monitor.stories.grouping import LOOK_BACK, group
from tests.store.builders import NOW, add, match, new

NAMES = [
    "freedonia",
    "sylvania",
    "osterlich",
    "brutopia",
    "tomainia",
    "quokka",
    "numbat",
    "belmonte",
]
WORDS = [
    "chips",
    "list",
    "adds",
    "firms",
    "labs",
    "export",
    "rules",
    "model",
    "court",
    "sues",
    "fines",
    "bans",
    "ministry",
    "talks",
    "deal",
    "vote",
    "safety",
    "exam",
    "power",
    "grid",
    "tariffs",
    "data",
    "centre",
    "school",
    "comics",
    "lawsuit",
    "merger",
    "board",
    "chief",
    "report",
]
# Few words make each entry like each other, and what is nearest a matter of chance.
NAMES += [
    f"{one}{other}"
    for one in ("zor", "mel", "tav", "quil")
    for other in ("and", "umor", "ibex", "elle")
]
WORDS += [
    f"{one}{other}"
    for one in ("bran", "stil", "crev", "plon", "dusk")
    for other in ("ers", "ing", "mark", "fall", "house", "wick", "gate", "low")
]

OUTLETS = ["north.example", "south.example", "east.example", "west.example"]

Batch = tuple[datetime, list[NewEntry]]


def headline(rng: random.Random) -> list[str]:
    words = [rng.choice(NAMES), *rng.sample(WORDS, rng.randint(2, 5))]
    return words if rng.random() < 0.7 else [*words, str(rng.randint(2, 40))]


def invented(seed: int, batches: int) -> Iterator[Batch]:
    """Yield what feeds bring over some days: events told twice and more, copies, look-alikes."""
    rng = random.Random(seed)
    at, number = NOW, 0
    told: list[list[str]] = []
    for _ in range(batches):
        at += timedelta(hours=rng.choice([0, 0, 1, 3, 9, 30]))
        brought = []
        for _ in range(rng.randint(1, 6)):
            number += 1
            chance = rng.random()
            words = headline(rng) if chance < 0.5 or not told else list(rng.choice(told[-9:]))
            if chance < 0.08:
                words = list(told[0] if told else words)  # an event that goes on and on
            if chance > 0.75 or chance < 0.08:
                words[rng.randrange(len(words))] = rng.choice(WORDS)
                rng.shuffle(words)
            told.append(words)
            lead = [] if rng.random() < 0.6 else [*rng.sample(words, 2), *rng.sample(WORDS, 3)]
            page = f"https://pages.example/{rng.randint(1, 12)}"
            brought.append(
                new(
                    f"{number}",
                    matches=(match(),),
                    title=" ".join(words).capitalize(),
                    excerpt=" ".join(lead),
                    url=page if rng.random() < 0.1 else f"https://news.example/{number}",
                    domain=rng.choice(OUTLETS),
                )
            )
        yield at, brought


class AtHand:
    """Groups with all entries before it, as if there were no store."""

    def __init__(self) -> None:
        self.entries: dict[int, StoryEntry] = {}
        self.why: dict[int, StoryDecision] = {}
        self._terms: Counter[str] = Counter()
        self._counted = self.stories = self.merges = 0

    def take(self, fresh: Sequence[StoryEntry]) -> None:
        """Group a batch."""
        first, last = min(e.seen_at for e in fresh), max(e.seen_at for e in fresh)
        recent = [
            entry
            for entry in self.entries.values()
            if first - LOOK_BACK <= entry.seen_at < last + LOOK_BACK
        ]
        counts = TermCounts(self._counted, dict(self._terms))
        opened: dict[int, int] = {}
        by_id = {entry.id: entry for entry in fresh}
        grouped = group(fresh, recent, counts)
        for each in grouped.decisions:
            story = each.story
            if story is None:
                story = opened.get(each.founder, self.stories + 1)
                opened[each.founder] = story
                self.stories = max(self.stories, story)
            entry = replace(by_id[each.entry], story=story, copy_of=each.copy_of)
            self.entries[entry.id] = entry
            self.why[entry.id] = each
            if entry.copy_of is None:
                self._counted += 1
                self._terms.update(features(entry).counts.keys())
        for merge in grouped.merges:
            self.merges += 1
            for entry in [e for e in self.entries.values() if e.story == merge.story]:
                self.entries[entry.id] = replace(entry, story=merge.into)


def as_grouped(entry: Entry) -> StoryEntry:
    return StoryEntry(
        id=entry.id,
        title=entry.title,
        excerpt=entry.excerpt,
        url=entry.url,
        outlet=entry.outlet,
        language=entry.language,
        seen_at=entry.first_seen_at,
    )


def decided(
    store: Store, most: int
) -> dict[int, tuple[int, int | None, tuple[str, ...], float | None]]:
    """Return story, copy and reasons of every entry in a story."""
    found = {}
    for story_id in range(1, most + 1):
        story = store.stories.story(story_id)
        assert story is not None
        for each in story.members:
            found[each.entry] = (story_id, each.copy_of, each.why, each.score)
    return found


@contextmanager
def new_store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "db" / "monitor.db")
        yield store
        store.close()


def compare(store: Store, batches: Iterator[Batch]) -> int:
    """Store batches and group them at hand; all decisions are the same. Return the stories."""
    at_hand = AtHand()
    for at, brought in batches:
        ids = add(store, *brought, at=at)
        at_hand.take([as_grouped(entry) for entry in store.entries.entries(ids)])
    assert decided(store, at_hand.stories) == {
        entry_id: (
            entry.story,
            entry.copy_of,
            at_hand.why[entry_id].why,
            at_hand.why[entry_id].score,
        )
        for entry_id, entry in at_hand.entries.items()
    }
    return store.upkeep.stats()["stories"]


@pytest.mark.parametrize("seed", range(6))
def test_looking_up_decides_as_if_the_whole_window_were_at_hand(store: Store, seed: int) -> None:
    stories = compare(store, invented(seed, batches=50))
    entries = store.upkeep.stats()["entries"]
    assert entries / 6 < stories < entries * 5 / 6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_looking_up_loses_nothing_in_random_histories(seed: int, batches: int) -> None:
    with new_store() as store:
        compare(store, invented(seed, batches))
