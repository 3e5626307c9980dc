"""A feed's days as a small drawing, with the same said in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from markupsafe import Markup

from monitor.digests.phrases import count, short_day

_HEIGHT = 20
_STEP = 3
_GAP = 1


def sparkline(days: Mapping[date, int], until: date, length: int) -> Markup:
    """Draw the `length` days that end with `until`, one bar a day (SVG).

    Bars alone are drawn; what they say stands in the drawing's name, for those who do not see it.
    """
    first = until - timedelta(days=length - 1)
    shown = {(day - first).days: number for day, number in days.items() if first <= day <= until}
    most = max(shown.values(), default=0)
    pieces = []
    for at, number in sorted(shown.items()):
        height = max(2, round(_HEIGHT * number / most))
        left = at * _STEP
        pieces.append(f"M{left} {_HEIGHT}v-{height}h{_STEP - _GAP}v{height}z")
    return Markup(
        '<svg class="spark" role="img" viewBox="0 0 {} {}" width="{}" height="{}" aria-label="{}">'
        '<path class="axis" d="M0 {}h{}"/><path d="{}"/></svg>'
    ).format(
        length * _STEP,
        _HEIGHT + 1,
        length * _STEP,
        _HEIGHT + 1,
        words(shown, first, length),
        _HEIGHT + 0.5,
        length * _STEP,
        "".join(pieces),
    )


def words(shown: Mapping[int, int], first: date, length: int) -> str:
    """Say what the drawing shows: how many entries in all, on how many days, and when the most came."""
    total = sum(shown.values())
    if not total:
        return f"nothing new in {length} days"
    most, at = max((number, at) for at, number in shown.items())
    on = short_day(first + timedelta(days=at))
    return (
        f"{count(total, 'entry', 'entries')} in {length} days, on {count(len(shown), 'day', 'days')}; "
        f"the most, {most:,}, on {on}"
    )
