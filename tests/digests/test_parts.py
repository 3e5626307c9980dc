"""Where a story stands: sections given by queries, documents, developing stories, or nowhere again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests.composing import compose
from monitor.digests.developing import NEWS_COLUMNS, SHOWN_NEWS
from monitor.digests.excerpts import columns
from monitor.digests.ranking import total
from monitor.digests.rendering import render
from monitor.model.change import Change, ChangeKind
from monitor.model.digest import Digest, Weights
from monitor.model.edition import Card, Document, Edition, Gathered, LeftOut, RankPart
from monitor.model.entry import Entry
from tests.digests.builders import (
    DUE,
    UNTIL,
    a_change,
    a_coverage,
    a_digest,
    a_match,
    a_section_query,
    a_topic,
    an_entry,
    found,
    told,
)

TOPICS = (a_topic("export-controls"), a_topic("chips"), a_topic("ai-policy"))
COURTS = a_section_query(1, "In the courts", "court OR tribunal")
MINISTRIES = a_section_query(2, "Ministries", "ministry")

TOLD_STORIES = frozenset({201, 202, 203})
KINDS: tuple[ChangeKind, ...] = ("official", "figure", "headline", "withdrawn")
HOSTILE = "\u202eevil\u2066\x00\r\nBcc: x\x1b[31m " + "x" * 10_000


def gathered(*entries: Entry, changes: Mapping[int, tuple[Change, ...]] | None = None) -> Gathered:
    """All of a window in which the stories from 201 on stood in an edition before."""
    return Gathered(
        entries=entries,
        coverage=a_coverage(),
        told={story: told() for story in TOLD_STORIES},
        changes=changes or {},
    )


def told_before(number: int, **more: object) -> Entry:
    """An entry of story 201, 202 or 203."""
    return replace(an_entry(number), story=200 + number, **more)  # type: ignore[arg-type]


def composed(
    *entries: Entry,
    digest: Digest | None = None,
    changes: Mapping[int, tuple[Change, ...]] | None = None,
) -> Edition:
    return compose(
        digest or a_digest(), DUE, TOPICS, gathered(*entries, changes=changes), "daily-1"
    )


def cards(edition: Edition) -> list[Card]:
    return [card for section in edition.sections for card in section.cards]


# Sections given by queries


def test_sections_given_by_queries_come_first_and_have_no_topic() -> None:
    edition = composed(
        an_entry(1, matches=[a_match(COURTS.name, found("court", "Court"), version=0)]),
        an_entry(2, matches=[a_match("chips"), a_match(MINISTRIES.name, version=0)]),
        an_entry(3),
        digest=a_digest(sections=(COURTS, MINISTRIES)),
    )
    assert [(s.topic, s.title, s.query, len(s.cards)) for s in edition.sections] == [
        ("", "In the courts", "court OR tribunal", 1),
        ("", "Ministries", "ministry", 1),
        ("chips", "Chips", "", 1),
    ]
    first, second = cards(edition)[:2]
    assert [(why.topic, why.version, why.words) for why in first.why] == [
        ("In the courts", 0, "Court")
    ]
    assert [why.topic for why in second.why] == ["Ministries", "chips"]
    assert edition.quiet == ("Export controls", "Ai policy")


def test_a_section_without_an_entry_is_named_as_quiet() -> None:
    edition = composed(an_entry(1), digest=a_digest(sections=(COURTS,), topics=("chips",)))
    assert edition.quiet == ("In the courts",)
    assert len(edition.sections) == 1


def test_a_match_of_a_query_this_digest_does_not_have_is_passed_over() -> None:
    edition = composed(an_entry(1, matches=[a_match(COURTS.name, version=0)]))
    assert edition.coverage.entries_matched == 0
    assert edition.left_out == ()


# Documents


def official(number: int, **more: object) -> Entry:
    """An entry of an official source."""
    title = f"Notice {number}"
    entry = an_entry(
        number, title=title, outlet="Bureau of Trade", url=f"https://bureau.gov/{number}",
        feed_url="https://news.bureau.gov/feed",
    )  # fmt: skip
    return replace(entry, **more)  # type: ignore[arg-type]


def test_who_only_links_to_an_official_source_is_none() -> None:
    """Any feed can write any address; what comes from a ministry comes by its own feed."""
    edition = composed(replace(official(1), feed_url="https://hostile.example/feed"))
    assert edition.documents == ()
    assert len(cards(edition)) == 1


def test_what_only_official_sources_tell_stands_apart_from_the_press() -> None:
    edition = composed(
        official(1),
        official(2, url="https://ledger.example/2", feed_tags=("official",), story=1),
        an_entry(3, story=1, outlet="Courier", copy_of=1),
        an_entry(4),
    )
    (document,) = edition.documents
    assert (document.title, document.topic_title, document.entries) == (
        "Notice 1",
        "Chips",
        (1, 2, 3),
    )
    assert (document.copies, document.document) == (1, None)
    assert [card.entries for card in cards(edition)] == [(4,)]
    assert edition.more_documents == 0


def test_a_story_of_the_press_names_its_document_and_is_led_by_the_press() -> None:
    edition = composed(an_entry(1, story=7), official(2, story=7, tier=1))
    (card,) = cards(edition)
    assert (card.title, card.outlets) == ("Headline 1", ("The Example Ledger", "Bureau of Trade"))
    assert card.document == Document(2, "Notice 2", "https://bureau.gov/2", "Bureau of Trade")
    assert card.topic_title == ""
    assert edition.documents == ()


def test_an_official_copy_of_a_text_of_the_press_is_its_document() -> None:
    (card,) = cards(composed(an_entry(1, story=7), official(2, story=7, copy_of=1)))
    assert card.document is not None
    assert (card.document.entry, card.copies) == (2, 1)


def test_documents_are_capped_as_a_section_is() -> None:
    edition = composed(*(official(n) for n in range(1, 9)), digest=a_digest(per_outlet=2))
    assert ([card.title for card in edition.documents], edition.more_documents) == (
        ["Notice 8", "Notice 7"], 6,
    )  # fmt: skip
    assert edition.left_out == tuple(LeftOut(n, n, "more") for n in range(1, 7))


# Developing


def test_a_story_told_before_is_told_again_only_with_news() -> None:
    changes = {201: (a_change("figure", "12 firms, not 10"),)}
    edition = composed(told_before(1), told_before(2), an_entry(3), changes=changes)
    (development,) = edition.developing
    assert development.card.entries == (1,)
    assert development.card.topic_title == "Chips"
    assert development.news == ("12 firms, not 10",)
    assert (development.told_in, development.told_on) == ("daily-2026-11-20-0700", told().on)
    assert edition.left_out == (LeftOut(2, 202, "told-before"),)
    assert (edition.coverage.stories, edition.coverage.told_before) == (3, 1)
    assert [card.entries for card in cards(edition)] == [(3,)]


@pytest.mark.parametrize(
    ("kinds", "comes_back"),
    [
        ((), False),
        (("headline",), False),
        (("headline", "withdrawn"), False),
        (("official",), True),
        (("figure",), True),
        (("date",), True),
        (("name",), True),
        (("outlets",), True),
        (("trusted",), True),
        (("headline", "name"), True),
    ],
)
def test_what_brings_a_story_back(kinds: tuple[ChangeKind, ...], comes_back: bool) -> None:
    changes = {201: tuple(a_change(kind, kind) for kind in kinds)}
    edition = composed(told_before(1), changes=changes)
    assert bool(edition.developing) is comes_back
    assert len(edition.left_out) == (not comes_back)
    for development in edition.developing:
        assert "headline" not in development.news


def test_an_official_story_told_before_develops_like_any_other() -> None:
    entry = official(1, story=201)
    assert composed(entry, changes={201: (a_change(),)}).developing[0].card.entries == (1,)
    assert composed(entry).documents == ()


def test_the_weightiest_news_comes_first_and_too_much_is_counted() -> None:
    kinds: tuple[ChangeKind, ...] = ("trusted", "outlets", "name", "date", "figure", "official")
    changes = {201: tuple(a_change(kind, f"news of {kind}") for kind in kinds)}
    (development,) = composed(told_before(1), changes=changes).developing
    assert development.news == (
        "news of official", "news of figure", "news of date", "news of name", "and 2 more changes",
    )  # fmt: skip
    later = replace(a_change("figure", "later"), at=UNTIL)
    (development,) = composed(
        told_before(1), changes={201: (later, a_change("figure", "earlier"), later)}
    ).developing
    assert development.news == ("earlier", "later")


def test_developing_stories_are_capped_and_counted() -> None:
    changes = dict.fromkeys(TOLD_STORIES, (a_change(),))
    edition = composed(
        *(told_before(n, outlet=f"Outlet {n}") for n in (1, 2, 3)),
        changes=changes,
        digest=a_digest(per_topic=2),
    )
    assert (len(edition.developing), edition.more_developing) == (2, 1)
    assert edition.left_out == (LeftOut(1, 201, "more"),)


def test_news_comes_as_clean_lines_of_bounded_length() -> None:
    changes = {201: tuple(a_change("name", f"{n} {HOSTILE}", entry=n) for n in range(90))}
    (development,) = composed(told_before(1), changes=changes).developing
    assert len(development.news) == SHOWN_NEWS
    for line in development.news:
        assert columns(line) <= NEWS_COLUMNS
        assert line.isprintable()
        assert not set("\u202e\u2066") & set(line)


# Rank


def test_the_rank_is_the_sum_of_its_named_parts_times_their_weights() -> None:
    weights = Weights(points=2, title=0.5, tier=0, outlets=3, document=1.5, novelty=10)
    (card,) = cards(
        composed(
            an_entry(1, story=7, matches=[a_match("chips", found("chips", "chips"), points=4)]),
            official(2, story=7),
            an_entry(3, story=7, outlet="Third"),
            digest=a_digest(weights=weights),
        )
    )
    assert card.rank == (
        RankPart("points", 8.0),
        RankPart("title", 1.0),
        RankPart("tier", 0.0),
        RankPart("outlets", 4.75),
        RankPart("document", 1.5),
        RankPart("novelty", 10.0),
    )
    assert total(card.rank) == 25.25


def test_a_weight_changes_the_order() -> None:
    many = [an_entry(n, story=1, outlet=f"Outlet {n}") for n in range(1, 9)]
    one = an_entry(9, tier=1)
    assert [card.story for card in cards(composed(*many, one))] == [1, 9]
    flat = a_digest(weights=Weights(outlets=0))
    assert [card.story for card in cards(composed(*many, one, digest=flat))] == [9, 1]


def test_a_story_told_before_has_no_novelty() -> None:
    (development,) = composed(told_before(1), changes={201: (a_change(),)}).developing
    assert development.card.rank[-1] == RankPart("novelty", 0.0)


# The ledger


@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_every_matched_entry_is_in_exactly_one_place(data: st.DataObject) -> None:
    names = [*(topic.name for topic in TOPICS), COURTS.name, "elsewhere"]
    entries = [
        an_entry(
            n,
            story=data.draw(st.sampled_from([*range(1, 9), *TOLD_STORIES])),
            tier=data.draw(st.integers(1, 3)),
            copy_of=data.draw(st.sampled_from([None, None, 1, 2])),
            outlet=data.draw(st.sampled_from(["A", "B", "C"])),
            topics=data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)),
            feed_tags=data.draw(st.sampled_from([(), (), ("official",)])),
        )
        for n in range(1, data.draw(st.integers(2, 30)))
    ]
    entries = [replace(e, story=None) if data.draw(st.integers(0, 9)) == 0 else e for e in entries]
    kinds = st.sampled_from(KINDS)
    changes = {
        story: tuple(a_change(kind, kind) for kind in data.draw(st.lists(kinds, max_size=2)))
        for story in data.draw(st.sets(st.sampled_from(sorted(TOLD_STORIES))))
    }
    caps = st.integers(1, 5)
    digest = a_digest(
        sections=(COURTS,),
        per_topic=data.draw(caps),
        per_outlet=data.draw(caps),
        per_edition=data.draw(st.integers(1, 12)),
    )
    edition = composed(*entries, digest=digest, changes=changes)
    shown = [*cards(edition), *edition.documents, *(each.card for each in edition.developing)]
    places = [number for card in shown for number in card.entries]
    places += [one.entry for one in edition.left_out]
    matched = [e.id for e in entries if {m.topic for m in e.matches} - {"elsewhere"}]
    assert sorted(places) == matched
    assert len(matched) == edition.coverage.entries_matched
    assert len(shown) <= digest.per_edition
    more = sum(section.more for section in edition.sections)
    more += edition.more_documents + edition.more_developing
    assert len(shown) + more + edition.coverage.told_before == edition.coverage.stories
    stories = [card.story for card in shown if card.story]
    assert len(stories) == len(set(stories))
    assert {lead.title for lead in edition.leads} <= {card.title for card in shown}
    assert composed(*reversed(entries), digest=digest, changes=changes) == edition


@pytest.mark.parametrize(
    ("outlet", "feed", "via"),
    [
        ("ledger.example", "https://feeds.ledger.example/all.xml", ""),
        ("ledger.example", "https://ledger.example/feed", ""),
        ("ledger.example", "https://hostile.example/feed", "hostile.example"),
        ("ledger.example", "https://notledger.example/feed", "notledger.example"),
        ("The Example Ledger", "https://proxy.example/ledger", ""),  # config says whose it is
    ],
)
def test_a_card_names_the_feed_that_has_an_entry_of_another_site(
    outlet: str, feed: str, via: str
) -> None:
    edition = composed(an_entry(1, outlet=outlet, feed_url=feed))
    (card,) = cards(edition)
    assert card.via == via
    rendered = render(edition)
    for form in (rendered.text, rendered.markdown, rendered.html):
        assert (f"via {via}".replace("-", "\\-") in form) == bool(via)
    assert f'"via": "{via}"' in rendered.json
