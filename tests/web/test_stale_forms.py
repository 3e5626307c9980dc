"""Forms that were made from what a file said before somebody else edited it: nobody's edit is lost."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.service.editing import stamp
from monitor.service.topic_editing import save_list
from monitor.settings.edit_monitor import file_text
from monitor.settings.home import Home
from monitor.web import settings_files, word_lists
from tests.conftest import Command
from tests.web.conftest import Browser
from tests.web.reading import Read

MINE = {"title": "T0", "sort": "newest"}
BY_HAND = '[searches.mine]\ntitle = "BY HAND"\nquery = "chips AND export*"\nsort = "newest"\n'


def seen_in(answer: httpx.Response) -> str:
    """Return the mark of a page's form of what it was made from."""
    assert Read(answer.text).problems == []
    return unescape(answer.text.split('name="seen" value="')[1].split('"')[0])


def form_of(answer: httpx.Response, action: str) -> dict[str, str]:
    """Return the fields of a form as a browser sends them where nothing is touched."""
    form = answer.text.split(f'action="{action}">')[1].split("</form>")[0]
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        kept = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if kept.get("type") != "checkbox":
            fields[kept["name"]] = unescape(kept.get("value", ""))
        elif " checked" in tag:
            fields[kept["name"]] = "on"
    for name, text in re.findall(
        r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = unescape(text)
    for name, options in re.findall(
        r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = unescape(chosen[1]) if chosen else ""
    return fields


@pytest.fixture
def searches(home: Path) -> Path:
    path = home / "config" / "searches.toml"
    path.write_text('[searches.mine]\ntitle = "T0"\nquery = "chips"\nsort = "newest"\n')
    return path


def test_a_slip_in_a_query_does_not_let_an_older_form_write_over_an_edit_by_hand(
    searches: Path, browser: Browser
) -> None:
    path = "/searches/mine/edit"
    seen = seen_in(browser.get(path))
    searches.write_text(BY_HAND)
    slip = browser.post(path, {**MINE, "query": "chips OR", "seen": seen, "do": "save"})
    assert slip.status_code == 409
    assert "BY HAND" in slip.text
    assert searches.read_text() == BY_HAND


def test_a_slip_gives_the_form_back_with_what_it_was_made_from(
    searches: Path, browser: Browser
) -> None:
    path = "/searches/mine/edit"
    seen = seen_in(browser.get(path))
    slip = browser.post(path, {**MINE, "query": "chips OR", "seen": seen, "do": "save"})
    assert (slip.status_code, seen_in(slip)) == (400, seen)
    searches.write_text(BY_HAND)
    mended = {**MINE, "query": "chips OR fabs", "seen": seen_in(slip), "do": "save"}
    assert browser.post(path, mended).status_code == 409


@pytest.mark.parametrize("do", ["save", "preview"])
def test_what_the_file_says_by_now_is_shown_beside_what_was_typed(
    searches: Path, browser: Browser, do: str
) -> None:
    path = "/searches/mine/edit"
    seen = seen_in(browser.get(path))
    searches.write_text(BY_HAND)
    typed = {**MINE, "query": "chips OR fabs"}
    late = browser.post(path, {**typed, "seen": seen, "do": do})
    assert late.status_code == 409
    yours, theirs = late.text.split('id="yours"')[1].split('id="theirs"')
    assert "chips OR fabs" in yours
    assert "BY HAND" in theirs
    assert "chips AND export*" in theirs
    again = browser.post(path, {**typed, "seen": seen_in(late), "do": "preview"})
    assert again.status_code == 200
    assert "BY HAND" in again.text  # what would go is told
    assert searches.read_text() == BY_HAND
    assert browser.post(path, {**typed, "seen": seen_in(again), "do": "save"}).status_code == 303


def test_a_saved_search_that_was_edited_meanwhile_is_shown_before_it_is_removed(
    searches: Path, browser: Browser
) -> None:
    form = form_of(browser.get("/searches/mine/edit"), "/searches/mine/remove")
    searches.write_text(BY_HAND)
    late = browser.post("/searches/mine/remove", form)
    assert (late.status_code, searches.read_text()) == (409, BY_HAND)
    assert "BY HAND" in late.text
    assert browser.post("/searches/mine/remove", {"seen": seen_in(late)}).status_code == 303


def test_a_form_that_shows_older_settings_is_not_taken_for_one_of_the_file_as_it_is(
    searches: Path, browser: Browser, home: Path
) -> None:
    """While another file cannot be read the page goes on with what it read before."""
    browser.get("/searches")
    topics = home / "config" / "topics.toml"
    good = topics.read_text()
    topics.write_text("[topics.x")
    searches.write_text(BY_HAND)
    form = form_of(browser.get("/searches/mine/edit"), "/searches/mine/edit")
    assert form["title"] == "T0"
    topics.write_text(good)
    late = browser.post("/searches/mine/edit", {**form, "title": "T1", "do": "save"})
    assert (late.status_code, searches.read_text()) == (409, BY_HAND)


def test_a_slip_in_a_list_keeps_what_its_form_was_made_from(home: Path, browser: Browser) -> None:
    file = home / "config" / "lists" / "zz.txt"
    file.write_text("alpha\n")
    path = "/topics/lists/zz"
    seen = seen_in(browser.get(path))
    for text in ("@nobody\n", "x" * 1_000_001):
        slip = browser.post(path, {"text": text, "step": "save", "seen": seen})
        assert (slip.status_code, seen_in(slip)) == (400, seen)


def test_an_edit_while_a_list_is_checked_is_not_written_over(
    home: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "config" / "lists" / "zz.txt"
    file.write_text("alpha\n")
    path = "/topics/lists/zz"
    seen = seen_in(browser.get(path))

    def edited_then_saved(*args: Any, **kwargs: Any) -> object:
        file.write_text("alpha\nby hand\n")
        return save_list(*args, **kwargs)

    monkeypatch.setattr(word_lists, "save_list", edited_then_saved)
    slip = browser.post(path, {"text": "alpha\n@nobody\n", "step": "save", "seen": seen})
    monkeypatch.undo()
    late = browser.post(path, {"text": "alpha\nmine\n", "step": "save", "seen": seen_in(slip)})
    if slip.status_code == 409:  # its page shows both versions
        assert "by hand" in slip.text
    else:
        assert (late.status_code, file.read_text()) == (409, "alpha\nby hand\n")


def test_a_list_somebody_else_made_meanwhile_is_not_written_over(
    home: Path, browser: Browser
) -> None:
    """A new list has no file its form could be made from."""
    file = home / "config" / "lists" / "zz.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text("# words follow\n")  # without a spelling it is no list that settings know
    answer = browser.post("/topics/lists/new", {"name": "zz", "text": "mine", "step": "save"})
    assert (answer.status_code, file.read_text()) == (400, "# words follow\n")
    assert "already" in Read(answer.text).text


def test_a_stamp_is_taken_before_what_it_is_of(
    home: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit between the two makes the form an old one, rather than one that looks new."""
    topics = home / "config" / "topics.toml"
    name = "config/topics.toml"

    def read_then_edited(at: Home, name: str) -> str:
        text = file_text(at, name)
        topics.write_text(text + "# by hand\n")
        return text

    monkeypatch.setattr(settings_files, "file_text", read_then_edited)
    assert seen_in(browser.get(f"/settings/files/{name}")) != stamp(Home(home), name)


def feed_file(home: Path, title: str) -> Path:
    path = home / "config" / "feeds.toml"
    path.write_text(f'[[feed]]\nurl = "https://a.example/feed"\ntitle = "{title}"\n')
    return path


def test_a_feeds_form_does_not_take_back_what_was_edited_meanwhile(
    home: Path, browser: Browser
) -> None:
    file, path = feed_file(home, "Old"), "/feeds/1/edit"
    form = form_of(browser.get("/feeds/1"), path) | {"tags": "mine"}
    assert form["seen"] == stamp(Home(home), "config/feeds.toml")
    feed_file(home, "BY HAND")
    late = browser.post(path, form)
    assert late.status_code == 409
    text = Read(late.text).text
    assert "was edited meanwhile" in text
    assert "BY HAND" in text
    kept = form_of(late, path)
    assert (kept["tags"], kept["title"]) == ("mine", "Old")
    shown = browser.post(path, kept | {"title": "BY HAND"})  # as the page says that it is
    assert shown.status_code == 200
    done = browser.post(path, form_of(shown, path))
    assert done.status_code == 303
    assert 'title = "BY HAND"' in file.read_text()
    assert 'tags = ["mine"]' in file.read_text()


def test_a_feed_edited_after_the_change_was_shown_keeps_what_was_typed(
    home: Path, browser: Browser
) -> None:
    file, path = feed_file(home, "Old"), "/feeds/1/edit"
    shown = browser.post(path, form_of(browser.get("/feeds/1"), path) | {"tags": "mine"})
    assert shown.status_code == 200
    by_hand = feed_file(home, "BY HAND").read_text()
    late = browser.post(path, form_of(shown, path))
    assert (late.status_code, file.read_text()) == (409, by_hand)
    assert form_of(late, path)["tags"] == "mine"
    assert "BY HAND" in late.text


def test_a_slip_in_a_feeds_form_keeps_what_it_was_made_from(home: Path, browser: Browser) -> None:
    path = "/feeds/1/edit"
    feed_file(home, "Old")
    form = form_of(browser.get("/feeds/1"), path)
    feed_file(home, "BY HAND")
    slip = browser.post(path, form | {"every": "now and then"})
    assert (slip.status_code, seen_in(slip)) == (400, form["seen"])
    assert browser.post(path, form_of(slip, path) | {"every": "2h"}).status_code == 409


def test_a_feeds_form_that_does_not_say_what_it_was_made_from_is_refused(
    home: Path, browser: Browser
) -> None:
    file, path = feed_file(home, "Old"), "/feeds/1/edit"
    form = form_of(browser.get("/feeds/1"), path) | {"tags": "mine"}
    del form["seen"]
    before = file.read_text()
    for more in ({}, {"confirm": "1"}, {"confirm": "1", "seen": "config/topics.toml="}):
        assert browser.post(path, form | more).status_code == 409
    assert file.read_text() == before


def test_a_feed_is_shown_while_its_file_is_no_text(home: Path, seen: Command) -> None:
    """A stamp that cannot be taken is none that fits."""
    from monitor.service.wiring import open_services, utc_now
    from monitor.web.app import create_app

    with open_services(Home(home), utc_now()) as opened:
        browser = Browser(create_app(opened, utc_now))
        (home / "config" / "feeds.toml").write_bytes(b"\xff\xfe\xff")
        answer = browser.get("/feeds/1")
        assert (answer.status_code, seen_in(answer)) == (200, "config/feeds.toml=")
