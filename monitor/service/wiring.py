"""What the use cases work with: settings, store and compiled topics of one home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.model.topic import Rematching
from monitor.service.logs import mask_log
from monitor.service.zones import keep_zones, last_zones
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.settings.values import Settings
from monitor.store import Store, open_store
from monitor.topics.compiled import CompiledTopic, compile_topics, definition
from monitor.topics.matching import TopicIndex, index_topics


def utc_now() -> datetime:
    """Tell the time, aware UTC. The edge passes it (or its result) inwards."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """One opened home. `index` finds `topics` by the words they need; `versions` maps each topic's name to its version in the store."""

    home: Home
    settings: Settings
    store: Store
    topics: tuple[CompiledTopic, ...]
    index: TopicIndex
    versions: Mapping[str, int]


@contextmanager
def open_services(home: Home, now: datetime) -> Iterator[Services]:
    """Read and check config/, open the database, let its feeds and topics follow config.

    Raises `SettingsError` with every fault of config/, `StoreError` when the database cannot be
    opened. Both before anything is written.
    """
    mask_log()
    settings = load(home, last_zones(home))
    store = open_store(home.database)
    try:
        yield _wired(home, settings, store, now)
    finally:
        store.close()


def rewired(services: Services, now: datetime) -> Services:
    """Read config/ again and let the same open store follow it.

    Raises `SettingsError` with every fault of config/, before anything is written.
    """
    home = services.home
    return _wired(home, load(home, last_zones(home)), services.store, now)


def _wired(home: Home, settings: Settings, store: Store, now: datetime) -> Services:
    topics = compile_topics(settings.topics, settings.lists)
    store.feeds.sync(settings.feeds, now)
    definitions = {topic.name: definition(topic, settings.lists) for topic in settings.topics}
    versions = store.topics.versions(definitions, now)
    if store.entries.newest_id() == 0:
        # With nothing stored there is nothing to apply a topic to.
        for name, version in versions.items():
            store.topics.mark_rematched(Rematching(name, version, newest_id=0, next_id=1))
    for digest in settings.digests:
        # A digest begins when the monitor first hears of it, before anything is fetched for it.
        store.editions.begin(digest.name, now)
    store.alerts.keep([alert.name for alert in settings.alerts], now)
    store.looks.keep([search.name for search in settings.searches], now)
    keep_zones(store, settings.digests, settings.alerts, now)
    return Services(home, settings, store, topics, index_topics(topics), versions)
