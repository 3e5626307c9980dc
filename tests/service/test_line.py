"""Feeds in line: many feeds of one slow host keep no feed of another host waiting (promise 5)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from monitor.model.feed import FeedRecord
from monitor.service.line import Line
from monitor.service.refreshing import Refresher, claim_due
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.fetch.server import Asked, answer, running
from tests.service.visiting import NOW, watch
from tests.site import rss

DOCUMENT = rss(("1", "Entity list widened", "chips"))


async def test_promise_5_feeds_of_a_slow_host_do_not_keep_others_waiting(home: Path) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text(
        settings.read_text().replace("workers = 1", 'workers = 1\nconcurrency = 4\ntimeout = "5s"')
    )
    good_was_asked = asyncio.Event()

    async def slow(_: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
        await good_was_asked.wait()
        writer.write(answer(200, DOCUMENT))
        await writer.drain()

    async def good(_: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
        good_was_asked.set()
        writer.write(answer(200, DOCUMENT))
        await writer.drain()

    async with running() as busy, running("127.0.0.2") as other:
        # More than there are workers, and more than wait in line at once.
        urls = [busy.on(f"/{number}", slow) for number in range(15)] + [other.on("/good", good)]
        watch(home, *urls)
        with open_services(Home(home), NOW) as services:
            async with Refresher(services, {}, lambda: NOW) as refresher:
                summary = await refresher.refresh(claim_due(services, lambda: NOW))
    assert len(summary.results) == 16
    assert summary.failures == ()


async def test_the_line_hands_out_each_feed_once_and_never_two_of_a_host() -> None:
    feeds = [
        FeedRecord(id=number, url=f"https://h{number % 5}.example/{number}")
        for number in range(200)
    ]
    left = list(feeds)
    out: list[str] = []
    seen: list[int] = []

    async def take() -> list[FeedRecord]:
        await asyncio.sleep(0)
        taken, left[:] = left[:7], left[7:]
        return taken

    line = Line(take, per_host=1, longest=28)

    async def work() -> None:
        while True:
            async with line.turn() as record:
                if record is None:
                    return
                host = record.url.split("/")[2]
                assert host not in out
                out.append(host)
                for _ in range(record.id % 3):
                    await asyncio.sleep(0)
                out.remove(host)
                seen.append(record.id)
                assert len(line.waiting) < 28 + 7

    await asyncio.gather(*(work() for _ in range(8)))
    assert sorted(seen) == list(range(200))
    assert line.waiting == ()
