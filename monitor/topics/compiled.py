"""Topics made ready: queries parsed, lists expanded, and what an entry must hold at least."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.errors import QueryError
from monitor.model.topic import Topic, WordList
from monitor.query.alternatives import is_narrow
from monitor.query.document import HEAD
from monitor.query.lists import Lists, spelled_lists
from monitor.query.stems import LANGUAGES, stem
from monitor.query.syntax import parse
from monitor.query.tree import And, Listed, Meta, Near, Node, Or, Query, Scope, Term, Word, walk

_REQUIRED_MOST = 3_000


@dataclass(frozen=True)
class Required:
    """What an entry holds at least one of, when a query can hold: quick to look up.

    `stems` by the language of the entry; `heads` are first four letters of forms.
    """

    stems: Mapping[str, frozenset[str]]
    heads: frozenset[str]


@dataclass(frozen=True)
class CompiledBoost:
    """Points that are added when the query holds. `required` is as for a topic."""

    query: Query
    points: int
    required: Required | None


@dataclass(frozen=True)
class CompiledTopic:
    """A topic ready to be matched. `required` is None when any entry may match.

    `odd` says what is likely to be meant otherwise, and where, besides the warnings of its queries.
    """

    name: str
    title: str
    floor: int
    query: Query
    boosts: tuple[CompiledBoost, ...]
    required: Required | None
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

    It is JSON with the query, boosts, floor, and the spellings of every list they name, directly or
    through other lists. Title and guide are left out: they change nothing that is matched. The
    queries must be valid.
    """
    shared = Lists.of(lists)
    queries = (topic.query, *(boost.query for boost in topic.boosts))
    names = sorted(
        {
            node.name
            for query in queries
            for node in walk(parse(query.strip(), shared).root, lists=False)
            if isinstance(node, Listed)
        }
    )
    return json.dumps(
        {
            "query": topic.query.strip(),
            "boost": [[boost.query.strip(), boost.points] for boost in topic.boosts],
            "floor": topic.floor,
            "lists": spelled_lists(lists, tuple(names)),
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
    if any(isinstance(node, Meta) and node.name == "since" for node in walk(query.root)):
        odd.append("query: since: moves on with time, but a match that is stored stays.")
    if any(
        isinstance(node, Meta) and node.name == "is" and node.value != "revised"
        for node in walk(query.root)
    ):
        odd.append("query: is:sent and is:starred change, but a match that is stored stays.")
    return CompiledTopic(
        name=topic.name,
        title=topic.title,
        floor=topic.floor,
        query=query,
        boosts=boosts,
        required=_required(query.root),
        odd=tuple(odd),
    )


def _compiled_boost(query: Query, points: int) -> CompiledBoost:
    return CompiledBoost(query, points, _required(query.root))


def _parsed(name: str, part: str, text: str, lists: Lists) -> Query:
    try:
        query = parse(text, lists)
    except QueryError as error:
        raise QueryError(
            error.text, error.position, f"Topic {name}, {part}: {error.reason}", error.hint
        ) from None
    for node in walk(query.root):
        if isinstance(node, Meta) and node.name == "topic":
            raise QueryError(
                text,
                node.start,
                f"Topic {name}, {part}: a topic cannot ask for topics.",
                "Put the words both need into a list and write @NAME.",
            )
    return query


def _required(root: Node) -> Required | None:
    words = _needed(root)
    return None if words is None or len(words) > _REQUIRED_MOST else _of_words(words)


@lru_cache(maxsize=500)
def _of_words(words: frozenset[Word]) -> Required:
    return Required(
        stems={
            language: frozenset(stem(word.form, language) for word in words if not word.prefix)
            for language in LANGUAGES
        },
        heads=frozenset(word.form[:HEAD] for word in words if word.prefix),
    )


def _needed(node: Node) -> frozenset[Word] | None:
    """Return words of which every entry that a part accepts holds one, or None for "any entry"."""
    match node:
        case Term():
            return frozenset(node.needed) if all(map(is_narrow, node.needed)) else None
        case Listed(part=part) | Scope(part=part):
            return _needed(part)
        case And(parts=parts):
            known = [needed for part in parts if (needed := _needed(part)) is not None]
            return min(known, key=len, default=None)
        case Near(left=left, right=right):
            known = [needed for part in (left, right) if (needed := _needed(part)) is not None]
            return min(known, key=len, default=None)
        case Or():
            # Many boosts name the same lists.
            if "needed" not in node.plans:
                node.plans["needed"] = _needed_of_any(node)
            words = node.plans["needed"]
            return words if isinstance(words, frozenset) else None
        case _:
            return None


def _needed_of_any(node: Or) -> frozenset[Word] | None:
    all_needed = [_needed(part) for part in node.parts]
    if any(needed is None for needed in all_needed):
        return None
    return frozenset().union(*(needed for needed in all_needed if needed is not None))
