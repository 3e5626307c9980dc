"""Alerts: look at what is new, note what rings, freeze a message when one may go out.

A look goes on where the last one ended, a piece at a time: what a piece brought and that it was looked
at is written in one transaction, and only by whoever looked from where the alert stands. A message, its
deliveries and that its stories are told are another one. So a process may end between any two steps, or
several may look at once: nothing is lost, and nothing is told twice. Delivering is the outbox's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.digests.alert_forms import render
from monitor.digests.alerts import JudgeVolume, is_fresh, may_send_at, outlets_of
from monitor.errors import NotFoundError, UsageError
from monitor.model.alert import AlertPiece, AlertStanding
from monitor.model.delivery import AlertMessage
from monitor.model.digest import Alert
from monitor.model.entry import Entry
from monitor.query import Query, candidates, document_of, parse
from monitor.query.evaluate import accepts
from monitor.service.alert_messages import content_of
from monitor.service.alert_volumes import JUDGE, weigh
from monitor.service.grouping import attach_pieces
from monitor.service.reading import between
from monitor.service.wiring import Services

PIECE = 500
"""Entries and edits that are looked at in one step."""

ATTEMPTS = 10
"""How often a message is composed anew because something was found or merged meanwhile."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look of an alert came to: keys of what it found, and the message it froze."""

    alert: str
    found: tuple[str, ...]
    message: AlertMessage | None = None


def look(services: Services, now: datetime, judge_volume: JudgeVolume = JUDGE) -> list[Looked]:
    """Let every alert look at what is new, and freeze the messages that may go out.

    Returns those alerts that found something or got a message.
    """
    done = []
    for alert in services.settings.alerts:
        found = tuple(_find(services, alert, now, judge_volume))
        message = _freeze(services, alert, now, judge_volume)
        if found or message is not None:
            done.append(Looked(alert.name, found, message))
    return done


def alert_named(services: Services, name: str) -> Alert:
    """Return the alert of that name; raises `NotFoundError`, `UsageError` where there is none at all."""
    alerts = {alert.name: alert for alert in services.settings.alerts}
    if not alerts:
        raise UsageError(
            "config/monitor.toml has no alert; add an [alerts.NAME] table (docs/alerts.md shows one)."
        )
    if name not in alerts:
        known = ", ".join(alerts)
        raise NotFoundError(f"No alert is called {name!r}; config/monitor.toml has: {known}.")
    return alerts[name]


def query_of(services: Services, alert: Alert) -> Query:
    """Return an alert's query as read; config/ was checked, so it can be."""
    return parse(alert.query, services.settings.lists)


def _find(
    services: Services, alert: Alert, now: datetime, judge_volume: JudgeVolume
) -> Iterator[str]:
    """Look at all that is new, piece by piece; yield what is found."""
    store = services.store.alerts
    query = query_of(services, alert)
    while (standing := store.standing(alert.name)) is not None:
        for _ in attach_pieces(services, now, after=standing.next_id - 1):
            pass  # what a large document brought gets its stories first
        if alert.unusual:
            yield from weigh(services, alert, query, standing, now, judge_volume)
            return
        piece = store.piece(standing, PIECE)
        if piece is None:
            return
        keys = _ringing(services, alert, query, standing, piece, now)
        # None: somebody else has looked at this piece; go on where the alert stands now.
        yield from store.found(standing, piece, keys, now) or ()


def _ringing(
    services: Services,
    alert: Alert,
    query: Query,
    standing: AlertStanding,
    piece: AlertPiece,
    now: datetime,
) -> list[str]:
    """Return the keys of what a piece makes ring."""
    if alert.outlets == 1:
        new = candidates(query, now)
        proposed = services.store.entries.candidates(between(new, standing.next_id, piece.until_id))
        entries = [
            *_accepted(alert, query, (each.entry for each in proposed), now),
            *_seen_before(services, alert, query, standing, piece.edited, now),
        ]
        # The oldest first, as they came.
        entries.sort(key=lambda entry: entry.id)
        keys = (f"e{each.id}" if each.story is None else f"s{each.story}" for each in entries)
        return list(dict.fromkeys(keys))
    # Whatever a new entry says, it may be the outlet that a story has waited for.
    stories = services.store.alerts.touched(standing, piece)
    waiting = services.store.alerts.untold(alert.name, [f"s{story}" for story in stories])
    carried = services.store.alerts.carried([int(key[1:]) for key in waiting])
    return [
        f"s{story}"
        for story, members in carried.items()
        if len(outlets_of(members)) >= alert.outlets
        and _any_rings(services, alert, query, standing, [each.entry for each in members], now)
    ]


def _any_rings(
    services: Services,
    alert: Alert,
    query: Query,
    standing: AlertStanding,
    members: Sequence[int],
    now: datetime,
) -> bool:
    new = [entry_id for entry_id in members if entry_id >= standing.next_id]
    entries = services.store.entries.entries(new, evidence=False)
    seen = [entry_id for entry_id in members if entry_id < standing.next_id]
    return any(True for _ in _accepted(alert, query, entries, now)) or any(
        True for _ in _seen_before(services, alert, query, standing, seen, now)
    )


def _accepted(
    alert: Alert, query: Query, entries: Iterable[Entry], now: datetime
) -> Iterator[Entry]:
    """Yield the entries that are news and satisfy the query."""
    for entry in entries:
        if is_fresh(alert, entry) and accepts(query, document_of(entry), now):
            yield entry


def _seen_before(
    services: Services,
    alert: Alert,
    query: Query,
    standing: AlertStanding,
    entry_ids: Sequence[int],
    now: datetime,
) -> Iterator[Entry]:
    """Yield those of the entries looked at before that may ring by what they say now.

    One from before the alert only if an edit has made it satisfy the query. That a changed topic has
    found it is no news.
    """
    formerly = services.store.alerts.former(standing, entry_ids)
    changed = {each.id for each in formerly if not accepts(query, document_of(each), now)}
    ids = [each for each in entry_ids if each >= standing.first_id or each in changed]
    entries = services.store.entries.entries(ids, evidence=False)
    by_itself = (
        replace(each, matches=tuple(match for match in each.matches if not match.backfilled))
        for each in entries
    )
    yield from _accepted(alert, query, by_itself, now)


def _freeze(
    services: Services, alert: Alert, now: datetime, judge_volume: JudgeVolume
) -> AlertMessage | None:
    """Freeze one message with all that waits, when one may go out now."""
    store = services.store.alerts
    for _ in range(ATTEMPTS):
        queue = store.queue(alert.name)
        if not queue.found or may_send_at(alert, queue.last_at, now) > now:
            return None
        if all(each.told_in for each in queue.found):
            store.settle(alert.name, queue)
            continue
        content = content_of(services, alert, query_of(services, alert), queue, now, judge_volume)
        message = store.freeze(alert.name, queue, render(content), alert.to, now)
        if message is not None:
            return message
    return None  # stories keep coming; the next look goes on
