"""The JSON of `monitor alerts`: the keys are a promise (docs/json.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.digests.alerts import may_send_at
from monitor.model.alert import AlertQueue, AlertStanding, AlertTrial, Fired
from monitor.model.delivery import AlertMessage
from monitor.model.digest import Alert
from monitor.service.shapes import Shape, delivery_shape, instant
from monitor.service.wiring import Services

LATEST = 10
"""Messages a trial shows."""

_WEEK_SECONDS = 7 * 86_400
_TITLES = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """How one alert of config stands."""

    alert: Alert
    standing: AlertStanding | None
    queue: AlertQueue
    last: AlertMessage | None
    next_at: datetime


def listed(services: Services, now: datetime) -> list[Listed]:
    """Return how the alerts of config stand, in its order."""
    found = []
    for alert in services.settings.alerts:
        store = services.store.alerts
        queue = store.queue(alert.name)
        last = next(iter(store.messages(alert.name, 1)), None)
        next_at = may_send_at(alert, queue.last_at, now)
        found.append(Listed(alert, store.standing(alert.name), queue, last, next_at))
    return found


def listed_shape(each: Listed) -> Shape:
    """Shape of an alert in `monitor alerts list --json`."""
    alert, last = each.alert, each.last
    return {
        "name": alert.name,
        "title": alert.title,
        "query": alert.query,
        "outlets": alert.outlets,
        "unusual": alert.unusual,
        "began_at": instant(each.standing.began_at if each.standing else None),
        "waiting": [found.now_key for found in each.queue.found],
        "last": message_shape(last) if last else None,
        "next_at": instant(each.next_at),
    }


def message_shape(message: AlertMessage) -> Shape:
    """Shape of one message of an alert."""
    return {
        "id": message.id,
        "created_at": instant(message.created_at),
        "subject": message.rendered.subject,
        "stories": list(message.stories),
        "deliveries": [delivery_shape(each) for each in message.deliveries],
    }


def sent_message_shape(message: AlertMessage) -> Shape:
    """Shape of one message in a list of all alerts' messages, for the API."""
    return {"alert": message.alert, **message_shape(message)}


def trial_shape(trial: AlertTrial) -> Shape:
    """Shape of `monitor alerts test --json`."""
    return {
        "alert": trial.alert,
        "since": instant(trial.since_at),
        "until": instant(trial.until_at),
        "entries": trial.entries,
        "messages": len(trial.fired),
        "stories": sum(len(each.rings) for each in trial.fired),
        "per_week": per_week(trial),
        "busiest": None
        if trial.busiest_on is None
        else {"on": trial.busiest_on.isoformat(), "messages": trial.busiest},
        "waiting": len(trial.waiting),
        "latest": [_fired_shape(each) for each in reversed(trial.fired[-LATEST:])],
    }


def per_week(trial: AlertTrial) -> float:
    """Return the messages a week, of the time looked at."""
    seconds = (trial.until_at - trial.since_at).total_seconds()
    return round(len(trial.fired) * _WEEK_SECONDS / max(seconds, _WEEK_SECONDS), 2)


def _fired_shape(each: Fired) -> Shape:
    return {
        "at": instant(each.at),
        "stories": len(each.rings),
        "titles": [ring.title for ring in each.rings[:_TITLES]],
        "keys": [ring.key for ring in each.rings[:_TITLES]],
    }
