from datetime import timedelta

import pytest

from tests.parse.feeds import parsed, rss

DAYS = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
HOURS = "<skipHours>" + "".join(f"<hour>{n}</hour>" for n in (0, 5, 23)) + "</skipHours>"


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("", None),
        ("<ttl>90</ttl>", timedelta(minutes=90)),
        ("<ttl>1000000000</ttl>", timedelta(days=7)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>\n daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            timedelta(hours=12),
        ),
        ("<ttl>60</ttl><sy:updatePeriod>weekly</sy:updatePeriod>", timedelta(days=7)),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", timedelta(days=7)),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
    ],
)
def test_the_slower_of_ttl_and_update_period_counts(channel: str, ttl: timedelta | None) -> None:
    feed = parsed(rss(channel=channel))
    assert feed.ttl == ttl
    assert feed.notes == ()


@pytest.mark.parametrize("ttl", ["0", "-5", "soon", "nan"])
def test_a_nonsense_ttl_is_ignored_and_noted(ttl: str) -> None:
    feed = parsed(rss(channel=f"<ttl>{ttl}</ttl>"))
    assert feed.ttl is None
    assert feed.notes == (f"ttl '{ttl}' is ignored",)


def test_hours_and_days_to_skip() -> None:
    days = "<skipDays><day>Sunday</day><day> monday </day></skipDays>"
    feed = parsed(rss(channel=HOURS + days))
    assert feed.skip_hours == (0, 5, 23)
    assert feed.skip_days == (0, 6)


def test_hour_24_of_the_old_count_is_midnight() -> None:
    assert parsed(rss(channel="<skipHours><hour>24</hour></skipHours>")).skip_hours == (0,)


@pytest.mark.parametrize(
    "channel",
    [
        "<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>",
        "<skipHours>" + "<hour>1</hour>" * 25 + "</skipHours>",
        "<skipHours><hour>noon</hour></skipHours>",
        "<skipDays><day>Montag</day></skipDays>",
        "<skipDays>" + "".join(f"<day>{d}day</day>" for d in DAYS) + "</skipDays>",
    ],
)
def test_nonsense_is_ignored_and_noted(channel: str) -> None:
    feed = parsed(rss(channel=channel))
    assert feed.skip_hours == feed.skip_days == ()
    assert "is ignored" in feed.notes[0]
