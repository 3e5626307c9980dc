"""What a topic would find, gain and lose among stored entries."""

from __future__ import annotations

from datetime import timedelta

from monitor.query import document_of
from monitor.topics import Preview, preview
from tests.topics.builders import NOW, an_entry, compiled


def tried(*entries: object, **options: object) -> Preview:
    pairs = [(entry, document_of(entry)) for entry in entries]  # type: ignore[arg-type]
    return preview(compiled("chips"), pairs, NOW, **options)  # type: ignore[arg-type]


def test_gained_and_lost_are_against_the_stored_matches() -> None:
    found = tried(
        an_entry(1, "chips", topics=["t"]),
        an_entry(2, "chips", topics=["other"]),
        an_entry(3, "wood", topics=["t"]),
        an_entry(4, "wood"),
    )
    assert (found.entries, found.matches, found.gained, found.lost) == (4, 2, 1, 1)
    assert [sample.entry.id for sample in found.gained_samples] == [2]
    assert [sample.entry.id for sample in found.lost_samples] == [3]


def test_hits_a_day_are_given_as_far_as_entries_go_back() -> None:
    entries = [an_entry(n, "chips", seen_at=NOW - timedelta(days=n)) for n in range(1, 41)]
    assert tried(*entries).per_day == {7: 6 / 7, 30: 29 / 30}
    assert tried(*entries[:3]).per_day == {7: 1.0}
    assert tried(*entries[:14], since=NOW - timedelta(days=14)).per_day == {7: 6 / 7}
    assert tried().per_day == {7: 0.0}


def test_samples_are_drawn_at_random_but_the_same_each_time() -> None:
    entries = [an_entry(n, "chips") for n in range(1, 201)]
    first, again, other = (tried(*entries, samples=5, seed=seed) for seed in (1, 1, 2))
    assert first.samples == again.samples != other.samples
    assert len(first.samples) == 5
    assert max(sample.entry.id for sample in first.samples) > 5
    assert [sample.entry.id for sample in first.gained_samples] == [200, 199, 198, 197, 196]


def test_the_number_of_entries_may_be_told_when_only_candidates_are_tried() -> None:
    assert tried(an_entry(1, "chips"), entries=1000).entries == 1000


def test_the_json_has_the_keys_of_the_command() -> None:
    shown = tried(an_entry(5, "chips")).as_json()
    assert list(shown)[:7] == [
        "topic", "entries", "matches", "per_day", "gained", "lost", "samples",
    ]  # fmt: skip
    assert shown["per_day"] == {"7": 1.0}
    (sample,) = shown["samples"]
    assert sample["id"] == "e5"
    assert sample["first_seen_at"] == "2026-11-23T12:00:00Z"
    assert sample["why"] == [
        {"clause": "chips", "words": "chips", "field": "title", "start": 0, "end": 5}
    ]
