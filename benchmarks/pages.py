"""How long the page takes to answer over a large store: every page, through ASGI, without a network.

`python -m benchmarks.pages HOME [--rounds 5] [--bound 200]` asks each address of `ADDRESSES` that many times
after once unmeasured, and prints the median and the worst answer in milliseconds, and the size of the page. HOME is
one made by `benchmarks.big_store`; `benchmarks.search --match` gives its entries matches. Fragments that a page loads
after itself are measured on their own. Ends with status 1 when a page's median is above the bound.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path

import httpx
from fastapi import FastAPI

from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app

ADDRESSES = (
    "/",
    "/today/{digest}",
    "/today/{digest}/near",
    "/search",
    "/search?q=chips",
    "/search?q=china&sort=newest",
    '/search?q="export control*" OR @chips',
    "/search?q=topic:{topic} since:30d&sort=newest",
    "/search?q=chips&by=entry",
    "/search/facets?q=chips",
    "/search/facets?q=china",
    "/search.atom?q=chips",
    "/search.json?q=chips",
    "/entries/e{entry}",
    "/stories/s{story}",
    "/searches",
    "/digests",
    "/digests/{digest}/send",
    "/digests/{digest}.atom",
    "/alerts",
    "/topics",
    "/topics/{topic}",
    "/topics/{topic}/edit",
    "/topics/{topic}.atom",
    "/topics/{topic}.json",
    "/all.atom",
    "/feeds",
    "/feeds?q=a&sort=entries&days=90",
    "/feeds/{feed}",
    "/feeds.opml",
    "/feeds/add",
    "/trends",
    "/trends/{topic}",
    "/trends/{topic}/made-of",
    "/settings",
    "/settings/digests/{digest}",
    "/jobs",
    "/edits",
    "/status",
    "/api/search?q=chips",
    "/api/entries",
    "/api/entries?limit=100",
    "/api/entries/e{entry}",
    "/api/starred",
    "/api/stories",
    "/api/stories/s{story}",
    "/api/rulings",
    "/api/feeds",
    "/api/feeds/{feed}",
    "/api/feeds/{feed}/visits",
    "/api/topics",
    "/api/topics/{topic}",
    "/api/judgements",
    "/api/digests",
    "/api/digests/{digest}/preview",
    "/api/deliveries",
    "/api/edits",
    "/api/jobs",
    "/api/stats",
    "/metrics",
    "/openapi.json",
    "/healthz",
)
LATER = ("/search/facets", "/made-of", "/near", "/send", "/preview")
"""Parts that a page loads after itself, and what composes a whole edition."""


def measured(app: FastAPI, address: str, rounds: int) -> tuple[int, list[float], int]:
    """Return the status of an address, its times in milliseconds, and its size in bytes."""

    async def ask() -> tuple[int, list[float], int]:
        transport = httpx.ASGITransport(app=app)
        base = "http://127.0.0.1:8710"
        times = []
        async with httpx.AsyncClient(transport=transport, base_url=base, timeout=120) as client:
            for _ in range(rounds + 1):
                started = time.perf_counter()
                answer = await client.get(address)
                times.append((time.perf_counter() - started) * 1000)
        return answer.status_code, times[1:], len(answer.content)

    return asyncio.run(ask())


def named(services: Services) -> dict[str, object]:
    """Return an entry, a story, a topic, a feed and a digest of the home, to ask for."""
    newest = services.store.entries.newest_id()
    (entry,) = services.store.entries.entries([newest]) or [None]
    stories = [
        each.story
        for each in services.store.entries.entries(range(max(1, newest - 500), newest))
        if each.story
    ]
    return {
        "entry": entry.id if entry else 1,
        "story": stories[-1] if stories else 1,
        "topic": services.settings.topics[0].name,
        "feed": services.store.feeds.feeds()[0].id,
        "digest": services.settings.digests[0].name,
    }


def main() -> None:
    """Measure the home the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bound", type=float, default=200.0, help="milliseconds")
    arguments = parser.parse_args()
    slow = []
    with open_services(Home(arguments.home), utc_now()) as services:
        app = create_app(services, utc_now)
        names = named(services)
        entries = services.store.upkeep.stats()["entries"]
        print(f"{entries:,} entries, {arguments.rounds} rounds\n")
        print(f"{'address':52} {'status':>6} {'median':>8} {'worst':>8} {'bytes':>9}")
        for address in ADDRESSES:
            asked = address.format(**names)
            status, times, size = measured(app, asked, arguments.rounds)
            median = statistics.median(times)
            print(f"{asked[:52]:52} {status:6} {median:7.0f}  {max(times):7.0f}  {size:9,}")
            if median > arguments.bound and not any(each in address for each in LATER):
                slow.append(asked)
    for each in slow:
        print(f"slower than {arguments.bound:.0f} ms: {each}")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
