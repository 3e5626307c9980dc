"""The rules of the feed-reader behaviour project, on the wire and over time (PROMISES section 3).

Each test has its rule's number; those without one in our source are named after their words.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model.feed import NO_VALIDATORS, Validators
from tests.conftest import Command
from tests.fetch.server import Server, answer, running
from tests.service.desk import DAY, HOUR, START, Desk, watching
from tests.site import Page, Site, rss

BODY = rss(("1", "Entity list widened", "chips"))
MODIFIED = "Mon, 16 Nov 2026 09:00:00 GMT"
STAMPS = Validators('W/"1"', MODIFIED)
FIELDS = (("ETag", 'W/"1"'), ("Last-Modified", MODIFIED))
GOOD = answer(200, BODY, *FIELDS)
UNCHANGED = answer(304, length=False)


def wait_of(desk: Desk) -> timedelta:
    """Return how long the feed is left alone now."""
    assert desk.feed.next_fetch_at is not None
    return desk.feed.next_fetch_at - desk.now


async def test_frb_001_002_003_004_validators_go_back_byte_for_byte(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, UNCHANGED)
    await desk.visit()
    await desk.visit()
    assert desk.sent("If-None-Match")[1] == [b'W/"1"']
    assert desk.sent("If-Modified-Since")[1] == [MODIFIED.encode()]


async def test_frb_012_013_nothing_is_invented(desk: Desk) -> None:
    """Neither on first contact nor later, where the server offers nothing, or an empty field."""
    desk.web.on("/feed", answer(200, BODY), answer(200, BODY, ("ETag", ""), ("Date", MODIFIED)))
    for _ in range(3):
        await desk.visit()
    assert desk.sent("If-None-Match") == desk.sent("If-Modified-Since") == [[], [], []]
    assert desk.feed.validators == NO_VALIDATORS


async def test_frb_014_what_the_new_answer_lacks_is_cleared(desk: Desk) -> None:
    desk.web.on(
        "/feed", GOOD, answer(200, BODY, ("ETag", '"2"')), answer(200, BODY, ("Last-Modified", "B")),
        answer(200, BODY), answer(200, BODY),
    )  # fmt: skip
    for _ in range(5):
        await desk.visit()
    assert desk.sent("If-None-Match") == [[], [b'W/"1"'], [b'"2"'], [], []]
    assert desk.sent("If-Modified-Since") == [[], [MODIFIED.encode()], [], [b"B"], []]


@pytest.mark.parametrize("status", [429, 503, 500, 404, 403, 502])
async def test_frb_016_failures_never_wipe_validators(desk: Desk, status: int) -> None:
    desk.web.on("/feed", GOOD, answer(status, b"no", ("ETag", '"error"')))
    for _ in range(3):
        await desk.visit()
    assert desk.feed.validators == STAMPS
    assert desk.sent("If-None-Match") == [[], [b'W/"1"'], [b'W/"1"']]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("hint", ["36000", "Mon, 23 Nov 2026 18:00:00 GMT"])
async def test_frb_020_retry_after_is_obeyed_in_both_forms(
    desk: Desk, status: int, hint: str
) -> None:
    fields = (("Retry-After", hint), ("Date", "Mon, 23 Nov 2026 08:00:00 GMT"))
    desk.web.on("/feed", answer(status, b"", *fields))
    await desk.visit()
    for _ in range(9):
        assert await desk.visit_if_due(HOUR) == 0
    assert len(desk.web.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_frb_021_a_bare_429_or_503_means_four_intervals(desk: Desk, status: int) -> None:
    desk.web.on("/feed", answer(status))
    await desk.visit()
    assert wait_of(desk) >= 4 * HOUR


async def test_frb_022_max_age_of_a_200_and_of_a_304_is_waited_for(desk: Desk) -> None:
    asks = ("Cache-Control", "public, max-age=18000")
    desk.web.on("/feed", answer(200, BODY, *FIELDS, asks), answer(304, b"", asks, length=False))
    for _ in range(2):
        await desk.visit()
        assert wait_of(desk) >= 5 * HOUR


async def test_frb_023_a_quiet_feed_is_asked_less_and_only_news_resets_that(desk: Desk) -> None:
    same = answer(200, BODY, ("ETag", '"other"'))
    news = answer(200, rss(("2", "Something new", "x")), *FIELDS)
    desk.web.on("/feed", GOOD, UNCHANGED, same, news)
    await desk.visit()
    first = wait_of(desk)
    await desk.visit(2 * DAY)
    quiet = wait_of(desk)
    assert quiet >= 4 * first
    await desk.visit(HOUR)
    assert wait_of(desk) >= quiet
    await desk.visit(HOUR)
    assert wait_of(desk) > HOUR


async def test_frb_024_ttl_skip_hours_and_skip_days_are_kept(desk: Desk) -> None:
    wishes = "<ttl>240</ttl><skipHours><hour>12</hour><hour>13</hour></skipHours><skipDays><day>Tuesday</day></skipDays>"
    desk.web.on("/feed", answer(200, BODY.replace(b"<item>", wishes.encode() + b"<item>", 1)))
    await desk.visit()  # at 8:00 on a Monday; four hours later is a skipped hour
    assert desk.feed.next_fetch_at is not None
    assert wait_of(desk) >= 4 * HOUR
    for _ in range(14 * 24):
        due = desk.feed.next_fetch_at
        assert due.hour not in (12, 13)
        assert due.weekday() != 1
        await desk.visit_if_due(HOUR)


async def test_frb_033_feeds_of_one_host_are_spread(home: Path, web: Server) -> None:
    lines = "\n".join(f'[[feed]]\nurl = "{web.url(f"/feed{number}")}"' for number in range(20))
    for number in range(20):
        web.on(f"/feed{number}", GOOD)
    async with watching(home, web, lines) as desk:
        web.on("/feed", GOOD)
        assert await desk.visit_if_due(HOUR) == 21
        due = {record.next_fetch_at for record in desk.services.store.feeds.feeds()}
    assert len(due) == 21


async def test_frb_037_a_restart_asks_for_nothing_that_is_not_due(home: Path, web: Server) -> None:
    web.on("/feed", GOOD)
    for _ in range(4):
        async with watching(home, web) as desk:
            desk.now = START + HOUR
            await desk.visit_if_due(timedelta(0))
    assert len(web.asked) == 1


async def test_frb_051_every_request_is_one_get(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, UNCHANGED, answer(404), answer(429), answer(410))
    for _ in range(5):
        await desk.visit()
    assert [asked.line for asked in desk.web.asked] == [b"GET /feed HTTP/1.1"] * 5


async def test_frb_101_120_the_words_of_an_error_page_are_kept_for_the_person(desk: Desk) -> None:
    page = b"<html><body><h1>Slow down</h1><p>You ask too often.</p></body></html>"
    desk.web.on("/feed", answer(429, page, ("Content-Type", "text/html")), UNCHANGED)
    await desk.visit()
    assert desk.feed.words == "Slow down You ask too often."
    assert desk.feed.status == 429


async def test_frb_110_111_112_113_back_off_doubles_up_to_a_day_and_never_gives_up(
    desk: Desk,
) -> None:
    desk.web.on("/feed", answer(500))
    waits = []
    for _ in range(8):
        assert await desk.visit_if_due(DAY * 1.2) == 1
        waits.append(wait_of(desk))
    for number, hours in enumerate((1, 2, 4, 8, 16, 24, 24, 24)):
        assert hours * HOUR <= waits[number] <= hours * HOUR * 1.15


async def test_frb_114_a_410_stops_at_once(desk: Desk) -> None:
    desk.web.on("/feed", answer(410))
    await desk.visit()
    assert await desk.visit_if_due(1000 * DAY) == 0
    assert desk.feed.state == "gone"


async def test_frb_115_to_119_a_feed_that_failed_for_a_month_is_asked_once_a_week(
    desk: Desk,
) -> None:
    desk.web.on("/feed", GOOD, answer(500))
    await desk.visit()
    for _ in range(60):
        await desk.visit_if_due(DAY * 1.2)
    assert desk.feed.next_fetch_at is not None
    assert desk.feed.last_fetched_at is not None
    wait = desk.feed.next_fetch_at - desk.feed.last_fetched_at
    assert 7 * DAY <= wait <= 7 * DAY * 1.15


@pytest.mark.parametrize("status", [301, 308])
async def test_frb_130_a_permanent_redirect_that_holds_is_a_move(desk: Desk, status: int) -> None:
    desk.web.on("/new", GOOD, UNCHANGED)
    desk.web.on("/feed", answer(status, b"", ("Location", "/new")))
    for day in (1, 2):
        await desk.visit(DAY)
        assert desk.feed.moving is not None
        assert (desk.feed.state, desk.feed.moving.to) == ("moved", desk.web.url("/new"))
        assert desk.feed.moving.days == day
    await desk.visit(DAY)
    assert (desk.feed.state, desk.feed.url) == ("ok", desk.web.url("/new"))


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_frb_132_a_temporary_redirect_is_no_move(desk: Desk, status: int) -> None:
    desk.web.on("/new", GOOD, UNCHANGED)
    desk.web.on("/feed", answer(status, b"", ("Location", "/new")))
    for _ in range(4):
        await desk.visit(DAY)
    assert (desk.feed.state, desk.feed.moving) == ("ok", None)


async def test_frb_validators_are_not_forgotten_on_a_schedule(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, UNCHANGED)
    for _ in range(30 * 24):
        await desk.visit_if_due(HOUR)
    unconditional = [field for field in desk.sent("If-None-Match") if field != [b'W/"1"']]
    assert unconditional == [[]]
    assert len(desk.web.asked) > 100


async def test_frb_no_fall_back_to_an_unconditional_request_after_an_error(desk: Desk) -> None:
    desk.web.on("/feed", GOOD, answer(500), answer(200, b"<html>x"), answer(200, b""), UNCHANGED)
    for _ in range(5):
        await desk.visit()
    assert desk.sent("If-None-Match") == [[], *[[b'W/"1"']] * 4]


async def test_frb_at_most_hourly_when_conditional_and_daily_when_not(
    home: Path, web: Server
) -> None:
    web.on("/feed", GOOD, UNCHANGED)
    web.on("/whole", answer(200, BODY))
    async with watching(home, web, f'[[feed]]\nurl = "{web.url("/whole")}"') as desk:
        for _ in range(4 * 24 * 4):
            await desk.visit_if_due(timedelta(minutes=15))
    asked = [each.target for each in web.asked]
    assert asked.count("/feed") <= 4 * 24
    assert asked.count("/whole") <= 4


async def test_frb_no_cookies_no_referer_no_change_to_the_address(home: Path, web: Server) -> None:
    path = "/Feed/%7eA%20b;c"
    web.on(path, answer(200, BODY, ("Set-Cookie", "a=b")))
    async with watching(home, web, f'[[feed]]\nurl = "{web.url(path)}?B=C&a"') as desk:
        for _ in range(2):
            await desk.visit_if_due(40 * DAY)
    ours = [asked for asked in web.asked if b"Feed" in asked.line]
    assert [asked.line for asked in ours] == [b"GET " + path.encode() + b"?B=C&a HTTP/1.1"] * 2
    for name in ("Cookie", "Referer", "Range", "Authorization"):
        assert all(asked.values(name) == [] for asked in ours)


async def test_frb_we_say_who_we_are_and_accept_gzip(home: Path, web: Server) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text(
        settings.read_text().replace("[fetch]", '[fetch]\ncontact = "https://m.example/about"')
    )
    web.on("/feed", GOOD)
    async with watching(home, web) as desk:
        await desk.visit()
    (agent,) = web.asked[0].values("User-Agent")
    assert re.fullmatch(rb"ai-policy-monitor/\S+ \(\+https://m.example/about\)", agent)
    assert web.asked[0].values("Accept-Encoding") == [b"gzip, deflate"]


def test_frb_adding_a_feed_does_not_fetch_it_more_than_once(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(BODY)
    assert in_home("feeds", "add", site.url("/feed.xml")).status == 0
    in_home("fetch")
    unconditional = [asked for asked in site.asked if "If-None-Match" not in asked.headers]
    assert len(unconditional) == 1
    assert len(site.asked) <= 2


async def test_frb_linked_pages_and_icons_are_not_pulled(home: Path, web: Server) -> None:
    async with running("127.0.0.2") as other:
        body = rss(("1", "One", "x"), ("2", "Two", "&lt;img src='/i.png'&gt;"), base=other.url("/"))
        web.on("/feed", answer(200, body, *FIELDS), UNCHANGED)
        async with watching(home, web) as desk:
            for _ in range(3):
                await desk.visit()
        assert other.connections == 0
    assert {asked.target for asked in web.asked} == {"/feed"}
