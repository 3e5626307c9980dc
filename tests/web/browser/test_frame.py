"""The frame around every page, as a person meets it."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.sync_api import Page, Request, expect

from monitor.service.wiring import utc_now
from tests.conftest import Command
from tests.store.builders import match, new, outcome, record
from tests.web.browser.conftest import OpenTab, Served
from tests.web.browser.looking import PHONE, WIDE, look, overflow, shot, violations
from tests.web.browser.watching import Watched


def test_commands_and_loops_of_tests_run_beside_an_open_tab(tab: Page, in_home: Command) -> None:
    tab.goto("/")
    assert in_home("feeds", "list").status == 0
    tab.get_by_role("link", name="Feeds").first.click()
    expect(tab).to_have_title(re.compile("^Feeds"))
    assert violations(tab) == []


async def test_a_loop_of_a_test_after_one_with_a_tab() -> None:
    await asyncio.sleep(0)


def test_the_harness_notes_what_a_page_should_not_do(tab: Page, watched: Watched) -> None:
    tab.goto("/")
    tab.evaluate(
        """async () => {
          await fetch("http://127.0.0.1:9/").catch(() => 0);
          const style = document.createElement("p"); style.setAttribute("style", "color: red");
          document.body.append(style);
          alert("hello");
          console.error("lost");
          setTimeout(() => { throw new Error("thrown") }, 0);
        }"""
    )
    tab.wait_for_timeout(50)
    noted = " | ".join(watched.problems)
    watched.problems.clear()
    for expected in ("Content Security Policy", "alert dialog: hello", "lost", "thrown"):
        assert expected in noted


def test_the_canary_sees_what_leaves_without_scripts(open_tab: OpenTab, watched: Watched) -> None:
    tab = open_tab(java_script_enabled=False, bypass_csp=True)
    tab.goto("/")
    tab.set_content("<img src='http://canary.example/p.png' alt=''>")
    tab.wait_for_timeout(50)
    assert any("canary.example" in each for each in watched.problems)
    watched.problems.clear()


def test_shortcuts_move_open_star_and_can_be_switched_off(full: Served, tab: Page) -> None:
    tab.goto("/")
    titles = tab.locator("main .card h3 a")
    tab.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    tab.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    tab.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()
    tab.keyboard.press("s")
    expect(tab.locator(".card .star button.on")).to_have_count(1)
    tab.keyboard.press("s")
    expect(tab.locator(".card .star button.on")).to_have_count(0)
    tab.keyboard.press("/")
    expect(tab.locator("#q")).to_be_focused()
    tab.keyboard.type("jk?o")
    expect(tab.locator("#q")).to_have_value("jk?o")
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert violations(tab) == []
    shot(tab, "keys-light", whole=False)
    tab.get_by_label("Use these shortcuts in this browser").uncheck()
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    tab.reload()
    tab.keyboard.press("?")
    tab.keyboard.press("/")
    expect(dialog).to_be_hidden()
    expect(tab.locator("#q")).not_to_be_focused()
    tab.get_by_role("button", name="Keyboard shortcuts").click()  # always there for the mouse
    tab.get_by_label("Use these shortcuts in this browser").check()
    tab.get_by_role("button", name="Close").click()
    tab.keyboard.press("j")
    tab.keyboard.press("o")
    tab.wait_for_url("**/stories/*")
    tab.keyboard.press("g")
    tab.keyboard.press("d")
    tab.wait_for_url("**/digests")
    assert tab.evaluate("Object.keys(localStorage)") == ["monitor-shortcuts-off"]


@pytest.mark.parametrize("size", [WIDE, PHONE, (320, 480)])
def test_the_list_of_keys_is_readable_and_whole(tab: Page, size: tuple[int, int]) -> None:
    look(tab, size=size)
    tab.goto("/")
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert dialog.evaluate("dialog => dialog.scrollTop") == 0
    widths: list[int] = dialog.locator("tbody").evaluate(
        "body => [...body.querySelectorAll('td')].map((cell) => cell.getBoundingClientRect().width)"
    )
    assert min(widths) >= 8 * 16
    for key, place in (
        ("t", "Today"), ("s", "Search"), ("d", "Digests"), ("p", "Topics"), ("f", "Feeds"), ("r", "Trends"),
    ):  # fmt: skip
        row = dialog.get_by_role("row", name=re.compile(f"^g then {key} .*{place}"))
        expect(row).to_have_count(1)
    shot(tab, f"keys-{size[0]}", whole=False)


def test_today_renews_itself_unless_somebody_is_reading(full: Served, tab: Page) -> None:
    tab.goto("/")
    tab.clock.install()
    tab.reload()
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/today/daily"):  # what nearly matches comes once, by itself
            asked.append(request.url)

    tab.on("request", note)
    tab.clock.run_for(30_000)
    assert asked == []
    fresh = new("f3", title="A third chip", matches=(match("chips"),))
    record(full.services.store, outcome(1, fresh, at=utc_now()), utc_now())
    tab.locator(".card details summary").first.click()
    tab.clock.run_for(120_000)
    assert asked == []  # it would close what is open
    tab.locator(".card details summary").first.click()
    tab.locator("h1").click()
    with tab.expect_response("**/today/daily"):
        tab.clock.run_for(61_000)
    tab.clock.run_for(1_000)
    expect(tab.get_by_role("heading", name="A third chip")).to_be_visible()
    star = tab.locator(".card .star button").first
    star.focus()
    with tab.expect_response("**/star"):
        star.press("Enter")
    tab.clock.run_for(1_000)
    expect(tab.locator(".card .star button.on")).to_be_focused()


def test_a_delivery_is_tried_again_and_dismissed_by_hand(full: Served, tab: Page) -> None:
    tab.goto("/digests")
    tab.get_by_role("link", name="The week: 1 story").click()
    tab.get_by_role("button", name="Try again delivering to ann@reader.example").click()
    expect(tab.locator("main .notice").first).to_contain_text("1 not sent: ann@reader.example")
    expect(tab.locator(".deliveries")).to_contain_text("2 attempts")
    tab.get_by_role("button", name="Dismiss delivering to ann@reader.example").click()
    expect(tab.locator(".deliveries")).to_contain_text("dismissed")
    tab.get_by_role("link", name="The mail").click()
    frame = tab.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("The week")
    assert violations(tab) == []


def test_what_the_browser_prefers_is_respected(full: Served, open_tab: OpenTab) -> None:
    tab = open_tab(
        forced_colors="active", color_scheme="dark", viewport={"width": 320, "height": 700}
    )
    tab.goto("/")
    assert overflow(tab) == []
    shot(tab, "today-forced", whole=False)
    tab.emulate_media(media="print", forced_colors="none")
    assert tab.locator("header.top").is_hidden()
    assert tab.locator(".card h3").first.is_visible()
    shot(tab, "today-print")


def test_the_keys_move_and_open_in_every_list(full: Served, tab: Page) -> None:
    for path, there in (
        ("/search?q=list", "/entries/"),
        ("/feeds", "/feeds/"),
        ("/topics", "/topics/"),
        ("/digests", "/digests/"),
        ("/stories/s1", "/entries/"),
    ):
        for key in ("Enter", "o"):
            tab.goto(path)
            tab.keyboard.press("j")
            tab.keyboard.press("j")
            tab.keyboard.press("k")
            tab.keyboard.press(key)
            tab.wait_for_url(f"**{there}*")
            assert tab.url != full.url(path)
        tab.go_back()
        tab.keyboard.press("/")
        expect(tab.locator("input[name=q]:focus")).to_have_count(1)


def test_an_entry_is_starred_and_leads_to_similar_ones(full: Served, open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.goto("/entries/e1")
    expect(tab.get_by_role("heading", name="Similar entries")).to_be_visible()
    tab.keyboard.press("s")
    expect(tab.locator(".head .star button.on")).to_have_count(1)
    assert violations(tab) == []
    plain = open_tab(java_script_enabled=False)
    plain.goto("/entries/e1")
    plain.get_by_role("link", name="Similar entries").click()
    expect(plain.get_by_role("heading", name="Similar entries")).to_be_visible()
