"""Editions: what goes into one, and the forms it is frozen in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from monitor.model.change import Change
from monitor.model.entry import Entry


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open `[from_at, until_at)` over first-seen times, with the zone it is shown in."""

    from_at: datetime
    until_at: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Bounded:
    """How many entries match in a window, and from when on they are not too many to look at at once."""

    matched: int
    from_at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """A feed an edition names because its trouble is news: what it is, since when, and why.

    `state` is that of the feed, or "gap" where it may have lost entries since a visit. `usual` is the
    time between entries of a silent one, `pause` its longest pause before.
    """

    feed: str
    url: str
    state: str
    error: str
    since_at: datetime | None
    usual: timedelta | None = None
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the world an edition saw. Counts are of the window; feeds of its end.

    `checked` is how many of the enabled feeds were fetched with success in the window (a 304
    counts), or were well and not due in it: `feeds > 0 and checked == 0` means "we could not look". `stories` are those with an entry in the
    window; of these `told_before` stood in an earlier edition and have gained nothing worth telling. `gaps` is how many may have lost
    entries in the window. `failing` are all that do not work but for the silent; of these `gone` were
    ended by their publisher and `quarantined` are held back. `troubles` are those that became news in it; all others are only counted.
    """

    feeds: int
    ok: int
    failing: int
    silent: int
    checked: int
    entries_seen: int
    entries_matched: int
    copies_folded: int
    stories: int
    told_before: int = 0
    gaps: int = 0
    gone: int = 0
    quarantined: int = 0
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry is on a card: topic and version, the clause, and the words with their field.

    For a section given by a query `topic` is its title and `version` 0.
    """

    topic: str
    version: int
    clause: str
    words: str
    field: str


@dataclass(frozen=True, slots=True)
class RankPart:
    """A part of what orders the stories: its name and what it adds."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Document:
    """A primary document that a story of the press rests on."""

    entry: int
    title: str
    url: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary by a model, each sentence of it found to rest on the sources."""

    text: str
    model: str
    prompt_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One story of a section, from stored text alone.

    `outlets` are the independent ones, the lead's first; `copies` counts entries that repeat a
    text; `entries` are all entry ids of the story in this window. `revised` says that the
    lead was edited after it was first seen. `rank` are the parts whose sum ordered it. `document` is
    the primary document among the entries of a story of the press. `topic_title` heads the
    section it belongs to, for cards that stand elsewhere (documents, developing stories). `via` is the host
    of the lead's feed where that is not the outlet's own, "" else: the outlet is then what the feed says.
    """

    story: int
    title: str
    url: str
    outlet: str
    published_at: datetime | None
    first_seen_at: datetime
    excerpt: str
    language: str
    outlets: tuple[str, ...]
    copies: int
    why: tuple[Reason, ...]
    entries: tuple[int, ...]
    revised: bool = False
    rank: tuple[RankPart, ...] = ()
    document: Document | None = None
    summary: Summary | None = None
    topic_title: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The cards of one topic, or of one query of the digest; `more` counts the stories the caps left out.

    `topic` is "" for a section given by `query`.
    """

    topic: str
    title: str
    cards: tuple[Card, ...]
    more: int = 0
    query: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A story named at the top of an edition; its card stands further down."""

    story: int
    title: str
    url: str
    outlet: str
    outlets: int
    topic_title: str
    language: str


@dataclass(frozen=True, slots=True)
class Development:
    """A story that stood in the edition `told_in`, of `told_on`, and has gained what `news` says."""

    card: Card
    news: tuple[str, ...]
    told_in: str
    told_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What somebody said, word for word as it stands in the stored text of an entry."""

    text: str
    speaker: str
    outlet: str
    url: str
    entry: int
    story: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An entry that stood in the edition `told_in` and was edited or withdrawn since.

    `before` is its former headline where that was edited, else "".
    """

    kind: Literal["edited", "withdrawn"]
    entry: int
    title: str
    before: str
    outlet: str
    url: str
    at: datetime
    told_in: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many stories a topic had, against what is usual.

    `days` are the counts of whole days up to the window's end, the oldest first, at most 29; `count` is
    that of the last `span` of them, for which `low` to `high` is usual on such weekdays, None while
    too few days are known. `unusual` says whether the count lies far outside of that; `chance` is how
    likely one as far out is.
    """

    topic: str
    title: str
    count: int
    span: int
    low: int | None
    high: int | None
    days: tuple[int, ...]
    unusual: Literal["", "many", "few"] = ""
    chance: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NearlyMatched:
    """An entry just outside a topic, shown to ask whether it should match; `note` says what kept it out."""

    entry: int
    topic: str
    topic_title: str
    title: str
    outlet: str
    url: str
    note: str
    language: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A matched entry that an edition covers and does not show: one of more, or told before."""

    entry: int
    story: int
    why: Literal["more", "told-before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of a digest. `id` is "" for a preview, else "NAME-2026-11-23" and the like.

    `slot` says which scheduled moment it is for, as local wall time ("2026-11-23T07:00"), or
    "by hand" with the instant; a digest has one edition a slot, ever. `missed` counts the
    scheduled moments inside the window that got no edition of their own. `sections` holds the
    topics that have a story, `quiet` the titles of the others. `documents` are stories that only
    official sources tell, apart from the press. `left_out` is for the ledger and is not shown.
    `notes` are sentences about the edition itself. `page_url` is the address of the page, "" where
    it has none.
    """

    digest: str
    title: str
    id: str
    slot: str
    local_on: date
    window: Window
    coverage: Coverage
    sections: tuple[Section, ...]
    missed: int = 0
    quiet: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()
    developing: tuple[Development, ...] = ()
    more_developing: int = 0
    documents: tuple[Card, ...] = ()
    more_documents: int = 0
    quotes: tuple[Quote, ...] = ()
    changed: tuple[Changed, ...] = ()
    more_changed: int = 0
    volumes: tuple[Volume, ...] = ()
    near_misses: tuple[NearlyMatched, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """That a story stood in an edition: the last one it did, and that edition's cutoff."""

    edition: str
    on: date
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that an edition is composed of, as the store has it.

    `entries` are those the window covers, by id, with their matches; `coverage` has its counts of
    matches, copies and stories left 0. `told` and `changes` are by story: where it stood before in an
    edition of this digest, and what it has gained since. `changed` are entries of earlier editions.
    """

    entries: tuple[Entry, ...]
    coverage: Coverage
    told: Mapping[int, Told] = field(default_factory=dict)
    changes: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)
    changed: tuple[Changed, ...] = ()
    volumes: tuple[Volume, ...] = ()
    near_misses: tuple[NearlyMatched, ...] = ()
    notes: tuple[str, ...] = ()
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An edition as it goes out: each form complete on its own."""

    subject: str
    text: str
    markdown: str
    html: str
    json: str
