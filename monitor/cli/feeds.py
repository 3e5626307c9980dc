"""`monitor feeds`: the watched feeds, config/feeds.toml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.feedlists import export, import_
from monitor.cli.opening import Command, as_json, opened
from monitor.cli.printing import counted, local, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.model.feed import FeedRecord
    from monitor.service.wiring import Services

STATES = (
    "ok", "new", "failing", "throttled", "blocked", "moved", "gone", "silent", "quarantined", "off",
)  # fmt: skip


@click.group(epilog="Example: monitor feeds add https://example.org/feed.xml")
def feeds() -> None:
    """List, add, remove, edit, check, discover, import and export watched feeds."""


def state_option(command: Command) -> Command:
    """Add `--state`, which may be given several times."""
    return click.option(
        "--state",
        "states",
        multiple=True,
        type=click.Choice([*STATES, "trouble"]),
        metavar="STATE",
        help="Only feeds in this state, or in one of several; `trouble`: all that need a person.",
    )(command)


def next_fetch_of(record: FeedRecord) -> str:
    """Say when a feed is fetched next, "never" where it is not."""
    return "never" if record.state in ("off", "gone") else local(record.next_fetch_at)


@feeds.command("list", epilog="Example: monitor feeds list --state failing --state blocked")
@state_option
@as_json
@click.pass_context
def list_(ctx: click.Context, states: tuple[str, ...], json_wanted: bool) -> None:
    """List the watched feeds: their state, and when they are fetched next."""
    from monitor.service.feeds import in_states, title_of
    from monitor.service.shapes import feed_shapes
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        watched = services.store.feeds.feeds()
        records = in_states(watched, states, utc_now())
        if json_wanted:
            print_json({"feeds": feed_shapes(services, records, utc_now())})
            return
    print_table(
        ("id", "state", "since", "title", "entries", "matches", "next fetch", "url", "error"),
        [
            (
                record.id, record.state, local(record.since_at), title_of(record), record.entries,
                record.matches, next_fetch_of(record), record.url, record.error,
            )
            for record in records
        ],
        flexible=("title", "error"),
        piped=("since", "url"),
    )  # fmt: skip
    if not records:
        say_none(watched)


def say_none(watched: Sequence[FeedRecord]) -> None:
    """Say why there is no feed to show or to check."""
    if not watched:
        say("No feeds are watched yet; add one with: monitor feeds add URL")
    else:
        say(f"None of the {counted(len(watched), 'feed')} is in that state.")


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
    from monitor.settings.writing import locked

    changes = _changes(options) | dict.fromkeys(unset)
    if url is not None:
        changes["url"] = url
    if not changes:
        raise click.UsageError("Say what to change; see: monitor feeds edit --help")
    with opened(ctx) as services:
        old = _watched_url(services, feed)
        if url is None:
            changed = edit_feed(services.home, old, changes)
        else:
            # In this order, as all have it who take both.
            with locked(services.home), services.store.feeds.moving(utc_now()) as move:
                changed = edit_feed(services.home, old, changes)
                if changed.url != old:
                    move(old, changed.url)
    say(f"Changed {changed.url} in {services.home.feeds_file}")


feeds.add_command(import_)
feeds.add_command(export)


def _watched_url(services: Services, name: str) -> str:
    from monitor.service.feeds import feed_named

    return feed_named(services.store.feeds.feeds(), name).url
