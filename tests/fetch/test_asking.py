"""One guarded POST whose whole answer is wanted, as of an interface: PROMISES 4 and 5."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.fetch import Fetched, FetchFailure
from tests.fetch.server import LOOPBACK, TLS, Asked, Server, answer

OPEN = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=5), max_wire=10_000)
HEADERS = [("Content-Type", "application/json"), ("Authorization", "Bearer s3cret")]


async def ask(url: str, limits: FetchLimits = OPEN) -> Fetched | FetchFailure:
    async with Fetcher(limits, "0.1", tls=TLS) as fetcher:
        return await fetcher.ask(url, b'{"question": 1}', HEADERS)


async def test_the_body_is_sent_and_the_whole_answer_comes_back(web: Server) -> None:
    bodies: list[bytes] = []

    async def take(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
    ) -> None:
        bodies.append(await reader.readexactly(int(asked.values("Content-Length")[0])))
        writer.write(answer(200, b"x" * 5000, ("Content-Type", "application/json")))
        await writer.drain()

    outcome = await ask(web.on("/v1", take))
    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.content_type) == (b"x" * 5000, "application/json")
    assert bodies == [b'{"question": 1}']
    [asked] = web.asked
    assert asked.line == b"POST /v1 HTTP/1.1"
    assert asked.values("Content-Type") == [b"application/json"]
    assert asked.values("Authorization") == [b"Bearer s3cret"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_what_was_sent_goes_nowhere_else(web: Server, status: int) -> None:
    other = web.on("/other", answer(200, b"{}"))
    outcome = await ask(web.on("/v1", answer(status, b"", ("Location", other))))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "bad-redirect"
    assert len(web.asked) == 1


@pytest.mark.parametrize(("status", "kind"), [(401, "blocked"), (429, "throttled"), (500, "http")])
async def test_a_refusal_is_a_failure_and_shows_no_secret(
    web: Server, status: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outcome = await ask(web.on("/v1", answer(status, b"no")))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == (kind, status)
    assert "s3cret" not in caplog.text + repr(outcome)


async def test_an_answer_without_end_ends_at_its_cap(web: Server) -> None:
    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(answer(200, length=False))
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    outcome = await ask(web.on("/v1", pour))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "too-large"


async def test_an_answer_that_breaks_off_is_none(web: Server) -> None:
    broken = answer(200, b'{"a": 1}').replace(b"Length: 8", b"Length: 80")
    outcome = await ask(web.on("/v1", broken))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "truncated"


async def test_a_private_address_is_not_asked_unless_it_is_opened(web: Server) -> None:
    outcome = await ask(web.on("/v1", answer(200, b"{}")), FetchLimits())
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "refused"
    assert "allow_private" in outcome.message
    assert web.connections == 0
