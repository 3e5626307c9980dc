"""`monitor feeds check` and `monitor feeds show`: how single feeds stand, and what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.feeds import next_fetch_of, say_none, state_option
from monitor.cli.opening import as_json, opened
from monitor.cli.printing import counted, local, plain, print_json, progress, say

if TYPE_CHECKING:
    from monitor.service.checking import Checked, Seen
    from monitor.service.standing import Account


@click.command(epilog="Example: monitor feeds check --state failing")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@state_option
@as_json
@click.pass_context
def check(
    ctx: click.Context, feeds: tuple[str, ...], states: tuple[str, ...], json_wanted: bool
) -> None:
    """Try feeds again now, and explain how each stands and what to do.

    Those named, else all but the ones switched off, gone, or told by their server to wait. What
    comes is stored as by any fetch; a feed that works again is ok at once.
    """
    import asyncio

    from monitor.service.checking import check_feeds, not_from_here, to_check
    from monitor.service.feed_shapes import checked_shape
    from monitor.service.feeds import feeds_named, in_states
    from monitor.service.wiring import utc_now

    if feeds and states:
        raise click.UsageError("Name feeds or give --state, not both.")
    with opened(ctx) as services:
        watched = services.store.feeds.feeds()
        now = utc_now()
        chosen, waiting = to_check(in_states(watched, states, now), states, now)
        if feeds:
            chosen, waiting = feeds_named(watched, feeds), []
        untried = not_from_here(services, chosen, os.environ)
        with progress("checking", len(chosen)) as advance:
            checked = asyncio.run(
                check_feeds(services, chosen, os.environ, utc_now, lambda _result: advance())
            )
    if json_wanted:
        print_json(
            {
                "feeds": [checked_shape(each) for each in checked],
                "waiting": [record.url for record in waiting],
            }
        )
    else:
        for each in checked:
            _print_checked(each)
    for record in waiting:
        say(
            f"left alone until {local(record.next_fetch_at)}, as its server asks: {record.url}\n"
            f"        try it all the same: monitor feeds check {record.id}"
        )
    for reason in untried:
        say(f"not tried  {reason}")
    if len(checked) + len(untried) < len({record.id for record in chosen}):
        say(
            "Those that another monitor is fetching just now were left out, and those whose host has "
            "just turned others away."
        )
    if not (chosen or waiting) and watched and not states:
        say("All feeds are switched off or gone; name one to try it all the same.")
    elif not (chosen or waiting):
        say_none(watched)
    elif not json_wanted:
        say(f"{sum(each.ok for each in checked)} of {counted(len(checked), 'feed')} answered.")


@click.command(epilog="Example: monitor feeds show 3")
@click.argument("feed")
@as_json
@click.pass_context
def show(ctx: click.Context, feed: str, json_wanted: bool) -> None:
    """Show all that is known of a feed: how it stands, its rhythm, last visits and headlines."""
    from monitor.service.checking import seen
    from monitor.service.feed_shapes import seen_shape
    from monitor.service.feeds import feed_named
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        one = seen(services, feed_named(services.store.feeds.feeds(), feed), utc_now())
    if json_wanted:
        print_json(seen_shape(one))
        return
    for line in _told(one):
        click.echo(line)
    for visit in one.visits:
        click.echo(
            f"  {local(visit.at)}  {visit.result:<10} {visit.status or '-':>3} "
            f"{visit.wire_bytes:>9,} bytes  {visit.seconds:5.1f} s  {plain(visit.message)}".rstrip()
        )


def _print_checked(checked: Checked) -> None:
    from monitor.service.feeds import title_of

    record = checked.record
    mark = click.style("ok  ", fg="green") if checked.ok else click.style("bad ", fg="red")
    brought = f", {checked.new} new" if checked.new else ""
    found = (
        f"{counted(checked.listed, 'entry', 'entries')}{brought}" if checked.ok else record.state
    )
    click.echo(f"{mark}{record.id:>4}  {plain(title_of(record))}: {found}")
    if record.state != "ok" or record.error:
        _print_account(checked.account)


def _print_account(account: Account) -> None:
    for sentence in account.sentences:
        click.echo(f"          {plain(sentence)}")


def _told(one: Seen) -> Iterator[str]:
    """Yield the page's lines, up to the visits."""
    from monitor.service.feeds import title_of
    from monitor.service.standing import rhythm_words

    record = one.record
    yield f"{record.id}  {plain(title_of(record))}"
    yield record.url
    yield ""
    yield from map(plain, one.account.sentences)
    yield ""
    for name, value in (
        ("state", f"{record.state}{_since(record.since_at)}"),
        ("next fetch", next_fetch_of(record)),
        ("rhythm", rhythm_words(record)),
        ("last read", local(record.last_ok_at) or "never"),
        ("last new entry", local(record.last_new_at) or "never"),
        ("entries", f"{record.entries:,}, {counted(record.matches, 'match', 'matches')}"),
        ("validators", "kept" if record.validators else "its server offers none, or none is known"),
        ("moved from", record.feed.moved_from if record.feed else ""),
        ("held back", counted(one.held, "entry", "entries") if one.held else ""),
        ("site", record.site_url),
    ):
        if value:
            yield f"{name:<15} {plain(value)}"
    for gap in one.gaps:
        yield (
            f"{'gap':<15} all entries had been replaced between {local(gap.from_at)} and "
            f"{local(gap.until_at)}; some may be lost"
        )
    yield ""
    for headline in one.headlines:
        yield f"  {local(headline.published_at) or 'no date':<16}  {plain(headline.title)}"
    if one.headlines:
        yield ""


def _since(at: datetime | None) -> str:
    return f" since {local(at)}" if at else ""
