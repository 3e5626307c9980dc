"""Change config/feeds.toml: add, remove and edit feeds, and leave the rest of it byte for byte.

Every change is made under a lock, read back before it is written, and written as a whole or not at
all. A change that would not read as intended is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from monitor.errors import NotFoundError, UsageError
from monitor.model.feed import Feed
from monitor.settings import surgery
from monitor.settings.addresses import FeedKey, feed_key, same_feed
from monitor.settings.faults import did_you_mean
from monitor.settings.feeds import (
    feed_of,
    feed_places,
    included_urls,
    line_of,
    raw_feeds,
)
from monitor.settings.files import BOM, TomlFile, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.quantities import format_duration
from monitor.settings.rewriting import rewrite
from monitor.settings.tables import FeedTable, table_of
from monitor.settings.writing import locked


def add_feed(home: Home, feed: Feed) -> None:
    """Add a feed at the end of config/feeds.toml.

    Raises `UsageError` for a feed that may not stand there or is watched already, `SettingsError`
    when the file cannot be read, `MonitorError` when it cannot be written.
    """
    with locked(home):
        file = _read(home)
        feed = _checked(table_of(feed))
        _refuse_watched(home, file, feed)
        _append(home, file, [table_of(feed)])


def addable(home: Home, feed: Feed) -> Feed:
    """Return the feed as `add_feed` would add it, or raise what that would; write nothing."""
    feed = _checked(table_of(feed))
    _refuse_watched(home, _read(home), feed)
    return feed


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding many feeds.

    `already` are those that are watched, each with the place that has it; `left_out` is a sentence
    for each that may not stand in feeds.toml.
    """

    feeds: tuple[Feed, ...] = ()
    already: tuple[tuple[Feed, str], ...] = ()
    left_out: tuple[str, ...] = ()


def add_feeds(home: Home, feeds: Iterable[Feed], *, dry_run: bool = False) -> Added:
    """Add many feeds in one go and say what came of each; with `dry_run` nothing is written.

    Raises like `add_feed`, but for single feeds.
    """
    added: list[Feed] = []
    already: list[tuple[Feed, str]] = []
    left_out: list[str] = []
    with locked(home):
        file = _read(home)
        watched = _watched(home, file)
        for feed in feeds:
            try:
                feed = feed_of(table_of(feed))
            except ValueError as error:
                left_out.append(f"{feed.title or feed.url.rpartition('@')[2]}: {error}")
                continue
            key = same_feed(feed.url)
            if key in watched:
                already.append((feed, _where(file, watched[key])))
                continue
            watched[key] = "the feeds just added"
            added.append(feed)
        if added and not dry_run:
            _append(home, file, [table_of(feed) for feed in added])
    return Added(tuple(added), tuple(already), tuple(left_out))


def remove_feed(home: Home, url: str) -> Feed:
    """Take a feed out of config/feeds.toml, with the comment right above it; return what it was.

    Raises `NotFoundError` when it is not there, `UsageError` when an included OPML file has it.
    """
    with locked(home):
        file = _read(home)
        index = _index(home, file, url)
        rows = list(file.data["feed"])
        row = rows.pop(index)
        wanted = {**file.data, "feed": rows}
        if not rows:
            del wanted["feed"]
        rewrite(home, home.feeds_file, file, lambda: surgery.removed(file.layout, index), wanted)
    return _lenient(row)


def remove_feeds(home: Home, urls: Iterable[str]) -> tuple[Feed, ...]:
    """Take several feeds out in one go; return what they were. Raises like `remove_feed`."""
    with locked(home):
        file = _read(home)
        places = _places(home, file, urls)
        rows = [row for index, row in enumerate(file.data["feed"]) if index not in places]
        wanted = {**file.data, "feed": rows}
        if not rows:
            del wanted["feed"]
        if places:
            rewrite(
                home,
                home.feeds_file,
                file,
                lambda: surgery.removed_all(file.layout, places),
                wanted,
            )
        return tuple(_lenient(file.data["feed"][index]) for index in places)


def edit_feeds(home: Home, changes: Mapping[str, Mapping[str, object | None]]) -> tuple[Feed, ...]:
    """Give several feeds new values in one go, by their addresses; none gets another address.

    Returns them as they are now. Raises like `edit_feed`; then all are as they were.
    """
    with locked(home):
        file = _read(home)
        rows = list(file.data.get("feed", []))
        new, feeds = {}, []
        for url, index in zip(changes, _places(home, file, changes), strict=True):
            values = {key: _raw(key, value) for key, value in changes[url].items() if key != "url"}
            old = rows[index]
            row = {key: value for key, value in {**old, **values}.items() if value is not None}
            feeds.append(_checked(row))
            rows[index] = row
            if differs := {key: value for key, value in values.items() if old.get(key) != value}:
                new[index] = differs
        if new:
            cut = functools.partial(surgery.changed_all, file.layout, new)
            rewrite(home, home.feeds_file, file, cut, {**file.data, "feed": rows})
    return tuple(feeds)


def edit_feed(home: Home, url: str, changes: Mapping[str, object | None]) -> Feed:
    """Give a feed of config/feeds.toml new values, as `Feed` has them; None takes a key out.

    Returns the feed as it is now. Raises like `remove_feed`, and `UsageError` for values that may
    not stand there, or an address that is watched already.
    """
    for key in changes:
        if key not in FeedTable.model_fields:
            raise UsageError(
                f"{key} is no key of a feed; {did_you_mean(key, list(FeedTable.model_fields))}"
            )
    with locked(home):
        file = _read(home)
        index = _index(home, file, url)
        old = file.data["feed"][index]
        values = {key: _raw(key, value) for key, value in changes.items()}
        row = {**old, **values}
        row = {key: value for key, value in row.items() if value is not None}
        feed = _checked(row)
        _refuse_watched(home, file, feed, besides=index)
        rows = list(file.data["feed"])
        rows[index] = row
        wanted = {**file.data, "feed": rows}
        new = {key: value for key, value in values.items() if old.get(key) != value}
        if new:
            rewrite(
                home,
                home.feeds_file,
                file,
                lambda: surgery.changed(file.layout, index, new),
                wanted,
            )
    return feed


def move_feed(home: Home, url: str, to: str) -> bool:
    """Let a feed of config/feeds.toml have the address `to`; its former one is kept as `moved_from`.

    Where `to` is watched already the feed is taken out instead, as both are one: returns False then.
    Raises like `remove_feed`, and `UsageError` for an address that may not stand there.
    """
    with locked(home):
        file = _read(home)
        index = _index(home, file, url)
        rows = list(file.data["feed"])
        if _watched(home, file).get(same_feed(to), index) != index:
            rows.pop(index)
            cut = functools.partial(surgery.removed, file.layout, index)
            moved = False
        else:
            new = {"url": to, "moved_from": rows[index]["url"]}
            rows[index] = {**rows[index], **new}
            _checked(rows[index])
            cut = functools.partial(surgery.changed, file.layout, index, new)
            moved = True
        rewrite(home, home.feeds_file, file, cut, {**file.data, "feed": rows})
    return moved


def _read(home: Home) -> TomlFile:
    text = read_text(home, home.feeds_file)
    return parse_toml(home.named(home.feeds_file), (text or "").removeprefix(BOM))


def _append(home: Home, file: TomlFile, rows: list[dict[str, Any]]) -> None:
    wanted = {**file.data, "feed": [*file.data.get("feed", []), *rows]}
    text = file.text or surgery.NEW_FILE
    rewrite(home, home.feeds_file, file, lambda: surgery.added(text, rows), wanted)


def _watched(home: Home, file: TomlFile) -> dict[FeedKey, str | int]:
    """Return where each watched feed stands: the name of an OPML file, or its place in feeds.toml.

    A feed that moved is watched under its former address as well: what redirects there is no other.
    """
    found: dict[FeedKey, str | int] = {}
    for index, row in raw_feeds(file):
        before = row.get("moved_from")
        key = feed_key(before) if isinstance(before, str) else None
        if key:
            found[key] = index
    for name, url in included_urls(home, file):
        key = feed_key(url)
        if key:
            found[key] = name
    return found | feed_places(file)


def _where(file: TomlFile, place: str | int) -> str:
    return place if isinstance(place, str) else f"{file.name}:{line_of(file, place)}"


def _refuse_watched(home: Home, file: TomlFile, feed: Feed, besides: int = -1) -> None:
    """Raise `UsageError` when a feed is watched, but for the one at a place of feeds.toml."""
    key = same_feed(feed.url)
    place = _watched(home, file).get(key)
    if place is not None and place != besides:
        raise UsageError(f"{feed.url} is watched already, see {_where(file, place)}.")


def _index(home: Home, file: TomlFile, url: str) -> int:
    """Return the place of a feed's table; an address written a little differently will do."""
    rows = [(index, row.get("url")) for index, row in raw_feeds(file)]
    exact = [index for index, each in rows if each == url]
    key = feed_key(url)
    alike = [
        index for index, each in rows if key and isinstance(each, str) and feed_key(each) == key
    ]
    if exact or alike:
        return (exact or alike)[0]
    for name, each in included_urls(home, file):
        if key and feed_key(each) == key:
            raise UsageError(
                f"{url} comes from {name}, which feeds.toml includes; change it there, or write a "
                f"[[feed]] with that url into {file.name}, which then counts."
            )
    near = get_close_matches(url, [str(each) for _, each in rows], n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else "; see: monitor feeds list"
    raise NotFoundError(f"{file.name} has no feed {url}{hint}")


def _places(home: Home, file: TomlFile, urls: Iterable[str]) -> list[int]:
    """Return the places of several feeds' tables, as `_index` does of one."""
    exact = {row.get("url"): index for index, row in raw_feeds(file)}
    found = {url: exact[url] if url in exact else _index(home, file, url) for url in urls}
    return list(found.values())


def _raw(key: str, value: Any) -> Any:
    """Return a value of `Feed` as feeds.toml has it."""
    if isinstance(value, timedelta):
        return format_duration(value)
    if key == "headers" and value is not None:
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _checked(row: dict[str, Any]) -> Feed:
    try:
        return feed_of(row)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _lenient(row: dict[str, Any]) -> Feed:
    """Return a feed that was taken out; where its table was faulty, its address alone."""
    try:
        return feed_of(row)
    except ValueError:
        return Feed(url=str(row.get("url", "")))
