"""Adding, editing and removing topics changes what was asked for and not a byte more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import MonitorError, NotFoundError, QueryError, UsageError
from monitor.model.topic import Boost, Topic
from monitor.settings.edit_topics import add_topic, edit_topic, remove_topic
from monitor.settings.home import Home
from monitor.settings.read import load
from tests.settings.conftest import MakeHome

TOPICS = """\
# What we watch. Ask Ann before you change it.

# --- hardware ---

# the board wants this one
[topics.chips]
title = "Chips"     # short
query = '''
chip OR
"graphics card"
'''
# counted since May
boost = [
  # in the headline
  {query = 'title:chip', points = 3},   # most of all
  {query = "potato",points=-4},
  # of late
  {query = 'wafer', points = 1}
]
floor = 2   # agreed


# --- law ---
[topics.law]
query = 'law NEAR/5 "AI"'   # narrow

[[topics.law.boost]]
query = "court"
points = 1
# the press
[[topics.law.boost]]
query = "blog"
points = -2

[topics.chess]
query = "chess"
boost = [{query = "king", points = 1}, {query = "queen", points = 2}]
# end
"""


def text_of(home: Home) -> str:
    return home.topics_file.read_bytes().decode()


@pytest.fixture(params=["\n", "\r\n"], ids=["unix", "windows"])
def home(make_home: MakeHome, request: pytest.FixtureRequest) -> Home:
    made = make_home(monitor="")
    made.topics_file.write_bytes(TOPICS.replace("\n", request.param).encode())
    return made


def after(home: Home, old: str, new: str) -> None:
    """Hold the file against what it was, with one piece of it exchanged."""
    assert TOPICS.count(old) == 1
    assert text_of(home).replace("\r\n", "\n") == TOPICS.replace(old, new)
    assert text_of(home).count("\r\n") in (0, text_of(home).count("\n"))


def topic(home: Home, name: str) -> Topic:
    return next(each for each in load(home).topics if each.name == name)


def test_a_title_changes_and_nothing_else(home: Home) -> None:
    assert edit_topic(home, "chips", {"title": "Hardware"}).title == "Hardware"
    after(home, 'title = "Chips"     # short', 'title = "Hardware"     # short')


def test_a_query_stays_on_the_lines_it_stood_on(home: Home) -> None:
    edit_topic(home, "chips", {"query": 'chip OR\r\n"wafer" OR fab'})
    after(home, 'chip OR\n"graphics card"\n', 'chip OR\n"wafer" OR fab\n')
    assert topic(home, "chips").query == 'chip OR\n"wafer" OR fab'


def test_a_query_of_one_line_is_written_with_the_quotes_it_needs(home: Home) -> None:
    edit_topic(home, "law", {"query": '"AI act"'})
    after(home, """'law NEAR/5 "AI"'   # narrow""", """'"AI act"'   # narrow""")


def test_a_query_that_gets_lines_gets_them_in_the_file(home: Home) -> None:
    edit_topic(home, "law", {"query": "law\nOR\nact"})
    after(home, """'law NEAR/5 "AI"'""", "'''\nlaw\nOR\nact\n'''")


def test_what_is_not_changed_is_not_written(home: Home) -> None:
    before = text_of(home)
    same = topic(home, "chips")
    edit_topic(home, "chips", {"query": f"\n{same.query}  ", "boosts": same.boosts, "floor": 2})
    assert text_of(home) == before


def test_a_boost_keeps_the_lines_of_the_others(home: Home) -> None:
    boosts = topic(home, "chips").boosts
    edit_topic(home, "chips", {"boosts": (Boost("title:chip", 5), *boosts[1:])})
    after(home, "{query = 'title:chip', points = 3}", "{query = 'title:chip', points = 5}")


def test_a_boost_is_added_at_the_end(home: Home) -> None:
    boosts = topic(home, "chips").boosts
    edit_topic(home, "chips", {"boosts": (*boosts, Boost('"new fab"', 2))})
    after(
        home,
        "  {query = 'wafer', points = 1}\n",
        "  {query = 'wafer', points = 1},\n  {query = '\"new fab\"', points = 2},\n",
    )


def test_a_boost_is_removed_with_its_line(home: Home) -> None:
    boosts = topic(home, "chips").boosts
    edit_topic(home, "chips", {"boosts": (boosts[0], boosts[2])})
    after(home, '  {query = "potato",points=-4},\n', "")


def test_boosts_as_tables_of_their_own_are_edited_where_they_stand(home: Home) -> None:
    edit_topic(home, "law", {"boosts": (Boost("court", 2), Boost("blog", -2), Boost("act", 1))})
    assert topic(home, "law").boosts == (Boost("court", 2), Boost("blog", -2), Boost("act", 1))
    assert "# the press\r\n" in text_of(home) or "# the press\n" in text_of(home)
    edit_topic(home, "law", {"boosts": (Boost("blog", -2),)})
    assert topic(home, "law").boosts == (Boost("blog", -2),)
    edit_topic(home, "law", {"boosts": ()})
    assert topic(home, "law").boosts == ()


def test_boosts_on_one_line_are_written_anew(home: Home) -> None:
    edit_topic(home, "chess", {"boosts": (Boost("king", 1),)})
    after(
        home,
        '[{query = "king", points = 1}, {query = "queen", points = 2}]',
        '[\n  {query = "king", points = 1},\n]',
    )


def test_a_key_that_says_nothing_goes_and_a_new_one_comes(home: Home) -> None:
    edit_topic(home, "chips", {"floor": 1, "guide": "Chips.\r\n\r\nNot crisps."})
    assert topic(home, "chips").guide == "Chips.\n\nNot crisps."
    assert "agreed" not in text_of(home)
    edit_topic(home, "chips", {"guide": ""})
    assert topic(home, "chips").guide == ""


def test_a_topic_is_added_at_the_end(home: Home) -> None:
    new = Topic(
        name="space", title="Space", query='rocket OR "launch"', boosts=(Boost("moon", 1),), floor=2
    )
    assert add_topic(home, new) == new
    text = text_of(home).replace("\r\n", "\n")
    assert text == (
        f'{TOPICS}\n[topics.space]\ntitle = "Space"\nquery = \'rocket OR "launch"\'\n'
        'boost = [\n  {query = "moon", points = 1},\n]\nfloor = 2\n'
    )
    assert topic(home, "space") == new


def test_the_first_topic_makes_the_file(make_home: MakeHome) -> None:
    home = make_home(monitor="")
    home.topics_file.unlink(missing_ok=True)
    add_topic(home, Topic(name="space", title="", query="rocket"))
    assert text_of(home).startswith("# ")
    assert topic(home, "space").query == "rocket"


def test_a_topic_goes_with_the_comment_above_it(home: Home) -> None:
    assert remove_topic(home, "law").query == 'law NEAR/5 "AI"'
    text = text_of(home)
    assert [each.name for each in load(home).topics] == ["chips", "chess"]
    assert "court" not in text
    assert "# end" in text
    for name in ("chips", "chess"):
        remove_topic(home, name)
    assert load(home).topics == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"query": "chip AND"}, "query"),
        ({"query": ""}, "query"),
        ({"boosts": (Boost('"open', 1),)}, "boost 1"),
        ({"boosts": (Boost("x", 1000),)}, "at most 100"),
        ({"floor": 5000}, "at most 1000"),
        ({"query": "@nowhere"}, "no list @nowhere"),
        ({"colour": "red"}, "no part of a topic"),
    ],
)
def test_what_may_not_stand_there_is_refused(
    home: Home, changes: dict[str, object], says: str
) -> None:
    before = text_of(home)
    with pytest.raises(UsageError, match=says):
        edit_topic(home, "chips", changes)
    assert text_of(home) == before


def test_the_place_in_a_wrong_query_is_told(home: Home) -> None:
    with pytest.raises(QueryError) as refused:
        edit_topic(home, "chips", {"query": "chip (wafer"})
    assert refused.value.position == 5


@pytest.mark.parametrize("name", ["Chips!", "", "a" * 65, "chips"])
def test_a_name_that_is_none_or_taken_is_refused(home: Home, name: str) -> None:
    with pytest.raises(UsageError, match=r"name|already"):
        add_topic(home, Topic(name=name, title="", query="x"))


def test_an_unknown_topic_is_not_found(home: Home) -> None:
    with pytest.raises(NotFoundError, match="did you mean chips"):
        edit_topic(home, "chip", {"title": "x"})
    with pytest.raises(NotFoundError):
        remove_topic(home, "poker")


def test_a_topic_that_others_name_stays(make_home: MakeHome) -> None:
    home = make_home(
        monitor="""
[digests.daily]
at = "07:00"
timezone = "UTC"
topics = ["chips"]
to = [{folder = "out"}]

[alerts.ring]
query = "topic:chips fab"
to = [{folder = "out"}]
""",
        topics=TOPICS,
    )
    with pytest.raises(UsageError) as refused:
        remove_topic(home, "chips")
    assert "the digest daily (topics)" in str(refused.value)
    assert "alerts.ring.query" in str(refused.value)
    assert text_of(home) == TOPICS


@pytest.mark.parametrize(
    "text",
    ['topics.chips.query = "chip"\n', '[topics]\nchips = {query = "chip"}\n'],
)
def test_a_topic_written_in_another_way_is_left_to_an_editor(
    make_home: MakeHome, text: str
) -> None:
    home = make_home(monitor="", topics=text)
    with pytest.raises(MonitorError, match="editor"):
        edit_topic(home, "chips", {"title": "Hardware"})
    assert text_of(home) == text


WORDS = st.text(st.sampled_from("ab'\"\\ ä\t\n中"), max_size=12)
POINTS = st.integers(-9, 9)
BOOSTS = st.lists(
    st.builds(Boost, st.sampled_from(["one", "two", '"a b"', "=C", "three"]), POINTS), max_size=6
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(["chips", "law", "chess"]),
    guide=WORDS,
    rows=st.lists(BOOSTS, min_size=1, max_size=3),
)
def test_any_edit_reads_as_it_was_meant_and_leaves_the_other_topics(
    make_home: MakeHome, name: str, guide: str, rows: list[list[Boost]]
) -> None:
    home = make_home(monitor="", topics=TOPICS)
    others = [each for each in load(home).topics if each.name != name]
    for boosts in rows:
        edit_topic(home, name, {"guide": guide, "boosts": tuple(boosts)})
        now = topic(home, name)
        assert now.guide == guide.strip()
        assert now.boosts == tuple(boosts)
    assert [each for each in load(home).topics if each.name != name] == others
    assert text_of(home).startswith("# What we watch. Ask Ann before you change it.\n")
