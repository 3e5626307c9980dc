"""`monitor fetch`."""

from __future__ import annotations

import os
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import counted, local, print_json, progress, say

if TYPE_CHECKING:
    from monitor.model.feed import FeedRecord
    from monitor.service.fulltext import Pages
    from monitor.service.recording import FeedResult
    from monitor.service.refreshing import Summary, Take
    from monitor.service.wiring import Services

PAGES, PAGES_SECONDS = 100, 60
"""How many linked pages are visited at most, and for how long new ones are begun."""


@click.command(epilog="Example: monitor fetch --all --json")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--all", "every", is_flag=True, help="Fetch all feeds, due or not.")
@as_json
@click.pass_context
def fetch(ctx: click.Context, feeds: tuple[str, ...], every: bool, json_wanted: bool) -> None:
    """Refresh feeds once: those that are due, those named, or all.

    FEED is an id or address from `monitor feeds list`. With --all, feeds whose server has turned the
    monitor away (429, 503) are left out until they are due. Feeds that fail do not change the exit
    status; each is listed with its reason and when it is tried again. Linked pages of feeds with
    `full_text` follow, for a minute at most; the rest is for the next time.
    """
    import asyncio

    from monitor.service.feeds import feeds_named
    from monitor.service.grouping import attach_stories
    from monitor.service.refreshing import claim_due, claim_these, lease
    from monitor.service.shapes import fetch_shape
    from monitor.service.wiring import utc_now

    if every and feeds:
        raise click.UsageError("Name feeds or say --all, not both.")
    with opened(ctx) as services:
        watched = services.store.feeds.feeds()
        if every:
            chosen = _all_that_may_be_asked(watched)
        else:
            chosen = [record.id for record in feeds_named(watched, feeds)]
        by_name = bool(every or feeds)
        take = claim_these(services, chosen, utc_now) if by_name else claim_due(services, utc_now)
        total = len(chosen) if by_name else len(watched)

        summary, pages = asyncio.run(_fetch(services, take, total))
        attach_stories(services, utc_now())
        # Where no `monitor run` does the upkeep, what is old goes a piece at a time.
        services.store.stories.tidy(utc_now())
        for reason in summary.untried:
            say(f"not tried  {reason}")
        if not watched:
            say("No feeds are watched yet; add one with: monitor feeds add URL")
        elif by_name and len(summary.results) + len(summary.untried) < len(chosen):
            missing = len(chosen) - len(summary.results) - len(summary.untried)
            minutes = ceil(lease(services.settings.fetch).total_seconds() / 60)
            say(
                f"{missing} of them left out: their host has just turned others away, another monitor "
                f"is fetching them, or one was killed in the middle and they are free again within "
                f"{minutes} minutes; see: monitor feeds list"
            )
        _say_what_is_missing(services)
    shape = fetch_shape(summary, pages)
    if json_wanted:
        print_json(shape)
        return
    for result in summary.results:
        if result.notice:
            say(result.notice)
    for failure in summary.failures:
        say(f"failed  {failure.url}\n        {failure.error}\n        {_again(failure)}")
    click.echo(
        f"{counted(shape['feeds'], 'feed')}: {shape['fetched']} fetched, "
        f"{shape['not_modified']} not modified, {shape['failed']} failed; "
        f"{counted(shape['entries_new'], 'new entry', 'new entries')}, "
        f"{shape['entries_revised']} revised, {counted(shape['matches_new'], 'match', 'matches')}; "
        f"{summary.seconds:.1f} s"
    )
    _say_pages(pages)
    if not shape["feeds"] and watched and not by_name:
        say("No feed is due yet; monitor feeds list shows when. All at once: monitor fetch --all")


def _again(failure: FeedResult) -> str:
    if failure.result == "gone":
        return "not asked again, unless you name it"
    return f"tried again {local(failure.next_fetch_at)}: {failure.why_then}"


def _all_that_may_be_asked(watched: list[FeedRecord]) -> list[int]:
    """Return the ids of all feeds that are not off and were not told to wait; say how many were."""
    from monitor.service.standing import told_to_wait
    from monitor.service.wiring import utc_now

    now = utc_now()
    waiting = [record.id for record in watched if told_to_wait(record, now)]
    if waiting:
        say(
            f"{counted(len(waiting), 'feed')} left out, as their servers asked to wait; name one to "
            "fetch it all the same, see: monitor feeds list"
        )
    return [
        record.id
        for record in watched
        if record.state not in ("off", "gone") and record.id not in waiting
    ]


async def _fetch(services: Services, take: Take, total: int) -> tuple[Summary, Pages]:
    """Refresh feeds, then visit pages whose full text is wanted, with a bar for each."""
    from monitor.service.fulltext import take_pages
    from monitor.service.refreshing import Refresher
    from monitor.service.wiring import utc_now

    async with Refresher(services, os.environ, utc_now, by_hand=True) as refresher:
        with progress("fetching", total) as advance:
            summary = await refresher.refresh(take, lambda _result: advance())
        wanted = services.store.pages.counts()["wanted"]
        with progress("full text", min(wanted, PAGES)) as advance:
            pages = await take_pages(
                services,
                refresher.fetcher,
                refresher.in_database,
                utc_now,
                most=PAGES,
                until=utc_now() + timedelta(seconds=PAGES_SECONDS),
                on_page=lambda _result: advance(),
            )
    return summary, pages


def _say_what_is_missing(services: Services) -> None:
    from monitor.settings.extras import full_text_missing, install_hint

    if any(feed.full_text for feed in services.settings.feeds) and full_text_missing():
        say("note: " + install_hint("Feeds have full_text = true"))


def _say_pages(pages: Pages) -> None:
    """Tell what full text came to, in one line, where anything did."""
    if pages.taken or pages.failed or pages.waiting:
        click.echo(
            f"full text: {counted(pages.taken, 'page')} taken, {pages.failed} could not be had, "
            f"{pages.waiting} still wanted"
        )
