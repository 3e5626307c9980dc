"""Bodies that end too early: PROMISES bad inputs 7, 9 and 10."""

from __future__ import annotations

import asyncio
import gzip
import struct
from datetime import timedelta

import pytest

from monitor.fetch.client import FetchLimits
from monitor.model.feed import NO_VALIDATORS, Validators
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest
from tests.fetch.server import FEED, LOOPBACK, Act, Answer, Asked, Server, answer, get

CHUNKED = ("Transfer-Encoding", "chunked")
LONG = ("Content-Length", "999")
GZIP = ("Content-Encoding", "gzip")
ETAG = ("ETag", '"new"')


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def resetting(start: bytes) -> Act:
    """Send `start`, wait until it was read, then reset the connection."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
        writer.write(start)
        await writer.drain()
        sock = writer.get_extra_info("socket")
        # Linger for no time: the kernel sends a reset in place of an orderly end.
        sock.setsockopt(1, 13, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return act


BROKEN: dict[str, Answer] = {
    "10 a length larger than the body": answer(200, FEED, LONG, ETAG, length=False),
    "10 chunks without an end": answer(200, chunk(FEED), CHUNKED, ETAG, length=False),
    "10 a chunk cut in its middle": answer(
        200, chunk(FEED) + b"ff\r\nhalf of it", CHUNKED, ETAG, length=False
    ),
    "10 a chunk cut in its size": answer(200, chunk(FEED) + b"f", CHUNKED, ETAG, length=False),
    "the delta of a 226": answer(226, FEED, LONG, ETAG, ("IM", "feed"), length=False),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_09_10_a_body_that_broke_off_comes_with_what_came_and_without_validators(
    web: Server, broken: Answer
) -> None:
    request = FetchRequest(url=web.on("/feed", broken), validators=Validators('"old"'))
    outcome = await get(request)
    assert isinstance(outcome, Fetched)
    assert outcome.body.startswith(FEED)
    assert "ended before its declared length" in outcome.broke_off
    assert outcome.validators == NO_VALIDATORS


@pytest.mark.parametrize("fields", [(LONG,), (CHUNKED,), ()], ids=["length", "chunks", "neither"])
async def test_10_a_reset_in_the_middle_is_a_body_that_broke_off_or_a_lost_connection(
    web: Server, fields: tuple[tuple[str, str], ...]
) -> None:
    """What the kernel had not handed over when the reset came is lost, so both may happen."""
    body = chunk(FEED) if fields == (CHUNKED,) else FEED
    start = answer(200, body, *fields, length=False)
    outcome = await get(web.on("/feed", resetting(start)))
    if isinstance(outcome, Fetched):
        assert FEED.startswith(outcome.body)
        assert outcome.broke_off
        assert outcome.validators == NO_VALIDATORS
    else:
        assert isinstance(outcome, FetchFailure)
        assert outcome.kind in ("connect", "truncated", "protocol")


@pytest.mark.parametrize(
    "answered",
    [
        answer(200, b"", LONG, length=False),
        answer(200, b"", CHUNKED, length=False),
        answer(200, b"a\r\n", CHUNKED, length=False),
    ],
    ids=["length", "chunks", "a chunk of nothing"],
)
async def test_11_an_empty_body_that_broke_off_is_truncated(web: Server, answered: bytes) -> None:
    outcome = await get(web.on("/feed", answered))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("truncated", 200)


@pytest.mark.parametrize("cut", [1, 8, 20, 40])
@pytest.mark.parametrize("fields", [(LONG,), ()], ids=["with length", "without"])
async def test_07_a_coded_body_cut_short_is_truncated_and_nothing_of_it_is_kept(
    web: Server, cut: int, fields: tuple[tuple[str, str], ...]
) -> None:
    body = gzip.compress(FEED)[:-cut]
    outcome = await get(web.on("/feed", answer(200, body, GZIP, ETAG, *fields, length=False)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("truncated", 200)


async def test_01_a_body_that_drips_until_the_deadline_is_too_slow_and_not_broken_off(
    web: Server,
) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(answer(200, FEED, LONG, length=False))
        while True:
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(b" ")

    hasty = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=0.3))
    outcome = await get(web.on("/feed", drip), hasty)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "timeout"


async def test_a_whole_body_did_not_break_off(web: Server) -> None:
    for whole in (
        answer(200, FEED),
        answer(200, FEED, length=False),
        answer(200, chunk(FEED) + b"0\r\n\r\n", CHUNKED, length=False),
        answer(200, FEED + b"trailing junk", ("Content-Length", str(len(FEED))), length=False),
    ):
        outcome = await get(web.on("/feed", whole))
        assert isinstance(outcome, Fetched)
        assert (outcome.body, outcome.broke_off) == (FEED, "")
