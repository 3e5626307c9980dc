"""The watched feeds: config/feeds.toml and the OPML files it includes.

A fault in feeds.toml is a fault. In an OPML file, which others wrote, a feed that cannot be used is
left out with a warning, and so is one that feeds.toml has as well: what a person wrote there wins.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from monitor.errors import Fault, SettingsError
from monitor.model.feed import Feed
from monitor.settings.addresses import FeedKey, feed_key, same_feed
from monitor.settings.faults import message_of, validated, written
from monitor.settings.files import TomlFile, read_bytes, read_toml
from monitor.settings.home import Home
from monitor.settings.tables import FeedsFile, FeedTable

if TYPE_CHECKING:
    from monitor.parse.opml import ListedFeed

_MOST_WARNINGS = 200


def read_feeds(home: Home, faults: list[Fault], warnings: list[str]) -> tuple[Feed, ...]:
    """Return all feeds, those of feeds.toml first; what is wrong is added to `faults`."""
    try:
        file = read_toml(home, home.feeds_file)
    except SettingsError as error:
        faults += error.faults
        return ()
    if file is None:
        return ()
    table = validated(FeedsFile, file, faults)
    faults += _repeated(file)
    feeds = [row.feed() for row in table.feed] if table else []
    if table is None or not table.include:
        return tuple(feeds)
    taken = {key: f"{file.name}:{line_of(file, at)}" for key, at in feed_places(file).items()}
    for pattern in table.include:
        names = glob.glob(pattern, root_dir=home.config, recursive=True)  # noqa: PTH207
        if not names:
            faults += _no_match(home, file, pattern, warnings)
        for name in sorted(names):
            try:
                feeds += _included(home, home.config / name, taken, warnings)
            except SettingsError as error:
                faults += error.faults
    return tuple(feeds)


def raw_feeds(file: TomlFile) -> list[tuple[int, dict[str, Any]]]:
    """Return the `[[feed]]` tables with their places, whatever else may be wrong with them."""
    rows = file.data.get("feed")
    return [
        (index, row)
        for index, row in enumerate(rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]


def feed_places(file: TomlFile) -> dict[FeedKey, int]:
    """Return, for each address in feeds.toml, the place of its first table."""
    found: dict[FeedKey, int] = {}
    for index, key in _keyed(file):
        found.setdefault(key, index)
    return found


def line_of(file: TomlFile, index: int) -> int:
    """Return the line of feeds.toml where the address of a feed stands."""
    return file.layout.line(("feed", index, "url"))


def feed_of(row: dict[str, Any]) -> Feed:
    """Return the feed of a `[[feed]]` table; raises `ValueError` with the first thing wrong in it."""
    try:
        return FeedTable.model_validate(row).feed()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(part for part in first["loc"] if part != "[key]")
        raise ValueError(f"{written(path)}: {message_of(first, FeedTable)}") from None


def tidied(feed: Feed) -> Feed:
    """Return the feed with titles and tags on one line, as long as may be, nothing invisible."""
    tags = dict.fromkeys(_line(tag, 100) for tag in feed.tags)
    return replace(
        feed,
        title=_line(feed.title, 500),
        outlet=_line(feed.outlet, 500),
        tags=tuple(tag for tag in tags if tag)[:100],
    )


def included_urls(home: Home, file: TomlFile) -> Iterator[tuple[str, str]]:
    """Yield (file's name, address) of each feed of the included OPML files that can be read."""
    patterns = file.data.get("include")
    for pattern in patterns if isinstance(patterns, list) else []:
        for name in sorted(glob.glob(str(pattern), root_dir=home.config, recursive=True)):  # noqa: PTH207
            path = home.config / name
            try:
                feeds, _ = _opml(home, path)
            except SettingsError:
                continue  # the one who asks is told by `load`, which names every fault
            for feed in feeds:
                yield home.named(path), feed.url


def _line(text: str, most: int) -> str:
    """Put a text on one line: white space becomes one space, what is invisible goes."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if c.isprintable())[:most].strip()


def _keyed(file: TomlFile) -> Iterator[tuple[int, FeedKey]]:
    """Yield the place and the key of each address in feeds.toml."""
    for index, row in raw_feeds(file):
        url = row.get("url")
        key = feed_key(url) if isinstance(url, str) else None
        if key:
            yield index, key


def _repeated(file: TomlFile) -> list[Fault]:
    first: dict[FeedKey, int] = {}
    faults = []
    for index, key in _keyed(file):
        earlier = first.setdefault(key, index)
        if earlier != index:
            message = (
                f"is the same feed as the one at line {line_of(file, earlier)}; "
                "take one of them out"
            )
            where = written(("feed", index, "url"))
            faults.append(Fault(file.name, line_of(file, index), where, message))
    return faults


def _no_match(home: Home, file: TomlFile, pattern: str, warnings: list[str]) -> list[Fault]:
    index = file.data["include"].index(pattern)
    path = ("include", index)
    if glob.has_magic(pattern):
        warnings.append(f"{file.name}:{file.layout.line(path)}: include: {pattern} fits no file")
        return []
    missing = home.named(home.config / pattern)
    message = f"{missing} is not there; put it there or take it out"
    return [Fault(file.name, file.layout.line(path), written(path), message)]


def _included(home: Home, path: Path, taken: dict[FeedKey, str], warnings: list[str]) -> list[Feed]:
    """Return the usable feeds of an OPML file that are not taken yet, and take them."""
    from monitor.settings import listing

    name = home.named(path)
    feeds, problems = _opml(home, path)
    said = [f"{name}: {problem}" for problem in problems]
    kept = []
    for number, given in enumerate(feeds, start=1):
        shown = f"{name}: feed {number}" + (f" ({_line(given.title, 60)})" if given.title else "")
        try:
            read = listing.taken(given, trusted=False)
        except ValueError as error:
            said.append(f"{shown} is left out: {error}")
            continue
        key = same_feed(read.feed.url)
        if key in taken:
            said.append(f"{shown} is left out: it is watched already, see {taken[key]}")
            continue
        taken[key] = name
        kept.append(read.feed)
        said += [f"{shown}: {fault}" for fault in read.faults]
        if read.withheld:
            said.append(
                f"{shown}: {', '.join(read.withheld)} not taken from an OPML file; write a [[feed]] "
                f"with its url into {home.named(home.feeds_file)}, which then counts"
            )
    more = len(said) - _MOST_WARNINGS
    if more > 0:
        said[_MOST_WARNINGS:] = [f"{name}: … and {more} more warnings"]
    warnings += said
    return kept


def _opml(home: Home, path: Path) -> tuple[tuple[ListedFeed, ...], tuple[str, ...]]:
    """Read an OPML file; raises `SettingsError` when it cannot be read or is none."""
    from monitor.parse.opml import read_opml

    data = read_bytes(home, path)
    if data is None:
        raise SettingsError((Fault(home.named(path), 0, "", "is not there"),))
    result = read_opml(data)
    if not result.feeds and result.problems:
        message = f"holds no feeds: {result.problems[0]}"
        raise SettingsError((Fault(home.named(path), 0, "", message),))
    return result.feeds, result.problems
