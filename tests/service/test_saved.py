"""Saved searches at work: what is new, digests, alerts and topics that name them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import NotFoundError, QueryError, UsageError
from monitor.model.search import SavedSearch
from monitor.service import saved
from monitor.service.digesting import preview
from monitor.service.saved import MOST_NEW, NewCount
from monitor.service.wiring import open_services, rewired
from monitor.settings.home import Home
from tests.service.alert_world import DAY, LISTED, MINUTE, NOW, World

SEARCHES = """\
# What I follow.

[searches.lists]
query = '"entity list"'

# Both of them.
[searches.both]
title = "Lists and chips"
query = "saved:lists OR chips"
sort = "relevance"
"""


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    (home / "config" / "searches.toml").write_text(SEARCHES)
    with open_services(Home(home), NOW) as services:
        yield World(services)


def again(world: World) -> None:
    """Let the world follow its config."""
    world.services = rewired(world.services, world.now)


def new(world: World, name: str = "both") -> str:
    return str(saved.standing(world.services, name, world.now).new)


def test_what_came_before_it_was_saved_is_not_new_and_what_comes_after_is(world: World) -> None:
    world.bring("1", LISTED)
    assert (new(world, "lists"), new(world)) == ("1", "1")
    world.bring("2", "Chips are scarce")
    assert (new(world, "lists"), new(world)) == ("1", "2")
    saved.save(world.services, SavedSearch(name="late", title="", query="chips"), world.now)
    again(world)
    assert new(world, "late") == "0"
    world.bring("3", "More chips")
    assert new(world, "late") == "1"


def test_a_look_covers_what_was_there_when_the_person_looked(world: World) -> None:
    first = world.bring("1", LISTED)
    shown = saved.shown(world.services, "both", now=world.now)
    assert [hit.entry.id for hit in shown.found.hits] == [first]
    assert (shown.next_id, shown.until_id) == (first, first + 1)
    world.bring("2", "Chips are scarce")
    saved.mark_seen(world.services, "both", shown.until_id, world.now + MINUTE)
    assert (new(world), new(world, "lists")) == ("1", "1")
    stands = saved.standing(world.services, "both", world.now)
    assert stands.look is not None
    assert stands.look.looked_at == world.now + MINUTE
    # Nobody has seen what is not there, and what was seen stays so.
    saved.mark_seen(world.services, "both", 10**30, world.now)
    assert new(world) == "0"
    saved.mark_seen(world.services, "both", -5, world.now)
    world.bring("3", "Chips again")
    assert new(world) == "1"


def test_counting_what_is_new_stops_where_nobody_would_read_on(world: World) -> None:
    for number in range(MOST_NEW + 1):
        world.bring(str(number), f"Chips, part {number}")
    assert new(world) == f"{MOST_NEW}+"
    assert saved.standing(world.services, "lists", world.now).new == NewCount(0)


def test_what_many_searches_look_at_is_shared_among_them(world: World, home: Path) -> None:
    more = "".join(f"[searches.n{number}]\nquery = 'chips'\n" for number in range(498))
    (home / "config" / "searches.toml").write_text(SEARCHES + more)
    again(world)
    for number in range(4):
        world.bring(str(number), f"Chips, part {number}")
    counts = {
        each.search.name: str(each.new) for each in saved.standings(world.services, world.now)
    }
    assert (counts["lists"], counts["both"], counts["n497"]) == ("0", "3+", "3+")
    assert new(world) == "4"


def test_a_search_that_was_removed_and_saved_anew_begins_anew(world: World) -> None:
    world.bring("1", LISTED)
    saved.save(world.services, SavedSearch(name="x", title="", query="chips"), world.now)
    again(world)
    world.bring("2", "Chips are scarce")
    assert new(world, "x") == "1"
    saved.remove(world.services, "x", world.now)
    again(world)
    with pytest.raises(NotFoundError, match="did you mean"):
        saved.standing(world.services, "boht", world.now)
    saved.save(world.services, SavedSearch(name="x", title="", query="chips"), world.now)
    again(world)
    assert new(world, "x") == "0"


def test_saving_keeps_the_rest_of_the_file_byte_for_byte(world: World, home: Path) -> None:
    file = home / "config" / "searches.toml"
    added = SavedSearch(name="more", title="More", query="a\nOR b", sort="relevance")
    done = saved.save(world.services, added, world.now)
    assert done.value == added
    text = file.read_text()
    assert text.startswith(SEARCHES)
    assert "title" not in text[len(SEARCHES) :]  # the name gives it
    again(world)
    changed = SavedSearch(name="both", title="Both", query="saved:lists", sort="newest")
    preview_ = saved.preview_save(world.services, changed, instead=True)
    assert file.read_text() == text
    done = saved.save(world.services, changed, world.now, instead=True)
    assert done.diffs == preview_.diffs
    assert done.id is not None
    assert file.read_text().startswith(
        "# What I follow.\n\n[searches.lists]\nquery = '\"entity list\"'\n\n# Both of them.\n"
        '[searches.both]\nquery = "saved:lists"\n'
    )
    again(world)
    saved.remove(world.services, "both", world.now)
    assert "Both of them" not in file.read_text()
    assert "# What I follow.\n" in file.read_text()


def test_the_file_is_made_where_there_is_none(world: World, home: Path) -> None:
    (home / "config" / "searches.toml").unlink()
    again(world)
    with pytest.raises(NotFoundError, match="has none"):
        saved.standing(world.services, "both", world.now)
    saved.save(world.services, SavedSearch(name="x", title="", query="chips"), world.now)
    assert (home / "config" / "searches.toml").read_text() == (
        "# Saved searches: queries with a name, which others refer to as saved:NAME.\n\n"
        '[searches.x]\nquery = "chips"\n'
    )


@pytest.mark.parametrize(
    ("search", "instead", "error", "words"),
    [
        (SavedSearch(name="lists", title="", query="x"), False, UsageError, "already"),
        (SavedSearch(name="A b", title="", query="x"), False, UsageError, "no name"),
        (SavedSearch(name="new", title="", query="x AND"), False, QueryError, "The query ends"),
        (SavedSearch(name="new", title="", query="saved:new"), False, QueryError, "refer to itself"),
        (SavedSearch(name="lists", title="", query="saved:both"), True, QueryError, "refer to itself"),
        (SavedSearch(name="new", title="x\ny" * 400, query="x"), False, UsageError, "too long"),
        (SavedSearch(name="nwe", title="", query="x"), True, NotFoundError, "nwe"),
    ],
)  # fmt: skip
def test_what_may_not_be_saved_changes_nothing(
    world: World, home: Path, search: SavedSearch, instead: bool, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        saved.save(world.services, search, world.now, instead=instead)
    assert (home / "config" / "searches.toml").read_text() == SEARCHES


def test_what_others_refer_to_is_not_removed(world: World, home: Path) -> None:
    (home / "config" / "topics.toml").write_text('[topics.t]\nquery = "saved:both x"\n')
    again(world)
    with pytest.raises(UsageError) as refused:
        saved.remove(world.services, "lists", world.now)
    assert "searches.both.query" in str(refused.value)
    assert "config/topics.toml:2: topics.t.query" in str(refused.value)
    assert (home / "config" / "searches.toml").read_text() == SEARCHES


def test_a_change_that_would_break_who_refers_to_it_is_refused(world: World, home: Path) -> None:
    (home / "config" / "topics.toml").write_text('[topics.t]\nquery = "title:saved:lists"\n')
    again(world)
    for query, words in (("x lang:en", "cannot stand inside"), ("x topic:t", "cannot")):
        with pytest.raises(UsageError, match=words):
            saved.save(
                world.services,
                SavedSearch(name="lists", title="", query=query),
                world.now,
                instead=True,
            )
    (home / "config" / "topics.toml").write_text('[topics.t]\nquery = "saved:lists"\n')
    again(world)
    with pytest.raises(UsageError, match="a topic cannot ask for topics"):
        saved.save(
            world.services,
            SavedSearch(name="lists", title="", query="x topic:t"),
            world.now,
            instead=True,
        )


def test_a_topic_that_names_one_follows_it_as_a_new_version(world: World, home: Path) -> None:
    (home / "config" / "topics.toml").write_text('[topics.t]\nquery = "saved:lists"\n')
    again(world)
    assert world.services.versions == {"t": 1}
    world.bring("1", LISTED)
    assert len(saved.recent(world.services, "lists", world.now, 5)) == 1
    text = SEARCHES.replace("'\"entity list\"'", "'\"entity list\" OR curbs'")
    (home / "config" / "searches.toml").write_text(text)
    again(world)
    assert world.services.versions == {"t": 2}
    (home / "config" / "searches.toml").write_text(SEARCHES)
    again(world)
    assert world.services.versions == {"t": 1}


def test_sections_and_alerts_find_what_a_saved_search_finds(world: World, home: Path) -> None:
    monitor = home / "config" / "monitor.toml"
    text = monitor.read_text()
    assert "[digests.daily]" in text
    monitor.write_text(
        text
        + '\n[[digests.daily.sections]]\ntitle = "From my search"\nquery = "saved:both"\n'
        + "\n[alerts.now]\nquery = 'saved:lists'\nto = [{folder = \"alerts\"}]\n"
    )
    again(world)
    world.now += MINUTE
    world.bring("1", LISTED)
    world.bring("2", "Chips are scarce")
    world.bring("3", "Weather in the hills")
    (looked,) = world.look()
    assert looked.message is not None
    assert LISTED in looked.message.rendered.text
    assert "scarce" not in looked.message.rendered.text
    edition = preview(world.services, "daily", world.now + timedelta(minutes=5), since=NOW - DAY)
    shown = str(edition)
    assert "From my search" in shown
    assert LISTED in shown
    assert "Chips are scarce" in shown
    assert "Weather" not in shown
