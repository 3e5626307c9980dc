"""The demo's documents are what site.toml and feeds.toml say, and every reader can read them."""

from __future__ import annotations

import io
import json
import re
import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import feedparser
import pytest

from monitor.model.entry import ParsedFeed, ParseFailure
from monitor.parse.document import parse_document
from monitor.service.demodates import fill
from monitor.service.demosite import DemoSite
from tests.seeds import NOW

DEMO = Path(__file__).parents[2] / "seeds" / "demo"
ROUTES = tomllib.loads((DEMO / "site.toml").read_text("utf-8"))["route"]
FEEDS = tomllib.loads((DEMO / "feeds.toml").read_text("utf-8"))["feed"]
DOCUMENTS = {
    route[key]: route["type"] for route in ROUTES for key in ("file", "second") if key in route
}
LATER = {route["later"]: route for route in ROUTES if "later" in route}
COUNTS = {
    "harbour-wire.xml": ("rss20", 10),
    "meridian-courier.xml": ("rss20", 10),
    "silicon-ledger.xml": ("atom10", 8),
    "bureau-gazette.xml": ("atom10", 5),
    "bureau-gazette-corrected.xml": ("atom10", 5),
    "haigang-tech.xml": ("rss20", 7),
    "taldorfer-anzeiger.xml": ("rss20", 7),
    "lab-notebook.rdf": ("rss10", 6),
    "garden-and-grill.xml": ("rss20", 7),
    "old-quay.xml": ("atom10", 5),
}


def served(name: str) -> bytes:
    return fill((DEMO / name).read_bytes(), NOW)


@cache
def parsed(name: str) -> ParsedFeed:
    body = served(name)
    outcome = parse_document(
        body, url="http://127.0.0.1/feed", content_type=DOCUMENTS[name], now=NOW
    )
    assert isinstance(outcome, ParsedFeed), outcome
    return outcome


@pytest.mark.parametrize(("name", "expected"), COUNTS.items())
def test_a_document_is_sound_and_holds_the_entries_it_should(
    name: str, expected: tuple[str, int]
) -> None:
    found = feedparser.parse(io.BytesIO(served(name)))
    assert not found.bozo
    assert (found.version, len(found.entries)) == expected
    assert (
        len({entry.id if "id" in entry else entry.link for entry in found.entries}) == expected[1]
    )


def test_the_json_feed_holds_seven_entries() -> None:
    document = json.loads(served("policy-lantern.json"))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert len(document["items"]) == 7


def test_the_broken_feed_breaks_off_and_keeps_the_entries_before() -> None:
    assert feedparser.parse(io.BytesIO(served("cracked-bell.xml"))).bozo
    outcome = parsed("cracked-bell.xml")
    assert outcome.partial
    assert len(outcome.entries) == 2


def test_the_web_page_is_no_feed() -> None:
    outcome = parse_document(
        served("paper-mill.html"), url="http://127.0.0.1/feed", content_type="text/html", now=NOW
    )
    assert isinstance(outcome, ParseFailure)
    assert outcome.kind == "not-a-feed"


@pytest.mark.parametrize("name", LATER)
def test_what_comes_later_stands_before_what_was_there(name: str) -> None:
    route = LATER[name]
    before = parsed(route["file"])
    with DemoSite(DEMO, NOW) as site:
        assert site.answer(route["path"], {}).body == served(route["file"])
        site.publish_more(NOW)
        answer = site.answer(route["path"], {})
    after = parse_document(
        answer.body, url="http://127.0.0.1/feed", content_type=route["type"], now=NOW
    )
    assert isinstance(after, ParsedFeed)
    new = after.entries[: -len(before.entries)]
    assert new
    assert after.entries[len(new) :] == before.entries
    assert {entry.guid for entry in new}.isdisjoint(entry.guid for entry in before.entries)
    for entry in new:
        assert entry.published_at is not None
        assert timedelta(0) < NOW - entry.published_at < timedelta(days=8)
        assert re.match(r"https://[a-z-]+\.example/", entry.url)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_placeholder_is_filled(name: str) -> None:
    assert b"{{" not in served(name)


@pytest.mark.parametrize("name", [*COUNTS, "policy-lantern.json", "cracked-bell.xml"])
def test_every_entry_was_published_in_the_week_before_the_start(name: str) -> None:
    for entry in parsed(name).entries:
        assert entry.published_at is not None
        assert timedelta(0) < NOW - entry.published_at < timedelta(days=8)


def test_there_are_sixty_to_ninety_entries_all_with_addresses_that_cannot_exist() -> None:
    names = [
        name
        for name in DOCUMENTS
        if name not in ("paper-mill.html", "bureau-gazette-corrected.xml")
    ]
    entries = [entry for name in names for entry in parsed(name).entries]
    assert 60 <= len(entries) <= 90
    assert all(re.match(r"https://[a-z-]+\.example/", entry.url) for entry in entries)


@pytest.mark.parametrize("name", [*COUNTS, "policy-lantern.json", "cracked-bell.xml"])
def test_every_sample_outlet_says_that_it_is_invented(name: str) -> None:
    assert re.search("invented|erfunden|虚构", parsed(name).title)


def test_the_wire_s_texts_stand_word_for_word_in_the_paper() -> None:
    wire = {entry.text: entry.title for entry in parsed("harbour-wire.xml").entries}
    copies = [entry for entry in parsed("meridian-courier.xml").entries if entry.text in wire]
    assert len(copies) == 3
    for copy in copies:
        assert copy.title == f"{wire[copy.text]} | The Meridian Courier"


def test_the_correction_changes_one_entry_and_keeps_its_guid() -> None:
    before = {entry.guid: entry for entry in parsed("bureau-gazette.xml").entries}
    after = {entry.guid: entry for entry in parsed("bureau-gazette-corrected.xml").entries}
    assert before.keys() == after.keys()
    changed = [guid for guid in before if before[guid].text != after[guid].text]
    assert len(changed) == 1


def test_every_feed_has_a_route_and_every_file_is_served() -> None:
    paths = {route["path"] for route in ROUTES}
    assert {feed["url"].removeprefix("{base}") for feed in FEEDS} <= paths
    assert len(FEEDS) >= 12
    files = {path.name for path in DEMO.iterdir()} - {"site.toml", "feeds.toml"}
    assert files == {*DOCUMENTS, *LATER}


@pytest.mark.parametrize(
    "start", [datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 3, 1, 23, 59, tzinfo=UTC)]
)
def test_dates_stay_in_the_past_over_the_turn_of_a_year_and_a_leap_day(start: datetime) -> None:
    body = fill((DEMO / "harbour-wire.xml").read_bytes(), start)
    outcome = parse_document(body, url="http://127.0.0.1/feed", now=start)
    assert isinstance(outcome, ParsedFeed)
    assert all(entry.published_at and entry.published_at < start for entry in outcome.entries)
