"""The bad inputs of the network, 1 to 38, all the way to the store (PROMISES section 2.1).

Unless said, stored entries and validators stay as they were, and the next visit asks with them.
"""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime

import pytest

from monitor.model.feed import NO_VALIDATORS, FeedState, Validators
from monitor.service.decide import LOST_AFTER
from tests.fetch.server import Act, Answer, Asked, answer, running
from tests.service.desk import DAY, HOUR, START, Desk
from tests.site import rss

TWO = rss(("1", "Entity list widened", "chips"), ("2", "Export controls", "x"))
THREE = rss(("3", "A third", "x"), ("1", "Entity list widened", "chips"), ("2", "Export controls", "x"))  # fmt: skip
GZIP = ("Content-Encoding", "gzip")
STAMPS = Validators('"1"', "Mon, 16 Nov 2026 09:00:00 GMT")
FIELDS = (("ETag", '"1"'), ("Last-Modified", "Mon, 16 Nov 2026 09:00:00 GMT"))
GOOD = answer(200, TWO, *FIELDS)
UNCHANGED = answer(304, length=False)
PAGE = b"<html><head><title>Domain for sale</title></head><body>Buy now</body></html>"
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>check</body></html>"


def dripping(start: bytes, piece: bytes) -> Act:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)

    return act


def to(location: str, status: int = 302) -> bytes:
    return answer(status, b"", ("Location", location))


@dataclass(frozen=True)
class Case:
    """A bad answer, the result it must get, the state the feed must be in, words a person reads."""

    answers: tuple[Answer, ...]
    result: str
    words: str
    state: FeedState = "failing"


def case(bad: Answer, result: str, words: str, state: FeedState = "failing") -> Case:
    return Case((bad,), result, words, state)


MANY = [("X", "y" * 10)] * 100_000
LENGTH = ("Content-Length", "99999")
CASES = {
    "01 body a byte at a time": case(
        dripping(answer(200, b"<rss", LENGTH, length=False), b" "), "timeout", "too slow"
    ),
    "02 header a line at a time": case(
        dripping(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"), "timeout", "too slow"
    ),
    "03 endless 103": case(dripping(b"", b"HTTP/1.1 103 Early\r\n\r\n"), "timeout", "too slow"),
    "04 100,000 headers": case(answer(200, TWO, *MANY), "protocol", "headers"),
    "05 gzip bomb": case(
        answer(200, gzip.compress(b"\0" * 30_000_000), GZIP), "too-large", "more than"
    ),
    "06 gzip, gzip": case(
        answer(200, TWO, ("Content-Encoding", "gzip, gzip")), "bad-coding", "gzip, gzip"
    ),
    "06 unknown coding": case(answer(200, TWO, ("Content-Encoding", "br")), "bad-coding", "br"),
    "07 gzip cut short": case(
        answer(200, gzip.compress(TWO)[:-20], GZIP, ("ETag", '"2"')), "truncated", "middle"
    ),
    "08 not gzip, twice": case(answer(200, TWO, GZIP), "bad-coding", "no gzip stream"),
    "11 empty 200": case(answer(200, b"", ("ETag", '"2"')), "empty", "without a document"),
    "11 204": case(answer(204, length=False), "empty", "without a document"),
    "12 a web page": case(answer(200, PAGE, ("ETag", '"2"')), "not-a-feed", "Domain for sale"),
    "13 403 with a challenge": case(
        answer(403, CHALLENGE, ("cf-mitigated", "challenge")), "blocked", "protection", "blocked"
    ),
    "14 429 with ten years": case(
        answer(429, b"", ("Retry-After", "315360000")), "throttled", "fewer visits", "throttled"
    ),
    "15 429 without a hint": case(answer(429), "throttled", "fewer visits", "throttled"),
    "16 Retry-After in the past": case(
        answer(429, b"", ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")),
        "throttled", "fewer visits", "throttled",
    ),
    "17 503 once": case(answer(503), "throttled", "overloaded", "throttled"),
    "26 a redirect in a circle": case(to("/feed"), "bad-redirect", "circle"),
    "26 a redirect without a place": case(answer(301), "bad-redirect", "without saying where"),
    "26 a redirect to a file": case(to("file:///etc/passwd"), "bad-redirect", "http and https"),
    "26 a redirect to data": case(to("data:,x"), "bad-redirect", "http and https"),
    "26 a redirect to gopher": case(to("gopher://a.example/"), "bad-redirect", "http and https"),
    "27 a redirect to a private address": case(to("http://10.0.0.1/"), "refused", "not public"),
    "27 a redirect to cloud metadata": case(to("http://169.254.169.254/"), "refused", "not public"),
    "29 a redirect with user info": case(to("http://a:b@c.example/"), "bad-redirect", "user name"),
    "33 410": case(answer(410, b"It is closed."), "gone", "gone for good", "gone"),
    "37 206": case(answer(206, TWO, ("ETag", '"2"')), "http", "206"),
    "37 226 of another kind": case(answer(226, TWO, ("IM", "vcdiff")), "bad-coding", "vcdiff"),
}  # fmt: skip


@pytest.mark.parametrize("bad", CASES.values(), ids=CASES)
async def test_01_to_37_a_bad_answer_has_its_state_and_loses_nothing(desk: Desk, bad: Case) -> None:
    desk.web.on("/feed", GOOD, *bad.answers)
    assert (await desk.visit()).new == 2
    failed = await desk.visit()
    assert (failed.result, failed.failed) == (bad.result, True)
    assert bad.words in desk.feed.error
    assert (desk.feed.state, desk.feed.since_at) == (bad.state, desk.now)
    assert (desk.feed.validators, len(desk.titles)) == (STAMPS, 2)
    assert desk.feed.next_fetch_at is not None
    assert desk.feed.next_fetch_at >= desk.now + HOUR
    desk.web.on("/feed", UNCHANGED)
    desk.web.asked.clear()
    assert (await desk.visit(DAY)).result == "304"
    assert desk.sent("If-None-Match") == [[b'"1"']]
    assert (desk.feed.state, desk.feed.failures, desk.feed.error) == ("ok", 0, "")


CUT = THREE.index(b"<item><guid isPermaLink='false'>2")


async def test_09_a_document_cut_without_a_length_is_kept_up_to_there_and_asked_for_in_full(
    desk: Desk,
) -> None:
    desk.web.on("/feed", answer(200, THREE[:CUT], *FIELDS, length=False), GOOD, UNCHANGED)
    assert (await desk.visit()).new >= 1
    assert desk.titles[0] == "A third"
    assert "broke off" in desk.feed.error
    assert desk.feed.validators == NO_VALIDATORS
    await desk.visit()
    assert len(desk.titles) == 3
    assert (desk.feed.validators, desk.feed.error) == (STAMPS, "")
    await desk.visit()
    assert desk.sent("If-None-Match") == [[], [], [b'"1"']]


LARGER = ("Content-Length", str(len(THREE)))
CHUNKED = ("Transfer-Encoding", "chunked")
BROKEN = {
    "10 length larger than the body": answer(200, THREE[:CUT], LARGER, ("ETag", '"2"'), length=False),
    "10 chunks without an end": answer(
        200, b"%x\r\n%s\r\n" % (CUT, THREE[:CUT]), CHUNKED, ("ETag", '"2"'), length=False
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_10_what_came_before_a_break_is_stored_and_validators_are_not_replaced(
    desk: Desk, broken: bytes
) -> None:
    desk.web.on("/feed", GOOD, broken, answer(200, THREE, ("ETag", '"2"')))
    await desk.visit()
    result = await desk.visit()
    assert (result.result, result.failed, result.new) == ("truncated", True, 1)
    assert "ended before its declared length" in desk.feed.error
    assert desk.titles[-1] == "A third"
    assert (desk.feed.state, desk.feed.validators) == ("failing", STAMPS)
    await desk.visit()
    assert desk.sent("If-None-Match") == [[], [b'"1"'], [b'"1"']]
    assert (desk.feed.state, desk.feed.validators) == ("ok", Validators('"2"', None))
    assert len(desk.titles) == 3


async def test_10_a_broken_body_is_parsed_though_its_bytes_are_the_known_ones(desk: Desk) -> None:
    """The rest that is missing may hold entries: it is no visit that found nothing new."""
    longer = ("Content-Length", str(len(TWO) + 100))
    desk.web.on("/feed", GOOD, answer(200, TWO, longer, length=False), UNCHANGED)
    await desk.visit()
    hash_before = desk.feed.body_hash
    assert (await desk.visit()).result == "truncated"
    assert (desk.feed.state, desk.feed.body_hash) == ("failing", hash_before)
    assert (await desk.visit()).result == "304"


async def test_10_a_broken_body_of_new_entries_only_is_no_gap(desk: Desk) -> None:
    head = THREE[: THREE.index(b"<item><guid isPermaLink='false'>1")]
    desk.web.on("/feed", GOOD, answer(200, head, LARGER, length=False))
    await desk.visit()
    assert (await desk.visit()).new == 1
    assert desk.gaps == 0


async def test_10_breaking_off_is_no_way_around_being_held_back(desk: Desk) -> None:
    spam = rss(("9", "Casino", "x"), ("8", "Win", "x"), title="Casino", base="https://spam.test")
    longer = ("Content-Length", "9999")
    desk.web.on("/feed", GOOD, answer(200, spam, longer, length=False))
    await desk.visit()
    result = await desk.visit()
    assert (result.new, desk.feed.state) == (0, "quarantined")
    assert len(desk.titles) == 2


async def test_10_bytes_beyond_the_length_are_ignored(desk: Desk) -> None:
    size = ("Content-Length", str(len(TWO)))
    desk.web.on("/feed", answer(200, TWO + b"<item>junk", size, *FIELDS, length=False))
    assert (await desk.visit()).result == "ok"
    assert desk.feed.validators == STAMPS


async def test_12_a_page_for_three_days_is_a_lost_source(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, answer(200, PAGE))
    await desk.visit()
    await desk.visit()
    assert "Source lost" not in desk.feed.error
    await desk.visit(LOST_AFTER)
    assert "Source lost" in desk.feed.error
    assert "discover" in desk.feed.error


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
