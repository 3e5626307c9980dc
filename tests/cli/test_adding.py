"""Adding and discovering: one GET for a feed, and a choice where a page names several."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

CHIPS = rss(("1", "Entity list widened", "chips"), ("2", "Potatoes", "x"), title="The Gazette")
NEWS = rss(("n1", "News", "x"), title="News")


def page(*links: str, title: str = "A page") -> Page:
    """A web page that names feeds."""
    named = "".join(
        f"<link rel='alternate' type='application/rss+xml' href='{link}'>" for link in links
    )
    return Page(f"<html><head><title>{title}</title>{named}</head></html>".encode(), etag=False,
                content_type="text/html")  # fmt: skip


def watched(in_home: Command) -> list[str]:
    return [feed["url"] for feed in in_home("feeds", "list", "--json").json["feeds"]]


def test_frb_adding_a_feed_is_one_get_and_its_entries_are_there(
    in_home: Command, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    added = in_home("feeds", "add", site.url("/feed.xml"), "--tag", "press", "--json").json
    assert [(asked.method, asked.path) for asked in site.asked] == [("GET", "/feed.xml")]
    assert (added["added"], added["fetched"], added["moved"]) == (True, True, False)
    assert (added["title"], added["entries"], added["entries_new"]) == ("The Gazette", 2, 2)
    assert added["matches_new"] == 2  # both topics want the first
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert (feed["state"], feed["title"], feed["tags"]) == ("ok", "The Gazette", ["press"])
    assert (feed["entries"], feed["matches"]) == (2, 2)
    assert feed["next_fetch_at"] == added["next_fetch_at"]
    assert in_home("search", "entity list", "--json").json["results"][0]["story"] == "s1"
    assert len(site.asked) == 1


def test_the_visit_after_adding_is_conditional_and_at_its_time(
    in_home: Command, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    in_home("feeds", "add", site.url("/feed.xml"))
    assert in_home("fetch", "--json").json["feeds"] == 0
    assert in_home("fetch", "--all", "--json").json["not_modified"] == 1
    assert site.statuses("/feed.xml") == [200, 304]


def test_71_the_same_feed_twice_is_refused_before_any_request(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    in_home("feeds", "add", site.url("/feed.xml"))
    in_home("feeds", "add", "https://www.a.example/x", "--no-fetch")
    for again in (site.url("/feed.xml"), site.url("/feed.xml/"), "http://a.example/x/"):
        refused = in_home("feeds", "add", again)
        assert refused.status == 2
        assert "watched already, see config/feeds.toml:" in refused.err
    assert len(site.asked) == 1


def test_frb_130_a_permanent_redirect_is_added_by_its_end_and_said(
    in_home: Command, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    site.pages["/old"] = Page(status=301, headers={"Location": "/older"})
    site.pages["/older"] = Page(status=308, headers={"Location": "/feed.xml"})
    added = in_home("feeds", "add", site.url("/old"))
    assert added.status == 0
    assert "has moved for good; its new address is added" in added.err
    assert watched(in_home) == [site.url("/feed.xml")]
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert (feed["state"], feed["moving_to"], feed["entries"]) == ("ok", "", 2)
    again = in_home("feeds", "add", site.url("/old"))
    assert again.status == 2
    assert "watched already" in again.err
    in_home("fetch", "--all")
    assert site.statuses("/feed.xml") == [200, 200, 304]


def test_frb_132_a_temporary_redirect_is_added_by_its_beginning(
    in_home: Command, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    site.pages["/now"] = Page(status=302, headers={"Location": "/feed.xml"})
    site.pages["/old"] = Page(status=301, headers={"Location": "/now"})
    added = in_home("feeds", "add", site.url("/old"), "--json").json
    assert (added["url"], added["moved"]) == (site.url("/now"), True)
    assert watched(in_home) == [site.url("/now")]


def test_the_only_feed_of_a_page_is_added_and_fetched_once(in_home: Command, site: Site) -> None:
    site.pages |= {"/feed.xml": Page(CHIPS), "/": page("/feed.xml")}
    added = in_home("feeds", "add", site.url("/"))
    assert added.status == 0
    assert "“The Gazette”" in added.out
    assert "2026-11-16  Entity list widened" in added.out
    assert [asked.path for asked in site.asked] == ["/", "/feed.xml"]
    assert watched(in_home) == [site.url("/feed.xml")]
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert feed["entries"] == 2


@pytest.fixture
def several(site: Site) -> Site:
    """A page that names two feeds, one twice, and something that is none."""
    site.pages |= {
        "/feed.xml": Page(CHIPS), "/news.xml": Page(NEWS),
        "/": page("/feed.xml", "/feed.xml/", "/lost.xml", "/news.xml"),
    }  # fmt: skip
    return site


def test_several_feeds_are_listed_and_nothing_is_added(in_home: Command, several: Site) -> None:
    refused = in_home("feeds", "add", several.url("/"))
    assert (refused.status, watched(in_home)) == (1, [])
    assert f" 1  “The Gazette” {several.url('/feed.xml')}: 2 entries" in refused.err
    assert "2026-11-16  News" in refused.err
    assert f"left out: {several.url('/lost.xml')}" in refused.err
    assert f"monitor feeds add {several.url('/')} --choose N" in refused.err
    shape = in_home("feeds", "add", several.url("/"), "--yes", "--json")
    assert (shape.status, shape.json["added"]) == (1, False)
    assert [each["number"] for each in shape.json["candidates"]] == [1, 3]


@pytest.mark.parametrize("choose", ["3", "/news.xml"])
def test_the_chosen_feed_alone_is_fetched_and_added(
    in_home: Command, several: Site, choose: str
) -> None:
    wanted = several.url(choose) if choose.startswith("/") else choose
    assert in_home("feeds", "add", several.url("/"), "--choose", wanted).status == 0
    assert [asked.path for asked in several.asked] == ["/", "/news.xml"]
    assert watched(in_home) == [several.url("/news.xml")]


@pytest.mark.parametrize(
    ("choose", "status", "words"),
    [("9", 2, "it names: 1 "), ("/other", 2, "it names: 1 "), ("2", 1, "404")],
)
def test_a_choice_there_is_not_is_refused(
    in_home: Command, several: Site, choose: str, status: int, words: str
) -> None:
    refused = in_home("feeds", "add", several.url("/"), "--choose", choose)
    assert (refused.status, watched(in_home)) == (status, [])
    assert words in refused.err


@pytest.mark.parametrize(
    ("typed", "status", "added"),
    [("3\n", 0, ["/news.xml"]), ("7\n1\n", 0, ["/feed.xml"]), ("0\n", 1, [])],
)
def test_a_person_at_a_terminal_is_asked(
    in_home: Command, home: Path, several: Site, typed: str, status: int, added: list[str]
) -> None:
    assert at_a_terminal(home, typed, "feeds", "add", several.url("/"))[0] == status
    assert watched(in_home) == [several.url(path) for path in added]


@pytest.mark.parametrize(
    ("typed", "more", "status"), [("n\n", (), 1), ("\n", (), 0), ("", ("--yes",), 0)]
)
def test_a_person_is_asked_whether_to_add_the_only_feed_of_a_page(
    in_home: Command, home: Path, site: Site, typed: str, more: tuple[str, ...], status: int
) -> None:
    site.pages |= {"/feed.xml": Page(CHIPS), "/": page("/feed.xml")}
    ended, told = at_a_terminal(home, typed, "feeds", "add", site.url("/"), *more)
    assert ended == status, told
    assert ("Add it?" in told) is (not more)
    assert len(watched(in_home)) == 1 - status


def test_nobody_is_asked_about_a_feed_that_is_watched(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages |= {"/feed.xml": Page(CHIPS), "/": page("/feed.xml")}
    in_home("feeds", "add", site.url("/feed.xml"))
    status, told = at_a_terminal(home, "y\n", "feeds", "add", site.url("/"))
    assert status == 2
    assert "watched already, see" in told
    assert "Add it?" not in told


def at_a_terminal(home: Path, typed: str, *arguments: str) -> tuple[int, str]:
    """Run the command with a terminal at its standard input and error; return status and text."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "--home", str(home), *arguments],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, typed.encode())
        told = b""
        try:
            while some := os.read(ours, 4096):
                told += some
        except OSError:
            pass  # Linux: the other end is closed
        assert process.stdout
        told += process.stdout.read()
        process.wait(60)
    os.close(ours)
    return process.returncode, told.decode()


def test_a_watched_feed_beside_another_is_a_choice(in_home: Command, several: Site) -> None:
    in_home("feeds", "add", several.url("/feed.xml"))
    refused = in_home("feeds", "add", several.url("/"))
    assert refused.status == 1
    assert "2 entries, watched already" in refused.err
    assert in_home("feeds", "add", several.url("/"), "--choose", "1").status == 2


def test_frb_101_what_cannot_be_had_is_refused_in_the_servers_words(
    in_home: Command, site: Site, home: Path
) -> None:
    site.pages["/feed.xml"] = Page(b"Down until Monday.", 503, "text/plain")
    url = site.url("/feed.xml")
    refused = in_home("feeds", "add", url)
    assert (refused.status, watched(in_home)) == (1, [])
    assert "It wrote: “Down until Monday.”" in refused.err
    assert f"monitor feeds add {url} --no-fetch" in refused.err
    assert in_home("feeds", "add", url, "--no-fetch").status == 0
    assert watched(in_home) == [url]
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<title>Dead</title><link rel=alternate type='application/rss+xml' href='/gone.xml'>",
         "“Dead” came instead of a feed. None of the feeds it names can be read. Try"),
        ("<title>Plain</title>", "“Plain” came instead of a feed. It names no feed. Try"),
        ("<title>Sign in</title><form><input type=password></form>", "name the variable with your access: "
         "--auth-env NAME. Try"),
    ],
)  # fmt: skip
def test_a_page_without_a_feed_is_told_without_commands_for_watched_feeds(
    in_home: Command, site: Site, body: str, said: str
) -> None:
    site.pages["/page"] = Page(
        f"<html><head>{body}</head></html>".encode(), content_type="text/html"
    )
    for verb in ("add", "discover"):
        refused = in_home("feeds", verb, site.url("/page"))
        assert refused.status == 1
        assert said in refused.err
        assert "feeds edit" not in refused.err
        assert "feeds remove" not in refused.err


def test_usual_places_are_tried_on_request_only_and_one_by_one(
    in_home: Command, site: Site
) -> None:
    site.pages |= {"/blog/": page(title="A blog"), "/blog/feed.xml": Page(CHIPS)}
    refused = in_home("feeds", "add", site.url("/blog/"))
    assert refused.status == 1
    assert "A blog" in refused.err
    assert "--guess" in refused.err
    assert [asked.path for asked in site.asked] == ["/blog/"]
    assert in_home("feeds", "add", site.url("/blog/"), "--guess").status == 0
    tried = [asked.path for asked in site.asked[1:]]
    assert tried == ["/blog/", "/blog/feed", "/blog/rss", "/blog/atom.xml", "/blog/feed.xml"]
    assert watched(in_home) == [site.url("/blog/feed.xml")]


def test_021_guessing_ends_when_the_server_asks_for_fewer_visits(
    in_home: Command, site: Site
) -> None:
    site.pages |= {"/": page(), "/feed": Page(b"slow down", 429, "text/plain")}
    assert in_home("feeds", "discover", site.url("/"), "--guess").status == 1
    assert [asked.path for asked in site.asked] == ["/", "/feed"]


def test_a_dead_address_may_be_guessed_from(in_home: Command, site: Site) -> None:
    site.pages["/feed"] = Page(CHIPS)
    found = in_home("feeds", "discover", site.url("/old.xml"), "--guess", "--json")
    assert [each["url"] for each in found.json["feeds"]] == [site.url("/feed")]


def test_discover_shows_the_feeds_of_a_page_and_adds_nothing(
    in_home: Command, several: Site
) -> None:
    found = in_home("feeds", "discover", several.url("/"), "--json").json
    first, second = found["feeds"]
    assert (first["url"], first["ok"], first["title"], first["entries"], first["error"]) == (
        several.url("/feed.xml"), True, "The Gazette", 2, "",
    )  # fmt: skip
    assert first["newest_at"] == "2026-11-16T09:00:00Z"
    assert first["latest"][0] == {
        "title": "Entity list widened", "published_at": "2026-11-16T09:00:00Z",
    }  # fmt: skip
    assert second["title"] == "News"
    assert [each["url"] for each in found["left_out"]] == [several.url("/lost.xml")]
    assert watched(in_home) == []
    assert sorted(asked.path for asked in several.asked) == [
        "/", "/feed.xml", "/lost.xml", "/news.xml",
    ]  # fmt: skip


def test_no_more_than_ten_feeds_of_a_page_are_looked_at(in_home: Command, site: Site) -> None:
    site.pages["/"] = page(*(f"/{number}.xml" for number in range(30)))
    site.pages |= {f"/{number}.xml": Page(CHIPS) for number in range(30)}
    found = in_home("feeds", "discover", site.url("/"), "--json").json["feeds"]
    assert (len(found), len(site.asked)) == (10, 11)


def test_discover_of_a_feed_is_the_feed(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    (found,) = in_home("feeds", "discover", site.url("/feed.xml"), "--json").json["feeds"]
    assert (found["url"], len(site.asked)) == (site.url("/feed.xml"), 1)


def test_promise_21_a_secret_goes_to_no_other_host_than_the_one_named(
    in_home: Command, home: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace('/8"]', '/8", "localhost"]'))
    other = site.base.replace("127.0.0.1", "localhost")
    site.pages |= {"/feed.xml": Page(CHIPS), "/": page(f"{other}/feed.xml")}
    site.pages["/moved"] = Page(status=301, headers={"Location": f"{other}/feed.xml"})
    monkeypatch.setenv("A_SECRET", "Bearer 12345")
    refused = in_home("feeds", "add", site.url("/"), "--auth-env", "A_SECRET")
    assert (refused.status, watched(in_home)) == (2, [])
    assert "only sent to the one you name" in refused.err
    assert in_home("feeds", "add", site.url("/moved"), "--auth-env", "A_SECRET").status == 0
    assert watched(in_home) == [site.url("/moved")]
    told = {asked.path: asked.headers.get("Authorization") for asked in site.asked}
    assert told == {"/": "Bearer 12345", "/feed.xml": None, "/moved": "Bearer 12345"}


def test_a_secret_that_is_not_set_is_said_and_nothing_is_asked(
    in_home: Command, site: Site
) -> None:
    refused = in_home("feeds", "add", site.url("/feed.xml"), "--auth-env", "NOT_SET")
    assert refused.status == 1
    assert "NOT_SET" in refused.err
    assert site.asked == []


def test_a_feed_that_was_removed_goes_on_with_its_entries(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    in_home("feeds", "add", site.url("/feed.xml"))
    in_home("feeds", "remove", site.url("/feed.xml"))
    again = in_home("feeds", "add", site.url("/feed.xml"), "--json").json
    assert (again["entries"], again["entries_new"]) == (2, 0)
    assert in_home("db", "stats", "--json").json["entries"] == 2


def test_no_fetch_makes_no_choice(in_home: Command) -> None:
    refused = in_home("feeds", "add", "https://a.example/", "--no-fetch", "--guess")
    assert refused.status == 2


def test_a_page_that_cannot_be_had_is_told_before_any_choice(in_home: Command, site: Site) -> None:
    ran = in_home("feeds", "add", site.url("/nowhere"), "--choose", "1")
    assert ran.status == 1
    assert "404" in ran.err
    assert "nothing to choose" not in ran.err
