"""`monitor feeds undo` and `accept`: what only a person can decide about a feed."""

from __future__ import annotations

import click

from monitor.cli.opening import opened
from monitor.cli.printing import counted, say


@click.command(epilog="Example: monitor feeds undo https://example.org/feed.xml")
@click.argument("feed")
@click.pass_context
def undo(ctx: click.Context, feed: str) -> None:
    """Take a move back: the feed gets its former address again, and keeps it.

    FEED is the feed, or the address it had before. The monitor writes a new address to
    config/feeds.toml when a server has said on three days that a feed moved for good; the former one
    stands beside it as moved_from. After an undo follow_moves = false keeps the address.
    """
    from monitor.service import adopting
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        url = adopting.undo(services, feed, utc_now())
    say(f"{url} is watched at this address again and stays there (follow_moves = false).")


@click.command(epilog="Example: monitor feeds accept 3")
@click.argument("feed")
@click.pass_context
def accept(ctx: click.Context, feed: str) -> None:
    """Accept what a quarantined feed has become: what was held back is stored now.

    A feed is quarantined when title, site and all entries of its document are suddenly others. To
    be rid of it instead: monitor feeds remove FEED.
    """
    from monitor.service import adopting
    from monitor.service.feeds import feed_named
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        record = feed_named(services.store.feeds.feeds(), feed)
        entries, matches = adopting.accept(services, record, utc_now())
    say(
        f"{record.url} is taken as it is now: {counted(entries, 'entry', 'entries')} that were held "
        f"back are stored, {counted(matches, 'match', 'matches')}."
    )
