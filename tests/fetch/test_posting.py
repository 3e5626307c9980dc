"""One guarded POST, for WebSub hubs and for channels: PROMISES 4, 5 and 21."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.fetch import FetchFailure, Posted
from tests.fetch.server import LOOPBACK, TLS, Answer, Asked, Server, answer, running

FIELDS = [("hub.mode", "subscribe"), ("hub.topic", "https://a.example/f?b=c&d"), ("hub.secret", "s3cret")]  # fmt: skip
OPEN = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=5))


async def post(url: str, limits: FetchLimits = OPEN) -> Posted | FetchFailure:
    async with Fetcher(limits, "0.1", tls=TLS) as fetcher:
        return await fetcher.post(url, FIELDS)


async def test_a_form_is_sent_as_one_post_and_its_receipt_comes_back(web: Server) -> None:
    bodies: list[bytes] = []

    async def take(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
    ) -> None:
        bodies.append(await reader.readexactly(int(asked.values("Content-Length")[0])))
        writer.write(answer(202, b"<p>will be verified</p>", ("Set-Cookie", "a=b")))
        await writer.drain()

    outcome = await post(web.on("/hub", take))
    assert isinstance(outcome, Posted)
    assert (outcome.status, outcome.snippet) == (202, "will be verified")
    assert "202 Accepted" in outcome.message
    assert bodies == [
        b"hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ff%3Fb%3Dc%26d&hub.secret=s3cret"
    ]
    [asked] = web.asked
    assert asked.line == b"POST /hub HTTP/1.1"
    assert asked.values("Content-Type") == [b"application/x-www-form-urlencoded"]
    assert asked.values("User-Agent") == [b"ai-policy-monitor/0.1"]
    for name in ("Cookie", "Referer", "If-None-Match", "A-IM"):
        assert asked.values(name) == [], name


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_of_a_post_are_not_followed(web: Server, status: int) -> None:
    other = web.on("/other", answer(202))
    outcome = await post(web.on("/hub", answer(status, b"", ("Location", other))))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("bad-redirect", status)
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "http"), (403, "blocked"), (410, "gone"), (429, "throttled"), (304, "http")]
)  # fmt: skip
async def test_a_refusal_comes_back_with_the_hubs_own_words(
    web: Server, status: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = b"" if status == 304 else b"topic unknown"
    outcome = await post(web.on("/hub", answer(status, body)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status, outcome.snippet) == (kind, status, body.decode())
    assert "s3cret" not in caplog.text + repr(outcome)


@pytest.mark.parametrize("spelling", ["127.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_promise_4_a_post_passes_the_guard(spelling: str) -> None:
    async with running() as canary:
        outcome = await post(canary.url("/hub", spelling), FetchLimits())
        assert canary.connections == 0
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind in ("refused", "dns")


async def test_promise_5_a_hub_that_drips_ends_at_the_deadline(web: Server) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        while True:
            writer.write(b"HTTP/1.1 103 Wait\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    hasty = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=0.3))
    outcome = await post(web.on("/hub", drip), hasty)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "timeout"


async def test_an_endless_receipt_is_read_a_little_and_counts(web: Server) -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(answer(204 + 1, length=False))
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    outcome = await post(web.on("/hub", flood))
    assert isinstance(outcome, Posted)
    assert len(outcome.snippet) == 500


async def test_an_address_that_is_none_is_a_failure(web: Server) -> None:
    outcome = await post("http://user:pw@hub.example/")
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "bad-url"
    assert "pw" not in repr(outcome)


SECRET_PATH = "/services/T0AAAA1/Zq9xKwPlm2"
HEADERS = (("Content-Type", "application/json"), ("webhook-id", "msg_1"))


async def send(url: str, limits: FetchLimits = OPEN) -> Posted | FetchFailure:
    async with Fetcher(limits, "0.1", tls=TLS) as fetcher:
        return await fetcher.send(url, BODY, HEADERS)


BODY = '{"title": "芯片"}'.encode()


async def test_any_body_is_sent_with_its_headers_and_ours(web: Server) -> None:
    bodies: list[bytes] = []

    async def take(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
    ) -> None:
        bodies.append(await reader.readexactly(int(asked.values("Content-Length")[0])))
        writer.write(answer(200, b"ok", ("Set-Cookie", "a=b")))
        await writer.drain()

    outcome = await send(web.on(SECRET_PATH, take))
    assert isinstance(outcome, Posted)
    assert (outcome.status, outcome.snippet) == (200, "ok")
    assert bodies == [BODY]
    [asked] = web.asked
    assert asked.values("Content-Type") == [b"application/json"]
    assert asked.values("webhook-id") == [b"msg_1"]
    assert asked.values("Host") == [f"127.0.0.1:{web.port}".encode()]
    assert asked.values("User-Agent") == [b"ai-policy-monitor/0.1"]
    assert asked.values("Transfer-Encoding") == []


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
    await reader.readexactly(int(asked.values("Content-Length")[0]))


async def say_nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter, ___: Asked) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (hang_up, "protocol"),
        (say_nothing, "timeout"),
        (b"SSH-2.0-server\r\n", "protocol"),
        (answer(500), "http"),
        (answer(429, b"", ("Retry-After", "7")), "throttled"),
    ],
)
async def test_a_failure_after_the_body_says_that_it_may_have_been_received(
    web: Server, act: Answer, kind: str
) -> None:
    hasty = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=0.5))
    outcome = await send(web.on(SECRET_PATH, act), hasty)
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.sent) == (kind, True)
    if kind == "throttled":
        assert outcome.pacing.retry_after == timedelta(seconds=7)


async def test_a_failure_before_the_body_says_that_nothing_was_sent() -> None:
    async with running() as server:
        url = server.url(SECRET_PATH)
    for each, limits in ((url, OPEN), (url, FetchLimits()), ("nonsense", OPEN)):
        outcome = await send(each, limits)
        assert isinstance(outcome, FetchFailure)
        assert not outcome.sent
        assert outcome.status == 0


async def test_promise_4_a_body_passes_the_guard() -> None:
    async with running() as canary:
        outcome = await send(canary.url(SECRET_PATH), FetchLimits())
        assert canary.connections == 0
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.sent) == ("refused", False)
    assert "allow_private" in outcome.message


@pytest.mark.parametrize(
    "act",
    [
        answer(200, SECRET_PATH.encode()),
        answer(404, b"Cannot POST " + SECRET_PATH.lower().encode()),
        answer(404, b"no such key: sesame"),
        answer(302, b"", ("Location", "/login?from=Zq9xKwPlm2")),
        answer(307, b"", ("Location", "/elsewhere/Zq9xKwPlm2")),
        answer(307, b"", ("Location", "http://u:Zq9xKwPlm2@host.example/")),
        b"HTTP/1.1 two T0AAAA1 Zq9xKwPlm2\r\n\r\n",
        answer(200, b"", ("X", "y" * 60_000)),
        hang_up,
        say_nothing,
    ],
)
async def test_promise_21_nothing_of_the_address_but_its_host_is_said(
    web: Server, act: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hasty = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=0.5))
    web.on(SECRET_PATH, act)
    outcome = await send(web.url(f"{SECRET_PATH}?key=sesame"), hasty)
    said = caplog.text + repr(outcome)
    for secret in ("T0AAAA1", "t0aaaa1", "Zq9xKwPlm2", "sesame", "services"):
        assert secret not in said
    assert f"127.0.0.1:{web.port}" in outcome.message


@pytest.mark.parametrize(
    "url", ["Zq9xKwPlm2", "ftp://h.example/Zq9xKwPlm2", "http://h.example:Zq9xKwPlm2/"]
)
async def test_promise_21_an_address_that_is_none_is_not_said(url: str) -> None:
    outcome = await send(url)
    assert isinstance(outcome, FetchFailure)
    assert "Zq9xKwPlm2" not in repr(outcome)


async def test_a_header_that_cannot_be_sent_is_named_without_its_value(web: Server) -> None:
    async with Fetcher(OPEN, "0.1", tls=TLS) as fetcher:
        outcome = await fetcher.send(web.url("/"), BODY, [("X-Key", "s3cret\r\nX: y")])
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.sent) == ("protocol", False)
    assert "s3cret" not in repr(outcome)
