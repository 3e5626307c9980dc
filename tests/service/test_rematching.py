"""Topics applied to stored entries: piece by piece, resumable, without a gap, and never as news."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import OvertakenError
from monitor.model.edition import Window
from monitor.model.topic import Rematching
from monitor.service.grouping import attach_pieces, attach_stories
from monitor.service.rematching import (
    Rematched,
    added,
    pending,
    rematch,
    rematch_pieces,
    topic_named,
    waiting,
)
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.store.builders import (
    HOUR,
    NOW,
    add,
    match,
    new,
    outcome,
    record,
    revised,
    ungroup,
    watch,
)

LATER = NOW + 24 * HOUR


@contextmanager
def asking(root: Path, query: str) -> Iterator[Services]:
    """Open the home with one topic, `chips`, that asks for this."""
    (root / "config" / "topics.toml").write_text(
        f"[topics.chips]\ntitle = 'Chips'\nquery = '{query}'\n"
    )
    with open_services(Home(root), NOW) as services:
        yield services


def fill(services: Services, count: int = 10) -> list[int]:
    """Store entries an hour apart, every second one about chips, none matched."""
    return [
        add(
            services.store,
            new(f"{n}", title="Chip news" if n % 2 else "Wafer news"),
            at=NOW + n * HOUR,
        )[0]
        for n in range(count)
    ]


def matched(services: Services, ids: list[int]) -> list[int]:
    return [entry.id for entry in services.store.entries.entries(ids) if entry.matches]


def steps(services: Services, piece: int) -> list[Rematched]:
    chips = topic_named(services, "chips")
    return list(rematch_pieces(services, chips, lambda: LATER, piece))


def first_piece(services: Services, piece: int = 2) -> None:
    """Apply the topic to its first piece and stop there."""
    next(rematch_pieces(services, topic_named(services, "chips"), lambda: LATER, piece))


@pytest.mark.parametrize("piece", [1, 2, 4, 5, 6])
def test_every_entry_is_decided_once_whatever_the_size_of_a_piece(home: Path, piece: int) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        assert [topic.name for topic in pending(services)] == ["chips"]
        assert waiting(services, pending(services)[0]) == 10
        done = steps(services, piece)
        assert [each.left for each in done] == sorted((each.left for each in done), reverse=True)
        whole = done[0]
        for each in done[1:]:
            whole = added(whole, each)
        assert (whole.entries, whole.matches, whole.gained, whole.lost) == (5, 5, 5, 0)
        assert matched(services, ids) == ids[1::2]
        assert pending(services) == []
        assert waiting(services, topic_named(services, "chips")) == 0


def test_broken_off_it_goes_on_where_it_stopped_the_newest_entries_first(home: Path) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        first_piece(services)
        assert matched(services, ids) == [ids[7], ids[9]]
    with asking(home, "chip") as services:
        assert waiting(services, topic_named(services, "chips")) == 7
        (rest,) = rematch(services, pending(services), lambda: LATER)
        assert (rest.gained, rest.left) == (3, 0)
        assert matched(services, ids) == ids[1::2]


def test_former_matches_stand_until_their_piece_is_decided(home: Path) -> None:
    with asking(home, "chip") as services:
        ids = fill(services)
        rematch(services, services.topics, lambda: LATER)
    with asking(home, "wafer") as services:
        first_piece(services)
        assert matched(services, ids) == [ids[1], ids[3], ids[5], ids[6], ids[8]]


def test_a_topic_that_changes_again_meanwhile_begins_anew(home: Path) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        first_piece(services)
    with asking(home, "wafer") as services:
        assert waiting(services, topic_named(services, "chips")) == 10
        rematch(services, pending(services), lambda: LATER)
        assert matched(services, ids) == ids[::2]


def test_entries_that_come_meanwhile_under_the_former_version_are_decided_as_well(
    home: Path,
) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        first_piece(services)
        # Stored by a command that was started before the topic was changed: not matched.
        ids += add(services.store, new("late", title="Late chip news"), at=LATER)
        done = steps(services, 2)
        assert done[-1].gained == 1
        assert matched(services, ids) == [*ids[1:10:2], ids[-1]]
        assert pending(services) == []


def test_a_topic_applied_again_by_hand_changes_nothing(home: Path) -> None:
    with asking(home, "chip") as services:
        ids = fill(services)
        rematch(services, services.topics, lambda: LATER)
        (again,) = rematch(services, services.topics, lambda: LATER)
        assert (again.matches, again.gained, again.lost) == (5, 0, 0)
        assert matched(services, ids) == ids[1::2]


def test_matches_gained_so_are_marked_and_no_edition_takes_old_entries_for_new(home: Path) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        live = replace(match("chips", services.versions["chips"]), points=2)
        ids += add(services.store, new("live", title="Live chip", matches=(live,)), at=LATER)
        rematch(services, services.topics, lambda: LATER + HOUR)
        entries = services.store.entries.entries(ids)
        flags = {entry.id: each.backfilled for entry in entries for each in entry.matches}
        assert flags == {**dict.fromkeys(ids[1:10:2], True), ids[-1]: False}
        # The window of an edition is about first-seen times, so what was seen earlier stays out.
        window = Window(LATER, LATER + HOUR, "UTC")
        assert [e.id for e in services.store.entries.matched(window, ["chips"])] == ids[-1:]


def test_matches_of_a_topic_that_is_gone_are_dropped(home: Path) -> None:
    with asking(home, "chip") as services:
        ids = fill(services)
        rematch(services, services.topics, lambda: LATER)
    (home / "config" / "topics.toml").write_text("")
    with open_services(Home(home), NOW) as services:
        rematch(services, [], lambda: LATER)
        assert matched(services, ids) == []


def test_entries_without_stories_get_them_some_days_at_a_time(home: Path) -> None:
    with asking(home, "chip") as services:
        for days in (0, 3, 200):
            added_at = NOW + timedelta(days=days)
            add(
                services.store,
                new(f"{days}", title=f"Chip {days}", matches=(match(),)),
                at=added_at,
            )
        ungroup(services.store)
        assert list(attach_pieces(services, LATER)) == [2, 1]
        assert attach_stories(services, LATER) == 0


def test_what_was_all_but_ended_ends(home: Path) -> None:
    with asking(home, "chip") as services:
        ids = fill(services, 2)
        version = services.versions["chips"]
        done = Rematching("chips", version, ids[-1], 1)
        services.store.topics.replace_matches(None, done, (1, ids[-1]), {}, 0)
        (end,) = steps(services, 2)
        assert (end.entries, end.left) == (0, 0)
        assert services.store.topics.rematching("chips") is None
        assert services.store.topics.rematched()["chips"] == version


def test_going_back_to_a_former_wording_applies_it_again(home: Path) -> None:
    with asking(home, "chip") as services:
        ids = fill(services)
        rematch(services, services.topics, lambda: LATER)
    with asking(home, "wafer") as services:
        first_piece(services)
        ids += add(services.store, new("late", title="Late chip news"), at=LATER)
    with asking(home, "chip") as services:
        assert [topic.name for topic in pending(services)] == ["chips"]
        rematch(services, pending(services), lambda: LATER)
        assert matched(services, ids) == [*ids[1:10:2], ids[-1]]
        versions = {m.version for e in services.store.entries.entries(ids) for m in e.matches}
        assert versions == {services.versions["chips"]}


def test_an_entry_edited_while_its_piece_waits_keeps_what_the_edit_matched(home: Path) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        pieces = rematch_pieces(services, topic_named(services, "chips"), lambda: LATER, 2)
        next(pieces)
        (feed_id,) = watch(services.store, "https://a.example/feed")
        edit = revised(ids[2], "2", title="Wafer and chip news", matches=(match("chips", 2),))
        record(services.store, outcome(feed_id, revised=(edit,)))
        list(pieces)
        assert matched(services, ids) == sorted([ids[2], *ids[1::2]])


def test_who_is_overtaken_stops_and_says_so(home: Path) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "wafer") as old:
        pieces = rematch_pieces(old, topic_named(old, "chips"), lambda: LATER, 1)
        next(pieces)
        with asking(home, "chip OR wafer") as services:
            rematch(services, pending(services), lambda: LATER)
            with pytest.raises(OvertakenError, match="chips has been changed or removed"):
                next(pieces)
            assert matched(services, ids) == ids
            assert pending(services) == []


def test_a_topic_removed_meanwhile_is_not_noted_as_applied(home: Path) -> None:
    with asking(home, "absent") as services:
        fill(services)
    with asking(home, "chip") as services:
        pieces = rematch_pieces(services, topic_named(services, "chips"), lambda: LATER, 1)
        next(pieces)
        services.store.topics.forget([])
        with pytest.raises(OvertakenError):
            next(pieces)
        assert services.store.topics.rematched() == {}


def test_what_came_meanwhile_is_decided_in_pieces_as_well(home: Path) -> None:
    with asking(home, "absent") as services:
        ids = fill(services)
    with asking(home, "chip") as services:
        pieces = rematch_pieces(services, topic_named(services, "chips"), lambda: LATER, 2)
        next(pieces)
        for n in range(5):
            ids += add(services.store, new(f"late {n}", title=f"Late chip {n}"), at=LATER)
        assert [piece.matches for piece in pieces] == [2, 1, 2, 2, 1]
        assert matched(services, ids) == [*ids[1:10:2], *ids[10:]]


def test_entries_pruned_meanwhile_do_not_keep_it_from_ending(home: Path) -> None:
    with asking(home, "absent") as services:
        fill(services)
    with asking(home, "chip") as services:
        chips = topic_named(services, "chips")
        next(rematch_pieces(services, chips, lambda: LATER, 100))
        add(services.store, new("x", title="other"), at=LATER)
        services.store.upkeep.prune(LATER + HOUR, LATER)
        assert next(rematch_pieces(services, chips, lambda: LATER, 100)).left == 0
