"""Learn the points of the starter pack's boosts from entries labelled by hand.

    python -m benchmarks.fit_topics LABELLED.jsonl [MORE.jsonl …]
        [--topic NAME] [--cross-validate] [--write]

A topic's query is written by hand and kept wide; its boosts say in words what speaks for and
against. What is learned is only how much each counts: whole numbers from -6 to 6 that make the
labelled entries likely (logistic loss), as small as possible (every point costs `COST`), and never
of the other sign than now, so that what speaks for a topic cannot come to count against it. A boost
that ends at 0 says nothing that the others do not say; remove it.

The first file is the one the floor is chosen on: it should be like the entries the topics will
meet, in the share of those that belong as well. The other files only teach the points.

`--cross-validate` tells how good the result is on entries it has not seen: the months of the first
file are dealt into six groups, and each group is judged by points learned from the rest and from
all other files. `--write` puts points and floors into the pack, comments and order kept.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit

from monitor.query.evaluate import evaluate
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.topics.compiled import CompiledTopic, compile_topics
from monitor.topics.evaluation import Labelled, Score, read_labelled

PACK = Path(__file__).parents[1] / "seeds" / "ai-policy"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 12
"""The largest points, either way."""
SCALE = 0.25
"""How much one point changes the odds: e to the power of this."""
COST = 0.3
"""What one point costs, in units of the loss."""
MOVES = 5
"""How far the floor may be moved from where the points put it."""
PRECISE = 0.85
"""The precision a floor should have on months left out."""
ABOUT = 0.01
"""Floors whose F1 differ by less are about as good."""
GROUPS = 6


@dataclass(frozen=True)
class Seen:
    """One labelled entry as a topic sees it: which boosts hold (None when the query does not)."""

    boosts: frozenset[int] | None
    belongs: bool
    month: str
    file: int = 0


@dataclass(frozen=True)
class Points:
    """What is learned for a topic."""

    boosts: tuple[int, ...]
    floor: int

    def matches(self, seen: Seen) -> bool:
        """Say whether an entry would match."""
        return seen.boosts is not None and (
            1 + sum(self.boosts[boost] for boost in seen.boosts) >= self.floor
        )


def main() -> int:
    """Fit, measure, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("labelled", nargs="+", type=Path)
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--topic", action="append", help="only this topic (may be repeated)")
    parser.add_argument("--cost", type=float, default=COST, help=f"of one point (now {COST})")
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    first, *more = [
        read_labelled(path.read_text("utf-8").splitlines(), path.name) for path in asked.labelled
    ]
    topics = [t for t in compiled_pack(asked.pack) if not asked.topic or t.name in asked.topic]
    learned: dict[str, Points] = {}
    fitted_f1, unseen_f1 = [], []
    for topic in topics:
        seen = look(topic, first)
        others = [one for file, items in enumerate(more, 1) for one in look(topic, items, file)]
        signs = [(boost.points > 0) - (boost.points < 0) for boost in topic.boosts]
        points = learned[topic.name] = fit(seen, others, signs, asked.cost)
        print(f"\n{topic.name}: floor {points.floor}")
        for boost, number in zip(topic.boosts, points.boosts, strict=True):
            was = "" if boost.points == number else f" (was {boost.points:+d})"
            print(f"  {number:+d}{was}  {' '.join(boost.query.text.split())}")
        fitted_f1.append(report("fitted", count(seen, points)))
        reached = sum(one.boosts is not None for one in seen if one.belongs)
        print(f"  the query alone holds for {reached} of those that belong")
        if others:
            report("fitted, the other files", count(others, points))
        if asked.cross_validate:
            unseen_f1.append(
                report("cross-validated", cross_validated(seen, others, signs, asked.cost))
            )
    for name, values in (("fitted", fitted_f1), ("cross-validated", unseen_f1)):
        if values:
            print(f"macro F1 {name}: {sum(values) / len(values):.3f}")
    if asked.write:
        write(asked.pack / "topics.toml", learned)
    return 0


def compiled_pack(pack: Path) -> tuple[CompiledTopic, ...]:
    """Return the topics of a pack, read as `monitor` reads its configuration."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        (config / "lists").mkdir(parents=True)
        for path in (pack / "topics.toml", *(pack / "lists").glob("*.txt")):
            (config / path.relative_to(pack)).write_bytes(path.read_bytes())
        (config / "monitor.toml").touch()
        settings = load(Home(Path(folder)))
    return compile_topics(settings.topics, settings.lists)


def look(topic: CompiledTopic, items: Iterable[Labelled], file: int = 0) -> list[Seen]:
    """Hold a topic's query and boosts against the entries."""
    return [
        Seen(
            boosts=frozenset(
                number
                for number, boost in enumerate(topic.boosts)
                if evaluate(boost.query, item.document, NOW) is not None
            )
            if evaluate(topic.query, item.document, NOW) is not None
            else None,
            belongs=topic.name in item.labels,
            month=f"{item.document.published_at:%Y-%m}" if item.document.published_at else "",
            file=file,
        )
        for item in items
    ]


def fit(seen: Sequence[Seen], others: Sequence[Seen], signs: Sequence[int], cost: float) -> Points:
    """Return points and floor.

    The points are learned from all entries, the floor on `seen`, which are like the entries to
    come: `others` may hold another share of those that belong. The floor is where the learned
    points put it, moved by at most `MOVES` to where F1 is best on months of `seen` that were left
    out when the points were learned, with a precision of `PRECISE` or more there if any floor has
    it. Of floors about as good on `seen`, the one that is best on `others` is taken.
    """
    moves: defaultdict[int, list[Score]] = defaultdict(list)
    for group, rest in _splits(seen):
        boosts, floor = _weighed([*rest, *others], signs, cost)
        for move in range(-MOVES, MOVES + 1):
            moves[move].append(count(group, Points(boosts, floor + move)))
    unseen = {move: _sum(scores) for move, scores in moves.items()}
    precise = {move: score for move, score in unseen.items() if score.precision >= PRECISE}
    good = precise or unseen
    best = max(score.f1 for score in good.values())
    boosts, floor = _weighed([*seen, *others], signs, cost)
    floors = [
        Points(boosts, floor + move)
        for move in sorted(good, key=abs)
        if good[move].f1 >= best - ABOUT
    ]
    return max(floors, key=lambda points: count(others, points).f1)


def _weighed(
    seen: Sequence[Seen], signs: Sequence[int], cost: float
) -> tuple[tuple[int, ...], int]:
    """Return the points of the boosts that make the labels likeliest, and the first file's floor.

    Each file has a floor of its own, since files differ in the share of entries that belong. One
    number after another is changed by a step, alone or against the floors, until none gets better.
    Entries the query does not find are negatives whatever the points, and so teach nothing.
    """
    fitting = _Fitting([one for one in seen if one.boosts is not None], signs, cost)
    while fitting.step_each() or fitting.step_against_floors():
        pass
    return fitting.result()


class _Fitting:
    """Numbers being fitted: those of the files, then those of the boosts."""

    def __init__(self, found: Sequence[Seen], signs: Sequence[int], cost: float) -> None:
        self.losses = [_LOSS[one.belongs] for one in found]
        bases = {file: at for at, file in enumerate(sorted({0, *(one.file for one in found)}))}
        self.files = len(bases)
        self.columns: list[list[int]] = [[] for _ in (*bases, *signs)]
        for row, one in enumerate(found):
            self.columns[bases[one.file]].append(row)
            for boost in one.boosts or ():
                self.columns[self.files + boost].append(row)
        free = [_FAR] * self.files
        self.lowest = [-_FAR for _ in free] + [0 if sign > 0 else -MOST for sign in signs]
        self.highest = free + [0 if sign < 0 else MOST for sign in signs]
        self.costs = [0.0 for _ in free] + [cost * SCALE for _ in signs]
        self.chosen = [0] * len(self.columns)
        self.total = [0] * len(found)

    def result(self) -> tuple[tuple[int, ...], int]:
        """Return the points of the boosts and the floor of the first file."""
        return tuple(self.chosen[self.files :]), 1 - self.chosen[0]

    def allowed(self, column: int, new: int) -> bool:
        """Say whether a number may be this."""
        return self.lowest[column] <= new <= self.highest[column]

    def loss(self, rows: Iterable[int], step: int) -> float:
        """Return the loss of rows when each has so many points more."""
        return sum(self.losses[row][self.total[row] + step] for row in rows)

    def step_each(self) -> bool:
        """Change each number to the best near it; say whether any changed."""
        moved = False
        for column, rows in enumerate(self.columns):
            old = self.chosen[column]

            def worth(new: int, old: int = old, column: int = column) -> tuple[float, int]:
                loss = self.loss(self.columns[column], new - old)
                return loss + self.costs[column] * abs(new), abs(new)

            steps = {old - 2, old - 1, old, old + 1, old + 2, 0}
            best = min(sorted(new for new in steps if self.allowed(column, new)), key=worth)
            if best != old:
                moved = True
                self.chosen[column] = best
                for row in rows:
                    self.total[row] += best - old
        return moved

    def step_against_floors(self) -> bool:
        """Change boosts and floors together: one that holds for most cannot move alone."""
        moved = False
        for column in range(self.files, len(self.columns)):
            inside = set(self.columns[column])
            outside = [row for row in range(len(self.total)) if row not in inside]
            for step in (-1, 1):
                old, new = self.chosen[column], self.chosen[column] + step
                gain = self.loss(outside, 0) - self.loss(outside, -step)
                if not self.allowed(column, new):
                    continue
                if gain > self.costs[column] * (abs(new) - abs(old)) + 1e-9:
                    moved = True
                    self.chosen[column] = new
                    for base in range(self.files):
                        self.chosen[base] -= step
                    for row in outside:
                        self.total[row] -= step
                    break
        return moved


_FAR = 30
# By the points an entry is above the floor (below: counted from the end of the list).
_LOSS = {
    belongs: [
        math.log1p(math.exp(-SCALE * (1 if belongs else -1) * (points + 0.5)))
        for points in (*range(300), *range(-300, 0))
    ]
    for belongs in (True, False)
}


def _splits(seen: Sequence[Seen]) -> Iterator[tuple[list[Seen], list[Seen]]]:
    """Yield groups of whole months, about equally large, each with all the others.

    Entries without a date, such as invented ones, are always among the others.
    """
    by_month: defaultdict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_month[one.month].append(one)
    undated = by_month.pop("", [])
    groups: list[list[Seen]] = [[] for _ in range(GROUPS)]
    # The largest months first, each to the group that has the least so far.
    for month in sorted(by_month, key=lambda month: (-len(by_month[month]), month)):
        min(groups, key=len).extend(by_month[month])
    for group in groups:
        rest = [one for other in groups if other is not group for one in other]
        yield group, [*rest, *undated]


def cross_validated(
    seen: Sequence[Seen], others: Sequence[Seen], signs: Sequence[int], cost: float
) -> Score:
    """Return the counts over all groups of months, each judged by points learned elsewhere."""
    return _sum([count(group, fit(rest, others, signs, cost)) for group, rest in _splits(seen)])


def _sum(scores: Sequence[Score]) -> Score:
    return Score(
        sum(score.tp for score in scores),
        sum(score.fp for score in scores),
        sum(score.fn for score in scores),
    )


def count(seen: Iterable[Seen], points: Points) -> Score:
    """Return how many entries are rightly matched, wrongly matched, and missed."""
    kinds = [(points.matches(one), one.belongs) for one in seen]
    return Score(kinds.count((True, True)), kinds.count((True, False)), kinds.count((False, True)))


def report(name: str, score: Score) -> float:
    """Print one line of figures and return F1."""
    print(
        f"  {name}: P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}"
        f" ({score.tp} right, {score.fp} wrong, {score.fn} missed)"
    )
    return score.f1


def write(path: Path, learned: dict[str, Points]) -> None:
    """Put points and floors into a topics.toml; everything else stays as it is."""
    document: Any = tomlkit.parse(path.read_text("utf-8"))
    for name, points in learned.items():
        table = document["topics"][name]
        for boost, number in zip(table.get("boost", []), points.boosts, strict=True):
            boost["points"] = number
        table["floor"] = points.floor
    path.write_text(tomlkit.dumps(document), "utf-8")
    print(json.dumps({"written": str(path)}))


if __name__ == "__main__":
    sys.exit(main())
