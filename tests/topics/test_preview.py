"""What a topic would find, gain and lose among stored entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.query import document_of
from monitor.topics import Preview, preview
from tests.topics.builders import NOW, an_entry, compiled


def tried(
    *entries: object,
    query: str = "chips",
    boosts: Sequence[tuple[str, int]] = (),
    floor: int = 1,
    **options: object,
) -> Preview:
    pairs = [(entry, document_of(entry)) for entry in entries]  # type: ignore[arg-type]
    topic = compiled(query, *boosts, floor=floor)
    return preview(topic, pairs, NOW, **options)  # type: ignore[arg-type]


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


def test_each_clause_tells_what_it_brings_and_what_it_alone_brings() -> None:
    found = tried(
        an_entry(1, "chips"),
        an_entry(2, "wafers"),
        an_entry(3, "wafers and chips"),
        an_entry(4, "wood"),
        query="chips OR wafers OR foundry",
    )
    assert [(each.clause, each.hits, each.alone) for each in found.clauses] == [
        ("chips", 2, 1),
        ("wafers", 2, 1),
        ("foundry", 0, 0),
    ]
    assert found.lint == ("query: nothing that matches holds foundry.",)


def test_each_boost_tells_what_it_decides_and_shows_what_it_keeps_out() -> None:
    found = tried(
        an_entry(1, "chips export"),
        an_entry(2, "chips"),
        an_entry(3, "chips export potato"),
        an_entry(4, "chips export export potato wafer"),
        boosts=[("export", 1), ("potato", -1), ("wafer", 3), ("wood", 1)],
        floor=2,
    )
    assert [(each.points, each.hits, each.decides) for each in found.boosts] == [
        (1, 2, 1),
        (-1, 2, 1),
        (3, 1, 1),
        (1, 0, 0),
    ]
    assert [sample.entry.id for sample in found.boosts[1].samples] == [3]
    assert found.boosts[0].samples == ()


def test_each_not_tells_what_it_alone_removed() -> None:
    found = tried(
        an_entry(1, "chips potato"),
        an_entry(2, "chips poker"),
        an_entry(3, "chips poker potato"),
        an_entry(4, "chips"),
        query="chips NOT potato NOT poker",
    )
    assert [(each.clause, each.entries) for each in found.removed] == [("potato", 1), ("poker", 1)]
    assert [sample.entry.id for each in found.removed for sample in each.samples] == [1, 2]


def test_near_misses_are_shown_with_what_kept_them_out_copies_once() -> None:
    found = tried(
        an_entry(1, "chips"),
        an_entry(2, "Chips"),
        an_entry(3, "chips export"),
        boosts=[("export", 1)],
        floor=2,
    )
    (near,) = found.near_misses
    assert (near.entry.id, near.match, near.note) == (1, None, "1 point of the 2 needed")
    further = [an_entry(9, "a ban, and so on and on, of chips")]
    found = tried(query="ban NEAR/3 chips", near=[(entry, document_of(entry)) for entry in further])
    assert [sample.entry.id for sample in found.near_misses] == [9]


def test_outlets_and_other_topics_are_counted_over_the_matches() -> None:
    entries = [
        replace(an_entry(1, "chips", topics=["t", "law"]), outlet="The Gazette"),
        replace(an_entry(2, "chips", topics=["law", "food"]), outlet="The Gazette"),
        replace(an_entry(3, "wood", topics=["law"]), outlet="The Gazette"),
        replace(an_entry(4, "chips"), outlet="The Wire"),
    ]
    found = tried(*entries)
    assert found.outlets == (("The Gazette", 2), ("The Wire", 1))
    assert found.overlap == (("law", 2), ("food", 1))


def test_what_is_likely_a_slip_is_said() -> None:
    old = an_entry(1, "chips", seen_at=NOW - timedelta(days=200))
    (line,) = tried(old).lint
    assert line == "query: no match within the last 90 days."
    lint = tried(an_entry(1, "a chips"), query="chips or wafers").lint
    assert any("the operator is OR in capitals" in line for line in lint)


def test_boosts_that_cannot_decide_are_said() -> None:
    (line,) = tried(boosts=[("export", 2), ("ban", 1)]).lint
    assert line.startswith("boosts: the query alone reaches the floor of 1")
    assert tried(boosts=[("export", 2), ("ban", -1)]).lint == ()
    assert tried(boosts=[("export", 2)], floor=2).lint == ()


def test_how_far_the_entries_go_back_is_told() -> None:
    entry = an_entry(1, "chips", seen_at=NOW - timedelta(hours=12))
    assert tried(entry).days_back == 0.5
    assert tried(entry, oldest=NOW - timedelta(days=20)).days_back == 20
    assert tried(entry, oldest=NOW - timedelta(days=20)).per_day == {7: 1 / 7}


def test_a_sample_scales_the_counts_up_and_says_so() -> None:
    entries = [an_entry(n, "chips", topics=["law"]) for n in range(1, 11)]
    found = tried(*entries, share=0.1, entries=5000)
    assert (found.matches, found.gained, found.entries, found.share) == (100, 100, 5000, 0.1)
    assert found.per_day == {7: 100.0}
    assert found.overlap == (("law", 100),)
    assert found.as_json()["share"] == 0.1
