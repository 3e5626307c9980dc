"""A browser before a home that is really served. Skips where there is no chromium.

Playwright's own event loop lives in the test's thread, between whose calls it merely rests. asyncio
must not think that it runs meanwhile, as tests, and commands they run, begin loops of their own:
so it is the running one only while a test has a tab, and `in_home` lays it aside.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from monitor.service import alerting
from monitor.service.digesting import send_now
from monitor.service.grouping import attach_stories
from monitor.service.outbox import deliver_open
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, open_services, rewired, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from monitor.web.server import listen, serve
from tests.conftest import Command, Ran
from tests.store.builders import match, new, outcome, record
from tests.web.browser.looking import WIDE
from tests.web.browser.watching import Watched

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_OPTIONS = (
    "--no-sandbox",  # tests may run as root, in a container
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # A name that is no loopback to a browser: such pages have no Sec-Fetch headers without https.
    "--host-resolver-rules=MAP monitor.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PATIENCE = 20_000  # ms; the machine may be busy


@dataclass
class Chromium:
    """A browser that was started, with Playwright's loop, which runs only `at_work`."""

    browser: Browser
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def at_work(self) -> Iterator[Browser]:
        """Let Playwright's loop be the running one."""
        asyncio._set_running_loop(self.loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let no loop run for a while, in a test that has a tab."""
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            yield
        finally:
            asyncio._set_running_loop(before)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's chromium, started once for the files of one worker."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(
            "no chromium: install it (Debian: apt-get install chromium) to run browser tests"
        )
    playwright = sync_playwright().start()
    loop = asyncio.get_running_loop()
    try:
        browser = playwright.chromium.launch(executable_path=found, args=list(_OPTIONS))
    except PlaywrightError as error:
        playwright.stop()
        asyncio._set_running_loop(None)
        pytest.skip(f"{found} does not start here: {error.message.splitlines()[0]}")
    asyncio._set_running_loop(None)
    running = Chromium(browser, loop)
    yield running
    with running.at_work():
        browser.close()
        playwright.stop()


@pytest.fixture
def in_home(home: Path, monitor: Command, chromium: Chromium) -> Command:
    """Run `monitor --home HOME` with arguments, also in a test that has a tab."""

    def run(*arguments: object) -> Ran:
        with chromium.aside():
            return monitor("--home", home, *arguments)

    return run


@dataclass(frozen=True)
class Served:
    """A home on loopback: `address` without a final slash, its folder, its services."""

    address: str
    home: Path
    services: Services

    def url(self, path: str) -> str:
        """Return the address of a page; `path` begins with a slash."""
        return self.address + path


@contextmanager
def serving(home: Path, name: str = "127.0.0.1") -> Iterator[Served]:
    """Serve a home as `monitor serve` does, on any free port, in a thread of its own.

    On loopback whatever it is called; the browser knows monitor.example too.
    """
    with open_services(Home(home), utc_now()) as services:
        ready = threading.Event()
        stop = asyncio.Event()
        loops: list[asyncio.AbstractEventLoop] = []
        listener = listen("127.0.0.1", 0)
        port = listener.getsockname()[1]

        async def answer() -> None:
            loops.append(asyncio.get_running_loop())
            app = create_app(services, utc_now, host=name)
            await serve(app, listener, stop=stop, ready=lambda _address: ready.set())

        thread = threading.Thread(target=lambda: asyncio.run(answer()), name="page")
        thread.start()
        try:
            assert ready.wait(30), "the page is not served"
            yield Served(f"http://{name}:{port}", home, services)
        finally:
            if loops:
                loops[0].call_soon_threadsafe(stop.set)
            thread.join(30)


@pytest.fixture
def served(seen: Command, home: Path) -> Iterator[Served]:
    """The home that has seen something, on loopback."""
    with serving(home) as running:
        yield running


FULL = """
[mail]
host = "127.0.0.1"
port = 9
security = "none"
from = "monitor@home.example"
[digests.weekly]
title = "The week"
at = "08:00"
timezone = "UTC"
days = "mon"
to = [{folder = "digests"}, {mail = "ann@reader.example"}]

[alerts.potatoes]
title = "Potatoes"
query = "potato"
to = [{folder = "alerts"}]
"""
"""More for a home: a second digest whose mail cannot be sent as there is no server, and an alert."""


@pytest.fixture
def full(served: Served) -> Served:
    """The home with something on every page: Today has stories, an alert has spoken, a mail has failed."""
    settings = served.home / "config" / "monitor.toml"
    settings.write_text(settings.read_text() + FULL)
    now = utc_now()
    services = rewired(served.services, now)
    first = new("f1", title="Chips for the mayor’s semiconductor plant", matches=(match("chips"),))
    ways = ways_of(services, {})
    record(services.store, outcome(1, first, at=now), now)
    send_now(services, "weekly", ways, utc_now)
    potato = new("f2", title="Another potato", matches=(match("chips"),))
    record(services.store, outcome(1, potato, at=utc_now()), utc_now())
    attach_stories(services, utc_now())
    alerting.look(services, utc_now())
    deliver_open(services, ways, utc_now, alerts=True)
    return served


OpenTab = Callable[..., Page]


@pytest.fixture
def watched(served: Served) -> Watched:
    """What this test's browser did that it should not; what is in `problems` at its end fails it."""
    return Watched(f"{served.address}/")


@pytest.fixture
def open_tab(chromium: Chromium, served: Served, watched: Watched) -> Iterator[OpenTab]:
    """Open tabs, each as in a browser of its own, with options of Playwright's `new_context`.

    Addresses that begin with a slash are of the served home.
    """
    contexts: list[BrowserContext] = []
    with chromium.at_work() as browser:

        def open_one(**options: Any) -> Page:
            size = {"width": WIDE[0], "height": WIDE[1]}
            context = browser.new_context(
                **{
                    "base_url": served.address, "viewport": size, "locale": "en-GB", "timezone_id": "UTC",
                    "service_workers": "block", "reduced_motion": "reduce", **options,
                }
            )  # fmt: skip
            context.set_default_timeout(_PATIENCE)
            contexts.append(context)
            watched.over(context)
            return context.new_page()

        try:
            yield open_one
        finally:
            for context in contexts:
                context.close()
    assert watched.problems == []


@pytest.fixture
def tab(open_tab: OpenTab) -> Page:
    """One tab: `tab.goto("/digests")`."""
    return open_tab()
