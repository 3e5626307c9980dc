"""How topics stand: how much matches them, whether that is applied, how good they are by what was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model.topic import Topic
from monitor.service.judging import judged_entries, labelled_by
from monitor.service.rematching import pending, topic_named, waiting
from monitor.service.shapes import Shape
from monitor.service.wiring import Services
from monitor.topics import evaluate_topics
from monitor.topics.evaluation import Score, Wrong

DAYS = 30
_WEEK = 7


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """A topic with its matches by day of the last 30, oldest first.

    `left` is how many entries (ids) its present version has still to be applied to.
    """

    topic: Topic
    version: int
    daily: tuple[int, ...]
    left: int

    @property
    def week(self) -> int:
        """How many entries of the last seven days match."""
        return sum(self.daily[-_WEEK:])

    @property
    def month(self) -> int:
        """How many entries of the last thirty days match."""
        return sum(self.daily)


@dataclass(frozen=True, slots=True)
class Quality:
    """How a topic does on the entries judged for it. `score` counts rightly matched, wrongly matched, missed."""

    judged: int
    score: Score
    wrong: tuple[Wrong, ...]


def topic_standings(services: Services, now: datetime) -> tuple[TopicStanding, ...]:
    """Return all topics in their order in config/topics.toml."""
    return _standings(services, services.settings.topics, now)


def topic_standing(services: Services, name: str, now: datetime) -> TopicStanding:
    """Return one topic; raises `NotFoundError` naming those there are."""
    topic_named(services, name)
    chosen = [topic for topic in services.settings.topics if topic.name == name]
    return _standings(services, chosen, now)[0]


def _standings(
    services: Services, topics: Sequence[Topic], now: datetime
) -> tuple[TopicStanding, ...]:
    names = [topic.name for topic in topics]
    daily = services.store.topic_history.daily_matches(names, now, DAYS)
    left = {each.name: waiting(services, each) for each in pending(services) if each.name in names}
    return tuple(
        TopicStanding(
            topic, services.versions[topic.name], daily[topic.name], left.get(topic.name, 0)
        )
        for topic in topics
    )


def quality(services: Services, name: str, now: datetime) -> Quality:
    """Measure a topic on what was judged about it; raises `NotFoundError` for an unknown one."""
    compiled = topic_named(services, name)
    items = labelled_by(judged_entries(services, name), {name})
    found = evaluate_topics(items, [compiled], now)
    return Quality(len(items), found.topics.get(name, Score(0, 0, 0)), found.errors)


def verdicts(services: Services, name: str) -> Mapping[int, bool]:
    """Return what was judged about a topic, by entry."""
    return {each.entry: each.belongs for each in services.store.judgements.judgements(name)}


def standing_shape(standing: TopicStanding) -> Shape:
    """Shape of what `topic_shapes` does not tell of a topic, for the API."""
    return {
        "matches_7d": standing.week,
        "matches_30d": standing.month,
        "daily": list(standing.daily),
    }


def quality_shape(found: Quality) -> Shape:
    """Shape of how good a topic is: the keys of `monitor topics evaluate`, and how many were judged."""
    return {"judged": found.judged, **found.score.as_json()}
