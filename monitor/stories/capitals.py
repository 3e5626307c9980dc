"""Names in a headline by their capitals: a rough stand-in where no list of names knows better."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_][\w’'&.-]*")
_NAMED_BY_CAPITALS = ("", "en", "es", "fr", "pt", "it", "nl")
"""Languages in which a capital within a sentence makes a name; in German every noun has one."""

_LONGEST = 4
_LONG = 4
_SMALL = frozenset({
    "about", "after", "against", "amid", "among", "before", "between", "during", "from", "have", "into", "more",
    "over", "than", "that", "their", "this", "through", "under", "until", "upon", "versus", "what", "when",
    "which", "while", "will", "with", "without",
})  # fmt: skip
"""Longer words that a headline set in capitals leaves small."""

_NO_NAMES = frozenset({
    "I", "A", "AI", "CEO", "CEOs", "CFO", "IPO", "US", "UK", "EU", "ETF", "TV", "PC", "Q1", "Q2", "Q3", "Q4", "GDP",
    "CPU", "GPU", "GPUs", "LLM", "LLMs", "API", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
})  # fmt: skip
"""Capitals that are in every other headline."""


def capitalised_names(title: str, language: str) -> frozenset[str]:
    """Return what looks like a name: capitals within a sentence, and words written all in capitals.

    Neighbouring words make one name. The first word is none by its capital alone.
    """
    words = [(found[0].rstrip("’'.-"), found.start()) for found in _WORD.finditer(title)]
    words = [(re.sub("[’']s$", "", word), start) for word, start in words]
    # Where all longer words have capitals, these say nothing.
    by_capitals = language[:2] in _NAMED_BY_CAPITALS and any(
        word.islower() and len(word) >= _LONG and word not in _SMALL for word, _ in words
    )
    if words and all(word.isupper() for word, _ in words):
        return frozenset()
    names: set[str] = set()
    row: list[str] = []
    end = 0
    for at, (word, start) in enumerate(words):
        inner = any(char.isupper() for char in word[1:])
        opens = at == 0 or title[:start].rstrip()[-1:] in ':.!?“"»|–—'
        named = word not in _NO_NAMES and (
            (inner and len(word) > 1) or (by_capitals and word[:1].isupper() and not opens)
        )
        if named and row and title[end:start] == " " and len(row) < _LONGEST:
            row.append(word)
        else:
            names.update([" ".join(row)] * bool(row))
            row = [word] if named else []
        end = start + len(word)
    names.update([" ".join(row)] * bool(row))
    return frozenset(names)
