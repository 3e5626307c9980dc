"""Last week's stories on a subject, found, narrowed, and taken along as a file."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.browser.looking import violations


def test_a_search_is_narrowed_by_clicks_and_exported(tab: Page, tmp_path: Path) -> None:
    tab.goto("/search")
    tab.keyboard.press("/")
    tab.keyboard.type("entity list")
    tab.keyboard.press("Enter")
    expect(tab.locator(".total")).to_contain_text("2 entries for")
    # One story, its copy folded; the filters come by themselves.
    expect(tab.locator(".hits > li")).to_have_count(1)
    tab.get_by_text("1 copy by The", exact=False).click()
    expect(tab.locator(".fold li")).to_have_count(1)
    filters = tab.get_by_role("complementary", name="Filters and time")
    expect(filters.locator(".histogram .bar")).not_to_have_count(0)
    assert violations(tab) == []
    filters.get_by_role("link", name="month").click()
    expect(filters.locator(".by b")).to_have_text("month")
    filters.get_by_role("link", name="The Wire", exact=True).click()
    expect(tab.locator(".total")).to_contain_text("1 entry for")
    chip = tab.get_by_role("link", name="Outlet: The Wire")
    expect(chip).to_be_visible()
    with tab.expect_download() as coming:
        tab.get_by_role("link", name="CSV").click()
    coming.value.save_as(tmp_path / "search.csv")
    with (tmp_path / "search.csv").open(encoding="utf-8", newline="") as file:
        assert [row["outlet"] for row in csv.DictReader(file)] == ["The Wire"]
    chip.click()
    expect(tab.locator(".total")).to_contain_text("2 entries for")
    tab.get_by_text("Save it under a name").click()
    tab.get_by_label("Name").fill("lists")
    tab.get_by_role("button", name="Save this search").click()
    assert tab.url.endswith("/searches/lists")
