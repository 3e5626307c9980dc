"""Which folder is the home."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.settings.home import Home, find_home, user_folder


def a_home(root: Path) -> Path:
    (root / "config").mkdir(parents=True)
    (root / "config" / "monitor.toml").write_text("")
    return root


def test_the_one_named_wins_then_the_environment_then_here_then_the_user_s(tmp_path: Path) -> None:
    here, named, other = (a_home(tmp_path / name) for name in ("here", "named", "other"))
    user = a_home(tmp_path / "data" / "monitor")
    data = {"XDG_DATA_HOME": str(tmp_path / "data")}
    environ = {"MONITOR_HOME": str(other), **data}
    assert find_home(named, environ, here).root == named
    assert find_home(None, environ, here).root == other
    assert find_home(None, {"MONITOR_HOME": "", **data}, here).root == here
    assert find_home(None, data, tmp_path).root == user


def test_a_relative_home_counts_from_the_current_folder(tmp_path: Path) -> None:
    a_home(tmp_path / "x" / "y")
    assert find_home(Path("y"), {}, tmp_path / "x").root == tmp_path / "x" / "y"


@pytest.mark.parametrize("how", ["--home", "MONITOR_HOME"])
def test_a_named_folder_without_settings_is_refused_and_init_is_named(
    tmp_path: Path, how: str
) -> None:
    explicit = tmp_path / "nothing" if how == "--home" else None
    environ = {"MONITOR_HOME": str(tmp_path / "nothing")}
    with pytest.raises(UsageError) as refused:
        find_home(explicit, environ, a_home(tmp_path / "here"))
    assert str(tmp_path / "nothing") in str(refused.value)
    assert how in str(refused.value)
    assert "monitor init" in str(refused.value)


def test_no_home_anywhere_is_refused_and_init_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="monitor init"):
        find_home(None, {"HOME": str(tmp_path)}, tmp_path)


def test_the_user_s_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"HOME": "/home/ann", "XDG_DATA_HOME": "relative/is/ignored"}
    monkeypatch.setattr(sys, "platform", "linux")
    assert user_folder(environ) == Path("/home/ann/.local/share/monitor")
    assert user_folder({"XDG_DATA_HOME": "/data"}) == Path("/data/monitor")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert user_folder(environ) == Path("/home/ann/Library/Application Support/monitor")


def test_a_home_says_where_things_lie() -> None:
    home = Home(Path("/h"))
    assert home.monitor_file == Path("/h/config/monitor.toml")
    assert home.feeds_file == Path("/h/config/feeds.toml")
    assert home.topics_file == Path("/h/config/topics.toml")
    assert home.lists == Path("/h/config/lists")
    assert home.database == Path("/h/db/monitor.db")
    assert home.named(home.feeds_file) == "config/feeds.toml"
    assert home.named(Path("/elsewhere/x")) == "/elsewhere/x"
