"""What a person sees of pushes: `feeds list --json` and `doctor`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model.subscription import Subscription
from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from tests.conftest import Command
from tests.site import Page, Site, rss

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SECRETS = ("tokentokentokentokentoken", "secretsecretsecretsecret")


@pytest.fixture
def watched(in_home: Command, home: Path, site: Site) -> Command:
    """A home with one feed, that hubs are to reach."""
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")))
    assert in_home("feeds", "add", site.url("/feed.xml")).status == 0
    assert in_home("fetch").status == 0
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\npublic_url = "https://m.example"\n')
    return in_home


def hold(home: Path, **fields: Any) -> None:
    """Let the feed have a subscription."""
    standard = Subscription(
        id=0, feed_id=1, hub="https://hub.example/", topic="https://a.example/feed",
        callback=f"https://m.example/websub/{SECRETS[0]}", token=SECRETS[0], secret=SECRETS[1],
        next_at=utc_now() + timedelta(days=1), asked_at=NOW,
    )  # fmt: skip
    with open_services(Home(home), utc_now()) as services:
        assert services.store.subscriptions.add(replace(standard, **fields))


def pushes_of(ran: Any) -> dict[str, Any]:
    (found,) = [each for each in ran.json["checks"] if each["check"] == "pushes"]
    assert isinstance(found, dict)
    return found


def test_a_public_address_nobody_has_used_yet_is_fine(watched: Command) -> None:
    found = pushes_of(watched("doctor", "--json"))
    assert found["ok"]
    assert "no feed with a hub" in found["message"]


@pytest.mark.parametrize(
    "fields", [{"attempts": 2}, {"state": "denied", "error": "Its hub refused."}]
)
def test_a_public_address_no_hub_reaches_is_told_with_what_to_look_at(
    watched: Command, home: Path, fields: dict[str, Any]
) -> None:
    hold(home, **fields)
    ran = watched("doctor", "--json")
    found = pushes_of(ran)
    assert not found["ok"]
    assert ran.status == 1
    assert "https://m.example/websub/ leads to" in found["message"]
    assert "docs/websub.md" in found["message"]
    (feed,) = watched("feeds", "list", "--json").json["feeds"]
    assert feed["push"] == fields.get("state", "asked")
    assert feed["push_note"]
    for secret in SECRETS:
        assert secret not in ran.out + ran.err


def test_a_request_on_its_way_is_no_trouble(watched: Command, home: Path) -> None:
    hold(home, attempts=1)
    assert pushes_of(watched("doctor", "--json"))["ok"]


def test_feeds_that_are_pushed_are_counted_and_hubs_that_do_not_deliver_named(
    watched: Command, home: Path
) -> None:
    later = utc_now() + timedelta(days=9)
    hold(home, state="active", verified_at=NOW, active_since_at=NOW, lease_until_at=later, misses=2)
    found = pushes_of(watched("doctor", "--json"))
    assert found["ok"]
    assert "pushed feeds: 1; asked for: 0; refused: 0" in found["message"]
    assert "not delivered by their hubs: 1" in found["message"]
    (feed,) = watched("feeds", "list", "--json").json["feeds"]
    assert feed["push"] == "active"
    assert "does not deliver" in feed["push_note"]


def test_without_a_public_address_nothing_is_said(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")))
    assert in_home("feeds", "add", site.url("/feed.xml")).status == 0
    checks = in_home("doctor", "--json").json["checks"]
    assert "pushes" not in [each["check"] for each in checks]
