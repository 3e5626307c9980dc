"""Bodies within their bounds: PROMISES bad inputs 5 to 11 and 37."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.bodies import Decoder
from monitor.fetch.client import FetchLimits
from monitor.fetch.failures import Stop
from monitor.model.feed import Validators
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest
from tests.fetch.server import FEED, LOOPBACK, Asked, Server, answer, get

GZIP = ("Content-Encoding", "gzip")
SMALL = FetchLimits(allow_private=LOOPBACK, max_wire=200_000, max_decoded=1_000_000)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODED = {
    "gzip": ("gzip", gzip.compress(FEED)),
    "x-gzip": ("x-gzip", gzip.compress(FEED)),
    "in capitals": ("GZIP", gzip.compress(FEED)),
    "zlib deflate": ("deflate", zlib.compress(FEED)),
    "raw deflate": ("deflate", raw_deflate(FEED)),
    "identity": ("identity", FEED),
    "identity, gzip": ("identity, gzip", gzip.compress(FEED)),
    "empty name": ("", FEED),
    "gzip in members": ("gzip", gzip.compress(FEED[:9]) + gzip.compress(FEED[9:])),
    "gzip with trailing junk": ("gzip", gzip.compress(FEED) + b"\0\0junk"),
    "gzip with half a magic number after": ("gzip", gzip.compress(FEED) + b"\x1f"),
    "deflate with trailing junk": ("deflate", zlib.compress(FEED) + b"junk"),
}


@pytest.mark.parametrize(("coding", "body"), CODED.values(), ids=CODED)
async def test_10_frb_gzip_and_deflate_are_decoded(web: Server, coding: str, body: bytes) -> None:
    outcome = await get(web.on("/feed", answer(200, body, ("Content-Encoding", coding))))
    assert isinstance(outcome, Fetched)
    assert outcome.body == FEED
    assert outcome.wire_bytes > len(body)
    assert len(web.asked) == 1


@pytest.mark.parametrize("size", [1_000_000, 100_000_000])
async def test_05_gzip_bomb_is_stopped_at_the_decoded_cap(web: Server, size: int) -> None:
    packer = zlib.compressobj(9, wbits=31)
    million = b"\0" * 1_000_000
    bomb = b"".join(packer.compress(million) for _ in range(size // 1_000_000)) + packer.flush()
    limits = FetchLimits(allow_private=LOOPBACK, max_wire=10_000_000, max_decoded=999_999)
    outcome = await get(web.on("/feed", answer(200, bomb, GZIP)), limits)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "too-large"
    assert "999999 bytes" in outcome.message


def test_05_decoder_never_holds_more_than_its_cap() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    decoder = Decoder("gzip", 100_000)
    with pytest.raises(Stop) as stopped:
        decoder.feed(bomb)
    assert stopped.value.kind == "too-large"
    assert decoder.size <= 100_000


def test_05_flood_of_empty_gzip_members_is_refused() -> None:
    with pytest.raises(Stop) as stopped:
        Decoder("gzip", 100_000).feed(gzip.compress(b"") * 5000)
    assert stopped.value.kind == "bad-coding"


@pytest.mark.parametrize(
    "coding", ["gzip, gzip", "deflate,gzip", "br", "zstd", "gzip;q=1", "aws-chunked", "\xff"]
)
async def test_06_stacked_or_unknown_coding_is_refused_without_decoding(
    web: Server, coding: str
) -> None:
    body = gzip.compress(gzip.compress(FEED))
    outcome = await get(web.on("/feed", answer(200, body, ("Content-Encoding", coding))))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "bad-coding"
    assert "content coding" in outcome.message
    assert len(web.asked) == 1


async def test_06_codings_in_two_fields_count_as_stacked(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(200, gzip.compress(FEED), GZIP, GZIP)))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "bad-coding"


@pytest.mark.parametrize("cut", [1, 8, 20])
async def test_07_gzip_cut_short_is_truncated_and_keeps_validators(web: Server, cut: int) -> None:
    body = gzip.compress(FEED)[:-cut]
    url = web.on("/feed", answer(200, body, GZIP, ("ETag", '"new"'), length=False))
    outcome = await get(FetchRequest(url=url, validators=Validators('"old"')))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("truncated", 200)
    assert not hasattr(outcome, "validators")


async def test_08_not_gzip_though_declared_is_asked_for_once_more_without_coding(
    web: Server,
) -> None:
    outcome = await get(web.on("/feed", answer(200, FEED, GZIP), answer(200, FEED)))
    assert isinstance(outcome, Fetched)
    assert outcome.body == FEED
    assert [asked.values("Accept-Encoding") for asked in web.asked] == [
        [b"gzip, deflate"],
        [b"identity"],
    ]


@pytest.mark.parametrize(
    "body", [FEED, gzip.compress(FEED)[:-8] + b"x" * 8], ids=["no gzip", "damaged"]
)
async def test_08_broken_coding_twice_is_bad_coding(web: Server, body: bytes) -> None:
    outcome = await get(web.on("/feed", answer(200, body, GZIP)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("bad-coding", 200)
    assert len(web.asked) == 2


async def test_09_body_without_length_ends_with_the_connection(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(200, FEED[:30], length=False)))
    assert isinstance(outcome, Fetched)
    assert outcome.body == FEED[:30]


async def test_10_length_smaller_than_the_body_leaves_the_rest(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(200, FEED, ("Content-Length", "30"), length=False)))
    assert isinstance(outcome, Fetched)
    assert outcome.body == FEED[:30]


@pytest.mark.parametrize("status", [200, 203, 204, 205, 226])
async def test_11_success_without_a_body_is_empty(web: Server, status: int) -> None:
    outcome = await get(web.on("/feed", answer(status)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("empty", status)


@pytest.mark.parametrize(("status", "good"), [(200, True), (203, True), (226, True), (206, False)])
async def test_37_226_is_taken_and_206_is_an_error(web: Server, status: int, good: bool) -> None:
    outcome = await get(web.on("/feed", answer(status, FEED)))
    if good:
        assert isinstance(outcome, Fetched)
        assert outcome.status == status
    else:
        assert isinstance(outcome, FetchFailure)
        assert (outcome.kind, outcome.status) == ("http", status)


async def test_declared_length_over_the_cap_is_refused_before_reading(web: Server) -> None:
    huge = ("Content-Length", "99999999999")
    outcome = await get(web.on("/feed", answer(200, FEED, huge, length=False)), SMALL)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "too-large"


async def test_body_over_the_wire_cap_is_cut(web: Server) -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(answer(200, length=False))
        for _piece in range(1000):
            writer.write(b"x" * 10_000)
            await writer.drain()
            web.sent += 10_000

    outcome = await get(web.on("/feed", flood), SMALL)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "too-large"
    assert outcome.wire_bytes < 400_000


async def test_flood_of_tiny_chunks_is_cut_by_what_it_takes_on_the_wire(web: Server) -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(answer(200, b"", ("Transfer-Encoding", "chunked"), length=False))
        for _piece in range(200):
            writer.write(b"1;ext=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n" * 1000)
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    outcome = await get(web.on("/feed", flood), SMALL)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "too-large"
    assert outcome.wire_bytes < 600_000


@settings(max_examples=80, deadline=None)
@given(
    data=st.binary(max_size=3000),
    coding=st.sampled_from(["gzip", "deflate", "raw", ""]),
    cuts=st.lists(st.integers(0, 3100), max_size=6),
    members=st.integers(1, 3),
)
def test_decoding_does_not_depend_on_how_the_body_was_cut(
    data: bytes, coding: str, cuts: list[int], members: int
) -> None:
    packs: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "raw": raw_deflate,
        "": bytes,
    }
    times = members if coding == "gzip" else 1
    coded = packs[coding](data) * times
    decoder = Decoder("deflate" if coding == "raw" else coding, 10_000)
    places = [0, *sorted(min(cut, len(coded)) for cut in cuts), len(coded)]
    for start, end in pairwise(places):
        decoder.feed(coded[start:end])
    assert decoder.finish() == data * times


@settings(max_examples=150, deadline=None)
@given(
    body=st.binary(max_size=400),
    coding=st.sampled_from(["gzip", "deflate"]),
    damage=st.integers(0, 60),
)
def test_any_bytes_decode_or_stop(body: bytes, coding: str, damage: int) -> None:
    good = bytearray(gzip.compress(body) if coding == "gzip" else zlib.compress(body))
    good[damage % len(good)] ^= 1 + damage
    for coded in (body, bytes(good)):
        assert decoded_or_kind(coding, coded) in ("decoded", "bad-coding", "truncated", "too-large")


def decoded_or_kind(coding: str, coded: bytes) -> str:
    decoder = Decoder(coding, 1000)
    try:
        decoder.feed(coded)
        decoder.finish()
    except Stop as stop:
        return stop.kind
    finally:
        assert decoder.size <= 1000
    return "decoded"
