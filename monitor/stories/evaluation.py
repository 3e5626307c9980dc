"""Measure a grouping against labels: BCubed, pairs, adjusted Rand index, look-alikes, copies.

A *partition* maps each entry to the name of its group; names are opaque. Every measure is
between 0 and 1 (the adjusted Rand index may fall below 0: worse than chance). Where nothing is
there to find, or nothing was said, the share is 1: no mistake was made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from monitor.model.story import StoryEntry
from monitor.stories.labelled import LabelledEntry

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
    """How well stories and copies were found.

    `lookalikes_merged` is the share of the `lookalikes` pairs that were put into one story; lower is
    better. `languages` measures the entries of one language, where that is given, among themselves: how
    many there are, BCubed, pairs. `across` is the recall of pairs in two languages, None where there
    are none. `wrong` names the look-alike pairs that were merged.
    """

    entries: int
    stories: int
    found: int
    bcubed: Share
    pairwise: Share
    ari: float
    lookalikes: int
    lookalikes_merged: float
    copies: Share
    languages: Mapping[str, tuple[int, Share, Share]]
    across: float | None
    wrong: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, object]:
        """Return the document `monitor stories evaluate FILE --json` prints."""
        return {
            "entries": self.entries,
            "stories": self.stories,
            "stories_found": self.found,
            "bcubed": self.bcubed.as_json(),
            "pairwise": self.pairwise.as_json(),
            "ari": round(self.ari, 4),
            "lookalikes": self.lookalikes,
            "lookalikes_merged": round(self.lookalikes_merged, 4) if self.lookalikes else None,
            "copies": self.copies.as_json(),
            "by_language": {
                language: {
                    "entries": entries,
                    "bcubed": by_entry.as_json(),
                    "pairwise": by_pair.as_json(),
                }
                for language, (entries, by_entry, by_pair) in self.languages.items()
            },
            "cross_language_recall": None if self.across is None else round(self.across, 4),
        }

    def lines(self) -> list[str]:
        """Return the same as a few lines to read."""
        shown = [
            f"{self.entries} entries; labelled {self.stories} stories, found {self.found}",
            *(
                f"{name:<9} {share.precision:.3f} precision  {share.recall:.3f} recall  {share.f1:.3f} F1"
                for name, share in (
                    ("BCubed", self.bcubed),
                    ("pairs", self.pairwise),
                    ("copies", self.copies),
                )
            ),
            f"ARI       {self.ari:.3f}",
        ]
        if self.lookalikes:
            merged = f"{self.lookalikes_merged:.1%} of {self.lookalikes} pairs"
            shown.append(f"look-alikes merged: {merged}")
        if self.across is not None:
            shown.append(f"pairs in two languages found: {self.across:.1%}")
        for language, (entries, by_entry, by_pair) in self.languages.items():
            shown.append(
                f"{language:<9} {entries:>5} entries  BCubed F1 {by_entry.f1:.3f}  pairs F1 {by_pair.f1:.3f}"
            )
        return shown


def evaluate(
    labelled: Sequence[LabelledEntry],
    found: Iterable[StoryEntry],
    lookalikes: Sequence[tuple[str, str]] = (),
) -> Evaluation:
    """Measure the stories and copies entries have against what a person said.

    `found` are the labelled entries with their stories. `lookalikes` are pairs of names of
    entries that must stay apart. Raises `ValueError` when the two are not about the same entries.
    """
    by_number = {entry.id: entry for entry in found}
    if by_number.keys() != {each.entry.id for each in labelled}:
        raise ValueError("what was found is not about the labelled entries")
    ours = {each.name: by_number[each.entry.id] for each in labelled}
    stories = {each.name: each.story for each in labelled}
    found_stories = {name: entry.story for name, entry in ours.items()}
    found_copies = {name: entry.copy_of or entry.id for name, entry in ours.items()}
    wrong = tuple(pair for pair in lookalikes if found_stories[pair[0]] == found_stories[pair[1]])
    language = {each.name: each.entry.language.partition("-")[0] for each in labelled}
    return Evaluation(
        entries=len(labelled),
        stories=len(set(stories.values())),
        found=len(set(found_stories.values())),
        bcubed=bcubed(stories, found_stories),
        pairwise=pairwise(stories, found_stories),
        ari=adjusted_rand(stories, found_stories),
        lookalikes=len(lookalikes),
        lookalikes_merged=len(wrong) / len(lookalikes) if lookalikes else 0.0,
        copies=pairwise({each.name: each.copy for each in labelled}, found_copies),
        languages=_by_language(stories, found_stories, language),
        across=_across(stories, found_stories, language),
        wrong=wrong,
    )


def _by_language(
    stories: Partition, found: Partition, language: Mapping[str, str]
) -> dict[str, tuple[int, Share, Share]]:
    measured = {}
    for name, entries in Counter(filter(None, language.values())).most_common():
        own = {entry: stories[entry] for entry in stories if language[entry] == name}
        theirs = {entry: found[entry] for entry in own}
        measured[name] = entries, bcubed(own, theirs), pairwise(own, theirs)
    return measured


def _across(stories: Partition, found: Partition, language: Mapping[str, str]) -> float | None:
    """Return the share of the labelled pairs in two languages that were put together."""
    right = both = 0
    for members in _groups(stories).values():
        for one, other in combinations(sorted(members), 2):
            if language[one] and language[other] and language[one] != language[other]:
                right += 1
                both += found[one] == found[other]
    return both / right if right else None


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
