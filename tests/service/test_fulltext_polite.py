"""Full text keeps to robots.txt, to one page of a host at a time, and to pauses."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.service.fulltext import Pages
from tests.fetch.server import answer, running
from tests.service.fulltext_world import (
    BLURB,
    BODY,
    MINUTE,
    START,
    TITLE,
    World,
    article,
    needs_the_extra,
    standing,
    text,
)
from tests.site import Page

pytestmark = needs_the_extra


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_what_may_pass_is_tried_again_a_few_times(world: World, status: int) -> None:
    world.site.pages["/1"] = Page(b"busy", status, "text/html")
    with world.opened() as services:
        world.refresh(services)
        for attempt in range(1, 5):
            pages = world.pages(services)
            assert world.asked("/1") == attempt
            assert pages == (Pages(later=1, waiting=1) if attempt < 4 else Pages(failed=1))
            world.clock.now = standing(services).next_at - timedelta(seconds=1)
            assert world.pages(services).taken == 0
            world.clock.now += timedelta(seconds=1)
        assert "tried 4 times" in standing(services).error
        world.clock.now += timedelta(days=1)
        world.pages(services)
    assert world.asked("/1") == 4


def test_a_page_that_was_busy_is_taken_at_the_next_try(world: World) -> None:
    world.site.pages["/1"] = Page(b"busy", 503, "text/html", headers={"Retry-After": "7200"})
    with world.opened() as services:
        world.run(services)
        assert standing(services).next_at == START + timedelta(hours=2)
        world.site.pages["/1"] = article()
        world.clock.now = START + timedelta(hours=2)
        assert world.pages(services).taken == 1


def test_retry_after_holds_for_the_whole_host(world: World) -> None:
    world.feed(("1", TITLE, BLURB), ("2", TITLE + " too", BLURB + " More."))
    busy = Page(b"busy", 429, "text/html", headers={"Retry-After": "1800"})
    world.site.pages |= {"/1": busy, "/2": busy}
    with world.opened() as services:
        world.run(services)
        world.clock.now += timedelta(minutes=29)
        world.pages(services)
        assert world.asked("/1") + world.asked("/2") == 1
        world.clock.now += timedelta(minutes=1)
        world.pages(services)
        assert world.asked("/1") + world.asked("/2") == 2


def test_pages_of_one_host_come_one_by_one_with_a_pause(world: World) -> None:
    numbers = range(1, 5)
    world.feed(*((str(n), f"{TITLE} {n}", f"{BLURB} Part {n}.") for n in numbers))
    world.site.pages |= {f"/{n}": article(f"Part {n}. {BODY}") for n in numbers}
    with world.opened() as services:
        world.refresh(services)
        first = world.pages(services)
        assert (first.taken, first.waiting) == (1, 3)
        assert world.pages(services).taken == 0
        rest = world.pages(services, wait=MINUTE)
        assert (rest.taken, rest.waiting) == (3, 0)
    # Whoever waits, it is never less than five seconds to the next page.
    assert world.clock.now >= START + timedelta(seconds=15)


def test_a_crawl_delay_is_kept(world: World) -> None:
    world.site.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 40\n", 200, "text/plain")
    world.feed(("1", TITLE, BLURB), ("2", TITLE + " too", BLURB + " More."))
    world.site.pages["/2"] = article("More. " + BODY)
    with world.opened() as services:
        assert world.run(services).taken == 1
        world.clock.now += timedelta(seconds=39)
        assert world.pages(services).taken == 0
        world.clock.now += timedelta(seconds=1)
        assert world.pages(services).taken == 1


def test_no_more_pages_than_the_round_allows(world: World) -> None:
    world.feed(*((str(n), f"{TITLE} {n}", f"{BLURB} Part {n}.") for n in range(1, 4)))
    world.site.pages |= {f"/{n}": article(f"Part {n}. {BODY}") for n in range(1, 4)}
    with world.opened() as services:
        world.refresh(services)
        assert world.pages(services, wait=MINUTE, most=2).taken == 2


ROBOTS_ALLOW = [
    Page(b"nothing", 404, "text/plain"),
    Page(b"no", 403, "text/plain"),
    Page(b"", 200, "text/plain"),
    Page(b"<html><p>Disallow: /</p></html>", 200, "text/html"),
    Page(b"User-agent: other\nDisallow: /\n", 200, "text/plain"),
    Page(b"User-agent: *\nDisallow: /private\n", 200, "text/plain"),
    Page(b"User-agent: *\nDisallow: /\n\nUser-agent: ai-policy-monitor\nAllow: /\n"),
    Page(b"# long\n" * 100_000 + b"User-agent: *\nDisallow: /\n", 200, "text/plain"),
]
ROBOTS_FORBID = [
    Page(b"User-agent: *\nDisallow: /\n", 200, "text/plain"),
    Page(b"\xef\xbb\xbfUser-agent: AI-Policy-Monitor\r\nDisallow: /1\r\n", 200, "text/plain"),
    Page(b"User-agent: *\nDisallow: /1\n" + b"# long\n" * 100_000, 200, "text/plain"),
]


@pytest.mark.parametrize("robots", ROBOTS_ALLOW, ids=range(len(ROBOTS_ALLOW)))
def test_robots_that_allow(world: World, robots: Page) -> None:
    world.site.pages["/robots.txt"] = robots
    with world.opened() as services:
        assert world.run(services).taken == 1


@pytest.mark.parametrize("robots", ROBOTS_FORBID, ids=range(len(ROBOTS_FORBID)))
def test_robots_that_forbid_are_obeyed(world: World, robots: Page) -> None:
    world.site.pages["/robots.txt"] = robots
    with world.opened() as services:
        assert world.run(services).failed == 1
        assert "robots.txt" in standing(services).error
        assert "disallows" in standing(services).error
        assert text(services) == BLURB
    assert world.asked("/1") == 0


def test_calling_itself_something_else_gets_around_no_rule(world: World) -> None:
    settings = world.root / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace("[fetch]", '[fetch]\nuser_agent = "Reader/2"'))
    rules = b"User-agent: ai-policy-monitor\nDisallow: /1\n\nUser-agent: Reader\nDisallow: /2\n"
    world.site.pages["/robots.txt"] = Page(rules, 200, "text/plain")
    world.feed(("1", TITLE, BLURB), ("2", TITLE + " too", BLURB + " More."))
    with world.opened() as services:
        assert world.run(services, wait=MINUTE).failed == 2
    assert world.asked("/1") == world.asked("/2") == 0
    agents = {asked.headers["User-Agent"] for asked in world.site.asked}
    assert agents == {"Reader/2"}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_robots_that_cannot_be_had_forbid_for_now(world: World, status: int) -> None:
    world.site.pages["/robots.txt"] = Page(b"oops", status, "text/plain")
    with world.opened() as services:
        assert world.run(services) == Pages(later=1, waiting=1)
        assert world.asked("/1") == 0
        world.clock.now += timedelta(minutes=59)
        world.pages(services)
        assert world.asked("/robots.txt") == 1
        world.site.pages["/robots.txt"] = Page(b"User-agent: *\nAllow: /", 200, "text/plain")
        world.clock.now = standing(services).next_at
        assert world.pages(services).taken == 1


def test_robots_may_redirect(world: World) -> None:
    there = {"Location": world.site.url("/elsewhere/robots.txt")}
    world.site.pages["/robots.txt"] = Page(b"", 301, "text/plain", headers=there)
    rules = Page(b"User-agent: *\nDisallow: /1\n", 200, "text/plain")
    world.site.pages["/elsewhere/robots.txt"] = rules
    with world.opened() as services:
        assert world.run(services).failed == 1
    assert world.asked("/1") == 0


def test_robots_hold_for_a_day(world: World) -> None:
    world.feed(("1", TITLE, BLURB), ("2", TITLE + " too", BLURB + " More."))
    busy = Page(b"busy", 503, "text/html", headers={"Retry-After": "86400"})
    world.site.pages |= {"/1": busy, "/2": busy}
    with world.opened() as services:
        world.run(services)
        world.clock.now += timedelta(hours=24)
        world.pages(services)
    assert world.asked("/robots.txt") == 2


def test_a_page_that_redirects_is_taken_from_where_it_leads(world: World) -> None:
    world.site.pages["/1"] = Page(b"", 302, headers={"Location": "/moved/1?x=1"}, etag=False)
    world.site.pages["/moved/1?x=1"] = article()
    with world.opened() as services:
        world.refresh(services)
        assert world.pages(services).taken == 0
        assert world.pages(services, wait=MINUTE).taken == 1
        entry = services.store.entries.entry(1)
        assert entry is not None
        assert entry.link == world.site.url("/1")


def test_a_page_that_redirects_for_ever_is_given_up(world: World) -> None:
    for n in range(1, 10):
        world.site.pages[f"/{n}"] = Page(b"", 302, headers={"Location": f"/{n + 1}"}, etag=False)
    with world.opened() as services:
        assert world.run(services, wait=MINUTE).failed == 1
        assert "redirects more than 5 times" in standing(services).error
    assert sum(world.asked(f"/{n}") for n in range(1, 10)) == 6


@pytest.mark.parametrize("front", ["/", ""])
def test_a_page_that_redirects_to_the_front_page_is_gone(world: World, front: str) -> None:
    there = {"Location": world.site.base + front}
    world.site.pages["/1"] = Page(b"", 302, headers=there, etag=False)
    world.site.pages["/"] = article()
    with world.opened() as services:
        assert world.run(services, wait=MINUTE).failed == 1
        assert "front page" in standing(services).error
    assert world.asked("/") == 0


def test_a_redirect_to_where_robots_forbid_is_not_followed(world: World) -> None:
    async def elsewhere() -> None:
        async with running("127.0.0.2") as other:
            other.on("/robots.txt", answer(200, b"User-agent: *\nDisallow: /a\n"))
            other.on("/a", answer(200, b"never"))
            there = {"Location": other.url("/a")}
            world.site.pages["/1"] = Page(b"", 301, headers=there, etag=False)
            with world.opened() as services:
                await asyncio.to_thread(world.refresh, services)
                await asyncio.to_thread(world.pages, services)
                await asyncio.to_thread(world.pages, services)
                assert standing(services).state == "failed"
                assert "127.0.0.2" in standing(services).error
            assert [asked.target for asked in other.asked] == ["/robots.txt"]

    asyncio.run(elsewhere())
