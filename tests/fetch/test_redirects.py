"""Redirects, followed by us: RFC 9110 section 15.4; PROMISES bad inputs 23 to 27 and 31."""

from __future__ import annotations

import asyncio

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.feed import Validators
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest, Hop, NotModified
from tests.fetch.server import FEED, LOOPBACK, Asked, Server, answer, get, running


def to(location: str | bytes, status: int = 302) -> bytes:
    return answer(status, b"gone there", ("Location", location))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_23_25_redirects_are_followed_and_recorded_with_their_status(
    web: Server, status: int
) -> None:
    new = web.on("/new", answer(200, FEED))
    outcome = await get(web.on("/old", to(new, status)))
    assert isinstance(outcome, Fetched)
    assert outcome.url == new
    assert outcome.hops == (Hop(status, new),)


@pytest.mark.parametrize("status", [300, 304, 305, 306, 309])
async def test_other_3xx_answers_are_not_followed(web: Server, status: int) -> None:
    outcome = await get(web.on("/old", to("/new", status)))
    assert isinstance(outcome, FetchFailure)
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b/feed", "/b/feed"),
        ("feed", "/a/feed"),
        ("../feed", "/feed"),
        ("?page=2", "/a/old?page=2"),
        ("/x y", "/x%20y"),
        ("/größe".encode(), "/gr%C3%B6%C3%9Fe"),
        ("/gr\xf6sse".encode("latin-1"), "/gr%C3%B6sse"),
    ],
)
async def test_relative_locations_are_resolved(
    web: Server, location: str | bytes, target: str
) -> None:
    web.on(target.partition("?")[0], answer(200, FEED))
    web.on("/a/old", to(location), answer(200, FEED))
    outcome = await get(web.url("/a/old"))
    assert isinstance(outcome, Fetched)
    assert outcome.url == web.url(target)


async def test_26_redirect_loop_is_a_bad_redirect(web: Server) -> None:
    web.on("/b", to("/a"))
    outcome = await get(web.on("/a", to("/b")))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("bad-redirect", 302)
    assert "circle" in outcome.message
    assert len(web.asked) == 2


@pytest.mark.parametrize(("hops", "good"), [(5, True), (6, False), (20, False)])
async def test_26_more_hops_than_five_are_a_bad_redirect(
    web: Server, hops: int, good: bool
) -> None:
    for number in range(hops):
        web.on(f"/{number}", to(f"/{number + 1}"))
    web.on(f"/{hops}", answer(200, FEED))
    outcome = await get(web.url("/0"))
    assert len(web.asked) == 6
    if good:
        assert isinstance(outcome, Fetched)
    else:
        assert isinstance(outcome, FetchFailure)
        assert outcome.kind == "bad-redirect"
        assert "5 redirects" in outcome.message


FOREIGN = {
    "none": b"",
    "blank": b" ",
    "file": b"file:///etc/passwd",
    "data": b"data:text/xml,<rss/>",
    "gopher": b"gopher://127.0.0.1:70/1",
    "javascript": b"javascript:alert(1)",
    "ftp": b"ftp://127.0.0.1/feed",
    "no host": b"http:///feed",
    "user info": b"http://user:hunter2@127.0.0.1/",
    "two readings": rb"http://127.0.0.1\@public.example/",
    "backslashes": rb"\\127.0.0.1\share",
    "bad port": b"http://127.0.0.1:port/",
    "port out of range": b"http://127.0.0.1:99999/",
}


@pytest.mark.parametrize("location", FOREIGN.values(), ids=FOREIGN)
async def test_26_redirect_to_no_web_address_is_a_bad_redirect(
    web: Server, location: bytes
) -> None:
    outcome = await get(web.on("/feed", to(location)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("bad-redirect", 302)
    assert "hunter2" not in outcome.message
    assert len(web.asked) == 1


async def test_26_redirect_without_location_is_a_bad_redirect(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(301)))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "bad-redirect"
    assert "without saying where" in outcome.message


PRIVATE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://167772161/",
    "http://012.1/",
    "http://0x0a000001/",
    "http://10。0。0。1/",
    "//10.0.0.1/",
]


@pytest.mark.parametrize("location", PRIVATE)
async def test_27_redirect_to_a_private_address_is_refused(web: Server, location: str) -> None:
    outcome = await get(web.on("/feed", to(location.encode())))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "refused"
    assert "not public" in outcome.message
    assert len(outcome.hops) == 1


async def test_27_redirect_to_a_host_that_is_not_allowed_opens_no_connection(web: Server) -> None:
    limits = FetchLimits(allow_private=("127.0.0.1",))
    async with running("127.0.0.2") as canary:
        outcome = await get(web.on("/feed", to(canary.on("/", answer(200, FEED)))), limits)
        assert isinstance(outcome, FetchFailure)
        assert outcome.kind == "refused"
        assert canary.connections == 0


async def test_31_body_of_a_redirect_is_not_read(web: Server) -> None:
    async def bomb(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 300000000\r\n\r\n")
        for _piece in range(300):
            writer.write(b"x" * 1_000_000)
            await writer.drain()
            web.sent += 1_000_000

    web.on("/new", answer(200, FEED))
    outcome = await get(web.on("/feed", bomb))
    assert isinstance(outcome, Fetched)
    assert outcome.wire_bytes < 200_000
    assert web.sent < 20_000_000


SECRETS = (("Authorization", "Bearer t0ken"), ("X-Key", "k3y"))
STAMPS = Validators('"1"', "Sun, 06 Nov 1994 08:49:37 GMT")


async def test_secrets_and_validators_stay_with_the_host_they_are_for(web: Server) -> None:
    async with running("127.0.0.2") as other:
        new = other.on("/new", answer(200, FEED, ("ETag", '"theirs"')))
        request = FetchRequest(
            url=web.on("/feed", to(new)), headers=SECRETS, validators=STAMPS, user_agent="Mine/1"
        )
        outcome = await get(request)
    assert isinstance(outcome, Fetched)
    assert web.asked[0].values("Authorization") == [b"Bearer t0ken"]
    for name in ("Authorization", "X-Key", "If-None-Match", "If-Modified-Since", "Referer"):
        assert other.asked[0].values(name) == [], name
    assert other.asked[0].values("User-Agent") == [b"Mine/1"]
    assert outcome.validators == Validators('"theirs"', None)


async def test_another_port_of_the_same_host_is_another_party(web: Server) -> None:
    async with running() as other:
        new = other.on("/new", answer(200, FEED))
        await get(FetchRequest(url=web.on("/feed", to(new)), headers=SECRETS, validators=STAMPS))
    assert other.asked[0].values("Authorization") == []
    assert other.asked[0].values("If-None-Match") == []


async def test_redirect_within_the_host_stays_conditional(web: Server) -> None:
    web.on("/new", answer(304, length=False))
    request = FetchRequest(url=web.on("/feed", to("/new")), headers=SECRETS, validators=STAMPS)
    outcome = await get(request)
    assert isinstance(outcome, NotModified)
    assert outcome.validators == STAMPS
    assert web.asked[1].values("If-None-Match") == [b'"1"']
    assert web.asked[1].values("Authorization") == [b"Bearer t0ken"]


async def test_18_304_of_another_host_to_our_unconditional_request_is_a_failure(
    web: Server,
) -> None:
    async with running("127.0.0.2") as other:
        new = other.on("/new", answer(304, length=False))
        outcome = await get(FetchRequest(url=web.on("/feed", to(new)), validators=STAMPS))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "protocol"


async def test_each_redirect_hop_waits_for_its_turn_at_its_host(web: Server) -> None:
    open_now = most = 0

    async def counted(_: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        path = asked.target
        writer.write(to(path.replace("a", "b")) if "a" in path else answer(200, FEED))
        await writer.drain()

    urls = [web.on(f"/a{number}", counted) for number in range(6)]
    for number in range(6):
        web.on(f"/b{number}", counted)
    async with Fetcher(FetchLimits(allow_private=LOOPBACK), "0.1") as fetcher:
        outcomes = await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    assert most == 1


async def test_a_redirect_that_is_not_to_be_followed_says_where_it_leads(web: Server) -> None:
    async with running("127.0.0.2") as other:
        new = other.on("/new", answer(200, FEED))
        asked = FetchRequest(url=web.on("/old", to(new, 301)), follow=False)
        outcome = await get(asked)
        assert isinstance(outcome, FetchFailure)
        assert (outcome.kind, outcome.status, outcome.hops) == ("redirect", 301, (Hop(301, new),))
        assert other.connections == 0
    bad = await get(FetchRequest(url=web.on("/bad", to("ftp://a.example/")), follow=False))
    assert isinstance(bad, FetchFailure)
    assert bad.kind == "bad-redirect"
