"""When to fetch a feed next: one pure function from what is known to an instant and a reason.

The wait is the longest of what the person asked for (the feed's interval) and what the
publisher asked for (Retry-After, max-age, Expires, ttl), longer for feeds that rarely bring
anything, whose hub pushes what is new, that can only be asked for whole, and that fail, and never
ends inside hours the feed wants to be left alone (skipHours, skipDays; RSS 2.0). What is our own
choice never lasts longer than half the time in which the feed's document turns over: nothing is lost for being polite. A failing feed
is asked less and less often, but always again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.feed import NO_RHYTHM, NO_WISHES, Rhythm, Wishes
from monitor.model.fetch import NO_PACING, Pacing

SUCCESSES = frozenset({"ok", "same", "304"})
"""Results that are no failure, as in `FetchLogLine.result`."""

MAX_ASKED = timedelta(days=7)
"""The longest wait a max-age, Expires or ttl can bring about."""
MAX_RETRY_AFTER = timedelta(days=14)
"""The longest wait a Retry-After can bring about."""
MAX_QUIET = timedelta(hours=6)
"""The longest wait only because a feed brought nothing new."""
MAX_WHOLE = timedelta(days=1)
"""The longest wait only because a server offers no validators, so that each visit costs it all."""
MAX_PUSHED = timedelta(hours=12)
"""The longest wait only because a hub pushes what is new: the visit that makes sure of it."""
MAX_BACKOFF = timedelta(days=1)
MAX_BACKOFF_LATER = timedelta(days=7)
"""The longest wait after failures, and the one once a feed has failed for a month."""

_MONTH = timedelta(days=30)
_SHORTEST = timedelta(minutes=1)
_QUIET_SHARE = 8  # something new each day: every three hours
_SPREAD = 0.15
_SLOW_DOWN = frozenset({"throttled", "blocked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is known of a feed right after it was fetched.

    `result` is that of the fetch log: "ok", "same", "304" or the kind of a failure; not `asked`: no
    request was made, as a secret is not set. `interval` is the feed's own `every` or the default,
    and the shortest wait; `adaptive` lets the wait grow while the feed brings nothing new (off where
    the person set `every`). `failures` counts failures in a row, this one included. `last_new_at`
    is when the feed last brought something new (while it never has: since when it answers),
    `last_ok_at` when it last answered well, `rhythm` what is known of how often it brings
    something. `conditional`: the server gave validators, so that the next visit may cost nothing.
    `wishes` are those of the last document read. `pushed_until` is until when a hub pushes what is
    new (WebSub), None where none does.
    """

    url: str
    now: datetime
    result: str
    asked: bool = True
    interval: timedelta = timedelta(hours=1)
    adaptive: bool = True
    failures: int = 0
    last_new_at: datetime | None = None
    last_ok_at: datetime | None = None
    pacing: Pacing = NO_PACING
    rhythm: Rhythm = NO_RHYTHM
    conditional: bool = True
    wishes: Wishes = NO_WISHES
    pushed_until: datetime | None = None


def next_fetch(visit: Visit) -> tuple[datetime, str]:
    """Return when the feed is due next, and why then, in words.

    The same visit always gives the same instant: the spread of up to 15 % that keeps feeds from
    bunching is drawn from the feed's address and the day.
    """
    interval = max(visit.interval, _SHORTEST)
    wishes = [(interval, f"every {in_words(interval)}")]
    wishes += _after_success(visit) if visit.result in SUCCESSES else _after_failure(visit)
    wait, reason = max(wishes, key=lambda wish: wish[0])
    share = _share(visit.url, visit.now)
    spread = _SPREAD * share
    turnover = visit.rhythm.turnover
    if turnover is not None and wait < turnover < wait * (1 + _SPREAD):
        spread *= (turnover / wait - 1) / _SPREAD  # not so late that entries would be lost
    wait = min(wait + wait * spread, max(MAX_RETRY_AFTER, interval))
    due = visit.now + wait
    kept_out = _after_skipped(due, visit.wishes, share)
    if kept_out != due:
        reason += "; later, because the feed wants to be left alone at that hour"
    return kept_out, reason


def _after_success(visit: Visit) -> list[tuple[timedelta, str]]:
    """List what publisher and experience say after an answer that was a success."""
    wishes = _our_choice(visit) if visit.adaptive else []
    if visit.pacing.max_age is not None:
        wait = min(visit.pacing.max_age, MAX_ASKED)
        wishes.append((wait, f"the server's max-age asks for {in_words(wait)}"))
    if visit.pacing.expires_at is not None:
        wait = min(visit.pacing.expires_at - visit.now, MAX_ASKED)
        wishes.append((wait, f"the server's Expires asks for {in_words(wait)}"))
    if visit.wishes.ttl is not None:
        wait = min(visit.wishes.ttl, MAX_ASKED)
        wishes.append((wait, f"the feed's ttl asks for {in_words(wait)}"))
    return wishes


def _our_choice(visit: Visit) -> list[tuple[timedelta, str]]:
    """List the waits nobody asked for: fewer visits to a feed that rarely brings something."""
    wishes = []
    quiet = visit.now - visit.last_new_at if visit.last_new_at is not None else timedelta(0)
    usual = visit.rhythm.every or timedelta(0)
    wait = min(max(quiet, usual) / _QUIET_SHARE, MAX_QUIET)
    if quiet >= usual:
        wishes.append((wait, f"nothing new for {in_words(quiet)}, so every {in_words(wait)}"))
    else:
        wishes.append(
            (wait, f"something new every {in_words(usual)} or so, so every {in_words(wait)}")
        )
    if not visit.conditional:
        wishes.append((MAX_WHOLE, "the server offers no validators, so once a day"))
    if visit.pushed_until is not None:
        wait = min(visit.pushed_until - visit.now, MAX_PUSHED)
        wishes.append((wait, f"its hub pushes what is new, so every {in_words(wait)}"))
    turnover = visit.rhythm.turnover
    if turnover is None:
        return wishes
    return [
        (turnover / 2, f"all entries are replaced within {in_words(turnover)}")
        if wait > turnover / 2
        else (wait, words)
        for wait, words in wishes
    ]


def _after_failure(visit: Visit) -> list[tuple[timedelta, str]]:
    """List what a failure means: what the server asked for, and our own back-off."""
    failures = max(visit.failures, 1)
    interval = max(visit.interval, _SHORTEST)
    longest = MAX_BACKOFF_LATER if _failing_for_a_month(visit) else MAX_BACKOFF
    # The exponent is bounded only to keep the product small; the cap has long been reached.
    backoff = min(interval * 2 ** min(failures - 1, 20), longest)
    if not visit.asked:
        return []  # so nobody has to be left alone
    times = "once" if failures == 1 else f"{failures} times in a row"
    wishes = [(backoff, f"failed {times}, so after {in_words(backoff)}")]
    asked = visit.pacing.retry_after
    if asked is not None:
        asked = min(asked, MAX_RETRY_AFTER)
        wishes.append((asked, f"the server asks to wait {in_words(asked)}"))
    elif visit.result in _SLOW_DOWN:
        slower = max(min(4 * backoff, longest), 4 * interval)
        wishes.append((slower, f"the server turned us away, so after {in_words(slower)}"))
    return wishes


def _failing_for_a_month(visit: Visit) -> bool:
    if visit.last_ok_at is not None:
        return visit.now - visit.last_ok_at > _MONTH
    # Never a success: at a failure a day, which is where the back-off ends, so many are a month.
    return visit.failures > _MONTH.days + 5


def _share(url: str, now: datetime) -> float:
    """Draw a number from 0 up to 1 from the address and the day; no chance is involved."""
    digest = hashlib.sha256(f"{url}\n{now.date().isoformat()}".encode(errors="replace")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _after_skipped(due: datetime, wishes: Wishes, share: float) -> datetime:
    """Return `due`, or a moment soon after the skipped hours and days (UTC) it falls into.

    Skipping all 24 hours, or all days, is nonsense and ignored.
    """
    hours = {hour for hour in wishes.skip_hours if 0 <= hour < 24}
    days = {day for day in wishes.skip_days if 0 <= day < 7}
    hours = set() if len(hours) == 24 else hours
    days = set() if len(days) == 7 else days
    moved = due
    while moved.hour in hours or moved.weekday() in days:
        moved = moved.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if moved != due:
        moved += timedelta(minutes=30) * share
    return moved


def in_words(wait: timedelta) -> str:
    """Say a duration in the largest unit that fits: "45 min", "2 h", "3 d"."""
    minutes = wait.total_seconds() / 60
    if minutes < 1:
        return f"{max(wait.total_seconds(), 0):.0f} s"
    if minutes < 90:
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        return f"{_rounded(minutes / 60)} h"
    return f"{_rounded(minutes / 1440)} d"


def _rounded(number: float) -> str:
    """Write a number of hours or days no finer than it is meant: "3.6", "12"."""
    return f"{number:.2g}" if number < 9.95 else f"{number:.0f}"
