"""`monitor alerts`: how alerts stand, and what one would have sent; entries come by `monitor fetch`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.service.alerting import look
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.conftest import Command
from tests.service.alert_world import LISTED, an_alert, write_alerts
from tests.site import Page, Site, rss


def looked(home: Path, after: timedelta = timedelta(0)) -> list[str]:
    """Let the alerts look, as the running monitor does; return the subjects of their messages."""
    now = datetime.now(UTC) + after
    with open_services(Home(home), now) as services:
        done = look(services, now)
    return [each.message.rendered.subject for each in done if each.message is not None]


@pytest.fixture
def watched(in_home: Command, site: Site, home: Path) -> Command:
    """A home with an alert whose feed has brought one entry it is about, and one it is not."""
    document = rss(("1", LISTED, "x"), ("2", "Weather in the hills", "y"))
    # Without dates: what has none counts as new.
    site.pages["/feed.xml"] = Page(re.sub(rb"<pubDate>.*?</pubDate>", b"", document))
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')
    write_alerts(home, an_alert())
    assert in_home("fetch").status == 0
    return in_home


def test_what_a_fetch_brings_is_told_by_the_look_after_it(watched: Command, home: Path) -> None:
    assert looked(home) == [f"Alert List: {LISTED}"]
    assert watched("fetch", "--all").status == 0
    assert looked(home) == []
    (alert,) = watched("alerts", "list", "--json").json["alerts"]
    assert list(alert) == [
        "name", "title", "query", "outlets", "unusual", "began_at", "waiting", "last", "next_at",
    ]  # fmt: skip
    assert alert["last"]["subject"] == f"Alert List: {LISTED}"
    assert alert["last"]["stories"] == ["s1"]
    (delivery,) = alert["last"]["deliveries"]
    assert (delivery["channel"], delivery["to"], delivery["state"]) == (
        "folder", "alerts", "planned",
    )  # fmt: skip


def test_alerts_are_listed_for_people(watched: Command, home: Path) -> None:
    line = watched("alerts", "list").out
    assert "none yet" in line
    assert "any time" in line
    looked(home)
    assert LISTED in watched("alerts", "list").out


def test_a_trial_says_how_often_an_alert_would_have_fired(watched: Command) -> None:
    document = watched("alerts", "test", "list", "--json").json
    assert list(document) == [
        "alert", "since", "until", "entries", "messages", "stories", "per_week", "busiest", "waiting",
        "latest",
    ]  # fmt: skip
    assert (document["entries"], document["messages"], document["stories"]) == (1, 1, 1)
    assert document["latest"][0]["titles"] == [LISTED]
    text = watched("alerts", "test", "list", "--since", "7d").out
    assert text.startswith("list: 1 message in 1 day, with 1 story; 1 a week\n")
    assert LISTED in text
    # It sends nothing, and the alert itself still has it to tell.
    assert watched("alerts", "list", "--json").json["alerts"][0]["last"] is None


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("test", "lst"), 1, "No alert is called 'lst'; config/monitor.toml has: list."),
        (("test",), 2, "Missing argument"),
        (("test", "list", "--since", "never"), 2, "is no time"),
        (("test", "list", "--since", "2999-01-01"), 2, "lies in the future"),
        (("test", "list", "--since", "0001-01-01"), 0, ""),
        (("show",), 2, "No such command"),
    ],
)
def test_wrong_input_is_refused_with_what_to_do(
    watched: Command, arguments: tuple[str, ...], status: int, told: str
) -> None:
    result = watched("alerts", *arguments)
    assert result.status == status
    assert told in result.err


def test_a_home_without_alerts_says_where_to_write_one(in_home: Command) -> None:
    listed = in_home("alerts", "list")
    assert (listed.status, listed.out) == (0, "")
    assert "[alerts.NAME]" in listed.err
    assert in_home("alerts", "list", "--json").json == {"alerts": []}
    tried = in_home("alerts", "test", "x")
    assert tried.status == 2
    assert "[alerts.NAME]" in tried.err
