"""What SQLite's full-text index is asked, and what it holds.

The index only proposes; `evaluate` decides. So what is asked may be too much but never too little:
every entry the evaluator accepts is among the candidates.

The table has the columns `title`, `text` and `forms` and the tokeniser
`unicode61 remove_diacritics 0`. `title` and `text` hold the stem of each token in the entry's
language, place for place; `forms` holds, once each, the folded forms whose stem is another. A word
therefore asks for its stems in all languages, a phrase for its stems in a row, and a prefix for
whatever begins so, in the forms as well. Exclusions, distances, exact case and metadata ask
the index nothing: the evaluator sees to them. What is asked about the entry itself goes to the
tables instead (`monitor.query.about`).

unicode61 splits at every character it does not take for a letter or digit, and its tables are
older than Python's. So characters beyond the common alphabets are written as letters (`+` becomes
`x2bx`), by the same function on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from monitor.model.search import Candidates, IndexText
from monitor.query.about import about
from monitor.query.folding import forms
from monitor.query.metadata import period, topic_names
from monitor.query.stems import LANGUAGES, stem, stems
from monitor.query.tree import And, Listed, Meta, Near, Node, Not, Or, Query, Scope, Term, Word

MOST_ASKED = 25_000
"""Words and phrases the index is asked at once; beyond that it is not asked at all."""

MOST_IN_A_ROW = 6
"""Words of a phrase the index is asked for: they say enough, and sixty take it ten times as long."""

_DEEPEST = 12
_LONG_OR = 32
_NOWHERE = "\u13a0"
"""A letter that no word in the index has: it would be written as `x13a0x`."""
_SAFE = (
    "\u00df-\u00f6\u00f8-\u024f\u03ac-\u03ce\u0430-\u045f\u05d0-\u05ea\u0621-\u063a\u0641-\u064a"
    "\u3041-\u3096\u30a1-\u30fa\u3400-\u4db5\u4e00-\u9fa5\uac00-\ud7a3"
)
_UNSAFE = re.compile(f"[^ a-z0-9{_SAFE}]")
_COLUMNS = {"": "{title text}", "lead": "{title text}", "title": "{title}", "body": "{text}"}


def index_text(title: str, text: str, language: str) -> IndexText:
    """Return what the full-text index holds of one entry; `language` is a BCP 47 tag or ""."""
    title_forms, text_forms = forms(title), forms(text)
    title_stems, text_stems = stems(title_forms, language), stems(text_forms, language)
    differing = {
        form: None
        for forms_, stems_ in ((title_forms, title_stems), (text_forms, text_stems))
        for form, stem_ in zip(forms_, stems_, strict=True)
        if form != stem_
    }
    return IndexText(_encoded(title_stems), _encoded(text_stems), _encoded(differing))


def candidates(query: Query, now: datetime, *, widest: int = MOST_ASKED) -> Candidates:
    """Return what to ask the store for, so that nothing the query accepts is left out.

    Of an AND, sides of more than `widest` words and phrases are not asked for, as long as there is
    another one: an answer sooner, with more to look at.
    """
    asked = _Asked(widest)
    expression = asked.expression(query.root, "", 0)
    first, last = _window(query.root, now)
    return Candidates(
        fts=expression,
        from_at=first,
        until_at=last,
        topics=_topics(query.root) or (),
        about=about(query.root, now),
        asked=asked.count,
    )


def in_scope(node: Node, scope: str) -> str | None:
    """Return what to ask the index for a part of a query in the title alone, say; None if nothing."""
    return _Asked(MOST_ASKED).expression(node, scope, 0)


class _Asked:
    """Writes the FTS5 expression and counts what it asks for."""

    def __init__(self, widest: int) -> None:
        self.count = 0
        self.widest = widest

    def expression(self, node: Node, scope: str, depth: int) -> str | None:
        match node:
            case Term():
                return self.limited(_term(node, _COLUMNS[scope]))
            case Listed(part=part):
                return self.expression(part, scope, depth)
            case Scope(name=name, part=part):
                return self.expression(part, name, depth)
            case Near(left=left, right=right):
                return self.all_of((left, right), scope, depth)
            case And(parts=parts):
                return self.all_of(parts, scope, depth)
            case Or(parts=parts):
                asked = [self.expression(part, scope, depth + 1) for part in parts]
                known = [one for one in asked if one is not None]
                return _joined(" OR ", known) if len(known) == len(asked) else None
            case Not() | Meta():
                return None

    def all_of(self, parts: Iterable[Node], scope: str, depth: int) -> str | None:
        known = []
        for part in parts:
            before = self.count
            asked = self.expression(part, scope, depth + 1)
            if asked is not None:
                known.append((self.count - before, asked))
        if not known:
            return None
        fewest = min(known, key=lambda side: side[0])
        known = [side for side in known if side is fewest or side[0] <= self.widest]
        # FTS5's parser has a small stack: far inside, one part of an AND has to do.
        known = known[:1] if depth > _DEEPEST else known
        return _joined(" AND ", [asked for _, asked in known])

    def limited(self, asked: Sequence[str]) -> str | None:
        self.count += len(asked)
        return _joined(" OR ", asked) if self.count <= MOST_ASKED else None


@lru_cache(maxsize=20_000)
def _term(term: Term, columns: str) -> tuple[str, ...]:
    """Return what to ask for one term; kept, as who writes a topic asks again with every letter."""
    asked: dict[str, None] = {}
    for words, anchor in zip(term.variants, term.anchors, strict=True):
        in_a_row = term.within is None and not any(word.prefix for word in words)
        if in_a_row:
            first = max(0, min(anchor, len(words) - MOST_IN_A_ROW))
            some = words[first : first + MOST_IN_A_ROW]
            for language in LANGUAGES:
                row = _encoded(stem(word.form, language) for word in some)
                asked[f'{columns} : "{row}"'] = None
        else:
            asked[_joined(" AND ", [_word(word, columns) for word in words])] = None
    return tuple(asked)


def _word(word: Word, columns: str) -> str:
    if word.prefix:
        return f'{columns[:-1]} forms}} : "{_encoded([word.form])}" *'
    asked = dict.fromkeys(_encoded([stem(word.form, language)]) for language in LANGUAGES)
    return _joined(" OR ", [f'{columns} : "{one}"' for one in asked])


def _joined(operator: str, asked: Sequence[str]) -> str:
    if operator == " OR ":
        asked = list(dict.fromkeys(asked))
        # FTS5 looks at all parts of an OR for each row it finds, so a long one is made of short ones.
        # It would flatten these again, but for a NOT in between that excludes nothing.
        while len(asked) > _LONG_OR:
            groups = [asked[at : at + _LONG_OR] for at in range(0, len(asked), _LONG_OR)]
            asked = [f'({_joined(operator, group)} NOT "{_NOWHERE}")' for group in groups]
    return asked[0] if len(asked) == 1 else f"({operator.join(asked)})"


def _encoded(words: Iterable[str]) -> str:
    text = " ".join(words)
    return text if _UNSAFE.search(text) is None else _UNSAFE.sub(_as_letters, text)


def _as_letters(match: re.Match[str]) -> str:
    return f"x{ord(match[0]):x}x"


def _window(node: Node, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return bounds of the first-seen time of everything a part accepts."""
    match node:
        case Meta(name=name, value=value) if name in ("after", "before", "on", "since"):
            first, last = period(name, value, now)
            return first if first.year > 1 else None, last if last.year < 9999 else None
        case And(parts=parts):
            windows = [_window(part, now) for part in parts]
            return _bound(max, (w[0] for w in windows)), _bound(min, (w[1] for w in windows))
        case Or(parts=parts):
            windows = [_window(part, now) for part in parts]
            firsts, lasts = [w[0] for w in windows], [w[1] for w in windows]
            return (
                None if None in firsts else _bound(min, firsts),
                None if None in lasts else _bound(max, lasts),
            )
        case _:
            return None, None


def _bound(
    pick: Callable[[list[datetime]], datetime], times: Iterable[datetime | None]
) -> datetime | None:
    known = [time for time in times if time is not None]
    return pick(known) if known else None


def _topics(node: Node) -> tuple[str, ...] | None:
    """Return topics of which everything a part accepts has one, or None when that cannot be told."""
    match node:
        case Meta(name="topic", value=value):
            return topic_names(value) or None
        case And(parts=parts):
            return next((names for part in parts if (names := _topics(part))), None)
        case Or(parts=parts):
            found = [_topics(part) for part in parts]
            if any(names is None for names in found):
                return None
            return tuple(dict.fromkeys(name for names in found if names for name in names))
        case _:
            return None
