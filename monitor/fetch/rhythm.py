"""A feed's rhythm: how often it brings something new, and when its silence is out of the ordinary.

Known from its visits, and after the first one from the dates in its document. Times between news
are averaged (each counts three tenths), so that one burst or one holiday does not change the picture.
The longest pause is remembered beside it and fades with time alone: a weekly that publishes all day
on Thursday, or an office that rests at weekends, is not silent until the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.model.feed import NO_RHYTHM, Rhythm

_WEIGHT = 0.3
_LONGEST = timedelta(days=60)
_SILENT_TIMES = 10
_SILENT_PAUSES = 2
_HALF_FORGOTTEN = timedelta(days=60)
_SILENT_SOONEST = timedelta(days=5)  # from the evening before Good Friday to the Tuesday after
_SILENT_LATEST = timedelta(days=90)
SILENT_UNKNOWN = timedelta(days=30)
"""How long a feed whose rhythm is not known may be quiet."""


def rhythm_of_dates(published: Sequence[datetime], listed: int) -> Rhythm:
    """Guess the rhythm from the dates of a document's entries; `listed` counts all its entries."""
    dates = sorted(set(published))
    if len(dates) < 3:
        return NO_RHYTHM
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    span = dates[-1] - dates[0]
    # Dates that stand for some of the entries only are stretched to all of them.
    whole = span * (listed / len(dates)) if listed else span
    usual, pause = sorted(gaps)[len(gaps) // 2], max(gaps)
    return Rhythm(min(usual, _LONGEST), whole, min(pause, _LONGEST))


def rhythm_after(
    rhythm: Rhythm, *, new: int, listed: int, since_new: timedelta, since_ok: timedelta
) -> Rhythm:
    """Return the rhythm after a visit that brought `new` (at least 1) of `listed` entries.

    `since_new` is the time since something new came last, `since_ok` since the feed was last
    looked at with success.
    """
    turnover = since_new * (listed / new)
    if new >= listed:
        turnover = min(turnover, since_ok)  # all of it came since we last looked
    if rhythm.turnover is not None and turnover > rhythm.turnover:
        # What is lost to a turnover is lost for good, so a shorter one is believed at once.
        turnover = _averaged(rhythm.turnover, turnover)
    every = pause = min(since_new, _LONGEST)
    if rhythm.every is not None:
        every = _averaged(rhythm.every, every)
    if rhythm.pause is not None:
        # By time that passed, not by visits: a hundred in a week must not forget its Sunday.
        pause = max(pause, rhythm.pause * 0.5 ** (since_new / _HALF_FORGOTTEN))
    return Rhythm(every, turnover, pause)


def silent_after(rhythm: Rhythm) -> timedelta:
    """Return how long the feed may bring nothing before its silence is out of the ordinary."""
    if rhythm.every is None:
        return SILENT_UNKNOWN
    pause = rhythm.pause or timedelta(0)
    unusual = max(_SILENT_TIMES * rhythm.every, _SILENT_PAUSES * pause, _SILENT_SOONEST)
    return min(unusual, _SILENT_LATEST)


def _averaged(before: timedelta, now: timedelta) -> timedelta:
    return before * (1 - _WEIGHT) + now * _WEIGHT
