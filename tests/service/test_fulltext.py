"""Full text end to end: a site on loopback, a real database, real workers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from monitor.service.fulltext import Pages
from monitor.service.searching import search
from tests.service.fulltext_world import (
    BLURB,
    START,
    TITLE,
    World,
    article,
    needs_the_extra,
    standing,
    text,
    topics,
)
from tests.site import Page
from tests.store.builders import ungroup

pytestmark = needs_the_extra


def test_a_new_matched_entry_gets_the_text_of_its_page(world: World) -> None:
    with world.opened() as services:
        world.refresh(services)
        assert topics(services) == {"lists": False}
        pages = world.pages(services)
        assert (pages.taken, pages.failed, pages.waiting, pages.gained) == (1, 0, 0, 1)
        assert "Lawyers who follow" in text(services)
        # A topic that only the page holds is a match of a new entry.
        assert topics(services) == {"lists": False, "traders": False}
        found = search(services, "lawyers", now=world.clock(), sort="relevance", limit=5, offset=0)
        assert [hit.entry.id for hit in found.hits] == [1]
        assert "Lawyers" in found.hits[0].snippet
        entry = services.store.entries.entry(1)
        assert entry is not None
        assert "<p>" in entry.html
        assert entry.excerpt == BLURB
        assert entry.revised_at is None
        assert services.store.entries.revisions(1) == []
        assert services.store.upkeep.check() == []
        for match in entry.matches:
            for each in match.evidence:
                assert each.span is not None
                where = entry.title if each.span.field == "title" else entry.text
                assert where[each.span.start : each.span.end] == each.words


def test_a_page_is_fetched_once_ever(world: World) -> None:
    with world.opened() as services:
        world.run(services)
        for _ in range(3):
            world.clock.now += timedelta(hours=2)
            assert world.run(services).taken == 0
    assert (world.asked("/1"), world.asked("/robots.txt")) == (1, 1)


def test_what_matches_nothing_is_not_asked_for(world: World) -> None:
    world.feed(("1", "Harbour reopens", "Ships come in."))
    with world.opened() as services:
        assert world.run(services) == Pages()
        assert services.store.pages.standing(1) is None
    assert world.asked("/1") == world.asked("/robots.txt") == 0


def test_an_entry_that_a_changed_topic_finds_is_not_asked_for(world: World) -> None:
    from monitor.service.rematching import rematch

    world.feed(("1", "Harbour reopens", "Ships come in."))
    with world.opened() as services:
        world.refresh(services)
    with (world.root / "config" / "topics.toml").open("a") as file:
        file.write("[topics.ships]\nquery = 'ships'\n")
    with world.opened() as services:
        rematch(services, services.topics, world.clock)
        assert topics(services) == {"ships": True}
        assert world.pages(services) == Pages()


def test_without_full_text_no_page_is_asked_for(world: World) -> None:
    feeds = world.root / "config" / "feeds.toml"
    feeds.write_text(feeds.read_text().replace("full_text = true\n", ""))
    with world.opened() as services:
        assert world.run(services) == Pages()
    assert world.asked("/1") == 0


def test_what_the_feed_edits_later_leaves_the_text_of_the_page(world: World) -> None:
    with world.opened() as services:
        world.run(services)
        taken = text(services)
        world.feed(("1", "Bureau widens entity list again", "The bureau now adds chips as well."))
        world.clock.now += timedelta(hours=2)
        world.refresh(services)
        entry = services.store.entries.entry(1)
        assert entry is not None
        assert (entry.title, entry.text) == ("Bureau widens entity list again", taken)
        assert entry.excerpt == "The bureau now adds chips as well."
        assert topics(services) == {"lists": False, "traders": False}
        (revision,) = services.store.entries.revisions(1)
        assert (revision.title, revision.text) == (TITLE, taken)
        # The next visit finds it unchanged: the hash is that of the feed's own content.
        world.clock.now += timedelta(hours=2)
        world.site.pages["/feed.xml"].body += b"<!-- another body -->"
        world.refresh(services)
        assert len(services.store.entries.revisions(1)) == 1
        assert services.store.upkeep.check() == []
    assert world.asked("/1") == 1


def test_an_edit_of_the_blurb_alone_makes_no_revision(world: World) -> None:
    with world.opened() as services:
        world.run(services)
        world.feed(("1", TITLE, "Another blurb about the entity list."))
        world.clock.now += timedelta(hours=2)
        world.refresh(services)
        entry = services.store.entries.entry(1)
        assert entry is not None
        assert entry.excerpt == "Another blurb about the entity list."
        assert "Lawyers who follow" in entry.text
        assert services.store.entries.revisions(1) == []


def test_the_feeds_own_words_stay_findable_where_the_page_lacks_them(world: World) -> None:
    world.feed(("1", TITLE, "Zanzibar is on the entity list."))
    with world.opened() as services:
        world.run(services)
        assert text(services).startswith("Zanzibar is on the entity list. ")
        assert "Lawyers who follow" in text(services)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(b"gone", 410, "text/html"), "410 Gone"),
        (Page(b"no", 404, "text/html"), "404 Not Found"),
        (Page(b"no", 403, "text/html"), "403 Forbidden"),
        (Page(b"log in", 401, "text/html"), "401 Unauthorized"),
        (Page(b"%PDF-1.4", 200, "application/pdf"), "application/pdf, not a web page"),
        (Page(b'{"a": 1}', 200, "application/json"), "application/json, not a web page"),
        (article("Too short."), "too little text"),
        (
            article("Weather will be fine for cranes and ships all week. " * 9, heading="Weather"),
            "else",
        ),
        (
            article(
                "Bureau widens entity list. This story is for subscribers. Log in to continue or "
                "choose a plan that suits you, your family or your company, and read all our "
                "news on any device, as often as you like and as long as you stay with us. "
            ),
            "asks for something",
        ),
        (Page(b"", 200, "text/html"), "without a document"),
    ],
)
def test_what_cannot_be_used_leaves_the_feeds_own_text_and_is_not_tried_again(
    world: World, page: Page, reason: str
) -> None:
    world.site.pages["/1"] = page
    with world.opened() as services:
        assert world.run(services).failed == 1
        page_now = standing(services)
        assert page_now.state == "failed"
        assert reason in page_now.error
        assert (text(services), topics(services)) == (BLURB, {"lists": False})
        world.clock.now += timedelta(days=1)
        assert world.pages(services) == Pages()
    assert world.asked("/1") == 1


def test_news_that_is_old_is_not_asked_for(world: World) -> None:
    with world.opened() as services:
        world.refresh(services)
        world.clock.now += timedelta(days=3, seconds=1)
        assert world.pages(services).failed == 1
        assert "3 days" in standing(services).error
    assert world.asked("/1") == world.asked("/robots.txt") == 0


def test_a_feed_that_no_longer_wants_it_gets_none(world: World) -> None:
    with world.opened() as services:
        world.refresh(services)
    feeds = world.root / "config" / "feeds.toml"
    feeds.write_text(feeds.read_text().replace("full_text = true\n", ""))
    with world.opened() as services:
        assert world.pages(services).failed == 1
    assert world.asked("/1") == 0


def test_a_not_of_a_topic_holds_for_the_page_too(world: World) -> None:
    with (world.root / "config" / "topics.toml").open("a") as file:
        file.write("[topics.calm]\nquery = '\"entity list\" AND NOT lawyers'\n")
    with world.opened() as services:
        world.refresh(services)
        assert topics(services) == {"calm": False, "lists": False}
        world.pages(services)
        assert topics(services) == {"lists": False, "traders": False}


def test_pages_of_pruned_entries_are_forgotten(world: World) -> None:
    with world.opened() as services:
        world.run(services)
        ungroup(services.store)
        path = services.store.database.path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM matches")
        connection.commit()
    with world.opened() as services:
        long_after = world.clock() + timedelta(days=400)
        assert services.store.upkeep.prune(long_after, long_after)[0] == 1
        assert services.store.pages.counts() == {"wanted": 0, "taken": 0, "failed": 0}
        assert services.store.upkeep.check() == []
        assert services.store.pages.robots(world.site.base, START) is None
