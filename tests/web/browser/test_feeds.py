"""A person's second job: watch the feed of a page, see its entries, and have it back as it was."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.site import Page, Site, rss
from tests.web.browser.conftest import OpenTab
from tests.web.browser.looking import violations

BLOG = rss(
    ("1", "H20 shipments rise", "x"), ("2", "Garden notes", "y"), title="Blog of an institute"
)


def serve_blog(site: Site) -> None:
    site.pages["/institute"] = Page(
        b"<html><head><title>x</title><link rel='alternate' type='application/rss+xml' "
        b"title='Blog' href='/blog.xml'></head><body></body></html>",
        content_type="text/html",
    )
    site.pages["/blog.xml"] = Page(BLOG)


def add(tab: Tab, site: Site, *, scripts: bool = True) -> None:
    """Add the feed of a page, from the list of feeds to its entries."""
    tab.goto("/feeds")
    tab.get_by_role("link", name="Add feeds").click()
    tab.get_by_label("Address of a feed").fill(site.url("/institute"))
    tab.get_by_role("button", name="Look").click()
    expect(tab.get_by_text("Would match chips 1 of its 2 entries.")).to_be_visible()
    assert not scripts or violations(tab) == []
    tab.get_by_label("Tags", exact=True).fill("institute")
    tab.get_by_role("button", name="Show what changes").first.click()
    expect(tab.locator("pre.diff")).to_contain_text('+tags = ["institute"]')
    assert not scripts or violations(tab) == []
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("link", name="H20 shipments rise")).to_be_visible()
    expect(tab.get_by_role("heading", name="Blog of an institute")).to_be_visible()


def test_a_feed_is_added_by_its_page_and_its_entries_are_there(
    tab: Tab, site: Site, home: Path
) -> None:
    serve_blog(site)
    add(tab, site)
    assert violations(tab) == []
    tab.get_by_role("link", name="H20 shipments rise").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("H20 shipments rise")
    tab.goto("/edits")
    assert violations(tab) == []
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("status").filter(has_text="Undone: Added")).to_be_visible()
    assert "blog.xml" not in (home / "config" / "feeds.toml").read_text()


def test_the_same_without_scripts(open_tab: OpenTab, site: Site) -> None:
    serve_blog(site)
    add(open_tab(java_script_enabled=False), site, scripts=False)


def test_a_list_is_taken_over_and_several_feeds_are_changed(tab: Tab, site: Site) -> None:
    serve_blog(site)
    tab.goto("/feeds/import")
    tab.get_by_label("OPML file").set_input_files(
        {
            "name": "mine.opml",
            "mimeType": "text/x-opml",
            "buffer": f"<opml><body><outline text='B' xmlUrl='{site.url('/blog.xml')}'/></body></opml>".encode(),
        }
    )
    tab.get_by_role("button", name="Look through it").click()
    tab.get_by_role("button", name="Take over 1 feed").click()
    expect(tab.get_by_role("heading", name="1 feed was added")).to_be_visible()
    assert violations(tab) == []
    tab.get_by_role("link", name=re.compile("How fetching")).click()
    expect(tab.get_by_text("1 feed fetched: 2 new entries")).to_be_visible()
    assert violations(tab) == []
    tab.goto("/feeds")
    tab.get_by_role("checkbox", name="Wire").check()
    tab.get_by_label("What to do").select_option("disable")
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("row", name=re.compile("Wire"))).to_contain_text("off")
    assert violations(tab) == []
