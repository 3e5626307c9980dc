"""`feeds check`, `feeds show`, `feeds list --state`, doctor: how feeds stand, for a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

CHIPS = rss(("1", "Entity list widened", "chips"), title="The Gazette")


@pytest.fixture
def four(in_home: Command, site: Site) -> Command:
    """A home with a feed, a page, a missing one and one that asks to wait."""
    site.pages |= {
        "/feed.xml": Page(CHIPS),
        "/page": Page(b"<html><title>Welcome</title></html>", content_type="text/html"),
        "/busy": Page(b"Slow down, please.", 429, "text/plain", {"Retry-After": "7200"}),
    }
    for path in ("/feed.xml", "/page", "/missing", "/busy"):
        assert in_home("feeds", "add", site.url(path), "--no-fetch").status == 0
    return in_home


def states(command: Command, *arguments: str) -> list[tuple[str, str]]:
    listed = command("feeds", "list", "--json", *arguments).json["feeds"]
    return [(feed["id"], feed["state"]) for feed in listed]


def test_check_tells_feeds_from_other_things_and_keeps_what_came(four: Command, site: Site) -> None:
    feed, page, missing, busy = four("feeds", "check", "--json").json["feeds"]
    assert [each["ok"] for each in (feed, page, missing, busy)] == [True, False, False, False]
    assert (feed["entries"], feed["entries_new"], feed["title"]) == (1, 1, "The Gazette")
    assert feed["newest_at"] == "2026-11-16T09:00:00Z"
    assert "Welcome" in page["error"]
    assert "feeds discover" in page["error"]
    assert page["explanation"]["advice"] == ""  # said once
    assert (missing["state"], missing["words"]) == ("failing", "nothing here")
    assert busy["explanation"]["words"] == "It wrote: “Slow down, please.”"
    assert four("db", "stats", "--json").json["entries"] == 1
    assert four("fetch", "--json").json["feeds"] == 0  # nothing is fetched twice
    assert len(site.asked) == 4


def test_check_asks_conditionally_and_a_feed_that_works_again_is_ok(
    in_home: Command, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    in_home("feeds", "add", site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(b"out of order", 500, "text/plain")
    (failed,) = in_home("feeds", "check", "--json").json["feeds"]
    assert (failed["ok"], failed["state"], failed["entries"]) == (False, "failing", 1)
    assert states(in_home, "--state", "failing") == [("1", "failing")]
    site.pages["/feed.xml"] = Page(CHIPS)
    (works,) = in_home("feeds", "check", "--json", "--state", "failing").json["feeds"]
    assert (works["ok"], works["state"], works["entries"], works["error"]) == (True, "ok", 1, "")
    assert site.statuses("/feed.xml") == [200, 500, 304]


def test_020_check_leaves_a_feed_alone_that_was_told_to_wait(four: Command, site: Site) -> None:
    four("feeds", "check")
    again = four("feeds", "check", "--json")
    assert again.json["waiting"] == [site.url("/busy")]
    assert "as its server asks" in again.err
    assert site.statuses("/busy") == [429]
    (named,) = four("feeds", "check", "4", "--json").json["feeds"]
    assert (named["state"], site.statuses("/busy")) == ("throttled", [429, 429])


def test_check_leaves_out_what_is_off_or_gone_unless_it_is_named(
    in_home: Command, site: Site
) -> None:
    site.pages["/gone"] = Page(b"", 410)
    for path in ("/gone", "/off"):
        in_home("feeds", "add", site.url(path), "--no-fetch")
    in_home("feeds", "edit", "2", "--disable")
    in_home("fetch")
    assert in_home("feeds", "check", "--json").json["feeds"] == []
    assert site.statuses("/gone") == [410]
    site.pages["/gone"] = Page(CHIPS)
    (back,) = in_home("feeds", "check", "1", "--json").json["feeds"]
    assert back["state"] == "ok"
    assert in_home("feeds", "check", "1", "--state", "ok").status == 2


def test_check_explains_on_a_terminal_what_came_and_what_to_do(four: Command) -> None:
    told = four("feeds", "check")
    assert "The Gazette: 1 entry, 1 new" in told.out
    assert "It wrote: “nothing here”" in told.out
    assert "monitor feeds edit 3 --url NEW" in told.out
    assert "1 of 4 feeds answered." in told.err


def test_list_filters_by_state_and_tells_since_when(four: Command) -> None:
    four("feeds", "check")
    assert states(four, "--state", "failing", "--state", "ok") == [
        ("1", "ok"), ("2", "failing"), ("3", "failing"),
    ]  # fmt: skip
    assert states(four, "--state", "trouble") == [("2", "failing"), ("3", "failing")]  # never there
    assert "None of the 4 feeds is in that state." in four("feeds", "list", "--state", "gone").err
    feeds = four("feeds", "list", "--json").json["feeds"]
    assert {
        "since", "words", "status", "why_then", "rhythm_seconds", "failures", "failing_since",
        "moved_from", "outlet",
    } <= set(feeds[0])  # fmt: skip
    assert (feeds[3]["status"], feeds[3]["words"]) == (429, "Slow down, please.")
    assert all(feed["since"] for feed in feeds)
    assert four("feeds", "list", "--state", "broken").status == 2


def test_show_tells_all_of_one_feed(in_home: Command, site: Site) -> None:
    dated = rss(*((f"{n}", f"Headline {n}", "x") for n in range(8)), title="The Gazette")
    site.pages["/feed.xml"] = Page(dated)
    in_home("feeds", "add", site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(b"<p>Back on <b>Monday</b></p>", 500, "text/html")
    in_home("fetch", "--all")
    told = in_home("feeds", "show", "gazette")
    assert told.status == 0
    for words in (
        "It failed at its last visit.", "500 Internal Server Error",
        "It wrote: “Back on Monday”", "It is tried again in", "validators      kept", "Headline 7",
    ):  # fmt: skip
        assert words in told.out, words
    shape = in_home("feeds", "show", "1", "--json").json
    assert [(each["result"], each["status"], each["entries"]) for each in shape["visits"]] == [
        ("http", 500, 0), ("ok", 200, 8),
    ]  # fmt: skip
    assert (shape["validators"], shape["held"], shape["gaps"]) == (True, 0, [])
    assert len(shape["latest"]) == 5
    assert len(site.asked) == 2


def test_show_and_list_tell_of_a_gap_and_doctor_names_it(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    in_home("feeds", "add", site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(("2", "Another", "x"), title="The Gazette"))
    in_home("fetch", "--all")
    assert len(in_home("feeds", "show", "1", "--json").json["gaps"]) == 1
    assert "some may be lost" in in_home("feeds", "show", "1").out
    checks = {each["check"]: each for each in in_home("doctor", "--json").json["checks"]}
    assert checks["feed 1"]["attention"]
    assert "may have lost entries" in checks["feed 1"]["message"]
    preview = in_home("digest", "preview", "--format", "json").json
    assert preview["coverage"]["gaps"] == 1
    assert preview["coverage"]["troubles"][0]["state"] == "gap"
    text = " ".join(in_home("digest", "preview").out.split())
    assert "1 feed may have lost entries (turned over between two visits)" in text
    assert "The Gazette: may have lost entries since the visit of" in text


def test_doctor_names_ten_feeds_in_trouble_and_counts_the_rest(
    in_home: Command, site: Site
) -> None:
    site.pages |= {f"/{number}": Page(b"", 410) for number in range(12)}
    for number in range(12):
        in_home("feeds", "add", site.url(f"/{number}"), "--no-fetch")
    in_home("fetch")
    told = in_home("doctor", "--json")
    assert told.status == 0  # what others broke does not keep the monitor from working
    checks = told.json["checks"]
    assert sum(each["check"].startswith("feed ") for each in checks) == 10
    (summary,) = (each for each in checks if each["check"] == "feeds")
    assert "12 in trouble; 2 more than are named here" in summary["message"]
    assert "monitor feeds remove 1" in next(
        each["message"] for each in checks if each["check"] == "feed 1"
    )
    assert states(in_home, "--state", "trouble") == [(f"{n}", "gone") for n in range(1, 13)]


def test_frb_doctor_asks_a_feed_that_can_say_304_as_a_visit_would(
    home: Path, in_home: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAZETTE", "Bearer 12345")
    site.pages |= {"/feed.xml": Page(CHIPS), "/whole.xml": Page(CHIPS, etag=False)}
    in_home("feeds", "add", site.url("/feed.xml"), "--auth-env", "GAZETTE", "--user-agent", "mine")
    in_home("feeds", "add", site.url("/whole.xml"))
    site.asked.clear()
    network = in_home("doctor", "--json").json["checks"][-1]
    assert (network["check"], network["ok"]) == ("network", True)
    (asked,) = site.asked
    assert (asked.path, asked.status) == ("/feed.xml", 304)
    assert asked.headers["User-Agent"] == "mine"
    assert asked.headers["Authorization"] == "Bearer 12345"


def test_check_of_nothing_says_so(in_home: Command) -> None:
    assert "No feeds are watched yet" in in_home("feeds", "check").err
    in_home("feeds", "add", "https://a.example/", "--no-fetch")
    nothing = in_home("feeds", "check", "--state", "silent")
    assert "None of the 1 feed is in that state." in nothing.err
    assert "0 of 0" not in nothing.err


@pytest.mark.parametrize("command", [("feeds", "check"), ("fetch",), ("fetch", "--all")])
def test_a_feed_whose_secret_is_not_set_in_this_shell_is_left_as_it_is(
    in_home: Command, site: Site, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    site.pages["/feed.xml"] = Page(CHIPS)
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch", "--auth-env", "GAZETTE")
    before = in_home("feeds", "list", "--json").json
    for _ in range(3):
        ran = in_home(*command)
        assert ran.status == 0
        assert "not tried" in ran.err
        assert "GAZETTE" in ran.err
    assert site.asked == []
    assert in_home("feeds", "list", "--json").json == before
    monkeypatch.setenv("GAZETTE", "Bearer 12345")
    assert in_home("feeds", "check", "--json").json["feeds"][0]["state"] == "ok"


def test_looking_often_does_not_make_a_failing_feed_wait_longer(
    in_home: Command, site: Site
) -> None:
    in_home("feeds", "add", site.url("/gone.xml"), "--no-fetch")
    for _ in range(5):
        in_home("feeds", "check")
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert feed["failures"] == 1
    assert feed["why_then"] == "every 60 min"


def test_a_shorter_interval_holds_from_the_next_visit_on(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(CHIPS, headers={"Cache-Control": "no-cache"})
    site.pages["/slow.xml"] = Page(CHIPS, headers={"Cache-Control": "max-age=7200"})
    for path in ("/feed.xml", "/slow.xml"):
        in_home("feeds", "add", site.url(path))
        in_home("feeds", "edit", site.url(path), "--every", "15m")
    fast, slow = in_home("feeds", "list", "--json").json["feeds"]
    assert fast["why_then"] == "its interval was changed"
    last, due = (datetime.fromisoformat(fast[key]) for key in ("last_fetched_at", "next_fetch_at"))
    assert due - last == timedelta(minutes=15)
    assert "max-age" in slow["why_then"]


def test_doctor_names_a_secret_that_is_not_set_and_looks_at_the_rest(
    in_home: Command, site: Site
) -> None:
    in_home("feeds", "add", site.url("/gone.xml"), "--no-fetch")
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch", "--auth-env", "GAZETTE")
    site.pages["/gone.xml"] = Page(b"", 410)
    in_home("fetch")
    told = in_home("doctor", "--json")
    assert told.status == 1
    checks = {each["check"]: each for each in told.json["checks"]}
    assert not checks["secrets"]["ok"]
    assert "GAZETTE" in checks["secrets"]["message"]
    assert "gone for good" in checks["feed 1"]["message"]
    assert checks["network"]["message"] == "not tried, there is no feed to ask now"
