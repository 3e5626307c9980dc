"""What comes to satisfy an alert's query later: edits, texts of linked pages, changed topics."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.service.alerting import look
from monitor.service.grouping import attach_stories
from monitor.service.rematching import pending, rematch_pieces
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.service import fulltext_world
from tests.service.alert_world import HOUR, LISTED, NOW, World, an_alert, write_alerts
from tests.service.alert_world import world as opened

OTHER = "Ministry of Harbours puts two yards on its own entity list"


def test_an_edit_that_makes_an_entry_match_rings(home: Path) -> None:
    with opened(home, an_alert("other", "nothing")) as desk:
        old = desk.bring("1", "Bureau to announce a decision")
        matching = desk.bring("2", LISTED)
    write_alerts(home, an_alert())
    with open_services(Home(home), NOW + HOUR) as services:
        desk = World(services, NOW + HOUR)
        new = desk.bring("3", "Harbour yards await their fate")
        assert desk.look() == []
        desk.edit(old, "1", "Bureau announces its entity list of orchid growers")
        desk.edit(new, "3", OTHER)
        # This one matched before the alert began: an edit makes no news of it.
        desk.edit(matching, "2", f"{LISTED} and more")
        found = [key for each in desk.look() for key in each.found]
        stories = desk.services.store.entries.entries([old, new])
        assert sorted(found) == sorted(f"s{each.story}" for each in stories)


def test_a_rematch_of_a_changed_topic_rings_nothing(home: Path) -> None:
    with opened(home, an_alert(query="topic:chips")) as desk:
        desk.bring("1", "Potato growers meet")
        assert desk.look() == []
    topics = home / "config" / "topics.toml"
    topics.write_text(topics.read_text().replace("@chips AND NOT potato", "potato*"))
    with open_services(Home(home), NOW + HOUR) as services:
        for compiled in pending(services):
            list(rematch_pieces(services, compiled, lambda: NOW + HOUR))
        attach_stories(services, NOW + HOUR)
        desk = World(services, NOW + HOUR)
        assert services.store.entries.entries([1])[0].story is not None
        assert desk.look() == []
        # A typing mistake is mended: no news either.
        desk.bring("2", "Weather in the hills")
        desk.edit(1, "1", "Potato growers will meet")
        assert desk.look() == []
        desk.bring("3", "Potatoes grow on the moon")
        assert [len(each.found) for each in desk.look()] == [1]


@fulltext_world.needs_the_extra
@pytest.mark.parametrize("query", ["traders", "topic:traders"])
def test_the_text_of_a_linked_page_rings(world: fulltext_world.World, query: str) -> None:
    write_alerts(world.root, an_alert(query=query, more='newer_than = "30d"'))
    with world.opened() as services:
        world.refresh(services)
        assert look(services, world.clock()) == []
        assert world.pages(services).taken == 1
        assert [each.found for each in look(services, world.clock())] == [("s1",)]
        assert look(services, world.clock()) == []


@fulltext_world.needs_the_extra
def test_the_text_of_a_page_makes_an_old_entry_ring_only_by_itself(
    world: fulltext_world.World,
) -> None:
    write_alerts(world.root, an_alert("none", "nothing"))
    with world.opened() as services:
        world.refresh(services)
    said, known = (("said", "traders"), ("known", "firms"))
    late = 'newer_than = "30d"'
    write_alerts(world.root, an_alert(*said, late), an_alert(*known, late))
    with world.opened() as services:
        assert world.pages(services).taken == 1
        assert [each.alert for each in look(services, world.clock())] == ["said"]
