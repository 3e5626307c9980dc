"""Which words of a topic's entries are on the rise: commoner lately than in the time before.

Words and phrases are ranked as `monitor.topics.telling` ranks what tells two groups of entries apart: here the
entries of late and those before. A word has to be used by two outlets, and to stand out clearly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.query.document import Document
from monitor.topics.phrases import best_spelling
from monitor.topics.telling import Usage, fragments, log_odds

LEAST_ENTRIES, LEAST_OUTLETS = 3, 2
SURE = 1.96
"""Standard deviations by which a word must be commoner lately (one word in forty by chance alone)."""


@dataclass(frozen=True, slots=True)
class Rising:
    """A word or phrase: in how many entries it stands lately, and before."""

    text: str
    lately: int
    before: int


def rising(lately: Iterable[Document], before: Iterable[Document], most: int) -> list[Rising]:
    """Return the words that have risen most, at most so many, the clearest first.

    Each outlet's entry of the same text should be there once: copies make no word rise.
    """
    now, then = Usage(), Usage()
    for document in lately:
        now.add(document)
    for document in before:
        then.add(document)
    total = now.entries + then.entries
    parts = fragments(now)
    found = []
    for key, count in now.counts.items():
        if count < LEAST_ENTRIES or key in parts or len(now.outlets[key]) < LEAST_OUTLETS:
            continue
        share = (count + then.counts[key]) / total
        odds = log_odds(count, now.entries, then.counts[key], then.entries, share)
        if odds >= SURE and count * then.entries > then.counts[key] * now.entries:
            found.append((-odds, best_spelling(now.spellings[key]), count, then.counts[key]))
    return [Rising(text, count, earlier) for _, text, count, earlier in sorted(found)[:most]]
