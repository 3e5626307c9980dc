"""`monitor feeds add` and `monitor feeds discover`: from an address to a watched feed."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.feeds import _changes, _feed_options
from monitor.cli.opening import as_json, home_of, opened
from monitor.cli.printing import counted, local, plain, print_json, say

if TYPE_CHECKING:
    from monitor.model.entry import Headline
    from monitor.model.feed import Feed
    from monitor.service.adding import Added
    from monitor.service.discovering import Candidate, Discovery
    from monitor.settings.home import Home
    from monitor.settings.values import Settings

_guess = click.option(
    "--guess",
    is_flag=True,
    help="Where a page names no feed, try the usual places (/feed, /atom.xml …) one by one.",
)


@click.command(epilog="Example: monitor feeds add https://example.org/ --tag press")
@click.argument("url")
@_feed_options
@click.option("--choose", metavar="N|URL", default="", help="The one to add of several found.")
@click.option("--yes", is_flag=True, help="Add the only feed of a page without asking.")
@_guess
@click.option("--no-fetch", is_flag=True, help="Add the address as it is, without any request.")
@as_json
@click.pass_context
def add(
    ctx: click.Context, /, url: str, choose: str, yes: bool, guess: bool, no_fetch: bool,
    json_wanted: bool, **options: Any,
) -> None:  # fmt: skip
    """Watch a feed: add it to config/feeds.toml, and keep what it holds now.

    URL is a feed or a web page that names one. It is fetched once, and its entries are there at
    once. Of several feeds that a page names you choose one: here, or with --choose.
    """
    from monitor.errors import MonitorError
    from monitor.model.feed import Feed
    from monitor.service.adding import watch
    from monitor.service.feed_shapes import added_shape, found_shape
    from monitor.service.wiring import utc_now
    from monitor.service.zones import last_zones
    from monitor.settings.edit import add_feed, addable
    from monitor.settings.read import load

    home = home_of(ctx)
    settings = load(home, last_zones(home))  # refuse to add to what cannot be read
    feed = addable(home, Feed(url=url, **_changes(options)))
    if no_fetch:
        if choose or guess:
            raise click.UsageError("--choose and --guess need a request; leave out --no-fetch.")
        add_feed(home, feed)
        if json_wanted:
            print_json(added_shape(url, feed, None, None))
        else:
            say(f"Added to {home.feeds_file}; fetch it with: monitor fetch {shlex.quote(feed.url)}")
        return
    found = _discovered(settings, feed, guess=guess, choose=choose)
    if not found.found:
        _show(home, found, say)
        raise MonitorError(
            f"{_nothing(found, guessed=guess)}\nNothing was added. To add the address all the same: "
            f"monitor feeds add {shlex.quote(url)} --no-fetch"
        )
    ask = not (yes or json_wanted) and sys.stdin.isatty() and sys.stderr.isatty()
    wanted = _wanted(home, found, ask=ask)
    if wanted is None:
        if json_wanted:
            candidates = [found_shape(each) for each in found.found]
            print_json({"added": False, "asked": url, "candidates": candidates})
        say(
            f"{url} names several feeds. Add the one you want by its own address, or with: "
            f"monitor feeds add {shlex.quote(url)} --choose N"
        )
        ctx.exit(1)
    with opened(ctx) as services:
        added = watch(services, feed, wanted, utc_now())
    if json_wanted:
        print_json(added_shape(url, added.feed, wanted, added))
    else:
        _print_added(home, wanted, added)


@click.command(epilog="Example: monitor feeds discover https://example.org/")
@click.argument("url")
@_guess
@as_json
@click.pass_context
def discover(ctx: click.Context, url: str, guess: bool, json_wanted: bool) -> None:
    """Find the feeds of a web page: itself, those it names, with --guess those in usual places."""
    from monitor.errors import MonitorError
    from monitor.model.feed import Feed
    from monitor.service.adding import watched_already
    from monitor.service.feed_shapes import found_shape
    from monitor.service.zones import last_zones
    from monitor.settings.read import load

    home = home_of(ctx)
    found = _discovered(load(home, last_zones(home)), Feed(url=url), guess=guess)
    if found.first.answer.parsed is None and not (found.found or found.others):
        raise MonitorError(f"{url}: {found.first.error}")
    if json_wanted:
        feeds = [
            found_shape(each) | {"watched": watched_already(home, each)} for each in found.found
        ]
        print_json({"feeds": feeds, "left_out": [found_shape(each) for each in found.others]})
    else:
        _show(home, found, click.echo)
    if not found.found:
        say(_nothing(found, guessed=guess))
        ctx.exit(1)


def _discovered(settings: Settings, feed: Feed, *, guess: bool, choose: str = "") -> Discovery:
    import asyncio

    from monitor.service.discovering import Looking
    from monitor.service.wiring import utc_now

    def told(address: str) -> None:
        if sys.stderr.isatty():
            say(f"looking at {address}")

    async def look() -> Discovery:
        async with Looking(settings, os.environ, utc_now(), told) as looking:
            return await looking.discover(feed, guess=guess, choose=choose)

    return asyncio.run(look())


def _wanted(home: Home, found: Discovery, *, ask: bool) -> Candidate | None:
    """Return the feed to add: the only one, or the one a person chooses; None when nobody can."""
    from monitor.errors import MonitorError
    from monitor.model.feed import Feed
    from monitor.settings.edit import addable

    feeds = found.found
    if feeds[0].look is found.first:
        return feeds[0]
    if len(feeds) == 1 and not ask:
        return feeds[0]
    _show(home, found, say)
    if not ask:
        return None
    if len(feeds) == 1:
        addable(home, Feed(url=feeds[0].look.url))  # what would be refused is not asked about
        if click.confirm("Add it?", default=True, err=True):
            return feeds[0]
        raise MonitorError("Nothing was added.")
    numbers = {str(each.number): each for each in feeds}
    kind = click.Choice([*numbers, "0"])
    answer = click.prompt("Which one (0 for none)", type=kind, err=True)
    if answer not in numbers:
        raise MonitorError("Nothing was added.")
    return numbers[answer]


def _print_added(home: Home, wanted: Candidate, added: Added) -> None:
    look, result = wanted.look, added.result
    if look.url != look.asked:
        say(f"{look.asked} has moved for good; its new address is added.")
    click.echo(f"Added {_named(wanted)} to {home.feeds_file}")
    if result is None:
        say("A monitor that is running is fetching it.")
        return
    for line in look.latest:
        click.echo(_dated(line))
    click.echo(
        f"{counted(result.new, 'entry', 'entries')} stored, "
        f"{counted(result.matches, 'match', 'matches')}; next fetch {local(result.next_fetch_at)}"
    )
    if result.error:
        say(result.error)


def _show(home: Home, found: Discovery, tell: Callable[[str], None]) -> None:
    """Tell what was found, each with its latest headlines, and what was left out and why."""
    from monitor.service.adding import watched_already

    for each in found.found:
        feed = each.look.feed
        entries = counted(len(feed.entries) if feed else 0, "entry", "entries")
        there = ", watched already" if watched_already(home, each) else ""
        tell(f"{each.number:>2}  {_named(each)}: {entries}{there}")
        for line in each.look.latest:
            tell(_dated(line))
    for each in found.others:
        where = "" if each.link.url in each.look.error else f"{each.link.url}: "
        say(f"left out: {where}{plain(each.look.error)}")


def _nothing(found: Discovery, *, guessed: bool) -> str:
    """Say why no feed was found, in the server's own words where it wrote some."""
    from monitor.model.entry import ParseFailure

    first = found.first
    failed = first.answer.parsed
    if not isinstance(failed, ParseFailure):
        return f"{first.asked} cannot be had: {first.error}"
    # All of the message is for a feed that is watched.
    told = [failed.came or failed.message]
    if failed.came:
        told.append(
            "None of the feeds it names can be read." if failed.feeds else "It names no feed."
        )
    if failed.page == "login":
        told.append("If you may read it, name the variable with your access: --auth-env NAME.")
    told.append(
        "Nor is one in the usual places."
        if guessed
        else f"Try the usual places: monitor feeds discover {shlex.quote(first.asked)} --guess"
    )
    return f"{first.asked} is no feed: {' '.join(told)}"


def _named(candidate: Candidate) -> str:
    title = (candidate.look.feed.title if candidate.look.feed else "") or candidate.link.title
    return f"“{plain(title)}” {candidate.look.url}" if title else candidate.look.url


def _dated(line: Headline) -> str:
    return f"    {local(line.published_at)[:10] or 'no date':<10}  {plain(line.title)}"
