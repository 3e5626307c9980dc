"""Digests: compose, freeze, deliver, show again.

Freezing writes the edition and its planned deliveries in one transaction, once a slot; delivering
works through what is open. A crash between or within the two is made good by the next run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.deliver.ways import Ways
from monitor.digests.composing import compose, is_empty, recipients
from monitor.digests.rendering import render
from monitor.digests.windows import Due, by_hand, due, edition_id, preview_window
from monitor.errors import MonitorError, NotFoundError, StoreError, UsageError
from monitor.model.delivery import StoredEdition
from monitor.model.digest import Digest
from monitor.model.edition import Edition, Gathered, Rendered
from monitor.service.gathering import gather
from monitor.service.grouping import attach_stories
from monitor.service.models import guarded_ask
from monitor.service.outbox import Clock, deliver_open
from monitor.service.summarising import Answers, summarised
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

ATTEMPTS = 10
"""How often an edition is composed anew because entries came into its window meanwhile."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What `digest send` did. `edition` is None when nothing was due and nothing ever was sent.

    `fresh` tells an edition frozen now from one that was there already.
    """

    digest: str
    edition: StoredEdition | None
    fresh: bool


def digest_named(services: Services, name: str | None) -> Digest:
    """Return the digest of that name; without a name the only one there is."""
    digests = services.settings.digests
    if name is None and len(digests) == 1:
        return digests[0]
    known = ", ".join(digest.name for digest in digests)
    if not known:
        raise UsageError(
            "config/monitor.toml has no digest; add a [digests.daily] table "
            "(docs/digests.md shows one)."
        )
    if name is None:
        raise UsageError(f"There are several digests; say which: {known}.")
    for digest in digests:
        if digest.name == name:
            return digest
    raise NotFoundError(f"No digest is called {name!r}; config/monitor.toml has: {known}.")


def preview(
    services: Services,
    name: str | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Edition, Rendered]:
    """Compose what an edition would hold; freeze nothing, send nothing.

    What waits for its stories gets them first, as an edition would have them.

    Without `since`, from the last edition's cutoff, or a day before the end when there is none.
    """
    digest = digest_named(services, name)
    last = services.store.editions.last_cutoff(digest.name)
    attach_stories(services, now)
    wanted = preview_window(digest, last, now, since=since, until=until)
    gathered = gather(services, digest, wanted.window, now)
    edition = compose(digest, wanted, services.settings.topics, gathered)
    return edition, render(edition)


def send_now(services: Services, name: str | None, ways: Ways, clock: Clock) -> list[Sent]:
    """Freeze and deliver what is due; by hand, also what has come in since the last edition.

    Where the schedule has nothing due, an edition up to now is frozen when it would hold
    anything; otherwise nothing new is sent and the last edition is returned as it is.
    """
    digests: Sequence[Digest]
    if name is None and services.settings.digests:
        digests = services.settings.digests
    else:
        digests = [digest_named(services, name)]
    done = []
    for digest in digests:
        now = clock()
        sent = _freeze_due(services, digest, ways, now) or _freeze_by_hand(
            services, digest, ways, now
        )
        if sent.edition is not None:
            deliver_open(services, ways, clock, sent.edition.id)
            sent = Sent(digest.name, services.store.editions.edition(sent.edition.id), sent.fresh)
        done.append(sent)
    return done


def freeze_due(
    services: Services, ways: Ways, clock: Clock, going: Callable[[], bool] = lambda: True
) -> list[Sent]:
    """Freeze the editions that are due, as long as `going` says so; return them.

    A digest that cannot be made is logged, tried again by the next call, and keeps no other from being made.
    """
    frozen = []
    for digest in services.settings.digests:
        if not going():
            break
        try:
            sent = _freeze_due(services, digest, ways, clock())
        except MonitorError as error:
            log.error("digest %s could not be made: %s", digest.name, error)
        except Exception:  # a fault of ours, in what one digest holds
            log.exception("digest %s could not be made; it is tried again", digest.name)
        else:
            frozen += [] if sent is None else [sent]
    return frozen


def edition_named(services: Services, name: str) -> StoredEdition:
    """Return a frozen edition as it was sent, or raise `NotFoundError`."""
    edition = services.store.editions.edition(name)
    if edition is None:
        raise NotFoundError(f"There is no edition {name!r}; see: monitor digest list")
    return edition


def _freeze_due(services: Services, digest: Digest, ways: Ways, now: datetime) -> Sent | None:
    began_at = services.store.editions.begin(digest.name, now)
    last = services.store.editions.last_cutoff(digest.name)
    wanted = due(digest, began_at, last, now)
    # A zone that moves west meets the same local time again: that slot has its edition.
    if wanted is None or services.store.editions.edition(edition_id(digest, wanted)):
        return None
    return _freeze(services, digest, wanted, ways, now, even_empty=True)


def _freeze_by_hand(services: Services, digest: Digest, ways: Ways, now: datetime) -> Sent:
    began_at = services.store.editions.begin(digest.name, now)
    last = services.store.editions.last_cutoff(digest.name)
    newest = next(iter(services.store.editions.editions(digest.name, limit=1)), None)
    if (last or began_at) < now:
        wanted = by_hand(digest, began_at, last, now)
        sent = _freeze(services, digest, wanted, ways, now, even_empty=False)
        if sent is not None:
            return sent
    return Sent(digest.name, newest, fresh=False)


def _freeze(
    services: Services, digest: Digest, wanted: Due, ways: Ways, now: datetime, *, even_empty: bool
) -> Sent | None:
    """Compose and freeze; compose anew while another process stores entries into the window."""
    named = edition_id(digest, wanted)
    answers = Answers()
    for _ in range(ATTEMPTS):
        newest_id, changes = services.store.entries.newest_id(), services.store.entries.changes()
        attach_stories(services, now)
        gathered = gather(services, digest, wanted.window, now)
        edition = compose(digest, wanted, services.settings.topics, gathered, named)
        if not even_empty and is_empty(edition):
            return None
        edition = _with_summaries(services, edition, gathered, ways.environ, answers)
        rendered = render(edition)
        ways.step("composed")
        to = recipients(digest, edition, services.store.ledger.last_delivered(digest.name))
        frozen = services.store.editions.freeze(edition, rendered, to, now, newest_id, changes)
        if frozen is not None:
            ways.step("frozen")
            return Sent(digest.name, frozen, fresh=frozen.id == named)
    raise StoreError(
        f"The {digest.name} digest could not be frozen: entries kept coming into its window. "
        "Send it again in a moment."
    )


def _with_summaries(
    services: Services,
    edition: Edition,
    gathered: Gathered,
    environ: Mapping[str, str],
    answers: Answers,
) -> Edition:
    """Let a model summarise the first stories where config wants that; may block for its budget."""
    settings = services.settings
    if not settings.summaries.wanted:
        return edition
    return summarised(
        edition,
        {entry.id: entry for entry in gathered.entries},
        settings.summaries,
        environ,
        guarded_ask(settings.fetch),
        folder=services.home.db / "llm",
        answers=answers,
    )
