"""An entry as queries and topics see it: its two texts, folded once, and what is known about it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from monitor.model.entry import Enclosure, Entry
from monitor.model.topic import Span, TextField
from monitor.query.folding import fold, forms_of, spans, unmarked
from monitor.query.stems import stem_language, stem_table, stems

LEAD_WORDS = 60
"""The lead of an entry is its title and this many words of its text."""

HEAD = 4
"""Forms are found by their first letters, this many."""

_FEW_STEMS = 6
"""Stems of one text whose places are looked for one by one."""

MOST_STEPS = 500_000
"""Places and pairs of words that one query may look at in one text of an entry."""


class FoldedText:
    """One text of an entry, folded; each view of it is worked out when it is first asked for.

    Places count tokens from 0.
    """

    def __init__(self, field: TextField, text: str, language: str) -> None:
        self.field: TextField = field
        self.text = text
        self.language = stem_language(language)
        self.stem_of = stem_table(self.language)
        self.left = MOST_STEPS
        """How much the query being asked may still look at; `evaluate` sets it."""
        self.memo: dict[int, tuple[object, list[Any]]] = {}
        """What was found so far, by the id of the part of a query; kept with that part, so that
        no other one can get its id meanwhile. Topics share their lists, so this pays."""
        self.likely: dict[int, tuple[object, Sequence[Any]]] = {}
        """The terms of an OR whose words are all in here, by the id of the OR, in the same way."""
        self.listed: dict[int, tuple[object, bool]] = {}
        """Whether one part of an OR is in here, by the id of the OR, in the same way."""
        self._places: dict[str, list[int]] = {}
        self._all_noted = False
        self._spans: Sequence[tuple[int, int]] = ()

    @cached_property
    def folded(self) -> str:
        """The text folded as a whole."""
        return fold(self.text)

    @cached_property
    def forms(self) -> Sequence[str]:
        """The folded tokens."""
        return forms_of(self.folded)

    @cached_property
    def stems(self) -> Sequence[str]:
        """The stem of each token."""
        return stems(self.forms, self.language)

    @cached_property
    def stem_set(self) -> frozenset[str]:
        """All stems that occur."""
        return frozenset(self.stems)

    def places(self, stem: str) -> Sequence[int]:
        """Return the places of a stem.

        Of a few stems they are looked for one by one, which costs less than to note those of all.
        """
        known = self._places.get(stem)
        if known is not None or self._all_noted:
            return known or ()
        if len(self._places) < _FEW_STEMS:
            known = self._places[stem] = _places_of(stem, self.stems)
            return known
        noted = defaultdict(list)
        for place, each in enumerate(self.stems):
            noted[each].append(place)
        self._places, self._all_noted = dict(noted), True
        return self._places.get(stem, ())

    @cached_property
    def head_set(self) -> frozenset[str]:
        """The first four letters of all tokens."""
        return frozenset([form[:HEAD] for form in self.forms])

    @cached_property
    def heads(self) -> Mapping[str, Sequence[int]]:
        """The places of the tokens that begin with these four letters."""
        heads = defaultdict(list)
        for place, form in enumerate(self.forms):
            heads[form[:HEAD]].append(place)
        return dict(heads)

    def may_hold(self, cased: str) -> bool:
        """Say whether a word may stand in the text in just this case: a look at the whole alone."""
        text = self._plain
        return cased in text or ("." in text and ".".join(cased) in text)

    @cached_property
    def _plain(self) -> str:
        """The text as `cased` leaves its words, but for full stops, which it drops."""
        if self.text.isascii():
            return self.text
        plain = unmarked(self.text)
        if plain.replace("\n", "").isprintable():
            return plain  # what is invisible is not printable
        return "".join([c for c in plain if unicodedata.category(c) != "Cf"])

    def written(self, place: int) -> str:
        """Return one token as it stands."""
        start, end = self.spans_until(place + 1)[place]
        return self.text[start:end]

    def between(self, place: int) -> str:
        """Return what stands between one token and the one before it."""
        spans = self.spans_until(place + 1)
        return self.text[spans[place - 1][1] : spans[place][0]]

    def span(self, first: int, after: int) -> Span:
        """Return the characters of the tokens `first` up to, not including, `after`."""
        spans = self.spans_until(after)
        return Span(self.field, spans[first][0], spans[after - 1][1])

    def spans_until(self, after: int) -> Sequence[tuple[int, int]]:
        """Return the characters, half open, of at least so many tokens: most finds stand early."""
        if len(self._spans) < after:
            self._spans = spans(self.text, self.folded, max(after, 2 * len(self._spans)))
        return self._spans


class Beginning(FoldedText):
    """The first `limit` tokens of another text: the lead."""

    def __init__(self, whole: FoldedText, limit: int) -> None:
        super().__init__(whole.field, whole.text, whole.language)
        self._whole = whole
        self._limit = limit

    @cached_property
    def forms(self) -> Sequence[str]:
        """The folded tokens."""
        return self._whole.forms[: self._limit]

    @cached_property
    def stems(self) -> Sequence[str]:
        """The stem of each token."""
        return self._whole.stems[: self._limit]

    def spans_until(self, after: int) -> Sequence[tuple[int, int]]:
        """Return the characters, half open, of at least so many tokens."""
        return self._whole.spans_until(after)


def _places_of(stem: str, stems: Sequence[str]) -> list[int]:
    found: list[int] = []
    at = -1
    try:
        while True:
            at = stems.index(stem, at + 1)
            found.append(at)
    except ValueError:
        return found


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a query is held against. `language` is a BCP 47 tag or ""; instants are aware UTC.

    `first_seen_at` is None for an entry that is only now being seen.
    """

    title: str
    text: str
    language: str = ""
    feed_url: str = ""
    feed_title: str = ""
    feed_tags: tuple[str, ...] = ()
    outlet: str = ""
    domain: str = ""
    author: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    published_at: datetime | None = None
    first_seen_at: datetime | None = None
    revised: bool = False
    withdrawn: bool = False
    starred: bool = False
    sent: bool = False
    enclosures: tuple[Enclosure, ...] = ()

    @cached_property
    def views(self) -> Mapping[str, tuple[FoldedText, ...]]:
        """The folded texts each scope looks into; "" is everywhere."""
        title = FoldedText("title", self.title, self.language)
        body = FoldedText("text", self.text, self.language)
        lead = body
        if len(body.forms) > LEAD_WORDS:
            lead = Beginning(body, LEAD_WORDS)
        return {"": (title, body), "title": (title,), "body": (body,), "lead": (title, lead)}

    @cached_property
    def stemmed_in(self) -> str:
        """The language its words are stemmed in."""
        return stem_language(self.language)

    @cached_property
    def stem_set(self) -> frozenset[str]:
        """All stems of title and text."""
        title, body = self.views[""]
        return title.stem_set | body.stem_set

    @cached_property
    def head_set(self) -> frozenset[str]:
        """The first four letters of all forms of title and text."""
        title, body = self.views[""]
        return title.head_set | body.head_set


def document_of(entry: Entry) -> Document:
    """Return a stored entry as queries see it."""
    return Document(
        title=entry.title,
        text=entry.text,
        language=entry.language,
        feed_url=entry.feed_url,
        feed_title=entry.feed_title,
        feed_tags=entry.feed_tags,
        outlet=entry.outlet,
        domain=entry.domain,
        author=entry.author,
        url=entry.url,
        tags=entry.tags,
        topics=tuple(match.topic for match in entry.matches),
        published_at=entry.published_at,
        first_seen_at=entry.first_seen_at,
        revised=entry.revised_at is not None,
        withdrawn=entry.withdrawn_at is not None,
        starred=entry.starred,
        sent=entry.sent,
        enclosures=entry.enclosures,
    )
