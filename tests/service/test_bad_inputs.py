"""The bad inputs of the network, 1 to 38, all the way to the store (PROMISES section 2.1).

Unless said, stored entries and validators stay as they were, and the next visit asks with them.
"""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass

import pytest

from monitor.model.feed import NO_VALIDATORS, FeedState, Validators
from monitor.service.decide import LOST_AFTER
from tests.fetch.server import Act, Answer, Asked, answer
from tests.service.desk import DAY, FIELDS, GOOD, HOUR, STAMPS, TWO, UNCHANGED, Desk, to
from tests.site import rss

THREE = rss(("3", "A third", "x"), ("1", "Entity list widened", "chips"), ("2", "Export controls", "x"))  # fmt: skip
GZIP = ("Content-Encoding", "gzip")
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
