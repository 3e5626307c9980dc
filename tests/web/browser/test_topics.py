"""The third job: write a topic, watch what it would find, save it, and see it in the next edition."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.conftest import Command
from tests.site import Page as Answer
from tests.site import Site, rss
from tests.web.browser.conftest import OpenTab, Served
from tests.web.browser.looking import PHONE, WIDE, look, overflow, shot, violations


def undated(feed: bytes) -> bytes:
    """Leave the dates out of a feed: an old entry that comes late is no news of today's edition."""
    return re.sub(rb"<pubDate>.*?</pubDate>", b"", feed)


def test_a_topic_is_written_watched_saved_and_in_the_next_edition(
    served: Served, tab: Page, in_home: Command, site: Site
) -> None:
    tab.goto("/topics")
    tab.get_by_role("link", name="New topic").click()
    tab.get_by_label("Name").fill("plants")
    tab.get_by_label("Title").fill("New plants")
    query = tab.get_by_label("Query", exact=True)
    query.press_sequentially("plant AND (")
    preview = tab.locator("#preview")
    expect(preview.locator(".caret")).to_contain_text("^")
    assert violations(tab) == []
    query.fill("plant OR fab")
    expect(preview).to_contain_text("1 entry would match")
    expect(preview.locator("mark").first).to_have_text("Plant")
    assert violations(tab) == []
    shot(tab, "topic-new")

    tab.get_by_role("button", name="More rows").click()
    expect(tab.get_by_label("Query of a boost")).to_have_count(4)
    tab.get_by_label("Query of a boost").last.fill("title:plant")
    tab.get_by_label("Points of the boost").last.fill("2")
    tab.get_by_role("button", name="Show what changes").click()
    expect(tab.locator(".diff .added").nth(1)).to_have_text("+[topics.plants]")
    assert violations(tab) == []
    shot(tab, "topic-review")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("status").first).to_contain_text("New plants is saved")
    assert violations(tab) == []
    assert "[topics.plants]" in (served.home / "config" / "topics.toml").read_text()

    # A feed of its own: those of the home may have been served for another test.
    fresh = undated(rss(("9", "A fab for the valley", "It opens in May.")))
    site.pages["/fresh.xml"] = Answer(fresh)
    assert in_home("feeds", "add", site.url("/fresh.xml"), "--no-fetch").status == 0
    assert in_home("fetch").status == 0
    tab.goto("/")
    expect(tab.locator("main")).to_contain_text("New plants")
    expect(tab.locator("main")).to_contain_text("A fab for the valley")

    tab.goto("/topics/plants")
    tab.get_by_role("button", name=re.compile("^Yes")).first.click()
    expect(tab.locator(".said").first).to_have_text("You said: belongs")
    tab.get_by_role("heading", name="Near misses").scroll_into_view_if_needed()
    expect(tab.locator("#near")).not_to_contain_text("what kept them out")
    tab.locator("#suggestions a").click()
    expect(tab.locator("#suggestions h3").first).to_be_visible()
    assert violations(tab) == []
    for size in (PHONE, (1280, 900)):
        look(tab, scheme="dark", size=size)
        assert overflow(tab) == []
        shot(tab, f"topic-dark-{size[0]}")


def test_the_preview_is_there_at_once_and_beside_the_query(full: Served, tab: Page) -> None:
    for size in (WIDE, PHONE):
        look(tab, size=size)
        tab.goto("/topics/chips/edit")
        preview = tab.locator("#preview")
        expect(preview).to_contain_text("would match")
        boxes = [
            tab.locator(each).bounding_box() for each in ("#query", "#preview", ".boosts", "#floor")
        ]
        query, shown, boosts, floor = [box for box in boxes if box is not None]
        if size == WIDE:
            assert shown["x"] > query["x"] + query["width"]
            assert floor["y"] - (boosts["y"] + boosts["height"]) < 150  # nothing spreads the fields
        else:
            assert query["y"] + query["height"] < shown["y"]
            assert shown["y"] + shown["height"] < boosts["y"]
        assert [*violations(tab), *overflow(tab)] == []
        shot(tab, f"topic-edit-{size[0]}")


def test_a_topic_is_changed_without_scripts(served: Served, open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False)
    tab.goto("/topics/chips/edit")
    tab.get_by_label("Query", exact=True).fill("@chips")
    tab.get_by_role("button", name="Preview").click()
    expect(tab.locator("#preview")).to_contain_text("Gained against what is stored: 1")
    tab.get_by_role("button", name="Show what changes").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("status").first).to_contain_text("Chips is saved")
    tab.get_by_role("button", name="Undo").click()
    assert "NOT potato" in (served.home / "config" / "topics.toml").read_text()
