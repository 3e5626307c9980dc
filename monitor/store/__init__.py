"""The store: one SQLite file with everything that was seen. All SQL of the monitor is here.

`protocols`, `fetch_protocols`, `facet_protocol`, `outbox_protocol`, `page_protocols`, `job_protocols` and `alert_protocols` say
what the rest of the monitor may ask for; each protocol has its module with the class that keeps it. Beneath them: `connection` (connections, the two locks, transactions),
`protocols`, `entry_protocols`, `fetch_protocols`, `outbox_protocol` and `alert_protocols` say what the rest of the monitor may
ask for; each protocol has its module with the class that keeps it. Beneath them: `connection` (connections, the two locks, transactions),
`opening` with `location` and `migrations` (from a path to a database that is ready), `fulltext` (the
search index), `rows` and `loading` (between values and columns), `faults` (SQLite's errors as ours),
`proposals` with `narrowing` (what index and tables propose for a query), `backups`, `grouping` (stories for new entries, by `story_keys`). docs/schema.md describes the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from monitor.store.alert_protocols import AlertStore
from monitor.store.alerts import SqliteAlerts
from monitor.store.backups import restore
from monitor.store.config_edits import SqliteConfigEdits
from monitor.store.connection import Database
from monitor.store.deliveries import SqliteDeliveries
from monitor.store.editions import SqliteEditions
from monitor.store.entries import SqliteEntries
from monitor.store.entry_protocols import EntryStore, WordStore
from monitor.store.facet_protocol import FacetStore
from monitor.store.facets import SqliteFacets
from monitor.store.feeds import SqliteFeeds
from monitor.store.fetch_protocols import (
    FeedHistory,
    FeedStore,
    PageStore,
    RefreshStore,
    SubscriptionStore,
)
from monitor.store.history import SqliteHistory
from monitor.store.job_protocols import JobStore
from monitor.store.jobs import SqliteJobs
from monitor.store.judgements import SqliteJudgements
from monitor.store.ledger import SqliteLedger
from monitor.store.looks import SqliteLooks
from monitor.store.opening import open_database
from monitor.store.outbox_protocol import DeliveryStore
from monitor.store.page_protocols import ConfigEdits, LookStore, Sessions, TopicHistory
from monitor.store.pages import SqlitePages
from monitor.store.protocols import (
    EditionStore,
    JudgementStore,
    Ledger,
    RebuildStore,
    RulingStore,
    StarStore,
    StoryStore,
    TopicStore,
    Upkeep,
    VolumeStore,
)
from monitor.store.rebuilding import SqliteRebuilds
from monitor.store.refresh import SqliteRefresh
from monitor.store.rulings import SqliteRulings
from monitor.store.sessions import SqliteSessions
from monitor.store.stars import SqliteStars
from monitor.store.stories import SqliteStories
from monitor.store.subscriptions import SqliteSubscriptions
from monitor.store.topic_history import SqliteTopicHistory
from monitor.store.topics import SqliteTopics
from monitor.store.upkeep import SqliteUpkeep
from monitor.store.volumes import SqliteVolumes
from monitor.store.words import SqliteWords

__all__ = ["Store", "open_store", "restore"]


@dataclass(frozen=True, slots=True)
class Store:
    """An open store: one attribute for each protocol. Any thread may use it."""

    feeds: FeedStore
    refresh: RefreshStore
    subscriptions: SubscriptionStore
    history: FeedHistory
    pages: PageStore
    entries: EntryStore
    facets: FacetStore
    words: WordStore
    stars: StarStore
    topics: TopicStore
    topic_history: TopicHistory
    judgements: JudgementStore
    stories: StoryStore
    rulings: RulingStore
    rebuilds: RebuildStore
    editions: EditionStore
    ledger: Ledger
    deliveries: DeliveryStore
    volumes: VolumeStore
    alerts: AlertStore
    jobs: JobStore
    config_edits: ConfigEdits
    looks: LookStore
    sessions: Sessions
    upkeep: Upkeep
    database: Database

    def close(self) -> None:
        """Close all connections; may be repeated."""
        self.database.close()


def open_store(path: Path, *, read_only: bool = False) -> Store:
    """Open the database file at `path`, made or brought up to date unless `read_only`.

    Raises `SchemaError` when the file is no database of the monitor or belongs to a newer version,
    `StoreError` when it cannot be opened or written.
    """
    database = open_database(path, read_only=read_only)
    return Store(
        feeds=SqliteFeeds(database),
        refresh=SqliteRefresh(database),
        subscriptions=SqliteSubscriptions(database),
        history=SqliteHistory(database),
        pages=SqlitePages(database),
        entries=SqliteEntries(database),
        facets=SqliteFacets(database),
        words=SqliteWords(database),
        stars=SqliteStars(database),
        topics=SqliteTopics(database),
        topic_history=SqliteTopicHistory(database),
        judgements=SqliteJudgements(database),
        stories=SqliteStories(database),
        rulings=SqliteRulings(database),
        rebuilds=SqliteRebuilds(database),
        editions=SqliteEditions(database),
        ledger=SqliteLedger(database),
        deliveries=SqliteDeliveries(database),
        volumes=SqliteVolumes(database),
        alerts=SqliteAlerts(database),
        jobs=SqliteJobs(database),
        config_edits=SqliteConfigEdits(database),
        looks=SqliteLooks(database),
        sessions=SqliteSessions(database),
        upkeep=SqliteUpkeep(database),
        database=database,
    )
