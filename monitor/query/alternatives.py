"""A long OR, such as a list of chips, without asking for each of its words in turn.

An `Or` is sorted once, for each language, by what a text must hold for one of its terms to be
worth a look: the stem, or the first four letters, of that term's longest word. The words a text
has in common with that are few, and only their terms are looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.query.document import HEAD, FoldedText
from monitor.query.stems import LANGUAGES, stem
from monitor.query.tree import Node, Or, Term, Word


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of an `Or` by what a text must hold; `others` are those no word stands for.

    `sure` are stems that are enough by themselves: of terms that are one word with its inflections.
    `terms` are those that words stand for, by their place; `needs` the stems of each way to write them.
    """

    sure: frozenset[str]
    stems: dict[str, list[int]]
    stem_set: frozenset[str]
    heads: dict[str, list[int]]
    head_set: frozenset[str]
    others: tuple[Node, ...]
    terms: dict[int, Term]
    needs: dict[int, tuple[frozenset[str], ...]]


def likely_terms(node: Or, text: FoldedText) -> Sequence[Term]:
    """Return the terms among the parts all whose words are in a text, in the order written."""
    known = text.likely.get(id(node))
    if known is None:
        known = text.likely[id(node)] = (node, _likely(node, text))
    return known[1]


def _likely(node: Or, text: FoldedText) -> Sequence[Term]:
    plan = _plan(node, text.language)
    have = text.stem_set
    places: set[int] = set()
    for key in plan.stem_set & have:
        places.update(plan.stems[key])
    if plan.head_set:
        for key in plan.head_set & text.head_set:
            places.update(plan.heads[key])
    return [
        plan.terms[place]
        for place in sorted(places)
        if any(need <= have for need in plan.needs[place])
    ]


def surely_there(node: Or, text: FoldedText) -> bool:
    """Say whether one of the parts is in a text, as far as a look at single words tells."""
    return not _plan(node, text.language).sure.isdisjoint(text.stem_set)


def sharing(node: Or, words: Iterable[Word]) -> Sequence[Node]:
    """Return the parts that may stand where these words stand; the others share none of them."""
    plan = _plan(node, LANGUAGES[0])
    places: set[int] = set()
    for word in words:
        places.update(plan.stems.get(stem(word.form, LANGUAGES[0]), ()))
        places.update(plan.heads.get(word.form[:HEAD], ()))
    return (*(node.parts[place] for place in sorted(places)), *plan.others)


def other_parts(node: Or) -> Sequence[Node]:
    """Return the other parts: lists, fields, brackets."""
    return _plan(node, LANGUAGES[0]).others


def is_narrow(word: Word) -> bool:
    """Say whether a word can be looked up; `4*` in "GPT 4*" cannot."""
    return not word.prefix or len(word.form) >= HEAD


def _plan(node: Or, language: str) -> Plan:
    known = node.plans.get(language)
    if isinstance(known, Plan):
        return known
    stems: dict[str, list[int]] = {}
    heads: dict[str, list[int]] = {}
    others = []
    sure: set[str] = set()
    terms: dict[int, Term] = {}
    needs: dict[int, tuple[frozenset[str], ...]] = {}
    for place, part in enumerate(node.parts):
        if not isinstance(part, Term) or not all(map(is_narrow, part.needed)):
            others.append(part)
            continue
        for word in part.needed:
            if word.prefix:
                heads.setdefault(word.form[:HEAD], []).append(place)
            else:
                stems.setdefault(stem(word.form, language), []).append(place)
        terms[place] = part
        needs[place] = tuple(
            frozenset(stem(word.form, language) for word in words if not word.prefix)
            for words in part.variants
        )
        sure.update(
            stem(words[0].form, language)
            for words in part.variants
            if len(words) == 1 and words[0].stemmed and not words[0].cased
        )
    plan = Plan(
        frozenset(sure),
        stems,
        frozenset(stems),
        heads,
        frozenset(heads),
        tuple(others),
        terms,
        needs,
    )
    node.plans[language] = plan
    return plan
