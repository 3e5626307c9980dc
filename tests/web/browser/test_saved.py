"""Saved searches as a person meets them: saving one, its page, its form with what changes."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.web.browser.looking import PHONE, look, overflow, shot, violations


def test_a_search_is_saved_looked_at_edited_and_removed(tab: Page) -> None:
    tab.goto("/searches")
    tab.get_by_label("Name").fill("lists")
    tab.get_by_label("Query").fill('"entity list" OR chip')
    tab.get_by_role("button", name="Save", exact=True).click()
    assert tab.title().startswith("Lists")
    assert violations(tab) == []
    shot(tab, "saved")
    tab.get_by_role("link", name="Edit", exact=True).click()
    tab.get_by_label("Title").fill("What I follow")
    tab.get_by_role("button", name="Show what changes").click()
    assert '+title = "What I follow"' in tab.inner_text(".diff")
    assert violations(tab) == []
    shot(tab, "saved-edit")
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.get_by_role("link", name="Saved searches").first.click()
    tab.get_by_label("Name").fill("lists")
    tab.get_by_label("Query").fill("chip (")
    tab.get_by_role("button", name="Save", exact=True).click()
    assert tab.get_by_role("alert").is_visible()
    assert violations(tab) == []
    shot(tab, "searches-wrong")
    look(tab, scheme="dark", size=PHONE)
    assert violations(tab) == []
    assert overflow(tab) == []
    shot(tab, "searches-dark-phone")
    tab.goto("/searches/lists")
    assert overflow(tab) == []
    shot(tab, "saved-dark-phone")
    tab.goto("/searches/lists/edit")
    tab.get_by_role("button", name="Remove lists").click()
    assert tab.get_by_text("Nothing is saved yet").is_visible()
