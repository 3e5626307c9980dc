"""Whether one part of a query contains another: what is certain whatever the entry.

Cautious: False means that it is not known. (On an entry of which a query may not look at all, see
docs/topics.md, "Limits", even the certain may fail.)
"""

from __future__ import annotations

from itertools import chain

from monitor.query.alternatives import sharing
from monitor.query.stems import LANGUAGES, stem
from monitor.query.tree import And, Listed, Meta, Near, Node, Not, Or, Scope, Term, Word

MOST_COMPARED = 20_000
"""Pairs of parts and spellings that are compared in one query; what is beyond is not known."""

_MANY = 8
_HAS = {"published": "published", "author": "author", "type": "enclosure"}


class Comparison:
    """Compares parts of one query, with a bound on how many."""

    def __init__(self) -> None:
        self.left = MOST_COMPARED

    def implies(self, narrow: Node, broad: Node, inside: str = "", asked: str = "") -> bool:
        """Say whether an entry that satisfies `narrow` is certain to satisfy `broad`.

        `inside` and `asked` are the fields the two stand in; "" is anywhere.
        """
        self.left -= 1
        if self.left < 0:
            return False
        match narrow, broad:
            case (Listed(part=part), _):
                same = isinstance(broad, Listed) and broad.part is part
                return (same and _within(inside, asked)) or self.implies(part, broad, inside, asked)
            case (_, Listed(part=part)):
                return self.implies(narrow, part, inside, asked)
            case (Scope(name=name, part=part), _):
                return self.implies(part, broad, name, asked)
            case (_, Scope(name=name, part=part)):
                return self.implies(narrow, part, inside, name)
            case (Or(parts=parts), _):
                return all(self.implies(part, broad, inside, asked) for part in parts)
            case (_, And(parts=parts)):
                return all(self.implies(narrow, part, inside, asked) for part in parts)
        return self._one_implies(narrow, broad, inside, asked)

    def _one_implies(self, narrow: Node, broad: Node, inside: str, asked: str) -> bool:
        """Compare what is no list, no field, `narrow` no OR and `broad` no AND."""
        if isinstance(broad, Or):
            parts = broad.parts
            if isinstance(narrow, Term) and len(parts) > _MANY:
                parts = tuple(sharing(broad, chain.from_iterable(narrow.variants)))
            if any(self.implies(narrow, part, inside, asked) for part in parts):
                return True
        match narrow, broad:
            case (And(parts=parts), _):
                return any(self.implies(part, broad, inside, asked) for part in parts)
            case Not(part=part), Not(part=other):
                return self.implies(other, part, asked, inside)
            case Meta(), Meta():
                has = broad.name == "has" and _HAS.get(narrow.name) == broad.value
                return narrow == broad or has
            case Near(), Near() if _within(inside, asked) and _near_implies(narrow, broad):
                return True
            case (Near(left=left, right=right), _):
                sides = (left, right)
                return any(self.implies(side, broad, inside, asked) for side in sides)
            case Term(), Term():
                self.left -= len(narrow.variants) * len(broad.variants)
                return _within(inside, asked) and _term_implies(narrow, broad)
        return False


def _within(inside: str, asked: str) -> bool:
    """Say whether what stands in one field stands in the other."""
    return asked in ("", inside) or (asked == "lead" and inside == "title")


def _near_implies(narrow: Near, broad: Near) -> bool:
    return (
        (narrow.left, narrow.right) == (broad.left, broad.right)
        and narrow.distance <= broad.distance
        and narrow.ordered >= broad.ordered
    )


def _term_implies(narrow: Term, broad: Term) -> bool:
    if narrow == broad:
        return True
    if broad.within is not None:
        return False
    return all(
        any(_stands_in(some, words, together=narrow.within is None) for some in broad.variants)
        for words in narrow.variants
    )


def _stands_in(some: tuple[Word, ...], words: tuple[Word, ...], *, together: bool) -> bool:
    """Say whether wherever `words` stand `some` stand too, in a row."""
    if len(some) > 1 and not together:
        return False
    return any(
        all(
            _covers(broad, words[first + at])
            and (at == 0 or broad.glued <= words[first + at].glued)
            for at, broad in enumerate(some)
        )
        for first in range(len(words) - len(some) + 1)
    )


def _covers(broad: Word, narrow: Word) -> bool:
    """Say whether every token `narrow` finds is one `broad` finds."""
    if broad.prefix:
        # What has the same stem need not begin the same: only the very form is certain.
        begins = narrow.form.startswith(broad.form) and not narrow.stemmed
        return begins and narrow.cased.startswith(broad.cased)
    if narrow.prefix:
        return False
    if broad.stemmed:
        return broad.form == narrow.form or all(
            stem(broad.form, language) == stem(narrow.form, language) for language in LANGUAGES
        )
    if narrow.stemmed or narrow.form != broad.form:
        return False
    return not broad.cased or narrow.cased == broad.cased
