"""All pages as they look: axe-core finds nothing, nothing is wider than a phone; pictures on demand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.web.browser.conftest import OpenTab, Served
from tests.web.browser.looking import PHONE, WIDE, look, overflow, shot, violations
from tests.web.browser.pages import PAGES


def addresses(full: Served) -> dict[str, str]:
    """Return the pages with their addresses in this home."""
    edition = full.services.store.editions.editions("weekly", limit=1)[0].id
    return {name: path.format(edition=edition) for name, path in PAGES.items()}


_BY_LAYOUT = ("color-contrast", "scrollable-region-focusable", "target-size")
"""What may be wrong on a phone though all was well in a wide window."""


@pytest.mark.timeout(600)
def test_every_page_is_accessible_in_every_look(full: Served, tab: Page) -> None:
    wrong: list[str] = []
    for name, path in addresses(full).items():
        look(tab, scheme="light", size=WIDE)
        answer = tab.goto(path)
        assert answer is not None
        assert answer.status in (200, 400, 404), path
        wrong += violations(tab)
        shot(tab, f"{name}-light")
        look(tab, scheme="dark", size=WIDE)
        wrong += violations(tab, "color-contrast")
        shot(tab, f"{name}-dark")
        look(tab, scheme="light", size=PHONE)
        wrong += [*violations(tab, *_BY_LAYOUT), *overflow(tab)]
        shot(tab, f"{name}-phone")
    assert wrong == []


def test_every_page_reads_and_leads_on_without_scripts(full: Served, open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False)
    for path in addresses(full).values():
        tab.goto(path)
        assert tab.get_by_role("heading", level=1).is_visible()
    tab.goto("/")
    star = tab.locator(".star button").first
    star.click()
    assert tab.get_by_role("status").first.inner_text() == "Starred."
    tab.goto("/")
    assert tab.locator(".star button.on").count() == 1
    tab.get_by_role("link", name="Send now…").click()
    tab.get_by_role("button", name="Send now").click()
    assert "Sent to digests." in tab.locator("main .notice").first.inner_text()
    tab.get_by_role("searchbox").fill("potato")
    tab.get_by_role("searchbox").press("Enter")
    assert "potato" in tab.locator("main").inner_text()
