"""Changing topics and lists from the page, the API and the command line: try it, do it, take it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.errors import UsageError
from monitor.model.topic import Topic, WordList
from monitor.service.editing import Change, Edited, edit, preview, stamp
from monitor.service.topic_preview import faults_of
from monitor.service.wiring import Services
from monitor.settings import edit_lists
from monitor.settings.edit_topics import add_topic, edit_topic, remove_topic
from monitor.settings.home import Home

RESERVED = frozenset({"new", "preview", "lists", "boost-row"})
"""What stands behind /topics/ on the page, and so is no name for a topic."""

TOPICS = "config/topics.toml"
"""Where topics stand, for `editing.stamp`."""

_PARTS = ("title", "guide", "query", "boosts", "floor")


def topics_stamp(services: Services) -> str:
    """Return a mark of what config/topics.toml says now, for `seen` below."""
    return stamp(services.home, TOPICS)


def list_stamp(services: Services, name: str) -> str:
    """Return a mark of what a list's file says now, for `seen` below.

    Raises `UsageError` for a name that is none.
    """
    return stamp(services.home, services.home.named(edit_lists.list_path(services.home, name)))


def preview_topic(services: Services, topic: Topic, *, new: bool) -> Edited[Topic]:
    """Return what saving a topic would do to config/; writes nothing. Raises like `save_topic`."""
    return preview(services, _saving(services, topic, new=new))


def save_topic(
    services: Services, topic: Topic, now: datetime, *, new: bool, seen: str = ""
) -> Edited[Topic]:
    """Add a topic to config/topics.toml, or give the one of its name these values.

    Raises `UsageError` for what may not stand there (`QueryError` for a query that is none),
    `ChangedMeanwhileError` when the file is not as `seen` says, `NotFoundError` for a topic to be changed
    that is not there, `MonitorError` when the file cannot be changed safely.
    """
    what = f"{'Added' if new else 'Changed'} the topic {topic.name}"
    return edit(services, what, _saving(services, topic, new=new), now, seen=seen)


def preview_removal(services: Services, name: str) -> Edited[Topic]:
    """Return what taking a topic out would do; raises like `drop_topic`."""
    return preview(services, lambda home: remove_topic(home, name))


def drop_topic(services: Services, name: str, now: datetime, *, seen: str = "") -> Edited[Topic]:
    """Take a topic out of config/topics.toml.

    Raises `NotFoundError`, `UsageError` naming all that refer to it, `ChangedMeanwhileError`.
    """
    what = f"Removed the topic {name}"
    return edit(services, what, lambda home: remove_topic(home, name), now, seen=seen)


def preview_list(
    services: Services, name: str, text: str, *, new: bool = False
) -> Edited[WordList]:
    """Return what writing a list would do; raises like `save_list`."""
    return preview(services, lambda home: edit_lists.write_list(home, name, text, new=new))


def save_list(
    services: Services, name: str, text: str, now: datetime, *, new: bool = False, seen: str = ""
) -> Edited[WordList]:
    """Let config/lists/NAME.txt say this. A `new` one is not to be there yet.

    Raises `UsageError` with each line that is no spelling, or for a name that may not be given or is taken;
    `SettingsError` for queries that could not be read with it, `ChangedMeanwhileError`.
    """
    known = name in services.settings.lists
    what = f"{'Changed' if known else 'Added'} the list @{name}"
    return edit(
        services,
        what,
        lambda home: edit_lists.write_list(home, name, text, new=new),
        now,
        seen=seen,
    )


def drop_list(services: Services, name: str, now: datetime, *, seen: str = "") -> Edited[None]:
    """Take a list away; raises `NotFoundError`, `UsageError` naming all that refer to it."""
    what = f"Removed the list @{name}"
    return edit(services, what, lambda home: edit_lists.remove_list(home, name), now, seen=seen)


def _saving(services: Services, topic: Topic, *, new: bool) -> Change[Topic]:
    """Return the change, once everything about the topic is in order."""
    topic = replace(topic, query=topic.query.replace("\r\n", "\n").strip())
    for fault in faults_of(services, topic):
        raise fault.error

    if new and topic.name in RESERVED:
        raise UsageError(
            f"{topic.name} is an address of the page, /topics/{topic.name}; choose another name."
        )

    def change(home: Home) -> Topic:
        if new:
            return add_topic(home, topic)
        return edit_topic(home, topic.name, {part: getattr(topic, part) for part in _PARTS})

    return change
