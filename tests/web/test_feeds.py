"""The pages about feeds: the list, one feed, adding, changing, taking lists over, taking back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command
from tests.service.test_quarantine import quarantined
from tests.site import Page, Site, rss
from tests.web.conftest import Browser
from tests.web.forms import of_first, post
from tests.web.reading import Read
from tests.web.test_jobs import worked_off

SECRET = "verysecret123"


def feeds_in(home: Path) -> list[dict[str, Any]]:
    path = home / "config" / "feeds.toml"
    return tomllib.loads(path.read_text()).get("feed", []) if path.exists() else []


def hidden(page: str) -> list[tuple[str, str]]:
    """Return the hidden fields of the form on a page that asks before it changes something."""
    form = page[page.index('<form class="form" method="post"') :]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return [(name, unescape(value)) for name, value in found]


def confirmed(browser: Browser, path: str, answer: httpx.Response) -> httpx.Response:
    """Send the form again that a page showed, as its button does."""
    assert answer.status_code == 200, Read(answer.text).text
    fields: dict[str, list[str]] = {}
    for name, value in hidden(answer.text):
        fields.setdefault(name, []).append(value)
    return post(browser, path, fields)


@pytest.fixture
def served_site(site: Site) -> Site:
    site.pages["/"] = Page(
        b"<html><head><title>x</title><link rel='alternate' type='application/rss+xml' "
        b"title='Blog' href='/blog.xml'></head><body></body></html>",
        content_type="text/html",
    )
    site.pages["/blog.xml"] = Page(
        rss(("1", "A chip <b>is</b> made", "x"), ("2", "Else", "y"), title="The Blog")
    )
    return site


@pytest.fixture
def with_secret(home: Path) -> Iterator[Browser]:
    (home / "config" / "feeds.toml").write_text(
        f'[[feed]]\nurl = "https://a.example/f.xml?token={SECRET}&x=1"\n'
        f'headers = {{X-Api-Key = "{SECRET}", Accept-Language = "en"}}\nenabled = false\n'
    )
    with open_services(Home(home), utc_now()) as services:
        yield Browser(create_app(services, utc_now))


def test_the_list_can_be_filtered_by_state_tag_and_words(
    reader: Browser, home: Path, seen: Command
) -> None:
    assert seen("feeds", "edit", "1", "--tag", "press").status == 0

    def rows(path: str) -> int:
        page = reader.get(path).text
        assert Read(page).problems == []
        return page.count('name="feed"')

    assert rows("/feeds") == 3
    assert rows("/feeds?state=failing") == 1
    assert rows("/feeds?tag=press") == 1
    assert rows("/feeds?q=WIRE") == 1
    assert rows("/feeds?q=wire+nothing") == 0
    assert rows("/feeds?state=nonsense&sort=nonsense&days=nonsense&edit=nonsense") == 3
    drawn = reader.get("/feeds?days=90").text
    assert "3 entries in 90 days, on 1 day; the most, 3, on" in drawn
    assert "answered 404" in drawn
    assert "“nothing here”" in drawn  # the server's own words


def test_a_feed_is_found_on_a_page_added_and_its_entries_are_there(
    home: Path, served_site: Site, browser: Browser
) -> None:
    looked = post(browser, "/feeds/add/look", {"url": served_site.url("/")})
    path = looked.headers["location"]
    assert "<progress" in browser.get(path).text
    assert worked_off(browser.app) == 1
    page = Read(browser.get(path).text)
    assert page.problems == []
    assert "1 feed at" in page.text
    assert "Would match chips 1 of its 2 entries." in page.text
    assert "A chip is made" in page.text
    assert feeds_in(home) == []
    fields = {"feed": served_site.url("/blog.xml"), "tags": "blog, own", "outlet": "An Institute"}
    asked = post(browser, "/feeds/add", fields)
    assert 'class="added"' in asked.text
    assert not (home / "config" / "feeds.toml").exists()
    added = confirmed(browser, "/feeds/add", asked)
    assert feeds_in(home) == [
        {"url": served_site.url("/blog.xml"), "tags": ["blog", "own"], "outlet": "An Institute"}
    ]
    assert worked_off(browser.app) == 1
    shown = Read(browser.get(added.headers["location"]).text)
    assert shown.problems == []
    assert "1 feed fetched: 2 new entries, 1 match." in shown.text
    assert "The Blog" in shown.text
    again = post(browser, "/feeds/add/look", {"url": served_site.url("/")})
    worked_off(browser.app)
    assert "It is watched already." in browser.get(again.headers["location"]).text
    looked = post(browser, "/feeds/add/look", {"url": served_site.url("/").partition("//")[2]})
    worked_off(browser.app)
    found = browser.get(looked.headers["location"]).text
    assert "does not speak TLS. It may speak plain HTTP" in Read(found).text
    assert f'name="url" value="{served_site.url("/")}"' in found
    undo = re.search(r'action="(/edits/\d+/undo)"', browser.get(added.headers["location"]).text)
    assert undo
    assert post(browser, undo[1]).status_code == 303
    assert feeds_in(home) == []


@pytest.mark.parametrize(
    "url", ["", "no address", "ftp://a.example/", "https://me:pw@a.example/", "x" * 9000, "<b>"]
)
def test_what_is_no_address_is_refused_on_the_form(browser: Browser, url: str) -> None:
    for path, fields in (("/feeds/add/look", {"url": url}), ("/feeds/add", {"urls": url})):
        answer = post(browser, path, fields)
        assert answer.status_code == 400
        assert Read(answer.text).problems == []
    assert "Nothing is under way" in browser.get("/jobs").text


def test_what_is_no_feed_is_told_in_the_servers_words(browser: Browser, site: Site) -> None:
    path = post(browser, "/feeds/add/look", {"url": site.url("/no")}).headers["location"]
    worked_off(browser.app)
    text = Read(browser.get(path).text).text
    assert "No feed at" in text
    assert "nothing here" in text


def test_several_addresses_are_added_at_once(home: Path, site: Site, browser: Browser) -> None:
    site.pages["/a.xml"] = Page(rss(("1", "x", "y")))
    lines = f"{site.url('/a.xml')}\nnonsense\n# a comment\n{site.url('/a.xml')}\nb.example/feed"
    asked = post(browser, "/feeds/add", {"urls": lines, "tags": "new"})
    assert "Left out: nonsense" in Read(asked.text).text
    done = confirmed(browser, "/feeds/add", asked)
    assert done.headers["location"].startswith("/jobs/")
    assert [feed["url"] for feed in feeds_in(home)] == [
        site.url("/a.xml"),
        "https://b.example/feed",
    ]
    refused = post(browser, "/feeds/add", {"urls": lines})
    assert refused.status_code == 400
    assert "watched already" in refused.text


def test_a_feed_is_edited_after_what_changes_was_shown(home: Path, reader: Browser) -> None:
    before = (home / "config" / "feeds.toml").read_text()
    url = feeds_in(home)[0]["url"]
    fields = {
        "url": url, "title": "Gazette & <i>more</i>", "tags": "press, press", "tier": "1", "every": "2h",
        "outlet": "The Gazette", "enabled": "on", "follow_moves": "on", "headers": "Accept: x/y",
    }  # fmt: skip
    asked = of_first(reader, fields)
    assert "+title" in Read(asked.text).text
    assert (home / "config" / "feeds.toml").read_text() == before
    done = confirmed(reader, "/feeds/1/edit", asked)
    assert feeds_in(home)[0] == {
        "url": url, "outlet": "The Gazette", "title": "Gazette & <i>more</i>", "tags": ["press"],
        "tier": 1, "every": "2h", "headers": {"Accept": "x/y"},
    }  # fmt: skip
    page = Read(reader.get(done.headers["location"]).text)
    assert page.problems == []
    assert "Edited" in page.text
    undone = post(reader, "/edits/1/undo", follow=True)
    assert "Took back" in undone.text
    assert (home / "config" / "feeds.toml").read_text() == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("every", "soon", "duration"),
        ("tier", "7", "1, 2 or 3"),
        ("url", "ftp://x", "http"),
        ("headers", "nonsense", "Name: value"),
        ("headers", "Authorization: x", "auth_env"),
        ("auth_scheme", "basic", "auth_env"),
        ("tags", "x" * 500, ""),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_saved(
    home: Path, reader: Browser, field: str, value: str, said: str
) -> None:
    before = (home / "config" / "feeds.toml").read_text()
    fields = {"url": feeds_in(home)[0]["url"], "tier": "2", "enabled": "on", "follow_moves": "on"}
    answer = of_first(reader, fields | {field: value})
    page = Read(answer.text)
    assert answer.status_code == 400
    assert page.problems == []
    assert f'id="w-{field}"' in answer.text
    assert said in page.text
    assert (home / "config" / "feeds.toml").read_text() == before


def test_an_edit_made_meanwhile_by_hand_is_not_lost(home: Path, reader: Browser) -> None:
    asked = post(reader, "/feeds/2/remove")
    with (home / "config" / "feeds.toml").open("a") as file:
        file.write("\n# by hand\n")
    refused = confirmed(reader, "/feeds/2/remove", asked)
    assert refused.status_code == 409
    assert len(feeds_in(home)) == 3


def test_a_new_address_keeps_the_entries_also_when_it_is_taken_back(
    home: Path, reader: Browser, seen: Command, site: Site
) -> None:
    url = str(feeds_in(home)[0]["url"])
    to = site.url("/elsewhere.xml")
    fields = {
        "url": to,
        "outlet": "The Gazette",
        "tier": "2",
        "enabled": "on",
        "follow_moves": "on",
    }

    def entries() -> list[tuple[str, str, int]]:
        listed = seen("feeds", "list", "--json").json["feeds"]
        return [(feed["id"], feed["url"], feed["entries"]) for feed in listed][:1]

    had = entries()
    assert had[0][:2] == ("1", url)
    confirmed(reader, "/feeds/1/edit", of_first(reader, fields))
    assert entries() == [("1", to, had[0][2])]
    assert "It was at" in Read(reader.get("/feeds/1").text).text
    assert post(reader, "/edits/1/undo").status_code == 303
    reader.get("/feeds")
    assert entries() == had


def test_several_feeds_are_changed_at_once(home: Path, reader: Browser) -> None:
    def bulk(**fields: object) -> httpx.Response:
        asked = post(reader, "/feeds/bulk", fields)
        return confirmed(reader, "/feeds/bulk", asked)

    assert bulk(feed=["1", "2"], action="tag", value="press, new").status_code == 303
    assert bulk(which="shown", q="Wire", action="untag", value="new").status_code == 303
    assert bulk(feed=["1"], action="every", value="30m").status_code == 303
    assert bulk(feed=["3"], action="disable").status_code == 303
    one, two, three = feeds_in(home)
    assert (one["tags"], one["every"], two["tags"]) == (["press", "new"], "30m", ["press"])
    assert three["enabled"] is False
    removed = bulk(feed=["2", "3"], action="remove")
    assert len(feeds_in(home)) == 1
    assert "Removed 2 feeds" in reader.get(removed.headers["location"]).text
    for fields in (
        {"action": "tag", "value": "x"},
        {"feed": "1", "action": ""},
        {"feed": "1", "action": "tag", "value": " , "},
        {"feed": "1", "action": "every", "value": "soon"},
        {"feed": "99", "action": "remove"},
        {"which": "shown", "q": "nothing at all", "action": "remove"},
    ):
        assert post(reader, "/feeds/bulk", fields).status_code == 400
    fetched = post(reader, "/feeds/bulk", {"which": "shown", "action": "fetch"})
    assert fetched.headers["location"].startswith("/jobs/")


def test_keys_in_addresses_and_headers_are_shown_nowhere(home: Path, with_secret: Browser) -> None:
    browser = with_secret
    fields = {
        "url": "https://a.example/f.xml?token=•••&x=1", "headers": "X-Api-Key: •••\nAccept-Language: de",
        "tier": "2", "title": "T", "follow_moves": "on",
    }  # fmt: skip
    pages = [browser.get(path).text for path in ("/feeds", "/feeds/1", "/feeds/1/news", "/edits")]
    asked = of_first(browser, fields)
    pages.append(asked.text)
    assert confirmed(browser, "/feeds/1/edit", asked).status_code == 303
    (feed,) = feeds_in(home)
    assert feed["url"] == f"https://a.example/f.xml?token={SECRET}&x=1"  # what was masked stays
    assert feed["headers"] == {"X-Api-Key": SECRET, "Accept-Language": "de"}
    pages += [browser.get(path).text for path in ("/feeds", "/feeds/1", "/edits")]
    post(browser, "/feeds/1/fetch")
    pages.append(browser.get("/jobs").text)
    assert not [page for page in pages if SECRET in page]
    wrong = of_first(browser, fields | {"url": "https://b.example/?token=•••"})
    assert "cannot be guessed" in wrong.text


OPML = (
    '<opml version="2.0"><body><outline text="News"><outline text="A &lt;b&gt;" xmlUrl="{base}/a.xml"/>'
    '<outline text="cmd" xmlUrl="exec:rm"/><outline text="again" xmlUrl="{base}/a.xml"/></outline></body></opml>'
)


@pytest.mark.parametrize("how", ["file", "text"])
def test_a_list_is_looked_through_then_taken_over_and_taken_back(
    home: Path, site: Site, browser: Browser, how: str
) -> None:
    site.pages["/a.xml"] = Page(rss(("1", "A chip", "y")))
    text = OPML.format(base=site.base)
    if how == "file":
        files = {"file": ("C:\\my\\list.opml", text.encode(), "text/xml")}
        looked = post(browser, "/feeds/import", {"text": ""}, files)
    else:
        looked = post(browser, "/feeds/import", {"text": text})
    path = looked.headers["location"]
    assert worked_off(browser.app) == 1
    page = Read(browser.get(path).text)
    assert page.problems == []
    assert "1 feed would be added" in page.text
    assert "1 left out" in page.text
    assert feeds_in(home) == []
    job = path.partition("=")[2]
    taken = post(browser, "/feeds/import/take", {"job": job, "fetch": "on"})
    assert worked_off(browser.app) == 2  # taking over, and fetching
    report = browser.get(taken.headers["location"]).text
    assert "1 feed was added" in Read(report).text
    assert [feed["tags"] for feed in feeds_in(home)] == [["News"]]
    assert "1 entry" in browser.get("/feeds").text
    assert post(browser, "/edits/1/undo").status_code == 303
    assert feeds_in(home) == []


def test_lists_that_cannot_be_taken_over_say_so(browser: Browser) -> None:
    for data in (b"", b"   ", b"\x00" * 50):
        files = {"file": ("x.opml", data, "text/xml")}
        answer = post(browser, "/feeds/import", {}, files, follow=True)
        worked_off(browser.app)
        assert answer.status_code in (200, 400)
    large = {"file": ("x.opml", b"<opml>" + b" " * 20_000_001, "text/xml")}
    assert "larger than 20 MB" in post(browser, "/feeds/import", {}, large).text
    huge = {"file": ("x.opml", b"<opml>" + b" " * 26_000_000, "text/xml")}
    assert "up to 20 MB" in post(browser, "/feeds/import", {}, huge).text
    assert post(browser, "/feeds/import/take", {"job": "99"}).status_code == 404


def test_feeds_are_exported_as_they_are_filtered(reader: Browser) -> None:
    whole = reader.get("/feeds.opml")
    assert whole.headers["content-type"].startswith("text/x-opml")
    assert whole.text.count("xmlUrl") == 3
    some = reader.get("/feeds.opml?q=wire&plain=1").text
    assert some.count("xmlUrl") == 1
    assert "outlet" not in some


def test_a_quarantined_feed_shows_what_is_held_back_until_it_is_accepted(
    home: Path, site: Site
) -> None:
    quarantined(home, site)
    with open_services(Home(home), utc_now()) as services:
        browser = Browser(create_app(services, utc_now))
        page = Read(browser.get("/feeds/1").text)
        assert page.problems == []
        assert "1 entry is held back" in page.text
        assert "Cheap export control pills" in page.text
        accepted = post(browser, "/feeds/1/accept", follow=True)
        assert "1 entry stored of what was held back" in Read(accepted.text).text
        assert "held back</h2>" not in browser.get("/feeds/1").text
        assert post(browser, "/feeds/1/accept").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/feeds/99", "/feeds/x", "/feeds/99/news", "/feeds/add?job=99", "/feeds/import?job=x"],
)
def test_unknown_feeds_and_jobs_are_not_found(reader: Browser, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_get_changes_nothing(reader: Browser, home: Path) -> None:
    before = (home / "config" / "feeds.toml").read_text()
    for path in ("/feeds/1/remove", "/feeds/1/fetch", "/feeds/bulk?action=remove", "/feeds/1/edit"):
        assert reader.get(path).status_code in (404, 405)
    assert (home / "config" / "feeds.toml").read_text() == before
