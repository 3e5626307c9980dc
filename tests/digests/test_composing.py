"""What an edition holds: one card a story, its lead, its section, its order, what is left out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests.composing import compose
from monitor.digests.headings import topic_order
from monitor.errors import UsageError
from monitor.model.digest import Digest
from monitor.model.edition import Card, Coverage, Edition, Gathered, Reason
from monitor.model.entry import Entry
from tests.digests.builders import (
    DUE,
    FROM,
    UNTIL,
    a_coverage,
    a_digest,
    a_match,
    a_topic,
    an_entry,
    found,
)

TOPICS = (a_topic("export-controls"), a_topic("chips"), a_topic("ai-policy"))


def composed(
    *entries: Entry, digest: Digest | None = None, coverage: Coverage | None = None
) -> Edition:
    gathered = Gathered(entries=entries, coverage=coverage or a_coverage())
    return compose(digest or a_digest(), DUE, TOPICS, gathered, "daily-1")


def cards(edition: Edition) -> list[Card]:
    return [card for section in edition.sections for card in section.cards]


def only_card(*entries: Entry) -> Card:
    (card,) = cards(composed(*entries))
    return card


def titles(edition: Edition) -> dict[str, list[str]]:
    return {section.topic: [card.title for card in section.cards] for section in edition.sections}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("*",), ["export-controls", "chips", "ai-policy"]),
        (("ai-policy", "*"), ["ai-policy", "export-controls", "chips"]),
        (("*", "export-controls"), ["chips", "ai-policy", "export-controls"]),
        (("chips",), ["chips"]),
        (("chips", "chips", "*", "*"), ["chips", "export-controls", "ai-policy"]),
        ((), []),
    ],
)
def test_topics_come_in_the_order_asked_and_a_star_is_all_the_others(
    asked: tuple[str, ...], expected: list[str]
) -> None:
    assert [topic.name for topic in topic_order(a_digest(topics=asked), TOPICS)] == expected


def test_a_topic_nobody_has_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"'quantum'.*config/topics\.toml"):
        topic_order(a_digest(topics=("quantum",)), TOPICS)


BEFORE = UNTIL - timedelta(hours=9)


@pytest.mark.parametrize(
    ("rivals", "lead"),
    [
        pytest.param([an_entry(1), an_entry(2)], 1, id="the earliest"),
        pytest.param([an_entry(1), an_entry(2, tier=1)], 2, id="the better tier"),
        pytest.param(
            [an_entry(1), an_entry(2, matches=[a_match("chips", points=3)])], 2, id="more points"
        ),
        pytest.param(
            [an_entry(1, matches=[a_match("chips", points=9)]), an_entry(2, tier=1)], 2,
            id="tier before points",
        ),
        pytest.param([an_entry(1, copy_of=2, tier=1), an_entry(2)], 2, id="no copy"),
        pytest.param([an_entry(1, copy_of=9), an_entry(2, copy_of=9)], 1, id="a copy where all are"),
        pytest.param([an_entry(1, title="", tier=1), an_entry(2)], 2, id="one with a headline"),
        pytest.param([an_entry(1, url="", tier=1), an_entry(2)], 2, id="one with an address"),
        pytest.param(
            [an_entry(1, matches=[a_match("gone", points=9)]), an_entry(2)], 2,
            id="one that matches a topic of the digest",
        ),
    ],
)  # fmt: skip
def test_the_lead_of_a_story(rivals: list[Entry], lead: int) -> None:
    card = only_card(*(replace(entry, story=7) for entry in rivals))
    assert card.entries[0] <= lead
    assert card.first_seen_at == FROM + timedelta(minutes=lead)


def test_a_story_of_several_topics_stands_once_in_the_first_and_names_the_others() -> None:
    entry = an_entry(topics=("ai-policy", "chips"))
    edition = composed(entry)
    assert titles(edition) == {"chips": ["Headline 1"]}
    assert [reason.topic for reason in cards(edition)[0].why] == ["chips", "ai-policy"]
    again = composed(entry, digest=a_digest(topics=("ai-policy", "*")))
    assert titles(again) == {"ai-policy": ["Headline 1"]}


def test_the_section_is_one_the_lead_itself_matches() -> None:
    edition = composed(
        an_entry(1, story=7, tier=1, topics=("ai-policy",)),
        an_entry(2, story=7, topics=("export-controls",)),
    )
    assert list(titles(edition)) == ["ai-policy"]
    assert [reason.topic for reason in cards(edition)[0].why] == ["ai-policy", "export-controls"]


def test_topics_without_any_match_are_named_as_quiet() -> None:
    edition = composed(an_entry(topics=("chips", "ai-policy")))
    assert edition.quiet == ("Export controls",)
    assert composed().quiet == ("Export controls", "Chips", "Ai policy")
    assert composed().sections == ()


def test_outlets_are_independent_ones_by_name_and_copies_are_counted() -> None:
    card = only_card(
        an_entry(1, story=7, outlet="Wire", tier=1),
        an_entry(2, story=7, outlet="Post"),
        an_entry(3, story=7, outlet="Post"),
        an_entry(4, story=7, outlet="Courier", copy_of=1),
        an_entry(5, story=7, outlet="Sun", copy_of=1),
    )
    assert card.outlet == "Wire"
    assert card.outlets == ("Wire", "Post")
    assert card.copies == 2
    assert card.entries == (1, 2, 3, 4, 5)


def test_the_counts_of_the_coverage_are_those_of_the_digest() -> None:
    coverage = composed(
        an_entry(1, story=7),
        an_entry(2, story=7, copy_of=1),
        an_entry(3, topics=("quantum",)),
        an_entry(4),
        coverage=a_coverage(seen=90),
    ).coverage
    assert (coverage.entries_seen, coverage.entries_matched) == (90, 3)
    assert (coverage.copies_folded, coverage.stories) == (1, 2)


def test_entries_that_no_story_has_yet_stand_alone() -> None:
    lone = [replace(an_entry(n), story=None) for n in (1, 2)]
    assert [card.story for card in cards(composed(*lone))] == [0, 0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(an_entry(1, matches=[a_match("chips", points=4)]), an_entry(2), id="points"),
        pytest.param(
            an_entry(1, matches=[a_match("chips", found("c", "c", "title"))]),
            an_entry(2, matches=[a_match("chips", found("c", "c", "text"))]),
            id="words in the headline",
        ),
        pytest.param(an_entry(1, tier=1), an_entry(2, tier=2), id="tier"),
        pytest.param(an_entry(2), an_entry(1), id="newest of equals"),
    ],
)
def test_the_order_within_a_section(first: Entry, second: Entry) -> None:
    edition = composed(first, second)
    assert titles(edition)["chips"] == [first.title, second.title]


def test_a_story_many_outlets_have_comes_before_one_that_many_copied() -> None:
    told = [an_entry(n, story=1, outlet=f"Outlet {n}") for n in (1, 2, 3)]
    copied = [
        an_entry(n, story=4, outlet=f"Paper {n}", copy_of=4 if n > 4 else None)
        for n in range(4, 30)
    ]
    assert [card.story for card in cards(composed(*copied, *told))] == [1, 4]


def test_caps_leave_out_the_last_and_count_them() -> None:
    entries = [an_entry(n, outlet=f"Outlet {n % 2}") for n in range(1, 21)]
    (section,) = composed(*entries, digest=a_digest(per_topic=5, per_outlet=2)).sections
    assert [card.outlet for card in section.cards] == ["Outlet 0", "Outlet 1"] * 2
    assert section.more == 16
    (section,) = composed(*entries, digest=a_digest(per_topic=5, per_outlet=9)).sections
    assert (len(section.cards), section.more) == (5, 15)
    (section,) = composed(*entries, digest=a_digest(per_edition=4, per_outlet=9)).sections
    assert (len(section.cards), section.more) == (4, 16)


def test_outlets_are_capped_and_not_feeds_however_they_are_written() -> None:
    entries = [
        replace(an_entry(n, outlet=("The Post", "THE POST")[n % 2]), feed_id=n) for n in range(1, 9)
    ]
    (section,) = composed(*entries, digest=a_digest(per_outlet=3)).sections
    assert (len(section.cards), section.more) == (3, 5)


def test_why_has_a_reason_for_each_clause_the_headline_first() -> None:
    match = a_match(
        "chips",
        found("@chips", "H99", "text"),
        found("@chips", "A77", "text"),
        found("licen*", "licence", "text"),
        found("licen*", "licences", "title"),
        found("licen*", "Licences", "text"),
        found("lang:de", "de", None),
        version=4,
    )
    card = only_card(an_entry(matches=[match]))
    assert card.why == (
        Reason("chips", 4, "@chips", "H99", "text"),
        Reason("chips", 4, "@chips", "A77", "text"),
        Reason("chips", 4, "licen*", "licences", "title"),
        Reason("chips", 4, "lang:de", "de", "lang"),
    )


def test_a_match_without_evidence_still_names_its_topic_and_version() -> None:
    assert only_card(an_entry(matches=[a_match("chips", version=3)])).why == (
        Reason("chips", 3, "", "", ""),
    )


def test_texts_come_as_clean_lines_of_bounded_length() -> None:
    card = only_card(
        an_entry(
            title="Head\r\nBcc: all\x00\ud800 line " + "x" * 9_000,
            excerpt="  One.\x1b[31m \n Two.  ",
            outlet="An outlet\n" + "y" * 900,
            matches=[a_match("chips", found("a " * 900, "w\n" * 900))],
        )
    )
    assert card.title.startswith("Head Bcc: all line xxx")
    assert len(card.title) <= 200
    assert card.excerpt == "One. [31m Two."
    assert len(card.outlet) <= 60
    assert all(len(text) <= 60 for text in (card.why[0].clause, card.why[0].words))


@pytest.mark.parametrize(
    ("entry", "title", "excerpt"),
    [
        (an_entry(title="", excerpt="What happened. More."), "What happened. More.", "What happened. More."),
        (an_entry(title=" ", text="Only text here."), "Only text here.", "Only text here."),
        (an_entry(title="", text=""), "(without a headline)", ""),
        (an_entry(title="The same", excerpt="The same."), "The same", ""),
        (an_entry(title="A", excerpt="", text="B."), "A", "B."),
    ],
)  # fmt: skip
def test_a_missing_headline_or_excerpt_is_made_good(entry: Entry, title: str, excerpt: str) -> None:
    card = only_card(entry)
    assert (card.title, card.excerpt) == (title, excerpt)


def test_an_endless_address_is_left_out() -> None:
    assert only_card(an_entry(url="https://a.example/" + "x" * 3_000)).url == ""


@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_every_matched_entry_is_in_one_story_whatever_the_order_it_came_in(
    data: st.DataObject,
) -> None:
    numbers = range(1, data.draw(st.integers(2, 25)))
    entries = [
        an_entry(
            n,
            story=data.draw(st.integers(1, 8)),
            tier=data.draw(st.integers(1, 3)),
            copy_of=data.draw(st.sampled_from([None, None, 1, 2])),
            outlet=data.draw(st.sampled_from(["A", "B", "C"])),
            topics=data.draw(st.lists(st.sampled_from([t.name for t in TOPICS]), min_size=1, unique=True)),
        )
        for n in numbers
    ]  # fmt: skip
    digest = a_digest(per_topic=99, per_outlet=99)
    edition = composed(*entries, digest=digest)
    shown = [number for card in cards(edition) for number in card.entries]
    assert sorted(shown) == list(numbers)
    assert len(cards(edition)) == edition.coverage.stories
    shuffled = entries[:]
    random.Random(7).shuffle(shuffled)
    assert composed(*shuffled, digest=digest) == edition
