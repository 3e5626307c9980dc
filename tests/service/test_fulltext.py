"""Full text end to end: a site on loopback, a real database, real workers, a clock of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model.page import PageStanding
from monitor.service.fulltext import PageResult, Pages, take_pages
from monitor.service.refreshing import Refresher, claim_due
from monitor.service.searching import search
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.fetch.server import running
from tests.site import Page, Site, rss

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("trafilatura") is None or importlib.util.find_spec("protego") is None,
    reason="the extra `fulltext` is not installed",
)

START = datetime(2026, 11, 23, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TITLE = "Bureau widens entity list"
BLURB = "The bureau adds several firms to its entity list."
BODY = (
    "The bureau said on Monday that the entity list grows by twelve firms. Lawyers who follow the "
    "list expected the step, and traders had priced it in. "
) * 4
SECRET = "Bearer s3cret-of-the-feed"


def article(text: str = BODY, *, heading: str = TITLE) -> Page:
    """A web page with an article."""
    return Page(
        "<!doctype html><html><head><title>News</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{heading}</h1><p>{text}</p></article><footer>Imprint</footer></body>"
        "</html>".encode(),
        content_type="text/html; charset=utf-8",
    )


@dataclass
class Clock:
    """A clock that moves when somebody sleeps."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class World:
    """A home with one feed that wants full text, and what it is served by."""

    root: Path
    site: Site
    clock: Clock = field(default_factory=Clock)
    environ: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def feed(self, *entries: tuple[str, str, str]) -> None:
        """Serve these entries (guid, title, text), linked to /GUID, or to what `links` says."""
        document = rss(*entries, base=self.site.base).decode()
        for guid, link in self.links.items():
            document = document.replace(
                f"<link>{self.site.base}/{guid}</link>", f"<link>{link}</link>"
            )
        self.site.pages["/feed.xml"] = Page(document.encode())

    @contextmanager
    def opened(self) -> Iterator[Services]:
        with open_services(Home(self.root), self.clock()) as services:
            yield services

    def refresh(self, services: Services) -> None:
        """Fetch the feed if it is due."""

        async def work() -> None:
            async with Refresher(services, self.environ, self.clock) as refresher:
                summary = await refresher.refresh(claim_due(services, self.clock))
                assert [result.error for result in summary.results if result.failed] == []

        asyncio.run(work())

    def pages(self, services: Services, *, wait: timedelta | None = None, **options: Any) -> Pages:
        """Take the pages whose turn it is, waiting for others up to `wait`."""

        async def work() -> Pages:
            async with Refresher(services, self.environ, self.clock) as refresher:
                return await take_pages(
                    services,
                    refresher.fetcher,
                    refresher.in_database,
                    self.clock,
                    until=None if wait is None else self.clock() + wait,
                    sleep=self.clock.sleep,
                    **options,
                )

        return asyncio.run(work())

    def run(self, services: Services, **options: Any) -> Pages:
        """Fetch the feed, then its pages."""
        self.refresh(services)
        return self.pages(services, **options)

    def asked(self, path: str) -> int:
        return len(self.site.statuses(path))


@pytest.fixture
def world(home: Path, site: Site) -> World:
    (home / "config" / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{site.url("/feed.xml")}"\nfull_text = true\nevery = "1m"\n'
    )
    (home / "config" / "topics.toml").write_text(
        "[topics.lists]\nquery = '\"entity list\"'\n[topics.traders]\nquery = 'traders'\n"
    )
    made = World(home, site)
    made.feed(("1", TITLE, BLURB))
    site.pages["/1"] = article()
    return made


def topics(services: Services, number: int = 1) -> dict[str, bool]:
    entry = services.store.entries.entry(number)
    assert entry is not None
    return {match.topic: match.backfilled for match in entry.matches}


def text(services: Services, number: int = 1) -> str:
    entry = services.store.entries.entry(number)
    assert entry is not None
    return entry.text


def standing(services: Services, number: int = 1) -> PageStanding:
    found = services.store.pages.standing(number)
    assert found is not None
    return found


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


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_what_may_pass_is_tried_again_a_few_times(world: World, status: int) -> None:
    world.site.pages["/1"] = Page(b"busy", status, "text/html")
    with world.opened() as services:
        world.refresh(services)
        for attempt in range(1, 5):
            pages = world.pages(services)
            assert world.asked("/1") == attempt
            assert pages == Pages(later=1, waiting=1) if attempt < 4 else Pages(failed=1)
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
        from tests.fetch.server import answer

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


def test_the_guard_refuses_a_link_into_a_private_network(world: World) -> None:
    # The feed's own host is opened by name; what its link names is not.
    settings = world.root / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace('"127.0.0.0/8"', '"127.0.0.1"'))

    async def elsewhere() -> None:
        async with running("127.0.0.2") as other:
            world.links["1"] = other.url("/admin")
            world.feed(("1", TITLE, BLURB))
            with world.opened() as services:
                await asyncio.to_thread(world.run, services)
                assert standing(services).state == "failed"
                assert "private" in standing(services).error or "not" in standing(services).error
                assert text(services) == BLURB
            assert other.connections == 0

    asyncio.run(elsewhere())


def test_secrets_and_headers_of_the_feed_do_not_go_to_pages(world: World) -> None:
    feeds = world.root / "config" / "feeds.toml"
    feeds.write_text(
        feeds.read_text() + 'auth_env = "FEED_SECRET"\nheaders = {X-Extra = "1"}\n'
        'user_agent = "FeedReader/1"\n'
    )
    world.environ["FEED_SECRET"] = SECRET
    with world.opened() as services:
        assert world.run(services).taken == 1
    by_path = {asked.path: asked.headers for asked in world.site.asked}
    assert by_path["/feed.xml"]["Authorization"] == SECRET
    for path in ("/1", "/robots.txt"):
        assert not {"Authorization", "X-Extra", "Cookie", "Referer"} & by_path[path].keys()
        assert by_path[path]["User-Agent"] == "FeedReader/1"


def test_a_page_that_acts_does_nothing_here(world: World) -> None:
    poison = (
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
        "<iframe src='https://evil.example'></iframe><form action='//evil.example'><input></form>"
        "<style>*{display:none}</style><svg onload=alert(1)></svg>&lt;script&gt;alert(2)"
    )
    world.site.pages["/1"] = article(BODY + poison)
    with world.opened() as services:
        assert world.run(services).taken == 1
        entry = services.store.entries.entry(1)
        assert entry is not None
        for bad in ("<script", "onerror", "javascript:", "<iframe", "<form", "<style", "<svg"):
            assert bad not in entry.html
        assert "alert(1)" not in entry.text


def test_a_page_that_bombs_the_parser_costs_only_itself(world: World) -> None:
    settings = world.root / "config" / "monitor.toml"
    settings.write_text(
        settings.read_text().replace("workers = 1", "workers = 1\nparse_seconds = 1")
    )
    bomb = b"<html><body><p>" + b"<b><i><u><s>entity list</p><p>" * 150_000
    world.site.pages["/1"] = Page(bomb, 200, "text/html")
    world.feed(("1", TITLE, BLURB), ("2", TITLE + " too", BLURB + " More."))
    world.site.pages["/2"] = article("More. " + BODY)
    with world.opened() as services:
        pages = world.run(services, wait=MINUTE)
        assert (pages.taken, pages.failed) == (1, 1)
        bombed = next(s for s in (standing(services, n) for n in (1, 2)) if s.state == "failed")
        assert bombed.error


def test_a_page_that_hangs_costs_its_timeout_and_comes_again(world: World) -> None:
    settings = world.root / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace("workers = 1", 'workers = 1\ntimeout = "1s"'))
    world.site.pages["/1"] = Page(wait=True)
    with world.opened() as services:
        assert world.run(services) == Pages(later=1, waiting=1)
        assert "too slow" in standing(services).error


def test_told_to_stop_in_the_middle_it_gives_the_page_back(world: World) -> None:
    world.site.pages["/1"] = Page(wait=True)
    with world.opened() as services:
        world.refresh(services)

        async def cancelled() -> None:
            async with Refresher(services, {}, world.clock) as refresher:
                task = asyncio.create_task(
                    take_pages(services, refresher.fetcher, refresher.in_database, world.clock)
                )
                await asyncio.to_thread(world.site.waiting.acquire)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(cancelled())
        world.site.pages["/1"] = article()
        assert world.pages(services).taken == 1


def test_killed_between_fetch_and_store_it_asks_again_when_the_lease_is_over(
    world: World,
) -> None:
    with world.opened() as services:
        world.refresh(services)
        # What a kill leaves behind: the claim, and nothing else.
        (page,) = services.store.pages.claim(world.clock(), lease=5 * MINUTE, limit=9)
        assert page.url == world.site.url("/1")
    with world.opened() as services:
        assert world.pages(services).taken == 0
        world.clock.now += 5 * MINUTE
        assert world.pages(services).taken == 1
    assert world.asked("/1") == 1


def test_an_edit_while_the_page_is_under_way_is_not_lost(world: World) -> None:
    world.site.pages["/1"] = Page(wait=True)
    with world.opened() as services:
        world.refresh(services)
        edited = "Bureau widens entity list, traders shrug"

        def edit(_: PageResult) -> None:
            raise AssertionError("never called")

        with world.opened() as other:
            since = services.store.entries.changes()
            world.feed(("1", edited, BLURB))
            world.clock.now += timedelta(hours=2)
            world.refresh(other)
            assert other.store.entries.changes() == since + 1
        world.site.pages["/1"] = article()
        assert world.pages(services).taken == 1
        entry = services.store.entries.entry(1)
        assert entry is not None
        assert entry.title == edited
        titles = {
            each.words
            for m in entry.matches
            for each in m.evidence
            if each.span and each.span.field == "title"
        }
        assert "traders" in titles


def test_a_not_of_a_topic_holds_for_the_page_too(world: World) -> None:
    with (world.root / "config" / "topics.toml").open("a") as file:
        file.write("[topics.calm]\nquery = '\"entity list\" AND NOT lawyers'\n")
    with world.opened() as services:
        world.refresh(services)
        assert topics(services) == {"calm": False, "lists": False}
        world.pages(services)
        assert topics(services) == {"lists": False, "traders": False}


def test_without_the_extra_nothing_is_asked_for_and_it_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.settings.extras.FULL_TEXT", ("protego", "no_such_package_of_ours"))
    with world.opened() as services:
        assert world.run(services) == Pages()
        (warning,) = services.settings.warnings
        assert "no_such_package_of_ours" in warning
        assert "pip install 'ai-policy-monitor[fulltext]'" in warning
        assert standing(services).state == "wanted"
    assert world.asked("/1") == 0


def test_pages_of_pruned_entries_are_forgotten(world: World) -> None:
    with world.opened() as services:
        world.run(services)
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


def test_trafilatura_is_not_imported_in_this_process(world: World) -> None:
    import subprocess
    import sys

    with world.opened() as services:
        world.run(services)
    asked = (
        "import sys, monitor.service.fulltext, monitor.cli; sys.exit('trafilatura' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
