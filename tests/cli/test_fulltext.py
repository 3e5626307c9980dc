"""Full text at the command line: `fetch`, `show`, `search`, `doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.service.fulltext_world import BLURB, TITLE, article, needs_the_extra
from tests.site import Page, Site, rss


@pytest.fixture
def wanting(home: Path, site: Site) -> Site:
    """A home with one feed that wants full text, not fetched yet."""
    site.pages["/feed.xml"] = Page(rss(("1", TITLE, BLURB), base=site.base))
    site.pages["/1"] = article()
    (home / "config" / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{site.url("/feed.xml")}"\nfull_text = true\n'
    )
    return site


@needs_the_extra
def test_fetch_takes_pages_and_says_so(in_home: Command, wanting: Site) -> None:
    fetched = in_home("fetch")
    assert (fetched.status, fetched.err) == (0, "")
    assert "full text: 1 page taken, 0 could not be had, 0 still wanted" in fetched.out
    shown = in_home("show", "e1")
    assert "text from   its page, 20" in shown.out
    assert "Lawyers who follow" in shown.out
    shape = in_home("show", "e1", "--json").json
    assert shape["text_from"] == "page"
    assert shape["page"] == {"state": "taken", "error": "", "next_at": None}
    assert in_home("search", "lawyers", "--json").json["total"] == 1
    again = in_home("fetch", "--all")
    assert "full text" not in again.out
    assert wanting.statuses("/1") == [200]
    full_text = [c for c in in_home("doctor", "--json").json["checks"] if c["check"] == "full text"]
    assert full_text[0]["ok"]
    assert "pages taken: 1" in full_text[0]["message"]


@needs_the_extra
def test_show_says_why_a_page_could_not_be_had(in_home: Command, wanting: Site) -> None:
    wanting.pages["/1"] = Page(b"gone", 404, "text/html")
    shape = in_home("fetch", "--json").json["pages"]
    assert shape == {"taken": 0, "failed": 1, "later": 0, "waiting": 0}
    assert "the feed; its page could not be had: http://" in in_home("show", "e1").out
    shown = in_home("show", "e1", "--json").json
    assert (shown["text_from"], shown["text"]) == ("feed", BLURB)
    assert shown["page"]["state"] == "failed"
    assert "404 Not Found" in shown["page"]["error"]


@needs_the_extra
def test_show_says_when_a_page_is_tried_again(in_home: Command, wanting: Site) -> None:
    wanting.pages["/1"] = Page(b"busy", 503, "text/html")
    shape = in_home("fetch", "--json").json["pages"]
    assert shape == {"taken": 0, "failed": 0, "later": 1, "waiting": 1}
    assert "the feed; its page is asked for after 20" in in_home("show", "e1").out
    shown = in_home("show", "e1", "--json").json
    assert shown["page"]["next_at"] > shown["first_seen_at"]


def test_an_entry_whose_page_was_not_wanted_has_none(
    in_home: Command, wanting: Site, home: Path
) -> None:
    feeds = home / "config" / "feeds.toml"
    feeds.write_text(feeds.read_text().replace("full_text = true", ""))
    assert in_home("fetch", "--json").json["pages"]["waiting"] == 0
    shown = in_home("show", "e1", "--json").json
    assert (shown["text_from"], shown["page"]) == ("feed", None)
    assert "text from" not in in_home("show", "e1").out
    assert "full text" not in in_home("doctor").out


def test_without_the_extra_every_command_works_and_says_what_to_do(
    in_home: Command, wanting: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.settings.extras.FULL_TEXT", ("no_such_package_of_ours",))
    fetched = in_home("fetch")
    assert fetched.status == 0
    for said in (fetched.err, in_home("doctor").out):
        assert "no_such_package_of_ours is not installed" in said
        assert "pip install --editable '.[fulltext]'" in said
    assert in_home("search", "entity", "--json").json["total"] == 1
    assert wanting.statuses("/1") == wanting.statuses("/robots.txt") == []
    assert "its page is asked for after" in in_home("show", "e1").out
