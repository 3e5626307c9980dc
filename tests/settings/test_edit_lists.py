"""Lists are written whole, and nothing is written that is no list."""

from __future__ import annotations

import pytest

from monitor.errors import NotFoundError, UsageError
from monitor.settings.edit_lists import (
    list_text,
    remove_list,
    write_list,
)
from monitor.settings.home import Home
from tests.settings.conftest import MakeHome

CHIPS = "# hardware\nchip\n\n# makers\n=TSMC\nsemicon*"
TOPICS = '[topics.chips]\nquery = "@chips law"\n'


@pytest.fixture
def home(make_home: MakeHome) -> Home:
    return make_home(
        topics=TOPICS, files={"lists/chips.txt": CHIPS, "lists/all.txt": "@chips\nfab\r\n"}
    )


def raw(home: Home, name: str) -> str:
    return (home.lists / f"{name}.txt").read_bytes().decode()


def test_the_whole_is_written_as_typed_with_the_lines_of_the_file(home: Home) -> None:
    words = write_list(home, "all", "# new\r\n@chips\r\nplant")
    assert words.spellings == ("@chips", "plant")
    assert raw(home, "all") == "# new\r\n@chips\r\nplant\r\n"


def test_a_new_list_makes_its_file(make_home: MakeHome) -> None:
    home = make_home()
    write_list(home, "Länder", "日本")
    assert list_text(home, "Länder") == "日本\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [("chip\n*\n", ":2"), ("@nowhere", "no list"), ("@all", "itself"), ("# only", "empty")],
)
def test_what_is_no_list_is_refused(home: Home, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        write_list(home, "chips", text)
    assert raw(home, "chips") == CHIPS


def test_names_are_no_paths(home: Home) -> None:
    with pytest.raises(UsageError, match="no name for a list"):
        write_list(home, "../feeds", "x")
    with pytest.raises(NotFoundError, match="mean chips"):
        list_text(home, "chip")


def test_a_list_that_others_name_stays(home: Home) -> None:
    with pytest.raises(UsageError) as refused:
        remove_list(home, "chips")
    assert "topics.chips.query" in str(refused.value)
    assert "@all" in str(refused.value)
    remove_list(home, "all")
    assert not (home.lists / "all.txt").exists()
