"""What the index and the tables propose for a query, as ids, in bounded time.

One of them is gone through, newest first; the others are asked about each id it brings. That is the
full-text index, unless little is starred, matched and so on: then its rows are gone through.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model.search import Candidates, Counted, Proposed
from monitor.store.narrowing import FACTS, MATCHES, Side, Values, narrowed

MOST_COUNTED = 200_000
"""Entries up to which the index is counted: 10 ms for one word."""

_MOST_OF_SEVERAL = 40_000
"""The same for several words or phrases, which cost more each."""

_MOST_WORDS = 60
"""Words and phrases up to which the index is counted at all: those of a list take it 50 ms and more."""

_ID = "{id}"
"""Where the id of what is gone through stands in a condition."""

_IN_INDEX = " AND EXISTS (SELECT 1 FROM entries_fts WHERE entries_fts MATCH :fts AND rowid = {id})"

_ONE_WORD = 4
"""What one word asks for at most: its stems in all languages."""

POOL, SMALL_POOL = 2_000, 400
"""Candidates, the newest, among which the best are chosen; fewer where each is looked up elsewhere."""

FEW = 200
"""Where a table has no more rows than this, the evaluator sees to the words."""

_SMALL = 2_000
"""Up to so many rows of a table are looked up in the index, a few microseconds each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """SQL for what to go through (`base`) and conditions on each id it brings (`beside`).

    `fts`: it is the full-text index that is gone through, so that bm25 can be had.
    """

    base: str
    beside: str
    values: Values
    fts: bool

    def sql(self) -> str:
        """Return the statement as a whole, without order or limit."""
        if self.fts:
            return self.base + self.beside.replace(_ID, "entries_fts.rowid")
        return self.over(self.base)

    def over(self, rows: str) -> str:
        """Return those of some rows of `base` that pass what is asked beside."""
        if not self.beside:
            return rows
        return f"SELECT c.id AS id FROM ({rows}) AS c WHERE 1{self.beside.replace(_ID, 'c.id')}"


def asked(connection: sqlite3.Connection, wanted: Candidates, low: int, high: int) -> Asked:
    """Choose what to go through for these candidates."""
    facts = narrowed(connection, wanted.about, wanted.topics)
    values: Values = facts.values | {"low": low, "high": high}
    for driver in facts.drivers():
        if driver.source.weight > MATCHES.weight and driver.found_by is None:
            continue
        rows = _count(connection, _rows(driver, small=True), values, _SMALL + 1)
        if rows > _SMALL:
            continue
        beside = facts.conditions(_ID, driver)
        if wanted.fts is not None and rows > FEW:
            values["fts"] = wanted.fts
            beside = f"{_IN_INDEX}{beside}"
        return Asked(_rows(driver, small=True), beside, values, fts=False)
    if wanted.fts is None:
        driver = next(iter(facts.drivers()), Side(FACTS, "1"))
        return Asked(_rows(driver), facts.conditions(_ID, driver), values, fts=False)
    values["fts"] = wanted.fts
    base = (
        "SELECT rowid AS id FROM entries_fts "
        "WHERE entries_fts MATCH :fts AND rowid >= :low AND rowid < :high"
    )
    return Asked(base, facts.conditions(_ID), values, fts=True)


def newest(connection: sqlite3.Connection, question: Asked, limit: int | None) -> list[int]:
    """Return the newest `limit` ids, all without it, newest first."""
    sql = question.sql()
    if limit is None and question.fts:
        # FTS5 reads forwards in two thirds of the time it takes backwards.
        rows = connection.execute(f"{sql} ORDER BY id", question.values).fetchall()[::-1]
    else:
        rows = connection.execute(
            f"{sql} ORDER BY id DESC LIMIT :size",
            question.values | {"size": -1 if limit is None else limit},
        ).fetchall()
    return [row[0] for row in rows]


def proposed(connection: sqlite3.Connection, question: Asked, wanted: Candidates) -> Proposed:
    """Return the newest candidates and count all: exactly when few, or by those of the newest."""
    most = POOL if question.fts and not question.beside else SMALL_POOL
    ids = newest(connection, question, most + 1)
    if len(ids) <= most:
        return Proposed(tuple(ids), Counted(len(ids), "exact"), question.fts)
    ids = ids[:most]
    if not question.fts or (wanted.asked > _MOST_WORDS and not question.beside):
        return Proposed(tuple(ids), _by_span(connection, question, ids), ranked=question.fts)
    bound = _MOST_OF_SEVERAL if wanted.asked > _ONE_WORD else MOST_COUNTED
    number = _count(connection, question.base, question.values, bound + 1)
    cut = number > bound
    number = min(number, bound)
    if question.beside:
        newer = question.values | {"low": ids[-1]}
        gone_through = _count(connection, question.base, newer, bound)
        number = max(len(ids), round(number * len(ids) / max(gone_through, 1)))
        return Proposed(tuple(ids), Counted(number, "at least" if cut else "about"), ranked=True)
    return Proposed(tuple(ids), Counted(number, "at least" if cut else "exact"), ranked=True)


def _by_span(connection: sqlite3.Connection, question: Asked, ids: list[int]) -> Counted:
    """Estimate how many rows pass, as if they were spread evenly over the ids."""
    low, high = connection.execute(
        "SELECT (SELECT min(id) FROM entries WHERE id >= :low), "
        "(SELECT max(id) FROM entries WHERE id < :high)",
        question.values,
    ).fetchone()
    return Counted(round(len(ids) * (high - low + 1) / (high - ids[-1] + 1)), "about")


def best(
    connection: sqlite3.Connection, question: Asked, low: int, titles: str | None, most: int
) -> list[int]:
    """Return the `most` best of the candidates from `low` on.

    With `titles` (what titles are asked) those are best that it finds, newest first; without by
    bm25, title 10 and text 1. Ids decide between equals, the newer one first.
    """
    values = question.values | {"low": max(low, int(str(question.values["low"])))}
    if titles is not None:
        values |= {"fts": titles}
        return newest(connection, Asked(question.base, question.beside, values, fts=True), most)
    rows = connection.execute(
        f"{question.sql()} ORDER BY bm25(entries_fts, 10.0, 1.0, 0.0), id DESC LIMIT :size",
        values | {"size": most},
    ).fetchall()
    return [row[0] for row in rows]


def holding(
    connection: sqlite3.Connection, expressions: Sequence[str | None], among: int
) -> tuple[list[int], int]:
    """Return how many of the newest `among` entries each expression finds, and of how many."""
    (last,) = connection.execute("SELECT max(id) FROM entries").fetchone()
    last = last or 0
    low = max(0, last - among + 1)
    found = []
    for expression in expressions:
        if expression is None:
            found.append(among)
            continue
        (number,) = connection.execute(
            "SELECT count(*) FROM entries_fts WHERE entries_fts MATCH ? AND rowid >= ?",
            (expression, low),
        ).fetchone()
        found.append(number)
    return found, min(among, last)


def _rows(side: Side, *, small: bool = False) -> str:
    source = (side.found_by if small else None) or side.source
    distinct = "DISTINCT " if source.repeats else ""
    return (
        f"SELECT {distinct}{source.id} AS id FROM {source.rows} WHERE {source.id} >= :low "
        f"AND {source.id} < :high AND {source.always} AND ({side.condition})"
    )


def _count(connection: sqlite3.Connection, base: str, values: Values, most: int) -> int:
    (number,) = connection.execute(
        f"SELECT count(*) FROM ({base} LIMIT :most)", values | {"most": most}
    ).fetchone()
    return int(number)
