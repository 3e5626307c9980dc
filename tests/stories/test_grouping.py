"""Stories: reports of one event come together, look-alikes stay apart, doubt means apart."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.story import Grouped, StoryEntry
from monitor.stories.grouping import group
from tests.stories.build import START, by_entry, entry

# A week's other entries, so that rare and usual words can be told apart.
REST = [
    entry(900 + k, title, story=900 + k)
    for k, title in enumerate(
        (
            "Sylvania opens a data centre for weather models",
            "AI models write half of the code at Osterlich Software",
            "Chip maker Tomainia Semi reports record sales",
            "Teachers ask for rules on AI in exams",
            "Bacteria found that eat plastic, says Brutopia university",
            "AI chips are everywhere, and so are their fans",
            "What export rules mean for small chip firms",
            "New AI model from Quokka Labs draws whole comics",
        )
    )
]

ONE_EVENT = [
    ("another wording",
     entry(1, "Freedonia puts eleven Sylvanian chip firms on its entity list", "Officials in Fredville cite risks to security."),
     entry(2, "Sylvanian chip firms added to Freedonia entity list", "The list now names eleven companies, officials said.", hours=5)),
    ("a follow-up on the next day",
     entry(1, "Quokka Labs chief Ana Belmonte steps down after board dispute"),
     entry(2, "Ana Belmonte leaves Quokka Labs: what the board dispute was about", hours=20)),
    ("Chinese reports",
     entry(1, "自由国将杏仁半导体等11家企业列入实体清单", "自由国商务部周一宣布。", language="zh"),
     entry(2, "杏仁半导体回应被自由国列入实体清单", "杏仁半导体表示反对自由国商务部的决定。", language="zh", hours=3)),
]  # fmt: skip

APART = [
    ("other counts",
     entry(1, "Freedonia adds 11 firms to its chip entity list"),
     entry(2, "Freedonia adds 27 firms to its chip entity list", hours=30)),
    ("two days in a title",
     entry(1, "Freedonia chip export hearing, day of March 2"),
     entry(2, "Freedonia chip export hearing, day of March 3", hours=24)),
    ("two versions of one model",
     entry(1, "Quokka Labs releases Numbat 2.1 model for comics"),
     entry(2, "Quokka Labs releases Numbat 2.2 model for comics", hours=40)),
    ("two firms in one template",
     entry(1, "Tomainia Semi Q4 2026 earnings call summary"),
     entry(2, "Brutopia Rail Q4 2026 earnings call summary")),
    ("two issues of a series",
     entry(1, "Chips this week: lithography, Tomainia, tariffs", outlet="x"),
     entry(2, "Chips this week: memory prices, Brutopia, power", outlet="x", hours=24)),
    ("Chinese counts",
     entry(1, "商务部将28家实体列入管控名单", language="zh"),
     entry(2, "商务部将10家实体列入管控名单", language="zh")),
    ("only the subject in common",
     entry(1, "Quokka Labs hires a new head of safety"),
     entry(2, "Quokka Labs faces lawsuit over layoffs")),
    ("one event, six days later",
     entry(1, "Quokka Labs chief Ana Belmonte steps down after board dispute"),
     entry(2, "Quokka Labs: Ana Belmonte and the board dispute in six charts", hours=6 * 24)),
    ("no words at all", entry(1, ""), entry(2, "…")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), ONE_EVENT, ids=[case[0] for case in ONE_EVENT])
def test_reports_of_one_event_join_its_story_and_say_why(
    name: str, one: StoryEntry, other: StoryEntry
) -> None:
    decision = by_entry(group([one, other], REST))[2]
    assert (decision.story, decision.founder, decision.copy_of) == (None, 1, None)
    assert decision.why[0].startswith("shares “")


@pytest.mark.parametrize(("name", "one", "other"), APART, ids=[case[0] for case in APART])
def test_look_alikes_stay_apart(name: str, one: StoryEntry, other: StoryEntry) -> None:
    decision = by_entry(group([one, other], REST))[2]
    assert (decision.story, decision.founder) == (None, 2)
    assert decision.why


def test_a_conflict_that_kept_entries_apart_is_named() -> None:
    (_, one, other) = APART[0]
    assert "27 and 11 of the same" in by_entry(group([one, other], REST))[2].why[0]


def test_a_new_entry_joins_a_known_story() -> None:
    (_, one, other) = ONE_EVENT[0]
    known = entry(1, one.title, one.excerpt, story=41)
    decision = group([other], [*REST, known]).decisions[0]
    assert (decision.story, decision.founder) == (41, 1)


def test_older_entries_that_come_in_later_join_the_story_that_is_there() -> None:
    (_, one, other) = ONE_EVENT[0]
    known = entry(2, other.title, other.excerpt, hours=5, story=41)
    decision = group([one], [*REST, known]).decisions[0]
    assert (decision.story, decision.founder) == (41, 2)


def test_a_chain_of_small_steps_does_not_tie_two_events_together() -> None:
    words = [
        "amber",
        "birch",
        "cedar",
        "delta",
        "ember",
        "fjord",
        "grove",
        "heath",
        "inlet",
        "jetty",
        "knoll",
        "larch",
    ]
    steps = [entry(k + 1, " ".join(words[k : k + 6]), hours=k) for k in range(7)]
    decisions = by_entry(group(steps, REST))
    assert decisions[7].founder != decisions[1].founder


def test_nothing_new_gives_no_decisions() -> None:
    assert group([], REST) == Grouped()


def test_recent_entries_without_a_story_are_not_looked_at() -> None:
    (_, one, other) = ONE_EVENT[0]
    assert group([other], [*REST, one]).decisions[0].founder == 2


def test_many_that_come_at_once_do_not_crowd_out_what_was_there() -> None:
    known = entry(1, "Nvidia to buy robot maker Quokkia for $3 billion", story=41)
    crowd = [
        entry(k, f"Nvidia robot maker tells tale {k * 37 % 1009} of Quokkia", hours=k / 60)
        for k in range(2, 90)
    ]
    late = entry(200, "Nvidia acquires Quokkia in $3 billion deal", hours=0.01)
    assert by_entry(group([*crowd, late], [*REST, known]))[200].story == 41


WORDS = st.sampled_from(
    [
        "freedonia",
        "sylvania",
        "chips",
        "list",
        "adds",
        "11",
        "27",
        "firms",
        "quokka",
        "labs",
        "芯片出口",
        "管制",
        "not",
        "the",
        "-",
        ":",
        "2.1",
        "briefing",
    ]
)
ENTRIES = st.lists(
    st.builds(
        lambda title, excerpt, outlet, page, hours, story: (title, excerpt, outlet, page, hours, story),
        st.lists(WORDS, max_size=7).map(" ".join),
        st.lists(WORDS, max_size=14).map(" ".join),
        st.sampled_from(["a.example", "b.example", "c.example"]),
        st.sampled_from(["", "https://a.example/", "https://a.example/1", "https://b.example/2"]),
        st.integers(0, 12 * 24),
        st.one_of(st.none(), st.none(), st.integers(1, 3)),
    ),
    max_size=14,
).map(
    lambda rows: [
        StoryEntry(
            id=k + 1, title=title, excerpt=excerpt, url=url, outlet=outlet, language="",
            seen_at=START + timedelta(hours=hours), story=story,
        )
        for k, (title, excerpt, outlet, url, hours, story) in enumerate(rows)
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_are_given_changes_nothing(
    entries: list[StoryEntry], shuffle: random.Random
) -> None:
    new = [each for each in entries if each.story is None]
    recent = [each for each in entries if each.story is not None]
    first = group(new, recent)
    shuffle.shuffle(new)
    shuffle.shuffle(recent)
    assert group(new, recent) == first


def led(story: int | None, grouped: Grouped) -> int | None:
    """Return the story that a known one has become part of."""
    for merge in grouped.merges:
        story = merge.into if story == merge.story else story
    return story


def test_stories_that_turn_out_to_be_one_become_the_older_one() -> None:
    title = "Nvidia to buy robot maker Quokkia for $3 billion"
    english = entry(1, title, story=8)
    chinese = entry(2, "英伟达将以30亿美元收购Quokkia", language="zh", hours=1, story=9)
    late = entry(3, "Nvidia acquires Quokkia in $3 billion deal", hours=2)
    grouped = group([late], [*REST, english, chinese])
    assert [(each.story, each.into) for each in grouped.merges] == [(9, 8)]
    assert "Quokkia" in grouped.merges[0].why
    assert grouped.decisions[0].story == 8


@pytest.mark.parametrize(("pinned", "merged"), [((1,), [(9, 8)]), ((2,), [(8, 9)]), ((1, 2), [])])
def test_a_story_a_person_decided_about_becomes_part_of_no_other(
    pinned: tuple[int, ...], merged: list[tuple[int, int]]
) -> None:
    title = "Nvidia to buy robot maker Quokkia for $3 billion"
    known = [
        replace(entry(1, title, story=8), pinned=1 in pinned),
        replace(
            entry(2, "英伟达将以30亿美元收购Quokkia", language="zh", story=9), pinned=2 in pinned
        ),
    ]
    late = entry(3, "Nvidia acquires Quokkia in $3 billion deal", hours=2)
    grouped = group([late], [*REST, *known])
    assert [(each.story, each.into) for each in grouped.merges] == merged


def test_what_is_close_stays_apart_and_is_related() -> None:
    one = entry(1, "Nvidia sues robot maker Quokkia over plans", story=8)
    other = entry(2, "Quokkia names former Nvidia manager as its head", hours=2)
    decision = group([other], [*REST, one]).decisions[0]
    assert decision.story is None
    assert [(each.story, each.founder) for each in decision.related] == [(8, 1)]


@settings(max_examples=150, deadline=None)
@given(ENTRIES)
def test_every_new_entry_gets_one_decision_that_names_something_at_hand(
    entries: list[StoryEntry],
) -> None:
    new = [each for each in entries if each.story is None]
    recent = [each for each in entries if each.story is not None]
    grouped = group(new, recent)
    decisions = grouped.decisions
    assert sorted(d.entry for d in decisions) == sorted(each.id for each in new)
    founders = {d.entry for d in decisions if d.story is None and d.founder == d.entry}
    by_id = by_entry(grouped)
    for decision in decisions:
        assert decision.why
        assert all(decision.why)
        if decision.story is None:
            assert decision.founder in founders
        else:
            members = [each.id for each in recent if led(each.story, grouped) == decision.story]
            assert decision.founder in members
        if decision.copy_of is not None:
            original = by_id.get(decision.copy_of)
            stories = {each.id: each.story for each in recent}
            if original is None:
                assert led(stories[decision.copy_of], grouped) == decision.story
            else:
                assert original.copy_of is None
                assert (original.story, original.founder) == (decision.story, decision.founder)


def test_what_was_told_weeks_apart_is_not_one_event_though_it_is_seen_at_once() -> None:
    (_, one, other) = ONE_EVENT[0]
    old = replace(one, published_at=START - timedelta(days=20))
    new = replace(other, published_at=START)
    assert by_entry(group([old, new], REST))[2].founder == 2
    future = replace(other, published_at=START + timedelta(days=400))
    assert by_entry(group([one, future], REST))[2].founder == 1
