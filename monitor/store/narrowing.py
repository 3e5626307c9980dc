"""SQL for what a query asks about the entry itself: never too little, often exactly it.

Each fact is a condition on one table or index that knows it (a `Side`), small ones before large
ones. SQLite folds ASCII only; where the evaluator folds more, whatever is beyond ASCII passes.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from monitor.model.search import Fact
from monitor.store.rows import instant

Values = dict[str, object]

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""What is asked here depends on no time."""

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


@dataclass(frozen=True, slots=True)
class Side:
    """One fact in SQL: a condition on the columns of its source, to hold or (`wanted`) not."""

    source: Source
    condition: str
    wanted: bool = True

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

    def driver(self) -> Side | None:
        """Return the side with the fewest rows of those that all entries must have."""
        alone = [group[0] for group in self.groups if len(group) == 1 and group[0].wanted]
        return min(alone, key=lambda side: side.source.weight, default=None)

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

    def name(self, value: object) -> str:
        """Return the name a value is given in the statement."""
        key = f"v{len(self.values)}"
        self.values[key] = value
        return f":{key}"

    def one_of(self, column: str, wanted: Sequence[object]) -> str:
        """Return that a column has one of these values; many are passed as one list."""
        if all(isinstance(one, int) for one in wanted):
            return f"{column} IN ({', '.join(map(str, wanted))})"
        return f"{column} IN ({', '.join(self.name(one) for one in wanted)})"

    def side(self, fact: Fact) -> Side | None:
        """Return a fact in SQL, None where it cannot be told well enough."""
        if not fact.wanted:
            exact = _EXACT.get(fact.name)
            made = exact(self, fact.value) if exact else None
            return None if made is None else Side(made.source, made.condition, wanted=False)
        known = _EXACT.get(fact.name) or _ROUGH.get(fact.name)
        return known(self, fact.value) if known else None

    # What is said by the index or table exactly as the evaluator would.

    def language(self, value: str) -> Side:
        begun = value.lower() + "-"
        tag = "lower(replace(language, '_', '-')) || '-'"
        return Side(FACTS, f"substr({tag}, 1, {len(begun)}) = {self.name(begun)}")

    def topic(self, value: str) -> Side | None:
        if not value.isascii():
            return None
        if not value.endswith("*"):
            return Side(MATCHES, self.one_of("topic", sorted({value, value.lower()})))
        begun = value[:-1].lower()
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
        from monitor.query.document import Document
        from monitor.query.metadata import fitting

        ids = [
            feed_id
            for feed_id, url, title, _ in _feeds(self.connection)
            if fitting("feed", value, Document(title="", text="", feed_url=url, feed_title=title), _EPOCH)
        ]
        return Side(FACTS, self.one_of("feed_id", ids))

    def published(self, value: str) -> Side:
        from monitor.query.metadata import period

        first, last = period("published", value, _EPOCH)
        bounds = ["published_at IS NOT NULL"]
        if first.year > 1:
            bounds.append(f"published_at >= {self.name(instant(first))}")
        if last.year < 9999:
            bounds.append(f"published_at < {self.name(instant(last))}")
        return Side(FACTS, " AND ".join(bounds))

    # What may be too much.

    def outlet(self, value: str) -> Side | None:
        from monitor.query.document import Document
        from monitor.query.folding import forms
        from monitor.query.metadata import fitting

        named: list[object] = []
        unnamed: list[object] = []
        for feed_id, _, _, outlet in _feeds(self.connection):
            if not outlet:
                unnamed.append(feed_id)
            elif fitting("outlet", value, Document(title="", text="", outlet=outlet), _EPOCH):
                named.append(feed_id)
        # Of a feed without one it is the domain of the entry, or where that has none of the feed.
        parts = [f"instr(replace(domain, '.', ''), {self.name(form)}) > 0" for form in forms(value)]
        if not all(form.isascii() and form.isalnum() for form in forms(value)):
            parts = []
        in_domain = f"(domain = '' OR domain {_ODD} OR ({' AND '.join(parts) or '1'}))"
        condition = self.one_of("feed_id", named)
        if unnamed:
            condition += f" OR ({self.one_of('feed_id', unnamed)} AND {in_domain})"
        return Side(FACTS, condition)

    def domain(self, value: str) -> Side | None:
        wanted = value.removeprefix("*").strip(".").lower()
        if not wanted.isascii() or "xn--" in wanted or not wanted:
            return None
        # The host of the address ends with its registrable domain, which is what is stored.
        name, behind = self.name(wanted), self.name("." + wanted)
        return Side(
            FACTS,
            f"domain = '' OR domain {_ODD} OR lower(domain) = {name} "
            f"OR substr(lower(domain), {-len(wanted) - 1}) = {behind} "
            f"OR substr({behind}, -length(domain) - 1) = '.' || lower(domain)",
        )

    def tag(self, value: str) -> Side | None:
        from monitor.query.document import Document
        from monitor.query.metadata import fitting

        in_feeds = [
            feed_id
            for feed_id, tags in _feed_tags(self.connection)
            if fitting("tag", value, Document(title="", text="", feed_tags=tags), _EPOCH)
        ]
        if in_feeds:
            return None if len(in_feeds) > _MANY_FEEDS else self._tag_or_feed(value, in_feeds)
        words = self.words_in("tags", value)
        return Side(TAGS, words) if words else None

    def _tag_or_feed(self, value: str, feeds: list[int]) -> Side | None:
        words = self.words_in("tags", value)
        if not words:
            return None
        return Side(WHOLE, f"{self.one_of('feed_id', feeds)} OR (tags <> '[]' AND ({words}))")

    def author(self, value: str) -> Side | None:
        words = self.words_in("author", value)
        return Side(AUTHORS, words) if words else None

    def url(self, value: str) -> Side | None:
        piece = value.strip("*").lower()
        if not piece.isascii():
            return None
        return Side(WHOLE, f"url {_ODD} OR instr(lower(url), {self.name(piece)}) > 0")

    def type(self, value: str) -> Side:
        return Side(ENCLOSURES, "1")

    def words_in(self, column: str, value: str) -> str:
        """Return that a text holds these words in ASCII, or anything beyond it; "" if it cannot be told."""
        from monitor.query.folding import forms

        found = forms(value)
        if not all(re.fullmatch("[a-z0-9]+", form) for form in found):
            return ""
        # Full stops are dropped inside of words: U.S. is us.
        plain = f"replace(lower({column}), '.', '')"
        words = " AND ".join(f"instr({plain}, {self.name(form)}) > 0" for form in found)
        return f"{column} {_ODD} OR ({words})"


_MANY_FEEDS = 500


def _feeds(connection: sqlite3.Connection) -> list[tuple[int, str, str, str]]:
    """Return id, address, title shown and outlet named of every feed."""
    return [
        tuple(row)
        for row in connection.execute(
            "SELECT id, url, coalesce(nullif(config ->> 'title', ''), title), config ->> 'outlet' "
            "FROM feeds"
        ).fetchall()
    ]


def _feed_tags(connection: sqlite3.Connection) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (row[0], tuple(json.loads(row[1])))
        for row in connection.execute(
            "SELECT id, config -> 'tags' FROM feeds WHERE config ->> 'tags' <> '[]'"
        ).fetchall()
    ]


_EXACT = {
    "lang": _Asking.language,
    "topic": _Asking.topic,
    "is": _Asking.state,
    "has": _Asking.has,
    "feed": _Asking.feed,
    "published": _Asking.published,
}
_ROUGH = {
    "outlet": _Asking.outlet,
    "domain": _Asking.domain,
    "tag": _Asking.tag,
    "author": _Asking.author,
    "url": _Asking.url,
    "type": _Asking.type,
}
