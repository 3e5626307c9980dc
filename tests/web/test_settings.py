"""Settings by forms and as text: shown first, then saved, never over somebody else's edit."""

from __future__ import annotations

import re
import tomllib
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.web.calls import ask
from tests.web.conftest import Browser
from tests.web.reading import Read


def stamp(answer: httpx.Response) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert found
    return unescape(found[1])


def monitor_toml(home: Path) -> Path:
    return home / "config" / "monitor.toml"


@pytest.mark.parametrize(
    "path",
    ["", "/fetch", "/keep", "/web", "/mail", "/summaries", "/digests/new", "/alerts/new",
     "/digests/daily", "/files/config/monitor.toml", "/files/config/feeds.toml"],
)  # fmt: skip
def test_every_page_is_sound(reader: Browser, path: str) -> None:
    answer = reader.get(f"/settings{path}")
    assert answer.status_code == 200
    assert Read(answer.text).problems == []


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/digests/nothing", "/others/x", "/files/config/access.toml",
     "/files/../etc/passwd", "/files/db/monitor.db", "/files/config/none.toml"],
)  # fmt: skip
def test_what_is_not_there_is_said(reader: Browser, path: str) -> None:
    answer = reader.get(f"/settings{path}")
    assert answer.status_code in (400, 404)
    assert reader.post(f"/settings{path}", {"step": "save", "text": "x"}).status_code in (400, 404)


def test_a_value_is_shown_as_it_would_stand_and_then_saved(reader: Browser, home: Path) -> None:
    file = monitor_toml(home)
    file.write_text(f"{file.read_text('utf-8')}\n# mine\n", "utf-8")
    before = file.read_text("utf-8")
    form = {"interval": "2h", "seen": stamp(reader.get("/settings/fetch")), "step": "preview"}
    shown = Read(reader.post("/settings/fetch", form).text)
    assert shown.problems == []
    assert '+interval = "2h"' in shown.text
    assert file.read_text("utf-8") == before
    saved = reader.post("/settings/fetch", {**form, "step": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/settings?edit=1")
    told = Read(reader.get("/settings?edit=1").text)
    assert "Changed [fetch]" in told.text
    assert "/edits/1/undo" in told.forms
    after = file.read_text("utf-8")
    assert 'interval = "2h"' in after
    assert "# mine" in after
    assert 'value="2h"' in reader.get("/settings/fetch").text


def test_a_value_that_cannot_stand_is_refused_beside_its_field(reader: Browser, home: Path) -> None:
    before = monitor_toml(home).read_bytes()
    for form in ({"interval": "1s"}, {"per_host": "99"}, {"per_host": "many"}):
        answer = reader.post("/settings/fetch", {**form, "step": "save"})
        assert answer.status_code == 422
        assert next(iter(form)) in Read(answer.text).text
    assert "aria-invalid" in reader.post("/settings/fetch", {"interval": "1s", "step": "save"}).text
    assert monitor_toml(home).read_bytes() == before


def test_one_section_alone_is_told_to_stand_in_brackets(reader: Browser, home: Path) -> None:
    before = monitor_toml(home).read_bytes()
    one = '{title = "Chips", query = "saved:chips"}'
    answer = reader.post("/settings/digests/daily", {"sections": one, "step": "preview"})
    assert answer.status_code == 422
    assert "write [{…}]" in Read(answer.text).text
    assert monitor_toml(home).read_bytes() == before
    page = reader.get("/settings/digests/daily").text
    assert 'name="sections" rows="6"' in page
    assert "query = &#34;saved:chips&#34;" in page


def test_an_edit_by_hand_meanwhile_is_not_overwritten(reader: Browser, home: Path) -> None:
    seen = stamp(reader.get("/settings/fetch"))
    file = monitor_toml(home)
    file.write_text(f"{file.read_text('utf-8')}\n# by hand\n", "utf-8")
    by_hand = file.read_bytes()
    answer = reader.post("/settings/fetch", {"interval": "3h", "seen": seen, "step": "save"})
    assert answer.status_code == 409
    page = Read(answer.text)
    assert "edited meanwhile" in page.text
    assert 'value="3h"' in answer.text
    assert file.read_bytes() == by_hand


def test_a_digest_is_added_changed_and_removed(reader: Browser, home: Path) -> None:
    form = {
        "name": "weekly",
        "title": "The week",
        "at": "08:00",
        "days": "fri",
        "topics": "*",
        "to": '[{folder = "digests"}]',
        "step": "save",
    }
    assert reader.post("/settings/digests/new", form).status_code == 303
    assert "[digests.weekly]" in monitor_toml(home).read_text("utf-8")
    assert "The week" in reader.get("/settings").text
    assert reader.post("/settings/digests/new", form).status_code == 400
    changed = reader.post("/settings/digests/weekly", {"at": "07:00\r\n13:00", "step": "save"})
    assert changed.status_code == 303
    assert 'at = ["07:00", "13:00"]' in monitor_toml(home).read_text("utf-8")
    asked = Read(reader.post("/settings/digests/weekly", {"step": "remove"}).text)
    assert "Remove it" in asked.text
    assert "[digests.weekly]" in monitor_toml(home).read_text("utf-8")
    assert reader.post("/settings/digests/weekly", {"step": "removed"}).status_code == 303
    assert "weekly" not in monitor_toml(home).read_text("utf-8")


def test_a_file_is_edited_as_text_if_all_of_config_can_be_read_then(
    reader: Browser, home: Path
) -> None:
    answer = reader.get("/settings/files/config/topics.toml")
    before = (home / "config" / "topics.toml").read_bytes()
    seen = stamp(answer)
    broken = {"text": "[topics.x]\nquery = 'a AND'\n", "seen": seen, "step": "save"}
    refused = reader.post("/settings/files/config/topics.toml", broken)
    assert refused.status_code == 422
    assert "config/topics.toml:2" in Read(refused.text).text
    assert (home / "config" / "topics.toml").read_bytes() == before
    good = {**broken, "text": before.decode() + "\n# more\n"}
    assert reader.post("/settings/files/config/topics.toml", good).status_code == 303
    assert (home / "config" / "topics.toml").read_bytes() == before + b"\n# more\n"


def test_recipients_are_typed_one_a_line(reader: Browser, home: Path) -> None:
    form = {"to": "folder: digests\r\n\r\nwebhook: https://h.example/x", "step": "save"}
    assert reader.post("/settings/digests/daily", form).status_code == 303
    data = tomllib.loads(monitor_toml(home).read_text("utf-8"))
    assert data["digests"]["daily"]["to"] == [
        {"folder": "digests"}, {"webhook": "https://h.example/x"},
    ]  # fmt: skip
    shown = unescape(reader.get("/settings/digests/daily").text)
    assert ">folder: digests\nwebhook: https://h.example/x</textarea>" in shown
    assert "When nothing matched <code>when_empty</code>" in shown
    assert '["07:00"' not in shown


def test_a_mail_address_without_a_server_leads_to_where_it_is_set(reader: Browser) -> None:
    form = {"to": "folder: digests\nann@example.org", "step": "save"}
    answer = reader.post("/settings/digests/daily", form)
    assert answer.status_code == 422
    assert "Number 2 needs a mail server" in Read(answer.text).text
    assert "/settings/mail" in Read(answer.text).links


def test_weights_are_a_number_each(reader: Browser, home: Path) -> None:
    form = {"weights.points": "2", "weights.novelty": "0.5", "weights.title": "", "step": "save"}
    assert reader.post("/settings/digests/daily", form).status_code == 303
    data = tomllib.loads(monitor_toml(home).read_text("utf-8"))
    assert data["digests"]["daily"]["weights"] == {"points": 2, "novelty": 0.5}
    assert 'name="weights.novelty" value="0.5"' in reader.get("/settings/digests/daily").text
    gone = dict.fromkeys(form, "") | {"step": "save"}
    assert reader.post("/settings/digests/daily", gone).status_code == 303
    assert "weights" not in monitor_toml(home).read_text("utf-8")
    as_toml = {"weights": "{points = 3}", "step": "save"}
    assert reader.post("/settings/digests/daily", as_toml).status_code == 303
    assert 'name="weights.points" value="3"' in reader.get("/settings/digests/daily").text


def test_every_field_that_cannot_stand_is_told_at_once(reader: Browser, home: Path) -> None:
    before = monitor_toml(home).read_bytes()
    form = {
        "sections": "[{title = ", "to": "nobody", "weights.points": "many", "at": "noon",
        "per_topic": "0", "step": "save",
    }  # fmt: skip
    answer = reader.post("/settings/digests/daily", form)
    assert answer.status_code == 422
    page = Read(answer.text)
    assert page.problems == []
    assert "Some values cannot stand so; see below." in page.text
    assert answer.text.count('aria-invalid="true"') == 5
    assert ">nobody</textarea>" in answer.text
    assert monitor_toml(home).read_bytes() == before


def test_a_change_that_cannot_be_made_is_no_mistake_of_the_monitors(
    reader: Browser, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = monitor_toml(home).read_bytes()
    monkeypatch.setattr("tempfile.tempdir", str(home / "nowhere"))
    for refused in (
        reader.post("/settings/fetch", {"interval": "2h", "step": "save"}),
        reader.post("/feeds/1/remove"),
    ):
        assert refused.status_code == 422
        assert "No such file or directory. Nothing was changed." in Read(refused.text).text
    answer = ask(reader.app, "PATCH", "/api/settings/fetch", {"values": {"interval": "2h"}})
    assert (answer.status_code, answer.json()["type"]) == (422, "/api/problems/impossible")
    assert monitor_toml(home).read_bytes() == before
