"""`monitor init` writes a home that can be read, and never overwrites anything."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.model.digest import Recipient
from monitor.settings.home import Home
from monitor.settings.init import init_home, monitor_toml, packs, seeds_folder
from monitor.settings.keys import keys_of
from monitor.settings.read import load
from monitor.settings.tables import MonitorFile


def test_a_new_home_can_be_read_without_a_fault_or_a_warning(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b"
    written = init_home(root, "ai-policy", "Europe/Berlin")
    read = load(Home(root))
    assert read.warnings == ()
    assert len(read.feeds) >= 80
    assert {topic.name for topic in read.topics} >= {"export-controls", "deepseek", "chips"}
    (daily,) = read.digests
    assert (daily.name, daily.timezone, f"{daily.times[0]:%H:%M}") == (
        "daily",
        "Europe/Berlin",
        "07:00",
    )
    assert daily.to == (Recipient("folder", "digests"),)
    assert all(path.is_relative_to(root) for path in written)
    assert sorted(written) == sorted(path for path in root.rglob("*") if path.is_file())
    assert (root / "db" / ".gitignore").read_text() == "*\n!.gitignore\n!README.md\n"


def test_the_feeds_are_those_of_the_pack_byte_for_byte(tmp_path: Path) -> None:
    init_home(tmp_path, "ai-policy", "UTC")
    for name in ("feeds.toml", "topics.toml"):
        pack = seeds_folder() / "ai-policy" / name
        assert (tmp_path / "config" / name).read_bytes() == pack.read_bytes()


def test_the_settings_written_show_every_key_with_its_default() -> None:
    text = monitor_toml("UTC")
    live = "\n".join(
        line.removeprefix("# ") if " = " in line else line
        for line in text.splitlines()
        if not line.startswith("# ") or line.split(" = ")[0][2:].isidentifier()
    )
    read = tomllib.loads(live)
    for key in keys_of(MonitorFile):
        if key.path.startswith("alerts.") or key.path.count(".") > 2:
            continue  # no alert is there to begin with; a list of tables is shown by its own line
        table, name = key.path.replace("NAME", "daily").rsplit(".", 1)
        inner = read
        for part in table.split("."):
            inner = inner[part]
        assert name in inner, key.path
    MonitorFile.model_validate(read)
    assert "timezone" in tomllib.loads(text)["digests"]["daily"]
    assert tomllib.loads(text)["fetch"] == {}


def test_what_is_there_is_never_overwritten_and_then_nothing_is_written(tmp_path: Path) -> None:
    config = tmp_path / "config"
    (config / "lists").mkdir(parents=True)
    (config / "topics.toml").write_text("mine")
    (config / "monitor.toml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError) as refused:
        init_home(tmp_path, "ai-policy", "UTC")
    assert "config/topics.toml" in str(refused.value)
    assert "config/monitor.toml" in str(refused.value)
    assert "config/feeds.toml" not in str(refused.value)
    assert (config / "topics.toml").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "config",
        "lists",
        "monitor.toml",
        "topics.toml",
    ]


def test_readmes_may_be_there_and_stay_as_they_are(tmp_path: Path) -> None:
    for name in ("config/README.md", "db/README.md", "db/.gitignore"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    written = init_home(tmp_path, "ai-policy", "UTC")
    assert (tmp_path / "db" / "README.md").read_text() == "mine"
    assert tmp_path / "config" / "README.md" not in written
    assert load(Home(tmp_path)).feeds


@pytest.mark.parametrize(
    ("pack", "timezone", "message"),
    [
        ("ai-polcy", "UTC", "did you mean ai-policy?"),
        ("demo", "UTC", "There is no starter pack 'demo'"),
        ("../ai-policy", "UTC", "There is no starter pack"),
        ("ai-policy", "Europe/Berln", 'did you mean "Europe/Berlin"?'),
        ("ai-policy", "", "must be a time zone"),
    ],
)
def test_an_unknown_pack_or_zone_is_refused_and_nothing_is_written(
    tmp_path: Path, pack: str, timezone: str, message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        init_home(tmp_path / "new", pack, timezone)
    assert message in str(refused.value)
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is a file"):
        init_home(tmp_path / "file", "ai-policy", "UTC")


def test_the_starter_pack_is_there_and_the_demo_is_none() -> None:
    assert packs() == ["ai-policy"]


FULL = """
import resource, signal, sys
from pathlib import Path
from monitor.errors import MonitorError
from monitor.settings.init import init_home
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    init_home(Path(sys.argv[1]), "ai-policy", "UTC")
except MonitorError as error:
    print(error)
"""


def test_a_full_disk_leaves_no_half_home(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "cannot be written" in ran.stdout
    assert ran.stdout.count("\n") == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.usefixtures("rights_count")
def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    from monitor.errors import MonitorError

    tmp_path.chmod(0o555)
    with pytest.raises(MonitorError, match="cannot be written"):
        init_home(tmp_path / "new", "ai-policy", "UTC")
