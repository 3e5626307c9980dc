"""The JSON of lists that no command prints: entries and stories, a line each (docs/json.md)."""

from __future__ import annotations

from monitor.model.entry import Entry
from monitor.model.story import StoryLine
from monitor.service.masks import feed_of
from monitor.service.shapes import Shape, entry_id, instant, story_id


def entry_line_shape(entry: Entry) -> Shape:
    """Shape of one entry in a list: the keys of a search result, with the excerpt instead of a snippet."""
    return {
        "id": entry_id(entry.id),
        "title": entry.title,
        "url": entry.url or entry.link,
        "feed": feed_of(entry),
        "outlet": entry.outlet,
        "language": entry.language,
        "published_at": instant(entry.published_at),
        "first_seen_at": instant(entry.first_seen_at),
        "topics": [match.topic for match in entry.matches],
        "story": story_id(entry.story),
        "copy_of": None if entry.copy_of is None else entry_id(entry.copy_of),
        "starred": entry.starred,
        "excerpt": entry.excerpt,
    }


def story_line_shape(line: StoryLine) -> Shape:
    """Shape of one story in a list; `outlets` are the independent ones."""
    return {
        "id": story_id(line.id),
        "title": line.title,
        "created_at": instant(line.created_at),
        "first_seen_at": instant(line.first_seen_at),
        "last_seen_at": instant(line.last_seen_at),
        "entries": line.entries,
        "copies": line.copies,
        "outlets": list(line.outlets),
        "topics": list(line.topics),
        "pinned_at": instant(line.pinned_at),
    }
