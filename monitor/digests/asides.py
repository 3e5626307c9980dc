"""What an edition shows beside its stories, each kind bounded in number and in bytes.

The texts come from feeds: each is cut to one line that turns no writing direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.digests.caps import PREPAID_HEADINGS, SECTION_BYTES, text_bytes, within
from monitor.digests.entry_texts import NO_HEADLINE, OUTLET_COLUMNS
from monitor.digests.excerpts import clean_line
from monitor.digests.headings import TITLE_COLUMNS as HEADING_COLUMNS
from monitor.digests.headings import Heading
from monitor.digests.links import http_url
from monitor.model.digest import Digest
from monitor.model.edition import Changed, Gathered, NearlyMatched, Volume

SHOWN_CHANGED = 6
SHOWN_VOLUMES = 12
SHOWN_NOTES = 6
SHOWN_DAYS = 29

CHANGED_BYTES = 450
VOLUME_BYTES = 700
NEAR_MISS_BYTES = 450
NOTE_BYTES = 200
"""What the markup of each weighs, the chart of a volume included."""

_CHANGED_ROOM = 6_000
_VOLUMES_ROOM = 11_000
_NEAR_MISS_ROOM = 1_000
_NEAR_MISSES_ROOM = 10_000
_NOTES_ROOM = 2_000

_TITLE_COLUMNS = 120
_NOTE_COLUMNS = 160
_SENTENCE_COLUMNS = 300
_NAME_COLUMNS = 100
_LONGEST_URL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Asides:
    """The parts of an edition besides its stories, and what they weigh together in bytes."""

    changed: tuple[Changed, ...]
    more_changed: int
    volumes: tuple[Volume, ...]
    near_misses: tuple[NearlyMatched, ...]
    notes: tuple[str, ...]
    page_url: str
    weight: int


def asides(digest: Digest, headings: Sequence[Heading], gathered: Gathered) -> Asides:
    """Return what of the gathered is shown.

    Of the changed entries withdrawn ones come first, then the latest. Of more volumes than are shown
    those out of the ordinary are kept, in the order of the topics.
    """
    changed = _changed(gathered.changed)
    volumes = _volumes(gathered.volumes, headings)
    near = _near_misses(gathered.near_misses, digest.near_misses)
    notes = bounded_notes(gathered.notes)
    weights = [
        sum(map(_changed_weight, changed)),
        sum(map(_volume_weight, volumes)),
        sum(map(_near_miss_weight, near)),
        # With so many sections composing may add a note.
        _NOTES_ROOM if len(headings) > PREPAID_HEADINGS // 2 else sum(map(_note_weight, notes)),
    ]
    return Asides(
        changed=changed,
        more_changed=len(gathered.changed) - len(changed),
        volumes=volumes,
        near_misses=near,
        notes=notes,
        page_url=_short(gathered.page_url),
        weight=sum(weight + SECTION_BYTES for weight in weights if weight),
    )


def bounded_notes(notes: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences about an edition itself, as many as fit."""
    lines = [clean_line(note, _SENTENCE_COLUMNS) for note in notes]
    return within([line for line in lines if line], _note_weight, _NOTES_ROOM)[:SHOWN_NOTES]


def _changed(found: Iterable[Changed]) -> tuple[Changed, ...]:
    ordered = sorted(found, key=lambda c: (c.kind != "withdrawn", -c.at.timestamp(), -c.entry))
    shown = [
        replace(
            each,
            title=clean_line(each.title, _TITLE_COLUMNS) or NO_HEADLINE,
            before=clean_line(each.before, _TITLE_COLUMNS),
            outlet=clean_line(each.outlet, OUTLET_COLUMNS),
            url=_short(each.url),
            told_in=clean_line(each.told_in, _NAME_COLUMNS),
        )
        for each in ordered[:SHOWN_CHANGED]
    ]
    return within(shown, _changed_weight, _CHANGED_ROOM)


def _volumes(found: Iterable[Volume], headings: Sequence[Heading]) -> tuple[Volume, ...]:
    order = {heading.topic: place for place, heading in enumerate(headings) if heading.topic}
    # Of one that was watched for too few days there is nothing to hold its count against.
    told = (v for v in found if v.topic in order and v.low is not None)
    known = sorted(told, key=lambda v: order[v.topic])
    kept = sorted(known, key=lambda v: not v.unusual)[:SHOWN_VOLUMES]
    kept.sort(key=lambda v: order[v.topic])
    shown = [
        replace(each, title=clean_line(each.title, HEADING_COLUMNS), days=each.days[-SHOWN_DAYS:])
        for each in kept
    ]
    return within(shown, _volume_weight, _VOLUMES_ROOM)


def _near_misses(found: Sequence[NearlyMatched], most: int) -> tuple[NearlyMatched, ...]:
    shown = [
        replace(
            each,
            topic_title=clean_line(each.topic_title, HEADING_COLUMNS),
            title=clean_line(each.title, _TITLE_COLUMNS) or NO_HEADLINE,
            outlet=clean_line(each.outlet, OUTLET_COLUMNS),
            url=_short(each.url),
            note=clean_line(each.note, _NOTE_COLUMNS),
        )
        for each in found[:most]
    ]
    room = min(most * _NEAR_MISS_ROOM, _NEAR_MISSES_ROOM)
    return within(shown, _near_miss_weight, room)


def _short(url: str) -> str:
    """Return an address as it is linked, "" for one that is too long."""
    spelled = http_url(url)
    return spelled if len(spelled) <= _LONGEST_URL else ""


def _changed_weight(c: Changed) -> int:
    return CHANGED_BYTES + text_bytes(c.title, c.before, c.outlet, c.url, c.told_in)


def _volume_weight(volume: Volume) -> int:
    return VOLUME_BYTES + text_bytes(volume.title)


def _near_miss_weight(near: NearlyMatched) -> int:
    return NEAR_MISS_BYTES + text_bytes(
        near.topic_title, near.title, near.outlet, near.url, near.note
    )


def _note_weight(note: str) -> int:
    return NOTE_BYTES + text_bytes(note)
