"""`monitor searches`: the saved searches, config/searches.toml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import counted, local, plain, print_json, print_table, say
from monitor.cli.searching import QueryCommand

if TYPE_CHECKING:
    from monitor.service.saved import Shown
    from monitor.service.searching import Hit

SORTS = ("newest", "relevance")


@click.group(epilog="Example: monitor searches save chip-curbs '(ban OR licence) NEAR/8 @chips'")
def searches() -> None:
    """List, show, save and remove saved searches (config/searches.toml)."""


@searches.command("list", epilog="Example: monitor searches list --json")
@as_json
@click.pass_context
def list_(ctx: click.Context, json_wanted: bool) -> None:
    """List the saved searches: how much is new in each since you looked, and when that was."""
    from monitor.service.saved import standings
    from monitor.service.saved_shapes import standing_shape
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        found = standings(services, utc_now())
    if json_wanted:
        print_json({"searches": [standing_shape(each) for each in found]})
        return
    print_table(
        ("search", "new", "looked", "title", "query"),
        [
            (
                each.search.name,
                each.new,
                local(each.look.looked_at if each.look else None),
                each.search.title,
                each.search.query,
            )
            for each in found
        ],
        flexible=("title", "query"),
    )
    if not found:
        say("There is no saved search yet; save one: monitor searches save NAME QUERY")


@searches.command(epilog="Example: monitor searches show chip-curbs --limit 50")
@click.argument("name")
@click.option("--limit", type=click.IntRange(0, 100_000), default=20, show_default=True)
@click.option("--peek", is_flag=True, help="Let what is new stay new.")
@as_json
@click.pass_context
def show(ctx: click.Context, name: str, limit: int, peek: bool, json_wanted: bool) -> None:
    """Show what a saved search finds, and what of it is new since you looked.

    What was new no longer is, once all of it was shown.
    """
    from monitor.service.saved import mark_seen, shown
    from monitor.service.saved_shapes import shown_shape
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        now = utc_now()
        found = shown(services, name, now=now, limit=limit)
        new = found.standing.new
        missing = new.count - sum(hit.entry.id >= found.next_id for hit in found.found.hits)
        whole = missing <= 0 and not new.more
        if whole and not peek:
            mark_seen(services, name, found.until_id, now)
    if json_wanted:
        print_json(shown_shape(found))
    else:
        for warning in found.found.warnings:
            say(f"note: {warning}")
        click.echo("".join(f"{lines}\n" for lines in _lines(found)), nl=False)
        say(
            f"{len(found.found.hits)} of {counted(found.found.total, 'entry', 'entries')}, {new} new "
            f"since {local(found.standing.look.looked_at if found.standing.look else now)}"
        )
    if not whole and not peek:
        say("Not all that is new was shown, so it stays new; --limit shows more.")


@searches.command(
    cls=QueryCommand,
    epilog="Example: monitor searches save chip-curbs '(ban OR licence) NEAR/8 @chips' --title 'Curbs'",
)
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@click.option("--title", help="The heading; without one, the name.")
@click.option("--sort", type=click.Choice(SORTS), help="What its page shows first.")
@click.pass_context
def save(
    ctx: click.Context,
    name: str,
    query: tuple[str, ...],
    title: str | None,
    sort: Literal["newest", "relevance"] | None,
) -> None:
    """Save a query under a name, or give the search of that name another query.

    Other queries refer to it as saved:NAME. Its title and sort stay unless they are given.
    """
    from monitor.model.search import SavedSearch
    from monitor.service import saved
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        known = {each.name: each for each in services.settings.searches}.get(name)
        search = SavedSearch(
            name=name,
            title=title if title is not None else known.title if known else "",
            query=" ".join(query),
            sort=sort or (known.sort if known else "newest"),
        )
        done = saved.save(services, search, utc_now(), instead=known is not None)
    if known is None:
        click.echo(f"saved:{name} finds {done.value.query}")
    elif done.diffs:
        click.echo(f"saved:{name} finds {done.value.query} (was {known.query})")
    else:
        say(f"saved:{name} is so already")


@searches.command(epilog="Example: monitor searches remove chip-curbs")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Remove a saved search that no query refers to."""
    from monitor.service import saved
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        done = saved.remove(services, name, utc_now())
    click.echo(f"removed {name}: {plain(done.value.query)}")


def _lines(shown: Shown) -> Iterator[str]:
    for hit in shown.found.hits:
        entry = hit.entry
        mark = click.style("new", bold=True) if entry.id >= shown.next_id else "   "
        topics = " ".join(f"[{match.topic}]" for match in entry.matches)
        yield f"{mark}  e{entry.id}  {local(entry.first_seen_at)}  {plain(entry.outlet)}  {topics}".rstrip()
        yield f"     {click.style(plain(entry.title), bold=True)}"
        yield from _address(hit)


def _address(hit: Hit) -> Iterator[str]:
    address = plain(hit.entry.url or hit.entry.link)
    if address:
        yield f"     {click.style(address, dim=True)}"
