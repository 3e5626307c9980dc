"""Learn the weights of `monitor.stories.weighing` from entries labelled by story.

    python -m benchmarks.fit_stories ENTRIES.jsonl LOOKALIKES.jsonl
        [--rulings RULINGS.jsonl] [--cross-validate] [--write]

The files are those of `monitor stories evaluate`. Every pair of entries (copies aside) that lie at
most five days apart and share a term is measured as it would have been when the later one arrived,
with the frequencies of that moment. The weights make the labels of these pairs likely (logistic loss
with a small penalty on large weights); a pair that is said to look alike counts `HARD` times.

`--cross-validate` tells how good that is on entries it has not seen: the entries are cut into
windows where nothing was published for six days, and each window is grouped with weights learned
from the others. `--rulings` learns from pairs that `monitor stories rulings --jsonl` wrote as well,
with the frequencies of the labelled entries; a pair that a person keeps apart counts as one that
looks alike. `--write` puts the weights into monitor/stories/weighing.py.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import mul
from pathlib import Path

from monitor.model.story import StoryEntry, TermCounts
from monitor.stories.arriving import arrived
from monitor.stories.board import COPIES_READ
from monitor.stories.conflicts import conflict
from monitor.stories.evaluation import Evaluation, evaluate
from monitor.stories.features import Features, features, with_copy
from monitor.stories.grouping import JOIN_WITHIN
from monitor.stories.labelled import LabelledEntry, read_labelled, read_lookalikes
from monitor.stories.rarity import Rarity
from monitor.stories.weighing import WEIGHTS, measures

HARD = 8.0
PENALTY = 1.0
GAP = timedelta(days=6)
SHARED = [name for name in WEIGHTS if "shared" in name]
"""Two entries of which all these are nothing are never compared."""
WEIGHING = Path(__file__).parents[1] / "monitor" / "stories" / "weighing.py"


@dataclass(frozen=True)
class Pair:
    """What was measured of two entries: `values` by the place of the measure, zeros left out."""

    values: tuple[tuple[int, float], ...]
    one_story: bool
    counts: float
    window: int


def main() -> None:
    """Fit, tell how good it is, and write the weights when that is asked for."""
    cli = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    cli.add_argument("entries", type=Path)
    cli.add_argument("lookalikes", type=Path)
    cli.add_argument("--rulings", type=Path)
    cli.add_argument("--cross-validate", action="store_true")
    cli.add_argument("--write", action="store_true")
    asked = cli.parse_args()
    labelled = read_labelled(_lines(asked.entries), str(asked.entries))
    apart = read_lookalikes(_lines(asked.lookalikes), labelled, str(asked.lookalikes))
    windows = _windows(labelled)
    pairs = _pairs(labelled, apart, windows)
    if asked.rulings:
        pairs += _ruled(_lines(asked.rulings), labelled)
    print(f"{len(labelled)} entries in {len(set(windows.values()))} windows, {len(pairs)} pairs")
    weights = _fitted(pairs)
    for name, weight in weights.items():
        print(f"  {weight:6.2f}  {name}")
    _tell("on the entries it was learned from", _evaluated(labelled, apart, [weights], windows))
    if asked.cross_validate:
        others = [
            _fitted([pair for pair in pairs if pair.window != window])
            for window in sorted(set(windows.values()))
        ]
        _tell("on windows it was not learned from", _evaluated(labelled, apart, others, windows))
    if asked.write:
        _write(weights)


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").split("\n")


def _windows(labelled: Sequence[LabelledEntry]) -> dict[int, int]:
    """Return the window of each entry, numbered in time."""
    found: dict[int, int] = {}
    window, last = 0, None
    for each in sorted(labelled, key=lambda one: one.entry.seen_at):
        if last is not None and each.entry.seen_at - last > GAP:
            window += 1
        last = each.entry.seen_at
        found[each.entry.id] = window
    return found


def _pairs(
    labelled: Sequence[LabelledEntry], apart: Sequence[tuple[str, str]], windows: dict[int, int]
) -> list[Pair]:
    story = {each.entry.id: each.story for each in labelled}
    number = {each.name: each.entry.id for each in labelled}
    hard = {frozenset((number[a], number[b])) for a, b in apart}
    texts, voices = _voices(labelled)
    counts: Counter[str] = Counter()
    pairs = []
    for at, later in enumerate(voices):
        counts.update(features(later).counts.keys())
        rarity = Rarity(TermCounts(at + 1, counts))
        for earlier in voices[:at]:
            one, two = texts[earlier.id], texts[later.id]
            if later.seen_at - earlier.seen_at > JOIN_WITHIN:
                continue
            if one.counts.keys().isdisjoint(two.counts) or conflict(earlier, one, later, two):
                continue
            found = measures((earlier, one), (later, two), rarity)
            if not any(found[name] for name in SHARED):
                continue
            values = tuple((k, found[name]) for k, name in enumerate(WEIGHTS) if found[name])
            heavy = frozenset((earlier.id, later.id)) in hard
            same = story[earlier.id] == story[later.id]
            pairs.append(Pair(values, same, HARD if heavy else 1.0, windows[later.id]))
    return pairs


def _ruled(lines: Sequence[str], labelled: Sequence[LabelledEntry]) -> list[Pair]:
    """Measure pairs a person decided about; they are of no window, and learned from for each."""
    seen = [features(each.entry) for each in labelled]
    counts = Counter(term for each in seen for term in each.counts)
    rarity = Rarity(TermCounts(len(seen), counts))
    pairs = []
    for line in filter(str.strip, lines):
        row = json.loads(line)
        # A ruling tells no story: the label that is asked for is never looked at.
        whole = [json.dumps({"story": "", **each}) for each in row["entries"]]
        one, two = sorted((each.entry for each in read_labelled(whole)), key=lambda e: e.seen_at)
        found = measures((one, features(one)), (two, features(two)), rarity)
        values = tuple((k, found[name]) for k, name in enumerate(WEIGHTS) if found[name])
        together = bool(row["together"])
        pairs.append(Pair(values, together, 1.0 if together else HARD, -1))
    return pairs


def _voices(labelled: Sequence[LabelledEntry]) -> tuple[dict[int, Features], list[StoryEntry]]:
    """Return what the entries say, with what their copies say besides, and those that are no copies."""
    texts: dict[int, Features] = {}
    voices: list[StoryEntry] = []
    copies: Counter[int] = Counter()
    for entry in sorted(
        arrived(each.entry for each in labelled), key=lambda each: (each.seen_at, each.id)
    ):
        if entry.copy_of is None:
            texts[entry.id] = features(entry)
            voices.append(entry)
            continue
        copies[entry.copy_of] += 1
        if copies[entry.copy_of] <= COPIES_READ:
            texts[entry.copy_of] = with_copy(texts[entry.copy_of], features(entry))
    return texts, voices


def _fitted(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the weights of a logistic regression (Newton's method, penalised)."""
    size = len(WEIGHTS)
    weights = [0.0] * size
    for _ in range(30):
        slope = [PENALTY * weight for weight in weights]
        curve = [[PENALTY * (row == column) for column in range(size)] for row in range(size)]
        for pair in pairs:
            score = sum(weights[k] * value for k, value in pair.values)
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            error = pair.counts * (chance - pair.one_story)
            bend = pair.counts * chance * (1 - chance)
            for place, (k, value) in enumerate(pair.values):
                slope[k] += error * value
                row = curve[k]
                for j, other in pair.values[: place + 1]:
                    row[j] += bend * value * other
        step = _solved(curve, slope)
        weights = [weight - change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return {name: round(weight, 2) for name, weight in zip(WEIGHTS, weights, strict=True)}


def _solved(lower: list[list[float]], right: list[float]) -> list[float]:
    """Solve a symmetric positive system given by its lower triangle (Cholesky)."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = lower[row][column] - _dot(root[row][:column], root[column])
            root[row][column] = math.sqrt(rest) if row == column else rest / root[column][column]
    forth: list[float] = []
    for row in range(size):
        forth.append((right[row] - _dot(root[row][:row], forth)) / root[row][row])
    back = [0.0] * size
    for row in reversed(range(size)):
        rest = forth[row] - sum(root[k][row] * back[k] for k in range(row + 1, size))
        back[row] = rest / root[row][row]
    return back


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(map(mul, one, other))


def _evaluated(
    labelled: Sequence[LabelledEntry],
    apart: Sequence[tuple[str, str]],
    weights: Sequence[dict[str, float]],
    windows: dict[int, int],
) -> Evaluation:
    """Group with one set of weights, or with one for each window, and measure."""
    ended: list[StoryEntry] = []
    if len(weights) == 1:
        ended += arrived((each.entry for each in labelled), weights[0])
    else:
        for window, own in enumerate(weights):
            until = [each.entry for each in labelled if windows[each.entry.id] <= window]
            # Stories of two runs are never the same, whatever their numbers.
            first = (window + 1) * len(labelled)
            ended += [
                replace(e, story=(e.story or 0) + first)
                for e in arrived(until, own)
                if windows[e.id] == window
            ]
    return evaluate(labelled, ended, apart)


def _tell(what: str, found: Evaluation) -> None:
    print(f"\n{what}:")
    for line in found.lines():
        print(f"  {line}")


def _write(weights: dict[str, float]) -> None:
    source = WEIGHING.read_text("utf-8")
    for name, weight in weights.items():
        source, done = re.subn(
            rf'^(    "{re.escape(name)}": )-?[\d.]+,',
            rf"\g<1>{weight},",
            source,
            flags=re.MULTILINE,
        )
        if done != 1:
            raise SystemExit(f"monitor/stories/weighing.py has no single weight for {name!r}.")
    WEIGHING.write_text(source, "utf-8")
    print(f"\nwritten to {WEIGHING.name}; raise VERSION there when anything has changed")


if __name__ == "__main__":
    main()
