"""Topics and lists: their queries are checked when config/ is read."""

from __future__ import annotations

import pytest

from monitor.settings.read import load
from tests.settings.conftest import MakeHome, faults_of


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ('[topics.a]\nquery = "chips AND"', 2, "topics.a.query", "^"),
        ('[topics.a]\nquery = ""', 2, "topics.a.query", "^"),
        ('[topics.a]\nquery = "NOT potato"', 2, "topics.a.query", "only excludes"),
        ('[topics.a]\n\nquery = """\nchips OR\n(fabs\n"""', 5, "topics.a.query", "^"),
        ("[topics.a]\nquery = '''\n\nchips OR\n fabs AND\n'''", 5, "topics.a.query", "^"),
        ("[topics.a]\nboost = [{points = 1, query = '''\nAND\n'''}]\nquery = 'x'", 3, "topics.a.boost[1].query", "^"),
        ('[topics.a]\nquery = "@chips"', 2, "topics.a.query", "There is no list @chips"),
        (
            '[topics.a]\nquery = "x"\nboost = [\n {query = "y", points = 1},\n {query = "(", points = 1}]',
            5, "topics.a.boost[2].query", "^",
        ),
        ("[topics.a]\nquery = 3", 2, "topics.a.query", "must be text in quotes, not 3"),
        ('[topics.a]\ntitle = "A"', 1, "topics.a.query", "is required"),
        ('[topics.a]\nqeury = "x"\nquery = "x"', 2, "topics.a.qeury", "did you mean query?"),
        ('[topics.a]\nquery = "x"\nboost = {query = "y", points = 1}', 3, "topics.a.boost", "a list"),
        ('[topics.a]\nquery = "x"\nboost = [{query = "y"}]', 3, "topics.a.boost[1].points", "required"),
        ('[topics.a]\nquery = "x"\nfloor = "2"', 3, "topics.a.floor", "must be a whole number"),
        ('[topics."Export Controls"]\nquery = "x"', 1, 'topics."Export Controls"', "write export-controls"),
        ('[topic.a]\nquery = "x"', 1, "topic", "did you mean topics?"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_topic_is_named_with_line_and_expectation(
    make_home: MakeHome, text: str, line: int, key: str, message: str
) -> None:
    (fault,) = faults_of(make_home(topics=text))
    assert fault[:3] == ("config/topics.toml", line, key)
    assert message in fault[3]


def test_a_query_that_is_odd_but_allowed_gives_a_warning_with_its_line(
    make_home: MakeHome,
) -> None:
    (warning,) = load(make_home(topics='[topics.a]\nquery = "chips and fabs"')).warnings
    assert warning.startswith("config/topics.toml:2: topics.a.query: `and` is searched as a word")


def test_a_floor_no_entry_can_reach_is_warned_about(make_home: MakeHome) -> None:
    text = '[topics.a]\nquery = "x"\nboost = [{query = "y", points = 2}]\nfloor = %d'
    assert load(make_home(topics=text % 3)).warnings == ()
    (warning,) = load(make_home(topics=text % 4)).warnings
    assert warning.startswith("config/topics.toml:4: topics.a.floor: no entry can reach it")


def test_a_list_is_one_spelling_a_line_with_comments(make_home: MakeHome) -> None:
    content = "\ufeff# laws\r\n=BIS\r\n\r\n  entity list  \r\nsemicon*\r\n出口管制\r\n#end"
    read = load(make_home(files={"lists/terms.txt": content, "lists/.terms.txt.swp": "\x00"}))
    assert read.lists["terms"].spellings == ("=BIS", "entity list", "semicon*", "出口管制")


def test_every_bad_line_of_a_list_is_a_fault_and_the_topics_that_use_it_are_not(
    make_home: MakeHome,
) -> None:
    home = make_home(
        topics='[topics.a]\nquery = "@terms OR x"\n[topics.b]\nquery = "("\n',
        files={"lists/terms.txt": "# c\ngood\nab*\n@nowhere\n", "lists/other.txt": "fine\n"},
    )
    faults = faults_of(home)
    assert [fault[:2] for fault in faults] == [
        ("config/lists/terms.txt", 3),
        ("config/lists/terms.txt", 4),
        ("config/topics.toml", 4),
    ]
    assert "'ab*'" in faults[0][3]
    assert "@nowhere" in faults[1][3]


def test_a_list_that_takes_in_itself_is_a_fault(make_home: MakeHome) -> None:
    faults = faults_of(make_home(files={"lists/a.txt": "x\n@b\n", "lists/b.txt": "@a\n"}))
    assert [fault[:2] for fault in faults] == [
        ("config/lists/a.txt", 2),
        ("config/lists/b.txt", 1),
    ]


@pytest.mark.parametrize(
    ("name", "content", "line", "message"),
    [
        ("a b.txt", b"x", 0, "is no name for a list"),
        ("a.b.txt", b"x", 0, "is no name for a list"),
        ("a.txt", b"x\n\xe9\n", 2, "is not UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_fault(
    make_home: MakeHome, name: str, content: bytes, line: int, message: str
) -> None:
    (fault,) = faults_of(make_home(files={f"lists/{name}": content}))
    assert fault[:2] == (f"config/lists/{name}", line)
    assert message in fault[3]


def test_a_bad_line_of_a_list_is_named_once(make_home: MakeHome) -> None:
    (fault,) = faults_of(make_home(files={"lists/terms.txt": "good\nab*\n"}))
    assert fault[:3] == ("config/lists/terms.txt", 2, "")
    assert fault[3].startswith("'ab*': `*` needs 4 letters")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ban OR curb", "OR means nothing here; write the words on lines of their own"),
        ("H20 OR H100", "OR means nothing here"),
        ("芯片 OR 晶圆", "OR means nothing here"),
        ('"ban" OR "curb"', "OR means nothing here"),
        ("NOT potato", "NOT means nothing here; write it in the query"),
        ("a NEAR/5 b", "NEAR/5 means nothing here; write it in the query"),
        ("title:chips", "title: means nothing here; write it in the query, title:@curbs"),
        ("lang:zh", "lang: means nothing here; write it in the query, lang:…"),
        ("-x", "- means nothing here; write NOT in the query"),
        ('entity "list', "this quote is never closed"),
    ],
)
def test_a_line_of_a_list_that_is_written_like_a_query_is_warned_about(
    make_home: MakeHome, line: str, message: str
) -> None:
    (warning,) = load(make_home(files={"lists/curbs.txt": f"# c\nban\n{line}\n"})).warnings
    assert warning.startswith("config/lists/curbs.txt:3: ")
    assert message in warning


@pytest.mark.parametrize(
    "line",
    ["SEARCH AND SEIZURE", '"ban OR curb"', "OR", "Act: chips", "export-control", '15" display',
     '"entity list"', "=BIS", "-5 degrees", "Terminator:chips", "trade or war"],
)  # fmt: skip
def test_a_line_of_a_list_that_may_be_a_spelling_is_left_alone(
    make_home: MakeHome, line: str
) -> None:
    assert load(make_home(files={"lists/curbs.txt": f"{line}\n"})).warnings == ()


def test_an_empty_list_is_warned_about(make_home: MakeHome) -> None:
    (warning,) = load(make_home(files={"lists/a.txt": "# nothing yet\n"})).warnings
    assert "config/lists/a.txt is empty" in warning
