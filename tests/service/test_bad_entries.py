"""The numbered bad inputs about identity and dates: documents refreshed into a real database."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model.edition import Window
from monitor.model.entry import Entry, ParsedFeed
from monitor.model.fetch import Fetched
from monitor.parse.document import parse_document
from monitor.service.recording import Answer, FeedResult, record_visit
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.conftest import Command

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
URL = "https://ledger.example/feed.xml"
HOUR = timedelta(hours=1)


def item(number: int, title: str = "", **tags: str) -> str:
    """Return an entry about chips; a tag given as "" is left out."""
    given = {
        "title": title or f"Chip rule {number}",
        "link": f"https://ledger.example/{number}",
        "guid": f"guid-{number}",
        "description": f"What the semiconductor rule number {number} says in detail.",
        "pubDate": "Sun, 22 Nov 2026 09:00:00 GMT",
    } | tags
    return "<item>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in given.items() if text) + "</item>"  # fmt: skip


@dataclass
class Watching:
    """A home that watches one feed, and a clock that goes on an hour with each visit."""

    services: Services
    at: datetime = NOW

    def visit(self, *items: str) -> FeedResult:
        """Refresh the feed with a document of these entries."""
        self.at += HOUR
        body = (
            f"<rss version='2.0'><channel><title>L</title>{''.join(items)}</channel></rss>".encode()
        )
        parsed = parse_document(body, url=URL, now=self.at)
        assert isinstance(parsed, ParsedFeed)
        (record,) = self.services.store.feeds.feeds()
        answer = Answer(Fetched(url=URL, status=200, body=body), parsed, str(hash(body)), 0.1)
        return record_visit(self.services, record, answer, self.at)

    def stored(self) -> list[Entry]:
        """Return what is stored, in the order it was first seen."""
        store = self.services.store
        return store.entries.entries(range(1, store.entries.newest_id() + 1))

    def logged(self) -> str:
        """Return the message of the last visit's log line."""
        with sqlite3.connect(self.services.home.database) as database:
            (message,) = database.execute(
                "SELECT message FROM fetch_log ORDER BY id DESC"
            ).fetchone()
        database.close()
        return str(message)

    def in_digest(self, since: datetime) -> list[int]:
        """Return the matched entries a digest from then until now would take."""
        window = Window(since, self.at + timedelta(seconds=1), "UTC")
        return [entry.id for entry in self.services.store.entries.matched(window, ["chips"])]


@pytest.fixture
def watching(in_home: Command, home: Path) -> Iterator[Watching]:
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{URL}"\n')
    with open_services(Home(home), NOW) as services:
        yield Watching(services)


def test_51_ten_entries_with_one_guid_are_ten(watching: Watching) -> None:
    items = [item(number, guid="same") for number in range(10)]
    assert watching.visit(*items).new == 10
    assert watching.visit(*items).new == 0
    assert watching.visit(*reversed(items), item(11, guid="same")).new == 1
    assert len({entry.title for entry in watching.stored()}) == 11


def test_52_without_guid_link_and_title_the_text_is_the_identity(watching: Watching) -> None:
    texts = [
        "<item><description>First of the texts.</description></item>",
        "<item><description>Second of them.</description></item>",
    ]
    assert watching.visit(*texts).new == 2
    assert watching.visit(*reversed(texts)).new == 0
    assert watching.visit("<item><description>Third.</description></item>", *texts).new == 1


def test_53_all_guids_changed_at_once_bring_nothing_into_the_digest(watching: Watching) -> None:
    watching.visit(*(item(number) for number in range(8)))
    since = watching.at + timedelta(minutes=1)
    result = watching.visit(*(item(number, guid=f"https://new.example/?p={number}") for number in range(8)))  # fmt: skip
    assert (result.new, len(watching.stored())) == (0, 8)
    assert watching.in_digest(since) == []
    assert "8 x guids changed, links did not: nothing new" in watching.logged()


def test_54_a_guid_reused_for_another_story_is_a_version_and_flagged(watching: Watching) -> None:
    watching.visit(item(1), item(2))
    reused = item(1, "Minister resigns over budget", link="https://ledger.example/other",
                  description="A different story about a different thing.")  # fmt: skip
    result = watching.visit(reused, item(2))
    assert (result.new, result.revised) == (0, 1)
    first = watching.stored()[0]
    assert first.title == "Minister resigns over budget"
    (former,) = watching.services.store.entries.revisions(first.id)
    assert former.title == "Chip rule 1"
    assert "guid reused: title and link both differ" in watching.logged()


def test_55_an_entry_edited_hourly_is_one_with_versions_and_once_in_the_digest(
    watching: Watching,
) -> None:
    since = watching.at
    for hour in range(12):
        result = watching.visit(
            item(1, description=f"The chip rule as of hour {hour} says {hour}0.")
        )
        assert (result.new, result.revised) == ((1, 0) if hour == 0 else (0, 1))
    (entry,) = watching.stored()
    assert len(watching.services.store.entries.revisions(entry.id)) == 11
    assert watching.in_digest(since) == [entry.id]
    assert watching.in_digest(since + 3 * HOUR) == []


def test_56_an_entry_that_vanished_and_returned_is_not_new(watching: Watching) -> None:
    watching.visit(item(1), item(2))
    since = watching.at + timedelta(minutes=1)
    watching.visit(item(2), item(3))
    result = watching.visit(item(1), item(2), item(3))
    assert (result.new, result.revised) == (0, 0)
    assert watching.in_digest(since) == [3]


@pytest.mark.parametrize(
    ("raw", "believed"),
    [
        ("Thu, 20 Nov 2025 09:00:00 GMT", True), ("Mon, 01 Jan 2099 09:00:00 GMT", False),
        ("0001-01-01T00:00:00Z", False), ("Sun, 31 Feb 2026 09:00:00 GMT", False), ("yesterday", False),
        ("", False),
    ],
)  # fmt: skip
def test_57_whatever_its_date_an_entry_not_seen_before_is_new(
    watching: Watching, raw: str, believed: bool
) -> None:
    watching.visit(item(1))
    since = watching.at + timedelta(minutes=1)
    assert watching.visit(item(2, pubDate=raw), item(1)).new == 1
    entry = watching.stored()[1]
    assert entry.published_raw == raw
    assert (entry.published_at is not None) == believed
    assert entry.first_seen_at == watching.at
    assert watching.in_digest(since) == [entry.id]


def test_57_a_feed_that_dates_everything_anew_each_day_brings_nothing(watching: Watching) -> None:
    for day in range(1, 6):
        result = watching.visit(
            *(item(n, pubDate=f"{day} Nov 2026 09:00:00 GMT") for n in range(5))
        )
        assert (result.new, result.revised) == (5 if day == 1 else 0, 0)


def test_59_five_thousand_entries_at_once_are_all_stored(watching: Watching) -> None:
    assert watching.visit(*(item(number) for number in range(5_000))).new == 5_000
    assert len(watching.stored()) == 5_000


def test_60_the_order_reversed_or_another_page_loses_and_repeats_nothing(
    watching: Watching,
) -> None:
    first, second = [item(number) for number in range(10)], [item(n) for n in range(10, 20)]
    assert watching.visit(*first).new == 10
    assert watching.visit(*reversed(first)).new == 0
    assert watching.visit(*second).new == 10
    assert watching.visit(*first, *second).new == 0
    assert len(watching.stored()) == 20


def test_09_what_came_before_a_break_is_stored_and_the_rest_later(watching: Watching) -> None:
    whole = "".join(item(number) for number in range(5))
    body = f"<rss version='2.0'><channel><title>L</title>{whole}</channel></rss>".encode()
    cut = body[: body.index(b"guid-3")]
    parsed = parse_document(cut, url=URL, now=NOW)
    assert isinstance(parsed, ParsedFeed)
    (record,) = watching.services.store.feeds.feeds()
    fetched = Fetched(url=URL, status=200, body=cut)
    result = record_visit(
        watching.services, record, Answer(fetched, parsed, "cut", 0.1), NOW + HOUR
    )
    assert result.new == 3
    result = watching.visit(*(item(number) for number in range(5)))
    assert (result.new, result.revised) == (2, 0)
