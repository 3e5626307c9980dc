"""Wrong input at each step gets one clear message and exit status 1 or 2, never a traceback."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss


def test_a_home_that_does_not_exist_names_init(monitor: Command, tmp_path: Path) -> None:
    result = monitor("--home", tmp_path / "nowhere", "fetch")
    assert result.status == 2
    assert "monitor init" in result.err


def test_init_tells_what_it_wrote_by_folder_and_what_to_do_next(
    monitor: Command, tmp_path: Path
) -> None:
    said = monitor("init", tmp_path / "h")
    lists = len(list((tmp_path / "h" / "config" / "lists").iterdir()))
    assert said.out.splitlines() == [
        "config/: .gitignore, README.md, feeds.toml, monitor.toml, topics.toml",
        f"config/lists/: {lists} files",
        "db/: .gitignore, README.md",
    ]
    assert "feeds check" in said.err


def test_init_never_overwrites(monitor: Command, tmp_path: Path) -> None:
    assert monitor("init", tmp_path / "h").status == 0
    before = (tmp_path / "h" / "config" / "feeds.toml").read_bytes()
    again = monitor("init", tmp_path / "h")
    assert again.status == 2
    assert "feeds.toml" in again.err
    assert (tmp_path / "h" / "config" / "feeds.toml").read_bytes() == before


def test_an_unknown_pack_names_those_there_are(monitor: Command, tmp_path: Path) -> None:
    result = monitor("init", tmp_path / "h", "--pack", "ai-polcy")
    assert result.status == 2
    assert "ai-policy" in result.err


def test_broken_toml_names_file_and_line(in_home: Command, home: Path) -> None:
    (home / "config" / "feeds.toml").write_text('[[feed]]\nurl = "https://a.example/\n')
    result = in_home("fetch")
    assert result.status == 2
    assert "config/feeds.toml:2" in result.err


def test_all_faults_are_told_at_once_with_the_nearest_key(in_home: Command, home: Path) -> None:
    (home / "config" / "monitor.toml").write_text("[fetch]\ntimout = 3\nper_host = 0\n")
    (home / "config" / "topics.toml").write_text('[topics.a]\ntitle = "A"\nquery = "chips OR"\n')
    result = in_home("fetch")
    assert result.status == 2
    assert "config/monitor.toml:2" in result.err
    assert "timeout" in result.err
    assert "config/monitor.toml:3" in result.err
    assert "config/topics.toml:3" in result.err


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/x", "not an address", "http://", "https://u:p@a.example/x", "/etc/passwd"],
)
def test_a_bad_address_is_refused_and_nothing_is_written(
    in_home: Command, home: Path, url: str
) -> None:
    result = in_home("feeds", "add", url)
    assert result.status == 2
    assert not (home / "config" / "feeds.toml").exists()


def test_the_same_feed_twice_is_refused(in_home: Command) -> None:
    assert in_home("feeds", "add", "https://a.example/feed", "--no-fetch").status == 0
    assert in_home("feeds", "add", "https://a.example/feed", "--no-fetch").status == 2
    assert in_home("feeds", "add", "http://A.example/feed/", "--no-fetch").status == 2


def test_a_page_that_is_no_feed_is_told_as_such(in_home: Command, site: Site) -> None:
    site.pages["/"] = Page(
        b"<html><title>Parked</title><p>buy</p></html>", content_type="text/html"
    )
    in_home("feeds", "add", site.url("/"), "--no-fetch")
    result = in_home("fetch", "--json")
    assert result.status == 0
    assert "Parked" in result.json["failures"][0]["error"]


def test_a_feed_nobody_watches_is_not_found(in_home: Command) -> None:
    result = in_home("fetch", "https://nobody.example/")
    assert result.status == 1
    assert "nobody.example" in result.err


@pytest.mark.parametrize(
    "query", ['"chips', "chips AND", "NOT chips", "*chips", "colour:red", "@nolist", ""]
)
def test_a_wrong_query_shows_the_place(in_home: Command, query: str) -> None:
    result = in_home("search", "--", query)
    assert result.status == 2
    assert "^" in result.err


@pytest.mark.parametrize(
    "number", ["e999", "s999", "x1", "e", "12", "e99999999999999999999", "e-1"]
)
def test_an_id_that_is_none_or_unknown(in_home: Command, number: str) -> None:
    assert in_home("show", "--", number).status == 1


def test_unknown_digests_editions_topics_and_deliveries(in_home: Command) -> None:
    assert in_home("digest", "preview", "weekly").status == 1
    assert in_home("digest", "show", "daily-1999-01-01").status == 1
    assert in_home("topics", "rematch", "nothing").status == 1
    assert in_home("digest", "retry", 77).status == 1


def test_no_digest_configured_says_what_to_add(in_home: Command, home: Path) -> None:
    (home / "config" / "monitor.toml").write_text("")
    result = in_home("digest", "preview")
    assert result.status == 2
    assert "[digests.daily]" in result.err


def test_an_empty_window_is_refused(in_home: Command) -> None:
    result = in_home("digest", "preview", "--since", "2026-01-02", "--until", "2026-01-01")
    assert result.status == 2


def test_an_output_that_cannot_be_written(in_home: Command, tmp_path: Path) -> None:
    result = in_home("digest", "preview", "--output", tmp_path / "no" / "such" / "file.html")
    assert result.status in {1, 2}
    assert "file.html" in result.err


def test_opml_that_is_none(in_home: Command, tmp_path: Path) -> None:
    (tmp_path / "x.opml").write_text("<html>no</html>")
    assert in_home("feeds", "import", tmp_path / "x.opml").status == 2
    assert in_home("feeds", "import", tmp_path / "missing.opml").status == 2


def test_a_database_of_another_version_is_left_alone(in_home: Command, home: Path) -> None:
    in_home("db", "stats")
    path = home / "db" / "monitor.db"
    with sqlite3.connect(path) as connection:
        table = connection.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE '%migrations%'"
        ).fetchone()[0]
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        row = connection.execute(f"SELECT * FROM {table} ORDER BY rowid DESC").fetchone()
        later = dict(zip(columns, row, strict=True)) | {"name": "m999_from_the_future"}
        later.pop("id", None)
        connection.execute(
            f"INSERT INTO {table} ({','.join(later)}) VALUES ({','.join('?' * len(later))})",
            list(later.values()),
        )
    connection.close()
    before = path.read_bytes()
    result = in_home("fetch")
    assert result.status == 1
    assert "version" in result.err
    assert path.read_bytes() == before


def test_a_file_that_is_no_database(in_home: Command, home: Path) -> None:
    (home / "db").mkdir()
    (home / "db" / "monitor.db").write_bytes(b"not a database at all, but long enough" * 40)
    result = in_home("db", "stats")
    assert result.status == 1
    assert "monitor.db" in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(in_home: Command, home: Path) -> None:
    home.chmod(0o555)
    try:
        result = in_home("fetch")
    finally:
        home.chmod(0o755)
    assert result.status == 1


def test_a_digest_folder_that_is_a_file_fails_loudly_and_can_be_retried(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Semiconductor rule", "x")))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    in_home("fetch")
    (home / "digests").write_text("in the way")
    sent = in_home("digest", "send")
    assert sent.status == 1
    assert "digests" in sent.out + sent.err
    (home / "digests").unlink()
    assert in_home("digest", "retry").status == 0
    assert len(list((home / "digests").iterdir())) == 4
    assert in_home("digest", "retry", 1).status == 2


def test_wrong_usage_has_status_two(monitor: Command, in_home: Command) -> None:
    assert monitor("fecth").status == 2
    assert in_home("fetch", "--all", "x").status == 2
    assert in_home("search").status == 2
    assert in_home("search", "x", "--limit", "-1").status == 2
    assert in_home("digest", "preview", "--since", "yesterday").status == 2


def test_06_one_hostile_answer_does_not_stop_the_others(in_home: Command, site: Site) -> None:
    site.pages["/good.xml"] = Page(rss(("1", "Chips", "x")))
    site.pages["/page"] = Page(
        b"<html><title>Login</title><body><![foo[bar]]></body></html>", content_type="text/html"
    )
    site.pages["/loop"] = Page(status=302, headers={"Location": ":http://[x"}, etag=False)
    for path in ("/page", "/loop", "/good.xml"):
        in_home("feeds", "add", site.url(path), "--no-fetch")
    result = in_home("fetch", "--json")
    assert result.status == 0
    assert (result.json["failed"], result.json["entries_new"]) == (2, 1)


def test_a_full_disk_is_one_line_and_loses_nothing(
    in_home: Command, home: Path, site: Site
) -> None:
    many = [(str(number), f"Chip {number}", "word " * 400) for number in range(300)]
    site.pages["/feed.xml"] = Page(rss(*many))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    in_home("db", "stats")
    full = subprocess.run(
        [sys.executable, "-m", "monitor", "--home", str(home), "fetch"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    assert len(full.stderr.strip().splitlines()) <= 2, full.stderr
    assert in_home("db", "check").status == 0
    assert in_home("search", "chip", "--json").json["total"] == 0
    # Its server was asked for nothing, and is not asked again at every bell until there is space.
    assert in_home("fetch", "--json").json["feeds"] == 0
    assert in_home("fetch", "--all", "--json").json["entries_new"] == 300
