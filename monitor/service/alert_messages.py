"""What waits for an alert, as the content of its message: read from the store, composed purely."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.digests.alert_cards import MOST_CARDS, card, search_since, unusual_note
from monitor.digests.alerts import JudgeVolume, local_day, outlets_of
from monitor.digests.phrases import moment
from monitor.model.alert import AlertContent, AlertQueue, Carried, FoundStory, message_name
from monitor.model.digest import Alert
from monitor.model.edition import Card
from monitor.model.entry import Entry
from monitor.model.topic import Evidence
from monitor.query import Query, document_of, evaluate
from monitor.service.alert_volumes import found_stories, volume_at
from monitor.service.wiring import Services

_MOST_READ = 40
"""Entries of one story that are read for its card."""

_DAY = timedelta(days=1)


def content_of(
    services: Services,
    alert: Alert,
    query: Query,
    queue: AlertQueue,
    now: datetime,
    judge_volume: JudgeVolume,
) -> AlertContent:
    """Return what a message tells of all that waits: the stories that most outlets carry have cards."""
    waiting = [each for each in queue.found if not each.told_in]
    keys = list(dict.fromkeys(each.now_key for each in waiting if not _is_day(each)))
    days = [each for each in waiting if _is_day(each)]
    notes = []
    for each in days:
        volume = volume_at(services, alert, query, each.found_at, judge_volume)
        at = moment(each.found_at, alert.timezone, local_day(alert, now))
        notes.append(unusual_note(volume, at))
        of_day = found_stories(services, alert, query, each.found_at - _DAY, each.found_at)
        keys = list(dict.fromkeys([*keys, *(story.key for story in of_day)]))
    carried = services.store.alerts.carried([int(key[1:]) for key in keys if key[:1] == "s"])
    chosen = sorted(keys, key=lambda key: _order(key, carried), reverse=True)[:MOST_CARDS]
    cards = [_card(services, alert, query, key, carried, now) for key in chosen]
    shown = tuple(each for each in cards if each is not None)
    return AlertContent(
        alert=alert.name,
        title=alert.title,
        name=message_name(alert.name, queue.next_message),
        created_at=now,
        timezone=alert.timezone,
        cards=shown,
        notes=tuple(notes),
        more=len(keys) - len(shown),
        search=search_since(alert, _first_at(services, keys, carried, now)),
        page_url=services.settings.web.page_url,
    )


def _is_day(found: FoundStory) -> bool:
    return found.story is None and found.entry is None


def _order(key: str, carried: dict[int, list[Carried]]) -> tuple[int, int]:
    """Sort by independent outlets, then by the latest entry."""
    number = int(key[1:])
    members = carried.get(number, []) if key[:1] == "s" else []
    latest = max((each.entry for each in members), default=number)
    return len(outlets_of(members)), latest


def _first_at(
    services: Services, keys: Sequence[str], carried: dict[int, list[Carried]], now: datetime
) -> datetime:
    """Return when the first of all these was seen; ids grow with that."""
    first = min([each.entry for members in carried.values() for each in members], default=0)
    alone = [int(key[1:]) for key in keys if key[:1] == "e"]
    ids = [entry_id for entry_id in (first, min(alone, default=0)) if entry_id]
    found = services.store.entries.entries(ids, evidence=False)
    return min([each.first_seen_at for each in found], default=now)


def _card(
    services: Services,
    alert: Alert,
    query: Query,
    key: str,
    carried: dict[int, list[Carried]],
    now: datetime,
) -> Card | None:
    """Return the card of what a key stands for; None when nothing of it is stored any more."""
    members = carried.get(int(key[1:]), []) if key[:1] == "s" else []
    ids = [each.entry for each in members] or [int(key[1:])] * (key[:1] == "e")
    # The first, which opened the story, and the latest.
    some = ids if len(ids) <= _MOST_READ else [*ids[: _MOST_READ // 2], *ids[-_MOST_READ // 2 :]]
    entries = services.store.entries.entries(some, evidence=False)
    if not entries:
        return None
    return card(alert, entries, members, _evidence(query, entries, now))


def _evidence(
    query: Query, entries: Sequence[Entry], now: datetime
) -> dict[int, tuple[Evidence, ...]]:
    found = {entry.id: evaluate(query, document_of(entry), now) for entry in entries}
    return {entry_id: evidence for entry_id, evidence in found.items() if evidence is not None}
