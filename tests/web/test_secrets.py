"""Whoever may only read learns none of the secrets that config/ can hold, at no address of the page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from monitor.model.topic import Evidence, StoredMatch
from monitor.service.care_jobs import start_care
from monitor.service.job_kinds import start_fetch
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.web.app import create_app
from monitor.web.policy import needed
from tests.store.builders import log_line, match, new, outcome, record
from tests.web.calls import ask
from tests.web.routes import flat
from tests.web.visiting import HOST, NOW, OPEN_ADDRESS, Clock, protect, token

SENTINEL = "s3ntinel"
KEYED = f"https://a.example/feed?token={SENTINEL}-feed&x=1"
HOOK = f"https://hooks.example/services/T0/{SENTINEL}-hook"
FEEDS = f"""
[[feed]]
url = "{KEYED}"
headers = {{X-Api-Key = "{SENTINEL}-header"}}
moved_from = "https://a.example/old?key={SENTINEL}-former"

[[feed]]
url = "https://a.example/feed2?token={SENTINEL}-second"
"""
SETTINGS = f"""
[web]
page_url = "https://news.example"
hub = "https://hub.example/?token={SENTINEL}-hub"

[alerts.chips]
query = "chips"
timezone = "UTC"
to = [{{webhook = "{HOOK}", secret_env = "HOOK_KEY"}}]

[digests.chips]
at = "07:00"
timezone = "UTC"
topics = ["chips"]
to = [{{webhook = "{HOOK}"}}]
"""
TOPICS = """
[topics.keyed]
query = 'chips AND feed:"a.example/feed"'
"""
FILLED = {
    "name": "chips", "entry_id": "e1", "story_id": "s1", "form": "html", "group": "alerts",
    "edition": "2026-11-26", "table": "fetch", "care": "doctor",
}  # fmt: skip
TROUBLED = "/api/digests/chips/preview?since=7d"
"""What an edition says of feeds that fail for days."""

ALSO = (
    "/api/settings/digests/chips", "/api/settings/alerts/chips", "/api/settings/web", "/api/settings/mail", "/entries/e1?topic=keyed",
    "/api/topics/keyed", "/topics/keyed", "/api/topics/keyed/explain/e1", "/entries?q=chips",
    "/api/feeds/a.example", "/api/feeds/a.example%2Ffed", "/feeds?q=a.example", f"/feeds?q={SENTINEL[:4]}",
    "/all", "/all.atom", TROUBLED,
)  # fmt: skip
PUBLISHED = f"https://hub.example/?token={SENTINEL}-hub"
"""What the feeds for other programs name, as WebSub has it: to be known is what it is for."""


def fill(services: Services) -> None:
    """Store what a feed without a title brought, and say all that may be said of its address."""
    feed_id = next(each.id for each in services.store.feeds.feeds() if each.url == KEYED)
    # Of the time before a key in such a clause was masked.
    reason = Evidence('feed:"a.example/feed"', KEYED)
    keyed = StoredMatch("keyed", services.versions["keyed"], 1, (reason,))
    failed = outcome(
        feed_id,
        new("1", matches=(match("chips"), keyed), title="Chips export"),
        at=NOW - timedelta(days=5),
        error=f"could not fetch {KEYED}",
        state="failing",
        failing_since_at=NOW - timedelta(days=5),
        log=log_line(NOW),
    )
    record(services.store, failed, NOW)
    logging.getLogger("monitor").warning("a line about %s and more", KEYED)
    logging.getLogger("monitor").error("%s failed", KEYED, exc_info=ValueError(KEYED))
    start_fetch(services, services.store.feeds.feeds(), NOW)
    start_care(services, "doctor", NOW)


@pytest.fixture
def app(home: Path) -> Iterator[FastAPI]:
    """A home with a secret of each kind, served to others."""
    config = home / "config"
    (config / "feeds.toml").write_text(FEEDS)
    for name, more in (("monitor.toml", SETTINGS), ("topics.toml", TOPICS)):
        (config / name).write_text((config / name).read_text() + more)
    protect(home)
    with open_services(Home(home), NOW) as services:
        fill(services)
        app = create_app(services, Clock(), host=HOST)
        app.state.worker.work_off()
        yield app


def change(app: FastAPI, home: Path) -> None:
    """Change config/ by way of the API, so that there are edits and their diffs."""
    writer = {"authorization": f"Bearer {token(home, 'writer', 'write')}", "host": HOST}
    added = ask(app, "POST", "/api/feeds", {"url": f"https://b.example/?key={SENTINEL}-b", "fetch": False}, **writer)  # fmt: skip
    assert added.status_code == 201, added.text
    values = {"to": [{"webhook": f"{HOOK}-2"}], "title": "Chips"}
    changed = ask(app, "PATCH", "/api/settings/alerts/chips", {"values": values}, **writer)
    assert changed.status_code == 200, changed.text
    assert SENTINEL not in changed.text  # of what is added the answer tells its address back


def addresses(app: FastAPI) -> Iterator[str]:
    """Yield an address of each route that shows something, with a query where it takes one, and some more."""
    for prefix, route in flat("", app.routes):
        if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()):
            continue
        address = prefix + route.path
        for name in route.param_convertors:
            address = address.replace(f"{{{name}}}", FILLED.get(name, "1"))
            address = address.replace(f"{{{name}:path}}", "config/monitor.toml")
        yield address
        if any(each.alias == "q" for each in route.dependant.query_params):
            yield f"{address}?q=chips"
    yield from ALSO


def test_who_may_only_read_sees_no_secret_at_any_address(app: FastAPI, home: Path) -> None:
    change(app, home)
    reader = {"authorization": f"Bearer {token(home, 'reader', 'read', 'feeds', 'metrics')}"}
    shown: list[str] = []

    async def walk() -> list[str]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        leaks = []
        async with httpx.AsyncClient(transport=transport, base_url=OPEN_ADDRESS) as client:
            for address in addresses(app):
                answer = await client.get(address, headers=reader)
                assert answer.status_code < 500, address
                if needed("GET", address.partition("?")[0]) == "write":
                    assert answer.status_code == 403, address
                text = answer.text
                if needed("GET", address.partition("?")[0]) == "feeds":
                    text = text.replace(PUBLISHED, "")
                if SENTINEL in text and f"q={SENTINEL[:4]}" not in address:
                    at = text.index(SENTINEL)
                    leaks.append(f"{address}: {text[max(0, at - 80) : at + 30]}")
                if "a.example/feed?token=" in text or "hooks.example" in text:
                    shown.append(address)
        return leaks

    leaks = asyncio.run(walk())
    assert not leaks, "\n".join(leaks)
    # Not hidden either: what is no secret of an address stands there.
    for address in ("/entries/e1", "/status", "/api/entries", "/api/entries/e1", "/api/search?q=chips",
                    "/search.csv?q=chips", "/search.jsonl?q=chips", "/api/settings/alerts/chips",
                    "/api/settings/digests/chips", "/api/edits", "/edits", TROUBLED):  # fmt: skip
        assert address in shown


def test_nobody_finds_out_a_key_piece_by_piece(app: FastAPI, home: Path) -> None:
    reader = {"authorization": f"Bearer {token(home, 'reader', 'read')}", "host": HOST}

    def total(query: str) -> int:
        return int(ask(app, "GET", f"/api/search?q={query}", **reader).json()["total"])

    assert total('feed:"a.example/feed"') == 1
    pages = [ask(app, "GET", f"/feeds/{number}", **reader).text for number in (1, 2)]
    # So a feed's page leads to all of its entries.
    assert any("/search?q=feed%3A%22a.example%2Ffeed%22" in each for each in pages)
    assert total('feed:"a.example/feed?token=s"') == 0
    assert total('feed:"a.example/feed?token=x"') == 0
    pieces = ("feed?token=s", "feed?token=x")
    found = [ask(app, "GET", f"/api/feeds/{each.replace('?', '%3F')}", **reader) for each in pieces]
    assert [each.status_code for each in found] == [404, 404]
    lists = [ask(app, "GET", f"/feeds?q={each.replace('?', '%3F')}", **reader) for each in pieces]
    assert not any("a.example" in each.text for each in lists)
