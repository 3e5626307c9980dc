"""Validators at home and away: one set, exactly as received, sent only to where it came from."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.feed import NO_VALIDATORS, Validators
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest, NotModified
from tests.fetch.server import FEED, LOOPBACK, TLS, Asked, Server, answer, get, running

STAMPS = Validators('W/"1"', "Sun, 06 Nov 1994 08:49:37 GMT")
OTHER = Validators('"2"', None)
UNCHANGED = answer(304, length=False)


def to(location: str, status: int = 302) -> bytes:
    return answer(status, b"", ("Location", location))


def conditional(asked: Asked) -> list[bytes]:
    """Return what a request said of validators."""
    fields = ("If-None-Match", "If-Modified-Since", "A-IM")
    return [value for name in fields for value in asked.values(name)]


async def test_25_a_feed_behind_a_temporary_redirect_to_another_host_is_conditional(
    web: Server,
) -> None:
    async with running("127.0.0.2") as other:
        new = other.on("/new", answer(200, FEED, ("ETag", 'W/"1"')), UNCHANGED)
        url = web.on("/feed", to(new))
        first = await get(url)
        assert isinstance(first, Fetched)
        assert first.validators == Validators('W/"1"', None)
        request = FetchRequest(url=url, validators=first.validators, validators_url=first.url)
        second = await get(request)
    assert isinstance(second, NotModified)
    assert second.validators == first.validators
    assert [conditional(asked) for asked in web.asked] == [[], []]
    assert [conditional(asked) for asked in other.asked] == [[], [b'W/"1"', b"feed"]]


async def test_validators_of_another_address_go_nowhere_else(web: Server) -> None:
    """Neither to the feed's own address, nor to another path of the host they came from."""
    async with running("127.0.0.2") as other:
        new = other.on("/new", answer(200, FEED))
        for came_from in (other.url("/old"), other.url("/new") + "?a", web.url("/elsewhere")):
            request = FetchRequest(
                url=web.on("/feed", to(new)), validators=STAMPS, validators_url=came_from
            )
            assert isinstance(await get(request), Fetched)
    assert all(conditional(asked) == [] for asked in (*web.asked, *other.asked))


async def test_a_redirect_that_ended_leaves_its_validators_behind(web: Server) -> None:
    url = web.on("/feed", answer(200, FEED, ("ETag", '"2"')))
    outcome = await get(
        FetchRequest(url=url, validators=STAMPS, validators_url=web.url("/elsewhere"))
    )
    assert isinstance(outcome, Fetched)
    assert outcome.validators == OTHER
    assert conditional(web.asked[0]) == []


async def test_18_a_304_from_where_no_validators_were_sent_is_a_failure(web: Server) -> None:
    url = web.on("/feed", UNCHANGED)
    outcome = await get(
        FetchRequest(url=url, validators=STAMPS, validators_url=web.url("/elsewhere"))
    )
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("protocol", 304)


async def test_secrets_stay_at_home_when_validators_travel(web: Server) -> None:
    async with running("127.0.0.2") as other:
        new = other.on("/new", UNCHANGED)
        outcome = await get(
            FetchRequest(
                url=web.on("/feed", to(new)), validators=STAMPS, validators_url=new,
                headers=(("Authorization", "Bearer t0ken"), ("X-Key", "k3y")),
            )
        )  # fmt: skip
    assert isinstance(outcome, NotModified)
    assert other.asked[0].values("Authorization") == []
    assert other.asked[0].values("X-Key") == []
    assert web.asked[0].values("X-Key") == [b"k3y"]


@pytest.mark.parametrize(
    ("validators", "asked_for"),
    [
        (STAMPS, [b"feed"]),
        (Validators('"1"', None), [b"feed"]),
        (Validators(None, "Sun, 06 Nov 1994 08:49:37 GMT"), []),
        (NO_VALIDATORS, []),
    ],
)
async def test_37_a_delta_is_asked_for_with_an_etag_only(
    web: Server, validators: Validators, asked_for: list[bytes]
) -> None:
    await get(FetchRequest(url=web.on("/feed", answer(200, FEED)), validators=validators))
    assert web.asked[0].values("A-IM") == asked_for


@pytest.mark.parametrize("manipulations", [(), (("IM", "feed"),), (("im", " Feed "),)])
async def test_37_a_226_is_a_success_with_its_status_and_validators(
    web: Server, manipulations: tuple[tuple[str, str], ...]
) -> None:
    url = web.on("/feed", answer(226, FEED, ("ETag", '"2"'), *manipulations))
    outcome = await get(FetchRequest(url=url, validators=STAMPS))
    assert isinstance(outcome, Fetched)
    assert (outcome.status, outcome.body, outcome.validators) == (226, FEED, OTHER)


@pytest.mark.parametrize("manipulation", ["vcdiff", "feed, gzip", "diffe"])
async def test_37_a_226_of_another_kind_is_refused(web: Server, manipulation: str) -> None:
    url = web.on("/feed", answer(226, FEED, ("IM", manipulation)))
    outcome = await get(FetchRequest(url=url, validators=STAMPS))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("bad-coding", 226)


@pytest.mark.parametrize("status", [400, 404, 429, 500, 502, 503])
async def test_frb_016_no_failure_carries_validators(web: Server, status: int) -> None:
    fields = (("ETag", '"error"'), ("Last-Modified", "now"))
    outcome = await get(FetchRequest(url=web.on("/feed", answer(status, b"x", *fields))))
    assert isinstance(outcome, FetchFailure)
    assert not hasattr(outcome, "validators")


@pytest.mark.parametrize(
    ("suffix", "own", "expected"),
    [
        ("(desk 4)", "", b"ai-policy-monitor/0.1 (desk 4)"),
        ("(desk 4)", "Mine/1", b"Mine/1 (desk 4)"),
        ("", "Mine/1", b"Mine/1"),
    ],
)
async def test_a_suffix_is_added_to_the_user_agent_whichever_it_is(
    web: Server, suffix: str, own: str, expected: bytes
) -> None:
    url = web.on("/feed", answer(200, FEED))
    await get(FetchRequest(url=url, user_agent=own, user_agent_suffix=suffix))
    assert web.asked[0].values("User-Agent") == [expected]


async def test_a_suffix_that_cannot_be_sent_is_told(web: Server) -> None:
    url = web.on("/feed", answer(200, FEED))
    outcome = await get(FetchRequest(url=url, user_agent_suffix="a\r\nX-Evil: 1"))
    assert isinstance(outcome, FetchFailure)
    assert "User-Agent" in outcome.message
    assert web.connections == 0


@dataclass(frozen=True)
class Visit:
    """What a publisher does at one visit: where its feed is, its status, what it says of itself."""

    place: str
    status: int
    etag: str | None
    modified: str | None


VISITS = st.lists(
    st.builds(
        Visit,
        st.sampled_from(["home", "same host", "other host", "other host 2"]),
        st.sampled_from([200, 200, 200, 226, 304, 304, 429, 500, 503, 404, 204]),
        st.sampled_from([None, '"1"', 'W/"2"', "bare", '"größe"']),
        st.sampled_from([None, "Sun, 06 Nov 1994 08:49:37 GMT", "yesterday"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(VISITS)
@example(
    [
        Visit("home", 200, '"1"', None),
        Visit("home", 304, None, "yesterday"),
        Visit("home", 304, "bare", None),
    ]
)
def test_frb_001_to_016_validators_are_one_set_never_invented_never_lost(
    visits: list[Visit],
) -> None:
    """Play a feed's life as the service does: keep what the outcome says, keep it through failures."""
    asyncio.run(_live(visits))


async def _live(visits: list[Visit]) -> None:
    limits = FetchLimits(allow_private=LOOPBACK)
    async with (
        running() as web,
        running("127.0.0.2") as other,
        Fetcher(limits, "0.1", tls=TLS) as fetcher,
    ):
        kept, came_from = NO_VALIDATORS, ""
        for visit in visits:
            served = {"home": web, "same host": web}.get(visit.place, other)
            path = {"home": "/feed", "same host": "/new", "other host 2": "/2"}.get(visit.place, "/1")  # fmt: skip
            said = [("ETag", visit.etag), ("Last-Modified", visit.modified)]
            fields = [(name, value.encode("latin-1")) for name, value in said if value]
            bodiless = visit.status in (204, 304)
            reply = answer(visit.status, b"" if bodiless else FEED, *fields, length=not bodiless)
            url = web.on("/feed", to(served.url(path)))
            final = served.on(path, reply)
            for server in (web, other):
                server.asked.clear()
            outcome = await fetcher.fetch(
                FetchRequest(url=url, validators=kept, validators_url=came_from)
            )
            here = kept and (came_from or url) == final
            if not came_from and visit.place == "same host":
                here = bool(kept)  # without an address they belong to the whole party of the feed
            expected = [kept.etag, kept.last_modified, "feed" if kept.etag else None]
            sent = [value.encode("latin-1") for value in expected if here and value]
            last = served.asked[-1]
            assert conditional(last) == sent, visit
            answered = Validators(visit.etag, visit.modified)
            if isinstance(outcome, Fetched):
                assert outcome.validators == answered
            elif isinstance(outcome, NotModified):
                assert here
                # It renews what it names (RFC 9111 section 4.3.4); another ETag makes another set.
                same = visit.etag in (None, kept.etag)
                merged = Validators(visit.etag or kept.etag, visit.modified or kept.last_modified)
                assert outcome.validators == (merged if same else answered)
            else:
                assert visit.status not in (200, 226)
                assert visit.status != 304 or not here
                continue
            kept = outcome.validators
            came_from = outcome.url if outcome.hops and kept else ""
