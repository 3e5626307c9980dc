"""Change config/topics.toml: add, edit and remove topics, and leave the rest of it byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from monitor.errors import QueryError, UsageError
from monitor.model.topic import Boost, Topic
from monitor.settings.faults import did_you_mean, message_of, written
from monitor.settings.fields import NAME
from monitor.settings.home import Home
from monitor.settings.named_tables import (
    Group,
    Row,
    add_table,
    change_table,
    no_name,
    remove_table,
    table_named,
)
from monitor.settings.read import load
from monitor.settings.searches import names_for_queries
from monitor.settings.tables import TopicsFile
from monitor.settings.values import Settings

_KEYS = {"title": "title", "guide": "guide", "query": "query", "boosts": "boost", "floor": "floor"}
"""What a topic is made of, and how topics.toml calls it."""

_DEFAULT = Topic(name="", title="", query="")


def add_topic(home: Home, topic: Topic) -> Topic:
    """Add a topic at the end of config/topics.toml and return it as it is read.

    Raises `UsageError` for a name that is none or taken and for values that may not stand there,
    `QueryError` for a query that is none, `MonitorError` when the file cannot be changed.
    """
    row = _whole_row(topic)
    add_table(home, TOPICS, topic.name, row)
    return topic_of(topic.name, row)


def checked(topic: Topic) -> Topic:
    """Return a topic as it would be read, or raise `UsageError`; its queries are not looked at."""
    if not NAME.fullmatch(topic.name):
        raise UsageError(no_name("topic", topic.name))
    return topic_of(topic.name, _whole_row(topic))


def edit_topic(home: Home, name: str, changes: Mapping[str, object]) -> Topic:
    """Give a topic new values, as `Topic` has them; None takes a key out. Return the topic as it is now.

    Raises `NotFoundError`, and like `add_topic`.
    """
    for key in changes:
        if key not in _KEYS:
            raise UsageError(f"{key} is no part of a topic; {did_you_mean(key, list(_KEYS))}")
    old = topic_of(name, table_named(home, TOPICS, name))
    values = {
        _KEYS[key]: _raw(value if value != getattr(_DEFAULT, key) else None)
        for key, value in changes.items()
        if value != getattr(old, key)
    }
    return topic_of(name, change_table(home, TOPICS, name, values))


def remove_topic(home: Home, name: str) -> Topic:
    """Take a topic out of config/topics.toml, with the comment right above it; return what it was.

    Raises `NotFoundError`, `UsageError` naming every digest, alert and query that refers to it.
    """
    topic = topic_of(name, table_named(home, TOPICS, name))
    named = naming_topic(load(home), name)
    if named:
        raise UsageError(
            f"The topic {name} is named by {'; '.join(named)}. Take it out there first. "
            "Nothing was changed."
        )
    remove_table(home, TOPICS, name)
    return topic


def naming_topic(settings: Settings, name: str) -> tuple[str, ...]:
    """Return who names a topic: digests, and the places of queries that ask for it."""
    from monitor.query.metadata import topic_names
    from monitor.query.tree import Meta, walk

    digests = [
        f"the digest {digest.name} (topics)" for digest in settings.digests if name in digest.topics
    ]
    queries = [
        place
        for place, query in settings.queries
        if any(
            isinstance(node, Meta) and node.name == "topic" and name in topic_names(node.value)
            for node in walk(query.root)
        )
    ]
    return (*digests, *queries)


def topic_of(name: str, row: Row) -> Topic:
    """Return a table of topics.toml as a topic; raises `UsageError` with all that is wrong with it."""
    try:
        file = TopicsFile.model_validate({"topics": {name: row}})
    except ValidationError as error:
        raise UsageError("; ".join(_faults(error))) from None
    return file.topics[name].topic(name)


def _faults(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False):
        path = tuple(part for part in each["loc"] if part != "[key]")
        yield f"{written(path[2:] or path)} {message_of(each, TopicsFile)}"


def _check(home: Home, name: str, row: Row) -> None:
    """Refuse what a topic may not be; queries are read with the lists and saved searches there are."""
    from monitor.query.syntax import parse

    topic = topic_of(name, row)
    lists = names_for_queries(home)
    asked = [("query", topic.query)]
    asked += [(f"boost {number}", boost.query) for number, boost in enumerate(topic.boosts, 1)]
    for part, query in asked:
        try:
            parse(query, lists)
        except QueryError as error:
            reason = f"{part}: {error.reason}"
            raise QueryError(error.text, error.position, reason, error.hint) from None


def _whole_row(topic: Topic) -> Row:
    return {
        key: _raw(getattr(topic, name))
        for name, key in _KEYS.items()
        if name == "query" or getattr(topic, name) != getattr(_DEFAULT, name)
    }


def _raw(value: Any) -> Any:
    """Return a value of `Topic` as topics.toml has it."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_row_of(each) for each in value] or None
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _row_of(boost: Boost) -> Row:
    return {"query": " ".join(boost.query.split()), "points": boost.points}


TOPICS = Group(
    key="topics",
    noun="topic",
    path=lambda home: home.topics_file,
    opening="# What is watched for; docs/topics.md shows how to write a topic.\n",
    check=_check,
    framed=frozenset({"query"}),
)
"""The tables of config/topics.toml."""
