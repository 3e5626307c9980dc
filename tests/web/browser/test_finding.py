"""A person's first job: last week's stories on a subject, found, narrowed, taken along, and kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from monitor.service.wiring import utc_now
from tests.store.builders import new, outcome, record
from tests.web.browser.conftest import OpenTab, Served
from tests.web.browser.looking import PHONE, look, overflow, violations


def filters_of(tab: Page, *, scripts: bool) -> Locator:
    """Return the margin with the filters, which come by themselves where scripts run."""
    filters = tab.get_by_role("complementary", name="Filters and time")
    if not scripts:
        filters.get_by_role("link", name="Show filters").click()
    return filters


def download(tab: Page, name: str, folder: Path) -> str:
    """Click the export of this name and return what was written."""
    with tab.expect_download() as coming:
        tab.get_by_role("link", name=name, exact=True).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_stories_of_a_week_are_found_narrowed_exported_and_kept(
    served: Served, open_tab: OpenTab, tmp_path: Path, scripts: bool
) -> None:
    tab = open_tab(java_script_enabled=scripts)
    total = tab.locator(".total")
    tab.goto("/search")
    if scripts:
        tab.keyboard.press("/")
        tab.keyboard.type("entity list since:7d")
        tab.keyboard.press("Enter")
    else:
        tab.get_by_label("Query").fill("entity list since:7d")
        tab.get_by_role("button", name="Search").first.click()
    expect(total).to_contain_text("2 entries")

    # One story, its copy folded; its page, and back.
    expect(tab.locator(".hits > li")).to_have_count(1)
    tab.get_by_text("1 copy by The", exact=False).click()
    expect(tab.locator(".fold li")).to_have_count(1)
    tab.locator(".hits").get_by_role("link", name="its story").first.click()
    expect(tab.locator(".timeline > li")).to_have_count(2)
    tab.go_back()
    tab.get_by_label("One per").select_option("entry")
    tab.get_by_role("button", name="Search").first.click()
    expect(tab.locator(".hits > li")).to_have_count(2)

    # Narrowed by time, then by outlet.
    filters = filters_of(tab, scripts=scripts)
    expect(filters.locator(".histogram .bar")).not_to_have_count(0)
    assert not scripts or violations(tab) == []
    filters.get_by_role("link", name="month", exact=True).click()
    expect(filters.locator(".by b")).to_have_text("month")
    filters.locator(".histogram a .place").last.click()
    expect(tab.get_by_role("list", name="Filters in use")).to_contain_text("On: 20")
    expect(total).to_contain_text("2 entries")
    filters_of(tab, scripts=scripts).get_by_role("link", name="The Wire", exact=True).click()
    expect(total).to_contain_text("1 entry for")
    chip = tab.get_by_role("link", name="Outlet: The Wire")
    rows = list(csv.DictReader(download(tab, "CSV", tmp_path).splitlines()))
    assert [row["outlet"] for row in rows] == ["The Wire"]
    assert "The Wire" in download(tab, "Markdown", tmp_path)
    chip.click()
    expect(total).to_contain_text("2 entries")

    # Kept under a name; what is new in it is told once.
    tab.get_by_text("Save it under a name").click()
    tab.get_by_label("Name").fill("lists")
    tab.get_by_role("button", name="Save this search").click()
    assert tab.url.endswith("/searches/lists")
    later = new("late", title="The entity list grows once more")
    record(served.services.store, outcome(1, later, at=utc_now()), utc_now())
    tab.goto("/searches")
    expect(tab.locator(".tag.new")).to_have_text("1 new")
    tab.locator("main .title a").click()
    expect(tab.get_by_role("link", name="The entity list grows once more")).to_be_visible()
    assert not scripts or violations(tab) == []
    tab.get_by_role("button", name="Mark as seen").click()
    expect(tab.get_by_role("button", name="Mark as seen")).to_have_count(0)
    tab.goto("/searches")
    expect(tab.locator(".tag.new")).to_have_count(0)


def test_on_a_phone_filters_are_folded_before_what_was_found(tab: Page) -> None:
    look(tab, size=PHONE)
    tab.goto("/search?q=entity+list")
    folds = tab.locator("details.folds")
    summary = folds.get_by_text("Filters and time")
    expect(folds).not_to_have_attribute("open", "")
    summary_box, hit_box = summary.bounding_box(), tab.locator(".hit").first.bounding_box()
    assert summary_box is not None
    assert hit_box is not None
    assert summary_box["y"] < hit_box["y"]
    summary.click()
    expect(folds.get_by_role("link", name="The Wire", exact=True)).to_be_visible()
    assert [*violations(tab), *overflow(tab)] == []
