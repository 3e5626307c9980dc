"""Names in a headline by their capitals: a rough stand-in where no list of names knows better."""

from __future__ import annotations

import re

from monitor.stories.folding import CJK

_WORD = re.compile(rf"(?![{CJK}])[^\W\d_](?:(?![{CJK}])[\w’'&.])*")
_NAMED_BY_CAPITALS = ("", "en", "es", "fr", "pt", "it", "nl")
"""Languages in which a capital within a sentence makes a name; in German every noun has one."""

_LONGEST = 4
_OPENING = ("", *':.!?“"»«[(|–—')
_LONG = 4
_SMALL = frozenset({
    "about", "after", "against", "amid", "among", "before", "between", "during", "from", "have", "into", "more",
    "over", "than", "that", "their", "this", "through", "under", "until", "upon", "versus", "what", "when",
    "which", "while", "will", "with", "without",
})  # fmt: skip
"""Longer words that a headline set in capitals leaves small."""

_NO_NAMES = frozenset({
    "I", "A", "AI", "CEO", "CEOs", "CFO", "IPO", "US", "UK", "EU", "ETF", "TV", "PC", "Q1", "Q2", "Q3", "Q4", "GDP",
    "CPU", "GPU", "GPUs", "LLM", "LLMs", "API", "IA", "KI", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
})  # fmt: skip
"""Capitals that are in every other headline."""


def capitalised_names(title: str, language: str) -> frozenset[str]:
    """Return what looks like a name: capitals within a sentence, and words written all in capitals.

    Neighbouring words make one name. The first word is none by its capital alone.
    """
    words = [
        (re.sub("[’']s$", "", found[0].rstrip("’'.")), found.start())
        for found in _WORD.finditer(title)
    ]
    if all(word.isupper() for word, _ in words):
        return frozenset()
    # Where all longer words have capitals, these say nothing.
    by_capitals = language[:2] in _NAMED_BY_CAPITALS and any(
        word.islower() and len(word) >= _LONG and word not in _SMALL for word, _ in words
    )
    rows: list[tuple[int, int, int]] = []
    for word, start in words:
        end = start + len(word)
        opens = title[:start].rstrip()[-1:] in _OPENING
        label = opens and word.isupper() and title[end:].lstrip()[:1] in (":", "]")
        if label or not _is_named(word, opens=opens, by_capitals=by_capitals):
            continue
        first, last, count = rows[-1] if rows else (0, 0, 0)
        if title[last:start] in (" ", "-") and count < _LONGEST:
            rows[-1] = (first, end, count + 1)
        else:
            rows.append((start, end, 1))
    return frozenset(title[start:end] for start, end, _ in rows)


def _is_named(word: str, *, opens: bool, by_capitals: bool) -> bool:
    if word in _NO_NAMES or len(word) < 2:
        return False
    inner = any(char.isupper() for char in word[1:])
    return inner or (by_capitals and word[0].isupper() and not opens)
