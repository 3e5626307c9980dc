"""Alerts on a real store: each story once, nothing lost, nothing old, whatever happens in between."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.model.ruling import Wish
from monitor.service.alerting import look
from monitor.service.grouping import attach_stories
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
    write_alerts,
)
from tests.service.alert_world import (
    world as opened,
)
from tests.store.builders import outcome, record

OTHER = "Ministry of Harbours puts two yards on its own entity list"


def test_a_story_is_told_once_with_a_delivery_for_each_recipient(home: Path) -> None:
    with opened(home) as desk:
        desk.bring("1", LISTED)
        desk.bring("2", "Weather in the hills")
        (looked,) = desk.look()
        assert (looked.alert, looked.found) == ("list", ("s1",))
        message = looked.message
        assert message is not None
        assert message.rendered.subject == f"Alert List: {LISTED}"
        assert [(each.channel, each.to, each.state) for each in message.deliveries] == [
            ("folder", "alerts", "planned")
        ]
        assert message.deliveries[0].alert_message == message.id
        assert desk.look() == []
        # Another outlet tells the same: no second message.
        desk.bring("3", LISTED, "b")
        assert desk.look() == []
        assert desk.sent() == [("s1",)]


def test_nothing_old_rings_when_an_alert_begins(home: Path) -> None:
    with opened(home, an_alert("other", "nothing")) as desk:
        desk.bring("1", LISTED)
    write_alerts(home, an_alert())
    with open_services(Home(home), NOW + HOUR) as services:
        desk = World(services, NOW + HOUR)
        assert desk.look() == []
        # It is a story of before, but somebody says it anew.
        desk.bring("2", OTHER)
        assert [each.found for each in desk.look()] == [("s2",)]


def test_an_entry_that_no_topic_wants_rings_by_itself_and_once(home: Path) -> None:
    with opened(home, an_alert(query="lighthouse")) as desk:
        entry_id = desk.bring("1", "The lighthouse gets a lamp")
        assert [each.found for each in desk.look()] == [(f"e{entry_id}",)]
        # Later it is edited, matches a topic and comes into a story: that was told.
        desk.edit(
            entry_id, "1", "The lighthouse gets a chip for its lamp, it is on the entity list"
        )
        attach_stories(desk.services, desk.now)
        (entry,) = desk.services.store.entries.entries([entry_id])
        assert entry.story is not None
        desk.bring("2", "The lighthouse gets a chip for its lamp, it is on the entity list", "b")
        assert desk.look() == []


def test_what_its_publisher_dates_far_back_rings_nothing(home: Path) -> None:
    with opened(home) as desk:
        desk.bring("1", LISTED, published_at=NOW - 4 * DAY)
        desk.bring("2", OTHER, published_at=NOW - 2 * DAY)
        assert [each.found for each in desk.look()] == [("s2",)]


def test_stories_that_become_one_are_told_once(home: Path) -> None:
    with opened(home) as desk:
        desk.bring("1", LISTED)
        desk.look()
        desk.bring("2", OTHER)
        desk.services.store.rulings.rule(Wish("merge", 1, (2,)), desk.now)
        assert desk.look() == []
        # The other way round: what was told leads to a story that was not.
        desk.bring("3", "A third entity list for orchids is proposed by gardeners")
        desk.services.store.rulings.rule(Wish("merge", 3, (1,)), desk.now)
        desk.bring("4", LISTED, "b")
        assert desk.look() == []
        assert desk.sent() == [("s1",)]


def test_two_waiting_stories_that_become_one_have_one_card(home: Path) -> None:
    with opened(home, an_alert(more='quiet = "06:00-09:00"')) as desk:
        desk.bring("1", LISTED)
        desk.bring("2", OTHER)
        assert [each.message for each in desk.look()] == [None]
        desk.services.store.rulings.rule(Wish("merge", 1, (2,)), desk.now)
        (looked,) = desk.look(2 * HOUR)
        assert looked.message is not None
        assert looked.message.stories == ("s1", "s2")
        assert len(json.loads(looked.message.rendered.json)["stories"]) == 1


def test_what_waits_and_turns_out_to_be_told_is_not_told_again(home: Path) -> None:
    with opened(home, an_alert(more='cool_down = "2h"')) as desk:
        desk.bring("1", LISTED)
        desk.look()
        desk.bring("2", OTHER)
        assert [each.found for each in desk.look()] == [("s2",)]
        desk.services.store.rulings.rule(Wish("merge", 1, (2,)), desk.now)
        assert desk.look(3 * HOUR) == []
        assert desk.services.store.alerts.queue("list").found == ()
        assert desk.sent() == [("s1", "s2")]


def test_a_later_entry_that_does_not_match_completes_the_outlets(home: Path) -> None:
    with opened(home, an_alert(query='"eleven firms"', more="outlets = 2")) as desk:
        desk.bring("1", LISTED)
        assert desk.look() == []
        second = desk.bring("2", LISTED.replace("eleven", "11"), "b", text="It is another text.")
        (entry,) = desk.services.store.entries.entries([second])
        assert (entry.story, entry.copy_of) == (1, None)
        (looked,) = desk.look()
        assert looked.found == ("s1",)
        assert looked.message is not None
        card = json.loads(looked.message.rendered.json)["stories"][0]
        assert card["outlets"] == ["a.example", "b.example"]


def test_copies_are_no_independent_outlets(home: Path) -> None:
    with opened(home, an_alert(more="outlets = 2")) as desk:
        desk.bring("1", LISTED, text="The same words at every outlet. " * 20)
        second = desk.bring("2", LISTED, "b", text="The same words at every outlet. " * 20)
        (entry,) = desk.services.store.entries.entries([second])
        assert entry.copy_of is not None
        assert desk.look() == []


def test_an_old_match_does_not_ring_when_a_new_outlet_comes(home: Path) -> None:
    with opened(home, an_alert("other", "nothing")) as desk:
        desk.bring("1", LISTED)
    write_alerts(home, an_alert(query='"eleven firms"', more="outlets = 2"))
    with open_services(Home(home), NOW + HOUR) as services:
        desk = World(services, NOW + HOUR)
        desk.bring("2", LISTED.replace("eleven", "11"), "b", text="It is another text.")
        assert desk.look() == []
        desk.bring("3", LISTED, "c", text="A third one writes this.")
        assert [each.found for each in desk.look()] == [("s1",)]


def test_a_large_document_gets_its_stories_before_it_rings(home: Path) -> None:
    with opened(home) as desk:
        desk.bring("0", "Weather in the hills")
        news = [desk.new(f"n{n}", LISTED, text=f"Telling {n}. " * 9) for n in range(150)]
        feed_id = desk.services.store.feeds.feeds()[0].id
        assert record(desk.services.store, outcome(feed_id, *news, at=desk.now), desk.now).left
        (looked,) = desk.look()
        assert looked.found == ("s1",)
        assert desk.look() == []


def test_quiet_hours_and_the_cool_down_gather(home: Path) -> None:
    table = an_alert(more='quiet = "22:00-07:30"\ncool_down = "1h"\ntimezone = "Europe/Berlin"')
    with opened(home, table) as desk:  # 08:00 in Berlin
        desk.bring("1", LISTED)
        assert [bool(each.message) for each in desk.look()] == [True]
        desk.bring("2", OTHER)
        assert [bool(each.message) for each in desk.look(10 * MINUTE)] == [False]
        desk.bring("3", "A third entity list for orchids is proposed by gardeners")
        assert [bool(each.message) for each in desk.look(10 * MINUTE)] == [False]
        assert [bool(each.message) for each in desk.look(HOUR)] == [True]
        assert desk.sent() == [("s1",), ("s2", "s3")]
        assert desk.subjects()[1].endswith("(+1 more)")
        desk.now = NOW + 15 * HOUR  # 23:00 in Berlin
        desk.bring("4", "Fourth entity list: lamps of lighthouses", "d")
        assert [bool(each.message) for each in desk.look()] == [False]
        desk.now = NOW + DAY - HOUR  # 07:00
        assert desk.look() == []
        assert [bool(each.message) for each in desk.look(HOUR / 2)] == [True]


def test_a_clock_set_back_does_not_silence_an_alert(home: Path) -> None:
    with opened(home, an_alert(more='cool_down = "1h"')) as desk:
        desk.now = NOW + 400 * DAY
        desk.bring("1", LISTED)
        desk.look()
        desk.now = NOW
        desk.bring("2", OTHER)
        assert [bool(each.message) for each in desk.look()] == [True]


def test_what_was_found_is_told_after_the_process_was_killed(home: Path) -> None:
    with opened(home) as desk:
        desk.bring("1", LISTED)
    code = (
        "import os, signal\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from monitor.service import alerting\n"
        "from monitor.service.wiring import open_services\n"
        "from monitor.settings.home import Home\n"
        "alerting.render = lambda content: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"now = datetime.fromisoformat({NOW.isoformat()!r})\n"
        f"with open_services(Home(Path({str(home)!r})), now) as services:\n"
        "    alerting.look(services, now)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert killed.returncode == -9
    with open_services(Home(home), NOW + HOUR) as services:
        desk = World(services, NOW + HOUR)
        assert [each.key for each in services.store.alerts.queue("list").found] == ["s1"]
        assert [bool(each.message) for each in desk.look()] == [True]
        assert desk.look() == []
        assert desk.sent() == [("s1",)]


def test_many_that_look_at_once_tell_each_story_once(home: Path) -> None:
    with opened(home) as desk:
        words = "orchid lantern barley cobalt turbine violin saddle meadow"
        for number, word in enumerate(words.split()):
            desk.bring(str(number), f"{word} growers of {word} join the entity list of {word}")
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda _: look(desk.services, desk.now), range(12)))
        told = [story for stories in desk.sent() for story in stories]
        stories = {each.story for each in desk.services.store.entries.entries(range(1, 9))}
        assert sorted(told) == sorted(f"s{story}" for story in stories)
        assert desk.services.store.alerts.queue("list").found == ()


def test_two_processes_that_look_at_once_tell_each_story_once(home: Path) -> None:
    with opened(home) as desk:
        code = (
            "from datetime import datetime\n"
            "from pathlib import Path\n"
            "from monitor.service.alerting import look\n"
            "from monitor.service.wiring import open_services\n"
            "from monitor.settings.home import Home\n"
            f"now = datetime.fromisoformat({NOW.isoformat()!r})\n"
            f"with open_services(Home(Path({str(home)!r})), now) as services:\n"
            "    print('ready', flush=True)\n"
            "    while services.store.entries.newest_id() < 12 or look(services, now):\n"
            "        look(services, now)\n"
        )
        children = [
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        for number in range(12):
            word = chr(97 + number) * 6
            desk.bring(str(number), f"{word} growers of {word} join the entity list of {word}")
        for child in children:
            assert child.communicate(timeout=60)
            assert child.returncode == 0
        desk.look()
        told = [story for stories in desk.sent() for story in stories]
        stories = {each.story for each in desk.services.store.entries.entries(range(1, 13))}
        assert sorted(told) == sorted(f"s{story}" for story in stories)


def test_an_alert_that_is_taken_out_and_put_back_begins_anew(home: Path) -> None:
    with opened(home, an_alert(more='quiet = "06:00-09:00"')) as desk:
        desk.bring("1", LISTED)
        assert [each.found for each in desk.look()] == [("s1",)]
    write_alerts(home)
    with open_services(Home(home), NOW + HOUR) as services:
        World(services, NOW + HOUR).bring("2", OTHER)
    write_alerts(home, an_alert())
    with open_services(Home(home), NOW + DAY) as services:
        desk = World(services, NOW + DAY)
        assert desk.look() == []
        desk.bring("3", "A third entity list for orchids is proposed by gardeners")
        assert [each.found for each in desk.look()] == [("s3",)]


def test_an_unmatched_entry_that_waits_is_not_pruned(home: Path) -> None:
    with opened(home, an_alert(query="lighthouse", more='quiet = "06:00-09:00"')) as desk:
        entry_id = desk.bring("1", "The lighthouse gets a lamp")
        other = desk.bring("2", "Weather in the hills")
        desk.look()
        desk.services.store.upkeep.prune(NOW + DAY, NOW)
        left = desk.services.store.entries.entries([entry_id, other])
        assert [each.id for each in left] == [entry_id]
        assert [bool(each.message) for each in desk.look(3 * HOUR)] == [True]
        desk.services.store.upkeep.prune(NOW + DAY, NOW)
        assert desk.services.store.entries.entries([entry_id]) == []


@pytest.mark.parametrize("outlets", [1, 2])
def test_a_flood_comes_in_one_bounded_message(home: Path, outlets: int) -> None:
    with opened(home, an_alert(query="growers", more=f"outlets = {outlets}")) as desk:
        hostile = '<script>alert(1)</script>\r\nBcc: x@example.org \u202e"&&&& ' + "👾" * 3000
        desk.bring("0", "Weather in the hills")
        feed_id = desk.services.store.feeds.feeds()[0].id
        news = [
            desk.new(f"n{n}", f"growers {n} {hostile}", url=f"https://a.example/{n}?" + "&" * 1900)
            for n in range(700)
        ]
        record(desk.services.store, outcome(feed_id, *news, at=desk.now), desk.now)
        looked = desk.look()
        if outlets == 2:
            assert looked == []
            return
        message = looked[0].message
        assert message is not None
        assert len(message.stories) == 700
        rendered = message.rendered
        assert len(rendered.html.encode()) < 90_000
        assert "<script" not in rendered.html
        assert "\n" not in rendered.subject
        assert "\u202e" not in rendered.html + rendered.text + rendered.markdown
        document = json.loads(rendered.json)
        assert len(document["stories"]) + document["more"] == 700
        assert "monitor search" in rendered.text


def test_a_message_nobody_gets_is_kept(home: Path) -> None:
    with opened(home, "list]\nquery = '\"entity list\"'") as desk:
        desk.bring("1", LISTED)
        (looked,) = desk.look()
        assert looked.message is not None
        assert looked.message.deliveries == ()


def test_what_came_while_nobody_looked_comes_in_one_message_after_an_outage(home: Path) -> None:
    with opened(home) as desk:
        for title in (LISTED, OTHER, "A third entity list for orchids is proposed by gardeners"):
            desk.now += DAY
            desk.bring(title[:5], title)
    with open_services(Home(home), NOW + 9 * DAY) as services:
        desk = World(services, NOW + 9 * DAY)
        (looked,) = desk.look()
        assert looked.found == ("s1", "s2", "s3")
        assert [len(stories) for stories in desk.sent()] == [3]
        assert looked.message is not None
        assert looked.message.rendered.subject.endswith("(+2 more)")


def test_a_process_killed_at_any_moment_loses_and_repeats_nothing(home: Path) -> None:
    code = (
        "from datetime import datetime\n"
        "from pathlib import Path\n"
        "from monitor.service.alerting import look\n"
        "from monitor.service.wiring import open_services\n"
        "from monitor.settings.home import Home\n"
        f"now = datetime.fromisoformat({NOW.isoformat()!r})\n"
        f"with open_services(Home(Path({str(home)!r})), now) as services:\n"
        "    print('ready', flush=True)\n"
        "    while True:\n"
        "        for looked in look(services, now):\n"
        "            print(looked.alert, flush=True)\n"
    )
    with opened(home, an_alert(query="lighthouse")) as desk:
        for run in range(6):
            with subprocess.Popen(
                [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
            ) as child:
                assert child.stdout is not None
                assert child.stdout.readline() == "ready\n"
                # Killed while it looks at some of these, each time after another number of messages.
                for number in range(8):
                    desk.bring(f"{run}-{number}", f"Lighthouse {run}-{number} gets a lamp")
                    if number == run:
                        assert child.stdout.readline() == "list\n"
                child.kill()
        desk.look()
        told = [story for stories in desk.sent() for story in stories]
        assert sorted(told) == sorted(f"e{number}" for number in range(1, 49))
