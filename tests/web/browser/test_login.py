"""Logging in with a browser, from another machine and without https, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import Command
from tests.web.browser.conftest import OpenTab, Served, serving
from tests.web.browser.looking import violations
from tests.web.visiting import PASSWORD, protect


@pytest.fixture
def served(seen: Command, home: Path) -> Iterator[Served]:
    """The home with a password, under a name that is not loopback's."""
    protect(home)
    with serving(home, "monitor.example") as running:
        yield running


def test_the_password_lets_in_and_logging_out_keeps_out(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.goto("/search?q=list")
    expect(tab).to_have_title("Log in")
    assert violations(tab) == []
    tab.get_by_label("Password").fill("not the one at all")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert")).to_be_visible()
    tab.get_by_label("Password").fill(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_contain_text("entity list")
    assert tab.url.endswith("/search?q=list")
    tab.goto("/topics/new")  # a form of another page is taken as well
    tab.goto("/stories/s1")
    tab.get_by_role("button", name="Pin").click()
    expect(tab.get_by_text("was pinned").first).to_be_visible()
    tab.get_by_role("button", name="Log out").click()
    tab.goto("/")
    expect(tab).to_have_title("Log in")
