"""Change config/feeds.toml: add, remove and edit feeds, and leave the rest of it byte for byte.

Every change is made under a lock, read back before it is written, and written as a whole or not at
all. A change that would not read as intended is refused.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from monitor.errors import MonitorError, NotFoundError, SettingsError, UsageError
from monitor.model.feed import Feed
from monitor.settings import surgery
from monitor.settings.addresses import same_feed
from monitor.settings.faults import did_you_mean
from monitor.settings.feeds import (
    FeedKey,
    feed_key,
    feed_of,
    feed_places,
    included_feeds,
    line_of,
    raw_feeds,
    tidied,
)
from monitor.settings.files import BOM, TomlFile, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.quantities import format_duration
from monitor.settings.tables import FeedTable, table_of
from monitor.settings.writing import locked, replace_file


def add_feed(home: Home, feed: Feed) -> None:
    """Add a feed at the end of config/feeds.toml.

    Raises `UsageError` for a feed that may not stand there or is watched already, `SettingsError`
    when the file cannot be read, `MonitorError` when it cannot be written.
    """
    with locked(home):
        file = _read(home)
        _append(home, file, [table_of(_new(home, file, feed))])


def addable(home: Home, feed: Feed) -> Feed:
    """Return the feed as `add_feed` would add it, or raise what that would; write nothing."""
    return _new(home, _read(home), feed)


def _new(home: Home, file: TomlFile, feed: Feed) -> Feed:
    feed = _checked(table_of(feed))
    where = _watched(home, file).get(same_feed(feed.url))
    if where:
        raise UsageError(f"{feed.url} is watched already, see {where}.")
    return feed


def add_feeds(home: Home, feeds: Iterable[Feed]) -> tuple[tuple[Feed, ...], tuple[str, ...]]:
    """Add many feeds in one go; return those added, and a sentence for each left out.

    Titles and tags are put in order first. Raises like `add_feed`, but for single feeds.
    """
    added: list[Feed] = []
    left_out: list[str] = []
    with locked(home):
        file = _read(home)
        watched = _watched(home, file)
        for feed in feeds:
            try:
                feed = feed_of(table_of(tidied(feed)))
            except ValueError as error:
                left_out.append(f"{feed.title or feed.url.rpartition('@')[2]}: {error}")
                continue
            key = same_feed(feed.url)
            if key in watched:
                left_out.append(f"{feed.url}: it is watched already, see {watched[key]}")
                continue
            watched[key] = "the feeds just added"
            added.append(feed)
        if added:
            _append(home, file, [table_of(feed) for feed in added])
    return tuple(added), tuple(left_out)


def remove_feed(home: Home, url: str) -> Feed:
    """Take a feed out of config/feeds.toml, with the comment right above it; return what it was.

    Raises `NotFoundError` when it is not there, `UsageError` when an included OPML file has it.
    """
    with locked(home):
        file = _read(home)
        index = _index(home, file, url)
        wanted = copy.deepcopy(file.data)
        row = wanted["feed"].pop(index)
        if not wanted["feed"]:
            del wanted["feed"]
        _write(home, file, lambda: surgery.removed(file.layout, index), wanted)
    return _lenient(row)


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
        where = _watched(home, file, besides=index).get(same_feed(feed.url))
        if where:
            raise UsageError(f"{feed.url} is watched already, see {where}.")
        wanted = copy.deepcopy(file.data)
        wanted["feed"][index] = row
        new = {key: value for key, value in values.items() if old.get(key) != value}
        if new:
            _write(home, file, lambda: surgery.changed(file.layout, index, new), wanted)
    return feed


def _read(home: Home) -> TomlFile:
    text = read_text(home, home.feeds_file)
    return parse_toml(home.named(home.feeds_file), (text or "").removeprefix(BOM))


def _append(home: Home, file: TomlFile, rows: list[dict[str, Any]]) -> None:
    wanted = copy.deepcopy(file.data)
    wanted["feed"] = [*wanted.get("feed", []), *rows]
    text = file.text or surgery.NEW_FILE
    _write(home, file, lambda: surgery.added(text, rows), wanted)


def _write(home: Home, file: TomlFile, cut: Callable[[], str], wanted: dict[str, Any]) -> None:
    """Make the cut, read the result back, and write it if it says what is wanted."""
    try:
        text = cut()
        good = parse_toml(file.name, text).data == wanted
        reason = "the result would not read as intended"
    except (ValueError, SettingsError) as error:
        good, text, reason = False, "", str(error)
    if not good:
        raise MonitorError(
            f"{file.name} cannot be changed safely ({reason}); change it with an editor. "
            "Nothing was changed."
        )
    before = read_text(home, home.feeds_file) or ""
    bom = BOM if before.startswith(BOM) else ""
    if before.removeprefix(BOM) != file.text:
        raise MonitorError(f"{file.name} was changed by someone else just now; try again.")
    replace_file(home.feeds_file, (bom + text).encode())


def _watched(home: Home, file: TomlFile, besides: int = -1) -> dict[FeedKey, str]:
    """Return where each watched feed stands, but for the one at a place of feeds.toml."""
    found: dict[FeedKey, str] = {}
    for name, feed in included_feeds(home, file):
        key = feed_key(feed.url)
        if key:
            found[key] = name
    rows = feed_places(file).items()
    return found | {key: f"{file.name}:{line_of(file, at)}" for key, at in rows if at != besides}


def _index(home: Home, file: TomlFile, url: str) -> int:
    """Return the place of a feed's table; an address written a little differently will do."""
    rows = [(index, row.get("url")) for index, row in raw_feeds(file)]
    exact = [index for index, each in rows if each == url]
    key = feed_key(url)
    alike = [index for index, each in rows if key and feed_key(each) == key]
    if exact or alike:
        return (exact or alike)[0]
    for name, feed in included_feeds(home, file):
        if key and feed_key(feed.url) == key:
            raise UsageError(
                f"{url} comes from {name}, which feeds.toml includes; change it there, or write a "
                f"[[feed]] with that url into {file.name}, which then counts."
            )
    near = get_close_matches(url, [str(each) for _, each in rows], n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else "; see: monitor feeds list"
    raise NotFoundError(f"{file.name} has no feed {url}{hint}")


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
