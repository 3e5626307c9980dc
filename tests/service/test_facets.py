"""What surrounds a search result: every count is what its click finds, every bar a period of the zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import QueryError
from monitor.model.entry import Enclosure
from monitor.model.feed import Feed
from monitor.service import considered
from monitor.service.facets import around, clauses_in_use, facets
from monitor.service.found_shapes import facets_shape
from monitor.service.searching import search
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.store.builders import add, match, new, outcome, record, revised

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WIRE, COURIER = "https://wire.example/feed", "https://courier.example/feed"


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    """A home with two outlets, of which one's name holds the other's, over two months."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace('"UTC"', '"Europe/Berlin"'))
    (home / "config" / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{WIRE}"\noutlet = "Wire"\ntags = ["Agency"]\ntitle = "Wire: all"\n'
        f'[[feed]]\nurl = "{COURIER}"\noutlet = "The Daily Wire & \\"Courier\\""\n'
    )
    # A digest begins when it is first opened, and nothing is seen before.
    with open_services(Home(home), datetime(2026, 9, 1, tzinfo=UTC)) as opened:
        fill(opened)
        yield opened


def fill(services: Services) -> None:
    stored = services.store
    oldest = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)  # the last minute of September in Berlin
    add(stored, new("w1", title="Chips one", tags=("Chip Policy", "trade")), at=oldest, feed=WIRE)
    add(
        stored,
        new("w2", title="Chips two", language="de", matches=(match("chips"),)),
        at=oldest + timedelta(minutes=1),
        feed=WIRE,
    )
    add(
        stored,
        new(
            "c1",
            title="Chips three",
            language="en-GB",
            tags=("chip policy",),
            enclosures=(Enclosure("https://c.example/x.pdf", "application/pdf", 1),),
        ),
        new("c2", title="Chips, not tea"),
        at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC),  # 00:30 of the 23rd in Berlin
        feed=COURIER,
    )
    feed_id = next(each.id for each in stored.feeds.feeds() if each.url == COURIER)
    record(stored, outcome(feed_id, revised=(revised(4, "c2", title="Chips, not coffee"),)), NOW)
    stored.stars.star([1], NOW)


def choices(services: Services, text: str, name: str) -> list[tuple[str, int]]:
    found = facets(services, text, NOW)
    return [
        (choice.label, choice.count)
        for facet in found.facets
        if facet.name == name
        for choice in facet.choices
    ]


def test_facets_count_what_is_known_of_the_hits(services: Services) -> None:
    assert choices(services, "chips", "topic") == [("Chips", 1)]
    # `outlet:` looks for words, so it finds the one whose name holds the other's as well.
    assert choices(services, "chips", "outlet") == [("Wire", 4), ('The Daily Wire & "Courier"', 2)]
    assert choices(services, "chips", "tag") == [("Agency", 2), ("chip policy", 2), ("trade", 1)]
    assert choices(services, "chips", "lang") == [("English (en)", 3), ("German (de)", 1)]
    assert dict(choices(services, "chips", "state")) == {
        "Edited since": 1,
        "Starred": 1,
        "With a file": 1,
    }
    assert choices(services, "chips", "month") == [
        ("November 2026", 2),
        ("October 2026", 1),
        ("September 2026", 1),
    ]


@pytest.mark.parametrize(
    "text", ["chips", "chips OR tea", "chips -coffee", "lang:en", "chips lang:en"]
)
def test_a_click_finds_as_many_as_were_counted(services: Services, text: str) -> None:
    both = around(services, text, NOW, "day")
    assert both.facets.exact
    assert both.facets.complete
    counted = [
        (choice.query, choice.count) for facet in both.facets.facets for choice in facet.choices
    ]
    counted += [(bar.query, bar.count) for bar in both.histogram.bars if bar.count]
    assert len(counted) > 6
    for query, count in counted:
        assert search(services, query, now=NOW, exact=True).total == count, query


def test_a_feed_called_like_an_address_is_asked_for_by_its_own(services: Services) -> None:
    called = {"https://a.example/1": "courier.example", "https://a.example/2": "https://x.example"}
    services.store.feeds.sync([Feed(url=url, title=title) for url, title in called.items()], NOW)
    for url in called:
        add(services.store, new(url, title="Chips again"), at=NOW, feed=url)
    (feeds,) = (each for each in facets(services, "chips", NOW).facets if each.name == "feed")
    assert {"courier.example", "https://x.example"} < {each.label for each in feeds.choices}
    for choice in feeds.choices:
        assert search(services, choice.query, now=NOW).total == choice.count


def test_a_word_searched_as_it_stands_can_be_narrowed(services: Services) -> None:
    both = around(services, "chips (", NOW)
    assert both.facets.considered == 4
    (choice,) = [c for f in both.facets.facets if f.name == "topic" for c in f.choices]
    assert search(services, choice.query, now=NOW).total == 1
    with pytest.raises(QueryError):
        facets(services, "chips (", NOW)


def test_bars_are_days_of_the_zone_without_gaps(services: Services) -> None:
    by_day = around(services, "chips", NOW, "day").histogram
    assert (by_day.timezone, by_day.by, len(by_day.bars)) == ("Europe/Berlin", "day", 55)
    assert [(bar.label, bar.count) for bar in by_day.bars if bar.count] == [
        ("Wed 30 Sep 2026", 1),
        ("Thu 1 Oct 2026", 1),
        ("Mon 23 Nov 2026", 2),
    ]
    assert by_day.bars[-1].query == "chips after:2026-11-22T23:00Z before:2026-11-23T23:00Z"
    assert around(services, "chips", NOW).histogram.by == "day"
    assert [bar.count for bar in around(services, "chips", NOW, "month").histogram.bars] == [
        1,
        1,
        2,
    ]
    assert around(services, "nothing", NOW).histogram.bars == ()


def test_clauses_in_use_are_named_and_taken_out(services: Services) -> None:
    text = "chips topic:chips -lang:de after:2026-11-22T23:00Z before:2026-11-23T23:00Z since:7d"
    assert [(each.label, each.query) for each in clauses_in_use(services, text)] == [
        ("Mon 23 Nov 2026", "chips topic:chips -lang:de since:7d"),
        ("Topic: Chips", text.replace("topic:chips ", "")),
        ("Not Language: German (de)", text.replace("-lang:de ", "")),
        ("Last 7 days", text.replace(" since:7d", "")),
    ]
    assert clauses_in_use(services, "chips (") == ()


def test_of_a_thousand_clauses_only_some_can_be_taken_out(services: Services) -> None:
    some = " ".join(f"-url:{n}" for n in range(100))
    assert len(clauses_in_use(services, f"chips {some}")) == 40
    # Each is taken out by reading the rest anew, which takes a long text longer.
    many = " ".join(f"-url:{n}" for n in range(1_000))
    assert 0 < len(clauses_in_use(services, f"chips {many}")) < 10
    assert 0 < len(around(services, f"chips {many}", NOW).facets.in_use) < 10


def test_a_bounded_count_says_of_which_entries_it_is(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(considered, "CONSIDERED", 2)
    monkeypatch.setattr(considered, "COUNTED", 3)
    shape = facets_shape(facets(services, "chips -coffee", NOW))
    assert (shape["considered"], shape["complete"], shape["counts"]) == (2, False, "about")
    bars = around(services, "chips -coffee", NOW, "month").histogram
    assert (bars.considered, bars.complete) == (3, False)
    assert sum(bar.count for bar in bars.bars) == 3


def test_bars_of_entries_whose_facts_were_not_read_are_not_called_exact(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "(lang:de is:sent) OR lang:en"
    assert around(services, text, NOW).histogram.exact
    monkeypatch.setattr(considered, "CONSIDERED", 1)
    assert not around(services, text, NOW).histogram.exact
    # Of a time the index tells all.
    assert around(services, "after:2026-10-01", NOW).histogram.exact


def test_a_feed_whose_address_may_hold_a_secret_is_not_shown_by_it(services: Services) -> None:
    secret = "https://user:word@a.example/feed?token=1"
    services.store.feeds.sync([Feed(url=secret)], NOW)
    add(services.store, new("x", title="Chips secret"), at=NOW, feed=secret)
    assert "word@" not in str(facets_shape(facets(services, "chips", NOW)))
    assert "token" not in str(facets_shape(facets(services, "chips", NOW)))
