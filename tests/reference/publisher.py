"""Publishers as pure functions of time: what they have written, and what their document shows.

Each entry has a number for life and a word that no other text has, so that it can be found again
whatever its publisher does to its guid, address, date, title or place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from tests.reference.clock import DAY, HOUR, MINUTE

Rhythm = Literal["bursts", "daily", "weekly", "irregular", "steady", "never"]


@dataclass(frozen=True)
class Item:
    """An entry as its publisher has it. `word` names it for life, `marker` its publisher."""

    number: int
    word: str
    marker: str
    guid: str
    link: str
    title: str
    text: str
    published: datetime
    updated: datetime


def word_of(marker: str, number: int) -> str:
    """Name entry `number` of a publisher with a word of letters alone, stable under stemming."""
    digits = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return f"zq{marker}x{digits}zz"


def item(marker: str, number: int, published: datetime) -> Item:
    """Write entry `number` of a publisher."""
    word = word_of(marker, number)
    return Item(
        number=number,
        word=word,
        marker=f"zq{marker}mark",
        guid=f"urn:{marker}:{number}",
        link=f"https://{marker}.example/entry/{number}",
        title=f"{_title(marker, number)} {word}",
        text=f"Text number {number} of zq{marker}mark about what happened then. {word}",
        published=published,
        updated=published,
    )


_SUBJECTS = (
    "Harbour",
    "Ministry",
    "Parliament",
    "Laboratory",
    "Council",
    "Court",
    "Agency",
    "Union",
)
_VERBS = ("reopens", "delays", "publishes", "rejects", "widens", "reviews", "funds", "audits")
_OBJECTS = (
    "its report",
    "the licence",
    "a fund",
    "old rules",
    "chip exports",
    "the survey",
    "talks",
)


def _title(marker: str, number: int) -> str:
    drawn = hashlib.sha256(f"{marker} {number}".encode()).digest()
    return " ".join(
        words[drawn[at] % len(words)] for at, words in enumerate((_SUBJECTS, _VERBS, _OBJECTS))
    )


def share(*seed: object) -> float:
    """Draw a number from 0 up to 1 from a seed."""
    drawn = hashlib.sha256(" ".join(map(str, seed)).encode()).digest()
    return int.from_bytes(drawn[:6], "big") / 2**48


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """A publisher from `since` on: its document at any time is a pure function of that time.

    `keep` entries stand in the document. `back` is how long it had been writing before `since`.
    `edits`: every so many entries are edited three hours after they were published. `redates`: each
    day all entries get the day's date. `reorders`: the order of the document changes by the hour.
    `flood_at` is when `flood` entries come at once. `every` is the time between entries of "steady".
    """

    marker: str
    rhythm: Rhythm
    since: datetime
    keep: int = 15
    back: timedelta = 60 * DAY
    edits: int = 0
    redates: bool = False
    reorders: bool = False
    flood_at: datetime | None = None
    flood: int = 0
    every: timedelta = HOUR

    def count(self, now: datetime) -> int:
        """How many entries it has ever published."""
        return len(self._published(now))

    def document(self, now: datetime) -> list[Item]:
        """What its document shows: the newest first unless it reorders."""
        instants = self._published(now)
        first = max(len(instants) - self.keep, 0)
        return self._shown(list(enumerate(instants))[first:][::-1], now)

    def page(self, number: int, now: datetime) -> list[Item]:
        """Return its page `number` of `keep` entries, the oldest being page 0 (RFC 5005 archives)."""
        listed = list(enumerate(self._published(now)))
        return self._shown(listed[number * self.keep : (number + 1) * self.keep][::-1], now)

    def _shown(self, listed: list[tuple[int, datetime]], now: datetime) -> list[Item]:
        shown = [self._as_of(item(self.marker, number, at), now) for number, at in listed]
        if self.reorders:
            shown.sort(key=lambda each: share(each.number, now.hour))
        return shown

    def _published(self, now: datetime) -> list[datetime]:
        instants = [at for at in self._instants(now) if at <= now]
        if self.flood_at is not None and self.flood_at <= now:
            instants += [self.flood_at] * self.flood
            instants.sort()
        return instants

    def changed_at(self, now: datetime) -> datetime:
        """When its document last changed, as Last-Modified tells it."""
        moments = [each.updated for each in self.document(now)] or [self.since]
        if self.redates:
            moments.append(now.replace(hour=0, minute=0, second=0, microsecond=0))
        if self.reorders:
            moments.append(now.replace(minute=0, second=0, microsecond=0))
        return max(moments)

    def _as_of(self, each: Item, now: datetime) -> Item:
        edited_at = each.published + 3 * HOUR
        if self.edits and each.number % self.edits == 0 and edited_at <= now:
            each = replace(each, text=f"{each.text} Corrected.", updated=edited_at)
        if self.redates:
            each = replace(each, published=now.replace(hour=0, minute=0, second=0, microsecond=0))
        return each

    def _instants(self, now: datetime) -> Iterator[datetime]:
        at = (self.since - self.back).replace(hour=0, minute=0, second=0, microsecond=0)
        while at <= now:
            yield from self._day(at)
            at += DAY

    def _day(self, day: datetime) -> Iterator[datetime]:
        weekday, drawn = day.weekday(), share(self.marker, day.date())
        if self.rhythm == "bursts" and weekday < 5:
            for hour in (8, 9, 10, 14, 15):
                yield from (day + hour * HOUR + minute * MINUTE for minute in (2, 3, 31))
        elif self.rhythm == "daily" and weekday < 6:
            yield day + 6 * HOUR + 40 * MINUTE * drawn
        elif self.rhythm == "weekly" and weekday == 3:
            yield day + 11 * HOUR
        elif self.rhythm == "irregular" and drawn < 0.4:
            yield from (
                day + 24 * HOUR * share(self.marker, day, nth) for nth in range(1 + int(drawn * 12))
            )
        elif self.rhythm == "steady":
            for nth in range(int(DAY / self.every)):
                yield day + nth * self.every
