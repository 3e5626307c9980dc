"""Lists of feeds in and out, as typed: what is told, what is written, what is never sent."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.parse import opml
from monitor.parse.outlines import NAMESPACE
from tests.conftest import Command

FEEDS = """\
# what we watch
[[feed]]
url = "https://one.example/feed"
tier = 1
"""


@pytest.fixture
def feeds_file(home: Path) -> Path:
    """A hand-written feeds.toml with one feed."""
    path = home / "config" / "feeds.toml"
    path.write_text(FEEDS)
    return path


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Write an OPML file of outlines; return its path."""

    def write(outlines: str) -> Path:
        path = tmp_path / "list.opml"
        path.write_text(
            f'<opml version="2.0" xmlns:monitor="{NAMESPACE}"><head/><body>{outlines}</body></opml>'
        )
        return path

    return write


MIXED = """
<outline text="Press">
  <outline type="rss" text="Two" xmlUrl="https://two.example/feed" monitor:tier="1"
    monitor:auth_env="AWS_SECRET_ACCESS_KEY" monitor:headers='{"X-A": "1"}' monitor:colour="red"/>
  <outline type="rss" text="One" xmlUrl="http://www.one.example/feed/"/>
  <outline type="rss" text="Two again" xmlUrl="http://two.example/feed/"/>
</outline>
<outline type="rss" text="Inside" xmlUrl="http://192.168.1.1/feed"/>
<outline type="rss" text="Loop" xmlUrl="http://127.0.0.1:8000/feed"/>
<outline type="rss" text="Piped" xmlUrl="|curl https://x.example"/>
<outline type="rss" text="Locked" xmlUrl="https://ann:S3CRET@three.example/feed"/>
<outline type="include" url="https://more.example/list.opml"/>
"""


def test_an_import_accounts_for_every_outline(
    in_home: Command, feeds_file: Path, written: Any
) -> None:
    report = in_home("feeds", "import", written(MIXED), "--json").json
    assert report["added"] == [
        "https://two.example/feed",
        "http://192.168.1.1/feed",
        "http://127.0.0.1:8000/feed",
    ]
    assert report["already"] == [
        {"url": "http://www.one.example/feed/", "see": "config/feeds.toml:3"}
    ]
    assert report["repeated"] == 1
    assert len(report["left_out"]) == 3
    assert report["withheld"] == [
        {"url": "https://two.example/feed", "keys": ["auth_env", "headers"]}
    ]
    (fault,) = report["faults"]
    assert fault.startswith("https://two.example/feed: colour: is unknown")
    (refused,) = report["refused"]  # the home opens 127.0.0.0/8, and nothing else
    assert refused["url"] == "http://192.168.1.1/feed"
    assert "allow_private" in refused["reason"]
    text = feeds_file.read_text()
    assert text.startswith(FEEDS)
    assert "AWS_SECRET_ACCESS_KEY" not in text
    assert "X-A" not in text
    assert "S3CRET" not in str(report) + text


def test_what_is_told_in_words_names_each_feed_and_what_to_do(
    in_home: Command, feeds_file: Path, written: Any
) -> None:
    result = in_home("feeds", "import", written(MIXED))
    assert result.out == "3 feeds added, 1 watched already, 3 left out, 1 listed again\n"
    for words in (
        "left out: |curl https://x.example: runs a command",
        "watched already: http://www.one.example/feed/, see config/feeds.toml:3",
        "not taken over: https://two.example/feed: auth_env, headers",
        "--trusted",
        "will be refused: http://192.168.1.1/feed: ",
        "auth_env",
    ):
        assert words in result.err
    assert "S3CRET" not in result.err
    assert feeds_file.read_text().count("[[feed]]") == 4


def test_a_dry_run_tells_the_same_and_changes_nothing(
    in_home: Command, feeds_file: Path, written: Any
) -> None:
    path = written(MIXED)
    planned = in_home("feeds", "import", path, "--dry-run", "--json").json
    assert feeds_file.read_text() == FEEDS
    said = in_home("feeds", "import", path, "--dry-run")
    assert all(f"would be added: {url}" in said.out for url in planned["added"])
    assert "\n3 feeds would be added, " in said.out
    assert "monitor fetch" not in said.err
    assert feeds_file.read_text() == FEEDS
    done = in_home("feeds", "import", path, "--json").json
    assert (planned.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert planned == done


def test_a_list_of_ones_own_is_taken_over_whole(
    in_home: Command, feeds_file: Path, written: Any
) -> None:
    report = in_home("feeds", "import", written(MIXED), "--trusted", "--json").json
    assert report["withheld"] == []
    text = feeds_file.read_text()
    assert 'auth_env = "AWS_SECRET_ACCESS_KEY"' in text
    assert 'headers = {X-A = "1"}' in text


def test_a_list_may_come_from_standard_input(
    in_home: Command, home: Path, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = written(MIXED).read_bytes()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert len(in_home("feeds", "import", "-", "--json").json["added"]) == 4
    assert (home / "config" / "feeds.toml").read_text().count("[[feed]]") == 4


def test_71_one_feed_in_eight_spellings_is_one_feed(
    in_home: Command, feeds_file: Path, written: Any
) -> None:
    spellings = [
        "https://two.example/feed", "https://two.example/feed/", "http://two.example/feed",
        "https://www.two.example/feed", "HTTPS://TWO.example:443/feed", "https://two.example/feed#x",
        "https://two.example/feed?", "feed://two.example/feed",
    ]  # fmt: skip
    path = written("".join(f'<outline xmlUrl="{each}"/>' for each in spellings))
    report = in_home("feeds", "import", path, "--json").json
    assert report["added"] == spellings[:1]
    assert report["repeated"] == 7
    for each in spellings:
        report = in_home("feeds", "import", written(f'<outline xmlUrl="{each}"/>'), "--json").json
        assert (report["added"], len(report["already"])) == ([], 1)
    assert feeds_file.read_text().count("[[feed]]") == 2


INSIDE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/",
    "http://[::ffff:10.0.0.1]/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest", "http://100.64.0.1/", "http://localhost/", "http://printer/",
    "http://nas.local/feed", "http://feeds.internal/", "http://0/", "http://224.0.0.1/",
    "https://feeds.example.org:8443/",
]  # fmt: skip


def test_70_private_hosts_are_taken_with_a_warning(
    monitor: Command, home: Path, written: Any
) -> None:
    (home / "config" / "monitor.toml").write_text(
        '[fetch]\nallow_private = ["10.0.0.0/8", "nas.local"]\n'
    )
    path = written(
        "".join(f'<outline xmlUrl="{each}"/>' for each in [*INSIDE, "https://public.example/"])
    )
    report = monitor("--home", home, "feeds", "import", path, "--json").json
    assert report["added"] == [*INSIDE, "https://public.example/"]
    opened = {"http://[::ffff:10.0.0.1]/", "http://10.1.2.3/", "http://nas.local/feed"}
    assert [each["url"] for each in report["refused"]] == [
        each for each in INSIDE if each not in opened
    ]
    assert all("allow_private" in each["reason"] for each in report["refused"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html><body>Sign in</body></html>", "no OPML"),
        (b"<opml><body><outline text='note'/></body></opml>", "lists no feeds"),
        (b"<opml><outline xmlUrl='|x'/><outline xmlUrl='ftp://y.example/'/></opml>", "ftp://y"),
    ],
)
def test_a_file_without_feeds_is_refused_with_all_reasons(
    in_home: Command, home: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "list.opml"
    path.write_bytes(content)
    result = in_home("feeds", "import", path)
    assert result.status == 2
    assert f"{path}: no feeds in it." in result.err
    assert words in result.err
    assert not (home / "config" / "feeds.toml").exists()


def test_70_a_file_over_the_cap_is_not_read_to_its_end(
    in_home: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opml, "SIZE_CAP", 1_000)
    path = tmp_path / "list.opml"
    path.write_bytes(b"<opml>" + b"<outline xmlUrl='https://a.example/'/>" * 1_000)
    result = in_home("feeds", "import", path)
    assert result.status == 2
    assert "larger than" in result.err


def test_what_is_long_is_told_in_part_and_counted(in_home: Command, written: Any) -> None:
    bad = "".join(f'<outline xmlUrl="ftp://a.example/{n}"/>' for n in range(120))
    path = written(bad + '<outline xmlUrl="https://a.example/"/>')
    result = in_home("feeds", "import", path)
    assert result.err.count("left out: ftp://") == 50
    assert "left out: … and 70 more; --json lists them all" in result.err
    assert result.out == "1 feed added, 0 watched already, 120 left out\n"


def exported(in_home: Command, tmp_path: Path, *options: str) -> Path:
    path = tmp_path / "exported.opml"
    result = in_home("feeds", "export", *options)
    assert result.status == 0
    path.write_text(result.out)
    return path


def test_promise_29_export_and_import_into_an_empty_home_is_the_same_set(
    in_home: Command, feeds_file: Path, home: Path, tmp_path: Path, monitor: Command
) -> None:
    two = "https://two.example/feed?a=1&b=2"
    feeds_file.write_text(f'{FEEDS}\n[[feed]]\nurl = "{two}"\n')
    in_home(
        "feeds", "edit", two, "--title", "Two & co", "--tag", "a,b",
        "--tag", "c", "--every", "30m", "--outlet", "Two", "--tier", "3", "--user-agent", "Me/1",
        "--user-agent-suffix", "key-7", "--header", "X-A=1=2", "--header", "X-B=", "--auth-env",
        "TWO", "--auth-scheme", "basic", "--full-text", "--no-follow-moves",
    )  # fmt: skip
    in_home("feeds", "edit", "https://one.example/feed", "--disable")
    (home / "config" / "lists" / "more.opml").write_text(
        "<opml><outline text='Folder'><outline xmlUrl='https://three.example/' text='3'/>"
        "</outline></opml>"
    )
    feeds_file.write_text(f'include = ["lists/*.opml"]\n{feeds_file.read_text()}')
    path = exported(in_home, tmp_path)
    other = tmp_path / "other"
    (other / "config").mkdir(parents=True)
    (other / "config" / "monitor.toml").write_text("")
    assert monitor("--home", other, "feeds", "import", path, "--trusted").status == 0
    assert (other / "config" / "feeds.toml").read_text().split("\n\n")[2:] == [
        "[[feed]]\n"
        'url = "https://two.example/feed?a=1&b=2"\n'
        'title = "Two & co"\n'
        'tags = ["a,b", "c"]\n'
        'every = "30m"\n'
        'outlet = "Two"\n'
        "tier = 3\n"
        'user_agent = "Me/1"\n'
        'user_agent_suffix = "key-7"\n'
        'headers = {X-A = "1=2", X-B = ""}\n'
        'auth_env = "TWO"\n'
        'auth_scheme = "basic"\n'
        "full_text = true\n"
        "follow_moves = false",
        '[[feed]]\nurl = "https://three.example/"\ntitle = "3"\ntags = ["Folder"]\n',
    ]
    again = monitor("--home", other, "feeds", "export").out
    assert undated(again) == undated(path.read_text())


def undated(document: str) -> list[str]:
    return [line for line in document.splitlines() if "<dateCreated>" not in line]


def test_a_plain_export_holds_nothing_of_ours(
    in_home: Command, feeds_file: Path, tmp_path: Path
) -> None:
    in_home("feeds", "edit", "1", "--auth-env", "TWO", "--header", "X-A=1")
    text = exported(in_home, tmp_path, "--plain").read_text()
    assert "https://one.example/feed" in text
    assert "TWO" not in text
    assert "X-A" not in text
    assert "monitor:" not in text.replace("xmlns:monitor", "")


def test_promise_29_each_of_the_42_real_lists_goes_in_and_out_and_in_again(
    shared: Path, tmp_path: Path, monitor: Command
) -> None:
    lists = sorted((shared / "corpus" / "opml").glob("*.opml"))
    assert len(lists) == 42
    without = []
    for path in lists:
        urls: list[list[str]] = []
        source = path
        for number in range(2):
            home = tmp_path / f"{path.stem}-{number}"
            (home / "config").mkdir(parents=True)
            (home / "config" / "monitor.toml").write_text("")
            result = monitor("--home", home, "feeds", "import", source, "--json")
            if result.status == 2:
                assert "no feeds in it" in result.err
                without.append(path.name)
                break
            assert result.status == 0, path.name
            assert result.json["faults"] == result.json["withheld"] == result.json["already"] == []
            urls.append(result.json["added"])
            source = home / "out.opml"
            source.write_text(monitor("--home", home, "feeds", "export").out)
        else:
            assert urls[0] == urls[1] != [], path.name
            first, second = (tmp_path / f"{path.stem}-{n}/config/feeds.toml" for n in range(2))
            assert first.read_bytes() == second.read_bytes(), path.name
    assert without == ["opml-1.0-links.opml", "presentation-outline.opml", "wire-news-pool.opml"]
