"""Full text among hostile pages, kills, edits meanwhile, and without its packages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor.service import visiting
from monitor.service.fulltext import Pages, take_pages
from monitor.service.refreshing import Refresher
from monitor.web.app import create_app
from tests.conftest import Command
from tests.fetch.server import running
from tests.service.fulltext_world import (
    BLURB,
    BODY,
    MINUTE,
    SECRET,
    TITLE,
    World,
    article,
    needs_the_extra,
    standing,
    text,
)
from tests.site import Page
from tests.web.conftest import Browser
from tests.web.reading import Read

pytestmark = needs_the_extra


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
                assert "127.0.0.2" in standing(services).error
                assert "allow_private" in standing(services).error
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


def test_a_page_that_acts_does_nothing_here(world: World, in_home: Command) -> None:
    poison = (
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
        "<iframe src='https://evil.example'></iframe><form action='//evil.example'><input></form>"
        "<style>*{display:none}</style><svg onload=alert(1)></svg>&lt;script&gt;alert(2)&#27;[2J\x1b[2J"
    )
    world.site.pages["/1"] = article(BODY + poison)
    with world.opened() as services:
        assert world.run(services).taken == 1
        entry = services.store.entries.entry(1)
        assert entry is not None
        for bad in ("<script", "onerror", "javascript:", "<iframe", "<form", "<style", "<svg"):
            assert bad not in entry.html
        assert "alert(1)" not in entry.text
        read = Read(Browser(create_app(services, world.clock)).get("/entries/e1").text)
        assert read.problems == []
        assert "Lawyers who follow" in read.text
    shown = in_home("show", "e1")
    assert (shown.status, "\x1b" in shown.out) == (0, False)


def test_a_page_that_bombs_the_parser_costs_only_itself(world: World) -> None:
    settings = world.root / "config" / "monitor.toml"
    settings.write_text(
        settings.read_text().replace("workers = 1", "workers = 1\nparse_seconds = 3")
    )
    bomb = b"<html><body><p>" + b"<b><i><u><s>entity list</p><p>" * 150_000
    world.site.pages["/1"] = Page(bomb, 200, "text/html")
    world.feed(("1", TITLE, BLURB), ("2", TITLE + " too", BLURB + " More."))
    world.site.pages["/2"] = article("More. " + BODY)
    with world.opened() as services:
        pages = world.run(services, wait=MINUTE)
        assert (pages.taken, pages.failed) == (1, 1)
        bombed = next(s for s in (standing(services, n) for n in (1, 2)) if s.state == "failed")
        assert "too complex to be read safely" in bombed.error


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
        assert world.pages(services).taken == 0
        world.clock.now += visiting.PAUSE
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


class Meanwhile(dict[str, Page]):
    """Pages of a site that let something happen when one of them is asked for."""

    def __init__(self, pages: dict[str, Page], path: str, happens: Callable[[], None]) -> None:
        super().__init__(pages)
        self._path = path
        self._happens = happens

    def get(self, key: str, default: Any = None) -> Any:
        if key == self._path:
            self._happens()
        return super().get(key, default)


def test_an_edit_while_the_page_is_under_way_is_not_lost(world: World) -> None:
    edited = "Bureau widens entity list, traders shrug"
    with world.opened() as services, world.opened() as other:
        world.refresh(services)
        world.clock.now += timedelta(hours=2)

        def edit() -> None:
            world.feed(("1", edited, BLURB))
            world.refresh(other)

        world.site.pages = Meanwhile(world.site.pages, "/1", edit)
        assert world.pages(services).taken == 1
        entry = services.store.entries.entry(1)
        assert entry is not None
        assert entry.title == edited
        assert "Lawyers who follow" in entry.text
        assert len(services.store.entries.revisions(1)) == 1
        places = {
            (each.words, each.span.field)
            for match in entry.matches
            for each in match.evidence
            if each.span
        }
        assert ("traders", "title") in places
        assert services.store.upkeep.check() == []


def test_an_outcome_is_decided_anew_when_a_page_was_taken_meanwhile() -> None:
    from monitor.errors import OvertakenError
    from monitor.service import recording

    tries = []
    nothing: Any = (None, None, None, None)

    @recording._again_when_overtaken
    def record(*_: object) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise OvertakenError("a page came")
        return "written"

    written: object = record(*nothing)
    assert written == "written"
    tries.clear()

    @recording._again_when_overtaken
    def never(*_: object) -> Any:
        tries.append(1)
        raise OvertakenError("over and over")

    with pytest.raises(OvertakenError):
        never(*nothing)
    assert len(tries) == recording.OVERTAKEN + 1


def test_without_the_extra_nothing_is_asked_for_and_it_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.settings.extras.FULL_TEXT", ("protego", "no_such_package_of_ours"))
    with world.opened() as services:
        assert world.run(services) == Pages()
        (warning,) = services.settings.warnings
        assert "no_such_package_of_ours" in warning
        assert "pip install --editable '.[fulltext]'" in warning
        assert standing(services).state == "wanted"
    assert world.asked("/1") == 0


def test_trafilatura_is_not_imported_in_this_process(world: World) -> None:
    import subprocess
    import sys

    with world.opened() as services:
        world.run(services)
    asked = (
        "import sys, monitor.service.fulltext, monitor.cli; sys.exit('trafilatura' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
