"""Alerts that tell a day out of the ordinary, and replays of alerts over what is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.model.edition import Volume
from monitor.service.alert_shapes import listed, listed_shape, trial_shape
from monitor.service.alert_trials import try_alert
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.service.alert_world import (
    DAY,
    HOUR,
    LISTED,
    MINUTE,
    NOW,
    World,
    an_alert,
    world,
    write_alerts,
)
from tests.store.builders import outcome, record

WORDS = [
    "orchid",
    "lantern",
    "barley",
    "cobalt",
    "turbine",
    "violin",
    "saddle",
    "meadow",
    "harbour",
    "anvil",
    "thistle",
    "beacon",
    "copper",
    "walnut",
    "gravel",
    "falcon",
]

UNUSUAL = an_alert(query="census", more="unusual = true")


def more_than_three(
    name: str, title: str, counts: Sequence[int], known: Sequence[bool], span: int
) -> Volume:
    """Judge by hand: more than three stories are many, once a day was watched."""
    volume = Volume(
        topic=name, title=title, count=counts[-1], span=span, low=1, high=3, days=tuple(counts)
    )
    return replace(volume, unusual="many") if counts[-1] > 3 and any(known) else volume


def bring(desk: World, count: int, first: int = 0, **more: Any) -> None:
    """Store entries about as many different things; no topic wants them."""
    for number in range(first, first + count):
        word = WORDS[number % len(WORDS)] + str(number)
        desk.bring(word, f"The {word} census of {word} is counted", **more)


def history(desk: World) -> None:
    """Let one entry have come on each of the 40 days before."""
    for day in range(40, 0, -1):
        desk.now = NOW - day * DAY
        bring(desk, 1, 100 + day)
    desk.now = NOW


def test_an_unusual_day_is_told_once_with_its_stories(home: Path) -> None:
    with world(home, UNUSUAL, at=NOW - 50 * DAY) as desk:
        history(desk)
        bring(desk, 2)
        assert desk.look(judge_volume=more_than_three) == []
        bring(desk, 3, 2)
        # A month is not counted at every bell.
        assert desk.look(MINUTE, judge_volume=more_than_three) == []
        (looked,) = desk.look(10 * MINUTE, judge_volume=more_than_three)
        assert looked.found == ("day 2026-11-23",)
        message = looked.message
        assert message is not None
        assert message.stories == ("day 2026-11-23",)
        assert message.rendered.subject == (
            "Alert List: 5 stories in the 24 hours up to Mon 23 Nov 07:12; usual are 1 to 3"
        )
        document = json.loads(message.rendered.json)
        assert len(document["stories"]) + document["more"] == 5
        bring(desk, 3, 5)
        assert desk.look(HOUR, judge_volume=more_than_three) == []
        bring(desk, 4, 8)
        assert [each.found for each in desk.look(DAY, judge_volume=more_than_three)] == []
        bring(desk, 4, 12)
        found = [each.found for each in desk.look(HOUR, judge_volume=more_than_three)]
        assert found == [("day 2026-11-24",)]


def test_one_flood_is_not_told_again_when_the_date_changes(home: Path) -> None:
    with world(home, UNUSUAL, at=NOW - 50 * DAY) as desk:
        history(desk)
        desk.now = evening = NOW + 13 * HOUR  # 20:00
        bring(desk, 5)
        assert [each.found for each in desk.look(HOUR, judge_volume=more_than_three)] == [
            ("day 2026-11-23",)
        ]
        # The last 24 hours still hold the flood; one more story makes it no other one.
        desk.now = evening + 6 * HOUR
        bring(desk, 1, 5)
        assert desk.look(MINUTE, judge_volume=more_than_three) == []
        desk.now = evening + DAY + 2 * HOUR
        bring(desk, 4, 6)
        assert [each.found for each in desk.look(MINUTE, judge_volume=more_than_three)] == [
            ("day 2026-11-24",)
        ]
        alert = desk.services.settings.alerts[0]
        trial = try_alert(desk.services, alert, desk.now, judge_volume=more_than_three)
        assert [ring.key for each in trial.fired for ring in each.rings] == [
            "day 2026-11-23", "day 2026-11-24",
        ]  # fmt: skip


def test_a_flood_about_one_thing_is_one_story(home: Path) -> None:
    with world(home, an_alert(more="unusual = true"), at=NOW - 50 * DAY) as desk:
        history(desk)
        news = [desk.new(f"n{n}", LISTED, text=f"Telling {n}. " * 9) for n in range(150)]
        feed_id = desk.services.store.feeds.feeds()[0].id
        brought = outcome(feed_id, *news, at=desk.now)
        assert record(desk.services.store, brought, desk.now).left
        assert desk.look(judge_volume=more_than_three) == []


def test_a_new_database_knows_nothing_that_is_usual(home: Path) -> None:
    with world(home, UNUSUAL) as desk:
        bring(desk, 9)
        assert desk.look(judge_volume=more_than_three) == []


def test_what_is_usual_is_learned_from_the_weeks_before(home: Path) -> None:
    with world(home, UNUSUAL, at=NOW - 50 * DAY) as desk:
        history(desk)
        bring(desk, 2)
        assert desk.look() == []
        bring(desk, 9, 2)
        (looked,) = desk.look(HOUR)
        assert looked.message is not None
        assert "11 stories in the 24 hours" in looked.message.rendered.subject


def test_a_replay_says_what_would_have_been_sent(home: Path) -> None:
    table = an_alert(query="census", more='cool_down = "2h"\nnewer_than = "3d"')
    with world(home, table, at=NOW - 101 * DAY) as desk:
        desk.now = NOW - 100 * DAY
        bring(desk, 1, 50)
        history(desk)
        bring(desk, 2)
        desk.now += HOUR
        bring(desk, 1, 2)
        bring(desk, 1, 3, published_at=desk.now - 9 * DAY)
        desk.now = NOW + 3 * HOUR
        alert = desk.services.settings.alerts[0]
        shape = trial_shape(try_alert(desk.services, alert, desk.now))
        # The two of one moment come together, the third after the cool-down.
        assert (shape["entries"], shape["messages"], shape["stories"]) == (43, 42, 43)
        assert shape["per_week"] == 3.27
        assert shape["busiest"] == {"on": "2026-11-23", "messages": 2}
        assert [each["stories"] for each in shape["latest"]][:4] == [1, 2, 1, 1]
        assert shape["latest"][0]["at"] == "2026-11-23T09:00:00Z"
        assert len(shape["latest"]) == 10
        # Nothing was recorded.
        assert desk.services.store.alerts.messages() == []
        short = trial_shape(try_alert(desk.services, alert, desk.now, NOW + HOUR))
        assert (short["messages"], short["waiting"]) == (1, 0)


def test_a_replay_waits_for_outlets_and_quiet_hours(home: Path) -> None:
    table = an_alert(query="eleven", more='outlets = 2\nquiet = "20:00-06:00"')
    title = "Commerce bureau adds {} firms to the entity list over chip resales"
    with world(home, table) as desk:
        desk.bring("1", title.format("eleven"))
        desk.now = NOW + 15 * HOUR  # 22:00
        desk.bring("2", title.format("11"), "b", text="Another text.")
        desk.now = NOW + 16 * HOUR
        alert = desk.services.settings.alerts[0]
        trial = try_alert(desk.services, alert, desk.now)
        assert (trial.fired, len(trial.waiting)) == ((), 1)
        trial = try_alert(desk.services, alert, NOW + DAY)
        (sent,) = trial.fired
        assert sent.at == NOW + 23 * HOUR
        assert [ring.title for ring in sent.rings] == [title.format("eleven")]
        # What was told by the replay is what the alert tells.
        assert [each.found for each in desk.look()] == [("s1",)]
        desk.now = NOW + 23 * HOUR
        assert [bool(each.message) for each in desk.look(timedelta(0))] == [True]


def test_a_replay_of_unusual_days(home: Path) -> None:
    with world(home, UNUSUAL, at=NOW - 50 * DAY) as desk:
        history(desk)
        for number in range(6):
            desk.now = NOW + number * HOUR * 2
            bring(desk, 1, number)
        alert = desk.services.settings.alerts[0]
        trial = try_alert(desk.services, alert, desk.now + MINUTE, judge_volume=more_than_three)
        assert [(each.at, each.rings[0].key) for each in trial.fired] == [
            (NOW + 6 * HOUR, "day 2026-11-23")
        ]
        assert "4 stories in the 24 hours" in trial.fired[0].rings[0].title


def test_alerts_are_listed_with_what_waits_and_when_they_may_speak(home: Path) -> None:
    with world(home, an_alert(query="census", more='cool_down = "3h"')) as desk:
        bring(desk, 1)
        desk.look()
        bring(desk, 1, 1)
        desk.look()
        (shape,) = map(listed_shape, listed(desk.services, desk.now))
        assert (shape["name"], shape["query"], shape["waiting"]) == ("list", "census", ["e2"])
        assert shape["began_at"] == "2026-11-23T07:00:00Z"
        assert shape["next_at"] == "2026-11-23T10:01:00Z"
        assert shape["last"]["stories"] == ["e1"]
        assert [each["state"] for each in shape["last"]["deliveries"]] == ["planned"]
    write_alerts(home, an_alert("fresh", "census"))
    with open_services(Home(home), NOW + DAY) as services:
        (shape,) = map(listed_shape, listed(services, NOW + DAY))
        assert (shape["last"], shape["waiting"], shape["next_at"]) == (
            None, [], "2026-11-24T07:00:00Z",
        )  # fmt: skip
