"""Where the bars of a chart stand: geometry alone, drawn by templates/charts.html as SVG without a script.

Every chart has its numbers in a table beside it; the drawing itself is for the eye and is hidden from screen
readers. What a bar leads to stands in the table as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH, HEIGHT = 720, 200
"""Of the part with bars, in units of the drawing."""
_ROUND = (1, 2, 5)
_MOST_TICKS = 4

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Column:
    """What one bar stands for. `low` and `high` bound what is usual there; `href` is where it leads."""

    label: str
    value: int
    low: int | None = None
    high: int | None = None
    href: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A bar as it is drawn, with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    column: Column


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line and the number it stands for."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A text under a chart, and where it stands: begins, ends or has its middle at `x`."""

    x: float
    text: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn. `usual` is the outline (SVG path data) of what is usual, "" without any."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    usual: str
    width: int = WIDTH
    height: int = HEIGHT


def chart(columns: Sequence[Column], width: int = WIDTH, height: int = HEIGHT) -> Chart:
    """Lay columns out from left to right, all on one scale that begins at 0."""
    most = max([1, *(each.value for each in columns), *(each.high or 0 for each in columns)])
    step = _step(most)
    top = -(-most // step) * step
    wide = width / max(1, len(columns))
    gap = min(2.0, wide / 4)

    def up(value: int) -> float:
        return round(height * value / top, 2)

    boxes = tuple(
        Box(
            round(wide * place + gap / 2, 2), round(height - up(each.value), 2),
            round(wide - gap, 2), up(each.value), each,
        )
        for place, each in enumerate(columns)
    )  # fmt: skip
    lines = tuple(Line(round(height - up(value), 2), value) for value in range(step, top + 1, step))
    return Chart(
        boxes, lines, _outline(columns, wide, lambda value: height - up(value)), width, height
    )


def ticks(texts: Sequence[str], width: int = WIDTH) -> tuple[Tick, ...]:
    """Name up to four columns under a chart, evenly apart, the first and the last among them."""
    named = min(_MOST_TICKS, len(texts))
    places = [round(at * (len(texts) - 1) / max(1, named - 1)) for at in range(named)]
    wide = width / max(1, len(texts))
    anchors: list[Anchor] = ["middle"] * named
    if named > 1:
        anchors[0], anchors[-1] = "start", "end"
    edges: dict[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
    return tuple(
        Tick(round(wide * (place + edges[anchor]), 2), texts[place], anchor)
        for place, anchor in zip(places, anchors, strict=True)
    )


def _outline(columns: Sequence[Column], wide: float, y: Callable[[int], float]) -> str:
    """Draw one closed step line around each run of columns that have bounds."""
    paths, run = [], list[tuple[int, Column]]()
    for place, each in [*enumerate(columns), (len(columns), Column("", 0))]:
        if each.low is not None and each.high is not None:
            run.append((place, each))
            continue
        if run:
            above = "".join(
                f"L{wide * at:.1f} {y(of.high or 0):.1f}H{wide * (at + 1):.1f}" for at, of in run
            )
            below = "".join(
                f"L{wide * (at + 1):.1f} {y(of.low or 0):.1f}H{wide * at:.1f}"
                for at, of in reversed(run)
            )
            paths.append(f"M{above[1:]}{below}Z")
            run = []
    return "".join(paths)


def _step(most: int) -> int:
    """Return the distance of the lines: 1, 2 or 5 times a power of ten, at most five lines."""
    power = 1
    while True:
        for each in _ROUND:
            if each * power * 5 >= most:
                return each * power
        power *= 10
