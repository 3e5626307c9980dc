"""The frame around every page, as a person meets it."""

from __future__ import annotations

import asyncio

from playwright.sync_api import Page

from tests.conftest import Command
from tests.web.browser.conftest import OpenTab
from tests.web.browser.looking import violations
from tests.web.browser.watching import Watched


def test_commands_and_loops_of_tests_run_beside_an_open_tab(tab: Page, in_home: Command) -> None:
    tab.goto("/")
    assert in_home("feeds", "list").status == 0
    tab.get_by_role("link", name="Feeds").first.click()
    assert tab.title().startswith("Feeds")
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
