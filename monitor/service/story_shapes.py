"""The JSON of stories, of what people decide about them, and of rebuilding them (docs/json.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from monitor.errors import UsageError
from monitor.model.change import Change
from monitor.model.entry import Entry
from monitor.model.rebuild import Rebuild
from monitor.model.ruling import Ruling
from monitor.model.story import Story, StoryMember
from monitor.service.shapes import Shape, entry_id, instant, story_id
from monitor.service.wiring import Services
from monitor.stories.rulings import labels


def story_shape(
    story: Story, rulings: Sequence[Ruling], changes: Sequence[Change], *, asked: int
) -> Shape:
    """Shape of `monitor show sN --json`; `asked` is the story that was asked for."""
    return {
        "kind": "story",
        "id": story_id(story.id),
        "asked": story_id(asked),
        "title": story.title,
        "created_at": instant(story.created_at),
        "outlets": list(independent_outlets(story.members)),
        "copies": sum(member.copy_of is not None for member in story.members),
        "entries": [_member_shape(member) for member in story.members],
        "changes": [
            {
                "kind": each.kind,
                "at": instant(each.at),
                "entry": entry_id(each.entry),
                "text": each.text,
            }
            for each in changes
        ],
        "related": [story_id(each.id) for each in story.related],
        "related_why": [
            {
                "story": story_id(each.id),
                "title": each.title,
                "score": round(each.score, 4),
                "why": each.why,
            }
            for each in story.related
        ],
        "merged": [story_id(number) for number in story.merged],
        "absorbed": [
            {"story": story_id(each.id), "at": instant(each.at), "why": each.why}
            for each in story.absorbed
        ],
        "pinned_at": instant(story.pinned_at),
        "rulings": [ruling_shape(ruling) for ruling in rulings],
    }


def _member_shape(member: StoryMember) -> Shape:
    return {
        "id": entry_id(member.entry),
        "title": member.title,
        "outlet": member.outlet,
        "url": member.url,
        "published_at": instant(member.published_at),
        "first_seen_at": instant(member.first_seen_at),
        "copy_of": None if member.copy_of is None else entry_id(member.copy_of),
        "why": list(member.why),
        "score": None if member.score is None else round(member.score, 4),
        "features": [
            {"name": each.name, "value": round(each.value, 4), "points": round(each.points, 4)}
            for each in member.features
        ],
        "version": member.version,
        "pinned": member.pinned,
        "withdrawn_at": instant(member.withdrawn_at),
    }


def independent_outlets(members: Sequence[StoryMember]) -> tuple[str, ...]:
    """Return the outlets that say something of their own: who has only copies is not counted."""
    return tuple(dict.fromkeys(each.outlet for each in members if each.copy_of is None))


def ruling_id(number: int) -> str:
    """Write a ruling's id as people and scripts see it."""
    return f"r{number}"


def ruling_number(text: str) -> int:
    """Return the number of a ruling's id (`r3`, or its digits); raises `UsageError` for what is none."""
    digits = text[1:] if text[:1] in {"r", "R"} else text
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise UsageError(f"{text!r} is no ruling; see: monitor stories rulings")
    return int(digits)


def ruling_shape(ruling: Ruling) -> Shape:
    """Shape of `monitor stories merge --json`, and of each ruling in `stories rulings --json`."""
    return {
        "id": ruling_id(ruling.id),
        "kind": ruling.kind,
        "story": story_id(ruling.story),
        "others": [story_id(number) for number in ruling.others],
        "entries": [entry_id(number) for number in ruling.entries],
        "decided_at": instant(ruling.decided_at),
        "undone_at": instant(ruling.undone_at),
    }


def in_words(ruling: Ruling) -> str:
    """Say what was decided: "s9 was merged into s7"."""
    entries = f"{len(ruling.entries)} {'entry' if len(ruling.entries) == 1 else 'entries'}"
    if ruling.kind == "pin":
        said = f"s{ruling.story} was pinned with {entries}"
    elif ruling.kind == "split":
        said = f"{entries} {'was' if len(ruling.entries) == 1 else 'were'} split off from "
        said += f"s{ruling.story} into s{ruling.others[0]}"
    else:
        others = [f"s{number}" for number in ruling.others]
        listed = " and ".join(filter(None, [", ".join(others[:-1]), others[-1]]))
        said = f"{listed} {'was' if len(others) == 1 else 'were'} merged into s{ruling.story}"
        said += f" with {entries}"
    return said + (", undone since" if ruling.undone_at else "")


def label_lines(services: Services) -> Iterator[str]:
    """Yield what rulings say about pairs of entries as JSON Lines, whole entries each.

    They keep what was decided without the database: it may be deleted and collected again.
    """
    pairs = labels(services.store.rulings.rulings())
    numbers = sorted({number for pair in pairs for number in (pair.entry, pair.other)})
    entries = {entry.id: _labelled(entry) for entry in services.store.entries.entries(numbers)}
    for pair in pairs:
        line = {
            "together": pair.together,
            "ruling": ruling_id(pair.ruling),
            "entries": [entries[pair.entry], entries[pair.other]],
        }
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _labelled(entry: Entry) -> Shape:
    return {
        "id": entry_id(entry.id),
        "title": entry.title,
        "summary": entry.excerpt,
        "language": entry.language,
        "source": entry.outlet,
        "url": entry.url or entry.link,
        "published": instant(entry.published_at),
    }


def rebuild_shape(at: Rebuild, *, dry_run: bool) -> Shape:
    """Shape of `monitor stories rebuild --json`."""
    return {
        "dry_run": dry_run,
        "began_at": instant(at.began_at),
        "version": at.version,
        "entries": at.entries,
        "pinned": at.pinned,
        "moved": at.moved,
        "grouped": at.grouped,
        "stories_opened": at.opened,
        "stories_merged": at.merged,
        "stories_split": at.split,
        "left": at.left,
        "samples": [
            {
                "entry": entry_id(each.entry),
                "title": each.title,
                "from": story_id(each.origin),
                "to": story_id(each.story),
                "why": each.why,
            }
            for each in at.samples
        ],
    }
