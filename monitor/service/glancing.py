"""A look at the next edition that takes no long time, however much it will hold: for pages that are opened often.

An edition itself is composed of all there is (`monitor.service.digesting`). Here a window that holds very
much, as when nothing was sent for months, is cut to its newest part, and what waits for its stories
gets them a few at a time. What was cut is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.digests.composing import compose
from monitor.digests.headings import topic_order
from monitor.digests.rendering import render
from monitor.digests.windows import preview_window
from monitor.model.edition import Rendered, Window
from monitor.service.digesting import digest_named
from monitor.service.gathering import gather
from monitor.service.grouping import attach_pieces
from monitor.service.wiring import Services

MOST_MATCHED = 1_000
"""Matched entries a look is composed of, about: some 0.1 s."""

MOST_SEEN = 10_000
"""Entries it looks back over, about: the queries of sections are asked about each that they may accept."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The next edition so far. `window` is that of the edition; `matched` counts the entries in it that match.

    Where these are too many, `rendered` holds those first seen from `shown_from` on; None otherwise.
    """

    rendered: Rendered
    window: Window
    matched: int
    shown_from: datetime | None


def glance(services: Services, name: str | None, now: datetime, *, near: bool = False) -> Glance:
    """Compose what the next edition would hold; freeze nothing, send nothing.

    Near misses, which cost most, only with `near`. Raises `NotFoundError` and `UsageError` as
    `digest_named` does.
    """
    digest = digest_named(services, name)
    next(attach_pieces(services, now), 0)
    last = services.store.editions.last_cutoff(digest.name)
    wanted = preview_window(digest, last, now)
    whole = wanted.window
    topics = [each.name for each in topic_order(digest, services.settings.topics)]
    bounded = services.store.entries.bounded(whole, topics, MOST_MATCHED, MOST_SEEN)
    if bounded.from_at > whole.from_at:
        wanted = preview_window(digest, last, now, since=bounded.from_at)
    gathered = gather(services, digest, wanted.window, now, near=near)
    return Glance(
        rendered=render(compose(digest, wanted, services.settings.topics, gathered)),
        window=whole,
        matched=bounded.matched,
        shown_from=wanted.window.from_at if wanted.window != whole else None,
    )
