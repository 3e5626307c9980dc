"""Near misses of a window, and the volume of its topics: from a home with stored entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.model.edition import NearlyMatched, Window
from monitor.model.judgement import Judgement
from monitor.service import near_misses as module
from monitor.service.near_misses import FEW, LOOKED_AT, near_misses
from monitor.service.volumes import volumes
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.store.builders import DAY, HOUR, NOW, add, match, new, ungroup

LATER = NOW + DAY
WINDOW = Window(NOW, LATER, "Europe/Berlin")


@pytest.fixture(autouse=True, params=[FEW, 0], ids=["all", "index"])
def looked_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether all entries of a window are looked at or those the index proposes, the same is found."""
    monkeypatch.setattr(module, "FEW", request.param)


@contextmanager
def asking(root: Path, **queries: str) -> Iterator[Services]:
    """Open the home with these topics; its digest begins long before anything comes."""
    (root / "config" / "topics.toml").write_text(
        "".join(
            f"[topics.{name}]\ntitle = 'T {name}'\nquery = '{q}'\n" for name, q in queries.items()
        )
    )
    with open_services(Home(root), NOW - 50 * DAY) as services:
        yield services


def put(services: Services, outlet: str, title: str, hour: int = 1, topic: str = "") -> int:
    entry = new(
        f"{outlet} {hour} {title}",
        title=title,
        url=f"https://{outlet}.example/{hour}",
        domain=f"{outlet}.example",
        matches=(match(topic),) if topic else (),
    )
    return add(services.store, entry, at=NOW + hour * HOUR)[0]


def found(services: Services, limit: int = 3, window: Window = WINDOW) -> list[NearlyMatched]:
    return list(near_misses(services, services.settings.topics, window, limit, LATER))


def ids(nears: list[NearlyMatched]) -> list[int]:
    return [each.entry for each in nears]


def test_what_just_misses_a_topic_is_told_with_what_kept_it_out(home: Path) -> None:
    with asking(home, chips="chip title:export") as services:
        near = put(services, "one", "Chip makers look for markets")
        put(services, "two", "Potatoes are cheap")
        put(services, "three", "Chip export is banned", topic="chips")
        (only,) = found(services)
        assert only == NearlyMatched(
            entry=near,
            topic="chips",
            topic_title="T chips",
            title="Chip makers look for markets",
            outlet="one.example",
            url="https://one.example/1",
            note="export: it is not there",
            language="en",
        )


def test_topics_take_turns_and_no_outlet_or_headline_comes_twice(home: Path) -> None:
    with asking(home, chips="chip title:export", laws="law court judge") as services:
        third = put(services, "three", "Chip prices fall", 1)
        old = put(services, "one", "Chip makers meet", 1)
        put(services, "one", "Chip makers part", 2)
        copy = put(services, "two", "Chip makers meet", 3)
        law = put(services, "four", "A law before the court", 1)
        assert ids(found(services, 2)) == [copy, law]
        everything = found(services, 9)
        assert [each.topic for each in everything] == ["chips", "laws", "chips", "chips"]
        assert third in ids(everything)
        assert old not in ids(everything)
        assert found(services, 0) == []


def test_what_matches_another_topic_was_judged_or_is_outside_the_window_is_not_asked(
    home: Path,
) -> None:
    with asking(home, chips="chip title:export", laws="law") as services:
        put(services, "four", "Chip makers too early", -1)
        put(services, "one", "Chip makers meet", 1, topic="laws")
        judged = put(services, "two", "Chip makers meet again", 2)
        put(services, "three", "Chip makers too late", 24)
        assert ids(found(services)) == [judged]
        services.store.judgements.judge([Judgement(judged, "chips", False, LATER)])
        assert found(services) == []


def test_the_best_come_first(home: Path) -> None:
    with asking(home, chips="export wafer chip") as services:
        text = put(services, "one", "News of export and wafer", 1)
        newest = put(services, "two", "More of export and wafer", 3)
        add(
            services.store,
            new("x", title="Something", text="Of export and wafer", domain="six.example"),
            at=NOW + 4 * HOUR,
        )
        assert ids(found(services))[:2] == [newest, text]


def test_matches_do_not_crowd_out_what_is_near(home: Path) -> None:
    with asking(home, chips="chip title:export") as services:
        near = put(services, "one", "Chip makers meet", 1)
        matches = [
            new(f"m{n}", title=f"Chip export {n}", matches=(match("chips"),))
            for n in range(LOOKED_AT + 5)
        ]
        add(services.store, *matches, at=NOW + 2 * HOUR)
        assert ids(found(services)) == [near]


def test_a_topic_of_one_word_has_no_near_misses_and_no_topics_none(home: Path) -> None:
    with asking(home, chips="chip") as services:
        put(services, "one", "Potatoes")
        assert found(services) == []
        assert near_misses(services, (), WINDOW, 3, LATER) == ()
        assert volumes(services, (), WINDOW) == ()


def test_the_volume_of_a_window_counts_stories_of_each_topic(home: Path) -> None:
    with asking(home, chips="chip", laws="law") as services:
        for day in range(-40, 0):
            add(
                services.store,
                *(new(f"{day} {n}", title=f"{day}{n}") for n in range(2)),
                new(f"{day}", title=f"Chip {day}", url="", matches=(match("chips"),)),
                at=NOW + day * DAY + HOUR,
            )
        for n in range(7):
            title = f"Chip {'abcdefg'[n] * 9} {n * 77} of {'klmnopq'[n] * 8}"
            add(
                services.store,
                new(f"now {n}", title=title, matches=(match("chips"),)),
                at=NOW + n * HOUR,
            )
        ungroup(services.store)
        chips, laws = volumes(services, services.settings.topics, WINDOW)
        assert (chips.topic, chips.title, chips.span) == ("chips", "T chips", 1)
        assert chips.count == 7
        assert (chips.unusual, len(chips.days)) == ("many", 29)
        assert chips.high is not None
        assert chips.high < 5
        assert (laws.count, laws.low, laws.high, laws.unusual) == (0, 0, 0, "")
        week = Window(LATER - 7 * DAY, LATER, "UTC")
        assert volumes(services, services.settings.topics, week)[0].span == 7
