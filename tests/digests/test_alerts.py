"""When an alert may speak, what rings, and the four forms of what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests.alert_cards import card, search_since, unusual_note
from monitor.digests.alert_forms import MOST_HTML, render, subject
from monitor.digests.alerts import (
    VOLUME_DAYS,
    busiest,
    cooled_at,
    day_key,
    fired,
    is_fresh,
    is_quiet,
    may_send_at,
    outlets_of,
    rings_at,
    stories_a_day,
)
from monitor.model.alert import AlertContent, Carried, Ring
from monitor.model.digest import Alert
from monitor.model.edition import Card, Reason, Volume
from monitor.model.topic import Evidence
from tests.digests.builders import a_card, an_entry, found

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
NIGHT = (time(22, 0), time(7, 0))


def an_alert(**fields: object) -> Alert:
    standard: dict[str, object] = {"name": "chips", "title": "Chips", "query": "H20"}
    return Alert(**(standard | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quiet", "wall", "expected"),
    [
        (NIGHT, time(21, 59), False),
        (NIGHT, time(22, 0), True),
        (NIGHT, time(0, 0), True),
        (NIGHT, time(6, 59, 59, 999_999), True),
        (NIGHT, time(7, 0), False),
        ((time(12, 0), time(13, 0)), time(12, 30), True),
        ((time(12, 0), time(13, 0)), time(13, 0), False),
        ((time(0, 0), time(6, 0)), time(0, 0), True),
        ((time(20, 0), time(0, 0)), time(23, 59), True),
        ((time(20, 0), time(0, 0)), time(0, 0), False),
        (None, time(3, 0), False),
    ],
)
def test_hours_are_quiet_from_the_first_up_to_the_second(
    quiet: tuple[time, time] | None, wall: time, expected: bool
) -> None:
    at = datetime.combine(date(2026, 6, 1), wall, ZoneInfo("Asia/Tokyo")).astimezone(UTC)
    assert is_quiet(an_alert(quiet=quiet, timezone="Asia/Tokyo"), at) is expected


def test_clock_changes_move_quiet_hours_with_the_wall_clock() -> None:
    alert = an_alert(quiet=(time(2, 15), time(2, 45)), timezone="Europe/Berlin")
    # In autumn 02:00 to 03:00 comes twice, and both are quiet.
    for hour in (0, 1):
        assert is_quiet(alert, datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
    assert not is_quiet(alert, datetime(2026, 10, 25, 1, 45, tzinfo=UTC))
    # In spring it does not come at all.
    for minute in (0, 30, 59):
        assert not is_quiet(alert, datetime(2026, 3, 29, 1, minute, tzinfo=UTC))
    # Hours that end at a time which is skipped end when the clock has jumped over it.
    skipped = an_alert(quiet=(time(22, 0), time(2, 30)), timezone="Europe/Berlin")
    late = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert may_send_at(skipped, None, late) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


wall_times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
instants = st.integers(0, 5 * 365 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))
spans = st.timedeltas(min_value=timedelta(0), max_value=30 * DAY)


@settings(deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    quiet=st.tuples(wall_times, wall_times).filter(lambda hours: hours[0] != hours[1]),
    now=instants,
    cool_down=spans,
    ago=st.timedeltas(min_value=-60 * DAY, max_value=60 * DAY) | st.none(),
)
def test_a_message_goes_out_at_the_first_moment_it_may_in_any_zone(
    zone: str,
    quiet: tuple[time, time],
    now: datetime,
    cool_down: timedelta,
    ago: timedelta | None,
) -> None:
    alert = an_alert(quiet=quiet, timezone=zone, cool_down=cool_down)
    last = None if ago is None else now - ago
    at = may_send_at(alert, last, now)
    assert not is_quiet(alert, at)
    cooled = cooled_at(alert, last, now)
    assert now <= cooled <= at
    # Whatever the clock did, nobody waits for more than twice the cool-down and two days.
    assert at - now <= 2 * cool_down + 2 * DAY
    if last is not None and last <= now:
        assert at >= last + cool_down
    # No minute before would have done.
    if at > cooled:
        assert is_quiet(alert, cooled)
        assert is_quiet(alert, max(cooled, at - MINUTE))
    # Asked again at that moment, it may.
    assert may_send_at(alert, last, at) == at or (last is not None and last > now)


@settings(deadline=None)
@given(
    moments=st.lists(st.timedeltas(min_value=timedelta(0), max_value=20 * DAY), max_size=40),
    cool_down=st.timedeltas(min_value=timedelta(0), max_value=3 * DAY),
    quiet=st.none() | st.just(NIGHT),
)
def test_a_replay_loses_nothing_and_keeps_to_the_alert(
    moments: list[timedelta], cool_down: timedelta, quiet: tuple[time, time] | None
) -> None:
    alert = an_alert(quiet=quiet, cool_down=cool_down, timezone="Europe/Berlin")
    rings = [Ring(NOW + after, f"s{n}") for n, after in enumerate(sorted(moments))]
    sent, waiting = fired(alert, rings, NOW + 20 * DAY)
    assert [ring for each in sent for ring in each.rings] + list(waiting) == rings
    for earlier, later in pairwise(sent):
        assert later.at - earlier.at >= cool_down
    for each in sent:
        assert not is_quiet(alert, each.at)
        assert all(ring.at <= each.at for ring in each.rings)
        assert each.at <= NOW + 20 * DAY
    assert sum(count for _, count in [busiest(alert, sent)]) <= len(sent)


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(0), HOUR),
        (-30 * MINUTE, 30 * MINUTE),
        (-2 * HOUR, timedelta(0)),
        (30 * MINUTE, 90 * MINUTE),  # the clock was set back a little
        (HOUR, 2 * HOUR),
        (HOUR + MINUTE, timedelta(0)),  # far back: the last message says nothing
        (9999 * DAY, timedelta(0)),
    ],
)
def test_a_clock_set_back_delays_by_the_cool_down_at_most(
    ahead: timedelta, expected: timedelta
) -> None:
    assert cooled_at(an_alert(cool_down=HOUR), NOW + ahead, NOW) == NOW + expected


def test_what_is_old_when_it_is_first_seen_is_no_news() -> None:
    alert = an_alert(newer_than=3 * DAY)
    for age, fresh in ((3 * DAY, True), (3 * DAY + MINUTE, False), (-DAY, True)):
        entry = an_entry(first_seen_at=NOW, published_at=NOW - age)
        assert is_fresh(alert, entry) is fresh
    assert is_fresh(alert, an_entry(first_seen_at=NOW))


def carried(*outlets: str, copies: tuple[int, ...] = ()) -> list[Carried]:
    return [
        Carried(number, name, NOW + number * HOUR, 1 if number in copies else None)
        for number, name in enumerate(outlets, start=1)
    ]


@pytest.mark.parametrize(
    ("members", "accepted", "outlets", "expected"),
    [
        (carried("a", "b"), [1], 1, 1),
        (carried("a", "b"), [1], 2, 2),  # completed by one that is not accepted
        (carried("a", "b"), [2], 2, 2),
        (carried("a", "a", "A"), [1, 2, 3], 2, None),
        (carried("a", "b", "c", copies=(2,)), [1], 2, 3),
        (carried("a", "b"), [], 1, None),
        ([], [1], 1, None),
    ],
)
def test_a_story_rings_when_enough_independent_outlets_carry_it(
    members: list[Carried], accepted: list[int], outlets: int, expected: int | None
) -> None:
    at = None if expected is None else NOW + expected * HOUR
    assert rings_at(members, accepted, outlets) == at


def test_outlets_are_named_once_and_copies_not() -> None:
    assert outlets_of(carried("News", "news", "Post", "Echo", copies=(4,))) == ("News", "Post")


def test_stories_are_counted_in_days_that_end_now() -> None:
    times = [NOW, NOW - HOUR, NOW - DAY, NOW - DAY - MINUTE, NOW - 40 * DAY, NOW + MINUTE]
    counts = stories_a_day(times, NOW)
    assert len(counts) == VOLUME_DAYS
    assert (counts[-1], counts[-2], sum(counts)) == (2, 2, 4)


def test_a_day_is_that_of_the_alert_s_zone() -> None:
    assert day_key(an_alert(timezone="Pacific/Auckland"), NOW + 5 * HOUR) == "day 2026-11-24"


def a_volume(low: int | None, high: int | None) -> Volume:
    return Volume(topic="c", title="C", count=14, span=1, low=low, high=high, days=())


def test_an_unusual_day_is_told_with_what_is_usual() -> None:
    assert unusual_note(a_volume(2, 7), "Mon 23 Nov 08:00") == (
        "14 stories in the 24 hours up to Mon 23 Nov 08:00; usual are 2 to 7."
    )
    assert unusual_note(a_volume(1, 1), "x").endswith("usual is 1.")
    assert unusual_note(a_volume(None, None), "x").endswith("up to x.")


def content(*cards: Card, **fields: object) -> AlertContent:
    standard: dict[str, object] = {
        "alert": "chips", "title": "Chips", "name": "alert-chips-12", "created_at": NOW,
        "timezone": "Europe/Berlin", "cards": cards,
        "search": search_since(an_alert(), NOW),
    }  # fmt: skip
    return AlertContent(**(standard | fields))  # type: ignore[arg-type]


def test_every_form_says_all_of_a_message() -> None:
    cards = (
        a_card(outlets=("The Example Ledger", "Harbour Post"), why=(
            Reason("chips", 0, "H20", "H20", "title"), Reason("chips", 0, "H20", "H20s", "text"),
        )),
        a_card(story=0, title="A second one"),
    )  # fmt: skip
    rendered = render(content(*cards, more=3))
    assert rendered.subject == (
        "Alert Chips: Ministry opens a consultation on chip licences (+4 more)"
    )
    for form in (rendered.text, rendered.markdown, rendered.html):
        text = " ".join(form.replace("\\", "").split())
        for told in (
            "Ministry opens a consultation on chip licences",
            "A second one",
            "The Example Ledger",
            "https://ledger.example/licences",
            "Mon 23 Nov 05:00",
            "The ministry asks for comments.",
            "Harbour Post",
            "“H20”",
            "“H20s”",
            "+3 more stories",
            "monitor search",
            "after:2026-11-23",
            "alert-chips-12",
            "[alerts.chips]",
            "monitor alerts test chips",
        ):
            assert told in text, told
    assert rendered.html.count("<!--to-->") == 2
    document = json.loads(rendered.json)
    assert list(document) == [
        "alert", "title", "message", "subject", "created_at", "stories", "more", "search", "note",
        "page_url",
    ]  # fmt: skip
    assert document["message"] == "alert-chips-12"
    assert document["created_at"] == "2026-11-23T07:00:00Z"
    assert [each["story"] for each in document["stories"]] == ["s7", None]
    assert render(content(*cards, more=3)) == rendered


def test_the_note_of_an_unusual_day_heads_the_message() -> None:
    note = "14 stories in the 24 hours up to Mon 23 Nov 08:00; usual are 2 to 7."
    rendered = render(content(a_card(), notes=(note,)))
    assert rendered.subject == f"Alert Chips: {note[:-1]}"
    assert note in rendered.text
    assert note in rendered.html
    assert json.loads(rendered.json)["note"] == note


def test_a_message_without_cards_still_says_how_many() -> None:
    assert subject(content(more=2)) == "Alert Chips: 2 stories"


HOSTILE = (
    '\r\nBcc: a@b.example <img src=x onerror=y> =cmd|calc [x](javascript:1) \u202e\x1b[31m `x` "'
)


@pytest.mark.parametrize("text", [HOSTILE, "👾" * 9000, "\ud800x", "&" * 9000, "字" * 5000])
def test_what_a_feed_writes_can_break_no_form(text: str) -> None:
    entries = [
        an_entry(
            n, title=f"{n} {text}", excerpt=text * 3, outlet=text, url=f"https://x.example/{text}"
        )
        for n in range(1, 21)
    ]
    cards = [
        card(an_alert(), [entry], [Carried(entry.id, text, NOW)], {entry.id: (found(text, text),)})
        for entry in entries
    ]
    rendered = render(content(*cards, search=search_since(an_alert(query=text), NOW)))
    assert len(rendered.html.encode("utf-8", "replace")) <= MOST_HTML
    assert not set("\r\n\x1b\u202e") & set(rendered.subject)
    assert "<img" not in rendered.html
    assert "\u202e" not in rendered.html + rendered.text + rendered.markdown
    assert "\x1b" not in rendered.text + rendered.html + rendered.markdown
    assert "\nBcc" not in rendered.text
    document = json.loads(rendered.json)
    assert len(document["stories"]) + document["more"] == 20


def test_the_card_opens_with_the_entry_that_satisfied_the_query() -> None:
    first = an_entry(1, outlet="Official", tier=1, story=5)
    second = an_entry(2, outlet="Ledger", story=5, excerpt="Headline 2")
    evidence: dict[int, tuple[Evidence, ...]] = {2: (found("H20", "H20"),)}
    made = card(an_alert(), [first, second], carried("Official", "Ledger"), evidence)
    assert (made.title, made.outlet, made.outlets) == (
        "Headline 2",
        "Ledger",
        ("Ledger", "Official"),
    )
    assert made.excerpt == ""
    assert [(each.clause, each.words) for each in made.why] == [("H20", "H20")]
    # It was edited away since: the card is still there, and names the alert alone.
    (why,) = card(an_alert(), [first, second], carried("Official", "Ledger"), {}).why
    assert (why.topic, why.clause, why.words) == ("chips", "", "")
    assert replace(made, why=()).story == 5
