"""Taking turns: FRB 033 and 034, and never more tasks than connections."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.fetch import Fetched, FetchRequest
from tests.fetch.server import FEED, LOOPBACK, TLS, Server, answer, running


async def test_frb_034_one_request_at_a_time_to_one_host(web: Server) -> None:
    most = await most_open(web, per_host=1, fetches=8)
    assert most == 1


async def test_per_host_may_be_raised_and_is_kept(web: Server) -> None:
    assert 1 <= await most_open(web, per_host=3, fetches=12) <= 3


async def most_open(web: Server, *, per_host: int, fetches: int) -> int:
    """Fetch that many documents of one host at once; return how many were open at a time."""
    open_now = most = 0

    async def counted(reader: object, writer: asyncio.StreamWriter, asked: object) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        writer.write(answer(200, FEED))
        await writer.drain()

    url = web.on("/feed", counted)
    limits = FetchLimits(allow_private=LOOPBACK, per_host=per_host)
    async with Fetcher(limits, "0.1", tls=TLS) as fetcher:
        outcomes = await asyncio.gather(
            *(fetcher.fetch(FetchRequest(url=f"{url}?{number}")) for number in range(fetches))
        )
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    return most


async def test_a_busy_host_does_not_keep_others_waiting(web: Server) -> None:
    released = asyncio.Event()

    async def held(reader: object, writer: asyncio.StreamWriter, asked: object) -> None:
        await released.wait()
        writer.write(answer(200, FEED))
        await writer.drain()

    busy = web.on("/feed", held)
    limits = FetchLimits(allow_private=LOOPBACK, concurrency=2)
    async with running("127.0.0.2") as other, Fetcher(limits, "0.1", tls=TLS) as fetcher:
        queue = [asyncio.create_task(fetcher.fetch(FetchRequest(url=busy))) for _ in range(10)]
        quick = other.on("/feed", answer(200, FEED))
        assert isinstance(await fetcher.fetch(FetchRequest(url=quick)), Fetched)
        assert not any(task.done() for task in queue)
        released.set()
        assert all(isinstance(outcome, Fetched) for outcome in await asyncio.gather(*queue))


async def test_many_more_fetches_than_connections_all_succeed(web: Server) -> None:
    url = web.on("/feed", answer(200, FEED))
    limits = FetchLimits(allow_private=LOOPBACK, per_host=4, concurrency=4)
    async with Fetcher(limits, "0.1", tls=TLS) as fetcher:
        outcomes = await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for _ in range(200)))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)


async def test_waiting_for_a_turn_does_not_count_against_the_deadline(web: Server) -> None:
    async def slow(reader: object, writer: asyncio.StreamWriter, asked: object) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer(200, FEED))
        await writer.drain()

    url = web.on("/feed", slow)
    limits = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=1))
    async with Fetcher(limits, "0.1", tls=TLS) as fetcher:
        outcomes = await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for _ in range(8)))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)


async def test_28_a_cancelled_fetch_gives_its_turn_back(web: Server) -> None:
    begun = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: object, asked: object) -> None:
        begun.set()
        await reader.read()

    url = web.on("/feed", never, answer(200, FEED))
    async with Fetcher(FetchLimits(allow_private=LOOPBACK), "0.1", tls=TLS) as fetcher:
        first = asyncio.create_task(fetcher.fetch(FetchRequest(url=url)))
        await begun.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert isinstance(await fetcher.fetch(FetchRequest(url=url)), Fetched)


def test_deciding_the_cadence_does_not_import_the_http_library() -> None:
    code = "import sys, monitor.fetch.cadence; sys.exit('httpx' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
