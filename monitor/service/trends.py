"""How topics go over time: stories by day, week or month with what is usual, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

from monitor.digests.volume import BASELINE, known_days, measured
from monitor.digests.windows import zone
from monitor.errors import UsageError
from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import document_of
from monitor.service.wiring import Services
from monitor.stories.official import is_official, official_host
from monitor.topics.rising import Rising, rising

By = Literal["day", "week", "month"]

LOOKED_AT = 2_000
"""Entries, the newest of a span, that outlets, words and documents are taken from."""
LATELY = timedelta(days=7)
BEFORE = timedelta(days=28)
MOST_OUTLETS, MOST_WORDS, MOST_DOCUMENTS = 12, 20, 20
LONGEST = timedelta(days=366 * 10)
MOST_PERIODS = {"day": 366, "week": 262}
_LEAD = 300
_EARLIEST = date(1970, 1, 1)
"""Nothing was seen before; so far back days can still be reckoned with."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days `[first_on, until_on)` in a zone, cut into days, weeks or months.

    `starts` are the first days of the periods; the first one may be cut short, and so may the last.
    """

    first_on: date
    until_on: date
    by: By
    timezone: str

    @property
    def starts(self) -> list[date]:
        """Return the days its periods begin on."""
        found, at = [], self.first_on
        while at < self.until_on:
            found.append(at)
            at = _next(at, self.by)
        return found

    def instant(self, on: date) -> datetime:
        """Return when a day begins, UTC."""
        return datetime.combine(on, time(), zone(self.timezone)).astimezone(UTC)


def span_of(
    now: datetime, timezone: str, *, first: str = "", last: str = "", by: str = "", days: int = 90
) -> Span:
    """Return the span that is asked for: `first` and `last` are dates (ISO), both included.

    Without them it is the last `days` days, today included. Without `by` it is cut so that a chart of
    it can be read. Raises `UsageError` for what is no date, or the wrong way round.
    """
    today = now.astimezone(zone(timezone)).date()
    until = (min(_date(last), today) if last else today) + _DAY
    begin = _date(first) if first else until - timedelta(days=days)
    if begin >= until:
        raise UsageError(
            f"There is no day from {begin} to {until - _DAY}; name an earlier first day."
        )
    begin = max(begin, until - LONGEST)
    chosen: By = next((each for each in get_args(By) if each == by), _readable(until - begin))
    while (
        chosen != "month"
        and len(Span(begin, until, chosen, timezone).starts) > MOST_PERIODS[chosen]
    ):
        chosen = "week" if chosen == "day" else "month"
    return Span(begin, until, chosen, timezone)


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: its days, its stories, and the bounds between which a day is usual, where known.

    `open` says that it is not over yet.
    """

    first_on: date
    last_on: date
    stories: int
    low: int | None
    high: int | None
    open: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """One topic over a span."""

    topic: str
    title: str
    bars: tuple[Bar, ...]

    @property
    def stories(self) -> int:
        """Return how many stories it had in all; one that goes on is counted when it began."""
        return sum(bar.stories for bar in self.bars)


def trends(
    services: Services, topics: Sequence[Topic], span: Span, now: datetime, *, usual: bool
) -> list[Trend]:
    """Return how many stories each topic had in each period of a span.

    With `usual` and by day, each day has the range in which nine in ten such days lie, learned from the 28
    days before it.
    """
    learning = BASELINE if usual and span.by == "day" else 0
    starts = [span.first_on - _DAY * back for back in range(learning, 0, -1)] + span.starts
    ends = [span.instant(on) for on in (*starts, span.until_on)]
    counts = services.store.volumes.counts_between([topic.name for topic in topics], ends)
    known = known_days(counts.seen, counts.began_at, ends[-1]) if learning else ()
    found = []
    for topic in topics:
        stories = counts.of[topic.name]
        bars = []
        for place in range(learning, len(stories)):
            low = high = None
            if learning and ends[place + 1] <= now:
                upto = slice(place - BASELINE, place + 1)
                usually = measured(topic.name, "", stories[upto], known[upto], 1)
                low, high = usually.low, usually.high
            until_on = starts[place + 1] if place + 1 < len(starts) else span.until_on
            bars.append(
                Bar(
                    starts[place], until_on - _DAY, stories[place], low, high, ends[place + 1] > now
                )
            )
        found.append(Trend(topic.name, topic.title, tuple(bars)))
    return found


@dataclass(frozen=True, slots=True)
class OutletShare:
    """An outlet: how many of the stories it told in words of its own, and what share that is of all."""

    outlet: str
    stories: int
    share: float


@dataclass(frozen=True, slots=True)
class Makeup:
    """What topics are made of in a span. `entries` were looked at; `whole` says that these are all.

    `words` rose in the last seven days of the span, against up to 28 days before.
    """

    entries: int
    whole: bool
    stories: int
    outlets: tuple[OutletShare, ...]
    words: tuple[Rising, ...]
    documents: tuple[Entry, ...]


def makeup(services: Services, topics: Sequence[Topic], span: Span) -> Makeup:
    """Return who tells a span's stories, which words rise, and what official sources published."""
    until_at = span.instant(span.until_on)
    names = tuple(topic.name for topic in topics)
    entries, whole = _newest(services, names, span.instant(span.first_on), until_at)
    told = [entry for entry in entries if entry.copy_of is None]
    stories: dict[str, set[int]] = {}
    for entry in told:
        stories.setdefault(entry.outlet, set()).add(entry.story or -entry.id)
    total = len(set().union(*stories.values()))
    ranked = sorted(stories.items(), key=lambda each: (-len(each[1]), each[0].casefold()))
    begin = until_at - LATELY
    past, _ = _newest(services, names, begin - BEFORE, until_at)
    own = [document_of(_brief(each)) for each in past if each.copy_of is None]
    words = rising(
        (each for each in own if each.first_seen_at and each.first_seen_at >= begin),
        (each for each in own if each.first_seen_at and each.first_seen_at < begin),
        MOST_WORDS,
    )
    return Makeup(
        len(entries), whole, total,
        tuple(OutletShare(outlet, len(of), len(of) / total) for outlet, of in ranked[:MOST_OUTLETS]),
        tuple(words),
        tuple(each for each in told if _is_official(each))[:MOST_DOCUMENTS],
    )  # fmt: skip


def _newest(
    services: Services, topics: tuple[str, ...], from_at: datetime, until_at: datetime
) -> tuple[list[Entry], bool]:
    if not topics:
        return [], True
    wanted = Candidates(topics=topics, from_at=from_at, until_at=until_at)
    ids = services.store.entries.proposed(wanted, LOOKED_AT + 1)
    entries = services.store.entries.entries(ids[:LOOKED_AT], evidence=False)
    return entries, len(ids) <= LOOKED_AT


def _brief(entry: Entry) -> Entry:
    """Return an entry with the beginning of its text alone: what it is about stands there."""
    return replace(entry, text=(entry.excerpt or entry.text)[:_LEAD])


def _is_official(entry: Entry) -> bool:
    return is_official(official_host(entry.url or entry.link, entry.feed_url), entry.feed_tags)


def _next(on: date, by: By) -> date:
    """Return the day the next period begins on: weeks begin on Mondays, months on the first."""
    if by == "day":
        return on + _DAY
    if by == "week":
        return on + timedelta(days=7 - on.weekday())
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)


def _readable(length: timedelta) -> By:
    if length <= timedelta(days=120):
        return "day"
    return "week" if length <= timedelta(days=800) else "month"


def _date(text: str) -> date:
    try:
        return max(date.fromisoformat(text), _EARLIEST)
    except ValueError:
        raise UsageError(f"{text!r} is no date; write year, month, day: 2026-01-20.") from None
