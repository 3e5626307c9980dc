"""`monitor feeds`: the watched feeds, config/feeds.toml."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.feedlists import export, import_
from monitor.cli.opening import as_json, home_of, opened
from monitor.cli.printing import local, print_json, print_table, progress, say

if TYPE_CHECKING:
    from monitor.service.checking import Checked
    from monitor.service.wiring import Services


@click.group(epilog="Example: monitor feeds add https://example.org/feed.xml")
def feeds() -> None:
    """List, add, remove, edit, check, discover, import and export watched feeds."""


@feeds.command("list", epilog="Example: monitor feeds list --json")
@as_json
@click.pass_context
def list_(ctx: click.Context, json_wanted: bool) -> None:
    """List the watched feeds with their state and next fetch."""
    from monitor.service.feeds import title_of
    from monitor.service.shapes import feed_shapes
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        if json_wanted:
            print_json({"feeds": feed_shapes(services, utc_now())})
            return
        records = services.store.feeds.feeds()
    print_table(
        ("id", "state", "title", "entries", "matches", "next fetch", "url", "error"),
        [
            (
                record.id, record.state, title_of(record), record.entries, record.matches,
                local(record.next_fetch_at), record.url, record.error,
            )
            for record in records
        ],
        flexible=("title", "url", "error"),
    )  # fmt: skip
    if not records:
        say("No feeds are watched yet; add one with: monitor feeds add URL")


def _feed_options(command: Any) -> Any:
    """Add the options that say what a feed is."""
    for option in (
        click.option("--title", help="What to call it."),
        click.option("--tag", "tags", multiple=True, help="A tag; may be given several times."),
        click.option("--every", metavar="TIME", help="Fetch this often: 30m, 2h, 1d."),
        click.option("--outlet", help="Who publishes; else the entries' registrable domain."),
        click.option("--tier", type=click.IntRange(1, 3), help="1 primary, 2 usual, 3 the rest."),
        click.option("--user-agent", help="Send this instead of the honest default."),
        click.option("--user-agent-suffix", help="Send this after the usual User-Agent."),
        click.option(
            "--header",
            "headers",
            multiple=True,
            metavar="NAME=VALUE",
            help="A request header of its own, no secret; may be given several times.",
        ),
        click.option(
            "--auth-env", metavar="NAME", help="Environment variable with the Authorization value."
        ),
        click.option(
            "--auth-scheme",
            type=click.Choice(["basic", "bearer"]),
            help="The variable holds user:password, or a token; else the whole value.",
        ),
        click.option(
            "--full-text/--no-full-text",
            default=None,
            help="Fetch the linked page of each new matched entry for its text.",
        ),
        click.option(
            "--follow-moves/--no-follow-moves",
            default=None,
            help="Take over the new address when the server says it moved for good.",
        ),
    ):
        command = option(command)
    return command


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    """Keep what was given, as values of a feed; read the duration."""
    from monitor.settings.quantities import read_duration

    changes = {key: value for key, value in options.items() if value not in (None, ())}
    if "every" in changes:
        try:
            changes["every"] = read_duration(changes["every"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--every") from error
    if "headers" in changes:
        pairs = [each.partition("=") for each in changes["headers"]]
        if not all(name and sign for name, sign, _ in pairs):
            raise click.BadParameter("write each as NAME=VALUE", param_hint="--header")
        changes["headers"] = tuple({name: value for name, _, value in pairs}.items())
    return changes


@feeds.command(epilog="Example: monitor feeds add https://example.org/feed.xml --tag press")
@click.argument("url")
@_feed_options
@click.pass_context
def add(ctx: click.Context, /, url: str, **options: Any) -> None:
    """Watch a feed: add it to config/feeds.toml."""
    from monitor.model.feed import Feed
    from monitor.settings.edit import add_feed
    from monitor.settings.read import load

    home = home_of(ctx)
    load(home)  # refuse to add to what cannot be read
    add_feed(home, Feed(url=url, **_changes(options)))
    say(f"Added to {home.feeds_file}; fetch it with: monitor fetch {url}")


@feeds.command(epilog="Example: monitor feeds remove https://example.org/feed.xml")
@click.argument("feed")
@click.pass_context
def remove(ctx: click.Context, feed: str) -> None:
    """Stop watching a feed: take it out of config/feeds.toml. Its entries stay."""
    from monitor.settings.edit import remove_feed

    with opened(ctx) as services:
        url = _watched_url(services, feed)
        remove_feed(services.home, url)
    say(f"Removed {url}; its entries stay searchable.")


@feeds.command(epilog="Example: monitor feeds edit 3 --title 'Federal Register' --tier 1")
@click.argument("feed")
@click.option("--url", help="A new address; entries and history go with it.")
@_feed_options
@click.option("--enable/--disable", "enabled", default=None, help="Fetch it, or leave it be.")
@click.option(
    "--unset",
    multiple=True,
    type=click.Choice(
        [
            "title",
            "tags",
            "every",
            "outlet",
            "tier",
            "user_agent",
            "user_agent_suffix",
            "headers",
            "auth_env",
            "auth_scheme",
            "full_text",
            "moved_from",
            "follow_moves",
        ]
    ),
    help="Back to the default; may be given several times.",
)
@click.pass_context
def edit(
    ctx: click.Context, /, feed: str, url: str | None, unset: tuple[str, ...], **options: Any
) -> None:
    """Change what config/feeds.toml says of a feed."""
    from monitor.service.wiring import utc_now
    from monitor.settings.edit import edit_feed

    changes = _changes(options) | dict.fromkeys(unset)
    if url is not None:
        changes["url"] = url
    if not changes:
        raise click.UsageError("Say what to change; see: monitor feeds edit --help")
    with opened(ctx) as services:
        old = _watched_url(services, feed)
        changed = edit_feed(services.home, old, changes)
        if changed.url != old:
            services.store.feeds.move(old, changed.url, utc_now())
    say(f"Changed {changed.url} in {services.home.feeds_file}")


@feeds.command(epilog="Example: monitor feeds check --json")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@as_json
@click.pass_context
def check(ctx: click.Context, feeds: tuple[str, ...], json_wanted: bool) -> None:
    """Try feeds once and tell which answer with a feed; store nothing."""
    import asyncio
    from dataclasses import replace

    from monitor.model.feed import NO_VALIDATORS
    from monitor.service.checking import check_feeds
    from monitor.service.feeds import feeds_named
    from monitor.service.requests import request_for
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        watched = services.store.feeds.feeds()
        chosen = feeds_named(watched, feeds) if feeds else watched
        settings = services.settings
    requests = [
        request_for(replace(record, validators=NO_VALIDATORS), settings.fetch, os.environ)
        for record in chosen
    ]
    with progress("checking", len(requests)) as advance:
        checked = asyncio.run(
            check_feeds(settings, requests, utc_now(), lambda _checked: advance())
        )
    _print_checked(checked, json_wanted)
    if not json_wanted:
        say(f"{sum(each.ok for each in checked)} of {len(checked)} feeds answer.")


@feeds.command(epilog="Example: monitor feeds discover https://example.org/")
@click.argument("url")
@as_json
@click.pass_context
def discover(ctx: click.Context, url: str, json_wanted: bool) -> None:
    """Find the feeds of a web page."""
    import asyncio

    from monitor.service import checking
    from monitor.service.wiring import utc_now
    from monitor.settings.read import load

    found = asyncio.run(checking.discover(load(home_of(ctx)), url, utc_now()))
    _print_checked(found, json_wanted)
    if not found and not json_wanted:
        say(f"{url} names no feed.")
    if not found:
        ctx.exit(1)


feeds.add_command(import_)
feeds.add_command(export)


def _watched_url(services: Services, name: str) -> str:
    from monitor.service.feeds import feed_named

    return feed_named(services.store.feeds.feeds(), name).url


def _print_checked(checked: list[Checked], json_wanted: bool) -> None:
    from monitor.service.shapes import instant

    if json_wanted:
        shapes = [
            {
                "url": each.url, "ok": each.ok, "title": each.title, "entries": each.entries,
                "newest_at": instant(each.newest_at), "error": each.error,
            }
            for each in checked
        ]  # fmt: skip
        print_json({"feeds": shapes})
        return
    print_table(
        ("", "entries", "newest", "url", "title or error"),
        [
            ("ok" if each.ok else "bad", each.entries, local(each.newest_at), each.url,
             each.title or each.error)
            for each in checked
        ],
        flexible=("url", "title or error"),
    )  # fmt: skip
