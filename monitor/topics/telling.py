"""Which words tell what belongs to a topic from what does not.

Words and phrases are ranked by how much more often they occur in entries that belong than in
others: the log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi and Quinn, "Fightin'
Words", Political Analysis 16(4), 2008. The prior is how often a word occurs in the whole store, so
that a word seen twice does not look like a sign, nor a frequent one like a difference. Counted are
entries, each once for a word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.query.document import Document
from monitor.query.folding import is_cjk
from monitor.query.stems import LANGUAGES, stem
from monitor.query.syntax import parse
from monitor.query.tree import Query, Term, Word, walk
from monitor.topics.compiled import CompiledTopic
from monitor.topics.phrases import Key, best_spelling, overlap, phrases, query_of

Kind = Literal["add", "remove"]

_PRIOR, _PRIOR_LEAST = 100.0, 0.5
_FEWEST_ENTRIES, _FEWEST_OUTLETS = 3, 2
_LEAST_LIFT = 3.0
_SURE, _LIKELY = 1.96, 1.28
_NEARLY = 0.8


class Usage:
    """In how many entries of a group each word or phrase occurs."""

    def __init__(self) -> None:
        self.entries = 0
        self.counts: Counter[Key] = Counter()
        self.spellings: dict[Key, Counter[str]] = {}
        self.outlets: dict[Key, set[str]] = {}
        self.all_outlets: set[str] = set()

    def add(self, document: Document) -> None:
        """Count an entry."""
        self.entries += 1
        self.all_outlets.add(document.outlet)
        for key, written in phrases(document).items():
            self.counts[key] += 1
            self.spellings.setdefault(key, Counter())[written] += 1
            self.outlets.setdefault(key, set()).add(document.outlet)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word or phrase to try. `query` finds it, `text` is how it is written."""

    key: Key
    text: str
    query: Query
    kind: Kind


@dataclass(frozen=True, slots=True)
class Words:
    """The words counted in the groups that are set against each other.

    `store` is a random sample of all entries; `belonging` what matches or was judged to belong;
    `others` the entries of the sample that do not match, and what was judged not to belong;
    `missed` what was judged to belong and does not match; `wrong` the reverse.
    """

    store: Usage
    belonging: Usage
    others: Usage
    missed: Usage
    wrong: Usage


def log_odds(count: int, total: int, other_count: int, other_total: int, share: float) -> float:
    """Return by how many standard deviations a word is commoner in one group than in another.

    `share` is how common it is altogether: the prior. See the module's reference.
    """
    return _difference(count, total, other_count, other_total, share)[1]


def fragments(usage: Usage, used: Used | None = None) -> frozenset[Key]:
    """Return the keys that nearly always occur as part of one longer key: of "entity list", "entity".

    Longer keys with a word that is used already do not count: of "chip wafer", "wafer" is the news.
    """
    longest: dict[Key, int] = {}
    for key, count in usage.counts.items():
        if len(key) > 1 and not (used is not None and used.touches(key)):
            for part in (key[1:], key[:-1]):
                longest[part] = max(longest.get(part, 0), count)
    return frozenset(
        key for key, count in longest.items() if count >= _NEARLY * usage.counts.get(key, count + 1)
    )


def candidates(
    words: Words, used: Used, *, judged: int, unlabelled: int, against: int
) -> list[Candidate]:
    """Return the words most worth trying, best first, at most so many of each sort.

    `used` are those the topic has already, see `Used`.
    """
    found: list[Candidate] = []
    missed = sorted(
        (key for key in words.missed.counts if _score(words, key) >= _LIKELY),
        key=lambda key: (-words.missed.counts[key], -_score(words, key), -len(key), key),
    )
    found += _tried(missed, words.missed, words.store, "add", used, judged, found)
    known = words.store.all_outlets | words.belonging.all_outlets | words.others.all_outlets
    fewest_outlets = min(_FEWEST_OUTLETS, len(known))
    common = [
        key
        for key, count in words.belonging.counts.items()
        if count >= _FEWEST_ENTRIES and len(words.belonging.outlets[key]) >= fewest_outlets
    ]
    telling = {key: _lift(words, key) for key in common}
    ranked = sorted(
        (
            key
            for key, lift in telling.items()
            # A phrase with a word of the topic is found where the topic is; it would add nothing.
            if lift >= math.log(_LEAST_LIFT) and not used.touches(key)
        ),
        key=lambda key: (-telling[key], -len(key), key),
    )
    found += _tried(ranked, words.belonging, words.store, "add", used, unlabelled, found)
    wrong = {
        key: log_odds(
            count,
            words.wrong.entries,
            words.belonging.counts[key],
            words.belonging.entries,
            _share(words.store, key),
        )
        for key, count in words.wrong.counts.items()
    }
    telling_against = sorted(
        (key for key, score in wrong.items() if score >= _LIKELY),
        key=lambda key: (-words.wrong.counts[key] * wrong[key], -len(key), key),
    )
    return found + _tried(telling_against, words.wrong, words.store, "remove", used, against, [])


class Used:
    """The words a topic has already, in its query, boosts and lists."""

    def __init__(self, topic: CompiledTopic) -> None:
        self._keys: set[Key] = set()
        self._prefixes: set[str] = set()
        for query in (topic.query, *(boost.query for boost in topic.boosts)):
            for node in walk(query.root):
                for words in node.variants if isinstance(node, Term) else ():
                    self._take(words)

    def __contains__(self, key: Key) -> bool:
        """Say whether a topic has a phrase, or each of its words."""
        return key in self._keys or all(map(self._has, key))

    def touches(self, key: Key) -> bool:
        """Say whether a topic has one of the words of a phrase, or a piece of a run."""
        return any(map(self._has, key)) or any(
            key[first:after] in self._keys
            for first in range(len(key))
            for after in range(first + 2, len(key) + 1)
        )

    def _take(self, words: Sequence[Word]) -> None:
        forms = tuple(word.form for word in words)
        self._prefixes.update(word.form for word in words if word.prefix)
        if is_cjk(forms[0]):
            # Of 出口管制, which is known, 出口 says nothing new.
            self._keys.update(
                forms[first:after]
                for first in range(len(forms))
                for after in range(first + 2, len(forms) + 1)
            )
            return
        for language in LANGUAGES:
            self._keys.update((stem(form, language),) for form in forms)

    def _has(self, part: str) -> bool:
        # Of `regulat*` the stem of "regulation" is shorter.
        return (part,) in self._keys or any(
            part.startswith(prefix) or (len(part) > 3 and prefix.startswith(part))
            for prefix in self._prefixes
        )


def _tried(
    ranked: Iterable[Key],
    usage: Usage,
    store: Usage,
    kind: Kind,
    used: Used,
    most: int,
    before: Sequence[Candidate],
) -> list[Candidate]:
    """Take the best keys that are new to the topic and do not say the same as a better one."""
    chosen: list[Candidate] = []
    partial = fragments(usage, used if kind == "add" else None)
    for key in ranked:
        if len(chosen) == most:
            break
        if key in used or key in partial:
            continue
        if is_cjk(key[0]) and max(usage.counts[key], store.counts[key]) < 2:
            continue  # a piece of a run that stands in one entry only is hardly a word
        if any(overlap(key, each.key) for each in (*before, *chosen)):
            continue
        written = best_spelling(usage.spellings[key])
        text = query_of(written)
        if text is not None:
            chosen.append(Candidate(key, written, parse(text), kind))
    return chosen


def _score(words: Words, key: Key) -> float:
    return _compared(words, key)[1]


def _lift(words: Words, key: Key) -> float:
    """Return by what factor (its logarithm, at the careful end) a word is commoner in what belongs."""
    difference, score = _compared(words, key)
    return difference - _SURE * (difference / score) if score > 0 else -math.inf


def _compared(words: Words, key: Key) -> tuple[float, float]:
    return _difference(
        words.belonging.counts[key],
        words.belonging.entries,
        words.others.counts[key],
        words.others.entries,
        _share(words.store, key),
    )


def _difference(
    count: int, total: int, other_count: int, other_total: int, share: float
) -> tuple[float, float]:
    """Return the difference of the log-odds, and that in standard deviations."""
    # The prior weighs no more than the smaller group itself, or a small store would learn nothing.
    weight = min(_PRIOR, total, other_total)
    prior, rest = max(_PRIOR_LEAST, weight * share), max(_PRIOR_LEAST, weight * (1 - share))
    odds = math.log((count + prior) / (total - count + rest))
    other_odds = math.log((other_count + prior) / (other_total - other_count + rest))
    deviation = math.sqrt(1 / (count + prior) + 1 / (other_count + prior))
    difference = odds - other_odds
    return difference, difference / deviation


def _share(store: Usage, key: Key) -> float:
    return (store.counts[key] + 0.5) / (store.entries + 1)
