"""What the index and the tables propose for a query, as ids, in bounded time.

One of them is gone through, newest first; the others are asked about each id it brings. That is the
full-text index, unless little is starred, matched and so on: then its rows are gone through.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from monitor.model.search import Candidates, Counted
from monitor.store.narrowing import FACTS, MATCHES, Side, Values, narrowed

MOST_COUNTED = 200_000
"""Entries up to which the index is counted: 10 ms for one word."""

_MOST_OF_MANY = 20_000
_MANY_ASKED = 30
"""Of more words and phrases than this the index is counted up to the smaller number."""

_ID = "{id}"
"""Where the id of what is gone through stands in a condition."""

_SAMPLE = 10_000
"""Entries by which is told how many of the counted ones pass what is asked beside."""

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
    driver = facts.driver()
    if wanted.fts is None:
        side = driver or Side(FACTS, "1")
        return Asked(_rows(side), facts.conditions(_ID, driver), values, fts=False)
    values["fts"] = wanted.fts
    if driver is not None and driver.source.weight <= MATCHES.weight:
        rows = _count(connection, _rows(driver), values, _SMALL)
        if rows <= FEW:
            del values["fts"]
            return Asked(_rows(driver), facts.conditions(_ID, driver), values, fts=False)
        if rows <= _SMALL:
            in_index = (
                " AND EXISTS (SELECT 1 FROM entries_fts WHERE entries_fts MATCH :fts "
                f"AND rowid = {_ID})"
            )
            beside = in_index + facts.conditions(_ID, driver)
            return Asked(_rows(driver), beside, values, fts=False)
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


def counted(connection: sqlite3.Connection, question: Asked, wanted: Candidates) -> Counted:
    """Count the candidates, what is asked beside by a sample where there are many."""
    most = _MOST_OF_MANY if wanted.asked > _MANY_ASKED else MOST_COUNTED
    number = _count(connection, question.base, question.values, most + 1)
    cut = number > most
    number = min(number, most)
    if not question.beside:
        return Counted(number, "at least" if cut else "exact")
    sample = min(number, _SAMPLE)
    some = question.over(f"{question.base} ORDER BY id DESC LIMIT :size")
    (passed,) = connection.execute(
        f"SELECT count(*) FROM ({some})",
        question.values | {"size": sample},
    ).fetchone()
    if sample == number and not cut:
        return Counted(passed, "exact")
    return Counted(round(number * passed / sample), "at least" if cut else "about")


def best(
    connection: sqlite3.Connection, question: Asked, expression: str | None, pool: int, most: int
) -> list[int]:
    """Return the `most` best of the newest `pool` candidates.

    With an `expression` (what titles are asked) those are best that it finds, newest first; without
    by bm25, title 10 and text 1. Ids decide between equals, the newer one first.
    """
    sql = question.sql()
    (low,) = connection.execute(
        f"SELECT min(id) FROM ({sql} ORDER BY id DESC LIMIT :size)",
        question.values | {"size": pool},
    ).fetchone()
    if low is None:
        return []
    values = question.values | {"low": low, "size": most}
    if expression is not None:
        return newest(
            connection,
            Asked(question.base, question.beside, values | {"fts": expression}, fts=True),
            most,
        )
    rows = connection.execute(
        f"{sql} ORDER BY bm25(entries_fts, 10.0, 1.0, 0.0), id DESC LIMIT :size", values
    ).fetchall()
    return [row[0] for row in rows]


def holding(
    connection: sqlite3.Connection, expressions: list[str | None], among: int
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


def _rows(side: Side) -> str:
    source = side.source
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

