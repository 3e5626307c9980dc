"""How a page is looked at: colours, sizes, axe-core, and pictures for a person's eye."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe  # ships none
from playwright.sync_api import Page

PHONE = (390, 844)
WIDE = (1280, 900)

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()


def look(
    tab: Page, *, scheme: Literal["light", "dark"] = "light", size: tuple[int, int] = WIDE
) -> None:
    """Show a tab in these colours and this size (CSS pixels) from now on."""
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": size[0], "height": size[1]})


def violations(tab: Page, *rules: str) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands: WCAG 2.2 A and AA, best practice.

    With `rules`, only what these find, as in another colour scheme, where only contrast can differ.
    """
    tab.wait_for_load_state("load")  # with its style sheets
    options = {
        "runOnly": {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _TAGS},
        "resultTypes": ["violations"],
        "preload": False,  # would ask for the style sheets again
    }
    if not tab.evaluate("'axe' in window"):  # half a megabyte of script, which is read once a page
        tab.evaluate(_AXE.axe_script)
    found: dict[str, Any] = tab.evaluate("options => axe.run(options)", options)
    return [
        f"{tab.url} {fault['id']}: {fault['help']}: {node['html'][:200]} ({node['failureSummary']})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def overflow(tab: Page) -> list[str]:
    """Return what is wider than the window though it does not scroll by itself: its tag and class."""
    found: list[str] = tab.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("main *, header *, footer *")]
            .filter((each) => each.getBoundingClientRect().right > width + 1 && !each.closest(".scroll"))
            .map((each) => `${location.pathname} ${each.tagName} .${each.getAttribute("class")}`);
        }"""
    )
    return found


def shot(tab: Page, name: str, *, whole: bool = True) -> None:
    """Write a picture NAME.png into the folder MONITOR_SCREENSHOTS names; nothing without one."""
    folder = os.environ.get("MONITOR_SCREENSHOTS")
    if folder:
        path = Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=path, full_page=whole)
