"""`monitor star`: mark entries."""

from __future__ import annotations

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import counted, print_json


@click.command(epilog="Example: monitor star e12")
@click.argument("entries", metavar="ENTRY...", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take the mark away instead.")
@as_json
@click.pass_context
def star(ctx: click.Context, entries: tuple[str, ...], remove: bool, json_wanted: bool) -> None:
    """Mark entries, so that `monitor search is:starred` finds them and no upkeep deletes them."""
    from monitor.errors import UsageError
    from monitor.service.shapes import entry_id, read_id
    from monitor.service.wiring import utc_now

    numbers = []
    for text in entries:
        kind, number = read_id(text)
        if kind != "e":
            raise UsageError(f"{text!r} is a story; name an entry, like e12.")
        numbers.append(number)
    with opened(ctx) as services:
        if remove:
            services.store.stars.unstar(numbers)
        else:
            services.store.stars.star(numbers, utc_now())
        starred = services.store.stars.starred()
    if json_wanted:
        print_json({"starred": [entry_id(number) for number in starred]})
    else:
        click.echo(f"{counted(len(starred), 'entry', 'entries')} starred")
