"""Any text as a search for its words: what the search box does with what is no query."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.errors import QueryError
from monitor.query.folding import tokens
from monitor.query.scan import QUOTES
from monitor.query.syntax import LONGEST
from monitor.query.terms import LONGEST_PHRASE, term
from monitor.query.tree import And, Query, Term

MOST_WORDS = 50
"""Words of a literal search; what follows is left out, with a warning."""

_AT_ONCE = LONGEST_PHRASE - 10
"""Words of one piece: one sign at either end may stand for several words (ﷺ for four)."""


def literal(text: str) -> Query:
    """Return the query for entries that hold all words of a text, whatever signs are in it.

    Raises `QueryError` when there is no word in it.
    """
    terms: dict[Term, None] = {}
    shortened = len(text) > LONGEST
    for piece in _pieces(text[:LONGEST]):
        if len(terms) == MOST_WORDS:
            shortened = True
            break
        terms[term(piece, quoted=True)[0]] = None
    if not terms:
        raise QueryError(text[:200], 0, "There is no word to search for.", "Write a word.")
    parts = tuple(terms)
    warnings = (f"Only the first {MOST_WORDS} words are searched.",) if shortened else ()
    root = parts[0] if len(parts) == 1 else And(parts)
    return Query(text[:LONGEST], root, warnings, literal=True)


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands between spaces, long runs in several pieces, without signs of the language."""
    plain = "".join(" " if c in QUOTES or c in "=*\\" else c for c in text)
    for chunk in plain.split():
        found = tokens(chunk)
        for first in range(0, len(found), _AT_ONCE):
            part = found[first : first + _AT_ONCE]
            yield chunk[part[0].start : part[-1].end]
