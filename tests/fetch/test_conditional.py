"""Conditional requests: RFC 9110 section 13, FRB 001 to 016."""

from __future__ import annotations

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.feed import NO_VALIDATORS, Validators
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest, NotModified
from tests.fetch.server import FEED, LOOPBACK, Server, answer, get


async def test_frb_012_013_first_contact_sends_no_validators(web: Server) -> None:
    await get(web.on("/feed", answer(200, FEED)))
    assert web.asked[0].values("If-None-Match") == []
    assert web.asked[0].values("If-Modified-Since") == []


ODD_ETAGS = {
    "plain": b'"abc"',
    "weak": b'W/"abc"',
    "no quotes": b"abc",
    "blanks": b'"a b  c"',
    "eight kilobytes": b'"' + b"x" * 8000 + b'"',
    "not ASCII": 'W/"größe-出口"'.encode(),
    "bytes that are no text": b'"\xff\xfe\x80"',
}


@pytest.mark.parametrize("etag", ODD_ETAGS.values(), ids=ODD_ETAGS)
async def test_20_frb_004_etag_is_echoed_byte_for_byte(web: Server, etag: bytes) -> None:
    url = web.on("/feed", answer(200, FEED, ("ETag", etag)), answer(304, length=False))
    first = await get(url)
    assert isinstance(first, Fetched)
    second = await get(FetchRequest(url=url, validators=first.validators))
    assert isinstance(second, NotModified)
    assert web.asked[1].values("If-None-Match") == [etag]
    assert second.validators == first.validators


@pytest.mark.parametrize(
    "date", ["Sun, 06 Nov 1994 08:49:37 GMT", "2038-01-19T03:14:07Z", "gestern", "0", "  -1"]
)
async def test_21_frb_002_last_modified_is_echoed_unchanged(web: Server, date: str) -> None:
    url = web.on("/feed", answer(200, FEED, ("Last-Modified", date)), answer(304, length=False))
    first = await get(url)
    assert isinstance(first, Fetched)
    await get(FetchRequest(url=url, validators=first.validators))
    assert web.asked[1].values("If-Modified-Since") == [date.strip().encode()]
    assert web.asked[1].values("If-None-Match") == []


@pytest.mark.parametrize("etag", ["a\r\nX-Evil: 1", "a\nb", "a\0b", " a", "a ", "\x7f", "出口"])
async def test_20_validators_that_cannot_be_sent_are_dropped_as_a_pair(
    web: Server, etag: str
) -> None:
    url = web.on("/feed", answer(200, FEED))
    await get(FetchRequest(url=url, validators=Validators(etag, "Sun, 06 Nov 1994 08:49:37 GMT")))
    assert web.asked[0].values("If-None-Match") == []
    assert web.asked[0].values("If-Modified-Since") == []
    assert web.asked[0].values("X-Evil") == []


async def test_20_received_etag_with_control_characters_is_dropped_with_its_pair(
    web: Server,
) -> None:
    fields = [("ETag", b'"a\x01b"'), ("Last-Modified", b"Sun, 06 Nov 1994 08:49:37 GMT")]
    outcome = await get(web.on("/feed", answer(200, FEED, *fields)))
    assert isinstance(outcome, Fetched)
    assert outcome.validators == NO_VALIDATORS


async def test_frb_014_validators_are_one_set_replaced_together(web: Server) -> None:
    url = web.on(
        "/feed",
        answer(200, FEED, ("ETag", '"1"'), ("Last-Modified", "A")),
        answer(200, FEED, ("ETag", '"2"')),
        answer(200, FEED),
    )
    seen = []
    validators = NO_VALIDATORS
    for _ in range(3):
        outcome = await get(FetchRequest(url=url, validators=validators))
        assert isinstance(outcome, Fetched)
        validators = outcome.validators
        seen.append(validators)
    assert seen == [Validators('"1"', "A"), Validators('"2"', None), NO_VALIDATORS]


async def test_19_validators_and_max_age_of_a_304_are_taken_as_one_set(web: Server) -> None:
    url = web.on(
        "/feed", answer(304, b"", ("ETag", '"2"'), ("Cache-Control", "max-age=7200"), length=False)
    )
    outcome = await get(FetchRequest(url=url, validators=Validators('"1"', "A")))
    assert isinstance(outcome, NotModified)
    assert outcome.validators == Validators('"2"', None)
    assert outcome.pacing.max_age is not None
    assert outcome.pacing.max_age.total_seconds() == 7200


async def test_a_304_without_headers_keeps_our_validators(web: Server) -> None:
    url = web.on("/feed", answer(304, length=False))
    outcome = await get(FetchRequest(url=url, validators=Validators('"1"', "A")))
    assert isinstance(outcome, NotModified)
    assert outcome.validators == Validators('"1"', "A")


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        (
            [("ETag", '"1"')],
            Validators('"1"', "A"),
        ),  # RFC 9110 15.4.5: the date need not come again
        ([("Last-Modified", "B")], Validators('"1"', "B")),
        ([("ETag", '"1"'), ("Last-Modified", "B")], Validators('"1"', "B")),
        ([("ETag", '"2"')], Validators('"2"', None)),
    ],
)
async def test_frb_014_a_304_leaves_of_the_set_what_it_does_not_name(
    web: Server, fields: list[tuple[str, str]], kept: Validators
) -> None:
    url = web.on("/feed", answer(304, b"", *fields, length=False))
    outcome = await get(FetchRequest(url=url, validators=Validators('"1"', "A")))
    assert isinstance(outcome, NotModified)
    assert outcome.validators == kept


async def test_18_a_304_to_an_unconditional_request_is_a_failure(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(304, length=False)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("protocol", 304)
    assert "nothing was known" in outcome.message


async def test_frb_016_429_carries_no_validators_to_replace_ours(web: Server) -> None:
    url = web.on("/feed", answer(429, b"slow", ("ETag", '"error"')))
    outcome = await get(FetchRequest(url=url, validators=Validators('"1"')))
    assert isinstance(outcome, FetchFailure)
    assert not hasattr(outcome, "validators")


async def test_frb_051_request_is_one_plain_get_that_says_who_asks(web: Server) -> None:
    limits = FetchLimits(allow_private=LOOPBACK, contact="https://monitor.example/about")
    async with Fetcher(limits, "1.2.3") as fetcher:
        await fetcher.fetch(FetchRequest(url=web.on("/Feed/%7eA", answer(200, FEED)) + "?b=C&a"))
    [asked] = web.asked
    assert asked.line == b"GET /Feed/%7eA?b=C&a HTTP/1.1"
    assert asked.values("User-Agent") == [
        b"ai-policy-monitor/1.2.3 (+https://monitor.example/about)"
    ]
    assert asked.values("Accept-Encoding") == [b"gzip, deflate"]
    assert b"application/atom+xml" in asked.values("Accept")[0]
    for name in ("Cookie", "Referer", "Authorization", "Range", "Cache-Control"):
        assert asked.values(name) == [], name


@pytest.mark.parametrize(
    ("configured", "own", "expected"),
    [
        ("", "", b"ai-policy-monitor/0.1"),
        ("Library/1", "", b"Library/1"),
        ("Library/1", "Feed/2", b"Feed/2"),
    ],
)
async def test_user_agent_of_the_feed_wins_over_that_of_config(
    web: Server, configured: str, own: str, expected: bytes
) -> None:
    limits = FetchLimits(allow_private=LOOPBACK, user_agent=configured)
    await get(FetchRequest(url=web.on("/feed", answer(200, FEED)), user_agent=own), limits)
    assert web.asked[0].values("User-Agent") == [expected]


async def test_headers_of_a_feed_are_sent_and_may_replace_accept(web: Server) -> None:
    headers = (("Authorization", "Bearer t0ken"), ("accept", "application/json"))
    await get(FetchRequest(url=web.on("/feed", answer(200, FEED)), headers=headers))
    assert web.asked[0].values("Authorization") == [b"Bearer t0ken"]
    assert web.asked[0].values("Accept") == [b"application/json"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Key", "secret\r\nX: y"),
        ("X-Key", ""),
        ("Host", "secret.example"),
        ("Cookie", "secret=1"),
        ("If-None-Match", "secret"),
        ("Bad Name", "secret"),
        ("Größe", "secret"),
    ],
)
async def test_a_header_that_cannot_be_sent_is_named_and_nothing_is_sent(
    web: Server, name: str, value: str
) -> None:
    outcome = await get(
        FetchRequest(url=web.on("/feed", answer(200, FEED)), headers=((name, value),))
    )
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "protocol"
    assert name in outcome.message
    assert "secret" not in outcome.message
    assert web.connections == 0
