"""How many stories each topic of an edition had, against what is usual."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.digests.volume import BASELINE, span_of, volume_of
from monitor.model.edition import Volume, Window
from monitor.model.topic import Topic
from monitor.service.wiring import Services


def volumes(services: Services, topics: Sequence[Topic], window: Window) -> tuple[Volume, ...]:
    """Return the volume of each topic in the days of a window, in the order given."""
    if not topics:
        return ()
    span = span_of(window)
    counts = services.store.volumes.story_counts(
        [topic.name for topic in topics], window.until_at, BASELINE + span
    )
    return tuple(volume_of(topic.name, topic.title, counts, span) for topic in topics)
