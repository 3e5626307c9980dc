"""A histogram as shapes: bars in a box that a browser stretches to the room there is."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model.facet import Histogram

HEIGHT = 72
_STEP = 10
_WIDEST = 8


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: its left edge, top and height in the units of the chart, what it is, where it leads."""

    x: int
    y: float
    height: float
    label: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with the size of the box they stand in; `most` is the count of the highest."""

    width: int
    height: int
    step: int
    bar_width: int
    bars: tuple[ChartBar, ...]
    most: int


def chart(histogram: Histogram) -> Chart | None:
    """Return the bars to draw, None where there are none. What is there at all is seen."""
    most = max((bar.count for bar in histogram.bars), default=0)
    if not most:
        return None
    bars = []
    for at, bar in enumerate(histogram.bars):
        height = round(max(1.5, HEIGHT * bar.count / most), 1) if bar.count else 0.0
        bars.append(
            ChartBar(at * _STEP, round(HEIGHT - height, 1), height, bar.label, bar.count, bar.query)
        )
    # Few bars keep their width rather than fill the box.
    return Chart(max(len(bars), 12) * _STEP, HEIGHT, _STEP, _WIDEST, tuple(bars), most)
