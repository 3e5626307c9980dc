"""How good topics are: precision, recall and F1 against entries labelled by hand.

The file is JSON Lines, one entry a line: `title`, `summary`, `labels` (names of topics), and
optionally `id`, `language`, `source`, `url`, `published`, `judged`. `judged` are the topics somebody
has looked at: for all others the entry counts neither way. Without it, it counts for all. The figures come with Wilson's 95 %
intervals, because a topic often has few labelled entries.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from monitor.errors import UsageError
from monitor.model.topic import Evidence
from monitor.query.document import Document
from monitor.topics.compiled import CompiledTopic
from monitor.topics.matching import match

_Z = 1.96


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entry and the topics a person says it belongs to. `id` or the line names it.

    `judged` are the topics it says anything about, None for all.
    """

    id: str
    document: Document
    labels: frozenset[str]
    judged: frozenset[str] | None = None

    def counts_for(self, topic: str) -> bool:
        """Say whether the entry tells anything about a topic."""
        return self.judged is None or topic in self.judged


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one topic: rightly matched, wrongly matched, missed."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float:
        """The share of the matched that belong; 0 when nothing matched."""
        return self.tp / (self.tp + self.fp) if self.tp else 0.0

    @property
    def recall(self) -> float:
        """The share of those that belong which matched; 0 when none belongs."""
        return self.tp / (self.tp + self.fn) if self.tp else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the keys of `monitor topics evaluate`, rounded to four places."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "support": self.tp + self.fn,
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
            "precision_interval": wilson(self.tp, self.tp + self.fp),
            "recall_interval": wilson(self.tp, self.tp + self.fn),
        }


@dataclass(frozen=True, slots=True)
class Wrong:
    """One entry a topic got wrong: `kind` is "fp" (matched, should not) or "fn" (missed)."""

    topic: str
    kind: str
    id: str
    title: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result: scores by topic, by language and topic, and the wrong ones.

    `unknown` are labels that name none of the topics; they are left out of the figures.
    """

    items: int
    topics: dict[str, Score]
    languages: dict[str, dict[str, Score]] = field(default_factory=dict)
    errors: tuple[Wrong, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def macro_f1(self) -> float:
        """The mean of the topics' F1."""
        return sum(s.f1 for s in self.topics.values()) / len(self.topics) if self.topics else 0.0

    def as_json(self, *, errors: bool = False) -> dict[str, Any]:
        """Return the keys of `monitor topics evaluate`; with `errors`, the wrong ones as well."""
        shown: dict[str, Any] = {
            "items": self.items,
            "topics": {name: score.as_json() for name, score in self.topics.items()},
            "macro_f1": round(self.macro_f1, 4),
            "languages": {
                language: {name: score.as_json() for name, score in scores.items()}
                for language, scores in self.languages.items()
            },
            "unknown_labels": list(self.unknown),
        }
        if errors:
            shown["errors"] = [
                {
                    "topic": wrong.topic,
                    "kind": wrong.kind,
                    "id": wrong.id,
                    "title": wrong.title,
                    "why": [{"clause": e.clause, "words": e.words} for e in wrong.evidence],
                }
                for wrong in self.errors
            ]
        return shown


def read_labelled(lines: Iterable[str], name: str = "the file") -> list[Labelled]:
    """Return the labelled entries of a JSON Lines file; empty lines are skipped.

    Raises `UsageError` that names file and line for anything that is no labelled entry.
    """
    read = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            read.append(_labelled(line, f"{name}:{number}", str(number)))
    if not read:
        raise UsageError(f"{name} holds no labelled entry. Put one JSON object a line into it.")
    return read


def evaluate_topics(
    items: Sequence[Labelled], compiled: Sequence[CompiledTopic], now: datetime
) -> Evaluation:
    """Hold topics against labelled entries and count; topics no entry tells of are left out."""
    told = [topic for topic in compiled if any(item.counts_for(topic.name) for item in items)]
    names = [topic.name for topic in told]
    counts: Counter[tuple[str, str, str]] = Counter()
    errors: list[Wrong] = []
    for item in items:
        language = item.document.language.partition("-")[0] or "unknown"
        for topic in told:
            if not item.counts_for(topic.name):
                continue
            found = match(topic, item.document, 0, now)
            kind = _kind(found is not None, topic.name in item.labels)
            counts[language, topic.name, kind] += 1
            if kind in ("fp", "fn"):
                shown = found.evidence if found else ()
                errors.append(Wrong(topic.name, kind, item.id, item.document.title, shown))
    languages = sorted({language for language, _, _ in counts})
    by_language = {
        language: {
            name: Score(*(counts[language, name, kind] for kind in ("tp", "fp", "fn")))
            for name in names
        }
        for language in languages
    }
    totals = {
        name: Score(
            *(
                sum(counts[language, name, kind] for language in languages)
                for kind in ("tp", "fp", "fn")
            )
        )
        for name in names
    }
    labels = {label for item in items for label in item.labels}
    unknown = labels.difference(topic.name for topic in compiled)
    return Evaluation(len(items), totals, by_language, tuple(errors), tuple(sorted(unknown)))


def wilson(hits: int, trials: int) -> list[float]:
    """Return Wilson's 95 % interval of a share, rounded to four places; [0, 1] without trials."""
    if not trials:
        return [0.0, 1.0]
    share, z2 = hits / trials, _Z * _Z
    middle = share + z2 / (2 * trials)
    reach = _Z * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    scale = 1 + z2 / trials
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return [round(max(0.0, low), 4), round(min(1.0, high), 4)]


def _kind(matched: bool, belongs: bool) -> str:
    if matched:
        return "tp" if belongs else "fp"
    return "fn" if belongs else "tn"


def _labelled(line: str, where: str, number: str) -> Labelled:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:  # brackets may stand in a million brackets
        raise UsageError(f"{where}: this is no JSON ({error}). Write one object a line.") from None
    if not isinstance(value, dict):
        raise UsageError(
            f"{where}: a JSON object was expected, as in {{'title': …, 'labels': []}}."
        )
    labels = value.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise UsageError(f"{where}: `labels` must be a list of names of topics; [] is none.")
    judged = value.get("judged")
    if judged is not None and (
        not isinstance(judged, list) or not all(isinstance(topic, str) for topic in judged)
    ):
        raise UsageError(
            f"{where}: `judged` must be a list of names of topics; leave it out for all."
        )
    texts = {}
    for key in ("id", "title", "summary", "language", "source", "url", "published"):
        text = value.get(key)
        if text is not None and not isinstance(text, str):
            raise UsageError(f"{where}: `{key}` must be text.")
        texts[key] = text or ""
    if not texts["title"] and not texts["summary"]:
        raise UsageError(f"{where}: there is neither `title` nor `summary`.")
    document = Document(
        title=texts["title"],
        text=texts["summary"],
        language=texts["language"].lower(),
        outlet=texts["source"],
        url=texts["url"],
        published_at=_instant(texts["published"], where),
    )
    looked_at = None if judged is None else frozenset([*judged, *labels])
    return Labelled(texts["id"] or number, document, frozenset(labels), looked_at)


def _instant(text: str, where: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{where}: `published` must be a time as in 2025-01-20T08:00:00Z."
        ) from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
