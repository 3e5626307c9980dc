"""Subscribing from end to end, on loopback: a publisher, a hub and a monitor that talk over HTTP."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.service.pushed import (
    DAY,
    FIRST,
    HOUR,
    SECOND,
    START,
    Clock,
    publish,
    reachable,
    state,
    subscribed,
)
from tests.site import Site, rss
from tests.websub_hub import Hub, running_hub


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
    watched: Path, hub: Hub, certificate: Path
) -> None:
    with running_hub(None) as plain:
        hub.status, hub.headers = 307, {"Location": plain.url}
        async with reachable(watched, certificate, Clock()) as monitor:
            await monitor.visit()
            await monitor.ask_hubs()
            assert (len(hub.asked), plain.asked) == (1, [])
            assert monitor.subscription().state == "asked"


async def test_a_hub_over_plain_http_alone_is_not_asked(
    watched: Path, site: Site, certificate: Path
) -> None:
    with running_hub(None) as plain:
        publish(site, plain, FIRST)
        async with reachable(watched, certificate, Clock()) as monitor:
            await monitor.visit()
            await monitor.ask_hubs()
            assert monitor.feed().links.hub == plain.url
            assert plain.asked == []
            assert state(monitor) == ("", "")


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


async def test_a_feed_that_was_just_removed_or_switched_off_is_not_verified(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    hub.verifies = "never"
    async with reachable(watched, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        (form,) = hub.asked
        config = monitor.feed().feed
        assert config is not None
        for feeds in ([], [replace(config, enabled=False)]):
            monitor.services.store.feeds.sync(feeds, monitor.clock())
            assert (await monitor.hub(hub.verify, form))[0] == 404
            assert await monitor.hub(hub.push, rss(SECOND), form) == 410
