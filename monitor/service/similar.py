"""Entries like another one: those that share its rarest telling words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import Entry
from monitor.model.topic import Evidence
from monitor.query import Query, candidates, document_of, parse
from monitor.query.document import LEAD_WORDS, Document
from monitor.query.evaluate import shown
from monitor.query.find import occurs
from monitor.query.folding import forms, is_cjk
from monitor.query.ranking import rarity
from monitor.query.stems import stem
from monitor.query.superset import in_scope
from monitor.query.tree import Or, Term
from monitor.service.ranked import AMONG
from monitor.service.searching import Hit, hit_of
from monitor.service.showing import whole_entry
from monitor.service.wiring import Services

MOST_CONSIDERED, MOST_WORDS = 60, 14
"""Words of an entry whose rarity is looked up, and of these the rarest that are looked for."""

MOST_COMPARED = 150
"""Entries that are compared, chosen by the index among the newest some thousand with such a word."""

COMMON = 0.05
"""A word that so large a part of all entries has tells nothing."""

LEAST_SHARED, LEAST_SCORE = 2, 0.15
"""What another entry must share: so many words, and so much of their weight."""

_TITLE = 2.0
_SHORTEST, _LONGEST = 3, 60


@dataclass(frozen=True, slots=True)
class SimilarHit:
    """A similar entry; `why` are the words it shares, the rarest first, as it has them."""

    hit: Hit
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """What is similar to an entry, the most similar first; `words` are those looked for."""

    entry: Entry
    words: tuple[str, ...]
    hits: tuple[SimilarHit, ...]


def similar(services: Services, number: int, *, now: datetime, limit: int = 10) -> Similar:
    """Return entries that share telling words with one: not itself, no copies, no text twice.

    Raises `NotFoundError` for an unknown id.
    """
    entry, _, copies = whole_entry(services, number)
    weights = _telling(services, entry)
    if len(weights) < LEAST_SHARED:
        return Similar(entry, tuple(weights), ())
    query = parse(" OR ".join(f'"{words}"' for words in weights))
    terms = dict(zip(_terms(query), weights.items(), strict=True))
    left_out = {entry.id, *copies}
    seen = {(entry.title, entry.text)}
    scored: list[tuple[float, int, Entry, Document, tuple[str, ...]]] = []
    for other in services.store.entries.entries(_proposed(services, query, now), evidence=False):
        if other.id in left_out or other.copy_of in left_out or (other.title, other.text) in seen:
            continue
        seen.add((other.title, other.text))
        document = document_of(other)
        shared = [
            (weight, words)
            for term, (words, weight) in terms.items()
            if any(occurs(term, text) for text in document.views[""])
        ]
        score = sum(weight for weight, _ in shared) / sum(weights.values())
        if len(shared) >= LEAST_SHARED and score >= LEAST_SCORE:
            why = tuple(words for _, words in sorted(shared, key=lambda each: -each[0]))
            scored.append((score, other.id, other, document, why))
    scored.sort(key=lambda each: (-each[0], -each[1]))
    hits = scored[:limit]
    all_copies = services.store.stories.copies([other_id for _, other_id, *_ in hits])
    return Similar(
        entry,
        tuple(weights),
        tuple(
            SimilarHit(
                hit_of(other, score, shown(query, document, now), all_copies.get(other_id, ())),
                _as_there(why, shown(query, document, now)),
            )
            for score, other_id, other, document, why in hits
        ),
    )


def _proposed(services: Services, query: Query, now: datetime) -> list[int]:
    wanted = candidates(query, now)
    newest = services.store.entries.look(wanted)
    low = 0 if newest.all_there or not newest.ids else newest.ids[-1]
    return services.store.entries.best(wanted, low, None, MOST_COMPARED)


def _telling(services: Services, entry: Entry) -> dict[str, float]:
    """Return the rarest words of an entry with their weights, the weightiest first."""
    title = dict.fromkeys(_words(entry.title))
    often = Counter(_words(entry.text))
    lead = dict.fromkeys(_words(" ".join(entry.text.split()[: 2 * LEAD_WORDS])))
    stems: dict[str, str] = {}
    for word in (*title, *(word for word, number in often.most_common() if number > 1), *lead):
        stems.setdefault(" ".join(stem(form, entry.language) for form in word.split()), word)
    words = list(stems.values())[:MOST_CONSIDERED]
    asked = [in_scope(parse(f'"{word}"').root, "") for word in words]
    held, among = services.store.entries.holding(asked, AMONG)
    most = max(COMMON * among, LEAST_SHARED * 2)
    weights = {
        word: rarity(number, among) * (_TITLE if word in title else 1.0)
        for word, number in zip(words, held, strict=True)
        if number <= most
    }
    weightiest = sorted(weights.items(), key=lambda each: (-each[1], each[0]))
    return dict(weightiest[:MOST_WORDS])


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text that may tell something: folded, Chinese ones in pairs."""
    found = forms(text)
    for at, form in enumerate(found):
        if is_cjk(form):
            if at + 1 < len(found) and is_cjk(found[at + 1]):
                yield f"{form}{found[at + 1]}"
        elif _SHORTEST <= len(form) <= _LONGEST and not form.isdigit() and form.isalnum():
            yield form


def _terms(query: Query) -> list[Term]:
    root = query.root
    parts = root.parts if isinstance(root, Or) else (root,)
    return [part for part in parts if isinstance(part, Term)]


def _as_there(why: tuple[str, ...], evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """Return shared words as the other entry writes them, where that is known."""
    written: dict[str, str] = {}
    for each in evidence:
        written.setdefault(each.clause.strip('"'), each.words)
    return tuple(written.get(word, word) for word in why)
