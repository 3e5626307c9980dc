"""Whatever happens when, every entry that matched is in exactly one edition of each digest."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.service.digesting import send_now
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.service.sending import send_due
from tests.store.builders import DAY, HOUR, NOW, add, match, new, outcome, record, revised, watch

CONFIG = """\
[digests.daily]
topics = ["chips"]
per_topic = 2

[digests.busy]
at = ["06:30", "18:00"]
timezone = "Europe/Berlin"
topics = []
sections = [{title = "Wafers", query = "wafer"}, {title = "Chips", query = "topic:chips"}]
"""
WORDS = {
    "chips": "Chip rules",
    "wafers": "Wafer plant",
    "both": "Chip and wafer",
    "none": "Weather",
}

steps = st.one_of(
    st.tuples(st.just("come"), st.sampled_from(sorted(WORDS))),
    st.tuples(st.just("edit"), st.sampled_from(["chips", "both", "none"])),
    st.tuples(st.just("pass"), st.integers(1, 40)),
    st.tuples(st.just("back"), st.integers(1, 30)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("by hand"), st.just(0)),
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@example(history=[("come", "none"), ("pass", 24), ("edit", "chips"), ("look", 0)])
@given(history=st.lists(steps, min_size=3, max_size=25))
@example(history=[("come", "none"), ("pass", 24), ("edit", "chips"), ("look", 0)])
@example(history=[("come", "none"), ("pass", 30), ("edit", "both"), ("pass", 1), ("look", 0)])
def test_every_matched_entry_is_in_exactly_one_edition_of_each_digest(
    history: list[tuple[str, str | int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config").mkdir()
        (Path(folder) / "config" / "monitor.toml").write_text(CONFIG)
        (Path(folder) / "config" / "topics.toml").write_text("[topics.chips]\nquery = 'chip'\n")
        with open_services(Home(Path(folder)), NOW) as services:
            _live(services, history)
            covered = _covered(Home(Path(folder)).database)
            newest = services.store.entries.newest_id()
            for entry in services.store.entries.entries(range(1, newest + 1)):
                chips = bool(entry.matches)
                for digest, wanted in (
                    ("daily", chips),
                    ("busy", chips or "wafer" in entry.title.lower()),
                ):
                    assert covered[digest][entry.id] == wanted, (digest, entry.title, history)


def _live(services: Services, history: list[tuple[str, str | int]]) -> None:
    now, latest = NOW, NOW
    ways = ways_of(services, {})
    for number, (what, how) in enumerate(history):
        match what:
            case "come":
                wanted = (match("chips"),) if how in ("chips", "both") else ()
                add(
                    services.store,
                    new(f"{number}", title=f"{WORDS[str(how)]} {number}", matches=wanted),
                    at=now,
                )
            case "edit":
                newest = services.store.entries.newest_id()
                if newest:
                    _edit(services, 1 + number % newest, str(how), number, now)
            case "pass":
                now += int(how) * HOUR
            case "back":
                now -= int(how) * HOUR
            case "look":
                send_due(services, ways, lambda at=now: at)  # type: ignore[misc]
            case "by hand":
                send_now(services, None, ways, lambda at=now: at)  # type: ignore[misc]
        latest = max(latest, now)
    end = latest + 3 * DAY
    send_due(services, ways, lambda: end)


def _edit(services: Services, entry_id: int, how: str, number: int, now: datetime) -> None:
    """Let an entry say something else, which it keeps saying where it matched before."""
    (entry,) = services.store.entries.entries([entry_id])
    if entry.matches or "wafer" in entry.title.lower():
        return  # else it was rightly told and would not be wanted any more
    wanted = (match("chips"),) if how in ("chips", "both") else ()
    key = entry.guid
    feed = services.store.feeds.feeds()[0].id
    edit = revised(entry_id, key, title=f"{WORDS[how]} {number}", matches=wanted)
    record(services.store, outcome(feed, at=now, revised=(edit,)), now)


def _covered(database: Path) -> dict[str, Counter[int]]:
    """Count, for each digest, in how many editions each entry is: on a card or left out."""
    found: dict[str, Counter[int]] = {"daily": Counter(), "busy": Counter()}
    with closing(sqlite3.connect(database)) as connection:
        for table in ("edition_entries", "edition_left_out"):
            for digest, entry_id, _ in connection.execute(
                f"SELECT DISTINCT e.digest, x.entry_id, x.edition_id FROM {table} x "
                "JOIN editions e ON e.id = x.edition_id"
            ).fetchall():
                found[digest][entry_id] += 1
    return found


def test_the_window_of_a_new_digest_begins_with_it(home: Path) -> None:
    """A digest that is added later does not tell the whole history."""
    (home / "config" / "topics.toml").write_text("[topics.chips]\nquery = 'chip'\n")
    (home / "config" / "monitor.toml").write_text("[digests.daily]\n")
    with open_services(Home(home), NOW) as services:
        add(services.store, new("1", title="Chip one", matches=(match("chips"),)), at=NOW + HOUR)
    (home / "config" / "monitor.toml").write_text("[digests.daily]\n[digests.second]\n")
    with open_services(Home(home), NOW + 2 * HOUR) as services:
        add(
            services.store, new("2", title="Chip two", matches=(match("chips"),)), at=NOW + 3 * HOUR
        )
        sent = send_due(services, ways_of(services, {}), lambda: NOW + DAY + timedelta(hours=1))
        counts = {each.digest: each.edition for each in sent}
    assert counts["daily"] is not None
    assert counts["second"] is not None
    assert "2 stories" in counts["daily"].rendered.subject
    assert "1 story" in counts["second"].rendered.subject


def test_news_of_a_told_story_stands_in_the_edition_of_its_window_alone(home: Path) -> None:
    """An edition that is made late tells nothing of what came after its cutoff: the next one does."""
    (home / "config" / "topics.toml").write_text("[topics.chips]\nquery = 'chip'\n")
    (home / "config" / "monitor.toml").write_text("[digests.daily]\n")
    title = "Bureau adds 11 firms to the Entity List over chip resales through three ports"
    with open_services(Home(home), NOW) as services:

        def come(guid: str, at: datetime, host: str) -> None:
            chips = (match("chips"),)
            entry = new(guid, title=title, url=f"https://{host}/{guid}", text=guid, matches=chips)
            add(services.store, entry, at=at, feed=f"https://{host}/feed")

        def developing(at: datetime) -> list[tuple[str, ...]]:
            sent = send_due(services, ways_of(services, {}), lambda: at)
            frozen = [json.loads(each.edition.rendered.json) for each in sent if each.edition]
            return [tuple(one["news"]) for each in frozen for one in each["developing"]]

        come("1", NOW + HOUR, "a.example")
        assert developing(NOW + DAY + HOUR) == []
        come("2", NOW + DAY + 2 * HOUR, "b.example")
        come("3", NOW + 2 * DAY + HOUR, "www.commerce.gov")
        assert developing(NOW + 2 * DAY + 5 * HOUR) == []
        (news,) = developing(NOW + 3 * DAY + HOUR)
        assert any("official" in each for each in news)


def test_an_old_entry_is_news_for_a_section_when_an_edit_makes_it_fit_and_not_before(
    home: Path,
) -> None:
    """What fitted before the digest began is part of the history, which a new digest does not tell."""
    config = home / "config" / "monitor.toml"
    config.write_text("[digests.other]\n")
    with open_services(Home(home), NOW) as services:
        old, new_one = add(
            services.store, new("1", title="Wafer plant"), new("2", title="Weather"), at=NOW
        )
    config.write_text(
        "[digests.busy]\ntopics = []\nsections = [{title = 'Wafers', query = 'wafer'}]\n"
    )
    with open_services(Home(home), NOW + 30 * DAY) as services:
        (feed,) = watch(services.store, "https://a.example/feed")
        for entry_id, title in ((old, "Wafer plant opens late"), (new_one, "Wafer plant burns")):
            edit = revised(entry_id, str(entry_id), title=title)
            later = NOW + 30 * DAY + HOUR
            record(services.store, outcome(feed, at=later, revised=(edit,)), later)
        (sent,) = send_due(services, ways_of(services, {}), lambda: NOW + 31 * DAY)
    assert sent.edition is not None
    assert "Wafer plant burns" in sent.edition.rendered.text
    assert "opens late" not in sent.edition.rendered.text
