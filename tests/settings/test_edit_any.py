"""Whatever a feeds.toml looks like, an edit reads back as intended and touches nothing else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.feed import Feed
from monitor.settings.edit import add_feed, edit_feed, remove_feed
from monitor.settings.home import Home
from monitor.settings.read import load
from tests.settings.conftest import write_files

line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
comment = (line | st.sampled_from(["[[feed]]", 'url = "x"', '"""', "'''"])).map(lambda t: f"#{t}")
title = (line | st.sampled_from(['a "quoted" \\ one', "[[feed]]", "# no comment", "'''"])).map(
    lambda text: "".join(c for c in text if c.isprintable()).strip()
)
space = st.sampled_from(["", " ", "\t"])


def _basic(text: str) -> str:
    return str(tomlkit.string(text).as_string())


def _multi(text: str) -> str:
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'


@dataclass(frozen=True)
class Block:
    """One feed of a file: what stands right above it, its lines, and the empty lines after."""

    above: list[str]
    lines: list[str]
    after: list[str]

    def text(self) -> str:
        return "".join(f"{each}\n" for each in [*self.above, *self.lines, *self.after])


@st.composite
def block(draw: st.DrawFn, number: int) -> Block:
    indent = draw(space)
    write = draw(st.sampled_from([_basic, _multi]))
    keys = [f'url{draw(space)}={draw(space)}"https://f{number}.example/feed"']
    if draw(st.booleans()):
        keys.append(f"title = {write(draw(title))}")
    if draw(st.booleans()):
        keys.append('tags = [ "a",  # first\n "b"]')
    if draw(st.booleans()):
        keys.append("tier=1")
    lines = [draw(st.sampled_from(["[[feed]]", "[[ feed ]]", '[["feed"]]  # here'])), ""]
    lines = [lines[0]]
    for key in draw(st.permutations(keys)):
        lines += draw(st.lists(comment | st.just(""), max_size=2))
        lines.append(f"{indent}{key}{draw(st.just('') | comment.map(lambda text: f'  {text}'))}")
    if draw(st.booleans()):
        lines += draw(st.lists(comment | st.just(""), max_size=1))
        lines += [f"{indent}[feed.headers]", 'Accept-Language = "en"']
    # An empty line has to follow: what stands right above the next feed belongs to that one.
    after = ["", *draw(st.lists(space, max_size=2))]
    return Block(draw(st.lists(comment, max_size=2)), lines, after)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Block]]:
    head = draw(st.sampled_from(["\n", "# All of them\n\n", "include = []\n\n", "# a\n#b\n \n"]))
    count = draw(st.integers(1, 4))
    return head, [draw(block(number)) for number in range(count)]


def write_home(factory: pytest.TempPathFactory, text: str, end: str) -> Home:
    return write_files(factory.mktemp("any"), {"feeds.toml": text.replace("\n", end)})


def text_of(home: Home, end: str) -> str:
    text = home.feeds_file.read_bytes().decode()
    return text.replace("\r\n", "\n") if end == "\r\n" else text


ends = st.sampled_from(["\n", "\r\n"])


@given(documents(), st.data(), ends)
@settings(deadline=None, max_examples=80)
def test_removing_takes_out_one_feed_and_leaves_all_other_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    document: tuple[str, list[Block]],
    data: st.DataObject,
    end: str,
) -> None:
    head, blocks = document
    home = write_home(tmp_path_factory, head + "".join(each.text() for each in blocks), end)
    before = load(home).feeds
    chosen = data.draw(st.integers(0, len(blocks) - 1))
    assert remove_feed(home, before[chosen].url) == before[chosen]
    kept = head + "".join(each.text() for each in [*blocks[:chosen], *blocks[chosen + 1 :]])
    after = text_of(home, end)
    if chosen == len(blocks) - 1:
        # The empty lines above the last one went with it.
        assert kept.startswith(after)
        assert not kept[len(after) :].strip()
    else:
        assert after == kept
    assert load(home).feeds == before[:chosen] + before[chosen + 1 :]


@given(documents(), title, st.booleans(), ends)
@settings(deadline=None, max_examples=60)
def test_adding_appends_and_leaves_all_other_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    document: tuple[str, list[Block]],
    new_title: str,
    open_end: bool,
    end: str,
) -> None:
    text = document[0] + "".join(each.text() for each in document[1])
    text = text.rstrip() if open_end else text
    home = write_home(tmp_path_factory, text, end)
    before = load(home).feeds
    feed = Feed(url="https://new.example/", title=new_title, tags=("x",), tier=3)
    add_feed(home, feed)
    assert text_of(home, end).startswith(text)
    assert load(home).feeds == (*before, feed)


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "title": title,
    "tags": st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    "tier": st.integers(1, 3),
    "enabled": st.booleans(),
    "headers": st.sampled_from([(), (("A", "b"),)]),
}


@given(documents(), st.data(), ends)
@settings(deadline=None, max_examples=100)
def test_editing_changes_one_feed_and_leaves_the_other_blocks_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory,
    document: tuple[str, list[Block]],
    data: st.DataObject,
    end: str,
) -> None:
    head, blocks = document
    home = write_home(tmp_path_factory, head + "".join(each.text() for each in blocks), end)
    before = load(home).feeds
    chosen = data.draw(st.integers(0, len(blocks) - 1))
    changes = data.draw(
        st.fixed_dictionaries(
            {}, optional={key: value | st.none() for key, value in CHANGES.items()}
        )
    )
    changed = edit_feed(home, before[chosen].url, changes)
    usual = Feed(url="")
    new = {key: getattr(usual, key) if value is None else value for key, value in changes.items()}
    assert changed == replace(before[chosen], **new)
    after = text_of(home, end)
    assert after.startswith(head + "".join(each.text() for each in blocks[:chosen]))
    assert after.endswith("".join(each.text() for each in blocks[chosen + 1 :]))
    comments = [each for each in blocks[chosen].lines if each.startswith("#")]
    assert all(each in after for each in comments)
    assert load(home).feeds == (*before[:chosen], changed, *before[chosen + 1 :])
    tomllib.loads(after)
