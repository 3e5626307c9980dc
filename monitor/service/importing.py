"""Taking over a list of feeds: what is new, what was there already, what was left out; and writing one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import UsageError
from monitor.fetch.addresses import port_of, read_url
from monitor.fetch.failures import Stop
from monitor.fetch.guard import Allowed, read_allowed
from monitor.fetch.resolving import refusal_by_name
from monitor.model.feed import Feed
from monitor.parse.opml import read_opml, write_opml
from monitor.service.zones import last_zones
from monitor.settings.edit import add_feeds
from monitor.settings.home import Home
from monitor.settings.listing import listed, taken
from monitor.settings.read import load

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a list; each of its outlines is in one of the first four.

    `already` are feeds that are watched, each with the place that has it; `left_out` is a sentence
    for each outline that is not taken, `repeated` counts those that name a feed of the list
    again. `withheld` are the added feeds of which keys were not taken over as the list is not
    trusted, with those keys. `faults` are sentences about settings of added feeds that have no
    effect, `refused` the added feeds that the guard will not fetch as things are, with the reason.
    """

    added: tuple[Feed, ...]
    already: tuple[tuple[Feed, str], ...]
    left_out: tuple[str, ...]
    repeated: int
    withheld: tuple[tuple[Feed, tuple[str, ...]], ...]
    faults: tuple[str, ...]
    refused: tuple[tuple[Feed, str], ...]


def import_list(
    home: Home, data: bytes, *, name: str, trusted: bool = False, dry_run: bool = False
) -> Imported:
    """Add the feeds of an OPML document to config/feeds.toml; with `dry_run` only say what would be.

    `name` is how messages call the document. A `trusted` list may also say what is sent to its
    feeds' servers, see `monitor.settings.listing`. Raises `UsageError` when it holds no feed at all,
    and like `load` and `add_feeds`.
    """
    settings = load(home, last_zones(home))
    result = read_opml(data)
    if not result.feeds:
        raise UsageError("\n".join([f"{name}: no feeds in it.", *_some(result.problems)]))
    left_out = list(result.problems)
    read = {}
    for given in result.feeds:
        try:
            one = taken(given, trusted=trusted)
        except ValueError as error:
            left_out.append(f"{given.title or given.url.rpartition('@')[2]}: {error}")
            continue
        read[one.feed.url] = one
    done = add_feeds(home, [each.feed for each in read.values()], dry_run=dry_run)
    new = [read[feed.url] for feed in done.feeds]
    return Imported(
        added=done.feeds,
        already=done.already,
        left_out=(*left_out, *done.left_out),
        repeated=result.repeated,
        withheld=tuple((each.feed, each.withheld) for each in new if each.withheld),
        faults=tuple(f"{each.feed.url}: {fault}" for each in new for fault in each.faults),
        refused=tuple(_refused(done.feeds, read_allowed(settings.fetch.allow_private))),
    )


def _refused(feeds: Sequence[Feed], allowed: Allowed) -> Iterator[tuple[Feed, str]]:
    """Yield the feeds the guard will not fetch, as far as that shows without resolving a name."""
    for feed in feeds:
        try:
            url = read_url(feed.url)
        except Stop as stop:
            yield feed, stop.message
            continue
        reason = refusal_by_name(url.raw_host.decode("ascii"), port_of(url), allowed)
        if reason:
            yield feed, reason


def _some(sentences: Sequence[str]) -> list[str]:
    more = len(sentences) - _SHOWN
    return [*sentences[:_SHOWN], *([f"… and {more} more."] if more > 0 else [])]


def export_list(feeds: Sequence[Feed], now: datetime, *, plain: bool = False) -> bytes:
    """Return feeds as OPML, from which `import_list` makes the same feeds again when it is trusted.

    `plain` leaves out all but address, title and tags, for a list that others get to see.
    """
    rows = [listed(feed) for feed in feeds]
    if plain:
        rows = [replace(row, settings=()) for row in rows]
    return write_opml(rows, "AI policy monitor", now)
