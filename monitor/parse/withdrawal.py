"""Which entries a publisher took back: gone from a document that still shows older ones.

A document that only rolls on loses its oldest entries; one that lacks an entry but shows what is older
has dropped it. The traps, and what is done about them:

- a cache that answers with an earlier copy: an entry must be missing from two whole documents in a
  row before it counts as withdrawn. One that lists what the one before did is no second: it decides
  nothing, and what was missing stays so;
- documents that do not go by time (rankings, shuffled lists, pages): entries leave them for other
  reasons, so that nothing is said unless both documents are in order of time. One entry may be out of
  order (a post that is pinned, an edit that put an old one on top);
- old entries that never leave: an entry that goes while as many come may have rolled off above them, so
  that more older ones must be shown then;
- another selection: when more are gone at once than the larger of three and a fifth of the
  document, that is a reorganisation and says nothing about any entry.

Time is the publisher's where all entries of a document have a date, else when each was first listed.
Entries that are equally old prove nothing about each other. When in doubt nothing is withdrawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model.refresh import Listed, Listing

OLDER = 2
"""Older entries that must still be shown."""

OLDER_WHILE_ROLLING = 3
"""The same when as many entries came as are gone."""

MOST_AT_ONCE = 3
MOST_SHARE = 0.2
"""The larger of both is how many entries may go at once."""

MANY = 6
"""Of so many entries one may be out of order; fewer are in order by chance as soon as that is allowed."""


@dataclass(frozen=True, slots=True)
class Absences:
    """What a document says by what it lacks.

    `withdrawn` are ids of entries that it lacks as the document before did. `missing` are those it is
    the first to lack: the next document that lists others decides. `note` says why nothing is made of
    what is gone.
    """

    withdrawn: tuple[int, ...] = ()
    missing: tuple[Listed, ...] = ()
    note: str = ""


NO_ABSENCES = Absences()


def absences(before: Listing, listed: Sequence[Listed]) -> Absences:
    """Compare a whole document with the whole one before it."""
    present = {each.id for each in listed if each.id}
    if present == {each.id for each in before.entries} and all(each.id for each in listed):
        return Absences(missing=before.missing)
    gone = [each for each in before.entries if each.id not in present]
    still = [each for each in before.missing if each.id not in present]
    if not (gone or still) or not present:
        return NO_ABSENCES
    age = _clock((*before.entries, *before.missing, *listed))
    if not (_in_order(before.entries, age) and _in_order(listed, age)):
        return NO_ABSENCES
    known = {each.id for each in before.entries}
    ages = sorted(age(each) for each in listed if each.id in known)

    def older(each: Listed) -> int:
        return len(ages) - bisect_right(ages, age(each))

    came = len(listed) - len(ages)
    needed = OLDER_WHILE_ROLLING if came >= len(gone) else OLDER
    missing = tuple(each for each in gone if older(each) >= needed)
    if len(missing) > max(MOST_AT_ONCE, MOST_SHARE * len(before.entries)):
        return Absences(
            note=f"{len(missing)} entries gone at once while older ones are shown: "
            "taken for a reorganisation"
        )
    withdrawn = tuple(each.id for each in still if older(each) >= OLDER)
    return Absences(withdrawn, missing)


def _clock(entries: Sequence[Listed]) -> Callable[[Listed], float]:
    """Return how old an entry is, as a number that grows with age."""
    dated = all(each.published_at is not None for each in entries)

    def age(each: Listed) -> float:
        at: datetime | None = each.published_at if dated else each.listed_at
        return -at.timestamp() if at else 0.0

    return age


def _in_order(entries: Sequence[Listed], age: Callable[[Listed], float]) -> bool:
    """Tell whether a document goes by time in one direction, but for one entry of many."""
    ages = [age(each) for each in entries]
    allowed = 1 if len(ages) >= MANY else 0
    return _out_of_order(ages) <= allowed or _out_of_order(ages[::-1]) <= allowed


def _out_of_order(ages: Sequence[float]) -> int:
    """Count the numbers to take away so that none is smaller than one before it."""
    row: list[float] = []
    for age in ages:
        at = bisect_right(row, age)
        row[at : at + 1] = [age]
    return len(ages) - len(row)
