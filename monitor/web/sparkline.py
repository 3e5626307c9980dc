"""A feed's days as a small drawing, with the same said in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from markupsafe import Markup

from monitor.digests.phrases import count, short_day

_HEIGHT = 20
_STEP = 3
_GAP = 1


def sparkline(days: Mapping[int, int], until: date, length: int) -> Markup:
    """Draw the `length` days that end with `until`, one bar a day (SVG); `days` are ordinals of dates.

    Bars alone are drawn; what they say stands in the drawing's name, for those who do not see it.
    """
    first = until - timedelta(days=length - 1)
    begin, end = first.toordinal(), until.toordinal()
    shown = {day - begin: number for day, number in days.items() if begin <= day <= end}
    most = max(shown.values(), default=0)
    pieces = []
    for at, number in sorted(shown.items()):
        height = max(2, round(_HEIGHT * number / most))
        left = at * _STEP
        pieces.append(f"M{left} {_HEIGHT}v-{height}h{_STEP - _GAP}v{height}z")
    width = length * _STEP
    # Numbers and words of our own: there is nothing in it to escape, and a thousand are drawn on one page.
    said, drawn = words(shown, first, length), "".join(pieces)
    return Markup(  # noqa: S704
        f'<svg class="spark" role="img" viewBox="0 0 {width} {_HEIGHT + 1}" width="{width}" '
        f'height="{_HEIGHT + 1}" aria-label="{said}">'
        f'<path class="axis" d="M0 {_HEIGHT}.5h{width}"/><path d="{drawn}"/></svg>'
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
