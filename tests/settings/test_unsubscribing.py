"""Taking a recipient out of monitor.toml changes nothing else, however the file is written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.errors import MonitorError, SettingsError
from monitor.settings.home import Home
from monitor.settings.unsubscribing import remove_recipient

ANN = "ann@reader.example"

INLINE = """\
# mine
[digests.daily]   # each morning
at = "07:00"
to = [{mail = "ben@reader.example"}, {mail = "ann@reader.example"}, {folder = "digests"}]  # who

[alerts.chips]
query = 'chip*'
to = [{mail = "ann@reader.example"}]
"""
LINES = """\
[digests.daily]
to = [
  {folder = "digests"},             # for the archive
  # the desk
  {mail = "Ann@Reader.example"},    # Ann, until June
  {mail = "ben@reader.example"},    # Ben
  # nobody else, please
]
when_empty = "send"
"""
TABLES = """\
[digests.daily]
title = "Daily" # as ever

# the archive
[[digests.daily.to]]
folder = "digests"

[[digests.daily.to]]
mail = "ann@reader.example"

# and Ben
[[digests.daily.to]]
mail = "ben@reader.example"

[web]
port = 8711
"""
DOTTED = """\
digests.daily.to = [{mail = "ann@reader.example"}]
digests.daily.at = "08:00"
"""


def home_with(tmp_path: Path, text: str) -> Home:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_bytes(text.encode())
    return Home(tmp_path)


def recipients(text: str, kind: str = "digests", name: str = "daily") -> list[dict[str, str]]:
    found = tomllib.loads(text)[kind][name].get("to", [])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("text", [INLINE, LINES, TABLES, DOTTED, f"\ufeff{INLINE}",
                                  INLINE.replace("\n", "\r\n"), LINES.replace("\n", "\r\n")],
                         ids=["inline", "lines", "tables", "dotted", "bom", "crlf", "crlf-lines"])  # fmt: skip
def test_the_address_goes_and_all_else_stays(tmp_path: Path, text: str) -> None:
    home = home_with(tmp_path, text)
    assert remove_recipient(home, "digests", "daily", ANN)
    after = home.monitor_file.read_bytes().decode()
    wanted = tomllib.loads(text.removeprefix("\ufeff"))
    wanted["digests"]["daily"]["to"] = [
        each
        for each in wanted["digests"]["daily"]["to"]
        if each.get("mail", "").casefold() != ANN.casefold()
    ]
    assert tomllib.loads(after.removeprefix("\ufeff")) == wanted
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    kept = [each for each in text.splitlines() if "ann@" not in each.lower()]
    gone = [each for each in kept if each not in after.splitlines()]
    assert set(gone) <= {"[[digests.daily.to]]"}
    assert not remove_recipient(home, "digests", "daily", ANN)
    assert home.monitor_file.read_bytes().decode() == after


def test_an_alert_keeps_its_other_recipients_and_the_digest_its_own(tmp_path: Path) -> None:
    home = home_with(tmp_path, INLINE)
    assert remove_recipient(home, "alerts", "chips", ANN)
    after = home.monitor_file.read_text()
    assert recipients(after, "alerts", "chips") == []
    assert {"mail": ANN} in recipients(after)


@pytest.mark.parametrize(
    ("kind", "name", "address"),
    [("digests", "weekly", ANN), ("alerts", "daily", ANN), ("digests", "daily", "digests")],
)
def test_who_is_not_there_changes_nothing(
    tmp_path: Path, kind: str, name: str, address: str
) -> None:
    home = home_with(tmp_path, INLINE)
    assert not remove_recipient(home, kind, name, address)
    assert home.monitor_file.read_text() == INLINE


def test_a_file_that_cannot_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    home = home_with(tmp_path, "[digests.daily\n")
    with pytest.raises(SettingsError):
        remove_recipient(home, "digests", "daily", ANN)
    assert home.monitor_file.read_text() == "[digests.daily\n"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    home = home_with(tmp_path, INLINE)
    (tmp_path / "config" / ".lock").mkdir()
    with pytest.raises(MonitorError, match=r"\.lock cannot be written"):
        remove_recipient(home, "digests", "daily", ANN)
