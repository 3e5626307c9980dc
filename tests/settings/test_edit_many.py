"""Several feeds changed in one go say what they would one after the other, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import NotFoundError, UsageError
from monitor.settings.edit import edit_feed, edit_feeds, remove_feed, remove_feeds
from monitor.settings.home import Home
from monitor.settings.read import load

FILE = """\
# All of it.

# The first.
[[feed]]
url = "https://a.example/1"  # kept
tags = ["x",
  "y"]

[[feed]]
url = "https://a.example/2"
[feed.headers]
Accept-Language = "en"

# The third.
[[feed]]
url = "https://a.example/3"
title = "Three"


[[feed]]
  url = "https://a.example/4"
"""
URLS = [f"https://a.example/{n}" for n in range(1, 5)]
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.none() | st.sampled_from(["A", 'quo"te', "é"]),
        "tags": st.none() | st.sampled_from([("x",), ("y", "z")]),
        "headers": st.none() | st.just((("Accept", "x/y"),)),
        "enabled": st.none() | st.booleans(),
    },
)


def made(root: Path, text: str = FILE) -> Home:
    (root / "config").mkdir(parents=True, exist_ok=True)
    (root / "config" / "monitor.toml").touch()
    (root / "config" / "feeds.toml").write_text(text)
    return Home(root)


def text_of(home: Home) -> str:
    return home.feeds_file.read_text()


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(URLS), CHANGES))
def test_many_edits_at_once_are_those_edits_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, dict[str, object]]
) -> None:
    one, many = made(tmp_path_factory.mktemp("one")), made(tmp_path_factory.mktemp("many"))
    edited = edit_feeds(many, changes)
    assert edited == tuple(edit_feed(one, url, new) for url, new in changes.items())
    assert text_of(many) == text_of(one)
    assert load(many).feeds == load(one).feeds


@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from(URLS)))
def test_many_removed_at_once_are_gone_and_the_others_stay(
    tmp_path_factory: pytest.TempPathFactory, urls: set[str]
) -> None:
    one, many = made(tmp_path_factory.mktemp("one")), made(tmp_path_factory.mktemp("many"))
    assert {feed.url for feed in remove_feeds(many, urls)} == urls
    for url in urls:
        remove_feed(one, url)
    assert load(many).feeds == load(one).feeds
    assert text_of(many).startswith("# All of it.")
    assert ("# The third." in text_of(many)) == (URLS[2] not in urls)


def test_one_that_cannot_be_changed_leaves_all_as_they_were(tmp_path: Path) -> None:
    home = made(tmp_path)
    unknown: dict[str, dict[str, object]] = {URLS[0]: {"title": "A"}, "https://b.example/": {}}
    wrong: dict[str, dict[str, object]] = {URLS[0]: {"title": "A"}, URLS[1]: {"tier": 7}}
    for changes, error in ((unknown, NotFoundError), (wrong, UsageError)):
        with pytest.raises(error):
            edit_feeds(home, changes)
        assert text_of(home) == FILE
    with pytest.raises(NotFoundError):
        remove_feeds(home, [URLS[0], "https://b.example/"])
    assert text_of(home) == FILE
