"""What an entry must hold for a query to hold: words to look up before anything is evaluated.

A query with AND has several needs, each of them one of some words, in the title, in the text or
anywhere. Looking them up costs microseconds, and most queries fail at that for most entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.query.alternatives import is_narrow
from monitor.query.document import HEAD, Document, FoldedText
from monitor.query.stems import LANGUAGES, stem
from monitor.query.tree import And, Listed, Near, Node, Or, Scope, Term, Word

_MOST_WORDS = 3_000
"""Words beyond which a need says too little to be looked up."""

_ANYWHERE = ""


@dataclass(frozen=True)
class Need:
    """Some words, one of which an entry holds: in the "title", the "body", or anywhere ("").

    `stems` by the language of the entry; `heads` are first four letters of words.
    """

    scope: str
    stems: Mapping[str, frozenset[str]]
    heads: frozenset[str]

    def fits(self, document: Document) -> bool:
        """Say whether an entry holds one of the words."""
        there: Document | FoldedText = document.views[self.scope][0] if self.scope else document
        if not self.stems[document.stemmed_in].isdisjoint(there.stem_set):
            return True
        return bool(self.heads) and not self.heads.isdisjoint(there.head_set)


_Words = tuple[str, frozenset[Word]]
"""A scope and the words of which one stands there."""


def needs_of(root: Node) -> tuple[Need, ...]:
    """Return what every entry that a query accepts holds; () for a query any entry may satisfy.

    Those that are quickest to look up, and likeliest to fail, come first.
    """
    known = {words for words in _needed(root, _ANYWHERE) if len(words[1]) <= _MOST_WORDS}
    return tuple(
        _need(*words) for words in sorted(known, key=lambda one: (one[0] != "title", len(one[1])))
    )


@lru_cache(maxsize=1_000)
def _need(scope: str, words: frozenset[Word]) -> Need:
    return Need(
        scope,
        stems={
            language: frozenset(stem(word.form, language) for word in words if not word.prefix)
            for language in LANGUAGES
        },
        heads=frozenset(word.form[:HEAD] for word in words if word.prefix),
    )


def _needed(node: Node, scope: str) -> tuple[_Words, ...]:
    match node:
        case Term():
            narrow = all(map(is_narrow, node.needed))
            return ((scope, frozenset(node.needed)),) if narrow else ()
        case Listed(part=part):
            return _needed(part, scope)
        case Scope(name=name, part=part):
            # The lead is part of both texts.
            return _needed(part, _ANYWHERE if name == "lead" else name)
        case And(parts=parts):
            return tuple(words for part in parts for words in _needed(part, scope))
        case Near(left=left, right=right):
            return (*_needed(left, scope), *_needed(right, scope))
        case Or():
            # Many boosts name the same lists.
            key = f"needed {scope}"
            if key not in node.plans:
                node.plans[key] = _needed_by_any(node, scope)
            known = node.plans[key]
            return known if isinstance(known, tuple) else ()
        case _:
            return ()


def _needed_by_any(node: Or, scope: str) -> tuple[_Words, ...]:
    """Return the one need of an OR: a word that one of its parts needs."""
    scopes: set[str] = set()
    words: set[Word] = set()
    for part in node.parts:
        needed = _needed(part, scope)
        if not needed:
            return ()
        at, fewest = min(needed, key=lambda one: len(one[1]))
        scopes.add(at)
        words |= fewest
    return ((scopes.pop() if len(scopes) == 1 else _ANYWHERE, frozenset(words)),)
