"""When an edition is due and which window of first-seen times it covers.

A digest asks for one or more local wall times on some weekdays. Its moment for a time of a local date is
*the first instant at which a clock in the zone shows that time of that date, or later*. That one
rule says everything about clock changes: a time that is skipped in spring runs at the next valid minute,
one that is repeated in autumn runs once, at its first pass. Two times that fall on one moment so are one.

An edition covers `[previous cutoff, moment)`, the first one `[began_at, moment)`. Consecutive
windows therefore tile time, whatever the clock did between two looks: after an outage the
newest moment alone is due, with one long window; when the clock goes back nothing is due
until time has passed the last cutoff again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import UsageError
from monitor.model.digest import Digest
from monitor.model.edition import Window

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

# Two weeks have every weekday twice: one of them may fall on a date the zone jumped over.
_SEARCH_DAYS = 2 * 7 + 1


@dataclass(frozen=True, slots=True)
class Due:
    """A window with the slot it is for.

    `slot` is the scheduled local wall time ("2026-11-23T07:00"), "by hand" with the instant, or
    "preview"; `local_on` the local date. `missed` counts the scheduled moments inside the
    window that got no edition of their own: more than none makes it a catch-up edition.
    """

    window: Window
    slot: str
    local_on: date
    missed: int = 0


def due(
    digest: Digest, began_at: datetime, last_cutoff: datetime | None, now: datetime
) -> Due | None:
    """Return what the digest owes at `now`, or None.

    `began_at` is when the digest was first known, `last_cutoff` the end of its newest edition's
    window. The newest moment at or before `now` is due when it is later than both.
    """
    from_at = last_cutoff or began_at
    today = now.astimezone(zone(digest.timezone)).date()
    # From tomorrow: a clock set back over midnight shows yesterday's date again.
    for local_on in (today + _DAY - n * _DAY for n in range(_SEARCH_DAYS)):
        for moment, at in reversed(moments_on(digest, local_on)):
            if moment > now:
                continue
            if moment <= from_at:
                return None
            slot = datetime.combine(local_on, at).isoformat(timespec="minutes")
            return Due(
                _window(digest, from_at, moment),
                slot,
                local_on,
                missed=_between(digest, from_at, moment),
            )
    return None


def by_hand(digest: Digest, began_at: datetime, last_cutoff: datetime | None, now: datetime) -> Due:
    """Return the window from the last cutoff up to `now`, for a person who asks for it.

    The next scheduled edition goes on where this one ends. When the last cutoff is not before
    `now` (the clock was set back) the window is empty.
    """
    from_at = last_cutoff or began_at
    until_at = max(now, from_at)
    # To the second, which reads well in a name, unless the last cutoff lies in the same one.
    same_second = from_at.replace(microsecond=0) == until_at.replace(microsecond=0)
    instant = now.astimezone(UTC).strftime(f"%Y-%m-%dT%H:%M:%S{'.%f' if same_second else ''}Z")
    local_on = now.astimezone(zone(digest.timezone)).date()
    return Due(
        _window(digest, from_at, until_at),
        f"by hand {instant}",
        local_on,
        missed=_between(digest, from_at, until_at),
    )


def preview_window(
    digest: Digest,
    last_cutoff: datetime | None,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Due:
    """Return the window of a preview: from the last cutoff, else of the last 24 hours.

    `since` and `until` override either end. Raises `UsageError` when they leave no time between.
    """
    until_at = until or now
    from_at = since or (last_cutoff if last_cutoff and last_cutoff < until_at else until_at - _DAY)
    if from_at >= until_at:
        raise UsageError(
            f"The window from {from_at.isoformat()} until {until_at.isoformat()} holds no time; "
            "let it end after it begins."
        )
    local_on = until_at.astimezone(zone(digest.timezone)).date()
    return Due(_window(digest, from_at, until_at), "preview", local_on)


def next_due(digest: Digest, after: datetime) -> datetime:
    """Return the digest's first moment later than `after`, aware UTC."""
    return next(_moments(digest, after))


def edition_id(digest: Digest, due: Due) -> str:
    """Name the edition of a slot, fit for a file name: "daily-2026-11-23-0700".

    One made by hand carries its instant: "daily-2026-11-23-081530Z". Slots of one digest that
    differ give names that differ.
    """
    when = due.slot.removeprefix("by hand ").replace("T", "-").replace(":", "").replace(".", "-")
    return f"{digest.name}-{when}"


def moments_on(digest: Digest, local_on: date) -> list[tuple[datetime, time]]:
    """Return the digest's moments on a local date, aware UTC, each with its wall time, in order.

    None on a weekday that is not asked for, and on a date the zone jumped over as a whole
    (Pacific/Apia had no 30 December 2011).
    """
    if local_on.weekday() not in digest.days:
        return []
    found: dict[datetime, time] = {}
    for at in digest.times:
        moment = _moment(datetime.combine(local_on, at), zone(digest.timezone))
        if moment is not None:
            found.setdefault(moment, at)
    return sorted(found.items())


def _moment(wall: datetime, local: ZoneInfo) -> datetime | None:
    before, after = (wall.replace(tzinfo=local, fold=fold).utcoffset() for fold in (0, 1))
    if before is not None and after is not None and after - before >= _DAY:
        return None
    while not _exists(wall, local):
        wall = wall.replace(second=0, microsecond=0) + _MINUTE
    return wall.replace(tzinfo=local, fold=0).astimezone(UTC)


@cache
def zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name. Raises `UsageError` for one nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"There is no time zone {name!r}; use a name of the IANA list, such as Europe/Berlin or UTC."
        ) from error


def _exists(wall: datetime, local: ZoneInfo) -> bool:
    """Whether a clock in the zone ever shows this wall time (PEP 495)."""
    there = wall.replace(tzinfo=local, fold=0).astimezone(UTC)
    return there.astimezone(local).replace(tzinfo=None, fold=0) == wall


def _moments(digest: Digest, after: datetime) -> Iterator[datetime]:
    """Yield the digest's moments later than `after`, in order, for ever."""
    if not digest.days or not digest.times:
        raise UsageError(
            f"The digest {digest.name} has no days or no time; name at least one of each."
        )
    local_on = after.astimezone(zone(digest.timezone)).date() - _DAY
    while True:
        yield from (moment for moment, _ in moments_on(digest, local_on) if moment > after)
        local_on += _DAY


def _between(digest: Digest, from_at: datetime, until_at: datetime) -> int:
    """Count the moments after `from_at` and before `until_at`."""
    count = 0
    for moment in _moments(digest, from_at):
        if moment >= until_at:
            break
        count += 1
    return count


def _window(digest: Digest, from_at: datetime, until_at: datetime) -> Window:
    return Window(from_at.astimezone(UTC), until_at.astimezone(UTC), digest.timezone)
