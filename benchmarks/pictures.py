"""The pictures of docs/page.md: the page over the sample feeds of the demo, in Debian's chromium.

    python -m benchmarks.pictures docs/images          # those of the docs
    python -m benchmarks.pictures --all FOLDER          # every page, light and dark, wide and phone

Everything in them is invented. Needs `chromium` on the PATH.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from monitor.service.demosite import DemoSite
from monitor.service.digesting import send_now
from monitor.service.refreshing import Refresher, claim_these
from monitor.service.rematching import rematch
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.settings.init import init_home, seeds_folder
from monitor.web.app import create_app
from monitor.web.server import listen, serve

SETTINGS = """\
[fetch]
allow_private = ["127.0.0.1"]

[digests.daily]
title = "AI policy, daily"
at = "07:00"
timezone = "UTC"
topics = ["*"]
to = [{folder = "digests"}]

[digests.weekly]
title = "The week in chips"
at = "08:00"
timezone = "UTC"
days = "mon"
topics = ["export-controls"]
to = [{folder = "digests"}]
"""
WIDE, PHONE = (1180, 760), (390, 780)
Scheme = Literal["light", "dark"]
DOCS: tuple[tuple[str, str, Scheme, tuple[int, int]], ...] = (
    ("page-today", "/", "light", WIDE),
    ("page-search", '/search?q=chips+OR+"export+control*"', "dark", (1180, 700)),
    ("page-phone", "/", "light", PHONE),
    ("page-digests", "/digests/{edition}", "light", WIDE),
)
PAGES = {
    "today": "/", "search": "/search", "found": "/search?q=chips", "wrong": "/search?q=topic:", "entry": "/entries/e1",
    "story": "/stories/s1", "digests": "/digests", "edition": "/digests/{edition}", "topics": "/topics",
    "topic": "/topics/chips", "feeds": "/feeds", "feed": "/feeds/1", "trends": "/trends", "settings": "/settings",
    "status": "/status", "alerts": "/alerts", "mail": "/digests/{edition}/mail", "send": "/digests/daily/send",
}  # fmt: skip


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="every page in every look")
    parser.add_argument("--only", default="", help="of these names, with --all")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as root,
        DemoSite(seeds_folder() / "demo", utc_now()) as site,
    ):
        home = _home(Path(root), site)
        with open_services(home, utc_now()) as services:
            edition = asyncio.run(_fill(services))
            with _served(services) as address:
                _take(address, edition, arguments)


def _take(address: str, edition: str, arguments: argparse.Namespace) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--no-proxy-server"]
        )
        if not arguments.all:
            for name, path, scheme, size in DOCS:
                _shot(
                    browser,
                    address + path.format(edition=edition),
                    arguments.folder / f"{name}.png",
                    scheme,
                    size,
                )
            return
        wanted = arguments.only.split(",") if arguments.only else PAGES
        looks: tuple[tuple[str, Scheme, tuple[int, int]], ...] = (
            ("light", "light", WIDE), ("dark", "dark", WIDE), ("phone", "light", PHONE), ("phone-dark", "dark", PHONE),
        )  # fmt: skip
        for name in wanted:
            for look, scheme, size in looks:
                url = address + PAGES[name].format(edition=edition)
                _shot(
                    browser, url, arguments.folder / f"{name}-{look}.png", scheme, size, whole=True
                )


def _shot(
    browser: Browser,
    url: str,
    path: Path,
    scheme: Scheme,
    size: tuple[int, int],
    *,
    whole: bool = False,
) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.screenshot(path=path, full_page=whole)
    context.close()


def _home(root: Path, site: DemoSite) -> Home:
    init_home(root, "ai-policy", "UTC")
    home = Home(root)
    home.feeds_file.write_text(site.feeds_toml(), encoding="utf-8")
    home.monitor_file.write_text(SETTINGS, encoding="utf-8")
    return home


async def _fill(services: Services) -> str:
    """Fetch half of the feeds, send an edition, fetch the others: Today has something then."""
    # Not every machine has a font for the Chinese one.
    ids = [each.id for each in services.store.feeds.feeds() if "haigang" not in each.url]
    await _fetch(services, ids[::3])
    rematch(services, services.topics, utc_now)
    sent = await asyncio.to_thread(
        send_now, services, "daily", ways_of(services, os.environ), utc_now
    )
    await _fetch(services, ids)
    rematch(services, services.topics, utc_now)
    return sent[0].edition.id if sent[0].edition else ""


async def _fetch(services: Services, ids: list[int]) -> None:
    async with Refresher(services, os.environ, utc_now) as refresher:
        await refresher.refresh(claim_these(services, ids, utc_now))


@contextmanager
def _served(services: Services) -> Iterator[str]:
    ready, stop = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]

    async def answer() -> None:
        loops.append(asyncio.get_running_loop())
        app = create_app(services, utc_now)
        await serve(app, listener, stop=stop, ready=lambda _address: ready.set())

    thread = threading.Thread(target=lambda: asyncio.run(answer()))
    thread.start()
    ready.wait(30)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(30)


if __name__ == "__main__":
    main()
