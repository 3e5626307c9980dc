"""Topics and entries for the tests: only what a test cares about has to be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from monitor.model.entry import Entry
from monitor.model.topic import Boost, StoredMatch, Topic, WordList
from monitor.topics import CompiledTopic, compile_topics

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

LISTS = {
    "chips": WordList("chips", ("H20", "=BIS", "@more")),
    "more": WordList("more", ("graphics card", "芯片")),
    "unused": WordList("unused", ("x",)),
}


def a_topic(query: str, *boosts: tuple[str, int], name: str = "t", floor: int = 1) -> Topic:
    return Topic(
        name=name,
        title=name.title(),
        query=query,
        boosts=tuple(Boost(query, points) for query, points in boosts),
        floor=floor,
    )


def compiled(
    query: str,
    *boosts: tuple[str, int],
    name: str = "t",
    floor: int = 1,
    lists: Mapping[str, WordList] = LISTS,
) -> CompiledTopic:
    return compile_topics([a_topic(query, *boosts, name=name, floor=floor)], lists)[0]


_ENTRY = Entry(
    id=1,
    feed_id=1,
    feed_url="https://a.example/feed",
    feed_title="Feed",
    outlet="a.example",
    tier=2,
    feed_tags=(),
    guid="g",
    url="https://a.example/1",
    link="https://a.example/1",
    domain="a.example",
    title="",
    author="",
    html="",
    text="",
    excerpt="",
    language="en",
    published_at=None,
    published_raw="",
    first_seen_at=NOW,
)


def an_entry(id_: int, title: str, *, seen_at: datetime = NOW, topics: Sequence[str] = ()) -> Entry:
    matches = tuple(StoredMatch(topic, 1, 1) for topic in topics)
    return replace(_ENTRY, id=id_, title=title, first_seen_at=seen_at, matches=matches)
