"""Configuring feeds by command: the files are what changes, and stay a person's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

FEEDS = """\
# what we watch

[[feed]]
url = "https://a.example/feed"   # the daily
title = "A"

# the weekly one
[[feed]]
url = "https://b.example/feed"
"""


@pytest.fixture
def feeds_file(home: Path) -> Path:
    """A hand-written feeds.toml with comments."""
    path = home / "config" / "feeds.toml"
    path.write_text(FEEDS)
    return path


def test_add_and_remove_keep_what_a_person_wrote(in_home: Command, feeds_file: Path) -> None:
    added = in_home(
        "feeds", "add", "https://c.example/feed", "--title", "C", "--tag", "press", "--no-fetch"
    )
    assert added.status == 0
    assert feeds_file.read_text().startswith(FEEDS)
    assert in_home("feeds", "remove", "https://c.example/feed").status == 0
    assert feeds_file.read_text().strip() == FEEDS.strip()
    assert in_home("feeds", "remove", "https://a.example/feed").status == 0
    left = feeds_file.read_text()
    assert "# the weekly one" in left
    assert "a.example" not in left


def test_edit_changes_one_key(in_home: Command, feeds_file: Path) -> None:
    assert in_home("feeds", "edit", "https://a.example/feed", "--title", "The A").status == 0
    assert feeds_file.read_text() == FEEDS.replace('"A"', '"The A"')
    assert in_home("feeds", "edit", "https://a.example/feed", "--disable").status == 0
    (first, _) = in_home("feeds", "list", "--json").json["feeds"]
    assert first["state"] == "off"
    assert in_home("feeds", "edit", "https://a.example/feed", "--enable").status == 0
    (first, _) = in_home("feeds", "list", "--json").json["feeds"]
    assert first["state"] == "new"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--user-agent-suffix", "key-7"), 'user_agent_suffix = "key-7"'),
        (("--auth-env", "TOKEN", "--auth-scheme", "bearer"), 'auth_scheme = "bearer"'),
        (("--full-text",), "full_text = true"),
        (("--no-follow-moves",), "follow_moves = false"),
        (
            ("--header", "A=1", "--header", "B=x=y", "--header", "A=2"),
            'headers = {A = "2", B = "x=y"}',
        ),
    ],
)
def test_keys_are_set_and_unset_by_options(
    in_home: Command, feeds_file: Path, options: tuple[str, ...], line: str
) -> None:
    url = "https://b.example/feed"
    assert in_home("feeds", "edit", url, *options).status == 0
    assert line in feeds_file.read_text().splitlines()
    key = line.partition(" ")[0]
    assert in_home("feeds", "edit", url, "--unset", key, "--unset", "auth_env").status == 0
    assert feeds_file.read_text() == FEEDS


def test_headers_given_replace_those_there(in_home: Command, feeds_file: Path) -> None:
    in_home("feeds", "edit", "https://b.example/feed", "--header", "A=1")
    in_home("feeds", "edit", "https://b.example/feed", "--header", "B=2")
    assert 'headers = {B = "2"}' in feeds_file.read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--header", "no sign"), "NAME=VALUE"),
        (("--header", "=x"), "NAME=VALUE"),
        (("--header", "Authorization=S3CRET"), "auth_env"),
        (("--header", "A=a\nb"), "one line"),
        (("--auth-scheme", "bearer"), "auth_env"),
        (("--auth-scheme", "digest"), "basic"),
        (("--user-agent-suffix", "ü"), "ASCII"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_changes(
    in_home: Command, feeds_file: Path, options: tuple[str, ...], words: str
) -> None:
    result = in_home("feeds", "edit", "https://b.example/feed", *options)
    assert result.status == 2
    assert words in result.err
    assert "S3CRET" not in result.err
    assert feeds_file.read_text() == FEEDS


def test_a_new_address_takes_entries_along(in_home: Command, site: Site) -> None:
    body = rss(("1", "Chips", "x"))
    site.pages |= {"/old.xml": Page(body), "/new.xml": Page(body)}
    in_home("feeds", "add", site.url("/old.xml"), "--no-fetch")
    in_home("fetch")
    assert in_home("feeds", "edit", "1", "--url", site.url("/new.xml")).status == 0
    fetched = in_home("fetch", "--json").json
    assert (fetched["feeds"], fetched["entries_new"]) == (1, 0)
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert (feed["url"], feed["entries"]) == (site.url("/new.xml"), 1)


def test_list_shows_the_promised_keys(in_home: Command, feeds_file: Path) -> None:
    (feed, _) = in_home("feeds", "list", "--json").json["feeds"]
    assert {
        "id", "url", "title", "state", "tags", "last_fetched_at", "next_fetch_at", "entries",
        "matches", "error",
    } <= set(feed)  # fmt: skip
    assert (feed["state"], feed["title"]) == ("new", "A")


def test_import_and_export_opml_round_trip(
    in_home: Command, home: Path, tmp_path: Path, monitor: Command
) -> None:
    opml = tmp_path / "in.opml"
    opml.write_text(
        "<opml version='2.0'><head/><body><outline text='Press'>"
        "<outline type='rss' text='A' xmlUrl='https://a.example/feed'/>"
        "<outline type='rss' text='B' xmlUrl='https://b.example/feed'/>"
        "<outline type='rss' text='A again' xmlUrl='https://a.example/feed'/>"
        "</outline></body></opml>"
    )
    result = in_home("feeds", "import", opml, "--json").json
    assert result["added"] == ["https://a.example/feed", "https://b.example/feed"]
    listed = in_home("feeds", "list", "--json").json["feeds"]
    assert [feed["tags"] for feed in listed] == [["Press"], ["Press"]]
    exported = in_home("feeds", "export").out
    out = tmp_path / "out.opml"
    out.write_text(exported)
    again = in_home("feeds", "import", out, "--json").json
    assert again["added"] == []
    assert [each["url"] for each in again["already"]] == result["added"]


def test_opml_files_named_in_include_are_watched_and_edited_where_they_stand(
    in_home: Command, home: Path
) -> None:
    (home / "config" / "feeds.toml").write_text('include = ["lists/*.opml"]\n')
    (home / "config" / "lists" / "more.opml").write_text(
        "<opml version='2.0'><head/><body><outline type='rss' text='A' "
        "xmlUrl='https://a.example/feed'/></body></opml>"
    )
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert feed["url"] == "https://a.example/feed"
    refused = in_home("feeds", "remove", "https://a.example/feed")
    assert refused.status in {1, 2}
    assert "more.opml" in refused.err


def test_frb_020_fetching_all_leaves_out_feeds_that_were_told_to_wait(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages["/busy.xml"] = Page(b"", 429, headers={"Retry-After": "7200"}, etag=False)
    (home / "config" / "feeds.toml").write_text(f"[[feed]]\nurl = '{site.url('/busy.xml')}'\n")
    assert in_home("fetch").status == 0
    again = in_home("fetch", "--all")
    assert "1 feed left out" in again.err
    assert len(site.asked) == 1
    in_home("fetch", site.url("/busy.xml"))
    assert len(site.asked) == 2
