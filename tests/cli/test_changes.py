"""What changed, at the command line: edits word by word, withdrawn entries, the timeline of a story."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from tests.conftest import Command, Ran
from tests.site import Page, Site
from tests.store.builders import alone

HEADLINES = [f"Chip news of day {name}" for name in (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)]  # fmt: skip
"""They are not alike: a headline that is would be an edit of another."""


def document(entries: Sequence[tuple[int, str, str]], *, note: str = "") -> bytes:
    """Write an RSS document of (day of November, title, text), as listed."""
    items = "".join(
        f"<item><guid isPermaLink='false'>g{day}</guid><title>{title}</title>"
        f"<link>https://a.example/{day}</link><description>{text}</description>"
        f"<pubDate>{day:02} Nov 2026 09:00:00 GMT</pubDate></item>"
        for day, title, text in entries
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Gazette</title>"
        f"<link>https://a.example</link><description>{note}</description>{items}</channel></rss>"
    ).encode()


class Watched:
    """A home that watches one feed; `shows` sets its document and fetches it."""

    def __init__(self, in_home: Command, site: Site, home: Path) -> None:
        self.command, self.site, self.home = in_home, site, home
        site.pages["/feed.xml"] = Page()
        (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')

    def shows(self, body: bytes, **page: object) -> Ran:
        self.site.pages["/feed.xml"] = Page(body, **page)  # type: ignore[arg-type]
        return self.command("fetch", "--all", "--json")

    def days(self, *days: int, note: str = "") -> Ran:
        return self.shows(
            document([(day, HEADLINES[day], f"Text {day}.") for day in days], note=note)
        )

    def withdrawn(self) -> set[str]:
        found = self.command("search", "is:withdrawn", "--json")
        assert found.status == 0
        return {each["url"].rpartition("/")[2] for each in found.json["results"]}

    def number(self, day: int) -> str:
        (found,) = self.command("search", f"url:a.example/{day}", "--json").json["results"]
        return str(found["id"])


@pytest.fixture
def feed(in_home: Command, site: Site, home: Path) -> Watched:
    return Watched(in_home, site, home)


def test_an_edit_is_shown_word_by_word(feed: Watched) -> None:
    text = "The rule names ten firms. " + "It says much more. " * 20
    feed.shows(document([(1, "Chip rule may come", text)]))
    feed.shows(document([(1, "Chip rule will come", text.replace("ten", "12"))]))
    shown = feed.command("show", "e1")
    assert "title: Chip rule [-may-] {+will+} come" in shown.out
    assert "text:  The rule names [-ten-] {+12+} firms. It says much more. It …" in shown.out
    (revision,) = feed.command("show", "e1", "--json").json["revisions"]
    assert (revision["title"], revision["text"]) == ("Chip rule may come", text.strip())
    assert revision["title_diff"] == [
        ["same", "Chip rule "], ["removed", "may "], ["added", "will "], ["same", "come"],
    ]  # fmt: skip
    assert [kind for kind, _ in revision["text_diff"]] == ["same", "removed", "added", "same"]
    assert feed.command("search", "is:revised", "--json").json["total"] == 1


def test_what_is_trivial_is_no_edit(feed: Watched) -> None:
    feed.shows(document([(1, "Chip rule “may” come", "Ten firms. 3 comments")]))
    ran = feed.shows(document([(1, 'CHIP RULE "may" come.', "Ten firms. 9 comments (4 min read)")]))
    assert ran.json["entries_revised"] == 0
    shown = feed.command("show", "e1", "--json").json
    assert (shown["title"], shown["revisions"]) == ('CHIP RULE "may" come.', [])


def test_hashes_of_a_former_version_make_no_revisions(feed: Watched, home: Path) -> None:
    feed.days(3, 2, 1)
    with closing(sqlite3.connect(home / "db" / "monitor.db", isolation_level=None)) as connection:
        connection.execute("UPDATE entries SET content_hash = 'made otherwise'")
    ran = feed.days(3, 2, 1, note="changed")
    assert (ran.json["entries_new"], ran.json["entries_revised"]) == (0, 0)
    assert feed.command("search", "is:revised", "--json").json["total"] == 0


def test_a_withdrawn_entry_is_marked_and_shown_until_it_comes_back(feed: Watched) -> None:
    feed.days(5, 4, 3, 2, 1)
    feed.days(5, 3, 2, 1)
    assert feed.withdrawn() == set(), "once may be a cache"
    feed.days(6, 5, 3, 2, 1)
    assert feed.withdrawn() == {"4"}
    number = feed.number(4)
    assert (
        "withdrawn   its feed shows it no more, though older ones"
        in feed.command("show", number).out
    )
    assert feed.command("show", number, "--json").json["withdrawn_at"]
    feed.days(6, 5, 4, 3, 2, 1)
    assert feed.withdrawn() == set()
    assert feed.command("show", number, "--json").json["withdrawn_at"] is None


def test_rolling_off_answers_that_are_no_documents_and_parts_say_nothing(feed: Watched) -> None:
    feed.days(6, 5, 4, 3, 2, 1)
    feed.days(7, 6, 5, 4, 3, 2)
    feed.days(8, 7, 6, 5, 4, 3)
    whole = document([(day, HEADLINES[day], "Text.") for day in (8, 7, 5, 4, 3)])
    feed.shows(whole, status=226)
    feed.shows(whole, status=503)
    feed.shows(whole[:-60])
    feed.shows(b"")
    feed.command("fetch", "--all")
    feed.days(9, 8, 7, 6, 5, 4, 3)
    assert feed.withdrawn() == set()


def test_a_reorganisation_marks_none_and_is_told(feed: Watched, home: Path) -> None:
    feed.days(*range(10, 0, -1))
    for note in ("a", "b"):
        feed.days(10, 9, 2, 1, note=note)
    assert feed.withdrawn() == set()
    with closing(sqlite3.connect(home / "db" / "monitor.db")) as connection:
        told = [row[0] for row in connection.execute("SELECT message FROM fetch_log ORDER BY id")]
    assert any("taken for a reorganisation" in message for message in told)


def test_a_story_has_a_timeline_of_what_changed(feed: Watched, site: Site, home: Path) -> None:
    site.pages["/wire.xml"] = Page()
    feeds = home / "config" / "feeds.toml"
    feeds.write_text(
        feeds.read_text() + f'\n[[feed]]\nurl = "{site.url("/wire.xml")}"\n'
        'outlet = "The Bureau"\ntags = ["official"]\n'
    )
    words = "The bureau put ten makers of chips for training large models on its entity list today."
    more = (
        "Twelve makers of chips are on the entity list of the bureau, as large models need chips."
    )
    site.pages["/wire.xml"] = Page(document([]))
    feed.shows(document([(1, "Bureau puts 10 chip makers on its entity list", words)]))
    site.pages["/wire.xml"] = Page(
        document(
            [(2, "Bureau puts 12 chip makers on its entity list by 1 March 2027", more)]
        ).replace(b"a.example", b"bureau.example")
    )
    feed.shows(document([(1, "Bureau to put 10 chip makers on its entity list", words)]))
    together = replace(alone(2), founder=1)
    with open_services(Home(home), utc_now()) as services:
        services.store.stories.attach([alone(1), together], utc_now())
    story = feed.command("show", "e2", "--json").json["story"]
    changes = feed.command("show", story, "--json").json["changes"]
    assert {"kind", "at", "entry", "text"} == set(changes[0])
    told = {each["kind"]: each["text"] for each in changes}
    assert told["official"] == "first official source: The Bureau"
    assert told["figure"] == "12 chip makers, not 10"
    assert told["date"] == "new date: 1 March 2027"
    assert "headline changed: “Bureau to put 10" in told["headline"]
    shown = feed.command("show", story).out
    assert "What changed" in shown
    assert "first official source: The Bureau" in shown
