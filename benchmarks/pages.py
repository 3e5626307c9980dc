"""How long the page takes to answer over a large store: every page, through ASGI, without a network.

`python -m benchmarks.pages HOME [--rounds 5] [--bound 200]` asks each address of `ADDRESSES` that many times
after once unmeasured, and prints the median and the worst answer in milliseconds, the median of the CPU it took (what
counts on a machine that does other things too), and the size of the page. HOME is one made by
`benchmarks.big_store`; `benchmarks.search --match` gives its entries matches. Fragments that a page loads after
itself are measured on their own. Ends with status 1 when a page's median is above the bound.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI

from monitor.model.topic import Topic
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
PREVIEW = "/topics/preview"

LATER = ("/search/facets", "/made-of", "/near", "/preview")
"""In addresses of parts that a page loads after itself, and of what composes a whole edition."""

BASE = "http://127.0.0.1:8710"


@dataclass(frozen=True, slots=True)
class Measured:
    """What asking for an address came to: milliseconds of the clock and of CPU, one of each a round."""

    status: int
    bytes: int
    wall: list[float]
    cpu: list[float]


def measured(
    app: FastAPI, address: str, rounds: int, form: Mapping[str, object] | None = None
) -> Measured:
    """Ask for an address, or send it a form: once unmeasured and `rounds` times measured."""

    async def ask_once(client: httpx.AsyncClient) -> httpx.Response:
        if form is None:
            return await client.get(address)
        return await client.post(address, data=dict(form), headers={"origin": BASE})

    async def ask() -> Measured:
        transport = httpx.ASGITransport(app=app)
        wall, cpu = [], []
        async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=120) as client:
            answer = await ask_once(client)
            for _ in range(rounds):
                clock, used = time.perf_counter(), time.process_time()
                answer = await ask_once(client)
                wall.append((time.perf_counter() - clock) * 1000)
                cpu.append((time.process_time() - used) * 1000)
        return Measured(answer.status_code, len(answer.content), wall, cpu)

    return asyncio.run(ask())


def form_of(topic: Topic) -> dict[str, object]:
    """Return what the form of a topic sends while one types, for its live preview."""
    return {
        "name": topic.name,
        "query": topic.query,
        "boost_query": [each.query for each in topic.boosts],
        "boost_points": [each.points for each in topic.boosts],
        "floor": topic.floor,
        "new": "no",
    }


def named(services: Services) -> dict[str, object]:
    """Return an entry, a story, a topic, a feed and a digest of the home, to ask for."""
    newest = services.store.entries.newest_id()
    stories = [
        each.story
        for each in services.store.entries.entries(range(max(1, newest - 500), newest))
        if each.story
    ]
    return {
        "entry": newest,
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
        gc.collect()
        gc.freeze()  # as `serve` does
        names = named(services)
        entries = services.store.upkeep.stats()["entries"]
        print(f"{entries:,} entries, {arguments.rounds} rounds\n")
        print(f"{'address':52} {'status':>6} {'median':>7} {'worst':>7} {'CPU':>7} {'bytes':>9}")
        form = form_of(services.settings.topics[0])
        for address in (*ADDRESSES, PREVIEW):
            asked = address.format(**names)
            found = measured(app, asked, arguments.rounds, form if address == PREVIEW else None)
            median = statistics.median(found.wall)
            print(
                f"{asked[:52]:52} {found.status:6} {median:7.0f} {max(found.wall):7.0f} "
                f"{statistics.median(found.cpu):7.0f} {found.bytes:9,}"
            )
            if median > arguments.bound and not any(each in address for each in LATER):
                slow.append(asked)
    for each in slow:
        print(f"slower than {arguments.bound:.0f} ms: {each}")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
