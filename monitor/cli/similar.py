"""`monitor similar`."""

from __future__ import annotations

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import local, plain, print_json, say


@click.command(epilog="Example: monitor similar e12")
@click.argument("entry", metavar="ENTRY")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@as_json
@click.pass_context
def similar(ctx: click.Context, entry: str, limit: int, json_wanted: bool) -> None:
    """Show the entries most like one (e12): those that share its rarest words.

    Copies of it are left out; the words shared stand under each.
    """
    from monitor.errors import NotFoundError
    from monitor.service.shapes import read_id, similar_shape
    from monitor.service.similar import similar as find_similar
    from monitor.service.wiring import utc_now

    kind, number = read_id(entry)
    if kind != "e":
        raise NotFoundError(f"{entry} is a story; name an entry, like e12.")
    with opened(ctx) as services:
        found = find_similar(services, number, now=utc_now(), limit=limit)
    if json_wanted:
        print_json(similar_shape(found))
        return
    for each in found.hits:
        other = each.hit.entry
        when = local(other.published_at) or f"seen {local(other.first_seen_at)}"
        click.echo(f"e{other.id}  {when}  {plain(other.outlet)}")
        click.echo("    " + click.style(plain(other.title), bold=True))
        click.echo("    shares: " + plain(", ".join(each.why)))
        click.echo("    " + click.style(plain(other.url or other.link), dim=True) + "\n")
    if not found.hits:
        say(f"No entry shares enough rare words with {entry}.")
