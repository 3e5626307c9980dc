"""Pushes from end to end, on loopback: a publisher, a hub and a monitor that talk over HTTP."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from monitor.model.feed import Validators
from monitor.service.shapes import feed_shapes
from tests.service.pushed import DAY, HOUR, START, Clock, Monitor, reachable
from tests.site import Page, Site, rss
from tests.websub_hub import Hub, make_certificate, running_hub, sign

FIRST = ("1", "Entity list widened", "chips")
SECOND = ("2", "Harbour reopens", "ships")
THIRD = ("3", "Mine closes", "coal")
OLD = [(f"old-{number}", f"Archive {number}", "x") for number in range(40)]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def hub(certificate: Path) -> Iterator[Hub]:
    with running_hub(certificate) as running:
        yield running


@pytest.fixture
def watched(home: Path, site: Site, hub: Hub) -> Path:
    """A home that watches one feed, whose server names the hub."""
    publish(site, hub, FIRST)
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')
    return home


def publish(site: Site, hub: Hub, *entries: tuple[str, str, str], path: str = "/feed.xml") -> bytes:
    """Let the feed hold these entries; return its document."""
    document = rss(*entries)
    links = f'<{hub.url}>; rel="hub", <{site.url(path)}>; rel="self"' if hub.url else ""
    site.pages["/feed.xml"] = Page(document, headers={"Link": links} if links else {})
    return document


async def subscribed(monitor: Monitor) -> None:
    """Visit the feed, and subscribe to it."""
    await monitor.visit()
    await monitor.ask_hubs()
    assert monitor.subscription().state == "active"


def state(monitor: Monitor) -> tuple[str, str]:
    (shape,) = feed_shapes(monitor.services, monitor.clock())
    return shape["push"], shape["push_note"]


async def test_a_feed_with_a_hub_is_subscribed_verified_and_pushed(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        (form,) = hub.asked
        assert form["hub.mode"] == "subscribe"
        assert form["hub.topic"] == site.url("/feed.xml")
        assert form["hub.callback"].startswith(f"{monitor.url}/websub/")
        assert len(form["hub.callback"].rpartition("/")[2]) >= 22  # 128 bits, six to a character
        assert 20 < len(form["hub.secret"].encode()) < 200
        assert int(form["hub.lease_seconds"]) > 0
        assert hub.answers == [(200, "challenge-0")]
        assert state(monitor) == ("active", "")
        assert await monitor.hub(hub.push, rss(SECOND)) == 202
        assert monitor.titles() == [FIRST[1], SECOND[1]]
        await monitor.ask_hubs()
        assert len(hub.asked) == 1


async def test_a_push_leaves_validators_body_hash_and_next_time_alone(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        before = monitor.feed()
        assert before.validators != Validators()
        clock.forward(HOUR / 2)
        await monitor.hub(hub.push, rss(SECOND, title="Another title"))
        after = monitor.feed()
        assert after.last_new_at == clock()
        for name in (
            "validators", "validators_url", "body_hash", "moving", "next_fetch_at", "why_then", "title",
            "links", "state", "failures", "last_fetched_at", "last_ok_at", "empty_visits", "wishes",
        ):  # fmt: skip
            assert getattr(after, name) == getattr(before, name), name
        assert after.rhythm.turnover == before.rhythm.turnover


async def test_a_push_gives_back_no_claim_of_a_visit_under_way(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        clock.forward(DAY)
        (claimed,) = monitor.services.store.feeds.claim(clock(), lease=HOUR, limit=1)
        await monitor.hub(hub.push, rss(SECOND))
        assert monitor.feed().leased_until_at == claimed.leased_until_at
        assert monitor.services.store.feeds.claim(clock(), lease=HOUR, limit=1) == []


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_each_method_of_signing_is_understood(
    watched: Path, hub: Hub, certificate: Path, method: str
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        await monitor.hub(hub.push, rss(SECOND), method=method)
        assert SECOND[1] in monitor.titles()


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + 64 * "0",
        "md5=" + 32 * "0",
        "nonsense",
        sign(rss(SECOND), "guess"),
    ],
)
async def test_a_push_without_the_right_signature_is_acknowledged_and_dropped(
    watched: Path,
    hub: Hub,
    certificate: Path,
    signature: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        assert await monitor.hub(hub.push, rss(SECOND), signature=signature) == 202
        assert monitor.titles() == [FIRST[1]]
        assert monitor.subscription().pushed_at is None
    assert "its signature is" in caplog.text


async def test_a_signature_of_another_body_is_dropped(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        signature = sign(rss(SECOND), hub.asked[0]["hub.secret"])
        assert await monitor.hub(hub.push, rss(THIRD), signature=signature) == 202
        assert monitor.titles() == [FIRST[1]]


async def test_a_document_that_is_pushed_twice_at_once_is_stored_once(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        twice = [monitor.hub(hub.push, rss(SECOND, THIRD)) for _ in range(3)]
        assert await asyncio.gather(*twice) == [202] * 3
        assert sorted(monitor.titles()) == sorted([FIRST[1], SECOND[1], THIRD[1]])


async def test_a_visit_after_a_push_brings_nothing_twice(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        await monitor.hub(hub.push, publish(site, hub, SECOND, FIRST))
        (result,) = (await monitor.visit()).results
        assert (result.result, result.new) == ("ok", 0)
        assert monitor.titles() == [FIRST[1], SECOND[1]]


async def test_a_pushed_edit_becomes_a_revision(watched: Path, hub: Hub, certificate: Path) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        await monitor.hub(hub.push, rss(("1", "Entity list widened again", "chips")))
        assert monitor.titles() == ["Entity list widened again"]
        assert len(monitor.services.store.entries.revisions(1)) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html><title>Sorry</title></html>", "text/html"),
        (b"", "application/rss+xml"),
        (b"\x00\xff" * 50, "application/octet-stream"),
        (b"hub.mode=publish&hub.url=x", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_pushed_document_that_is_no_feed_does_not_make_the_feed_fail(
    watched: Path, hub: Hub, certificate: Path, body: bytes, content_type: str
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        before = monitor.feed()
        assert await monitor.hub(hub.push, body, content_type=content_type) == 202
        assert monitor.feed() == before


async def test_a_pushed_document_of_another_feed_is_left_to_the_next_visit(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    other = rss(SECOND, title="Pills", base="https://pills.example")
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        before = monitor.feed()
        assert await monitor.hub(hub.push, other) == 202
        assert (monitor.feed(), monitor.titles()) == (before, [FIRST[1]])


async def test_a_body_over_the_bound_is_refused_whether_or_not_it_says_its_length(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    huge = rss(("9", "Huge", "x" * 100_000))
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        assert await monitor.hub(hub.push, huge) == 413
        form = hub.asked[0]
        signature = {"X-Hub-Signature": sign(huge, form["hub.secret"])}

        def in_chunks() -> int:
            pieces = (huge[at : at + 10_000] for at in range(0, len(huge), 10_000))
            answer = httpx.post(
                form["hub.callback"], content=pieces, headers=signature, trust_env=False
            )
            return answer.status_code

        assert await monitor.hub(in_chunks) == 413
        assert monitor.titles() == [FIRST[1]]


async def test_a_coded_body_is_refused(watched: Path, hub: Hub, certificate: Path) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        coded = {"Content-Encoding": "gzip"}
        assert await monitor.hub(hub.push, rss(SECOND), headers=coded) == 415


async def test_only_what_was_asked_for_is_verified(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    hub.verifies = "never"
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert monitor.subscription().state == "asked"
        assert state(monitor)[0] == "asked"
        assert "has not verified" in state(monitor)[1]
        (form,) = hub.asked
        unknown = form | {"hub.callback": f"{monitor.url}/websub/{'x' * 43}"}
        short = form | {"hub.callback": f"{monitor.url}/websub/x"}
        assert (await monitor.hub(hub.verify, form, topic="https://other.example/"))[0] == 404
        assert (await monitor.hub(hub.verify, form, mode="unsubscribe"))[0] == 404
        assert (await monitor.hub(hub.verify, form, mode="publish"))[0] == 404
        assert (await monitor.hub(hub.verify, form, mode=None))[0] == 404
        assert (await monitor.hub(hub.verify, form, topic=None))[0] == 404
        assert (await monitor.hub(hub.verify, form, challenge=None))[0] == 404
        assert (await monitor.hub(hub.verify, unknown))[0] == 404
        assert (await monitor.hub(hub.verify, short))[0] == 404
        assert await monitor.hub(hub.push, rss(SECOND), unknown) == 410
        assert monitor.subscription().state == "asked"
        assert (await monitor.hub(hub.verify, form, challenge="<b>&\u00e9"))[1] == "<b>&\u00e9"
        assert monitor.subscription().state == "active"


async def test_the_challenge_comes_back_as_plain_text(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    hub.verifies = "never"
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        (form,) = hub.asked
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "<script>",
        }

        def ask() -> httpx.Response:
            return httpx.get(form["hub.callback"], params=query, trust_env=False)

        answer = await monitor.hub(ask)
        assert (answer.status_code, answer.text) == (200, "<script>")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_lease_is_renewed_before_it_ends_with_the_same_callback_and_secret(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        clock.forward(6 * DAY)
        await monitor.ask_hubs()
        assert len(hub.asked) == 1
        clock.forward(DAY)
        await monitor.ask_hubs()
        assert hub.asked[1] == hub.asked[0]
        held = monitor.subscription()
        assert (held.state, held.lease_until_at) == ("active", clock() + 10 * DAY)


async def test_a_renewal_that_is_not_verified_ends_nothing_and_is_tried_again(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        hub.verifies = "never"
        clock.forward(7 * DAY)
        await monitor.ask_hubs()
        assert state(monitor) == ("active", "")
        assert await monitor.hub(hub.push, rss(SECOND)) == 202
        assert SECOND[1] in monitor.titles()
        for wait in (10, 20, 40):
            clock.forward(timedelta(minutes=wait) - timedelta(seconds=1))
            asked = len(hub.asked)
            await monitor.ask_hubs()
            assert len(hub.asked) == asked
            clock.forward(timedelta(seconds=1))
            await monitor.ask_hubs()
            assert len(hub.asked) == asked + 1
        clock.forward(4 * DAY)
        assert state(monitor)[0] == "asked"
        hub.verifies = "at once"
        await monitor.ask_hubs()
        assert state(monitor) == ("active", "")


async def test_a_hub_that_is_down_is_asked_less_and_less_and_the_feed_is_visited_as_usual(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    hub.status, hub.body = 503, "down for the night"
    async with reachable(watched, certificate, clock) as monitor:
        await monitor.visit()
        for _ in range(12):
            await monitor.ask_hubs()
            clock.forward(monitor.subscription().next_at - clock())
        waited = clock() - START
        assert len(hub.asked) == 12
        assert waited > 4 * DAY
        assert state(monitor) == ("asked", "Its hub answered 503: down for the night")
        await monitor.visit()
        next_at = monitor.feed().next_fetch_at
        assert next_at is not None
        assert next_at - clock() < 7 * HOUR


async def test_retry_after_of_a_hub_is_kept(watched: Path, hub: Hub, certificate: Path) -> None:
    hub.status, hub.headers = 429, {"Retry-After": "86400"}
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert monitor.subscription().next_at == START + DAY


@pytest.mark.parametrize("when", ["before it is verified", "after"])
async def test_a_hub_that_denies_is_left_alone_for_a_week(
    watched: Path, hub: Hub, certificate: Path, when: str
) -> None:
    clock = Clock()
    hub.verifies = "never"
    async with reachable(watched, certificate, clock) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        (form,) = hub.asked
        if when == "after":
            await monitor.hub(hub.verify, form)
        assert await monitor.hub(hub.deny, form, "no\r\nmore \x1b[31mroom") == 200
        assert state(monitor) == ("denied", "Its hub refused: no more [31mroom")
        assert (await monitor.hub(hub.verify, form))[0] == 404
        assert await monitor.hub(hub.push, rss(SECOND), form) == 410
        for _ in range(6):
            clock.forward(DAY)
            await monitor.ask_hubs()
        assert len(hub.asked) == 1
        clock.forward(DAY)
        await monitor.ask_hubs()
        await monitor.ask_hubs()
        assert len(hub.asked) == 2
        assert hub.asked[1]["hub.callback"] != form["hub.callback"]
        assert hub.asked[1]["hub.secret"] != form["hub.secret"]


async def test_a_denial_for_another_topic_is_not_believed(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        assert (
            await monitor.hub(hub.deny, hub.asked[0] | {"hub.topic": "https://x.example/"}) == 404
        )
        assert state(monitor)[0] == "active"


async def test_a_refusal_is_told_without_what_a_hub_repeats_of_our_secrets(
    watched: Path, hub: Hub, certificate: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub.status = 400
    take = hub.take

    def repeat(form: dict[str, str]) -> None:
        take(form)
        hub.body = f"cannot reach {form['hub.callback']} with {form['hub.secret']}"

    hub.take = repeat  # type: ignore[method-assign]
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert state(monitor) == ("denied", "Its hub answered 400: cannot reach … with …")
        form, held = hub.asked[0], monitor.subscription()
    for secret in (form["hub.secret"], form["hub.callback"].rpartition("/")[2]):
        assert secret not in caplog.text
        assert secret not in repr(held)


async def test_a_feed_that_is_removed_is_given_back(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        monitor.services.store.feeds.sync([], monitor.clock())
        assert await monitor.hub(hub.push, rss(SECOND)) == 410
        await monitor.ask_hubs()
        assert hub.asked[1]["hub.mode"] == "unsubscribe"
        assert "hub.secret" not in hub.asked[1]
        assert hub.answers[1][0] == 200
        assert hub.subscribers == {}
        assert monitor.services.store.subscriptions.followed() == []


async def test_a_hub_that_never_confirms_the_end_is_asked_three_times(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        monitor.services.store.feeds.sync([], clock())
        hub.verifies = "never"
        for _ in range(10):
            await monitor.ask_hubs()
            clock.forward(DAY)
        assert [form["hub.mode"] for form in hub.asked] == ["subscribe"] + ["unsubscribe"] * 3
        assert monitor.services.store.subscriptions.followed() == []


async def test_a_feed_that_names_another_topic_is_subscribed_anew_and_the_old_one_given_back(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        publish(site, hub, SECOND, FIRST, path="/feed.xml?new")
        await monitor.visit()
        await monitor.ask_hubs()
        assert len(hub.asked) == 1  # a server that changes its mind all day is not followed
        clock.forward(DAY)
        await monitor.ask_hubs()
        await monitor.ask_hubs()
        assert [(form["hub.mode"], form["hub.topic"]) for form in hub.asked[1:]] == [
            ("unsubscribe", site.url("/feed.xml")),
            ("subscribe", site.url("/feed.xml?new")),
        ]
        assert hub.asked[2]["hub.callback"] != hub.asked[0]["hub.callback"]
        assert monitor.subscription().state == "active"


async def test_a_feed_without_a_hub_or_with_a_secret_of_its_own_is_not_subscribed(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    feeds = watched / "config" / "feeds.toml"
    feeds.write_text(feeds.read_text() + 'headers = {X-Key = "1"}\n')
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert hub.asked == []
        assert state(monitor) == ("", "")


async def test_a_hub_on_a_private_address_is_refused_and_the_feed_goes_on(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    port = site.base.rpartition(":")[2]
    async with reachable(watched, certificate, Clock(), private=f"127.0.0.1:{port}") as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert hub.asked == []
        word, note = state(monitor)
        assert word == "denied"
        assert "127.0.0.1" in note
        assert monitor.feed().state == "ok"


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_may_send_us_on_to_another_one(
    watched: Path, hub: Hub, certificate: Path, status: int
) -> None:
    with running_hub(certificate) as other:
        hub.status, hub.headers = status, {"Location": other.url}
        async with reachable(watched, certificate, Clock()) as monitor:
            await subscribed(monitor)
            assert other.asked == hub.asked


async def test_a_hub_cannot_send_the_secret_over_plain_http(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    hub.status, hub.headers = 307, {"Location": site.url("/hub")}
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert monitor.subscription().state == "asked"
        assert [asked.path for asked in site.asked] == ["/feed.xml"]


async def test_without_a_lease_what_was_asked_for_holds_and_an_endless_one_is_cut(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    hub.lease = None
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
        assert monitor.subscription().lease_until_at == START + 10 * DAY
        hub.lease = "9" * 30
        clock.forward(7 * DAY)
        await monitor.ask_hubs()
        assert monitor.subscription().lease_until_at == clock() + 15 * DAY


async def test_a_push_during_which_the_database_cannot_be_written_is_to_come_again(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        with closing(sqlite3.connect(monitor.services.home.database)) as other:
            other.execute("ALTER TABLE matches RENAME TO away")
            other.execute("ALTER TABLE fetch_log RENAME TO away_too")
            other.commit()
            assert await monitor.hub(hub.push, rss(SECOND)) == 503
            other.execute("ALTER TABLE away RENAME TO matches")
            other.execute("ALTER TABLE away_too RENAME TO fetch_log")
            other.commit()
        assert monitor.titles() == [FIRST[1]]
        assert await monitor.hub(hub.push, rss(SECOND)) == 202
        assert SECOND[1] in monitor.titles()


async def test_while_pushed_a_feed_is_visited_rarely_and_a_hub_that_delivers_nothing_is_found_out(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    publish(site, hub, FIRST, *OLD)
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)

        async def wait_after_visit() -> timedelta:
            await monitor.visit()
            next_at = monitor.feed().next_fetch_at
            assert next_at is not None
            return next_at - clock()

        clock.forward(HOUR)
        assert 12 * HOUR <= await wait_after_visit() <= 14 * HOUR
        assert "hub pushes" in monitor.feed().why_then
        clock.forward(HOUR)
        publish(site, hub, SECOND, FIRST, *OLD)
        assert await wait_after_visit() >= 10 * HOUR
        assert monitor.subscription().misses == 1
        clock.forward(HOUR)
        publish(site, hub, THIRD, SECOND, FIRST, *OLD)
        assert await wait_after_visit() < 2 * HOUR
        assert state(monitor)[0] == "active"
        assert "does not deliver" in state(monitor)[1]
        await monitor.hub(hub.push, rss(("4", "It delivers again", "x")))
        assert state(monitor) == ("active", "")
        clock.forward(HOUR)
        assert await wait_after_visit() >= 10 * HOUR


async def test_what_came_before_the_subscription_is_no_miss(
    watched: Path, site: Site, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await monitor.visit()
        clock.forward(HOUR)
        publish(site, hub, SECOND, FIRST)
        await monitor.ask_hubs()
        clock.forward(HOUR)
        await monitor.visit()
        assert (monitor.subscription().misses, len(monitor.titles())) == (0, 2)


async def test_a_changed_public_address_is_subscribed_anew(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    clock = Clock()
    async with reachable(watched, certificate, clock) as monitor:
        await subscribed(monitor)
    async with reachable(watched, certificate, clock) as monitor:
        await monitor.ask_hubs()
        await monitor.ask_hubs()
        assert [form["hub.mode"] for form in hub.asked] == ["subscribe", "subscribe"]
        assert hub.asked[1]["hub.callback"].startswith(monitor.url)
        assert monitor.subscription().state == "active"


async def test_a_restart_keeps_subscriptions_and_asks_nobody(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(watched, certificate, Clock()) as monitor:
        await subscribed(monitor)
        held = monitor.subscription()
        await monitor.ask_hubs()
        assert monitor.subscription() == held
    assert len(hub.asked) == 1
