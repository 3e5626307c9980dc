"""Measure a grouping against labels: BCubed, pairs, adjusted Rand index, look-alikes, copies.

A *partition* maps each entry to the name of its group; names are opaque. Every measure is
between 0 and 1 (the adjusted Rand index may fall below 0: worse than chance). Where nothing is
there to find, or nothing was said, the share is 1: no mistake was made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model.story import StoryDecision

Partition = Mapping[str, Hashable]


@dataclass(frozen=True, slots=True)
class Share:
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean, 0 when both are 0."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, float]:
        """Return the three figures, four decimals."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How well stories and copies were found. `lookalikes_merged` is a share; lower is better."""

    entries: int
    bcubed: Share
    pairwise: Share
    ari: float
    lookalikes_merged: float
    copies: Share

    def as_json(self) -> dict[str, object]:
        """Return the document `monitor stories evaluate FILE --json` prints."""
        return {
            "entries": self.entries,
            "bcubed": self.bcubed.as_json(),
            "pairwise": self.pairwise.as_json(),
            "ari": round(self.ari, 4),
            "lookalikes_merged": round(self.lookalikes_merged, 4),
            "copies": self.copies.as_json(),
        }


def evaluate(
    stories: Partition,
    found_stories: Partition,
    copies: Partition,
    found_copies: Partition,
    lookalikes: Iterable[tuple[str, str]] = (),
) -> Evaluation:
    """Measure found stories and copies against the labelled ones.

    `lookalikes` are pairs of entries that must stay apart. Raises `ValueError` when the four
    partitions are not about the same entries, or a pair names an entry nobody labelled.
    """
    for name, other in (("stories", found_stories), ("copies", found_copies), ("labels", copies)):
        if other.keys() != stories.keys():
            odd = min(other.keys() ^ stories.keys())
            raise ValueError(f"the {name} are not about the labelled entries: see entry {odd!r}")
    apart = list(lookalikes)
    for pair in apart:
        for entry in pair:
            if entry not in stories:
                raise ValueError(f"a look-alike pair names the entry {entry!r}, which has no label")
    merged = sum(found_stories[a] == found_stories[b] for a, b in apart)
    return Evaluation(
        entries=len(stories),
        bcubed=bcubed(stories, found_stories),
        pairwise=pairwise(stories, found_stories),
        ari=adjusted_rand(stories, found_stories),
        lookalikes_merged=merged / len(apart) if apart else 0.0,
        copies=pairwise(copies, found_copies),
    )


def partitions(
    decisions: Sequence[StoryDecision], names: Mapping[int, str]
) -> tuple[dict[str, Hashable], dict[str, Hashable]]:
    """Return the stories and the copies that decisions make, by the entries' names."""
    stories: dict[str, Hashable] = {}
    copies: dict[str, Hashable] = {}
    for decision in decisions:
        name = names[decision.entry]
        known = decision.story is not None
        stories[name] = ("story", decision.story) if known else ("founder", decision.founder)
        copies[name] = decision.entry if decision.copy_of is None else decision.copy_of
    return stories, copies


def bcubed(labelled: Partition, found: Partition) -> Share:
    """Return BCubed precision and recall, averaged over entries (Bagga and Baldwin, 1998)."""
    if not labelled:
        return Share(1.0, 1.0)
    truth, guess = _groups(labelled), _groups(found)
    precision = recall = 0.0
    for entry in labelled:
        right, ours = truth[labelled[entry]], guess[found[entry]]
        both = len(right & ours)
        precision += both / len(ours)
        recall += both / len(right)
    return Share(precision / len(labelled), recall / len(labelled))


def pairwise(labelled: Partition, found: Partition) -> Share:
    """Return precision and recall over the pairs of entries that share a group."""
    both, truth, guess = _pairs(labelled, found)
    return Share(both / guess if guess else 1.0, both / truth if truth else 1.0)


def adjusted_rand(labelled: Partition, found: Partition) -> float:
    """Return the adjusted Rand index (Hubert and Arabie, 1985): 1 equal, 0 as by chance."""
    both, truth, guess = _pairs(labelled, found)
    every = _choose_two(len(labelled))
    expected = truth * guess / every if every else 0.0
    most = (truth + guess) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def _groups(partition: Partition) -> dict[Hashable, set[str]]:
    groups: dict[Hashable, set[str]] = defaultdict(set)
    for entry, name in partition.items():
        groups[name].add(entry)
    return groups


def _pairs(labelled: Partition, found: Partition) -> tuple[int, int, int]:
    """Count the pairs in one group in both, in the labels, in what was found."""
    both = Counter((labelled[entry], found[entry]) for entry in labelled)
    return (
        sum(map(_choose_two, both.values())),
        sum(map(_choose_two, Counter(labelled.values()).values())),
        sum(map(_choose_two, Counter(found[entry] for entry in labelled).values())),
    )


def _choose_two(count: int) -> int:
    return count * (count - 1) // 2
