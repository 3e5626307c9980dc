"""Did you mean: a query with the words corrected that no entry has, from the words of the store.

The index holds stems; what is suggested is a word some entry has as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.errors import QueryError
from monitor.model.search import Candidates
from monitor.query import Query, parse
from monitor.query.folding import forms, is_cjk, tokens
from monitor.query.ranking import parts_of
from monitor.query.spelling import edits, most_edits, one_edit
from monitor.query.stems import LANGUAGES, stem
from monitor.query.tree import Term
from monitor.service.found import page_of
from monitor.service.wiring import Services

MOST_WORDS = 8
"""Words of a query that are looked up."""

RARE = 1_000
"""A word that more entries have is no slip."""

_FIRST_LETTERS, _MOST_BEGINNING = 3, 5_000
_MOST_TRIED, _MOST_QUERIES, _LOOKED_UP = 4, 3, 5
_TOLD_APART_BY = 20
_LONGEST_ENDING = 4


def suggestion(services: Services, query: Query, text: str, now: datetime, *, found: bool) -> str:
    """Return a query that finds something, near to one of which words are unknown, or "".

    Without hits (`found` is False) words that hardly any entry has may be slips as well.
    """
    words = list(dict.fromkeys(_words(query)))[:MOST_WORDS]
    held = {word: _held(services, word) for word in words}
    wrong = [word for word in words if not held[word]]
    if not found:
        wrong += [word for word in words if 0 < held[word] <= RARE]
    better = {word: _corrections(services, word, held[word]) for word in wrong}
    better = {word: corrected for word, corrected in better.items() if corrected}
    if not better:
        return ""
    for choice in range(_MOST_QUERIES):
        corrected = {word: each[min(choice, len(each) - 1)] for word, each in better.items()}
        proposal = _replaced(text, corrected)
        if proposal != text and _finds(services, proposal, now):
            return proposal
        if all(choice >= len(each) - 1 for each in better.values()):
            break
    return ""


def _words(query: Query) -> Iterator[str]:
    """Yield the words asked for, folded; none of lists, whose spelling is not this query's."""
    for part in parts_of(query):
        if not isinstance(part.node, Term):
            continue
        for word in part.node.variants[0]:
            if not word.prefix and not is_cjk(word.form) and word.form.isalpha():
                yield word.form


def _held(services: Services, word: str) -> int:
    found = services.store.words.known(_index_words(word))
    return max(found.values(), default=0)


def _index_words(word: str) -> dict[str, None]:
    return dict.fromkeys(stem(word, language) for language in LANGUAGES)


def _corrections(services: Services, word: str, held: int) -> Sequence[str]:
    """Return words entries have, the likeliest first."""
    most = most_edits(word)
    if not most:
        return ()
    near = services.store.words.known(dict.fromkeys(one_edit(word)))
    if most > 1:
        beginning = services.store.words.beginning(word[:_FIRST_LETTERS], _MOST_BEGINNING)
        near |= beginning
    ranked = sorted(
        (_distance(word, other, most), -number, other)
        for other, number in near.items()
        if number > held * _TOLD_APART_BY and other.isalpha() and other != word
    )
    likely = [other for distance, _, other in ranked if distance <= most][:_MOST_TRIED]
    real = {form for other in likely for form in _as_written(services, other)}
    often = services.store.words.known(real)
    nearest = sorted((edits(word, form, most), -often.get(form, 0), form) for form in real)
    return [form for distance, _, form in nearest if 0 < distance <= most]


def _distance(word: str, other: str, most: int) -> int:
    """Return how far an index word is from a word: as it is or, a stem, with the word's ending."""
    missing = len(word) - len(other)
    ending = word[-missing:] if 0 < missing <= _LONGEST_ENDING else ""
    return min(edits(word, other, most), edits(word, other + ending, most))


def _as_written(services: Services, other: str) -> set[str]:
    """Return the words that some entries with an index word have in its place."""
    ids = services.store.entries.proposed(Candidates(fts=f'"{other}"'), _LOOKED_UP)
    return {
        form
        for entry in services.store.entries.entries(ids, evidence=False)
        for form in forms(f"{entry.title}\n{entry.text}")
        if form == other or other in _index_words(form)
    }


def _replaced(text: str, corrected: dict[str, str]) -> str:
    pieces, at = [], 0
    for token in tokens(text):
        if token.form in corrected:
            pieces += [text[at : token.start], corrected[token.form]]
            at = token.end
    return "".join([*pieces, text[at:]])


def _finds(services: Services, text: str, now: datetime) -> bool:
    try:
        query = parse(text, services.settings.lists)
    except QueryError:
        return False
    page = page_of(services.store, query, now=now, sort="newest", limit=1, offset=0, exact=False)
    return bool(page.hits)
