"""Bad inputs 14 to 37 that last longer than one visit: pacing, validators, redirects, deltas.

PROMISES section 2.1; the others are in test_bad_inputs.py.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from monitor.model.feed import NO_VALIDATORS, Validators
from tests.fetch.server import Asked, answer, running
from tests.service.desk import DAY, FIELDS, GOOD, HOUR, STAMPS, START, TWO, UNCHANGED, Desk, to
from tests.site import rss


async def test_14_a_wait_of_ten_years_is_14_days_and_shown(desk: Desk) -> None:
    desk.web.on("/feed", answer(429, b"", ("Retry-After", "315360000")))
    await desk.visit()
    assert desk.feed.next_fetch_at == desk.now + 14 * DAY
    assert "14 d" in desk.feed.why_then


@pytest.mark.parametrize("hint", ["", "-5", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 GMT"])
async def test_15_16_a_429_without_a_hint_that_holds_is_four_intervals(
    desk: Desk, hint: str
) -> None:
    desk.web.on("/feed", answer(429, b"", *([("Retry-After", hint)] if hint else [])))
    await desk.visit()
    assert desk.feed.next_fetch_at is not None
    assert 4 * HOUR <= desk.feed.next_fetch_at - desk.now <= 5 * HOUR


async def test_17_a_503_with_a_hint_is_one_step_and_over_with_the_next_success(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, answer(503, b"", ("Retry-After", "5400")), UNCHANGED)
    await desk.visit()
    await desk.visit()
    assert desk.feed.next_fetch_at is not None
    assert 1.5 * HOUR <= desk.feed.next_fetch_at - desk.now <= 2 * HOUR
    await desk.visit()
    assert (desk.feed.state, desk.feed.failures) == ("ok", 0)


async def test_18_a_304_to_what_we_never_had_is_an_error_and_the_next_visit_unconditional(
    desk: Desk,
) -> None:
    desk.web.on("/feed", answer(304, b"", *FIELDS, length=False), GOOD)
    result = await desk.visit()
    assert (result.result, result.failed) == ("protocol", True)
    assert "304" in desk.feed.error
    assert desk.feed.validators == NO_VALIDATORS
    assert (await desk.visit()).new == 2
    assert desk.sent("If-None-Match") == [[], []]


async def test_19_a_304_with_other_validators_and_max_age_replaces_both_as_one_set(
    desk: Desk,
) -> None:
    fields = (("ETag", '"2"'), ("Cache-Control", "max-age=86400"))
    desk.web.on("/feed", GOOD, answer(304, b"", *fields, length=False), UNCHANGED)
    await desk.visit()
    await desk.visit()
    assert desk.feed.validators == Validators('"2"', None)
    assert desk.feed.next_fetch_at is not None
    assert desk.feed.next_fetch_at >= desk.now + DAY
    await desk.visit()
    assert desk.sent("If-Modified-Since")[2] == []


ETAGS = {
    "without quotes": b"abc",
    "with blanks": b'"a b  c"',
    "8 kB": b'"' + b"x" * 8000 + b'"',
    "not ASCII": 'W/"größe-出口"'.encode(),
    "bytes that are no text": b'"\xff\xfe\x80"',
    "a quote in it": b"'a\"b",
}


@pytest.mark.parametrize("etag", ETAGS.values(), ids=ETAGS)
async def test_20_an_odd_etag_goes_through_the_store_byte_for_byte(desk: Desk, etag: bytes) -> None:
    desk.web.on("/feed", answer(200, TWO, ("ETag", etag)), UNCHANGED)
    await desk.visit()
    await desk.visit()
    await desk.visit()
    assert desk.sent("If-None-Match") == [[], [etag], [etag]]


@pytest.mark.parametrize("etag", [b'"a\x01b"', b'"a\x7fb"', b'"a\tb\x0b"'])
async def test_20_an_etag_that_cannot_be_sent_is_dropped_with_its_pair(
    desk: Desk, etag: bytes
) -> None:
    desk.web.on("/feed", answer(200, TWO, ("ETag", etag), FIELDS[1]))
    await desk.visit()
    await desk.visit()
    assert desk.feed.validators == NO_VALIDATORS
    assert desk.sent("If-None-Match") == desk.sent("If-Modified-Since") == [[], []]


async def test_20_a_line_break_in_an_etag_is_no_second_header(desk: Desk) -> None:
    raw = GOOD.replace(b'ETag: "1"', b'ETag: "1\r\n Evil: x"')
    desk.web.on("/feed", raw, UNCHANGED)
    await desk.visit()
    await desk.visit()
    for asked in desk.web.asked:
        assert asked.values("Evil") == []
        assert all(b"\r" not in value and b"\n" not in value for _, value in asked.fields)


@pytest.mark.parametrize(
    "date", ["2038-01-19T03:14:08Z", "gestern", "Tue, 19 Jan 2038 03:14:08 GMT"]
)
async def test_21_a_foreign_last_modified_goes_through_the_store_unchanged(
    desk: Desk, date: str
) -> None:
    desk.web.on("/feed", answer(200, TWO, ("Last-Modified", date)), UNCHANGED)
    await desk.visit()
    await desk.visit()
    assert desk.sent("If-Modified-Since") == [[], [date.encode()]]


async def test_22_a_flipping_weak_etag_rewrites_nothing_and_does_not_look_like_news(
    desk: Desk,
) -> None:
    tags = [answer(200, TWO, ("ETag", f'W/"{number}"')) for number in range(5)]
    desk.web.on("/feed", *tags)
    await desk.visit()
    brought_at = desk.feed.last_new_at
    waits: list[timedelta] = []
    for number in range(1, 5):
        result = await desk.visit(6 * HOUR)
        assert (result.result, result.new, result.revised) == ("same", 0, 0)
        assert desk.feed.validators == Validators(f'W/"{number}"', None)
        assert desk.feed.last_new_at == brought_at
        assert desk.feed.next_fetch_at is not None
        waits.append(desk.feed.next_fetch_at - desk.now)
    assert waits[-1] > waits[0]


async def test_23_a_301_within_the_host_is_believed_on_the_third_day(desk: Desk) -> None:
    desk.web.on("/new", GOOD, UNCHANGED)
    desk.web.on("/feed", to("/new", 301))
    for day in (1, 2, 3):
        await desk.visit(DAY)
        assert desk.feed.moving is not None
        assert (desk.feed.state, desk.feed.moving.days) == ("moved", day)
    assert desk.feed.moving is not None
    assert desk.feed.moving.to == desk.web.url("/new")


async def test_24_a_301_to_another_host_that_is_taken_back_changes_nothing(desk: Desk) -> None:
    async with running("127.0.0.2") as other:
        desk.web.on("/feed", GOOD, to(other.on("/x", answer(200, TWO)), 301), UNCHANGED, GOOD)
        await desk.visit(DAY)
        await desk.visit(DAY)
        assert desk.feed.state == "moved"
        await desk.visit(DAY)
        await desk.visit(DAY)
    assert (desk.feed.state, desk.feed.moving, desk.feed.url) == ("ok", None, desk.web.url("/feed"))
    assert desk.feed.validators == STAMPS
    assert len(desk.titles) == 2


async def test_25_a_302_to_another_host_for_months_is_followed_conditional_and_never_stored(
    desk: Desk,
) -> None:
    async with running("127.0.0.2") as other:
        desk.web.on("/feed", to(other.on("/x", GOOD, UNCHANGED)))
        results = [(await desk.visit(10 * DAY)).result for _ in range(9)]
        sent = [asked.values("If-None-Match") for asked in other.asked]
    assert results == ["ok"] + ["304"] * 8
    assert sent == [[], *[[b'"1"']] * 8]
    assert (desk.feed.url, desk.feed.moving) == (desk.web.url("/feed"), None)
    assert all(field == [] for field in desk.sent("If-None-Match"))


async def test_30_cookies_are_not_kept_between_visits(desk: Desk) -> None:
    desk.web.on("/feed", answer(200, TWO, ("Set-Cookie", "id=1; Path=/; Max-Age=99999")))
    for _ in range(3):
        await desk.visit()
    assert desk.sent("Cookie") == [[], [], []]


async def test_31_the_body_of_a_redirect_is_not_read(desk: Desk) -> None:
    async def bomb(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 300000000\r\n\r\n")
        for _piece in range(300):
            writer.write(b"x" * 1_000_000)
            await writer.drain()

    desk.web.on("/new", GOOD)
    desk.web.on("/feed", bomb)
    result = await desk.visit()
    assert (result.result, result.new) == ("ok", 2)
    assert result.wire_bytes < 200_000


async def test_33_a_gone_feed_is_not_asked_for_again_until_a_person_asks(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, answer(410, b"We closed."), GOOD)
    await desk.visit()
    await desk.visit()
    assert desk.feed.words == "We closed."
    for _ in range(5):
        assert await desk.visit_if_due(300 * DAY) == 0
    assert len(desk.web.asked) == 2
    assert (await desk.visit()).result in ("ok", "same")
    assert desk.feed.state in ("ok", "silent")


@pytest.mark.parametrize(
    ("wish", "longest"),
    [
        ("max-age=0", 2 * HOUR), ("no-store", 2 * HOUR), ("max-age=-1", 2 * HOUR),
        ("max-age=99999999999", 7 * DAY * 1.15),
    ],
)  # fmt: skip
async def test_34_absurd_max_ages_end_at_the_floor_or_the_cap(
    desk: Desk, wish: str, longest: timedelta
) -> None:
    desk.web.on("/feed", answer(200, TWO, ("Cache-Control", wish), *FIELDS))
    await desk.visit()
    assert desk.feed.next_fetch_at is not None
    assert HOUR <= desk.feed.next_fetch_at - desk.now <= longest


def wishing(words: str) -> bytes:
    return TWO.replace(b"<item>", words.encode() + b"<item>", 1)


SKIPS = {
    "all 24 hours": "<skipHours>" + "".join(f"<hour>{h}</hour>" for h in range(24)) + "</skipHours>",
    "25 hours": "<skipHours>" + "".join(f"<hour>{h}</hour>" for h in range(25)) + "</skipHours>",
    "days in German": "<skipDays><day>Montag</day><day>Dienstag</day></skipDays>",
    "all days": "<skipDays>"
    + "".join(f"<day>{d}day</day>" for d in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"))
    + "</skipDays>",
}  # fmt: skip


@pytest.mark.parametrize("words", SKIPS.values(), ids=SKIPS)
async def test_35_skipping_all_the_time_is_nonsense_and_ignored(desk: Desk, words: str) -> None:
    desk.web.on("/feed", answer(200, wishing(words), *FIELDS))
    assert (await desk.visit()).new == 2
    assert desk.feed.next_fetch_at is not None
    assert HOUR <= desk.feed.next_fetch_at - desk.now <= 2 * HOUR


@pytest.mark.parametrize(
    ("ttl", "longest"), [("0", 2 * HOUR), ("-5", 2 * HOUR), ("1e9", 7 * DAY * 1.15), ("1000000000", 7 * DAY * 1.15)]
)  # fmt: skip
async def test_36_absurd_ttls_end_at_the_floor_or_the_cap(
    desk: Desk, ttl: str, longest: timedelta
) -> None:
    desk.web.on("/feed", answer(200, wishing(f"<ttl>{ttl}</ttl>"), *FIELDS))
    await desk.visit()
    assert desk.feed.next_fetch_at is not None
    assert HOUR <= desk.feed.next_fetch_at - desk.now <= longest


async def test_37_a_delta_is_merged_and_what_it_leaves_out_stays(desk: Desk) -> None:
    delta = rss(("3", "A third", "x"))
    desk.web.on("/feed", GOOD, answer(226, delta, ("ETag", '"2"'), ("IM", "feed")), UNCHANGED)
    await desk.visit()
    result = await desk.visit()
    assert (result.result, result.new) == ("ok", 1)
    assert desk.titles == ["Entity list widened", "Export controls", "A third"]
    await desk.visit()
    assert desk.sent("A-IM") == [[], [b"feed"], [b"feed"]]
    assert desk.sent("If-None-Match") == [[], [b'"1"'], [b'"2"']]
    assert desk.gaps == 0


def test_the_start_is_a_monday() -> None:
    """Other tests count on it: skipped days and hours are those of a Monday morning, UTC."""
    assert format_datetime(START).startswith("Mon")
