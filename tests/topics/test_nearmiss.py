"""Which entries a topic only just leaves out, and what kept them out."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from monitor.errors import QueryError
from monitor.query import Document, evaluate
from monitor.topics import match, near_miss, near_query, stratum
from tests.query import texts
from tests.topics.builders import NOW, compiled

DOCUMENT = Document(
    title="Alpha bans chips",
    text="Export of boards; the entity said: no list. " + "so " * 12 + "a ban on omega wafers",
    language="en",
    outlet="Reuters",
)


@pytest.mark.parametrize(
    ("query", "missing", "note"),
    [
        ("chips potato", "potato", "potato: it is not there"),
        ("entity omega potato", "potato", "potato: it is not there"),
        (
            "entity NEAR/8 wafers",
            "entity NEAR/8 wafers",
            "“entity” and “wafers” are 20 words apart, 8 allowed",
        ),
        (
            "omega NEAR/8 chips",
            "omega NEAR/8 chips",
            "“omega” is in the text, “chips” in the title",
        ),
        ("title:export", "title:export", "export is in the entry, but not in the title"),
        ("alpha (potato NEAR/3 entity)", "potato NEAR/3 entity", "potato is not there"),
        ("chips -omega", "NOT omega", "omega is there, but must not be"),
        ("omega outlet:guardian", "outlet:guardian", "outlet:guardian: the entry has Reuters"),
        ("chips (potato OR tomato)", "potato OR tomato", "none of these 2 is there"),
        ("potato OR (chips tomato)", "tomato", "tomato: it is not there"),
        ("alpha @unused", "@unused", "@unused: none of its spellings is there"),
        ('(chips potato) OR (alpha "entity ban")', "potato", "potato"),
        # The nearer of two ways is told.
        ("(chips potato) OR title:export", "title:export", "but not in the title"),
        ("chips (entity NEAR/8 wafers)", "entity NEAR/8 wafers", "20 words apart"),
        ("chips title:dutch", "title:dutch", "dutch: it is not there"),
        ("chips title:(dutch law)", "title:(dutch AND law)", "this does not hold: dutch AND law"),
        ("chips title:(dutch OR law)", "title:(dutch OR law)", "none of these 2 is there"),
        ('chips title:"the list"', 'title:"the list"', "its words are there, but not together"),
        ("list ONEAR/9 entity", "list ONEAR/9 entity", "“list” stands behind “entity”"),
        ("chip NEAR/3 chips", "chip NEAR/3 chips", "“chips” is there once"),
        ("chips (potato OR lang:de)", "potato OR lang:de", "none of these 2 holds"),
        ("chips (potato OR -alpha)", "potato OR NOT alpha", "none of these 2 holds"),
        ("title:alpha potato", "potato", "potato: it is not there"),
    ],
)
def test_a_near_miss_tells_the_one_thing_that_is_missing(
    query: str, missing: str, note: str
) -> None:
    topic = compiled(query)
    found = near_miss(topic, DOCUMENT, NOW)
    assert found is not None
    assert found.missing == missing
    assert note in found.note
    assert stratum(topic, DOCUMENT, NOW) == "near"


@pytest.mark.parametrize(
    "query",
    [
        "potato",
        "potato OR tomato",
        '"entity list"',
        "omega potato",  # one word deep in the text says little
        "body:omega potato",
        "lead:export potato",
        "(body:omega OR tomato) potato",
        "chips potato tomato",
        "lang:en potato",
        "entity NEAR/3 potato",
        "@unused",
    ],
)
def test_what_lacks_more_is_not_near(query: str) -> None:
    topic = compiled(query)
    assert near_miss(topic, DOCUMENT, NOW) is None
    assert stratum(topic, DOCUMENT, NOW) == "rest"


def test_points_just_below_the_floor_are_near_and_those_far_below_are_not() -> None:
    short = near_miss(compiled("chips", floor=3), DOCUMENT, NOW)
    assert short is not None
    assert (short.points, short.missing, short.note) == (1, "", "1 point of the 3 needed")
    assert near_miss(compiled("chips", floor=4), DOCUMENT, NOW) is None
    assert near_miss(compiled("chips", ("omega", 2), floor=4), DOCUMENT, NOW) is not None
    # The same goes for what the points would be if the query held.
    assert near_miss(compiled("chips potato", ("omega", -3)), DOCUMENT, NOW) is None
    assert near_miss(compiled("chips potato", ("omega", -2)), DOCUMENT, NOW) is not None


def test_a_match_is_no_near_miss() -> None:
    assert near_miss(compiled("chips"), DOCUMENT, NOW) is None
    assert stratum(compiled("chips"), DOCUMENT, NOW) == "matched"


@settings(max_examples=150, deadline=None)
@given(texts.held())
def test_strata_agree_with_matching_and_the_wider_query_holds_for_all_that_is_near(
    case: tuple[str, list[Document]],
) -> None:
    text, entries = case
    assume("topic:" not in text)
    try:
        topic = compiled(text, lists=texts.LISTS)
    except QueryError:
        assume(False)
        raise
    wider = near_query(topic.query)
    for document in entries:
        where = stratum(topic, document, NOW)
        assert (where == "matched") == (match(topic, document, 1, NOW) is not None)
        found = near_miss(topic, document, NOW)
        assert (where == "near") == (found is not None)
        assert found is None or found.note
        if where != "rest":
            assert evaluate(wider, document, NOW) is not None
