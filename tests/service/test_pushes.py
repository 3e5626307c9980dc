"""What hubs push, from end to end on loopback: taken in once, and only what is signed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from monitor.model.feed import Validators
from monitor.service.pushing import Pushes
from monitor.web.app import create_app
from monitor.web.websub import AT_ONCE
from tests.service.pushed import (
    DAY,
    FIRST,
    HOUR,
    OLD,
    SECOND,
    THIRD,
    Clock,
    publish,
    reachable,
    state,
    subscribed,
)
from tests.site import Site, rss
from tests.websub_hub import Hub, sign


async def test_a_push_leaves_validators_body_hash_and_next_time_alone(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        before = monitor.feed()
        assert before.validators != Validators()
        clock.forward(HOUR / 2)
        await monitor.hub(hub.push, rss(SECOND, title="Another title"))
        after = monitor.feed()
        assert after.last_new_at == clock()
        for name in (
            "validators", "validators_url", "body_hash", "moving", "next_fetch_at", "why_then", "title",
            "links", "state", "failures", "last_fetched_at", "last_ok_at", "empty_visits", "wishes",
        ):  # fmt: skip
            assert getattr(after, name) == getattr(before, name), name
        assert after.rhythm.turnover == before.rhythm.turnover


async def test_a_push_gives_back_no_claim_of_a_visit_under_way(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        clock.forward(DAY)
        (claimed,) = monitor.services.store.feeds.claim(clock(), lease=HOUR, limit=1)
        await monitor.hub(hub.push, rss(SECOND))
        assert monitor.feed().leased_until_at == claimed.leased_until_at
        assert monitor.services.store.feeds.claim(clock(), lease=HOUR, limit=1) == []


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_each_method_of_signing_is_understood(
    watched: Path, hub: Hub, certificate: Path, method: str
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        await monitor.hub(hub.push, rss(SECOND), method=method)
        assert SECOND[1] in monitor.titles()


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + 64 * "0",
        "md5=" + 32 * "0",
        "nonsense",
        sign(rss(SECOND), "guess"),
    ],
)
async def test_a_push_without_the_right_signature_is_acknowledged_and_dropped(
    watched: Path,
    hub: Hub,
    certificate: Path,
    signature: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        assert await monitor.hub(hub.push, rss(SECOND), signature=signature) == 202
        assert monitor.titles() == [FIRST[1]]
        assert monitor.subscription().pushed_at is None
    assert "its signature is" in caplog.text


async def test_a_signature_of_another_body_is_dropped(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        signature = sign(rss(SECOND), hub.asked[0]["hub.secret"])
        assert await monitor.hub(hub.push, rss(THIRD), signature=signature) == 202
        assert monitor.titles() == [FIRST[1]]


async def test_a_document_that_is_pushed_twice_at_once_is_stored_once(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        twice = [monitor.hub(hub.push, rss(SECOND, THIRD)) for _ in range(3)]
        assert await asyncio.gather(*twice) == [202] * 3
        assert sorted(monitor.titles()) == sorted([FIRST[1], SECOND[1], THIRD[1]])


async def test_a_visit_after_a_push_brings_nothing_twice(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        await monitor.hub(hub.push, publish(site, hub, SECOND, FIRST))
        (result,) = (await monitor.visit()).results
        assert (result.result, result.new) == ("ok", 0)
        assert monitor.titles() == [FIRST[1], SECOND[1]]


async def test_a_pushed_edit_becomes_a_revision(watched: Path, hub: Hub, certificate: Path) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        await monitor.hub(hub.push, rss(("1", "Entity list widened again", "chips")))
        assert monitor.titles() == ["Entity list widened again"]
        assert len(monitor.services.store.entries.revisions(1)) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html><title>Sorry</title></html>", "text/html"),
        (b"", "application/rss+xml"),
        (b"\x00\xff" * 50, "application/octet-stream"),
        (b"hub.mode=publish&hub.url=x", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_pushed_document_that_is_no_feed_does_not_make_the_feed_fail(
    watched: Path, hub: Hub, certificate: Path, body: bytes, content_type: str
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        before = monitor.feed()
        assert await monitor.hub(hub.push, body, content_type=content_type) == 202
        assert monitor.feed() == before


async def test_a_pushed_document_of_another_feed_is_left_to_the_next_visit(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    other = rss(SECOND, title="Pills", base="https://pills.example")
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        before = monitor.feed()
        assert await monitor.hub(hub.push, other) == 202
        assert (monitor.feed(), monitor.titles()) == (before, [FIRST[1]])


async def test_a_body_over_the_bound_is_refused_whether_or_not_it_says_its_length(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    huge = rss(("9", "Huge", "x" * 100_000))
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        assert await monitor.hub(hub.push, huge) == 413
        form = hub.asked[0]
        signature = {"X-Hub-Signature": sign(huge, form["hub.secret"])}

        def in_chunks() -> int:
            pieces = (huge[at : at + 10_000] for at in range(0, len(huge), 10_000))
            answer = httpx.post(
                form["hub.callback"], content=pieces, headers=signature, trust_env=False
            )
            return answer.status_code

        assert await monitor.hub(in_chunks) == 413
        assert monitor.titles() == [FIRST[1]]


async def test_a_coded_body_is_refused(watched: Path, hub: Hub, certificate: Path) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        coded = {"Content-Encoding": "gzip"}
        assert await monitor.hub(hub.push, rss(SECOND), headers=coded) == 415


async def test_a_push_during_which_the_database_cannot_be_written_is_to_come_again(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        with closing(sqlite3.connect(monitor.services.home.database)) as other:
            other.execute("ALTER TABLE matches RENAME TO away")
            other.execute("ALTER TABLE fetch_log RENAME TO away_too")
            other.commit()
            assert await monitor.hub(hub.push, rss(SECOND)) == 503
            other.execute("ALTER TABLE away RENAME TO matches")
            other.execute("ALTER TABLE away_too RENAME TO fetch_log")
            other.commit()
        assert monitor.titles() == [FIRST[1]]
        assert await monitor.hub(hub.push, rss(SECOND)) == 202
        assert SECOND[1] in monitor.titles()


async def test_while_pushed_a_feed_is_visited_rarely_and_a_hub_that_delivers_nothing_is_found_out(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    publish(site, hub, FIRST, *OLD)
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)

        async def wait_after_visit() -> timedelta:
            await monitor.visit()
            next_at = monitor.feed().next_fetch_at
            assert next_at is not None
            return next_at - clock()

        clock.forward(HOUR)
        assert 12 * HOUR <= await wait_after_visit() <= 14 * HOUR
        assert "hub pushes" in monitor.feed().why_then
        clock.forward(HOUR)
        publish(site, hub, SECOND, FIRST, *OLD)
        assert await wait_after_visit() >= 10 * HOUR
        assert monitor.subscription().misses == 1
        clock.forward(HOUR)
        publish(site, hub, THIRD, SECOND, FIRST, *OLD)
        assert await wait_after_visit() < 2 * HOUR
        assert state(monitor)[0] == "active"
        assert "does not deliver" in state(monitor)[1]
        await monitor.hub(hub.push, rss(("4", "It delivers again", "x")))
        assert state(monitor) == ("active", "")
        clock.forward(HOUR)
        assert await wait_after_visit() >= 10 * HOUR


async def test_what_came_before_the_subscription_is_no_miss(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await monitor.visit()
        clock.forward(HOUR)
        publish(site, hub, SECOND, FIRST)
        await monitor.ask_hubs()
        clock.forward(HOUR)
        await monitor.visit()
        assert (monitor.subscription().misses, len(monitor.titles())) == (0, 2)


async def test_a_body_that_does_not_come_is_not_waited_for_without_end(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock(), more='timeout = "1s"') as monitor:
        await subscribed(monitor)
        callback = httpx.URL(hub.asked[0]["hub.callback"])
        reader, writer = await asyncio.open_connection(callback.host, callback.port)
        head = (
            f"POST {callback.path} HTTP/1.1\r\nHost: {callback.host}\r\nContent-Length: 99\r\n\r\n<"
        )
        writer.write(head.encode())
        assert b" 408 " in await reader.readline()
        writer.close()


async def test_more_than_a_few_bodies_at_once_are_asked_to_come_again(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        app = create_app(
            monitor.services, monitor.clock,
            pushes=Pushes(monitor.services, monitor.refresher, monitor.clock),
        )  # fmt: skip
        path = httpx.URL(hub.asked[0]["hub.callback"]).path
        begun, go_on = asyncio.Semaphore(0), asyncio.Event()

        async def body() -> AsyncIterator[bytes]:
            begun.release()
            await go_on.wait()
            yield b"<rss/>"

        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=monitor.url) as client:
            slow = [asyncio.create_task(client.post(path, content=body())) for _ in range(AT_ONCE)]
            for _ in slow:
                await begun.acquire()
            assert (await client.post(path, content=b"<rss/>")).status_code == 503
            go_on.set()
            assert {answer.status_code for answer in await asyncio.gather(*slow)} == {202}
            assert (await client.post(path, content=b"<rss/>")).status_code == 202
