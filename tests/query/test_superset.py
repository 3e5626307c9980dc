"""What the full-text index holds and what it is asked; test_properties has the guarantee."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from monitor.model.search import IndexText
from monitor.model.topic import WordList
from monitor.query import candidates, index_text, parse
from monitor.query.superset import _SAFE

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LISTS = {"chips": WordList("chips", ("H20", "graphics card"))}


def test_the_index_holds_stems_place_for_place_and_the_forms_that_differ() -> None:
    assert index_text("U.S. policies", "Policies on 芯片, C++ and chips", "en") == IndexText(
        title="us polici",
        text="polici on 芯 片 cx2bxx2bx and chip",
        forms="policies chips",
    )
    assert index_text("Gesetze", "", "de").title == "gesetz"


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("us", '{title text} : "us"'),
        ("title:us", '{title} : "us"'),
        ("body:us", '{text} : "us"'),
        ("lead:us", '{title text} : "us"'),
        ("semicond*", '{title text forms} : "semicond" *'),
        ("title:semicond*", '{title forms} : "semicond" *'),
        ("us -eu", '{title text} : "us"'),
        ("us lang:de", '{title text} : "us"'),
        ("us OR eu", '({title text} : "us" OR {title text} : "eu")'),
        ("us NEAR/3 eu", '({title text} : "us" AND {title text} : "eu")'),
        ("us OR lang:de", None),
        ("lang:de", None),
        ("-topic:*", None),
        ("=C++", '{title text} : "cx2bxx2bx"'),
        ("出口", '{title text} : "出 口"'),
        ('"a b c d e f g h"', '{title text} : "a b c d e f"'),
        ('"a b c d e f g xyz"', '{title text} : "c d e f g xyz"'),
        ('"a xyz c d e f g h"', '{title text} : "xyz c d e f g"'),
    ],
)
def test_a_query_asks_the_index(query: str, asked: str | None) -> None:
    assert candidates(parse(query), NOW).fts == asked


def test_a_word_asks_for_its_stems_in_all_languages() -> None:
    asked = candidates(parse("policies"), NOW).fts
    assert asked is not None
    assert '"polici"' in asked
    assert asked.count(" OR ") >= 1


@pytest.mark.parametrize(
    ("query", "from_at", "until_at"),
    [
        ("x after:2026-01-01", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("x before:2026-02-01", None, datetime(2026, 2, 1, tzinfo=UTC)),
        ("x on:2026-01", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
        ("x since:7d", NOW - timedelta(days=7), None),
        ("after:2026-01-01 since:7d", NOW - timedelta(days=7), None),
        ("x since:7d OR y since:1d", NOW - timedelta(days=7), None),
        ("x since:7d OR y", None, None),
        ("x published:2026-01", None, None),
        ("x -on:2026-01", None, None),
    ],
)
def test_dates_bound_the_candidates(
    query: str, from_at: datetime | None, until_at: datetime | None
) -> None:
    found = candidates(parse(query), NOW)
    assert (found.from_at, found.until_at) == (from_at, until_at)


@pytest.mark.parametrize(
    ("query", "topics"),
    [
        ("topic:chips", ("chips",)),
        ("x topic:chips", ("chips",)),
        ("topic:Chips", ("Chips", "chips")),
        ("topic:a OR topic:b", ("a", "b")),
        ("topic:a OR x", ()),
        ("topic:*", ()),
        ("topic:a*", ()),
        ("-topic:a", ()),
    ],
)
def test_topics_bound_the_candidates(query: str, topics: tuple[str, ...]) -> None:
    assert candidates(parse(query), NOW).topics == topics


def test_every_character_left_as_it_is_stays_within_a_token_of_unicode61() -> None:
    safe = re.compile(f"[{_SAFE}]")
    characters = [c for c in map(chr, range(0x80, 0x30000)) if safe.match(c)]
    assert len(characters) > 39_000
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 0')")
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
    db.executemany(
        "INSERT INTO t(rowid, x) VALUES (?, ?)",
        ((number, f"a{character}b") for number, character in enumerate(characters)),
    )
    split = db.execute("SELECT doc FROM v GROUP BY doc HAVING count(*) > 1").fetchall()
    db.close()
    assert split == []


@pytest.mark.parametrize("depth", [1, 12, 24, 49])
def test_deep_queries_fit_into_the_parser_of_sqlite(depth: int) -> None:
    text = "a" + "".join(f" {'AND' if n % 2 else 'OR'} (b{n}" for n in range(depth)) + ")" * depth
    asked = candidates(parse(text), NOW).fts
    assert asked is not None
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE e USING fts5(title, text, forms)")
    db.execute("INSERT INTO e VALUES (?, ?, '')", ("a", " ".join(f"b{n}" for n in range(depth))))
    assert db.execute("SELECT count(*) FROM e WHERE e MATCH ?", (asked,)).fetchone() == (1,)
    db.close()


def test_the_longest_lists_are_asked_of_the_index() -> None:
    words = ["q" + "".join(each) for each in product("abcdefghij", repeat=4)][:4_900]
    lists = {"many": WordList("many", tuple(f"{word} policies" for word in words))}
    asked = candidates(parse("us @many", lists), NOW).fts
    assert asked is not None
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE e USING fts5(title, text, forms)")
    for title in (f"us {words[-1]} polici", f"us {words[0]}", f"{words[1]} polici"):
        db.execute("INSERT INTO e VALUES (?, '', '')", (title,))
    assert db.execute("SELECT rowid FROM e WHERE e MATCH ?", (asked,)).fetchall() == [(1,)]
    db.close()


def test_a_wide_side_of_an_and_may_be_left_out() -> None:
    lists = {"many": WordList("many", tuple(f"w{n}" for n in range(2_000)))}
    query = parse("us @many", lists)
    assert candidates(query, NOW, widest=1_000).fts == '{title text} : "us"'
    alone = candidates(parse("@many", lists), NOW, widest=1_000).fts
    assert alone == candidates(parse("@many", lists), NOW).fts
    assert alone is not None
