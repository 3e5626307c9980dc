"""What the API changes: saved searches, settings, long work; and that nobody's edit is lost."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.web.api import settings
from monitor.web.api.answering import check_match
from tests.conftest import Command
from tests.web.calls import ask
from tests.web.conftest import Browser

DIGESTS = "/api/settings/digests"


def patch(browser: Browser, path: str, values: Any, **headers: str) -> httpx.Response:
    return ask(browser.app, "PATCH", path, {"values": values}, **headers)


def test_a_saved_search_is_what_the_command_line_shows(reader: Browser, seen: Command) -> None:
    body = {"name": "crisps", "query": "chip OR potato", "title": "Crisps"}
    assert ask(reader.app, "POST", "/api/searches", body).status_code == 201
    again = ask(reader.app, "POST", "/api/searches", body)
    assert (again.status_code, "already" in again.json()["detail"]) == (400, True)
    assert reader.get("/api/searches").json() == seen("searches", "list", "--json").json
    shown, told = (
        reader.get("/api/searches/crisps").json(),
        seen("searches", "show", "crisps", "--peek", "--json"),
    )
    assert shown["results"] == told.json["results"] != []
    assert not any(hit["new"] for hit in shown["results"])
    newest = reader.get("/api/searches/crisps").json()["newest"]
    looked = ask(reader.app, "POST", "/api/searches/crisps/seen", {"newest": newest})
    assert looked.json() == reader.get("/api/searches").json()["searches"][0]
    wrong = ask(reader.app, "PATCH", "/api/searches/crisps/settings", {"query": "("})
    assert (wrong.status_code, wrong.json()["type"]) == (400, "/api/problems/query")


def test_what_was_changed_meanwhile_is_not_overwritten(reader: Browser) -> None:
    path = f"{DIGESTS}/daily"
    tag = reader.get(path).headers["etag"]
    assert patch(reader, path, {"per_topic": 3}, if_match=tag).status_code == 200
    late = patch(reader, path, {"per_topic": 5}, if_match=tag)
    assert (late.status_code, late.headers["etag"]) == (412, reader.get(path).headers["etag"])
    assert ask(reader.app, "DELETE", path, if_match=tag).status_code == 412
    edit = reader.get("/api/edits").json()["edits"][0]
    assert ask(reader.app, "POST", f"/api/edits/{edit['id']}/undo").status_code == 200
    assert reader.get(path).headers["etag"] == tag


def test_settings_keep_the_comments_of_the_file(reader: Browser, home: Path) -> None:
    file = home / "config" / "monitor.toml"
    file.write_text(f"{file.read_text('utf-8')}\n# mine\n", "utf-8")
    done = patch(reader, "/api/settings/fetch", {"interval": "2h"})
    assert done.json()["table"]["values"]["interval"] == "2h"
    assert ["added", 'interval = "2h"'] in done.json()["changes"][0]["lines"]
    assert file.read_text("utf-8").endswith("\n# mine\n")
    assert patch(reader, "/api/settings/fetch", {"interval": None}).status_code == 200
    assert 'interval = "2h"' not in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("table", "values", "status"),
    [
        ("fetch", {"interval": "soon"}, 422),
        ("fetch", {"intervall": "2h"}, 400),
        ("fetch", {'interval = "2h"\n[web]\nhost': "0.0.0.0"}, 400),
        ("fetch", {"interval": {"a\nb": 1}}, 400),
        ("fetch", {"interval": [None]}, 400),
        ("fetch", {"interval": 2**70}, 400),
        ("fetch", {"interval": "\u0000\u2028"}, 422),
        ("mail", {"server": "•••"}, 400),
        ("digests/daily", {"to": [{"webhook": "https://a.example/?token=•••"}]}, 400),
        ("digests/daily", {"to": [{"folder": ""}]}, 422),
        ("digests/none", {"per_topic": 3}, 404),
        ("nothing", {"a": 1}, 422),
    ],
)  # fmt: skip
def test_what_may_not_stand_there_is_refused_and_nothing_is_written(
    reader: Browser, home: Path, table: str, values: Any, status: int
) -> None:
    file = home / "config" / "monitor.toml"
    before = file.read_bytes()
    refused = patch(reader, f"/api/settings/{table}", values)
    assert (refused.status_code, file.read_bytes()) == (status, before)
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_likely_secret_in_an_address_is_not_shown(reader: Browser) -> None:
    to = [{"webhook": "https://hooks.example.org/in?token=violet-kettle"}]
    made = ask(
        reader.app, "POST", DIGESTS, {"name": "hooked", "values": {"to": to, "topics": None}}
    )
    assert made.status_code == 201
    for text in (made.text, reader.get(f"{DIGESTS}/hooked").text, reader.get("/api/edits").text):
        assert "violet-kettle" not in text


def test_stories_are_paged_without_one_twice(reader: Browser) -> None:
    whole = reader.get("/api/search?q=chip OR entity OR plant&group=story&sort=newest").json()
    address, found = "/api/search?q=chip OR entity OR plant&group=story&sort=newest&limit=1", []
    while address:
        page = reader.get(address).json()
        found += page["results"]
        address = page["next"]
    assert [each["id"] for each in found] == [each["id"] for each in whole["results"]]
    assert len(found) > 1


def test_a_whole_result_is_what_the_command_line_writes(reader: Browser, seen: Command) -> None:
    for form in ("csv", "jsonl", "bibtex", "ris"):
        written = seen("search", "chip OR entity", "--all", "--format", form).out
        got = reader.get(f"/api/search/export?q=chip OR entity&format={form}")
        assert got.text.replace("\r\n", "\n").strip() == written.replace("\r\n", "\n").strip()
    wrong = reader.get("/api/search/export?q=(")
    assert (wrong.status_code, wrong.json()["type"]) == (400, "/api/problems/query")


def test_long_work_takes_what_belongs_to_it(reader: Browser) -> None:
    def start(**body: Any) -> httpx.Response:
        return ask(reader.app, "POST", "/api/jobs", body)

    due = start(kind="fetch")
    assert due.headers["location"] == f"/api/jobs/{due.json()['id']}"
    assert start(kind="fetch", feeds=["1", "1"]).json()["about"].startswith("Fetch ")
    assert start(kind="rematch", topic="chips").status_code == 202
    assert start(kind="rematch", topic="none").status_code == 404
    assert start(kind="backup", topic="chips").status_code == 400
    assert start(kind="rebuild", since="one day").status_code == 400
    assert start(kind="backup").json()["id"] == start(kind="backup").json()["id"]


def test_a_topic_is_not_called_as_a_page_is(reader: Browser) -> None:
    refused = ask(reader.app, "POST", "/api/topics", {"name": "preview", "query": "chip"})
    assert (refused.status_code, "another name" in refused.json()["detail"]) == (400, True)


@pytest.mark.parametrize(("method", "body"), [("PUT", {"text": "alpha\nmine\n"}), ("DELETE", None)])
def test_a_list_edited_while_its_version_is_compared_is_not_written_over(
    reader: Browser, home: Path, monkeypatch: pytest.MonkeyPatch, method: str, body: Any
) -> None:
    file = home / "config" / "lists" / "zz.txt"
    file.write_text("alpha\n")
    tag = reader.get("/api/lists/zz").headers["etag"]

    def checked_then_edited(*args: Any) -> bool:
        matched = check_match(*args)
        file.write_text("alpha\nby hand\n")
        return matched

    monkeypatch.setattr(settings, "check_match", checked_then_edited)
    refused = ask(reader.app, method, "/api/lists/zz", body, if_match=tag)
    assert (refused.status_code, file.read_text()) == (409, "alpha\nby hand\n")


@pytest.mark.parametrize("table", ["digests", "alerts"])
def test_what_is_added_is_not_called_as_the_form_for_a_new_one(
    reader: Browser, home: Path, table: str
) -> None:
    file = home / "config" / "monitor.toml"
    before, body = file.read_text(), {"name": "new", "values": {"to": [{"folder": "x"}]}}
    refused = ask(reader.app, "POST", f"/api/settings/{table}", body)
    assert (refused.status_code, "another name" in refused.json()["detail"]) == (400, True)
    typed = {"name": "new", "to": '[{folder = "x"}]', "step": "save"}
    page = reader.post(f"/settings/{table}/new", typed)
    assert (page.status_code, "another name" in page.text) == (400, True)
    assert file.read_text() == before


def test_a_list_is_not_called_as_the_form_for_a_new_one_but_one_that_is_there_works(
    reader: Browser, home: Path
) -> None:
    file = home / "config" / "lists" / "new.txt"
    odd = ask(reader.app, "PUT", "/api/lists/%00", {"text": "chip"})
    assert (odd.status_code, "no name for a list" in odd.json()["detail"]) == (400, True)
    refused = ask(reader.app, "PUT", "/api/lists/new", {"text": "chip"})
    assert (refused.status_code, "another name" in refused.json()["detail"]) == (400, True)
    page = reader.post("/topics/lists/new", {"name": "new", "text": "chip", "step": "save"})
    assert (page.status_code, "another name" in page.text) == (400, True)
    assert not file.exists()
    file.write_text("chip\n")
    assert ask(reader.app, "PUT", "/api/lists/new", {"text": "fab\n"}).status_code == 200
    assert ask(reader.app, "DELETE", "/api/lists/new").status_code == 200
    assert not file.exists()


def test_a_digest_called_new_by_hand_is_changed_and_removed_by_the_api(
    reader: Browser, home: Path
) -> None:
    file = home / "config" / "monitor.toml"
    before = file.read_text()
    file.write_text(f"{before}\n[digests.new]\nat = '08:00'\nto = [{{folder = 'x'}}]\n")
    path = f"{DIGESTS}/new"
    assert patch(reader, path, {"per_topic": 3}).status_code == 200
    assert "per_topic = 3" in file.read_text()
    assert ask(reader.app, "DELETE", path).status_code == 200
    assert file.read_text().strip() == before.strip()


def test_trends_count_the_stories_of_a_topic(reader: Browser) -> None:
    one = reader.get("/api/trends/chips?by=day").json()
    (trend,) = one["topics"]
    assert trend["stories"] == sum(each["stories"] for each in trend["periods"]) > 0
    assert len(trend["periods"]) == 90
    assert [each["open"] for each in trend["periods"][-2:]] == [False, True]
    assert one["to"] == trend["periods"][-1]["to"]
    for odd in ("from=2026-11-02&to=2026-11-01", "from=2999-01-01", "from=soon"):
        assert reader.get(f"/api/trends/chips?{odd}").status_code == 400
    for wide in ("to=9999-12-31", "from=0001-01-01", "from=0001-01-01&to=0001-01-05"):
        assert reader.get(f"/api/trends/chips?{wide}").status_code == 200


HOOKS = """
[alerts.hooked]
query = "chip"
timezone = "UTC"
to = [
  {webhook = "https://one.example/k3y", secret_env = "A_KEY"},  # ours
  {webhook = "https://two.example/first"},
  {webhook = "https://two.example/second"},
]
"""
ALERT = "/api/settings/alerts/hooked"


@pytest.fixture
def hooked(home: Path) -> Path:
    """config/monitor.toml with an alert to three webhooks, two of them at one host."""
    file = home / "config" / "monitor.toml"
    file.write_text(f"{file.read_text('utf-8')}{HOOKS}", "utf-8")
    return file


def test_a_webhook_that_is_sent_back_as_shown_keeps_its_address(
    hooked: Path, browser: Browser
) -> None:
    shown = browser.get(ALERT).json()["values"]["to"]
    assert shown[0] == {"webhook": "one.example/…", "secret_env": "A_KEY"}
    done = patch(browser, ALERT, {"to": [shown[0], {"folder": "alerts"}]})
    assert done.status_code == 200, done.text
    assert "k3y" not in done.text
    said = tomllib.loads(hooked.read_text("utf-8"))["alerts"]["hooked"]["to"]
    assert said == [
        {"webhook": "https://one.example/k3y", "secret_env": "A_KEY"},
        {"folder": "alerts"},
    ]


@pytest.mark.parametrize(
    ("webhook", "why"),
    [("two.example/…", "several webhooks"), ("three.example/…", "no webhook")],
)
def test_a_webhook_as_shown_that_names_none_or_several_is_refused(
    hooked: Path, browser: Browser, webhook: str, why: str
) -> None:
    before = hooked.read_bytes()
    refused = patch(browser, ALERT, {"to": [{"webhook": webhook}]})
    assert (refused.status_code, why in refused.json()["detail"]) == (400, True)
    new = {"name": "other", "values": {"query": "chip", "to": [{"webhook": "one.example/…"}]}}
    assert ask(browser.app, "POST", "/api/settings/alerts", new).status_code == 400
    assert hooked.read_bytes() == before
    form = {"to": '[{webhook = "one.example/…"}]', "query": "chip", "step": "save"}
    assert browser.post("/settings/alerts/hooked", form).status_code == 422
    assert hooked.read_bytes() == before


def test_what_stands_where_it_should_not_is_masked_as_well(hooked: Path, browser: Browser) -> None:
    text = hooked.read_text("utf-8")
    wrong = '{webhook = "one.example/k3y"}, {slack_env = "https://slack.example/k3y"}, {token = "k3y"}, '
    hooked.write_text(text.replace("to = [\n", f"to = [{wrong}\n"), "utf-8")
    answer = browser.get(ALERT)
    assert answer.status_code == 200
    assert answer.json()["values"]["to"][:3] == [
        {"webhook": "address/…"},
        {"slack_env": "slack.example/…"},
        {"token": "•••"},
    ]
    assert "k3y" not in answer.text
