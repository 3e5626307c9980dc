"""Saved searches: config/searches.toml, and the queries that name them."""

from __future__ import annotations

import pytest

from monitor.model.search import SavedSearch
from monitor.settings.read import load
from tests.settings.conftest import MakeHome, faults_of

GOOD = """\
[searches.chip-curbs]
query = '''
(ban OR licence)
NEAR/8 @chips
'''

[searches.mine]
title = "What I follow"
query = "saved:chip-curbs OR title:act"
sort = "relevance"
"""
CHIPS = {"lists/chips.txt": "H20\n"}


def test_without_the_file_there_are_none(make_home: MakeHome) -> None:
    assert load(make_home()).searches == ()


def test_they_are_read_and_may_name_each_other(make_home: MakeHome) -> None:
    settings = load(make_home(files={"searches.toml": GOOD, **CHIPS}))
    assert settings.searches == (
        SavedSearch(name="chip-curbs", title="Chip curbs", query="(ban OR licence)\nNEAR/8 @chips"),
        SavedSearch(
            name="mine",
            title="What I follow",
            query="saved:chip-curbs OR title:act",
            sort="relevance",
        ),
    )
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ('[searches.a]\nquery = "chips AND"', 2, "searches.a.query", "^"),
        ("[searches.a]\nquery = '''\n\nchips OR\n fabs AND\n'''", 5, "searches.a.query", "^"),
        ("[searches.a]\nquery = 3", 2, "searches.a.query", "must be text in quotes, not 3"),
        ('[searches.a]\ntitle = "A"', 1, "searches.a.query", "is required"),
        ('[searches.a]\nquery = "x"\nsrot = "newest"', 3, "searches.a.srot", "did you mean sort?"),
        ('[searches.a]\nquery = "x"\nsort = "new"', 3, "searches.a.sort", '"relevance" or "newest"'),
        ('[searches."My A"]\nquery = "x"', 1, 'searches."My A"', "write my-a"),
        ('[search.a]\nquery = "x"', 1, "search", "did you mean searches?"),
        ('[searches.a]\nquery = "@chipz"', 2, "searches.a.query", "Did you mean `chips`?"),
        ('[searches.ab]\nquery = "x"\n[searches.b]\nquery = "saved:abb"', 4, "searches.b.query", "Did you mean `ab`?"),
        ("[searches.a]\nquery = 'x saved:a'", 2, "searches.a.query", "saved:a refers to saved:a"),
        ("[searches.a]\nquery = 'x'\n[searches.a]\nquery = 'x'", 3, "", "no valid TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_and_expectation(
    make_home: MakeHome, text: str, line: int, key: str, message: str
) -> None:
    (fault,) = faults_of(make_home(files={"searches.toml": text, **CHIPS}))
    assert fault[:3] == ("config/searches.toml", line, key)
    assert message in fault[3]


def test_every_search_of_a_circle_is_told_and_nobody_who_only_names_one(
    make_home: MakeHome,
) -> None:
    searches = "\n".join(
        f"[searches.{name}]\nquery = '{query}'"
        for name, query in [
            ("d", "x saved:a"),
            ("a", "saved:b"),
            ("b", "saved:a y"),
            ("e", "saved:d"),
        ]
    )
    faults = faults_of(
        make_home(
            files={"searches.toml": searches},
            topics='[topics.t]\nquery = "saved:e"\n[topics.u]\nquery = "saved:no"',
        )
    )
    assert [fault[:3] for fault in faults] == [
        ("config/searches.toml", 4, "searches.a.query"),
        ("config/searches.toml", 6, "searches.b.query"),
        ("config/topics.toml", 4, "topics.u.query"),
    ]
    assert "saved:a refers to saved:b refers to saved:a" in faults[0][3]
    assert "saved:b refers to saved:a refers to saved:b" in faults[1][3]


def test_the_fault_of_a_list_or_of_the_file_is_told_once(make_home: MakeHome) -> None:
    searches = '[searches.a]\nquery = "@chips"\n[searches.b]\nquery = "saved:a x"'
    topics = '[topics.t]\nquery = "saved:b"'
    bad = {"lists/chips.txt": "H*\n"}
    (fault,) = faults_of(make_home(files={"searches.toml": searches, **bad}, topics=topics))
    assert fault[0] == "config/lists/chips.txt"
    (fault,) = faults_of(make_home(files={"searches.toml": "[", **bad, **CHIPS}, topics=topics))
    assert fault[0] == "config/searches.toml"


def test_one_that_is_too_deep_for_another_is_that_ones_fault(make_home: MakeHome) -> None:
    deep = "(" * 30 + "x" + ")" * 30
    text = f'[searches.outer]\nquery = "{"(" * 30} y saved:deep {")" * 30}"\n'
    text += f'[searches.deep]\nquery = "{deep}"'
    (fault,) = faults_of(make_home(files={"searches.toml": text}))
    assert fault[:3] == ("config/searches.toml", 2, "searches.outer.query")
    assert "More than 50" in fault[3]


def test_topics_sections_and_alerts_may_name_them(make_home: MakeHome) -> None:
    monitor = """\
[digests.daily]
to = [{folder = "digests"}]
[[digests.daily.sections]]
title = "Curbs"
query = "saved:chip-curbs"
[alerts.now]
query = "saved:mine title:urgent"
to = [{folder = "alerts"}]
"""
    files = {"searches.toml": GOOD, **CHIPS}
    topics = '[topics.t]\nquery = "saved:mine x"'
    settings = load(make_home(monitor=monitor, files=files, topics=topics))
    places = {place: set(query.saved) for place, query in settings.queries}
    assert places == {
        "config/searches.toml:2: searches.chip-curbs.query": set(),
        "config/searches.toml:9: searches.mine.query": {"chip-curbs"},
        "config/topics.toml:2: topics.t.query": {"mine", "chip-curbs"},
        "config/monitor.toml:5: digests.daily.sections[1].query": {"chip-curbs"},
        "config/monitor.toml:7: alerts.now.query": {"mine", "chip-curbs"},
    }


def test_what_is_odd_about_one_is_told_where_it_stands_alone(make_home: MakeHome) -> None:
    text = "[searches.a]\nquery = 'chips and fabs'\n[searches.b]\nquery = 'saved:a x'"
    (warning,) = load(make_home(files={"searches.toml": text})).warnings
    assert warning.startswith("config/searches.toml:2: searches.a.query: `and` is searched")
