"""SQL for what a query asks about the entry itself.

Each fact is a condition on one table or index that knows it (a `Side`), small ones before large
ones. Where words are folded, SQLite leaves out most rows by what ASCII tells, and calls the
evaluator's own function for the others.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from monitor.model.search import Fact
from monitor.query.document import Document
from monitor.query.folding import forms
from monitor.query.metadata import fitting, period
from monitor.store.rows import enclosures, instant, strings, to_json

Values = dict[str, object]

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""What is asked here depends on no time."""

_KEPT = 10_000
"""Answers of each of the evaluator's functions that are kept while one question is asked."""

_PASSED_ALONE = 100
"""Values that are named one by one; SQLite takes some ten thousand in all."""

_ODD = "GLOB '*[^ -~]*'"


@dataclass(frozen=True, slots=True)
class Source:
    """A table or index that holds facts. `weight` orders them, the one with the fewest rows first."""

    name: str
    rows: str
    id: str
    always: str
    weight: int
    repeats: bool = False


STARS = Source("stars", "stars", "entry_id", "1", 0)
SENT = Source("sent", "edition_entries", "entry_id", "1", 2, repeats=True)
WITHDRAWN = Source(
    "withdrawn", "entries INDEXED BY entries_taken_back", "id", "withdrawn_at IS NOT NULL", 1
)
REVISED = Source("revised", "entries INDEXED BY entries_revised", "id", "revised_at IS NOT NULL", 3)
ENCLOSURES = Source(
    "enclosures", "entries INDEXED BY entries_enclosures", "id", "enclosures <> '[]'", 4
)
MATCHES = Source("matches", "matches", "entry_id", "1", 5, repeats=True)
TAGS = Source("tags", "entries INDEXED BY entries_tags", "id", "tags <> '[]'", 6)
AUTHORS = Source("authors", "entries INDEXED BY entries_author", "id", "author <> ''", 7)
FACTS = Source("facts", "entries INDEXED BY entries_facts", "id", "1", 8)
WHOLE = Source("whole", "entries", "id", "1", 9)
BY_FEED = Source("by feed", "entries INDEXED BY sqlite_autoindex_entries_1", "id", "1", 8)
BY_LANGUAGE = Source("by language", "entries INDEXED BY entries_language", "id", "1", 8)
BY_DOMAIN = Source("by domain", "entries INDEXED BY entries_domain", "id", "1", 8)


@dataclass(frozen=True, slots=True)
class Side:
    """One fact in SQL: a condition on the columns of its source, to hold or (`wanted`) not.

    `found_by`: an index that leads to the rows, in no order, for when there are few.
    """

    source: Source
    condition: str
    wanted: bool = True
    found_by: Source | None = None

    def holds_for(self, entry_id: str) -> str:
        """Return the condition that the entry with this id (an expression) has the fact."""
        source = self.source
        found = (
            f"EXISTS (SELECT 1 FROM {source.rows} WHERE {source.id} = {entry_id} "
            f"AND {source.always} AND ({self.condition}))"
        )
        return found if self.wanted else f"NOT {found}"


@dataclass(slots=True)
class Narrowed:
    """All groups in SQL; of each group one side holds. `values` are what the names stand for."""

    groups: list[tuple[Side, ...]] = field(default_factory=list)
    values: Values = field(default_factory=dict)

    def drivers(self) -> list[Side]:
        """Return the sides that all entries must have, those with the fewest rows first."""
        alone = [group[0] for group in self.groups if len(group) == 1 and group[0].wanted]
        return sorted(alone, key=lambda side: side.source.weight)

    def conditions(self, entry_id: str, without: Side | None = None) -> str:
        """Return ` AND …` for all groups but that of one side, "" when there is none."""
        return "".join(
            f" AND ({' OR '.join(side.holds_for(entry_id) for side in group)})"
            for group in self.groups
            if without is None or group != (without,)
        )


def narrowed(
    connection: sqlite3.Connection, about: Sequence[Sequence[Fact]], topics: Sequence[str]
) -> Narrowed:
    """Return what is known of facts in SQL; groups that cannot be told are left out."""
    made = Narrowed()
    asking = _Asking(connection, made.values)
    if topics:
        made.groups.append((Side(MATCHES, asking.one_of("topic", topics)),))
    for group in about:
        if topics and all(fact.name == "topic" and fact.wanted for fact in group):
            continue
        sides = [asking.side(fact) for fact in group]
        known = tuple(side for side in sides if side is not None)
        if len(known) == len(sides) and known not in made.groups:
            made.groups.append(known)
    return made


class _Asking:
    """Makes conditions and names their values."""

    def __init__(self, connection: sqlite3.Connection, values: Values) -> None:
        self.connection = connection
        self.values = values
        self.functions = 0

    def name(self, value: object) -> str:
        """Return the name a value is given in the statement."""
        key = f"v{len(self.values)}"
        if isinstance(value, str):  # half a character is stored nowhere
            value = value.encode("utf-8", "replace").decode()
        self.values[key] = value
        return f":{key}"

    def one_of(self, column: str, wanted: Sequence[object]) -> str:
        """Return that a column has one of these values; many are passed as one list."""
        if not wanted:
            return "0"
        if all(isinstance(one, int) for one in wanted):
            return f"{column} IN ({', '.join(map(str, wanted))})"
        if len(wanted) > _PASSED_ALONE:
            return f"{column} IN (SELECT value FROM json_each({self.name(to_json(list(wanted)))}))"
        return f"{column} IN ({', '.join(self.name(one) for one in wanted)})"

    def side(self, fact: Fact) -> Side | None:
        """Return a fact in SQL, None where it cannot be told well enough."""
        made = _SIDES[fact.name](self, fact.value)
        return made if made is None or fact.wanted else replace(made, wanted=False)

    # What is said by the index or table exactly as the evaluator would.

    def language(self, value: str) -> Side:
        # Tags are stored in lower case; in ASCII the full stop follows the hyphen.
        tag = value.lower()
        whole, first, after = self.name(tag), self.name(f"{tag}-"), self.name(f"{tag}.")
        there = self.there(
            "language", f"language = {whole} OR (language >= {first} AND language < {after})"
        )
        return Side(FACTS, self.one_of("language", there), found_by=BY_LANGUAGE)

    def topic(self, value: str) -> Side | None:
        if not value.isascii():
            return None
        if not value.endswith("*"):
            return Side(MATCHES, self.one_of("topic", sorted({value, value.lower()})))
        begun = value[:-1].lower()
        if not begun:
            return Side(MATCHES, "1")
        return Side(MATCHES, f"substr(lower(topic), 1, {len(begun)}) = {self.name(begun)}")

    def state(self, value: str) -> Side:
        return {
            "revised": Side(REVISED, "1"),
            "withdrawn": Side(WITHDRAWN, "1"),
            "sent": Side(SENT, "1"),
            "starred": Side(STARS, "1"),
        }[value]

    def has(self, value: str) -> Side:
        return {
            "enclosure": Side(ENCLOSURES, "1"),
            "author": Side(AUTHORS, "1"),
            "published": Side(FACTS, "published_at IS NOT NULL"),
        }[value]

    def feed(self, value: str) -> Side:
        ids = [
            feed_id
            for feed_id, url, title in _feeds(self.connection)
            if _fits("feed", value, feed_url=url, feed_title=title)
        ]
        return Side(FACTS, self.one_of("feed_id", ids), found_by=BY_FEED)

    def published(self, value: str) -> Side:
        first, last = period("published", value, _EPOCH)
        bounds = ["published_at IS NOT NULL"]
        if first.year > 1:
            bounds.append(f"published_at >= {self.name(instant(first))}")
        if last.year < 9999:
            bounds.append(f"published_at < {self.name(instant(last))}")
        return Side(FACTS, " AND ".join(bounds))

    # What folds words: SQLite leaves out most rows, the evaluator's own function decides the others.

    def outlet(self, value: str) -> Side:
        named: list[object] = []
        unnamed: list[object] = []
        by_domain: list[object] = []
        for feed_id, url, outlet in _outlets(self.connection):
            if outlet:
                if _fits("outlet", value, outlet=outlet):
                    named.append(feed_id)
                continue
            unnamed.append(feed_id)
            if _fits("outlet", value, outlet=url):
                by_domain.append(feed_id)
        # Of a feed without one it is the domain of the entry, or where that has none of the feed.
        parts = [self.one_of("feed_id", named)] if named else []
        if by_domain:
            parts.append(f"(domain = '' AND {self.one_of('feed_id', by_domain)})")
        domains = [
            each
            for each in self.there("domain", self.words_in("domain", value))
            if each and _fits("outlet", value, outlet=each)
        ]
        if domains and unnamed:
            of_these = f" AND {self.one_of('feed_id', unnamed)}" if named else ""
            parts.append(f"({self.one_of('domain', domains)}{of_these})")
        found_by = None
        if len(parts) == 1:
            found_by = BY_FEED if named else BY_DOMAIN
        return Side(FACTS, " OR ".join(parts) or "0", found_by=found_by)

    def domain(self, value: str) -> Side | None:
        wanted = value.removeprefix("*").strip(".").lower()
        if not wanted.isascii() or not wanted:
            return None

        def fits(domain: str, url: str) -> bool:
            document = Document(title="", text="", domain=domain, url=url)
            return fitting("domain", value, document, _EPOCH) is not None

        # The host of an address ends with its registrable domain, which is what is stored.
        name, behind = self.name(wanted), self.name("." + wanted)
        surely = self.there(
            "domain", f"domain = {name} OR substr(domain, {-len(wanted) - 1}) = {behind}"
        )
        perhaps = self.there(
            "domain", f"substr({behind}, -length(domain) - 1) = '.' || domain OR domain {_ODD}"
        )
        function = self.function(fits, arguments=2)
        unsure = [each for each in perhaps if each not in surely] + [""]
        return Side(
            FACTS,
            f"{self.one_of('domain', surely)} "
            f"OR ({self.one_of('domain', unsure)} AND {function}(domain, url))",
            found_by=BY_DOMAIN,
        )

    def there(self, column: str, condition: str) -> list[str]:
        """Return the languages or domains there are that fulfil a condition, by a step of the index for each."""
        return [
            row[0]
            for row in self.connection.execute(
                f"WITH RECURSIVE each ({column}) AS (SELECT min({column}) FROM entries UNION ALL "
                f"SELECT (SELECT min({column}) FROM entries WHERE {column} > each.{column}) FROM each "
                f"WHERE each.{column} IS NOT NULL) SELECT {column} FROM each WHERE {condition}",
                self.values,
            ).fetchall()
        ]

    def tag(self, value: str) -> Side | None:
        fits = self.function(lambda text: _fits("tag", value, tags=strings(text)))
        condition = f"{self.words_in('tags', value)} AND {fits}(tags)"
        in_feeds = [
            feed_id
            for feed_id, tags in _feed_tags(self.connection)
            if _fits("tag", value, feed_tags=tags)
        ]
        if in_feeds:
            of_feeds = self.one_of("feed_id", in_feeds)
            return Side(WHOLE, f"{of_feeds} OR (tags <> '[]' AND {condition})")
        return Side(TAGS, condition)

    def author(self, value: str) -> Side:
        fits = self.function(lambda text: _fits("author", value, author=text))
        return Side(AUTHORS, f"{self.words_in('author', value)} AND {fits}(author)")

    def url(self, value: str) -> Side:
        piece = value.strip("*").lower()
        if not piece.isascii():
            fits = self.function(lambda text: _fits("url", value, url=text))
            return Side(WHOLE, f"url {_ODD} AND {fits}(url)")
        plain = f"instr(lower(url), {self.name(piece)}) > 0"
        # Only two letters beyond ASCII have one in it as their small form (İ, K): not in addresses.
        return Side(WHOLE, plain)

    def type(self, value: str) -> Side:
        fits = self.function(lambda text: _fits("type", value, enclosures=enclosures(text)))
        return Side(ENCLOSURES, f"{fits}(enclosures)")

    def words_in(self, column: str, value: str) -> str:
        """Return that a text may hold these words: has them in ASCII, or U.S., or is not all ASCII."""
        words = [
            f"instr(lower({column}), {self.name(form)}) > 0"
            for form in forms(value)
            if re.fullmatch("[a-z0-9]+", form)
        ]
        beyond = f"length({column}) <> length(CAST({column} AS BLOB))"
        return f"(({' AND '.join(words) or '1'}) OR instr({column}, '.') > 0 OR {beyond})"

    def function(self, fits: Callable[..., bool], arguments: int = 1) -> str:
        """Let SQL call a function of the evaluator; return its name there.

        The next question that is asked by this connection has its own in its place.
        """
        called = f"fits_{self.functions}"
        self.functions += 1
        self.connection.create_function(called, arguments, lru_cache(_KEPT)(fits))
        return called


def _fits(name: str, value: str, **facts: Any) -> bool:
    return fitting(name, value, Document(title="", text="", **facts), _EPOCH) is not None


def _feeds(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Return id, address and title shown of every feed."""
    return [
        (row[0], row[1], row[2])
        for row in connection.execute(
            "SELECT id, url, coalesce(nullif(config ->> 'title', ''), title) FROM feeds"
        ).fetchall()
    ]


def _outlets(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Return id, domain and the outlet config names of every feed."""
    return [
        (row[0], row[1], row[2])
        for row in connection.execute("SELECT id, domain, config ->> 'outlet' FROM feeds")
    ]


def _feed_tags(connection: sqlite3.Connection) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (row[0], strings(row[1]))
        for row in connection.execute(
            "SELECT id, config -> 'tags' FROM feeds WHERE config ->> 'tags' <> '[]'"
        ).fetchall()
    ]


_SIDES = {
    "lang": _Asking.language,
    "topic": _Asking.topic,
    "is": _Asking.state,
    "has": _Asking.has,
    "feed": _Asking.feed,
    "published": _Asking.published,
    "outlet": _Asking.outlet,
    "domain": _Asking.domain,
    "tag": _Asking.tag,
    "author": _Asking.author,
    "url": _Asking.url,
    "type": _Asking.type,
}
