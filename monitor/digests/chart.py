"""A topic's days as a row of bars, for mail programs that show neither pictures nor SVG.

The bars are letters (U+2581 to U+2588), 29 of them weigh less than one cell of a table. They are hidden
from screen readers; `part_wording.volume_line` says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"
MOST_DAYS = 29


def levels(days: Sequence[int]) -> list[int]:
    """Return the height of each day's bar, 0 (nothing) to 7 (the most); the newest days at most.

    A day with anything is never as low as one with nothing.
    """
    shown = [max(0, count) for count in days[-MOST_DAYS:]]
    most = max(shown, default=0)
    return [-(-count * 7 // most) if most else 0 for count in shown]


def bars(days: Sequence[int]) -> str:
    """Return the days as bars, the oldest first: "▁▁▃▁█"."""
    return "".join(_BARS[level] for level in levels(days))
