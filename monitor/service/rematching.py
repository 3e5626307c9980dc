"""Apply topics to entries that are stored already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.topic import StoredMatch
from monitor.query import candidates, document_of
from monitor.service.grouping import attach_stories
from monitor.service.wiring import Services
from monitor.topics.compiled import CompiledTopic
from monitor.topics.matching import match


@dataclass(frozen=True, slots=True)
class Rematched:
    """What applying one topic to the stored entries changed."""

    topic: str
    version: int
    entries: int
    matches: int
    gained: int
    lost: int


def topic_named(services: Services, name: str) -> CompiledTopic:
    """Return a topic of config/topics.toml, or raise `NotFoundError` naming those there are."""
    for compiled in services.topics:
        if compiled.name == name:
            return compiled
    known = ", ".join(compiled.name for compiled in services.topics) or "none"
    raise NotFoundError(f"No topic is called {name!r}; config/topics.toml has: {known}.")


def pending(services: Services) -> list[CompiledTopic]:
    """Topics whose present version has not been applied to all stored entries."""
    done = services.store.topics.rematched()
    return [
        compiled
        for compiled in services.topics
        if done.get(compiled.name) != services.versions[compiled.name]
    ]


def rematch(
    services: Services,
    topics: Sequence[CompiledTopic],
    now: datetime,
    on_topic: Callable[[Rematched], None] | None = None,
) -> list[Rematched]:
    """Decide anew, for each topic, which stored entries match it.

    One transaction a topic: until it ends, the former matches stand. Matches of topics that
    config/topics.toml no longer has are dropped. New matches are grouped into stories.
    """
    services.store.topics.forget(compiled.name for compiled in services.topics)
    done = []
    for compiled in topics:
        result = _rematch_one(services, compiled, now)
        if on_topic is not None:
            on_topic(result)
        done.append(result)
    attach_stories(services, now)
    return done


def _rematch_one(services: Services, compiled: CompiledTopic, now: datetime) -> Rematched:
    name = compiled.name
    version = services.versions[name]
    newest = services.store.entries.newest_id()
    found: dict[int, StoredMatch] = {}
    looked_at = 0
    for candidate in services.store.entries.candidates(candidates(compiled.query, now)):
        entry = candidate.entry
        if entry.id > newest:
            continue
        looked_at += 1
        matched = match(compiled, document_of(entry), version, now)
        if matched is not None:
            found[entry.id] = matched
    gained, lost = services.store.topics.replace_matches(name, newest, found)
    services.store.topics.mark_rematched(name, version)
    return Rematched(name, version, looked_at, len(found), gained, lost)
