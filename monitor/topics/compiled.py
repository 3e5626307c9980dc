"""Topics made ready: queries parsed, lists expanded, and what an entry must hold at least."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import QueryError
from monitor.model.topic import Topic, WordList
from monitor.query.lists import Lists, spelled_lists
from monitor.query.metadata import DATE_FIELDS, is_relative
from monitor.query.syntax import parse
from monitor.query.tree import Listed, Meta, Query, walk
from monitor.topics.required import Need, needs_of


@dataclass(frozen=True)
class CompiledBoost:
    """Points that are added when the query holds. `needs` are as for a topic."""

    query: Query
    points: int
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class CompiledTopic:
    """A topic ready to be matched. `needs` are what an entry holds that its query accepts.

    `odd` says what is likely to be meant otherwise, and where, besides the warnings of its queries.
    """

    name: str
    title: str
    floor: int
    query: Query
    boosts: tuple[CompiledBoost, ...]
    needs: tuple[Need, ...]
    odd: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is likely to be meant otherwise, and where; see `Query.warnings`."""
        boosts = enumerate(self.boosts, start=1)
        return (
            *(f"query: {each}" for each in self.query.warnings),
            *(f"boost {n}: {each}" for n, boost in boosts for each in boost.query.warnings),
            *self.odd,
        )


def compile_topics(
    topics: Sequence[Topic], lists: Mapping[str, WordList]
) -> tuple[CompiledTopic, ...]:
    """Return the topics ready to be matched, in order.

    Raises `QueryError` for the first query that is wrong; its message names the topic.
    """
    shared = Lists.of(lists)
    return tuple(_compile(topic, shared) for topic in topics)


def definition(topic: Topic, lists: Mapping[str, WordList]) -> str:
    """Return the canonical text of what a topic asks for; another text is another version.

    It is JSON with the query, boosts, floor, the spellings of every list they name, directly or
    through other lists, and, where they name some, the queries of saved searches. Title and guide are left out: they change nothing that is matched. The
    queries must be valid.
    """
    shared = Lists.of(lists)
    texts = (topic.query, *(boost.query for boost in topic.boosts))
    queries = [parse(text.strip(), shared) for text in texts]
    names = sorted(
        {
            node.name
            for query in queries
            for node in walk(query.root, lists=False)
            if isinstance(node, Listed)
        }
    )
    saved = {name: each.text for query in queries for name, each in query.saved.items()}
    return json.dumps(
        {
            "query": topic.query.strip(),
            "boost": [[boost.query.strip(), boost.points] for boost in topic.boosts],
            "floor": topic.floor,
            "lists": spelled_lists(lists, tuple(names)),
            # Only where there are some: what has none keeps the version it had before there could be.
            **({"searches": saved} if saved else {}),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def _compile(topic: Topic, lists: Lists) -> CompiledTopic:
    query = _parsed(topic.name, "query", topic.query, lists)
    boosts = tuple(
        _compiled_boost(_parsed(topic.name, f"boost {number}", boost.query, lists), boost.points)
        for number, boost in enumerate(topic.boosts, start=1)
    )
    odd = []
    most = 1 + sum(boost.points for boost in boosts if boost.points > 0)
    if most < topic.floor:
        odd.append(f"floor: no entry can reach {topic.floor} points; {most} is the most.")
    least = 1 + sum(boost.points for boost in boosts if boost.points < 0)
    if boosts and least >= topic.floor:
        odd.append(
            f"boosts: the query alone reaches the floor of {topic.floor}, whatever counts against; "
            "no boost decides whether an entry matches."
        )
    moving = {
        node.name
        for node in walk(query.root, lists=False)
        if isinstance(node, Meta) and is_relative(node.value)
    }
    odd.extend(
        f"query: {name}: moves on with time, but a match that is stored stays."
        for name in DATE_FIELDS
        if name in moving
    )
    if any(
        isinstance(node, Meta) and node.name == "is" and node.value != "revised"
        for node in walk(query.root, lists=False)
    ):
        odd.append(
            "query: is:withdrawn, is:sent and is:starred change, but a match that is stored stays."
        )
    return CompiledTopic(
        name=topic.name,
        title=topic.title,
        floor=topic.floor,
        query=query,
        boosts=boosts,
        needs=needs_of(query.root),
        odd=tuple(odd),
    )


def _compiled_boost(query: Query, points: int) -> CompiledBoost:
    return CompiledBoost(query, points, needs_of(query.root))


def _parsed(name: str, part: str, text: str, lists: Lists) -> Query:
    try:
        query = parse(text, lists)
    except QueryError as error:
        raise QueryError(
            error.text, error.position, f"Topic {name}, {part}: {error.reason}", error.hint
        ) from None
    for node in walk(query.root, lists=False):
        if isinstance(node, Meta) and node.name == "topic":
            raise QueryError(
                text,
                node.start,
                f"Topic {name}, {part}: a topic cannot ask for topics.",
                "Put the words both need into a list and write @NAME.",
            )
    return query
